"""`recommender can`: what people ask about is understood, and answered part by part on one screen."""

import json
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from recommender.activities.answer import answer
from recommender.activities.matching import By, Catalogue, Match, Subject, of_activity
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.report.can.text import MOST_LINES, can_report
from recommender.rulebook.activities import Activities, Symptom, normalised
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_activities, load_rulebook
from recommender.rulebook.scales import Verdict
from tests.conftest import Run
from tests.people import assessed, book
from tests.strategies import People
from tests.test_broken_rulebooks import write

ROOT = Path(__file__).resolve().parent.parent
WOMAN = ("--t-score", "-2.6", "--age", "63")


@cache
def known() -> Activities:
    """Return the activities that come with the program."""
    return load_activities(book())


@cache
def catalogue() -> Catalogue:
    """Return everything that can be asked about."""
    return Catalogue(known(), book())


def understood(question: str) -> Match | None:
    """Return what a question is understood to be about."""
    return catalogue().match(question)


def subject(question: str) -> Subject:
    """Return what a question is about, where that is no symptom."""
    matched = understood(question)
    assert matched is not None, question
    assert isinstance(matched.subject, Subject), question
    return matched.subject


def plain(text: str) -> str:
    return " ".join(text.split())


ASKED = {
    "how heavy may I lift": "heavy_lifting",
    "deadlift": "deadlift",
    "shopping bags": "shopping_bags",
    "yoga": "yoga",
    "twists": "twisting",
    "forward bend": "forward_bend",
    "can I run again": "running",
    "running": "running",
    "step aerobics": "step_aerobics",
    "weights": "gym",
    "nordic walking": "nordic_walking",
    "tai chi": "tai_chi",
    "horse riding": "horse_riding",
    "lifting my toddler": "lifting_toddler",
    "jumping": "jumping",
    "dropping onto my seat": "seat_drops",
    "cycling": "cycling",
    "gardening": "gardening",
    "digging": "digging",
    "housework": "housework",
    "picking up from the floor": "picking_up_floor",
    "hand luggage": "hand_luggage",
    "golf": "golf",
    "stairs": "stairs_home",
    "balance": "balance_training",
    "my family is afraid": "family_afraid",
    "skiing": "skiing",
    "kettlebell swing": "kettlebell_swing",
    "what may I still do": "everyday",
}
"""What thirteen people with a report asked, in their own words."""


@pytest.mark.parametrize(("question", "id_"), ASKED.items())
def test_what_people_asked_is_understood(question: str, id_: str) -> None:
    assert subject(question).id == id_


@pytest.mark.parametrize(
    ("question", "id_", "by"),
    [
        ("Can I lift my grandchild?", "lifting_grandchild", By.NAME),
        ("SIT-UPS", "sit_up", By.NAME),
        ("hoovering", "vacuuming", By.NAME),
        ("dedlift", "deadlift", By.SPELLING),
        ("swiming", "swimming", By.SPELLING),
        ("nordik walking", "nordic_walking", By.SPELLING),
        ("riding a horse", "horse_riding", By.NAME),
        ("ride my neighbour's pony", "horse_riding", By.KIND),
        ("barbell good morning off pins", "good_morning", By.KIND),
        ("cable crunch with a side twist", "crunch_twist", By.KIND),
        ("carry my little nephew", "lifting_toddler", By.KIND),
        ("tie my shoes", "getting_dressed", By.NAME),
    ],
)
def test_a_name_matches_exactly_then_nearly_then_by_its_kind(question: str, id_: str, by: By) -> None:
    matched = understood(question)

    assert matched is not None
    assert (matched.subject.id, matched.by) == (id_, by)


@pytest.mark.parametrize("question", ["gold", "flibber", "cocoons", "car drivers", "???", "chain handle"])
def test_what_is_not_known_is_not_guessed(question: str) -> None:
    assert understood(question) is None


