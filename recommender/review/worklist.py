"""Who is to be looked at: the urgent first, narrowed as a reviewer wishes, a page at a time; what was decided is looked up, never kept."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, distinct, func, select
from sqlalchemy.sql import ColumnElement

from recommender.review.store import DECIDED, Store
from recommender.review.tables import decisions, people, runs

PAGE = 50


class Wanted(NamedTuple):
    """Which people of a run a reviewer wants to see; what is empty or `None` does not narrow. `mine` is a reviewer's name."""

    search: str = ""
    clearance: int | None = None
    tier: int | None = None
    movement: str = ""
    rule: str = ""
    missing: bool = False
    undecided: bool = False
    mine: str = ""
    disagreed: bool = False
    differ: bool = False
    stale: bool = False
    unsigned: bool = False


class Progress(NamedTuple):
    """How far a run has been reviewed: people in all, decided on, and signed; and how many have each clearance."""

    people: int
    decided: int
    signed: int
    clearances: Mapping[int, int]


class Worklist:
    """The people of one run, in the order in which they are worth looking at or, for a blind reviewer, in that of their file."""

    def __init__(self, store: Store, run: int, rulebook: str, blind: bool) -> None:
        """Lay out a run; decisions under another `rulebook` (a hash) count as stale."""
        self.store, self.run, self.rulebook = store, run, rulebook
        self.order: ColumnElement[int] = people.c.number if blind else people.c.place

    def page(self, wanted: Wanted, after: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return the people that stand after so many others, with what has become of them, and how many there are in all."""
        columns = (people.c.number, people.c.name, people.c.clearance, people.c.urgency, people.c.tier, people.c.missing)
        conditions = self._conditions(wanted)
        with self.store.reading() as connection:
            found = connection.execute(select(*columns).where(conditions).order_by(self.order).offset(after).limit(PAGE))
            rows = [dict(row) for row in found.mappings()]
            count = connection.execute(select(func.count()).select_from(people).where(conditions)).scalar() or 0
            numbers = [row["number"] for row in rows]
            states = {name: set(connection.execute(query).scalars()) for name, query in self._states(numbers).items()}
        return [{**row, "states": [name for name, holders in states.items() if row["number"] in holders]} for row in rows], count

    def neighbours(self, wanted: Wanted, number: int) -> tuple[int | None, int | None]:
        """Return who comes before and after somebody."""
        this = select(self.order).where(people.c.run == self.run, people.c.number == number).scalar_subquery()
        conditions = self._conditions(wanted)
        before = select(people.c.number).where(conditions, self.order < this).order_by(self.order.desc()).limit(1)
        after = select(people.c.number).where(conditions, self.order > this).order_by(self.order).limit(1)
        with self.store.reading() as connection:
            return connection.execute(before).scalar(), connection.execute(after).scalar()

    def progress(self) -> Progress:
        """Return how far the run has been reviewed."""
        states = self._states()
        by_clearance = select(people.c.clearance, func.count()).where(people.c.run == self.run).group_by(people.c.clearance)
        with self.store.reading() as connection:
            clearances = {int(level): int(count) for level, count in connection.execute(by_clearance)}
            decided, signed = (len(set(connection.execute(states[name]).scalars())) for name in ("decided", "signed"))
        return Progress(sum(clearances.values()), decided, signed, clearances)

    def _states(self, numbers: Sequence[int] | None = None) -> dict[str, Select[tuple[int]]]:
        """Return the queries that find who, of everybody or of some `numbers`, is in each state."""
        here = decisions.c.run == self.run
        if numbers is not None:
            here = and_(here, decisions.c.number.in_(numbers))
        number = select(decisions.c.number)
        a_decision = decisions.c.kind.in_(DECIDED)
        latest = select(func.max(decisions.c.id)).where(here, a_decision).group_by(decisions.c.number, decisions.c.about, decisions.c.by)
        last_word = select(func.max(decisions.c.id)).where(here).group_by(decisions.c.number, decisions.c.by)
        standing = and_(here, decisions.c.id.in_(latest))
        return {
            "decided": number.where(here, a_decision),
            "disagreed": number.where(standing, decisions.c.verdict != decisions.c.rules_say),
            "differ": number.where(standing)
            .group_by(decisions.c.number, decisions.c.about)
            .having(func.count(distinct(decisions.c.verdict)) > 1),
            "stale": number.where(standing, decisions.c.rulebook != self.rulebook),
            "signed": number.where(here, decisions.c.id.in_(last_word), decisions.c.kind == "signed"),
        }

    def _conditions(self, wanted: Wanted) -> ColumnElement[bool]:
        found = [people.c.run == self.run]
        if wanted.search:
            found.append(people.c.name.contains(wanted.search, autoescape=True))
        for column, value in ((people.c.clearance, wanted.clearance), (people.c.tier, wanted.tier)):
            if value is not None:
                found.append(column == value)
        for digits, ids, id_ in ((people.c.verdicts, runs.c.movements, wanted.movement), (people.c.fired, runs.c.rules, wanted.rule)):
            if id_:
                found.append(func.substr(digits, self._place_of(id_, ids), 1) > "0")
        if wanted.missing:
            found.append(people.c.missing > 0)
        states = self._states()
        found += [people.c.number.in_(states[name]) for name in ("disagreed", "differ", "stale") if getattr(wanted, name)]
        if wanted.undecided:
            found.append(people.c.number.not_in(states["decided"]))
        if wanted.mine:
            found.append(people.c.number.not_in(states["decided"].where(decisions.c.by == wanted.mine)))
        if wanted.unsigned:
            found.append(people.c.number.not_in(states["signed"]))
        return and_(*found)

    def _place_of(self, id_: str, ids: ColumnElement[str]) -> int:
        """Return the place of the digit of a movement or rule; beyond the last, where no digit stands, if the run does not know it."""
        with self.store.reading() as connection:
            known = json.loads(connection.execute(select(ids).where(runs.c.id == self.run)).scalar_one())
        return known.index(id_) + 1 if id_ in known else len(known) + 1
