"""What an open answer could change: the questions, their order and counts, and what would open what waits."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.person.what_if import worst_answer
from recommender.rulebook import load_rulebook
from recommender.vocabulary import Field
from recommender.vocabulary.profile import read_profile
from tests.conftest import Run
from tests.people import COMMENTER, as_json, assessed, book
from tests.test_broken_rulebooks import SMALL, write

ORDINARY = {"age": "61", "t_score": "-2.6"}
EMERGENCIES = ("saddle_numbness", "cannot_bear_weight")
WITH_OTHERS = ("chest_pain", "fainting")  # an emergency where effort brings both on
BY_Z = ("--age", "32", "--sex", "female", "--menopause", "pre")


def questions(**answers: str) -> dict[str, tuple[str, int]]:
    """Return the kind of each question, and how many exercises its answer could change, in their order."""
    return counted(as_json(**answers))


def counted(answer: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    return {entry["field"]: (entry["kind"], entry["could_change"]) for entry in answer["questions"]}


def between(text: str, start: str, end: str) -> str:
    """Return what stands between two headings, on one line."""
    return " ".join(text.partition(start)[2].partition(end)[0].split())


def offered(**answers: str) -> set[str]:
    return {entry["id"] for entry in as_json(**answers)["exercises"]}


@pytest.mark.parametrize(
    ("spine", "hip", "neck"),
    [("-2.4", "-0.6", "-1.1"), ("-0.6", "-1.1", "-2.4"), ("-1.1", "-2.4", "-0.6")],
)
def test_the_lowest_z_score_is_shown_beside_its_label(run: Run, spine: str, hip: str, neck: str) -> None:
    scores = ("--z-lumbar-spine", spine, "--z-total-hip", hip, "--z-femoral-neck", neck)

    for audience in ("person", "clinician"):
        out = run("assess", "--audience", audience, *BY_Z, *scores).out
        assert re.search(r"Lowest Z-score:? +-2\.4\b", out)


@pytest.mark.parametrize("flag", [*EMERGENCIES, "chest_pain", "new_back_pain", "fainting"])
def test_a_safety_question_counts_the_exercises_that_its_answer_would_take_away(flag: str) -> None:
    """What a pause leaves open (turning in bed, breathing) counts for an emergency only."""
    supple = {**ORDINARY, "stiff_spine": "no"}  # with a fused spine new back pain is an emergency
    lost = offered(**supple) - offered(**supple, **{flag: "yes"})

    assert questions(**supple)[flag] == ("safety", len(lost) + 2 * (flag in WITH_OTHERS))
    assert len(lost) == 41 - 2 * (flag not in EMERGENCIES)


def test_safety_comes_first_and_what_could_change_more_comes_before_what_could_change_less() -> None:
    asked = list(questions(**COMMENTER).values())
    order = ["safety", "sharpen", "opens"]

    assert asked == sorted(asked, key=lambda found: (order.index(found[0]), -found[1]))
    assert {kind for kind, _ in asked} == set(order)
    assert len({number for _, number in asked}) > 5


def test_only_the_reasons_that_stand_are_told_where_another_only_waits_for_a_picture(run: Run) -> None:
    """Very heavy lifting wants a coach, picture or none; jumps wait for the picture alone."""
    options = [word for name, answer in COMMENTER.items() for word in (f"--{name.replace('_', '-')}", answer)]
    waits = between(run("assess", "--show", "all", *options).out, "WHAT WAITS FOR NOW", "HOW TO MOVE")
    jump, deadlift = waits.partition("Coached deadlift")[::2]

    assert "- Jumping and jogging wait until a picture of your spine shows no broken bone." in jump
    assert "- Very heavy lifting needs a coach beside you. Instead:" in deadlift
    assert "Very heavy lifting waits until a picture" not in deadlift


def test_a_reason_stands_unless_a_proof_would_lift_it() -> None:
    standing = {
        entry.exercise.id: ([rule.id for rule in entry.rules], [rule.id for rule in entry.standing])
        for entry in assessed(**COMMENTER).withheld
    }

    assert standing["deadlift_supervised"] == (["H17", "G06", "G07", "H19"], ["H17", "H19"])
    assert standing["low_jump"] == (["G03"], [])
    assert standing["wall_walk_back"] == (["H14", "H08"], ["H14", "H08"])


def test_what_holds_somebody_back_only_because_nobody_answered_is_asked_and_counts_all_that_waits() -> None:
    broken = {"age": "60", "t_score": "-2.0", "other_fractures": "1", "fracture_months": "1.9"}
    found = as_json(**broken)

    assert found["clearance"] == "clinician_led"
    assert questions(**broken)["latest_fracture_wrist"] == ("sharpen", len(assessed(**broken).withheld))
    assert as_json(**broken, latest_fracture_wrist="yes")["clearance"] == "clear_if_screened"
    assert "latest_fracture_wrist" not in questions(**broken, latest_fracture_wrist="no")


def test_a_note_that_rests_on_a_missing_score_asks_for_it() -> None:
    asked = questions(age="74", t_score="-2.3")

    assert {asked[name] for name in ("t_lumbar_spine", "t_total_hip", "t_femoral_neck")} == {("sharpen", 0)}
    assert "t_femoral_neck" not in questions(age="74", t_score="-2.3", t_femoral_neck="-2.0")


GATE = """\
  - id: S02
    title: Lift once you are steady
    unless: can_rise_from_floor and not unsteady
    opens: Being steady would open this.
    limit:
      avoid: [bend_loaded]
    say: Lifting waits.
    because: A stumble jolts the spine.
    certainty: design_default
    source_status: design_default
    sources: [DD]
    cases:
      fires: [{age: 60}, {unsteady: yes}]
      silent: [{can_rise_from_floor: yes, unsteady: no}]
