"""What must not be taken for a T-score or a Z-score, whatever is stated: bone densities, lost minus signs, ultrasound of the heel."""

from typing import NamedTuple

from recommender.cohort.mapping.names import ColumnDictionary, Name, Role, T, Z
from recommender.cohort.mapping.values import ColumnValues
from recommender.vocabulary import Field

NO_SITE = "t_score"
_KINDS = {"T-score": T, "Z-score": Z}


class Refusal(NamedTuple):
    """Why a column cannot be a score, and what to do; `hint` may name the options `{map}` and `{ignore}` of that column."""

    say: str
    hint: str


def is_score(field: Field) -> bool:
    """Say whether a field is a T-score or a Z-score."""
    return field.unit in _KINDS


def refused_name(
    field: Field, name: Name | None, heel: bool, accepted: bool, words: ColumnDictionary
) -> Refusal | None:
    """Say why a column of this name cannot be this score; `heel` says that the file has ultrasound of the heel."""
    if not is_score(field):
        return None
    if name is not None and name.role == Role.NEVER:
        return Refusal(f"{name.say} It is never read as a score.", "Leave out {map}.")
    no_site = field.id == NO_SITE if name is None else name.fields == (NO_SITE,)
    if not no_site or not (heel or (name is not None and name.role == Role.HEEL)):
        return None
    if not accepted:
        return Refusal(words.heel.ask, f"{words.heel.settle} Or leave it out: {{ignore}}.")
    if field.id != NO_SITE:
        return Refusal(
            f"{words.heel.ask} They are never read as scores of another bone.",
            f"Write --map {NO_SITE}=… in place of {{map}}.",
        )
    return None


def refused_numbers(field: Field, values: ColumnValues, words: ColumnDictionary) -> Refusal | None:
    """Say why the numbers of a column cannot be these scores."""
    kind = _KINDS.get(field.unit)
    if kind is None or any(
        text.strip().startswith("+") or number < 0 for text, number in values.numbers.items()
    ):
        return None
    if sum(values.seen[text] for text in values.numbers) <= words.scores.enough[kind]:
        return None
    low, high = words.scores.density_range
    if all(low <= number <= high for number in values.numbers.values()):
        say = f"its numbers are those of bone densities in g/cm2, and not of {kind.upper()}-scores."
        return Refusal(say, "Leave it out: {ignore}. Use the column that has the scores.")
    say = f"not one of its numbers is below zero, so these are no {kind.upper()}-scores, or they have lost their minus signs."
    hint = "Put the minus signs back, and a plus sign before each score that really is above zero. Or leave it out: {ignore}."
    return Refusal(say, hint)