@pytest.mark.parametrize("question", ["front plate rise", "squat with chains", "talking"])
def test_a_name_that_differs_in_one_whole_word_is_no_slip_of_the_pen(question: str) -> None:
    matched = understood(question)

    assert matched is None or matched.by is not By.SPELLING or question == "talking"


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("heel drop", "heel_drop"),
        ("HEEL-DROP", "heel_drop"),
        ("heel_drop", "heel_drop"),
        ("Impact_Moderate", "impact_moderate"),
        ("twisting fast or against weight", "spinal_rotation_loaded_rapid"),
    ],
)
def test_exercises_and_movements_can_be_asked_about_whatever_their_capitals(question: str, id_: str) -> None:
    assert subject(question).id == id_


def test_every_name_of_every_activity_finds_it_and_none_is_taken_for_a_symptom() -> None:
    wrong = {
        name: activity.id
        for activity in known().activities.values()
        for name in activity.names
        if (matched := understood(name)) is None or matched.subject.id != activity.id
    }

    assert wrong == {}


def test_there_are_300_activities_with_five_names_and_a_part_each() -> None:
    activities = known().activities.values()

    assert len(activities) >= 300
    assert all(len(set(activity.names)) >= 5 and activity.parts for activity in activities)


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("chest pain", "chest"),
        ("numb", "numb"),
        ("I feel dizzy", "dizzy"),
        ("back pain", "back"),
        ("golf with backache", "back"),
        ("my leg gives way", "weak_leg"),
        ("walk with a broken hip", "broken"),
    ],
)
def test_a_symptom_leads_to_safety(question: str, id_: str) -> None:
    matched = understood(question)

    assert matched is not None
    assert isinstance(matched.subject, Symptom)
    assert matched.subject.id == id_


@pytest.mark.parametrize("symptom", known().symptoms, ids=lambda symptom: symptom.id)
def test_the_answer_about_a_symptom_asks_its_safety_questions_and_offers_nothing(symptom: Symptom) -> None:
    text = can_report(assessed(age="63"), "it", Match(By.SYMPTOM, symptom, symptom.name), 80, colour=False)

    assert len(text.splitlines()) <= MOST_LINES
    assert "safety" in text.splitlines()[0]
    assert all(f"--{name.replace('_', '-')}" in text for name in symptom.fields)
    assert "fine" not in text


def test_an_emergency_behind_a_symptom_is_never_cut(run: Run) -> None:
    out = plain(run("can", "numb", *WOMAN).out)

    assert "Get emergency help now, and do not exercise, if you have: - numbness between your legs" in out


PAUSED = {
    "--saddle-numbness": "Get emergency help now.",
    "--new-back-pain": "Pause exercise until a doctor or nurse has checked you.",
}


@pytest.mark.parametrize(("option", "words"), PAUSED.items())
@pytest.mark.parametrize("what", ["golf", "chest pain", "flibber", "heel drop"])
def test_a_pause_or_an_emergency_comes_before_any_can(run: Run, what: str, option: str, words: str) -> None:
    out = plain(run("can", what, *WOMAN, option, "yes").out)

    assert words in out
    assert "fine" not in out
    assert "with some changes" not in out


def test_a_pause_says_how_to_get_by_with_what_cannot_wait(run: Run) -> None:
    out = plain(run("can", "lift my toddler", *WOMAN, "--new-back-pain", "yes").out)

    assert "Until then: Sit down, and let the child climb up to you." in out


def test_whoever_is_led_by_a_clinician_is_told_to_ask_first_and_nothing_is_fine(run: Run) -> None:
    runner = ("--age", "19", "--sex", "female", "--z-lumbar-spine", "-2.6", "--activity", "trained")
    out = run("can", "running", *runner).out

    assert out.startswith("Running, for you (19, Z-score -2.6): ask first.")
    assert "Their plan comes first." in out
    assert "To ask about: walking fast; rough trails." in out
    assert "Jogging or running: ask first." in out
    assert "fine" not in out.lower()


def test_golf_is_answered_in_its_parts(run: Run) -> None:
    out = plain(run("can", "I", "golf", *WOMAN).out)

    assert out.startswith("Golf, for you (63, T-score -2.6): most of it can go on, and some waits.")
    assert "Fine: walking the course; putting, folded at your hips; short chips;" in out
    assert "- A slow half swing; the full swing: not for now. Stay with putting and short chips." in out
    assert "Why: Bends and twists that are loaded, fast or far press hard on the spine bones." in out
    assert "No answer opens what waits." in out
    assert "not yet reviewed by a clinician" in out


