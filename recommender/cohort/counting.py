"""What is counted while a cohort goes by, for the summary at its end."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from recommender.cohort.bit_labels import Bits
from recommender.cohort.evaluation import Evaluated, Evaluator
from recommender.cohort.model import Reject, Summary
from recommender.cohort.scoring import Scored, rounding_notes
from recommender.language.numbers import UNIT
from recommender.rulebook.scales import Verdict

UNKNOWN = "not known"
_COUNTED = {"bone_density": "densities", "clearance": "clearances", "urgency": "urgencies"}


class Counts:
    """Counts over all batches of one run."""

    def __init__(self, answering: Evaluator) -> None:
        """Begin the clock."""
        self.answering = answering
        self.began = time.monotonic()
        self.read = 0
        self.accepted = 0
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        self._tiers: Counter[tuple[str, str, str]] = Counter()
        self._unanswered: Counter[str] = Counter()
        self._rejects: Counter[tuple[str, str]] = Counter()
        self._rounded: Counter[str] = Counter()

    @property
    def seconds(self) -> float:
        """Return how long the run has lasted."""
        return time.monotonic() - self.began

    def add(self, scored: Scored, rejects: Sequence[Reject], lost: int) -> None:
        """Count one batch; `lost` rows of it are rejects that never came to be scored."""
        found = scored.found
        among = np.packbits(scored.accepted, bitorder="little")
        self.read += found.rows + lost
        self.accepted += int(scored.accepted.sum())
        for name, entries in self.answering.entries.items():
            for entry in entries:
                self._words[name][entry.word] += found.number(entry.bit, among)
        for name, bit in self.answering.unanswered.items():
            self._unanswered[name] += found.number(bit, among)
        self._count_tiers(scored.facts, found, among)
        self._rounded.update(scored.rounded)
        self._rejects.update((reject.code, reject.column) for reject in rejects)

    def _count_tiers(self, facts: pl.DataFrame, found: Evaluated, among: Bits) -> None:
        bands, sexes = _bands(facts, self.answering.book.report_limits.age_bands), self._sexes(facts)
        tiers = [(entry.word, found.of(entry.bit)) for entry in self.answering.entries["risk_tier"]]
        for band, in_band in bands.items():
            for sex, of_sex in sexes.items():
                here = in_band & of_sex & among
                for tier, bits in tiers:
                    number = (
                        int(np.bitwise_count(here if bits is True else here & bits).sum())
                        if bits is not False
                        else 0
                    )
                    self._tiers[band, sex, tier] += number

    def _sexes(self, facts: pl.DataFrame) -> dict[str, Bits]:
        if "sex" not in facts.columns:
            return {UNKNOWN: _all(facts)}
        choices = self.answering.book.vocabulary.fields["sex"].choices
        known = {sex: _bits(facts["sex"] == place) for place, sex in enumerate(choices)}
        return {**known, UNKNOWN: _bits(facts["sex"].is_null())}

    def summary(self, place: str, notes: Sequence[str]) -> Summary:
        """Return what was counted."""
        checked = self._words["check_first"]
        verdicts = {
            str(verdict): self._words[verdict] for verdict in reversed(Verdict) if verdict is not Verdict.OK
        }
        movements = {
            id_: {verdict: words[id_] for verdict, words in verdicts.items() if words[id_]}
            for id_ in self.answering.book.movements
        }
        return Summary(
            place=place,
            read=self.read,
            accepted=self.accepted,
            rejected=self.read - self.accepted,
            seconds=self.seconds,
            **{key: +self._words[name] for name, key in _COUNTED.items()},
            tiers=+self._tiers,
            verdicts={id_: found for id_, found in movements.items() if found},
            offered=+self._words["exercises"],
            missing={name: (number, checked[name]) for name, number in self._unanswered.items() if number},
            rejects=+self._rejects,
            notes=(*notes, *rounding_notes(self._rounded)),
        )


def _bands(facts: pl.DataFrame, ages: Sequence[int]) -> dict[str, Bits]:
    """Return the rows of each age band; a new one begins at each of `ages`, in years."""
    if "age" not in facts.columns:
        return {UNKNOWN: _all(facts)}
    age = facts["age"]
    found = {f"under {ages[0]}": _bits(age < ages[0] * UNIT)}
    for low, high in pairwise(ages):
        found[f"{low}-{high - 1}"] = _bits((age >= low * UNIT) & (age < high * UNIT))
    return {**found, f"{ages[-1]} and over": _bits(age >= ages[-1] * UNIT), UNKNOWN: _bits(age.is_null())}


def _all(facts: pl.DataFrame) -> Bits:
    return np.packbits(np.ones(facts.height, dtype=np.bool_), bitorder="little")


def _bits(column: pl.Series) -> Bits:
    return np.packbits(column.fill_null(value=False).to_numpy(), bitorder="little")
