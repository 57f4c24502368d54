"""From a frame of facts to a frame of answers, in memory: what a rulebook says of every row."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.cohort.answer_columns import COLUMNS, SEPARATOR
from recommender.cohort.bit_labels import Bits, LabelLists, packed
from recommender.language.numbers import UNIT
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.rulebook.model import Rulebook
from recommender.vectorised.circuit import TRUE, Bit
from recommender.vectorised.contradictions import Clash, clashes
from recommender.vectorised.decision import Decision, Entry
from recommender.vectorised.rules import Columns


class Evaluated(NamedTuple):
    """What a rulebook says of the rows of a frame of facts: their bits, and which rows contradict themselves."""

    rows: int
    bits: Mapping[Bit, Bits]
    clashing: tuple[tuple[Clash, NDArray[np.intp]], ...]

    def of(self, bit: Bit) -> Bits | bool:
        """Return the column of a bit, or a boolean where it is the same for all."""
        return self.bits[bit] if bit > TRUE else bit == TRUE

    def number(self, bit: Bit, among: Bits) -> int:
        """Return how many of the rows that are set in `among` have a bit."""
        found = self.of(bit)
        return (
            int(np.bitwise_count(among if found is True else found & among).sum())
            if found is not False
            else 0
        )


class Evaluator:
    """A rulebook made ready for frames of facts with certain columns."""

    def __init__(self, rulebook: Rulebook, present: frozenset[str]) -> None:
        """Compile the rules; see `Columns` for what `present` means."""
        self.book = rulebook
        self.columns = Columns(rulebook, present)
        self.entries: Mapping[str, tuple[Entry, ...]] = Decision(self.columns).answers()
        self.clashes = clashes(self.columns)
        asked = dict.fromkeys(entry.word for entry in self.entries["check_first"])
        self.unanswered = {name: self.columns.circuit.negate(self.columns.known(name)) for name in asked}
        shown = {entry.bit for entries in self.entries.values() for entry in entries}
        self._wanted = shown | {clash.bit for clash in self.clashes} | set(self.unanswered.values())
        self._leaves = self.columns.circuit.leaves(self._wanted)
        self._lists = {
            name: LabelLists([entry.word for entry in entries], SEPARATOR)
            for name, entries in self.entries.items()
        }

    def answer(self, facts: pl.DataFrame) -> Evaluated:
        """Work out what every row is told."""
        expressions = {str(bit): leaf.expression() for bit, leaf in self._leaves.items()}
        # lazily, what several comparisons share is worked out once; with few columns, nothing is left to compare
        made = facts.lazy().select(**expressions).collect() if expressions else pl.DataFrame()
        bits = self.columns.circuit.run({bit: packed(made[str(bit)]) for bit in self._leaves}, self._wanted)
        found = Evaluated(facts.height, bits, ())
        clashing = ((clash, _rows(found.of(clash.bit), facts.height)) for clash in self.clashes)
        return found._replace(clashing=tuple((clash, rows) for clash, rows in clashing if rows.size))

    def frame(self, facts: pl.DataFrame, found: Evaluated) -> pl.DataFrame:
        """Return the answer columns, row by row in the order of `facts`."""
        columns = {
            name: self._lists[name].texts([found.of(entry.bit) for entry in entries], facts.height)
            for name, entries in self.entries.items()
        }
        columns["lowest_t"] = self._lowest_t(facts)
        columns["rulebook"] = pl.Series([self.book.sha256]).new_from_index(0, facts.height)
        return pl.DataFrame({name: columns[name] for name in COLUMNS})

    def _lowest_t(self, facts: pl.DataFrame) -> pl.Series:
        symbol = self.book.vocabulary.measures["lowest_t"].symbol
        sites = fields_of_term(symbol.term) if isinstance(symbol, NumberSymbol) else ()
        given = [facts[site] for site in sites if site in self.columns.present]
        if not given:
            return pl.Series([None], dtype=pl.Float64).new_from_index(0, facts.height)
        lowest = pl.select(pl.min_horizontal(given).cast(pl.Float64)).to_series()
        return pl.Series(
            lowest.to_numpy() / UNIT, nan_to_null=True
        )  # Polars multiplies by 1/1000: -3.8000000000000003


def _rows(bits: Bits | bool, rows: int) -> NDArray[np.intp]:
    """Return the numbers of the rows whose bit is set."""
    if isinstance(bits, bool):
        return np.arange(rows if bits else 0, dtype=np.intp)
    return np.flatnonzero(np.unpackbits(bits, count=rows, bitorder="little"))
