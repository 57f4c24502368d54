"""The whole answer to twenty people, kept as files: a reviewer of a change reads what it does to them.

`make golden` writes the files anew. They hold the JSON answer, and what of a decision the JSON does not show.
Words stand under the name that they have in `rules/`, as `H01.say`, so that better words change nothing here
and other words do; what an id always brings with it (the steps of an exercise, the title of a rule) is left
to the id. A movement, an exercise and a question are a row of their values, in the order of the JSON; below
an exercise stand the answers to check first.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from recommender import assess_frame
from recommender.cohort.answer_columns import COLUMNS as ANSWERS
from recommender.cohort.answer_columns import answer_row
from recommender.person.assessment import Assessment, Form
from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder
from tests.conftest import Run
from tests.people import assessed

FOLDER = Path(__file__).resolve().parent / "golden"
COLUMNS = 140
# Of the rulebook and not of a person, or the same wherever the id beside it is the same.
LEFT_OUT = {
    "answer": ("rulebook", "signed_off"),
    "movements": ("name",),
    "exercises": (
        *(
            "name",
            "level_name",
            "goals",
            "why",
            "position",
            "dose_sources",
            "steps",
            "cautions",
            "stop_if",
            "sources",
            "certainty",
        ),
    ),
    "withheld": ("name",),
    "questions": ("ask",),
    "trace": (
        "title",
        "when",
        "fails_closed",
        "because",
        "certainty",
        "source_status",
        "sources",
        "guideline_year",
        "facts",
    ),
}


def _read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)


PEOPLE: dict[str, dict[str, str]] = _read(FOLDER / "people.yaml")


@pytest.mark.parametrize("name", PEOPLE)
def test_the_whole_answer_to_a_person_is_as_it_was(run: Run, name: str, pytestconfig: pytest.Config) -> None:
    answers = PEOPLE[name]
    options = [word for field, answer in answers.items() for word in (f"--{field.replace('_', '-')}", answer)]
    ran = run("assess", "--format", "json", *options)
    assert ran.code == 0, ran.err
    text = pretty(abridged(json.loads(ran.out)) | {"not_in_the_json": _beside(assessed(**answers))})
    file = FOLDER / f"{name}.json"
    if pytestconfig.getoption("--renew-golden"):
        file.write_text(text, encoding="utf-8")
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if text != before:
        lines = difflib.unified_diff(before.splitlines(), text.splitlines(), file.name, "the answer now", n=1)
        hint = "If this is meant, run `make golden` and commit the difference."
        pytest.fail("\n".join([*(line.rstrip("\n") for line in lines), "", hint]), pytrace=False)


def test_there_is_a_file_for_each_person_and_none_besides() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(PEOPLE)


@pytest.mark.filterwarnings("ignore::recommender.errors.ColumnWarning")
def test_the_same_people_in_a_table_are_answered_the_same() -> None:
    """And so is who never broke a wrist; fear is left out, as its 8 and 9 could mean that nobody asked."""
    never = {
        "age": "66",
        "t_total_hip": "-2.0",
        "wrist_fracture_months": "never",
        "spine_surgery_months": "never",
    }
    recent = never | {"wrist_fracture_months": "1", "spine_surgery_months": "2"}
    people = [{**answers, "fear_of_movement": "unknown"} for answers in [*PEOPLE.values(), never, recent]]
    fields = dict.fromkeys(field for answers in people for field in answers)
    columns = {field: [answers.get(field) for answers in people] for field in fields}
    found = assess_frame(pl.DataFrame(columns))

    assert found["rejected"].to_list() == [None] * len(people)
    assert found.select(ANSWERS).rows(named=True) == [answer_row(assessed(**answers)) for answers in people]


def abridged(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with its words by name, lists of ids as one text, without what its ids say anyhow."""
    short: dict[str, Any] = _short("answer", answer)
    short["facts"] = {name: value for entry in answer["trace"] for name, value in entry["facts"].items()}
    for entry in short["exercises"]:
        entry["start"] = entry["start"]["level"]
    for kind in ("movements", "exercises", "questions"):
        short[kind] = [_row(entry) for entry in short[kind]]
    return short


