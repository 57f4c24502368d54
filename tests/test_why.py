"""`recommender why`: what an answer rests on, and what would change it."""

import random
import re
from itertools import pairwise

import pytest

from recommender.authoring.readability import grade, syllables
from recommender.language.meaning import Facts, evaluate
from recommender.language.tree import Compare, atoms, fields_of_atom
from recommender.person.engines import ReferenceEngine
from recommender.person.what_if import changes, trials, with_answers
from tests.conftest import Run
from tests.people import assessed, book
from tests.strategies import People

NOTHING = Facts({})
WOMAN = ("--t-score", "-3.9", "--age", "54", "--activity", "trained")


def plain(text: str) -> str:
    return " ".join(text.split())


def engine() -> ReferenceEngine:
    return ReferenceEngine(book().strata)


def test_what_waits_says_why_what_it_rests_on_what_to_do_instead_and_what_would_open_it(run: Run) -> None:
    out = plain(run("why", "low_jump", *WOMAN).out)

    assert "Low jump: not for now" in out
    assert "Jumping and jogging wait until a picture of your spine shows no broken bone." in out
    assert (
        "It rests on: lowest T-score -3.9; spine pictures taken not known; broken spine bones not known"
        in out
    )
    assert "(rule G03)" in out
    assert "WHAT TO DO INSTEAD - Marching on the spot" in out
    assert "WHAT WOULD OPEN IT - A picture of your spine" in out


@pytest.mark.heavy
def test_the_answers_that_it_names_do_open_it(run: Run) -> None:
    opened = (*WOMAN, "--spine-imaged", "yes", "--vertebral-fractures", "0")

    assert "Low jump (with care)" in run("why", "low_jump", *opened).out


@pytest.mark.heavy
def test_what_is_open_says_why_it_is_safe_how_to_do_it_and_why_not_further(run: Run) -> None:
    out = plain(run("why", "lean_back", *WOMAN).out)

    assert "Standing lean-back: first set, tiny (with care)" in out
    assert "Lifting your chest a little: fine for you, from what you told us." in out
    assert "Keep your chin level and your eyes forward." in out
    assert "WHY NOT FURTHER: SECOND SET" in out
    assert "Spinal stenosis (narrow nerve space), yes: it waits." in out


@pytest.mark.heavy
def test_a_level_stands_for_its_exercise_and_a_movement_for_itself(run: Run) -> None:
    whole = run("why", "lean_back", *WOMAN).out
    assert run("why", "lean_back_stage1", *WOMAN).out == whole
    assert run("why", "standing lean-back", *WOMAN).out == whole
    out = plain(run("why", "spinal_flexion_loaded", *WOMAN).out)
    assert "Bending forward with a load: not for now" in out
    assert "Instead: Keep the load close" in out
    assert "FOR A CLINICIAN" in out


@pytest.mark.heavy
def test_an_answer_that_stands_in_the_way_shows_how_it_would_be_without_it(run: Run) -> None:
    """For a movement limited by a score, no open answer takes the limit away; a worse one may add to it."""
    out = plain(run("why", "impact_moderate", "--t-score", "-2.6", "--age", "61").out)

    assert "Weeks of strength training, 8 or more: with care." in out


@pytest.mark.heavy
def test_without_a_name_it_says_what_the_open_questions_could_open_or_close(run: Run) -> None:
    out = plain(run("why", "--t-lumbar-spine", "-3.2", "--age", "62", "--activity", "trained").out)

    assert "Heel drop; Low jump - A picture of your spine" in out
    assert re.search(
        r"Broken spine bones \(--vertebral-fractures\) - 1 or more: \d+ exercises are open\.", out
    )


SLOWER = [
    pytest.param(name, marks=pytest.mark.heavy) for name in ("low_jump", "impact_moderate", None)
]  # more answers would change them


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (("--saddle-numbness", "yes"), "Get emergency help now."),
        (
            ("--t-score", "-2.6", "--new-back-pain", "yes"),
            "Pause exercise until a doctor or nurse has checked you.",
        ),
        (("--myeloma", "yes"), "Ask a doctor, nurse or physiotherapist who knows you before you start."),
    ],
)
@pytest.mark.parametrize("name", ["sit_to_stand", "log_roll", "hip_hinge", *SLOWER])
def test_whoever_is_not_clear_is_told_so_first(
    run: Run, name: str | None, answers: tuple[str, ...], words: str
) -> None:
    """Also for what a movement blocks, what is still offered, a movement, and the whole plan."""
    ran = run("why", *([name] if name else []), *answers)

    assert ran.code == 0
    assert words in plain(ran.out.split("\n\n")[0])
    assert "fine for you" not in ran.out or "myeloma" in answers[0] or name == "log_roll"


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["walking", "hip_hinge", *SLOWER])
def test_every_why_says_that_it_informs_and_asks_the_safety_questions_before_any_step(
    run: Run, name: str | None
) -> None:
    out = run("why", *([name] if name else []), "--t-score", "-2.6", "--age", "61").out

    assert "It is not a diagnosis" in plain(out)
    assert "not yet reviewed by a clinician" in plain(out)
    if "HOW TO DO IT" in out:
        assert out.index("BEFORE YOU START") < out.index("HOW TO DO IT")


