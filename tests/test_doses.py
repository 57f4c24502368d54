"""Doses are data: the sentence is made from them, and a gentle one never asks for more than the usual one."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from recommender.authoring.doses import dose_problems
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, read_yaml
from recommender.proof.wording import reworded
from recommender.rulebook import load_rulebook
from recommender.rulebook.dose_sentences import DoseSentences
from recommender.rulebook.doses import WORDS, DoseWords, read_amount, read_words
from recommender.rulebook.loading import load_documents
from recommender.rulebook.scales import Dose
from tests.conftest import Run
from tests.test_broken_rulebooks import SMALL, write

EXERCISES = "exercises/strength.yaml"
GENTLE = "gentle: {repeats: 5, days_a_week: 2}, source: DD"
USUAL = "usual: {repeats: 10, days_a_week: 2}, "
# what is not held to a most: longer rest and a longer course are no harder
NOT_HELD = {"rest_minutes", "learn_weeks", "months"}


def document(name: str) -> Document:
    """Return one file of the shipped rulebook."""
    return next(each for each in load_documents() if each.name.endswith(name))


def words() -> DoseWords:
    """Return the words that shipped doses may hold."""
    check = Checker(document("/doses.yaml"))
    return read_words(check, check.document.data[WORDS])


def levels() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each shipped exercise with each of its levels, as data."""
    for each in load_documents():
        for exercise in each.data.get("exercises", []):
            for level in exercise["levels"]:
                yield exercise, level


SENTENCES = {
    "{sets: [1, 2], repeats: [8, 12], of: repeats, manner: slow, days_a_week: {at_least: 2}}":
        "1 to 2 sets of 8 to 12 slow repeats, at least 2 days a week.",
    "{sets: 1, repeats: 1, of: repeats, days_a_week: every other day}": "1 set of 1 repeat, every other day.",
    "{repeats: [2, 3], of: presses, manner: very soft, each: of each kind, hold_seconds: 3, times_a_day: 1}":
        "2 to 3 very soft presses of each kind, held for 3 seconds, once a day.",
    "{times: [2, 4], repeats: 10, of: steps, each: each way, days_a_week: on most days}":
        "10 steps each way, 2 to 4 times, on most days.",
    "{times: 3, seconds: [10, 30], each: on each side, days_a_week: on most days}":
        "3 times 10 to 30 seconds on each side, on most days.",
    "{minutes: [1, 2], times_a_day: [2, 4]}": "1 to 2 minutes at a time, 2 to 4 times a day.",
    "{minutes: 1, times_a_day: [1, 2], then: Or stay with marching.}":
        "1 minute, once or twice a day. Or stay with marching.",
    "{repeats: 10, of: drops, days_a_week: [3, 5], months: {at_least: 6}, build_to: {repeats: 50}}":
        "Start with 10 drops, 3 to 5 days a week. Build up slowly to 50. Go on for at least 6 months.",
    "{minutes: 5, days_a_week: {up_to: 3}, learn_weeks: 8, build_to: {minutes: 30, days_a_week: 5}}":
        "Start with 5 minutes, up to 3 days a week. Build up slowly to 30 minutes, 5 days a week. "
        "Learn for about 8 weeks.",
    "{repeats: 2, of: walks, metres: [20, 40], load: with two light bags, days_a_week: 2}":
        "2 walks of 20 to 40 metres with two light bags, 2 days a week.",
    "{sets: 1, repeats: 5, of: presses, each: with each arm, load: with an empty hand, days_a_week: 2}":
        "1 set of 5 presses with each arm, with an empty hand, 2 days a week.",
    "{repeats: [3, 4], of: walks, metres: 20, days_a_week: 2, rest_minutes: [1, 2]}":
        "3 to 4 walks of 20 metres, 2 days a week. Rest for 1 to 2 minutes between walks.",
    "{times: [3, 5], minutes: [1, 2], days_a_week: on most days}":
        "1 to 2 minutes, 3 to 5 times, on most days.",
    "{sets: [1, 3], repeats: 8, load_kg: [0.5, 1], days_a_week: 2, add: weight, rest_minutes: 1}":
        "1 to 3 sets of 8 with 0.5 to 1 kg, 2 days a week. Add a little weight when 8 feel easy. "
        "Rest for 1 minute between sets.",
    "{repeats: 5, of: rounds, hold_breaths: [1, 2], hold_where: on each side, times_a_day: 2}":
        "5 rounds, held for 1 to 2 breaths on each side, twice a day.",
    "{repeats: 3, of: drops, manner: [low, soft], hold_breaths: 1, days_a_week: 3}":
        "3 low, soft drops, held for 1 breath, 3 days a week.",
    "{minutes: 10, pace: at an easy pace, times_a_day: as often as you like}":
        "10 minutes at an easy pace, as often as you like.",
    "{whenever: you get in or out of bed, how: with someone to help if you need it}":
        "Every time you get in or out of bed, with someone to help if you need it.",
    "{leave_out: stay with the first set}": "Leave it out, and stay with the first set.",
}  # fmt: skip


