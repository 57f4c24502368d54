"""The worklist: people most urgent first, filtered and in pages. Review states are queried, never stored."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.sql import ColumnElement

from recommender.review.amended_people import doubts_left
from recommender.review.carried import decisions_for, not_withdrawn, with_other_answers
from recommender.review.models import ANSWERS, APART, DECIDED, SETTLED, SIGNED
from recommender.review.schema import chain, details, people, runs
from recommender.review.store import Store
from recommender.rulebook.scales import Clearance

PAGE = 50
_OF_STATES = ("id", "run", "about", "kind", "verdict", "rules_say", "by", "plan", "withdraws")
_FEW = 20  # fewer than one in so many is few
_MOST_COUNTED = 256

Version = tuple[str, int]
"""When people were imported and reassessed, and the id of the last decision."""


class Wanted(NamedTuple):
    """The filters of the worklist; empty, False or None does not filter. `mine` is the name of a reviewer."""

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
    settled: bool = False
    stale: bool = False
    unsigned: bool = False
    screened: bool = False
    doubtful: bool = False
    repeated: bool = False
    changed: bool = False


class Page(NamedTuple):
    """One page of the worklist, the number of all matches, and whether there are pages before and after."""

    rows: list[dict[str, Any]]
    in_all: int
    earlier: bool
    later: bool


class Progress(NamedTuple):
    """How many people a run has, by clearance (rank), decided on and signed, and of whom a reader is told.

    `in_doubt` are undecided, `emergencies` those of them in an emergency. `repeated` have another's name,
    of `stale` the rules say something else since they were decided on.
    """

    people: int
    clearances: Mapping[int, int]
    decided: int
    signed: int
    in_doubt: int
    emergencies: int
    repeated: int
    stale: int


class Worklist:
    """The people of one run, most urgent first or, in blind mode, in the order of their file."""

    def __init__(self, store: Store, run: int, blind: bool) -> None:
        """Prepare the queries of a run."""
        self.store, self.run = store, run
        self._order = people.c.number if blind else people.c.place
        self._counted: dict[tuple[Version, Wanted], int] = {}
        self._reviewed_at: dict[Version, tuple[int, int]] = {}
        self._shows = store.run(run)["shown"] != "[]"
        self._standing = decisions_for(run, _OF_STATES)
        self._states = _in_state(self._standing, run)
        self._changed = with_other_answers(run, self._standing, self._states["decided"])
        numbers: BindParameter[Any] = bindparam("numbers", expanding=True)
        of_some = decisions_for(run, _OF_STATES, numbers)
        some = _in_state(of_some, run)
        self._states_of_some = union_all(
            *(query.add_columns(literal(state)) for state, query in some.items()),
            with_other_answers(run, of_some, some["decided"])
            .where(people.c.number.in_(numbers))
            .add_columns(literal("changed")),
        )
        counts = (
            select(func.count(distinct(self._states[state].subquery().c.listed)))
            for state in ("decided", "signed")
        )
        self._reviewed = select(*(count.scalar_subquery() for count in counts))

    def page(self, wanted: Wanted, cursor: int | None = None, after: bool = True) -> Page:
        """Return the page after (or before) person number `cursor`, with review states; else the first."""
        columns = (
            *(
                people.c[name]
                for name in (
                    "number",
                    "name",
                    "clearance",
                    "urgency",
                    "tier",
                    "missing",
                    "screened",
                    "repeated",
                    "fired",
                    "shown",
                    "amended",
                )
            ),
            details.c.line,
        )
        same = and_(details.c.run == people.c.run, details.c.number == people.c.number)
        with self.store.reading() as connection:
            count, order, conditions = self._filtered(connection, wanted)
            query = select(*columns).join(details, same).where(conditions).limit(PAGE + 1)
            if cursor is not None:
                position = self._order_of(cursor)
                query = query.where(order > position if after else order < position)
            query = query.order_by(order if after else order.desc())
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > PAGE, rows[:PAGE]
            if not after:
                rows.reverse()
            by_number: dict[int, set[str]] = {row["number"]: set() for row in rows}
            for number, state in connection.execute(self._states_of_some, {"numbers": list(by_number)}):
                by_number[number].add(state)
            doubts = doubts_left(connection, self.run, list(by_number))
        rows = [
            {**row, "states": by_number[row["number"]], "doubts": doubts.get(row["number"], [])}
            for row in rows
        ]
        return Page(
            rows,
            count,
            earlier=bool(rows) and (more if not after else cursor is not None),
            later=bool(rows) and (more or not after),
        )

    def numbers(self, wanted: Wanted, most: int) -> list[int]:
        """Return the numbers of the first people who match, in the order of the list."""
        with self.store.reading() as connection:
            query = select(people.c.number).where(self._conditions(connection, wanted))
            return list(connection.execute(query.order_by(self._order).limit(most)).scalars())

    def count(self, wanted: Wanted) -> int:
        """Return how many people match."""
        with self.store.reading() as connection:
            return self._count(connection, self._version(connection), wanted)

    def first(
        self,
        connection: Connection,
        wanted: Wanted,
        only: Select[tuple[int]] | None,
        without: Select[tuple[int]] | CompoundSelect[tuple[int]],
    ) -> int | None:
        """Return the number of the first person who matches, of `only` some people and `without` others."""
        conditions = [self._conditions(connection, wanted), people.c.number.not_in(without)]
        if only is not None:
            conditions.append(people.c.number.in_(only))
        query = select(people.c.number).where(*conditions).order_by(self._order).limit(1)
        return connection.execute(query).scalar()

    def neighbours(self, wanted: Wanted, number: int) -> tuple[int | None, int | None]:
        """Return the numbers of the people before and after a person, under the same filters."""
        position = self._order_of(number)
        with self.store.reading() as connection:
            _, order, conditions = self._filtered(connection, wanted)
            before = (
                select(people.c.number).where(conditions, order < position).order_by(order.desc()).limit(1)
            )
            after = select(people.c.number).where(conditions, order > position).order_by(order).limit(1)
            return connection.execute(before).scalar(), connection.execute(after).scalar()

    def _order_of(self, number: int) -> ScalarSelect[int]:
        return (
            select(self._order).where(people.c.run == self.run, people.c.number == number).scalar_subquery()
        )

    def progress(self) -> Progress:
        """Return the progress of the run."""
        with self.store.reading() as connection:
            version = self._version(connection)
            levels = {
                level: self._count(connection, version, Wanted(clearance=level))
                for level in range(len(Clearance))
            }
            if version not in self._reviewed_at:
                decided, signed = connection.execute(self._reviewed).one()
                self._reviewed_at = {version: (decided, signed)}
            decided, signed = self._reviewed_at[version]
            in_doubt = Wanted(doubtful=True, undecided=True)
            told = (
                self._count(connection, version, wanted)
                for wanted in (
                    in_doubt,
                    in_doubt._replace(clearance=Clearance.EMERGENCY.rank),
                    Wanted(repeated=True),
                    Wanted(stale=True),
                )
            )
            clearances = {level: count for level, count in levels.items() if count}
            return Progress(sum(levels.values()), clearances, decided, signed, *told)

    def _filtered(
        self, connection: Connection, wanted: Wanted
    ) -> tuple[int, ColumnElement[int], ColumnElement[bool]]:
        """Return how many people match, the sort key, and the filter condition.

        Where few match, sorting them is faster than scanning the index of the sort key. Adding 0 to the key
        keeps the database from using that index.
        """
        version = self._version(connection)
        count, everybody = (self._count(connection, version, each) for each in (wanted, Wanted()))
        order = self._order + 0 if count * _FEW < everybody else self._order
        return count, order, self._conditions(connection, wanted)

    def _version(self, connection: Connection) -> Version:
        """Return the state of people and decisions: what was counted stays true until it is another one."""
        last = select(chain.c.last).where(chain.c.id == 1).scalar_subquery()
        query = select(runs.c.at, runs.c.reassessed, last).where(runs.c.id == self.run)
        at, reassessed, decided = connection.execute(query).one()
        return f"{at} {reassessed}", decided

    def _count(self, connection: Connection, version: Version, wanted: Wanted) -> int:
        """Count people. Counts are cached; those that do not depend on decisions, until people change."""
        people_version, last = version
        by_decisions = wanted.disagreed or wanted.differ or wanted.settled or wanted.stale or wanted.changed
        whole = wanted._replace(undecided=False, mine="", unsigned=False)
        known = self._cached(connection, (people_version, last if by_decisions else 0), whole)
        excluded = self._excluded(wanted)
        if excluded is None:
            return known
        if (version, wanted) not in self._counted:
            condition = and_(self._conditions(connection, whole), people.c.number.in_(excluded))
            self._remember(version, wanted, known - self._count_where(connection, condition))
        return self._counted[version, wanted]

    def _cached(self, connection: Connection, version: Version, wanted: Wanted) -> int:
        if (version, wanted) not in self._counted:
            count = self._count_where(connection, self._conditions(connection, wanted))
            self._remember(version, wanted, count)
        return self._counted[version, wanted]

    def _remember(self, version: Version, wanted: Wanted, count: int) -> None:
        if len(self._counted) >= _MOST_COUNTED:
            self._counted.clear()
        self._counted[version, wanted] = count

    @staticmethod
    def _count_where(connection: Connection, condition: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count()).select_from(people).where(condition)).scalar_one()

    def _has_text(self, connection: Connection, text: str) -> ColumnElement[bool]:
        """Match people with a text, in any case, in their name or in the cells shown beside it."""

        def has(column: ColumnElement[str]) -> ColumnElement[bool]:
            if connection.dialect.name == "sqlite":  # its LIKE knows no case; `lower` would double the time
                return column.contains(text, autoescape=True)
            return column.icontains(text, autoescape=True)

        named = people.alias("named")  # of names alone there is an index, a tenth of the size of the people
        names = select(named.c.number).where(named.c.run == self.run)
        in_name = people.c.number.in_(names.where(has(named.c.name)))
        return or_(in_name, has(people.c.shown)) if self._shows else in_name

    def _settled(self, connection: Connection) -> list[int]:
        """Return the people whose cells in doubt were all answered at the desk."""
        answered = select(self._standing.c.listed).where(self._standing.c.about == ANSWERS).distinct()
        numbers = list(connection.execute(answered).scalars())
        return [number for number, left in doubts_left(connection, self.run, numbers).items() if not left]

    def _excluded(self, wanted: Wanted) -> CompoundSelect[tuple[int]] | None:
        """Return the query for the people excluded by their review state, or None."""
        excluded = [self._states["decided"]] if wanted.undecided else []
        excluded += [self._states["decided"].where(self._standing.c.by == wanted.mine)] if wanted.mine else []
        excluded += [self._states["signed"]] if wanted.unsigned else []
        return union(*excluded) if excluded else None

    def _conditions(self, connection: Connection, wanted: Wanted) -> ColumnElement[bool]:
        conditions = [people.c.run == self.run]
        if wanted.search:
            conditions.append(self._has_text(connection, wanted.search))
        if wanted.doubtful:
            conditions += [people.c.doubts != "[]", people.c.number.not_in(self._settled(connection))]
        if wanted.repeated:
            conditions.append(people.c.repeated == 1)
        if wanted.changed:
            conditions.append(people.c.number.in_(self._changed))
        for column, value in ((people.c.clearance, wanted.clearance), (people.c.tier, wanted.tier)):
            if value is not None:
                conditions.append(column == value)
        for digits, ids, id_ in (
            (people.c.verdicts, runs.c.movements, wanted.movement),
            (people.c.fired, runs.c.rules, wanted.rule),
        ):
            if id_:
                known = json.loads(connection.execute(select(ids).where(runs.c.id == self.run)).scalar_one())
                conditions.append(
                    func.substr(digits, known.index(id_) + 1, 1) > "0" if id_ in known else false()
                )
        if wanted.missing:
            conditions.append(people.c.missing > 0)
        if wanted.screened:
            conditions.append(people.c.screened == 1)
        conditions += [
            people.c.number.in_(self._states[name])
            for name in ("disagreed", "differ", "settled", "stale")
            if getattr(wanted, name)
        ]
        excluded = self._excluded(wanted)
        if excluded is not None:
            conditions.append(people.c.number.not_in(excluded))
        return and_(*conditions)


def _in_state(standing: FromClause, run: int) -> dict[str, Select[tuple[int]]]:
    """Return one query per review state, for the people of a run whom `standing` decisions are about."""
    row, here = standing.c, _stands(standing)
    number = select(row.listed)
    a_decision = row.kind.in_(DECIDED)
    latest = select(func.max(row.id)).where(here, a_decision).group_by(row.listed, row.about, row.by)
    last_word = select(func.max(row.id)).where(here, row.kind.not_in(APART)).group_by(row.listed, row.by)
    last_decisions = and_(here, row.id.in_(latest))
    on_one_line = number.where(last_decisions).group_by(row.listed, row.about)
    latest_whole = select(func.max(row.id)).where(here, a_decision, row.about == "").group_by(row.listed)
    their_plan = and_(people.c.run == run, people.c.number == row.listed)
    words = number.where(here, row.id.in_(last_word)).group_by(row.listed)
    differ = or_(
        row.listed.in_(on_one_line.having(func.count(distinct(row.verdict)) > 1)),
        row.listed.in_(number.where(last_decisions, _agreed_with_by_another(standing, latest))),
    )
    settles, decides = (
        func.max(case((kinds, row.id), else_=0)) for kinds in (row.kind == SETTLED, a_decision)
    )
    settled = number.where(here).group_by(row.listed).having(settles > decides)
    return {
        "decided": number.where(here, a_decision, row.about == ""),
        "disagreed": number.where(last_decisions, row.verdict != row.rules_say),
        "differ": number.where(here, differ, row.listed.not_in(settled)),
        "settled": settled,
        "stale": number.join(people, their_plan).where(row.id.in_(latest_whole), row.plan != people.c.plan),
        "signed": words.having(func.sum(case((row.kind == SIGNED, 0), else_=1)) == 0),
    }


def _stands(standing: FromClause) -> ColumnElement[bool]:
    """Match the decisions that were not withdrawn, are no withdrawals, and are about the answers as now."""
    return and_(standing.c.current, not_withdrawn(standing))


def _agreed_with_by_another(standing: FromClause, latest: Select[tuple[int]]) -> ColumnElement[bool]:
    """Match a modified line, where another reviewer agrees with the plan and has no verdict on the line."""
    row, other, own = standing.c, standing.alias("other"), standing.alias("own")
    same_person = and_(other.c.listed == row.listed, other.c.by != row.by)
    own_word = and_(own.c.listed == other.c.listed, own.c.by == other.c.by, own.c.about == row.about)
    silent = ~exists().where(own_word, own.c.kind.in_(DECIDED), _stands(own)).correlate(standing, other)
    agrees = and_(other.c.id.in_(latest), other.c.about == "", other.c.kind == "agree", silent)
    return and_(
        row.about != "",
        row.verdict != row.rules_say,
        exists().where(same_person, agrees).correlate(standing),
    )