@pytest.mark.heavy
def test_an_answer_that_changes_the_clearance_is_not_passed_over(run: Run) -> None:
    out = plain(run("why", "--t-score", "-2.6", "--age", "61").out)
    assert "180 or more: exercise pauses until you have been checked" in out
    out = plain(run("why", "--back-pain-severity", "8", "--t-score", "-1.5", "--age", "60").out)
    assert "no: nothing would stand in the way of a gentle start" in out


def test_a_difference_of_two_scores_is_cut_where_the_known_one_puts_it() -> None:
    """A gap of 1.0 above a hip of -2.2 begins at -1.2; it was once taken to begin at a spine score of 1.0."""
    person = assessed(t_total_hip="-2.2", age="61")
    found = trials(book(), book().vocabulary.fields["t_lumbar_spine"], person.profile.facts)

    assert -1200 in {trial.ends[0] for trial in found}


@pytest.mark.heavy
def test_a_level_that_waits_is_answered_for_itself(run: Run) -> None:
    assert "WHY NOT FURTHER: THIRD SET" in run("why", "lean_back_stage3", *WOMAN).out


def test_an_unknown_name_is_told_with_the_nearest_one(run: Run) -> None:
    ran = run("why", "lowjump", *WOMAN)

    assert ran.code == 3
    assert "there is no exercise or movement `lowjump`. Did you mean `low_jump`?" in ran.err


def test_nothing_told_is_a_usage_error(run: Run) -> None:
    assert run("why", "low_jump").code == 2


@pytest.mark.parametrize(
    "name", [name for name, field in book().vocabulary.fields.items() if field.kind in ("number", "count")]
)
def test_trials_cover_every_possible_number_once_and_cut_where_a_rule_does(name: str) -> None:
    field = book().vocabulary.fields[name]
    found = trials(book(), field, NOTHING)

    assert (found[0].ends[0], found[-1].ends[1]) == (field.low, field.high)
    assert all(after.ends[0] == before.ends[1] + field.step for before, after in pairwise(found))


def test_every_number_of_a_stretch_has_the_same_outcome() -> None:
    """The ends of each stretch of a T-score are treated alike, whichever of them is tried."""
    person = assessed(age="62", sex="female", menopause="post", vertebral_fractures="0")
    for trial in trials(book(), book().vocabulary.fields["t_total_hip"], person.profile.facts):
        ends = [with_answers(person, engine(), {"t_total_hip": end}) for end in trial.ends]
        assert ends[0] is not None
        assert ends[1] is not None
        assert ends[0].movements == ends[1].movements, trial


@pytest.mark.parametrize(
    "name", [name for name, field in book().vocabulary.fields.items() if field.kind in ("number", "count")]
)
def test_no_comparison_tells_two_numbers_of_a_stretch_apart(name: str) -> None:
    """Whatever else is known: scores are compared with each other too, alone and as the lowest of several."""
    chance, people, field = random.Random(name), People(book()), book().vocabulary.fields[name]
    compared = {
        atom
        for rule in book().rules.values()
        for atom in atoms(rule.condition)
        if isinstance(atom, Compare) and name in fields_of_atom(atom)
    }
    for _ in range(20):
        known = {**people.read(people.anyone(chance)).facts.values}
        known.pop(name, None)
        for trial in trials(book(), field, Facts(known)):
            ends = [Facts({**known, name: end}) for end in trial.ends]
            assert all(evaluate(atom, ends[0]) is evaluate(atom, ends[1]) for atom in compared), trial


def test_a_changed_answer_is_a_whole_new_assessment() -> None:
    person = assessed(t_score="-2.6", age="61")
    found = {change.trial.value: change.found for change in changes(person, engine(), ["spinal_stenosis"])}

    assert found[True] == assessed(t_score="-2.6", age="61", spinal_stenosis="yes")
    assert found[False] == assessed(t_score="-2.6", age="61", spinal_stenosis="no")


def test_an_answer_that_cannot_hold_together_with_the_rest_is_no_change() -> None:
    person = assessed(t_score="-2.6", age="61", sex="male")

    assert with_answers(person, engine(), {"pregnant": True}) is None
    assert list(changes(person, engine(), ["menopause"])) == []


SYLLABLES = {
    1: "lift bone spine knees moved walked times eyes the be squeeze weighs breathe use one chair fire",
    2: (
        "table little people movement safely careful muscles needed started question pressure hinges doctor "
        "something tighten towel"
    ),
    3: "medicine natural easily idea another exercise balancing video radio",
    4: "emergency repetitive education",
    6: "physiotherapist osteoporosis",
}


def test_syllables_are_counted_about_right() -> None:
    wrong = {
        word: syllables(word)
        for count, words in SYLLABLES.items()
        for word in words.split()
        if syllables(word) != count
    }

    assert len(wrong) <= 3, wrong


def test_a_familiar_word_counts_as_short_and_a_longer_sentence_as_harder() -> None:
    easy, hard = (
        "Ask your physiotherapist first.",
        "Ask your physiotherapist first, and then ask again before you start to lift the bar.",
    )

    assert grade(easy, {"physiotherapist"}) < grade(easy) < 30
    assert grade(hard, {"physiotherapist"}) > grade(easy, {"physiotherapist"})
    assert grade("") == 0