"""
WHOLE_BONES = ("--vertebral-fractures", "0", "--hip-fracture", "no", "--other-fractures", "0")


def test_a_limit_that_waits_for_a_proof_tells_what_would_open_it(run: Run, tmp_path: Path) -> None:
    """A rule with `unless` and `limit` waits for its own proof, and not for that of a conclusion."""
    folder = write(tmp_path, {"limits.yaml": SMALL["limits.yaml"] + GATE})
    somebody = ("assess", "--format", "json", "--rules", folder, "--t-score", "-1.0", *WHOLE_BONES)

    def answer(*options: str) -> dict[str, Any]:
        ran = run(*somebody, *options)
        assert ran.code == 0, ran.err
        found: dict[str, Any] = json.loads(ran.out)
        return found

    def needs(*options: str) -> list[tuple[str, str]]:
        waiting = answer(*options)["withheld"]
        return [tuple(need.values()) for entry in waiting for need in entry["would_need"]]

    both = [(name, "Being steady would open this.") for name in ("can_rise_from_floor", "unsteady")]
    asked = counted(answer())
    assert needs() == both
    assert asked["can_rise_from_floor"] == asked["unsteady"] == ("opens", 1)
    assert needs("--unsteady", "no") == both[:1]
    assert needs("--unsteady", "yes") == both
    assert answer("--unsteady", "no", "--can-rise-from-floor", "yes")["withheld"] == []


@pytest.mark.parametrize(("score", "reason"), [("-1.0", "Lifting waits."), ("-2.6", "Bend at your hips.")])
def test_it_is_not_told_beside_one_that_stands(run: Run, tmp_path: Path, score: str, reason: str) -> None:
    folder = write(tmp_path, {"limits.yaml": SMALL["limits.yaml"] + GATE})
    out = run("assess", "--show", "all", "--rules", folder, "--t-score", score, *WHOLE_BONES).out

    assert between(out, "WHAT WAITS", "Instead").endswith(f"Deadlift - {reason}")


def test_a_limit_that_names_no_proof_stands_and_would_need_nothing(run: Run, tmp_path: Path) -> None:
    closed = GATE.replace("    opens: Being steady would open this.\n", "")
    folder = write(tmp_path, {"limits.yaml": SMALL["limits.yaml"] + closed})
    somebody = ("assess", "--rules", folder, "--t-score", "-1.0", *WHOLE_BONES)

    waiting = json.loads(run(*somebody, "--format", "json").out)["withheld"]
    assert [entry["would_need"] for entry in waiting] == [[]]
    assert between(run(*somebody, "--show", "all").out, "WHAT WAITS", "Instead").endswith(
        "Deadlift - Lifting waits."
    )


WEEK = "start_with: [hinge]"


@pytest.mark.parametrize(
    ("first", "score", "start"),
    [
        ("[deadlift, hinge]", "-1.0", "deadlift"),
        ("[deadlift, hinge]", "-2.6", "hinge"),
        ("[deadlift]", "-2.6", "hinge"),
    ],
)
def test_a_week_starts_with_what_is_open(
    run: Run, tmp_path: Path, first: str, score: str, start: str
) -> None:
    assert WEEK in SMALL["session.yaml"]
    folder = write(tmp_path, {"session.yaml": SMALL["session.yaml"].replace(WEEK, f"start_with: {first}")})
    ran = run("assess", "--format", "json", "--rules", folder, "--t-score", score, *WHOLE_BONES)

    assert [plan["start_with"] for plan in json.loads(ran.out)["week"]] == [start]


@pytest.mark.heavy
def test_what_would_change_a_movement_is_every_answer_that_a_rule_for_it_reads(run: Run) -> None:
    told = between(
        run("why", "wrist_weightbearing", "--age", "60", "--t-score", "-1.0").out,
        "WOULD CHANGE IT",
        "FOR A CLIN",
    )

    assert re.split("(?:^| )- ", told)[1:] == [
        "Broken spine bones, 1 or more: with care.",
        "Months since a wrist fracture, 3 or less: not for now.",
        "Months since a wrist fracture, above 3 to 12: with care.",
        "Shoulder trouble, yes: with care.",
        "Forearm (one-third radius) T-score, -2.5 or less: with care.",
    ]


def test_an_open_rule_of_the_same_clearance_is_named_only_if_it_is_more_urgent() -> None:
    """A heart condition asks for a word at the next visit; what would ask for the same adds nothing."""
    person = assessed(heart_condition="yes")
    same = {rule.id for rule in person.open_clearance_rules if rule.clearance is person.clearance}

    assert {"R08", "R31"} <= same
    assert same.isdisjoint({"R15", "R26", "C08"})


def test_the_words_for_a_movement_are_those_of_the_rule_that_brought_its_verdict() -> None:
    stoop = assessed(**COMMENTER).movement("lift_floor_stoop")

    assert [(rule.id, rule.limits["lift_floor_stoop"]) for rule in stoop.rules] == [
        ("H10", "modify"),
        ("H13", "avoid"),
    ]
    assert stoop.say == book().rules["H13"].say


def test_only_a_few_things_are_shown_first_to_those_who_are_known_to_be_afraid(tmp_path: Path) -> None:
    fears: list[dict[str, str]] = [{}, {"fear_of_movement": "1"}, {"fear_of_movement": "8"}]
    small = load_rulebook(write(tmp_path))
    profile = read_profile(small.vocabulary, {"age": "60"}, {})

    assert [assessed(age="60", **fear).shows_few for fear in fears] == [False, False, True]
    assert not assess(small, ReferenceEngine(small.strata), profile).shows_few


def test_what_a_field_before_it_leaves_open_is_kept_as_it_was_answered() -> None:
    """Whether anybody fell is not known: that no fall did harm is still an answer."""
    known = assessed(age="80", injurious_fall="no").profile.facts.values

    assert known["injurious_fall"] is False


@pytest.mark.parametrize("field", book().vocabulary.fields.values(), ids=lambda field: field.id)
def test_the_worst_answer_is_the_riskier_end_of_a_field(field: Field) -> None:
    """Where neither end is riskier, it is yes, the lowest or the first."""
    worst = worst_answer(field)

    if field.kind == "choice":
        assert worst == (field.choices[len(field.choices) - 1] if field.worse == "last" else field.choices[0])
    elif field.kind == "yes_no":
        assert worst is (field.worse != "no")
    else:
        assert worst == (field.high if field.worse == "higher" else field.low)


def test_gentler_exercises_that_lead_in_a_ring_lead_to_nothing(tmp_path: Path) -> None:
    """Both wait while exercise is paused, and each names the other."""
    exercises = SMALL["exercises/strength.yaml"].replace("gentler: []", "gentler: [deadlift]")
    exercises = exercises.replace("shown_up_to: hold", "shown_up_to: clear")
    led = SMALL["limits.yaml"].replace("clearance: clinician_led", "clearance: hold")
    small = load_rulebook(write(tmp_path, {"exercises/strength.yaml": exercises, "limits.yaml": led}))
    profile = read_profile(small.vocabulary, {"age": "60", "t_score": "-3.5"}, {})

    waiting = assess(small, ReferenceEngine(small.strata), profile).withheld
    assert [(entry.exercise.id, entry.instead) for entry in waiting] == [("deadlift", ()), ("hinge", ())]


def test_a_gentler_exercise_is_found_behind_one_that_waits_too(tmp_path: Path) -> None:
    middle = """\
  - id: lift
    name: Lift
    goals: [strength]
    why: It trains the legs.
    sources: [UK22]
    certainty: low
    shown_up_to: clear
    gentler: [hinge]
    stop_if: [It hurts.]
    levels:
      - id: lift_light
        name: Light
        movements: [bend_loaded]
        position: Standing.
        steps: [Lift it.]
        dose: {usual: {repeats: 10, days_a_week: 2}, gentle: {repeats: 5, days_a_week: 2}, source: DD}
        cautions: [Go slowly.]
"""
    exercises = SMALL["exercises/strength.yaml"].replace("gentler: [hinge]", "gentler: [lift]") + middle
    small = load_rulebook(write(tmp_path, {"exercises/strength.yaml": exercises}))
    profile = read_profile(small.vocabulary, {"t_score": "-2.6"}, {})

    waiting = assess(small, ReferenceEngine(small.strata), profile).withheld
    assert {entry.exercise.id: entry.instead for entry in waiting} == {
        "deadlift": ("hinge",),
        "lift": ("hinge",),
    }
