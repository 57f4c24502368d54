"""Decisions follow a person from list to list: to the same name with the same answers, and to nobody else."""

from collections.abc import Sequence

from sqlalchemy import CTE, FromClause, Select, and_, select, union_all

from recommender.review.models import DECIDED
from recommender.review.schema import decisions, people


def decisions_for(run: int, columns: Sequence[str] = tuple(decisions.c.keys())) -> CTE:
    """Return the decisions about the people of a run, made there or in another run about the same answers.

    `listed` is the number of the person in this run.
    """
    wanted = [decisions.c[name] for name in columns]
    other, here = people.alias("other"), people.alias("here")
    made_here = select(*wanted, decisions.c.number.label("listed")).where(decisions.c.run == run)
    about = and_(other.c.run == decisions.c.run, other.c.number == decisions.c.number)
    # adding 0 keeps the database from going through all people of the run: the decisions are fewer
    same = and_(here.c.run + 0 == run, here.c.content == other.c.content, other.c.content != "")
    followed = (
        select(*wanted, here.c.number.label("listed"))
        .select_from(decisions.join(other, about).join(here, same))
        .where(decisions.c.run != run)
    )
    # computed once in a query: else the database goes through all people of the run each time it is named
    return union_all(made_here, followed).cte("standing").prefix_with("MATERIALIZED")


def decided_elsewhere(run: int) -> FromClause:
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


def with_other_answers(run: int, decided: Select[tuple[int]]) -> Select[tuple[int]]:
    """Return the people who were decided on in another run, and have other answers here.

    `decided` are those with a decision that stands here: the answers of the others must be different.
    """
    names = select(decided_elsewhere(run).c.name)
    return select(people.c.number).where(
        people.c.run == run,
        people.c.content != "",
        people.c.name.in_(names),
        people.c.number.not_in(decided),
    )