@pytest.mark.parametrize(("dose", "sentence"), SENTENCES.items(), ids=SENTENCES.values())
def test_a_dose_reads_as_a_person_would_write_it(dose: str, sentence: str) -> None:
    check = Checker(read_yaml(dose, "a dose"))
    amount = read_amount(check, check.document.data, (), words())

    assert not check.problems
    assert DoseSentences(load_rulebook().phrases, words()).write(amount) == sentence


FAST_TILTS = {
    "as a sentence": ('"100 sets of 80 fast tilts, ten times a day."', "a dose is numbers, not a sentence"),
    "with a word for speed": ("{sets: 1, repeats: 8, manner: fast, times_a_day: 1}", "`fast` is not a known"),
    "in a remark": ("{sets: 1, repeats: 8, how: as fast as you can, times_a_day: 1}", "`as fast as you can`"),
    "with a heavy load": (
        "{sets: 1, repeats: 8, manner: heavy, times_a_day: 1}",
        "has 3 `load`: 0 is the most",
    ),
    "with a heavy load that is also called none": (
        "{sets: 1, repeats: 8, manner: heavy, load: with no load, times_a_day: 1}",
        "has 3 `load`: 0 is the most",
    ),
    "in numbers": ("{sets: 100, repeats: 80, times_a_day: 10}", "has 100 `sets`: 3 is the most here"),
}


@pytest.mark.parametrize(("dose", "message"), FAST_TILTS.values(), ids=FAST_TILTS)
def test_a_hundred_sets_of_fast_tilts_fail(run: Run, tmp_path: Any, dose: str, message: str) -> None:
    text = SMALL[EXERCISES].replace(USUAL, f"usual: {dose}, ")
    ran = run("rules", "check", "--rules", write(tmp_path, {EXERCISES: text}))

    assert ran.code
    assert message in ran.err


HARDER = {
    "more repeats": "{repeats: 11, days_a_week: 2}",
    "more sets": "{sets: 3, repeats: 5, days_a_week: 2}",
    "more days": "{repeats: 10, days_a_week: 3}",
    "more times a day": "{repeats: 10, times_a_day: 2, days_a_week: 2}",
    "a hold": "{repeats: 5, hold_seconds: 10, days_a_week: 2}",
    "more load": "{repeats: 5, manner: heavy, days_a_week: 2}",
    "other, longer work": "{minutes: 5, days_a_week: 2}",
}


@pytest.mark.parametrize("gentle", HARDER.values(), ids=HARDER)
def test_a_gentle_dose_that_asks_for_more_is_told_at_its_place(run: Run, tmp_path: Any, gentle: str) -> None:
    text = SMALL[EXERCISES].replace(GENTLE, f"gentle: {gentle}, source: DD")
    ran = run("rules", "check", "--rules", write(tmp_path, {EXERCISES: text}))

    [line] = {line.partition(": ")[0] for line in ran.err.splitlines()}
    assert line.startswith(f"rules/{EXERCISES}:")
    assert "`deadlift_light`: the gentle dose asks more than the usual one" in ran.err


def test_a_gentle_dose_may_be_smaller_and_more_frequent(run: Run, tmp_path: Any) -> None:
    gentle = "gentle: {repeats: 5, manner: small, days_a_week: 4}, source: DD"
    ran = run(
        "rules", "check", "--rules", write(tmp_path, {EXERCISES: SMALL[EXERCISES].replace(GENTLE, gentle)})
    )

    assert ran.code == 0, ran.err


