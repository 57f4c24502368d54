"""What the first screen of a person shows: what made the clearance, the answers that matter, the T-scores."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from recommender.language.numbers import UNIT
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.person.assessment import Assessment, MovementVerdict
from recommender.person.explanation import FactValue, Reason, explain
from recommender.review.scans import Scan
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Verdict

NO_SCAN_ERROR: Mapping[str, int] = {}
_LOWEST = -5_000  # the left end of the strip; a lower score stands there too


class Band(NamedTuple):
    """A stretch of the T-score strip: its level, and where it starts and how wide it is, in per cent."""

    level: str
    start: float
    width: float


class Score(NamedTuple):
    """One T-score: its field, the site in words, its value, and its place on the strip, in per cent."""

    field: str
    site: str
    value: str
    place: float


class Before(NamedTuple):
    """An earlier score of one site: its value and place, and whether the difference is within scan error."""

    scan: Scan
    value: str
    place: float
    within_error: bool


class Strip(NamedTuple):
    """The T-scores on a strip with thresholds, and the earlier ones by site, oldest first."""

    bands: Sequence[Band]
    scores: Sequence[Score]
    before: Mapping[str, Sequence[Before]]


class Group(NamedTuple):
    """The movements with one verdict."""

    verdict: Verdict
    movements: Sequence[MovementVerdict]


class FirstLook(NamedTuple):
    """What the first screen shows.

    `made_by` are the rules that made the clearance, with their facts. `answers` are those of the rulebook's
    `glance` fields, empty where not known.
    """

    made_by: Sequence[Reason]
    answers: Mapping[str, str]
    strip: Strip
    groups: Sequence[Group]


def first_look(
    assessment: Assessment,
    answers: Mapping[str, str],
    scans: Sequence[Scan] = (),
    scan_error: Mapping[str, int] = NO_SCAN_ERROR,
) -> FirstLook:
    """Return what the first screen shows of a person.

    `scans` are those of other rows, `scan_error` is the least significant change of each score, in
    thousandths.
    """
    glance = assessment.rulebook.glance
    made_by = [_known_facts(explain(assessment, rule)) for rule in assessment.clearance_rules]
    groups = (
        Group(
            verdict,
            [limit for limit in assessment.movements if limit.verdict is verdict and not _is_free(limit)],
        )
        for verdict in reversed(Verdict)
    )
    return FirstLook(
        made_by,
        {name: answers.get(name, "") for name in glance.fields},
        _strip(assessment, answers, scans, scan_error),
        [group for group in groups if group.movements],
    )


def _known_facts(reason: Reason) -> Reason:
    """Return a reason with the facts that are known; with all of them where none is."""
    known: dict[str, FactValue] = {name: fact for name, fact in reason.facts.items() if fact is not None}
    return reason._replace(facts=known or reason.facts)


def _is_free(limit: MovementVerdict) -> bool:
    return limit.possible is Verdict.OK


def score_fields(book: Rulebook) -> tuple[str, ...]:
    """Return the fields of the T-scores that stand on the strip."""
    symbol = book.vocabulary.measures["lowest_t"].symbol
    return tuple(fields_of_term(symbol.term)) if isinstance(symbol, NumberSymbol) else ()


def _strip(
    assessment: Assessment,
    answers: Mapping[str, str],
    scans: Sequence[Scan],
    scan_error: Mapping[str, int],
) -> Strip:
    ends = assessment.rulebook.glance.bands
    highest = max(ends.values(), default=0)

    def place(number: float) -> float:
        return 100 * (min(max(number, _LOWEST), highest) - _LOWEST) / (highest - _LOWEST)

    starts = [_LOWEST, *ends.values()]
    bands = [
        Band(level, place(start), place(end) - place(start))
        for (level, end), start in zip(ends.items(), starts, strict=False)
    ]
    sites = score_fields(assessment.rulebook)
    fields = assessment.rulebook.vocabulary.fields

    def before(site: str) -> list[Before]:
        now = float(answers[site]) * UNIT
        earlier = [(scan, scan.scores[site]) for scan in scans if site in scan.scores]
        return [
            Before(
                scan,
                value,
                place(float(value) * UNIT),
                abs(float(value) * UNIT - now) < scan_error.get(site, 0),
            )
            for scan, value in earlier
        ]

    scores = [
        Score(
            site,
            fields[site].label.removesuffix(fields[site].unit).strip(),
            answers[site],
            place(float(answers[site]) * UNIT),
        )
        for site in sites
        if site in answers
    ]
    shown = scores if bands else []
    return Strip(bands, shown, {score.field: before(score.field) for score in shown})