def _row(entry: Mapping[str, Any]) -> Any:
    """Return the values of an entry as one text, and after it those that are lists, where there are any."""
    row = ", ".join(str(value) for value in entry.values() if not isinstance(value, list))
    lists = [item for value in entry.values() if isinstance(value, list) for item in value]
    return [row, *lists] if lists else row


def _short(kind: str, value: Any) -> Any:
    if isinstance(value, dict):
        own = f"{value.get('level') or value.get('id')}."
        items = {key: _short(key, item) for key, item in value.items() if key not in LEFT_OUT.get(kind, ())}
        return {key: item.removeprefix(own) if isinstance(item, str) else item for key, item in items.items()}
    if isinstance(value, list):
        if kind == "check_first":
            groups = groupby(value, key=lambda check: check["could_become"])
            return [f"{worst}: {' '.join(check['field'] for check in checks)}" for worst, checks in groups]
        items = [_short(kind, item) for item in value]
        return " ".join(items) if all(isinstance(item, str) and " " not in item for item in items) else items
    return _names().get(value, value) if isinstance(value, str) else value


def _beside(found: Assessment) -> dict[str, Any]:
    """Return what a decision holds beside its JSON; `below` are the forms below the one that is offered."""
    offers, waiting = found.offers, found.withheld
    needs = {offer.exercise.id: [list(need) for need in offer.next_needs] for offer in offers}
    below = {offer.exercise.id: [_form(form) for form in offer.permitted[:-1]] for offer in offers}
    return {
        "lowest_z": found.classification.lowest_z,
        "dose": found.dose,
        "standing": {entry.exercise.id: " ".join(rule.id for rule in entry.standing) for entry in waiting},
        "below": {id_: forms for id_, forms in below.items() if forms},
        "next_needs": {id_: _short("", needed) for id_, needed in needs.items() if needed},
    }


def _form(form: Form) -> str:
    level, checks = form.level.id, len(form.check_first)
    dose = _names().get(form.dose, form.dose).removeprefix(f"{level}.")
    return f"{level}: {form.verdict}, {dose}, {checks} to check"


@cache
def _names() -> dict[str, str]:
    """Return the name of every text of more than one word in the rules and the profile, and of each dose."""
    names: dict[str, str] = {}
    folders = (data_folder("profiles"), data_folder("rules"), data_folder("rules") / "exercises")
    for file in (file for folder in folders for file in sorted(folder.glob("*.yaml"))):
        for name, text in _texts(_read(file), ()):
            if " " in text and not name.endswith(("when", "unless", "refer.to")):
                names.setdefault(" ".join(text.split()), name.removeprefix("movements."))
    for exercise in load_rulebook().exercises.values():
        for level in exercise.levels:
            for dose, sentence in level.dose.items():
                names.setdefault(sentence, f"{level.id}.dose.{dose}")
    return names


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        within = (value["id"],) if isinstance(value.get("id"), str) else path
        for key, item in value.items():
            yield from _texts(item, (*within, key))
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _texts(item, (*path, str(number)))
    elif isinstance(value, str):
        yield ".".join(path), value


def pretty(value: Any, indent: int = 0) -> str:
    """Write JSON with a line for all that fits on one, so that a difference names what it is in."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (indent and len(line) + indent <= COLUMNS):
        return line
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {pretty(item, indent + 2)}" for key, item in value.items()]
    else:
        items = [pretty(item, indent + 2) for item in value]
    opens, closes = ("{", "}") if isinstance(value, dict) else ("[", "]")
    pad = "\n" + " " * indent
    return opens + ",".join(f"{pad}  {item}" for item in items) + pad + closes + "\n" * (not indent)
