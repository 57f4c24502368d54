"""The numbers of a cohort, ordered and named as its reports show them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from recommender.cohort.model import Summary
from recommender.errors import shortened
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import CLEAR_IF_SCREENED, Clearance, Urgency, Verdict

LIMITS = tuple(verdict for verdict in reversed(Verdict) if verdict is not Verdict.OK)
TODAY = tuple(urgency for urgency in reversed(Urgency) if urgency.is_today)


class Limited(NamedTuple):
    """For how many people a movement is limited, by verdict."""

    name: str
    verdicts: Mapping[str, int]

    @property
    def people(self) -> int:
        """Return for how many it is limited at all."""
        return sum(self.verdicts.values())


class Unanswered(NamedTuple):
    """A field that nobody answered in some rows, and in how many of them it is to be checked first."""

    label: str
    rows: int
    to_check: int


class Reason(NamedTuple):
    """Why rows have no answer, and how often."""

    words: str
    column: str
    rows: int


def plain_name(book: Rulebook, id_: str) -> str:
    """Return a word of a scale, a code or an id as it is read."""
    return id_.replace("_", " ") or book.phrase("answer.not_known")


def share(book: Rulebook, count: int, whole: int) -> str:
    """Say a count out of a whole, with its percentage: `1,204 of 10,000 (12 %)`."""
    if not count:
        return book.phrase("cohort.share_none", whole=f"{whole:,}")
    percentage = percent(book, count, whole)
    return book.phrase("cohort.share", count=f"{count:,}", whole=f"{whole:,}", percent=percentage)


def percent(book: Rulebook, count: int, whole: int) -> str:
    """Return a percentage that never turns some into none, nor nearly all into all."""
    if 100 * count < whole:
        return book.phrase("cohort.percent_under") if count else book.phrase("cohort.percent", percent=0)
    if count < whole and 100 * count > 99 * whole:
        return book.phrase("cohort.percent_over")
    return book.phrase("cohort.percent", percent=(200 * count + whole) // (2 * whole))


def clearances(counts: Mapping[str, int], rulebook: Rulebook) -> dict[str, tuple[int, str]]:
    """Return how many people have each clearance, the most serious first, and what they are told."""
    led, *serious = tuple(Clearance)[1:]
    scale = (Clearance.CLEAR, CLEAR_IF_SCREENED, led, *serious)
    words = {**rulebook.words["clearance"], CLEAR_IF_SCREENED: rulebook.words["screening"][Clearance.CLEAR]}
    return {name: (count, words.get(name, "")) for name, count in on_scale(counts, scale).items()}


def on_scale(counts: Mapping[str, int], scale: Sequence[str]) -> dict[str, int]:
    """Return all counts, the highest level of the scale first and names that it lacks last."""
    return {name: counts.get(name, 0) for name in reversed(scale)} | {
        name: n for name, n in counts.items() if name not in scale
    }


def tier_totals(summary: Summary, rulebook: Rulebook) -> dict[str, int]:
    """Return how many people are in each tier, the highest first."""
    totals: dict[str, int] = {}
    for (_, _, tier), count in summary.tiers.items():
        totals[tier] = totals.get(tier, 0) + count
    return on_scale(totals, rulebook.scales["risk_tier"])


def limited_movements(summary: Summary, rulebook: Rulebook) -> tuple[Limited, ...]:
    """Return the movements that are limited for anybody, by people and then by the strictest verdicts."""
    limited = []
    for id_, counts in summary.verdicts.items():
        name = rulebook.movements[id_].name if id_ in rulebook.movements else id_
        limited.append(Limited(name, {verdict: counts.get(verdict, 0) for verdict in LIMITS}))
    limited.sort(
        key=lambda entry: (-entry.people, *(-count for count in entry.verdicts.values()), entry.name)
    )
    return tuple(entry for entry in limited if entry.people)


def offered_levels(summary: Summary, rulebook: Rulebook) -> tuple[tuple[str, int], ...]:
    """Return the levels that were offered, named by exercise and level, the most often offered first."""
    names = {
        level.id: exercise.name if level.name == exercise.name else f"{exercise.name}: {level.name}"
        for exercise in rulebook.exercises.values()
        for level in exercise.levels
    }
    offered = [(names.get(id_, id_), count) for id_, count in summary.offered.items() if count]
    return tuple(sorted(offered, key=lambda entry: (-entry[1], entry[0])))


def unanswered_fields(summary: Summary, rulebook: Rulebook) -> tuple[Unanswered, ...]:
    """Return the fields with missing answers: most often to be checked first, then most often missing."""
    fields = rulebook.vocabulary.fields
    unanswered = [
        Unanswered(fields[id_].label if id_ in fields else id_, *counts)
        for id_, counts in summary.missing.items()
        if any(counts)
    ]
    # the sort is stable, and the fields that could stop exercise stand first
    return tuple(sorted(unanswered, key=lambda entry: (-entry.to_check, -entry.rows)))


def reasons(summary: Summary, rulebook: Rulebook) -> tuple[Reason, ...]:
    """Return why rows have no answer, the commonest reason first."""
    causes = [
        Reason(plain_name(rulebook, code), shortened(column), count)
        for (code, column), count in summary.rejects.items()
        if count
    ]
    return tuple(sorted(causes, key=lambda entry: (-entry.rows, entry.words, entry.column)))