def test_what_is_told_to_do_instead_is_open_itself_to_those_who_cannot_stand(run: Run) -> None:
    seated = ("--stands", "cannot", "--other-conditions", "yes", *WOMAN)
    out = plain(run("can", "swimming", *seated).out)

    assert "or walk in the water" not in out
    assert "Train on firm ground, on foot or in a chair." in out


def test_what_no_answer_opens_names_no_reason_that_time_or_training_would_take_away(run: Run) -> None:
    person = ("--t-lumbar-spine", "-3.1", "--age", "65", "--activity", "regular")
    out = plain(run("can", "dropping onto my seat", *person).out)

    assert "Why: Full backbends, deep bends and jolts ask too much of bone at this score." in out
    assert "jumps" not in out


def test_stairs_are_practised_beside_somebody_where_they_are_no_training_yet(run: Run) -> None:
    person = ("--age", "78", "--t-score", "-2.9", "--walking-aid", "yes", "--supervision", "professional")
    out = plain(run("can", "stairs", *person).out)

    assert "Fine: the stairs of your home, with the rail." in out
    assert "Practising on one step, with the rail: only with somebody trained beside you." in out
    assert "Going up and down as training: not for now." in out


def test_who_is_new_to_it_is_told_to_begin_with_the_first_steps(run: Run) -> None:
    new = "New to you? Begin with the first steps"

    assert new in run("can", "gym", *WOMAN).out
    assert new not in run("can", "golf", *WOMAN).out


def test_what_would_open_a_part_is_said(run: Run) -> None:
    out = plain(run("can", "jogging", "--t-score", "-3.9", "--age", "54").out)

    assert "What would open it (jogging or running): A picture of your spine" in out
    assert "Eight weeks of regular strength training" in out


def test_what_is_fine_only_if_an_open_answer_is_well_says_so(run: Run) -> None:
    ran = run("can", "squat", "--t-score", "-0.5", "--age", "60")

    assert "fine, if all is well with the checks below." in plain(ran.out.split("\n\n")[0])
    assert "All this holds only if none of these is true: a broken bone in your spine;" in plain(ran.out)


def test_nothing_told_is_answered_with_all_care(run: Run) -> None:
    ran = run("can", "golf")

    assert ran.code == 0
    assert ran.out.startswith("Golf, for you (nothing told yet): most of it can go on")
    assert "Your T-score, or the full story of your broken bones, would open more." in plain(ran.out)


def test_what_was_matched_is_said(run: Run) -> None:
    assert "“dedlift” is taken as “deadlift”." in run("can", "dedlift", *WOMAN).out
    assert "“ride my pony” is taken as a kind of “horse riding”." in run("can", "ride my pony", *WOMAN).out


def test_an_unknown_word_is_said_to_be_unknown_with_the_movements_to_look_out_for(run: Run) -> None:
    ran = run("can", "flibber", *WOMAN)

    assert ran.code == 3
    assert ran.out.startswith("“flibber” is not known here.\n")
    assert "Not for now: rounding your back as far as it goes;" in plain(ran.out)
    assert len(ran.out.splitlines()) <= MOST_LINES


def test_what_somebody_types_cannot_steer_the_terminal(run: Run) -> None:
    ran = run("can", "\x1b[31mred", *WOMAN)

    assert "\x1b" not in ran.out
    assert "\\u001b[31mred" in ran.out


@pytest.mark.parametrize("word", ["", "  "])
def test_an_empty_question_is_a_usage_error(run: Run, word: str) -> None:
    ran = run("can", word, *WOMAN, "--new-back-pain", "yes")

    assert ran.code == 2
    assert "Nothing was asked." in ran.err


def test_a_very_long_question_is_cut_short(run: Run) -> None:
    out = run("can", "flibber " * 500, *WOMAN).out

    assert len(out.splitlines()) <= MOST_LINES


