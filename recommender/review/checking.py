"""What `verify` checks: the chain of decisions, and that each is about the answers of its person then."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from recommender.review.amendments import amended_hash, answers_of
from recommender.review.chain import START, decision_hash
from recommender.review.models import AMENDED

Row = Mapping[str, Any]


class Known(NamedTuple):
    """A person as stored: their hash, and the hash of name and answers, empty where nothing follows them."""

    sha256: str
    content: str


def breaks(rows: Iterable[Row], end: tuple[int, str], people: Mapping[tuple[int, int], Known]) -> list[str]:
    """Return, in sentences, where the chain is broken, or a decision is not about its person as stored now.

    `end` is the id and hash of the last decision; `people` maps (run, number) to the person.
    """
    problems = []
    before, last = START, 0
    by_id: dict[int, Row] = {}
    filled_in = _FilledIn(people)
    for row in rows:
        if row["id"] != last + 1:
            problems.append(f"decision {last + 1} is missing.")
        if row["before"] != before:
            problems.append(f"decision {row['id']} does not follow the one before it.")
        if row["sha256"] != decision_hash(row):
            problems.append(f"decision {row['id']} was changed after it was made.")
        person = people.get((row["run"], row["number"]))
        if person is None or row["person"] != person.sha256:
            problems.append(f"decision {row['id']} was made about other answers than the store has now.")
        if row["amended"] != filled_in.hash_before(row):
            problems.append(f"decision {row['id']} does not fit the answers that were filled in before it.")
        if row["withdraws"] and not _may_withdraw(row, by_id.get(row["withdraws"])):
            problems.append(f"decision {row['id']} withdraws one that is not there, or is not theirs.")
        filled_in.add(row)
        by_id[row["id"]] = row
        before, last = row["sha256"], row["id"]
    if end != (last, before):
        problems.append("the last decisions are missing, or the end of the chain was changed.")
    return problems


class _FilledIn:
    """The answers that were filled in so far, by person: the same name and answers in two runs are one."""

    def __init__(self, people: Mapping[tuple[int, int], Known]) -> None:
        self._people = people
        self._by_person: dict[object, dict[int, Mapping[str, str]]] = {}

    def hash_before(self, row: Row) -> str:
        answers: dict[str, str] = {}
        for entry in self._by_person.get(self._person(row), {}).values():
            answers.update(entry)
        return amended_hash(answers)

    def add(self, row: Row) -> None:
        entries = self._by_person.setdefault(self._person(row), {})
        if row["kind"] == AMENDED:
            entries[row["id"]] = answers_of(row)
        entries.pop(row["withdraws"], None)

    def _person(self, row: Row) -> object:
        place = row["run"], row["number"]
        person = self._people.get(place)
        return (person.content if person else "") or place


def _may_withdraw(row: Row, earlier: Row | None) -> bool:
    return earlier is not None and (earlier["by"], earlier["about"]) == (row["by"], row["about"])
