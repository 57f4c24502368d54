"""Refuse columns that are not T-scores or Z-scores: bone densities, lost minus signs, ultrasound of the heel.

Overrides do not switch these checks off, except for accepted ultrasound of the heel.
"""

from typing import NamedTuple

from recommender.cohort.mapping.names import ColumnDictionary, Name, Role
from recommender.cohort.mapping.score_kinds import SCORE_KINDS, is_score
from recommender.cohort.mapping.values import ColumnValues
from recommender.vocabulary import Field

NO_SITE = "t_score"


class Refusal(NamedTuple):
    """Why a column cannot be a score, and what to do.

    Its options are written as in `columns.yaml`: `…` stands for the column.
    """

    say: str
    hint: str


def refused_name(
    field: Field, name: Name | None, heel: bool, accepted: bool, dictionary: ColumnDictionary
) -> Refusal | None:
    """Return why the name of a column rules it out as this score; `heel`: the file has heel ultrasound."""
    if not is_score(field):
        return None
    if name is not None and name.role == Role.NEVER:
        return Refusal(f"{name.say} It is never read as a score.", f"Leave out --map {field.id}=….")
    no_site = field.id == NO_SITE if name is None else name.fields == (NO_SITE,)
    if not no_site or not (heel or (name is not None and name.role == Role.HEEL)):
        return None
    if not accepted:
        return Refusal(dictionary.heel.ask, f"{dictionary.heel.settle} Or leave it out: --ignore ….")
    if field.id != NO_SITE:
        return Refusal(
            f"{dictionary.heel.ask} They are never read as scores of another bone.",
            f"Write --map {NO_SITE}=… in place of --map {field.id}=….",
        )
    return None


def refused_numbers(field: Field, values: ColumnValues, dictionary: ColumnDictionary) -> Refusal | None:
    """Return why the numbers of a column rule it out as this score."""
    kind = SCORE_KINDS.get(field.unit)
    if kind is None or any(
        text.strip().startswith("+") or number < 0 for text, number in values.numbers.items()
    ):
        return None
    if sum(values.seen[text] for text in values.numbers) <= dictionary.scores.enough[kind]:
        return None
    low, high = dictionary.scores.density_range
    if all(low <= number <= high for number in values.numbers.values()):
        say = f"its numbers are those of bone densities in g/cm2, and not of {kind.upper()}-scores."
        return Refusal(say, "Leave it out: --ignore …. Use the column that has the scores.")
    say = (
        f"not one of its numbers is below zero, so these are no {kind.upper()}-scores, "
        "or they have lost their minus signs."
    )
    hint = (
        "Put the minus signs back, and a plus sign before each score that really is above zero. "
        "Or leave it out: --ignore …."
    )
    return Refusal(say, hint)