def test_json_has_a_schema_of_its_own(run: Run) -> None:
    data = json.loads(run("can", "golf", *WOMAN, "--format", "json").out)
    parts = {part["id"]: part for part in data["parts"]}

    assert data["schema"] == "recommender.can.v1"
    assert data["match"] == {
        "by": "name",
        "kind": "activity",
        "id": "golf",
        "name": "golf",
        "taken_as": "golf",
    }
    assert parts["full_swing"]["verdict"] == "avoid"
    assert parts["full_swing"]["movements"] == ["spinal_rotation_loaded_rapid", "foot_planted_twist"]
    assert parts["full_swing"]["permitted"] is False
    assert parts["walk"]["verdict"] == "ok"


def test_json_of_a_pause_has_no_verdict_on_anything(run: Run) -> None:
    data = json.loads(run("can", "golf", *WOMAN, "--new-back-pain", "yes", "--format", "json").out)

    assert data["clearance"] == "hold"
    assert data["parts"] == []
    assert data["referrals"][0]["urgency"] == "urgent"


def test_json_of_a_symptom_names_its_fields_and_of_the_unknown_nothing(run: Run) -> None:
    data = json.loads(run("can", "chest pain", "--format", "json").out)
    assert (data["match"]["kind"], data["match"]["fields"]) == (
        "symptom",
        ["chest_pain_now", "chest_pain"],
    )
    assert json.loads(run("can", "flibber", "--format", "json").out)["match"] is None


def test_a_profile_is_read_as_assess_reads_it(run: Run) -> None:
    example = ROOT / "profiles" / "examples" / "trained_and_afraid.yaml"

    assert "(54, T-score -3.9)" in run("can", "golf", "--profile", example).out
    assert run("can", "golf", "--t-score", "2.6.1").code == 3


FLAGGED = """
sit-ups; sit up; crunches; crunch; bicycle crunch; reverse crunch; cable crunch; decline crunch;
weighted sit-ups; janda sit-up; good mornings; seated good morning; barbell good morning;
stiff leg barbell good morning; russian twist; cable russian twists; medicine ball twist; barbell twist;
torso rotation; cable wood chop; plate twist; golf swing; toe touches; touching my toes;
standing toe touches; v-ups; jackknife sit-up; roll up; elbow to knee; hanging pike
"""


@pytest.mark.parametrize("name", [name.strip() for name in FLAGGED.split(";")])
def test_no_sit_up_crunch_good_morning_loaded_twist_or_toe_touch_is_fine_at_minus_three(name: str) -> None:
    person = assessed(t_score="-3.0", age="60")

    assert answer(person, subject(name)).waiting


# ── Fifteen lines for everybody ─────────────────────────────────────────────────────────────────────────────


def _people(count: int) -> list[Assessment]:
    people, chance, engine = People(book()), random.Random(19), best_engine()(book().strata)
    return [assess(book(), engine, people.read(people.anyone(chance))) for _ in range(count)]


def _too_long(person: Assessment, activities: list[str]) -> list[str]:
    """Return the activities whose answer has too many lines, or a line that is too wide, for a person."""
    wrong = []
    for id_ in activities:
        activity = known().activities[id_]
        longest = max(activity.names, key=len)
        lines = can_report(
            person, longest, Match(By.KIND, of_activity(activity), activity.names[0]), 80, colour=False
        ).splitlines()
        if len(lines) > MOST_LINES or max(map(len, lines)) > 80:
            wrong.append(id_)
    return wrong


def test_no_answer_has_more_than_fifteen_lines() -> None:
    """A sample: each person is asked about a few of the activities, the longest answers among them."""
    chance = random.Random(5)
    for person in _people(60):
        some = [*chance.sample(sorted(known().activities), 5), "gym", "circuit", "everyday"]
        assert _too_long(person, some) == []


@pytest.mark.heavy
def test_no_answer_has_more_than_fifteen_lines_for_200_people_and_all_activities() -> None:
    for person in _people(200):
        assert _too_long(person, list(known().activities)) == []


def test_what_may_not_be_done_is_named_in_every_answer_however_short() -> None:
    for person in (person for person in _people(40) if person.clearance.has_plan):
        for id_ in ("gym", "circuit", "golf", "yoga", "heavy_lifting"):
            asked = of_activity(known().activities[id_])
            text = plain(can_report(person, "x", Match(By.KIND, asked, "x"), 80, colour=False)).lower()
            assert all(each.part.name.lower() in text for each in answer(person, asked).waiting)


