"""The same person gets the same plan from `batch`, the desk and `assess`."""

import json
import random
from pathlib import Path

import polars as pl
import pytest

from recommender.cohort.answer_columns import answer_row
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.opening import open_cohort
from recommender.review.desk import Desk
from recommender.review.import_people import Intake
from recommender.review.snapshot import plan_hash
from recommender.review.store import Store, url_of

from .conftest import Run
from .people import book
from .strategies import People

PEOPLE = People(book())
SIGNS = ("-", "−", "–")  # noqa: RUF001 - as spreadsheets and word processors write it


def _as_a_file_has_it(chance: random.Random, name: str, text: str) -> str:
    """Write an answer as a clinic's file may: scores computed to many decimals, with any minus sign."""
    if not name.startswith(("t_", "z_")) or not text[-1:].isdigit():
        return text
    decimals = chance.choice(["", "", "", "4", "999", "0001", "00000000001"])
    number = (
        f"{text}{'' if '.' in text or not decimals else '.000'[: 4 if len(decimals) > 3 else 2]}{decimals}"
    )
    if number.partition(".")[2] and len(number.partition(".")[2]) < len(decimals):
        number = text
    return number.replace("-", chance.choice(SIGNS), 1)


def made_up_file(path: Path, seed: int, rows: int) -> None:
    """Write a file of people whose numbers stand at and around every threshold of the rulebook."""
    chance = random.Random(seed)
    people = [PEOPLE.anyone(chance) for _ in range(rows)]
    names = chance.sample(sorted({name for person in people for name in person}), 30)
    names += [
        name for name in ("age", "sex", "t_lumbar_spine", "t_total_hip", "t_score") if name not in names
    ]
    cells = {
        name: [_as_a_file_has_it(chance, name, person[name]) if name in person else "" for person in people]
        for name in names
    }
    pl.DataFrame({"id": [f"p{number}" for number in range(rows)], **cells}).write_csv(path)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.heavy) for seed in (2, 3))])
def test_a_row_of_batch_the_page_of_the_desk_and_assess_say_the_same(
    run: Run, tmp_path: Path, seed: int
) -> None:
    """The law over generated files: one set of answers, one plan, through every door."""
    source = tmp_path / "people.csv"
    made_up_file(source, seed, 60)
    run("batch", source, tmp_path / "out.csv", "--accept", "high_scores")
    rows = {
        row["id"]: row for row in pl.read_csv(tmp_path / "out.csv", infer_schema=False).iter_rows(named=True)
    }
    store = Store(url_of(str(tmp_path / "review.sqlite")))
    opened = open_cohort(
        str(source), ReadOptions(), Overrides(accept=frozenset({"high_scores"})), book().vocabulary
    )
    number, _ = store.enter(str(source), book().sha256, Intake(opened, book(), "id"))
    desk = Desk(store, book(), number, blind=False)

    seen = contradictory = 0
    while person := store.person(number, seen + 1):
        if person["name"] not in rows:  # it contradicts itself: `batch` refuses it, the desk marks it
            contradictory += 1
            seen += 1
            continue
        page = desk.assessed(person["answers"])
        expected = {name: "" if cell is None else str(cell) for name, cell in answer_row(page).items()}
        assert {name: rows[person["name"]][name] or "" for name in expected} == expected, person["answers"]
        assert plan_hash(desk.plans.of(page)) == person["plan"]
        if seen % 10 == 0 and person["answers"]:
            profile = tmp_path / "one.json"
            profile.write_text(json.dumps(person["answers"]))
            ran = run("assess", "--profile", profile, "--format", "json")
            assert ran.code == 0, ran.err
            one = json.loads(ran.out)
            limited = {entry["id"] for entry in one["movements"] if entry["verdict"] == "avoid"}
            assert limited == set(expected["avoid"].split(";")) - {""}
            assert one["clearance"] == expected["clearance"]
            assert one["rules_fired"] == expected["rules_fired"].split(";")
        seen += 1
    store.close()

    assert seen - contradictory == len(rows) > 20


@pytest.mark.parametrize("text", ["-2.499", "-2.495", "-3.004", "-1.001", "+0.704"])
def test_a_score_of_three_decimals_is_not_rounded_on_its_way_to_the_desk(tmp_path: Path, text: str) -> None:
    source = tmp_path / "people.csv"
    source.write_text(f"id,age,sex,menopause,t_lumbar_spine\na,66,F,post,{text}\nb,66,F,post,-1.5\n")
    store = Store(url_of(str(tmp_path / "review.sqlite")))
    number, _ = store.enter(
        str(source),
        book().sha256,
        Intake(open_cohort(str(source), ReadOptions(), Overrides(), book().vocabulary), book(), "id"),
    )
    person = store.person(number, 1)
    assert person is not None
    page = Desk(store, book(), number, blind=False).assessed(person["answers"])
    store.close()

    assert person["answers"]["t_lumbar_spine"] == text
    assert page.classification.lowest_t == round(float(text) * 1000)


def test_of_one_matter_only_the_most_urgent_referral_is_told_in_every_form(run: Run, tmp_path: Path) -> None:
    """Back pain that needs a look today is not told to wait a few weeks as well."""
    answers = {"age": "71", "t_score": "-2.8", "new_back_pain": "yes", "back_pain_severity": "8"}
    source = tmp_path / "people.csv"
    pl.DataFrame({"id": ["p1"], **{name: [text] for name, text in answers.items()}}).write_csv(source)
    options = [f"--{name.replace('_', '-')}={text}" for name, text in answers.items()]

    person = json.loads(run("assess", *options, "--format", "json").out)
    run("batch", source, tmp_path / "answers.csv")
    row = pl.read_csv(tmp_path / "answers.csv").row(0, named=True)

    matters = [referral["about"] for referral in person["referrals"] if referral["about"]]
    assert matters.count("back_pain") == 1
    assert person["referrals"][0]["urgency"] == row["urgency"] == "urgent"
    assert row["referral"].split(";") == [entry["rules"][0] for entry in person["referrals"]]
    clinician = run("assess", *options, "--audience", "clinician").out
    assert "not better in a few weeks" not in clinician.split("EXERCISES OFFERED")[0]


def test_in_an_emergency_every_form_tells_only_the_emergency(run: Run) -> None:
    options = ["--t-score=-3.6", "--saddle-numbness=yes"]

    person = json.loads(run("assess", *options, "--format", "json").out)

    assert [entry["urgency"] for entry in person["referrals"]] == ["emergency"]
