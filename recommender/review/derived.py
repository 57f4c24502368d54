"""What a store keeps of its lists for speed, recomputed: hash, order, filters and marks."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from recommender.review.amendments import Told, amended_hash, amendments, answers_told, open_doubts, with_told
from recommender.review.carried import decisions_for
from recommender.review.chain import content_hash, list_seal
from recommender.review.entering import hashed_part
from recommender.review.models import ANSWERS, Doubt, row_name
from recommender.review.replanning import Replanning
from recommender.review.schema import TEXTS, details, people, runs, unreadable
from recommender.review.short_plan import ShortPlan, place
from recommender.review.store import Store
from recommender.rulebook.model import Rulebook

_AT_ONCE = 1_000
_MOST_NAMED = 5  # people named of those with the same fault
_SHORT_HASH = 12
_OTHER_PLAN = "the order, verdicts or rules are not those of the answers under this rulebook"
_OTHER_MARK = "the mark for a name on several rows is wrong"


class Recomputed(NamedTuple):
    """What is wrong with the lists of a store, and what could not be recomputed, in sentences."""

    faults: Sequence[str]
    notes: Sequence[str]


def recomputed(store: Store, book: Rulebook) -> Recomputed:
    """Recompute what a store keeps of its lists: plans only of those sorted under this rulebook.

    Raises:
        ReviewError: where the store cannot be read.

    """
    faults: list[str] = []
    notes: list[str] = []
    replanning = Replanning(book)
    with store.reading(still=True) as connection:
        for run in connection.execute(select(runs).where(runs.c.brought > 0).order_by(runs.c.id)).mappings():
            same_rules = run["rulebook"] == book.sha256
            if not same_rules:
                notes.append(
                    f"list {run['id']} was sorted under another rulebook ({_short_hash(run['rulebook'])}): "
                    "its order and filters are not checked. Bring the file again, or name that rulebook with "
                    "--rules."
                )
            faults += _faults_of(connection, dict(run), replanning if same_rules else None)
    return Recomputed(faults, notes)


def _short_hash(rulebook: str) -> str:
    return rulebook[:_SHORT_HASH] or "an import of it was interrupted"


def _faults_of(connection: Connection, run: dict[str, Any], replanning: Replanning | None) -> Iterator[str]:
    content, count, names = hashlib.sha256(), 0, Counter[str]()
    faulty: dict[str, list[int]] = {}
    filled_in = _filled_in(connection, run["id"])
    digits = _number_of_ids(run["movements"]), _number_of_ids(run["rules"])
    for rows in _people(connection, run["id"]):
        for row in rows:
            content.update(hashed_part(row))
            names[row["name"]] += 1
            for fault in _faults_of_row(row, *digits):
                faulty.setdefault(fault, []).append(row["number"])
        count += len(rows)
        if replanning is not None:
            faulty.setdefault(_OTHER_PLAN, []).extend(_with_other_plans(replanning, rows, filled_in))
    if run["seal"] != list_seal(run):
        yield f"what is told of list {run['id']}, such as its rulebook, was changed after it was imported."
    if content.hexdigest() != run["sha256"] or count != run["people"]:
        yield f"list {run['id']} does not hold the people who were imported."
    rejected = connection.execute(select(unreadable.c.name).where(unreadable.c.run == run["id"])).scalars()
    names.update(rejects := list(rejected))
    if rejects and len(rejects) != run["refused"]:  # stores of schema 3 and 4 have their number alone
        yield f"list {run['id']} does not hold all rows that could not be read."
    marks = select(people.c.number, people.c.name, people.c.repeated).where(people.c.run == run["id"])
    faulty[_OTHER_MARK] = [
        number for number, name, mark in connection.execute(marks) if bool(mark) != (names[name] > 1)
    ]
    for fault, numbers in faulty.items():
        if numbers:
            named = ", ".join(map(str, numbers[:_MOST_NAMED]))
            more = f" and {len(numbers) - _MOST_NAMED:,} more" if len(numbers) > _MOST_NAMED else ""
            yield f"list {run['id']}, person {named}{more}: {fault}."


def _number_of_ids(text: str) -> int:
    try:
        return len(json.loads(text))
    except (ValueError, TypeError):
        return -1  # no digits fit a list of ids that is none


def _filled_in(connection: Connection, run: int) -> dict[int, dict[str, Told]]:
    """Return the answers that were filled in at the desk and stand, by person."""
    standing = decisions_for(run)
    query = select(standing).where(standing.c.about == ANSWERS).order_by(standing.c.id)
    by_number: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(query).mappings():
        by_number.setdefault(row["listed"], []).append(dict(row))
    return {number: _told(rows) for number, rows in by_number.items()}


def _told(rows: Sequence[dict[str, Any]]) -> dict[str, Told]:
    """Return the answers that stand; none where somebody has changed the text, which its hash tells."""
    try:
        return answers_told(amendments(rows))
    except ValueError:
        return {}


def _with_other_plans(
    replanning: Replanning, rows: Sequence[Any], filled_in: Mapping[int, Mapping[str, Told]]
) -> Iterator[int]:
    answers = [
        with_told(_answers(row["answers"]), filled_in.get(row["number"], {}), replanning.fields)
        for row in rows
    ]
    for row, plan in zip(rows, replanning.plans(answers), strict=True):
        told_here = filled_in.get(row["number"], {})
        if plan is None or not _is_plan_of(plan, row, told_here):
            yield row["number"]


def _is_plan_of(plan: ShortPlan, row: Any, told_here: Mapping[str, Told]) -> bool:
    try:
        doubts = [Doubt(*doubt) for doubt in json.loads(row["doubts"])]
    except (ValueError, TypeError):  # somebody has changed the text
        return False
    clearance, position = place(plan, row["number"], bool(open_doubts(doubts, told_here)))
    amended = amended_hash({name: entry.answer for name, entry in told_here.items()})
    wanted = {**plan._asdict(), "clearance": clearance, "place": position, "amended": amended}
    return all(row[name] == value for name, value in wanted.items())


def _answers(text: object) -> dict[str, str]:
    """Return stored answers; none where somebody has changed the text, which the hash of the list tells."""
    try:
        answers = json.loads(str(text))
    except ValueError:
        return {}
    return {name: str(answer) for name, answer in answers.items()} if isinstance(answers, dict) else {}


def _people(connection: Connection, run: int) -> Iterator[Sequence[Any]]:
    same = and_(details.c.run == people.c.run, details.c.number == people.c.number)
    texts = [details.c[name] for name in ("line", *TEXTS)]
    query = select(people, *texts).join(details, same).where(people.c.run == run).order_by(people.c.number)
    yield from connection.execute(query).mappings().partitions(_AT_ONCE)


def _faults_of_row(row: Any, movements: int, rules: int) -> Iterator[str]:
    plan = ShortPlan(*(row[name] for name in ShortPlan._fields))
    if row["place"] != place(plan, row["number"], False)[1]:
        yield "the place in the worklist is not that of the levels"
    if (len(row["verdicts"]), len(row["fired"])) != (movements, rules):
        yield "the verdicts or rules to filter by are incomplete"
    own = content_hash(row["name"], *(row[name] for name in TEXTS))
    nameless = row["repeated"] or row["name"] == row_name(row["line"])
    if row["content"] != ("" if nameless else own):
        yield "the hash by which decisions follow is wrong"