def test_a_part_is_as_strict_as_the_strictest_of_its_movements() -> None:
    for person in _people(3):
        for activity in list(known().activities.values())[::3]:
            for each in answer(person, of_activity(activity)).parts:
                verdicts = [person.movement(id_).verdict for id_ in each.part.movements]
                assert each.verdict is max(verdicts)
                assert (each.verdict is Verdict.OK) <= each.permitted


# ── Activities are part of the rulebook ─────────────────────────────────────────────────────────────────────

PARTS = """\
source_status: design_default
parts:
  bend: {name: bending forward, movements: [bend_loaded], how: Go slowly., instead: Sit down.}
  fold: {name: folding at your hips, movements: [hip_hinge], how: Fold a little., instead: Stand tall.}
"""
ACTIVITIES = """\
source_status: design_default
activities:
  - id: weeding
    names: [weeding, pull weeds, weed the beds, weed the path, hoeing]
    parts: [bend, fold]
"""
NAMING = "filler: [i, can, my]\n"
SMALL = {
    "activities/parts.yaml": PARTS,
    "activities/garden.yaml": ACTIVITIES,
    "activities/naming.yaml": NAMING,
}


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """Return the small activities with one piece of one file changed."""
    assert SMALL[f"activities/{file}"].count(old) >= 1, old
    return {**SMALL, f"activities/{file}": SMALL[f"activities/{file}"].replace(old, new, 1)}


def test_small_activities_are_sound_before_anything_is_broken(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "check", "--rules", write(tmp_path, SMALL))

    assert (ran.code, ran.err) == (0, "")
    assert "1 activities: no problem found." in ran.out


BROKEN = {
    "an unknown movement": (
        changed("parts.yaml", "[hip_hinge]", "[hip_hing]"),
        ("parts.yaml:4:50: `hip_hing` is not a known movement.", "Did you mean `hip_hinge`?"),
    ),
    "an unknown part": (
        changed("garden.yaml", "[bend, fold]", "[bend, flod]"),
        ("garden.yaml:5:19:", "`flod` is not a known part", "Did you mean `fold`?"),
    ),
    "a part of one letter": (
        changed("garden.yaml", "[bend, fold]", "[bend, f]"),
        ("garden.yaml:5:19:", "`f` is not a known part"),
    ),
    "two names for one place": (
        changed("garden.yaml", "[bend, fold]", "[bend, {fold: Folding, bend: Bending}]"),
        ("garden.yaml:5:19:", "is not a known part"),
    ),
    "a part without movements": (
        changed("parts.yaml", "[hip_hinge]", "[]"),
        ("parts.yaml:4:9: `fold` contains no movement.",),
    ),
    "fewer than five names": (
        changed("garden.yaml", ", hoeing", ""),
        ("garden.yaml:4:12: `weeding` has fewer than 5 names.",),
    ),
    "one name of two activities": (
        changed(
            "garden.yaml",
            "    parts",
            "    parts: [fold]\n  - id: hoe\n    names: [hoe, a, b, c, Weeding!]\n    parts",
        ),
        ("`Weeding!` is a name of `weeding` too.",),
    ),
    "the same id twice": (
        changed(
            "garden.yaml",
            "    parts",
            "    parts: [fold]\n  - id: weeding\n    names: [a, b, c, d, e]\n    parts",
        ),
        ("`weeding` is defined twice.",),
    ),
    "no activity parts": (changed("garden.yaml", "[bend, fold]", "[]"), ("`weeding` has no part.",)),
    "no source status": (
        changed("garden.yaml", "source_status: design_default\n", ""),
        ("`weeding` lacks `source_status`.",),
    ),
    "advice too long for the answer": (
        changed("parts.yaml", "Go slowly.", "Go slowly " * 9),
        ("characters, and an answer has room for 80.",),
    ),
    "a kind of nothing": (
        changed("naming.yaml", "filler", "kinds: [{activity: weedin, every: [weed]}]\nfiller"),
        ("`weedin` is not a known activity.", "Did you mean `weeding`?"),
    ),
    "an addition of an unknown part": (
        changed("naming.yaml", "filler", "additions: [{part: flod, every: [weight]}]\nfiller"),
        ("naming.yaml:1:20:", "`flod` is not a known part", "Did you mean `fold`?"),
    ),
    "a symptom of an unknown field": (
        changed(
            "naming.yaml",
            "filler",
            "symptoms: [{id: x, name: x, words: [{every: [x]}], fields: [fevr]}]\nfiller",
        ),
        ("`fevr` is not a known field.",),
    ),
    "a section that does not exist": (changed("naming.yaml", "filler", "fillre"), ("`fillre`", "`filler`?")),
}


