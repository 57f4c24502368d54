"""Decisions follow a person from list to list: to the same name with the same answers, and to nobody else."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, BindParameter, FromClause, Select, and_, or_, select, union_all
from sqlalchemy.sql import ColumnElement

from recommender.review.models import DECIDED
from recommender.review.schema import decisions, people

Numbers = Sequence[int] | BindParameter[Any]
"""Numbers of people, or a parameter that stands for them."""
Run = int | BindParameter[Any]
"""A run, or a parameter that stands for it."""


def decisions_for(
    run: Run,
    columns: Sequence[str] = tuple(decisions.c.keys()),
    numbers: Numbers | None = None,
    after: int = 0,
) -> CTE:
    """Return the decisions about the people of a run, made there or in another run about the same answers.

    `listed` is the number of the person in this run; `current` says whether the person's answers have been
    the same since, with those that were filled in at the desk. With `numbers`, only those of these people;
    with `after`, the id of a decision, only later ones.
    """
    other, here = people.alias("other"), people.alias("here")
    current = (decisions.c.amended == here.c.amended).label("current")
    wanted = [*(decisions.c[name] for name in columns), here.c.number.label("listed"), current]
    same_row = and_(here.c.run == decisions.c.run, here.c.number == decisions.c.number)
    made_here = select(*wanted).select_from(decisions.join(here, same_row)).where(decisions.c.run == run)
    if after:
        made_here = made_here.where(decisions.c.id > after)
    about = and_(other.c.run == decisions.c.run, other.c.number == decisions.c.number)
    if numbers is None:
        # adding 0 keeps the database from going through all people of the run: the decisions are fewer
        in_run = here.c.run + 0 == run
    else:
        in_run = and_(here.c.run == run, here.c.number.in_(numbers))
        made_here = made_here.where(decisions.c.number.in_(numbers))
    same = and_(in_run, here.c.content == other.c.content, other.c.content != "")
    followed = (
        select(*wanted)
        .select_from(decisions.join(other, about).join(here, same))
        .where(decisions.c.run != run)
    )
    if after:
        followed = followed.where(decisions.c.id > after)
    # computed once in a query: else the database goes through all people of the run each time it is named
    return union_all(made_here, followed).cte("standing").prefix_with("MATERIALIZED")


def decided_elsewhere(run: Run) -> FromClause:
    """Return the people of other runs who were decided on, and whose decisions may follow a name."""
    withdrawn = select(decisions.c.withdraws).where(decisions.c.withdraws > 0)
    decided = (
        select(decisions.c.run, decisions.c.number)
        .where(decisions.c.run != run, decisions.c.kind.in_(DECIDED), decisions.c.about == "")
        .where(decisions.c.id.not_in(withdrawn))
        .distinct()
        .subquery()
    )
    about = and_(people.c.run == decided.c.run, people.c.number == decided.c.number)
    columns = (people.c.run, people.c.number, people.c.name, people.c.content)
    return select(*columns).join(decided, about).where(people.c.content != "").subquery()


def not_withdrawn(standing: FromClause) -> ColumnElement[bool]:
    """Match the decisions that were not withdrawn, and are no withdrawals."""
    withdrawn = select(decisions.c.withdraws).where(decisions.c.withdraws > 0).scalar_subquery()
    return and_(standing.c.withdraws == 0, standing.c.id.not_in(withdrawn))


def with_other_answers(run: int, standing: FromClause, decided: Select[tuple[int]]) -> Select[tuple[int]]:
    """Return the people who were decided on with other answers: in another run, or before an amendment.

    `standing` are the decisions for the run; `decided` are those with a decision on the answers as now.
    """
    names = select(decided_elsewhere(run).c.name)
    whole = and_(standing.c.kind.in_(DECIDED), standing.c.about == "", not_withdrawn(standing))
    before = select(standing.c.listed).where(whole)
    in_another = and_(people.c.content != "", people.c.name.in_(names))
    return select(people.c.number).where(
        people.c.run == run,
        or_(in_another, people.c.number.in_(before)),
        people.c.number.not_in(decided),
    )
