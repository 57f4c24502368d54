"""After a week: each exercise moves on, stays, goes a step back or is left out, and that is kept."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import RulebookError
from recommender.person.assessment import Assessment
from recommender.person.checkin import after_week
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.rulebook.checkin import KEPT, MOVED_ON, TAKEN_BACK, read_checkin
from recommender.rulebook.loading import load_checkin, load_checkin_documents
from recommender.vocabulary.profile import LEFT_OUT, read_profile
from tests.conftest import Run, examples
from tests.people import book

PERSON = {"t_score": "-2.6", "age": "70", "activity": "some"}
SAFE = {"changed": "no", "weeks_off": "0"}
GOOD = {"done": "most", "pain": "none", "effort": "easy", "ready": "yes"}


def assessed(answers: dict[str, str], practice: dict[str, str] | None = None) -> Assessment:
    profile = read_profile(book().vocabulary, answers, {})._replace(practice=practice or {})
    return assess(book(), ReferenceEngine(book().strata), profile)


def steps(told: dict[str, dict[str, str]], practice: dict[str, str] | None = None) -> dict[str, str]:
    """Return how exercises go on of which this was told, by id."""
    checkin = load_checkin(book())
    assert checkin is not None
    offers = {offer.exercise.id: offer for offer in assessed(PERSON, practice).offers}
    results = after_week(
        checkin,
        {id_: (offers[id_], read_profile(checkin.vocabulary, answers, {})) for id_, answers in told.items()},
    )
    for result in results:
        assert result.form is None or result.form in result.offer.permitted
    return {result.offer.exercise.id: result.step for result in results}


@pytest.mark.parametrize(
    ("told", "step"),
    [
        ({}, MOVED_ON),
        ({"pain": "sharp"}, LEFT_OUT),
        ({"pain": "sharp", "effort": "hard"}, LEFT_OUT),
        ({"pain": "next_day"}, TAKEN_BACK),
        ({"effort": "hard"}, TAKEN_BACK),
        ({"weeks_off": "2"}, TAKEN_BACK),
        ({"pain": "mild"}, KEPT),
        ({"effort": "right"}, KEPT),
        ({"done": "some"}, KEPT),
        ({"ready": "no"}, KEPT),
        ({"changed": "yes"}, KEPT),
    ],
)
def test_pain_comes_first_and_a_step_on_needs_that_all_is_well(told: dict[str, str], step: str) -> None:
    assert steps({"band_row": {**SAFE, **GOOD, **told}}) == {"band_row": step}


@given(st.sets(st.sampled_from([*GOOD, "changed"]), min_size=1))
@settings(max_examples=examples(30), deadline=None)
def test_what_is_not_known_moves_nothing_on(unknown: set[str]) -> None:
    told = {name: answer for name, answer in {**SAFE, **GOOD}.items() if name not in unknown}
    assert steps({"band_row": told}) == {"band_row": KEPT}


def test_nobody_is_moved_on_whose_body_gets_too_little_energy() -> None:
    assert any(offer.next for offer in assessed(PERSON).offers)
    held = assessed({**PERSON, "low_energy": "yes"})
    assert [offer.exercise.id for offer in held.offers if offer.next] == []


def test_two_exercises_move_on_in_one_week_and_no_more() -> None:
    session = assessed(PERSON).session
    assert session is not None
    results = steps({id_: {**SAFE, **GOOD} for id_ in session.exercises})
    assert list(results.values()).count(MOVED_ON) == 2
    assert set(results.values()) == {MOVED_ON, KEPT}


def test_a_step_on_is_one_step_and_ends_at_what_the_rules_permit() -> None:
    ladder = ["single_leg_two_hands", "single_leg_fingertips", "single_leg_free"]
    for now, then in pairwise(ladder):
        offer = assessed(PERSON, {"single_leg_stance": now}).offer("single_leg_stance")
        assert offer is not None
        assert offer.start.level.id == now
        assert offer.next is not None
        assert offer.next.level.id == then
    weaker = assessed({**PERSON, "unsteady": "yes"}, {"single_leg_stance": ladder[-1]}).offer(
        "single_leg_stance"
    )
    assert weaker is not None
    assert weaker.start.level.id == weaker.level.id != ladder[-1]


@pytest.mark.parametrize(
    "event",
    [
        {"laid_up_weeks": "3"},
        {"falls_12m": "1", "injurious_fall": "yes"},
        {"joint_replacement_months": "11"},
        {"other_surgery_months": "2.5"},
    ],
)
def test_after_an_illness_an_injury_or_an_operation_the_first_step_comes_again(event: dict[str, str]) -> None:
    reached = {"band_row": "band_row_loaded"}
    before, after = (assessed({**PERSON, **extra}, reached).offer("band_row") for extra in ({}, event))
    assert before is not None
    assert before.start.level.id == "band_row_loaded"
    assert after is None or after.start.level.id == "band_row_seated"


def test_after_two_weeks_off_what_was_reached_goes_one_step_back() -> None:
    offer = assessed({**PERSON, "training_break_weeks": "3"}, {"band_row": "band_row_loaded"}).offer(
        "band_row"
    )
    assert offer is not None
    assert offer.start.level.id == "band_row_seated"


def test_a_level_that_nobody_knows_is_no_beginning() -> None:
    offer = assessed(PERSON, {"band_row": "band_row_of_iron"}).offer("band_row")
    assert offer is not None
    assert offer.start.level.id == "band_row_seated"


def test_in_place_of_what_hurt_sharply_nothing_else_is_chosen() -> None:
    whole, rest = assessed(PERSON).session, assessed(PERSON, {"wall_push_up": LEFT_OUT}).session
    assert whole is not None
    assert rest is not None
    assert [id_ for id_ in whole.exercises if id_ != "wall_push_up"] == list(rest.exercises)


def test_a_level_that_nobody_knows_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    practice = "practice:\n  band_row: band_row_of_iron\n  gone: left_out\n  heel_raise: left_out\n"
    file.write_text(f"t_score: -2.6\nage: 70\n{practice}", encoding="utf-8")
    ran = run("assess", "--profile", file)
    assert ran.code == 0
    assert "`band_row: band_row_of_iron` is not known in this rulebook" in ran.err
    assert "`gone: left_out`" in ran.err
    assert "heel_raise" not in ran.err


ANSWERS = b"no\n0\n" + b"most\nnone\neasy\nyes\n" * 7


@pytest.mark.parametrize("name", ["me.yaml", "me.json"])
def test_what_was_reached_is_kept_in_the_profile_and_assess_begins_there(
    run: Run, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    text = "# mine\nt_score: -2.6\npractice:\n  heel_raise: left_out\nage: 70\nactivity: some\n"
    as_json = json.dumps({**PERSON, "practice": {"heel_raise": "left_out"}})
    file.write_text(as_json if name.endswith("json") else text, encoding="utf-8")
    ran = run("checkin", "--profile", file, stdin=ANSWERS)
    assert ran.code == 0
    assert "How you go on" in ran.out
    after = file.read_text(encoding="utf-8")
    assert after.count("practice") == 1
    assert name.endswith("json") or "# mine" in after
    exercises = json.loads(run("assess", "--profile", file, "--format", "json").out)["exercises"]
    starts = {exercise["id"]: exercise["start"]["level"] for exercise in exercises}
    assert starts["sit_to_stand"] == "sit_to_stand_free"
    assert starts["band_row"] == "band_row_seated"
    assert "heel_raise" in after
    assert "left_out" in after


def test_enter_is_never_an_answer_and_nonsense_is_asked_again(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    file.write_text("t_score: -2.6\nage: 70\n", encoding="utf-8")
    ran = run("checkin", "--profile", file, stdin=b"what?\n?\n" + b"\n" * 40)
    assert ran.code == 0
    assert "`what?` is not an answer" in ran.out
    assert "move on" not in ran.out.partition("How you go on")[2].replace("Move on when", "")
    assert "Answer the questions again" in " ".join(ran.out.split())


def test_whoever_stops_early_keeps_the_profile_as_it_was(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    file.write_text("t_score: -2.6\nage: 70\n", encoding="utf-8")
    assert run("checkin", "--profile", file, stdin=b"no\n0\nmost\n").code == 130
    assert file.read_text(encoding="utf-8") == "t_score: -2.6\nage: 70\n"


def test_a_pause_comes_before_any_check_in(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    file.write_text("t_score: -2.6\nsaddle_numbness: yes\n", encoding="utf-8")
    ran = run("checkin", "--profile", file)
    assert ran.code == 0
    assert "recommender assess --profile" in " ".join(ran.out.split())


@pytest.mark.parametrize("practice", ["[1, 2]", "{walking: [1]}", "{walking: walking_easy, squat: [1]}"])
def test_a_practice_that_is_no_list_of_levels_is_refused_at_its_place(
    run: Run, tmp_path: Path, practice: str
) -> None:
    file = tmp_path / "me.yaml"
    file.write_text(f"t_score: -2.6\npractice: {practice}\n", encoding="utf-8")
    ran = run("assess", "--profile", file)
    assert ran.code == 3
    assert "me.yaml:2:11: practice: this must be a list of `exercise: level` lines." in ran.err


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("at_once", "0", "`0` is not a known number of exercises"),
        ("at_once", "10", "`10` is not a known number of exercises"),
        ("scales", {"goes_on": ["moved_on", "kept"]}, "the steps are moved_on, kept, taken_back, left_out."),
    ],
)
def test_a_slip_in_the_data_of_a_check_in_is_told(key: str, value: object, says: str) -> None:
    [document] = load_checkin_documents()
    changed = document._replace(data={**document.data, key: value})
    with pytest.raises(RulebookError) as refused:
        read_checkin(changed, book())
    assert says in str(refused.value)


@pytest.mark.parametrize("number", [1, 9])
def test_one_to_nine_exercises_may_move_on_in_one_week(number: int) -> None:
    [document] = load_checkin_documents()
    changed = document._replace(data={**document.data, "at_once": str(number)})

    assert read_checkin(changed, book()).at_once == number