@pytest.mark.parametrize(("files", "says"), BROKEN.values(), ids=BROKEN)
def test_activities_that_have_no_meaning_are_refused_at_their_place(
    run: Run, tmp_path: Path, files: dict[str, str], says: tuple[str, ...]
) -> None:
    ran = run("can", "weeding", "--age", "60", "--rules", write(tmp_path, files))

    assert ran.code == 3
    assert any(all(word in error for word in says) for error in ran.errors), ran.err


SLIPS = {
    "a hard word": (
        changed(
            "parts.yaml", "Go slowly.", "Utilise appropriate lumbopelvic dissociation whenever necessary."
        ),
        "reads at grade",
    ),
    "a part that nobody uses": (
        changed("garden.yaml", "[bend, fold]", "[bend]"),
        "the part `fold` is in no activity.",
    ),
    "a part that names another movement": (
        changed("naming.yaml", "filler", "part_words: [{words: [bending], movements: [hip_hinge]}]\nfiller"),
        "the part “bending forward” of `weeding` names “bending” and contains no such movement.",
    ),
    "an addition that names another movement": (
        changed(
            "naming.yaml",
            "filler",
            "part_words: [{words: [bent], movements: [hip_hinge]}]\n"
            "additions: [{part: {bend: bent with a weight}, every: [weight]}]\nfiller",
        ),
        "naming.yaml:2:20: the part “bent with a weight” of `additions` names “bent” and contains no such "
        "movement.",
    ),
}


@pytest.mark.parametrize(("files", "says"), SLIPS.values(), ids=SLIPS)
def test_check_finds_slips_in_activities(run: Run, tmp_path: Path, files: dict[str, str], says: str) -> None:
    ran = run("rules", "check", "--rules", write(tmp_path, files))

    assert ran.code == 1
    assert says in ran.err


def test_check_refuses_what_can_would_refuse(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "check", "--rules", write(tmp_path, changed("garden.yaml", "[bend, fold]", "[]")))

    assert ran.code == 3
    assert "`weeding` has no part." in ran.err


def test_activities_are_hashed_with_the_rulebook_and_never_read_for_a_plan(run: Run, tmp_path: Path) -> None:
    sound, broken = (
        write(tmp_path / name, files)
        for name, files in (("a", SMALL), ("b", changed("garden.yaml", "[bend, fold]", "[nothing]")))
    )

    assert load_rulebook(sound).sha256 != load_rulebook(broken).sha256
    assert run("assess", "--age", "60", "--rules", broken).code == 0


@pytest.mark.heavy
def test_a_plan_does_not_import_what_answers_questions() -> None:
    code = (
        "import sys; from recommender.cli.entry import main\n"
        "try: main('assess', '--t-score', '-2.6')\n"
        "except SystemExit: print('recommender.activities' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stderr.strip().endswith("False")


def test_a_rulebook_without_activities_still_answers_about_exercises(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path)

    assert run("can", "hinge", "--age", "60", "--rules", folder).code == 0
    assert run("can", "golf", "--age", "60", "--rules", folder).code == 3


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("[bend, fold]", "[fold]", 1, "activity weeding: bend"),
        ("[bend, fold]", "[bend, fold, fold]", 0, "Equivalent for every possible person"),
        ("pull weeds", "weed pulling", 0, "activities weeding names before: weeding | pull weeds"),
    ],
)
def test_a_change_of_activities_is_compared(
    run: Run, tmp_path: Path, old: str, new: str, code: int, says: str
) -> None:
    before, after = write(tmp_path / "a", SMALL), write(tmp_path / "b", changed("garden.yaml", old, new))

    ran = run("rules", "diff", before, after, "--words-read-by", "A. Author", "--role", "author")

    assert ran.code == code, ran.err
    assert says in plain(ran.out)


