"""Count the answers of a run, batch by batch, for its summary."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from recommender.cohort.bit_labels import Bits
from recommender.cohort.evaluation import Evaluated, Evaluator
from recommender.cohort.model import Reject, Summary
from recommender.cohort.scoring import Scored, rounding_notes, set_aside_notes
from recommender.language.numbers import UNIT
from recommender.rulebook.scales import Verdict

UNKNOWN = "not known"
_COUNTED = {"bone_density": "densities", "clearance": "clearances", "urgency": "urgencies"}


class Counts:
    """Counts over all batches of one run."""

    def __init__(self, evaluator: Evaluator) -> None:
        """Start the clock."""
        self.evaluator = evaluator
        self.began = time.monotonic()
        self.read = 0
        self.accepted = 0
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        self._tiers: Counter[tuple[str, str, str]] = Counter()
        self._unanswered: Counter[str] = Counter()
        self._rejects: Counter[tuple[str, str]] = Counter()
        self._rounded: Counter[str] = Counter()
        self._set_aside: Counter[str] = Counter()

    @property
    def seconds(self) -> float:
        """The wall time of the run so far."""
        return time.monotonic() - self.began

    def add(self, scored: Scored, rejects: Sequence[Reject], lost: int) -> None:
        """Count one batch; `lost` is the number of its rows that were rejected before scoring."""
        evaluated = scored.evaluated
        accepted = np.packbits(scored.accepted, bitorder="little")
        self.read += evaluated.rows + lost
        self.accepted += int(scored.accepted.sum())
        for name, entries in self.evaluator.entries.items():
            for entry in entries:
                self._words[name][entry.word] += evaluated.count_rows(entry.bit, accepted)
        for name, bit in self.evaluator.unanswered.items():
            self._unanswered[name] += evaluated.count_rows(bit, accepted)
        self._count_tiers(scored.facts, evaluated, accepted)
        self._rounded.update(scored.rounded)
        self._set_aside.update(scored.set_aside)
        self._rejects.update((reject.code, reject.column) for reject in rejects)

    def _count_tiers(self, facts: pl.DataFrame, evaluated: Evaluated, accepted: Bits) -> None:
        bands, sexes = _bands(facts, self.evaluator.book.report_limits.age_bands), self._sexes(facts)
        tiers = [(entry.word, evaluated.column(entry.bit)) for entry in self.evaluator.entries["risk_tier"]]
        for band, in_band in bands.items():
            for sex, has_sex in sexes.items():
                group = in_band & has_sex & accepted
                for tier, bits in tiers:
                    count = (
                        int(np.bitwise_count(group if bits is True else group & bits).sum())
                        if bits is not False
                        else 0
                    )
                    self._tiers[band, sex, tier] += count

    def _sexes(self, facts: pl.DataFrame) -> dict[str, Bits]:
        if "sex" not in facts.columns:
            return {UNKNOWN: _all(facts)}
        choices = self.evaluator.book.vocabulary.fields["sex"].choices
        known = {sex: _bits(facts["sex"] == code) for code, sex in enumerate(choices)}
        return {**known, UNKNOWN: _bits(facts["sex"].is_null())}

    def summary(self, source: str, notes: Sequence[str]) -> Summary:
        """Return the summary; `source` is the name of the file."""
        check_first = self._words["check_first"]
        verdicts = {
            str(verdict): self._words[verdict] for verdict in reversed(Verdict) if verdict is not Verdict.OK
        }
        movements = {
            id_: {verdict: words[id_] for verdict, words in verdicts.items() if words[id_]}
            for id_ in self.evaluator.book.movements
        }
        return Summary(
            source=source,
            read=self.read,
            accepted=self.accepted,
            rejected=self.read - self.accepted,
            seconds=self.seconds,
            **{key: +self._words[name] for name, key in _COUNTED.items()},
            tiers=+self._tiers,
            verdicts={id_: counts for id_, counts in movements.items() if counts},
            offered=+self._words["exercises"],
            missing={
                name: (number, check_first[name]) for name, number in self._unanswered.items() if number
            },
            rejects=+self._rejects,
            notes=(*notes, *rounding_notes(self._rounded), *set_aside_notes(self._set_aside)),
        )


def _bands(facts: pl.DataFrame, ages: Sequence[int]) -> dict[str, Bits]:
    """Return the rows of each age band; a new one begins at each of `ages`, in years."""
    if "age" not in facts.columns:
        return {UNKNOWN: _all(facts)}
    age = facts["age"]
    bands = {f"under {ages[0]}": _bits(age < ages[0] * UNIT)}
    for low, high in pairwise(ages):
        bands[f"{low}-{high - 1}"] = _bits((age >= low * UNIT) & (age < high * UNIT))
    return {**bands, f"{ages[-1]} and over": _bits(age >= ages[-1] * UNIT), UNKNOWN: _bits(age.is_null())}


def _all(facts: pl.DataFrame) -> Bits:
    return np.packbits(np.ones(facts.height, dtype=np.bool_), bitorder="little")


def _bits(column: pl.Series) -> Bits:
    return np.packbits(column.fill_null(value=False).to_numpy(), bitorder="little")