def test_a_dose_without_how_often_is_told(run: Run, tmp_path: Any) -> None:
    text = SMALL[EXERCISES].replace(GENTLE, "gentle: {repeats: 5}, source: DD")
    ran = run("rules", "check", "--rules", write(tmp_path, {EXERCISES: text}))

    assert "the gentle dose does not say how often. Add times_a_day or days_a_week." in ran.err


CAPS = {
    "an unknown movement": ("[bend_loaded]", "[bend_loadet]", "`bend_loadet` is not a known movement"),
    "an unknown number": ("repeats: 12, load_kg", "repeat: 12, load_kg", "unknown key `repeat`"),
    "no number of the general entry": ("load_kg: 3, times_a_day", "times_a_day", "the most of `load_kg`"),
    "no reason": ("    because: More was not looked at.\n", "", "lacks `because`"),
}


@pytest.mark.parametrize(("old", "new", "message"), CAPS.values(), ids=CAPS)
def test_a_slip_in_the_caps_is_told(run: Run, tmp_path: Any, old: str, new: str, message: str) -> None:
    assert SMALL["doses.yaml"].count(old) == 1
    changed = {"doses.yaml": SMALL["doses.yaml"].replace(old, new)}
    ran = run("rules", "check", "--rules", write(tmp_path, changed))

    assert ran.code == 1
    assert message in ran.err
    assert "rules/doses.yaml:" in ran.err


@pytest.mark.heavy
def test_ten_times_any_number_of_a_shipped_dose_is_noticed() -> None:
    """Every number of every dose, one at a time: the caps of its movements or the usual dose hold it."""
    book, doses = load_rulebook(), document("/doses.yaml")
    survivors = []
    for exercise, level in levels():
        for dose in Dose:
            for key in level["dose"][dose].keys() - NOT_HELD:
                harder = copy.deepcopy(level)
                value = harder["dose"][dose][key]
                if any(each.isdigit() for each in str(value)):
                    harder["dose"][dose][key] = tenfold(value)
                    changed = doses._replace(data={"exercises": [{**exercise, "levels": [harder]}]})
                    if not dose_problems(book, [doses, changed]):
                        survivors.append((level["id"], dose, key))

    assert not survivors


def tenfold(value: Any) -> Any:
    """Return a number, or the numbers of a list or mapping, ten times as large."""
    if isinstance(value, dict):
        return {key: tenfold(item) for key, item in value.items()}
    if isinstance(value, list):
        return [tenfold(item) for item in value]
    return f"{float(value) * 10:g}" if value.replace(".", "").isdigit() else value


def test_usual_and_gentle_cannot_change_places() -> None:
    book, doses = load_rulebook(), document("/doses.yaml")
    for exercise, level in levels():
        usual, gentle = level["dose"]["usual"], level["dose"]["gentle"]
        if {"leave_out", "whenever"} & gentle.keys():
            continue
        swapped = {**level, "dose": {**level["dose"], "usual": gentle, "gentle": usual}}
        changed = doses._replace(data={"exercises": [{**exercise, "levels": [swapped]}]})

        assert dose_problems(book, [doses, changed]), level["id"]


def test_no_sentence_of_a_dose_tells_a_speed_or_lacks_how_often() -> None:
    for exercise in load_rulebook().exercises.values():
        for level in exercise.levels:
            for sentence in level.dose.values():
                assert not {"fast", "quick", "hard"} & set(sentence.lower().split()), sentence
                often = (" day", " often", "Every time", "Leave it out")
                assert any(each in sentence for each in often), sentence


def test_a_changed_dose_is_one_text_to_read() -> None:
    exercises = document("exercises/posture.yaml")
    changed = copy.deepcopy(exercises)
    [dose] = [
        level["dose"]
        for exercise in changed.data["exercises"]
        for level in exercise["levels"]
        if level["id"] == "pelvic_tilt_supine"
    ]
    dose["usual"]["repeats"] = "9"

    [change] = reworded([exercises], [changed])
    assert change.old == "sets 1 | 2, repeats 8, of tilts, manner slow, times_a_day 1"
    assert change.new == "sets 1 | 2, repeats 9, of tilts, manner slow, times_a_day 1"