@pytest.mark.parametrize(
    ("old", "new", "code", "heading"),
    [
        ("movements: [hip_hinge]", "movements: [hip_hinge, bend_loaded]", 0, "STRICTER: 1"),
        ("movements: [bend_loaded]", "movements: [hip_hinge]", 1, "NOT TO BE COMPARED: 1"),
    ],
)
def test_a_part_that_lost_a_movement_is_laxer_and_one_that_gained_one_stricter(
    run: Run, tmp_path: Path, old: str, new: str, code: int, heading: str
) -> None:
    before, after = write(tmp_path / "a", SMALL), write(tmp_path / "b", changed("parts.yaml", old, new))

    ran = run("rules", "diff", before, after, "--words-read-by", "A. Author", "--role", "author")

    assert (ran.code, heading in ran.out) == (code, True), ran.out


def test_an_addition_that_is_gone_is_compared(run: Run, tmp_path: Path) -> None:
    added = changed("naming.yaml", "filler", "additions: [{part: bend, every: [weight]}]\nfiller")
    before, after = write(tmp_path / "a", added), write(tmp_path / "b", SMALL)

    ran = run("rules", "diff", before, after, "--words-read-by", "A. Author", "--role", "author")

    assert (ran.code, "activity additions: bend" in plain(ran.out)) == (1, True), ran.out


def test_the_files_of_activities_stand_beside_the_rules() -> None:
    assert len(list((data_folder("rules") / "activities").iterdir())) >= 10


def test_names_are_alike_whatever_their_signs_accents_and_plurals() -> None:
    assert normalised("Sit-Ups!") == normalised("sit up") == "sit up"
    assert normalised("Boxes, crunches and dresses") == "box crunch and dress"
    assert normalised("Péta\u2019nque") == "petanque"
    assert normalised("can I", {"can", "i"}) == "can i"
    assert normalised("As abs and a boss in a bus") == "as ab and a boss in a bus"


# ── Beside it: why, and a bare word ─────────────────────────────────────────────────────────────────────────


@pytest.mark.heavy
def test_why_takes_the_name_of_a_movement_and_says_what_would_open_it(run: Run) -> None:
    out = plain(run("why", "jogging, stamping and low jumps", "--t-score", "-3.9", "--age", "54").out)

    assert "WHAT WOULD OPEN IT All of these are needed: - A picture of your spine" in out
    assert "- Eight weeks of regular strength training would open this." in out


@pytest.mark.heavy
def test_why_says_plainly_where_nothing_would_open_a_movement(run: Run) -> None:
    out = plain(run("why", "spinal_rotation_loaded_rapid", *WOMAN).out)

    assert "WHAT WOULD OPEN IT No answer opens this for now." in out


def test_why_about_an_activity_leads_to_can(run: Run) -> None:
    ran = run("why", "golf", *WOMAN)

    assert ran.code == 3
    assert "recommender can golf" in ran.err


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        (("yoga",), "To ask about it: recommender can yoga"),
        (("bath",), "To ask about it: recommender can bath"),
        (("golf", "--t-score", "-2.6"), "To ask about it: recommender can golf --t-score -2.6"),
        (("asess",), "Did you mean `assess`?"),
    ],
)
def test_a_bare_word_leads_to_can_and_a_mistyped_command_to_the_command(
    run: Run, word: tuple[str, ...], hint: str
) -> None:
    ran = run(*word)

    assert ran.code == 2
    assert hint in ran.err


def test_everyday_words_stay_where_something_is_to_be_done_differently(run: Run) -> None:
    out = plain(run("assess", "--t-score", "-1.7", "--age", "57", "--show", "daily").out)

    assert "as in a full golf swing, a ball throw or a twist machine at the gym. How:" in out
    assert "a horse" in out
