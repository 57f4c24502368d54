"""Evaluate a rulebook on a frame of facts, in memory, and return a frame of answers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.cohort.answer_columns import COLUMNS, SEPARATOR, short_hash
from recommender.cohort.bit_labels import Bits, LabelLists, packed
from recommender.language.numbers import UNIT
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.rulebook.model import Rulebook
from recommender.vectorised.circuit import TRUE, Bit
from recommender.vectorised.contradictions import Clash, clashes
from recommender.vectorised.decision import Decision, Entry
from recommender.vectorised.expressions import expression
from recommender.vectorised.rules import Columns


class Evaluated(NamedTuple):
    """The bits of all rows of a frame of facts, and the rows with contradictory answers (their indices)."""

    rows: int
    bits: Mapping[Bit, Bits]
    clashing: tuple[tuple[Clash, NDArray[np.intp]], ...]

    def column(self, bit: Bit) -> Bits | bool:
        """Return the packed column of a bit, or a boolean if it is the same for all rows."""
        return self.bits[bit] if bit > TRUE else bit == TRUE

    def count_rows(self, bit: Bit, among: Bits) -> int:
        """Return how many of the rows in `among` have a bit."""
        column = self.column(bit)
        if column is False:
            return 0
        return int(np.bitwise_count(among if column is True else column & among).sum())


class Evaluator:
    """A rulebook compiled for frames of facts with given columns.

    `entries` are those of each answer column. `unanswered` maps each field of `check_first` to the bit
    of rows without an answer to it.
    """

    def __init__(self, rulebook: Rulebook, present: frozenset[str], answers: Sequence[str] = COLUMNS) -> None:
        """Compile the rules; `present` are the columns of the facts, see `Columns`; `answers` are wanted."""
        self.book, self.answers = rulebook, answers
        self.columns = Columns(rulebook, present)
        self.entries: Mapping[str, tuple[Entry, ...]] = Decision(self.columns).answers()
        self.clashes = clashes(self.columns)
        names = dict.fromkeys(entry.word for entry in self.entries["check_first"])
        self.unanswered = {name: self.columns.circuit.negate(self.columns.known(name)) for name in names}
        shown = {entry.bit for entries in self.entries.values() for entry in entries}
        self._wanted = shown | {clash.bit for clash in self.clashes} | set(self.unanswered.values())
        self._leaves = self.columns.circuit.leaves(self._wanted)
        self._lists = {
            name: LabelLists([entry.word for entry in entries], SEPARATOR)
            for name, entries in self.entries.items()
            if name in answers
        }

    def evaluate(self, facts: pl.DataFrame) -> Evaluated:
        """Evaluate all rules on every row."""
        expressions = {str(bit): expression(leaf) for bit, leaf in self._leaves.items()}
        # A lazy frame computes shared subexpressions once. With few columns there may be no expression.
        results = facts.lazy().select(**expressions).collect() if expressions else pl.DataFrame()
        leaves = {bit: packed(results[str(bit)]) for bit in self._leaves}
        bits = self.columns.circuit.run(leaves, self._wanted)
        evaluated = Evaluated(facts.height, bits, ())
        clashing = ((clash, _rows(evaluated.column(clash.bit), facts.height)) for clash in self.clashes)
        return evaluated._replace(clashing=tuple((clash, rows) for clash, rows in clashing if rows.size))

    def frame(self, facts: pl.DataFrame, evaluated: Evaluated) -> pl.DataFrame:
        """Return the answer columns, in the row order of `facts`."""
        columns = {
            name: lists.texts([evaluated.column(entry.bit) for entry in self.entries[name]], facts.height)
            for name, lists in self._lists.items()
        }
        if "lowest_t" in self.answers:
            columns["lowest_t"] = self._lowest_t(facts)
        columns["rulebook"] = pl.Series([short_hash(self.book.sha256)]).new_from_index(0, facts.height)
        return pl.DataFrame({name: columns[name] for name in self.answers})

    def _lowest_t(self, facts: pl.DataFrame) -> pl.Series:
        symbol = self.book.vocabulary.measures["lowest_t"].symbol
        sites = fields_of_term(symbol.term) if isinstance(symbol, NumberSymbol) else ()
        scores = [facts[site] for site in sites if site in self.columns.present]
        if not scores:
            return pl.Series([None], dtype=pl.Float64).new_from_index(0, facts.height)
        lowest = pl.select(pl.min_horizontal(scores).cast(pl.Float64)).to_series()
        # NumPy divides exactly; Polars multiplies by 1/1000, which gives -3.8000000000000003.
        return pl.Series(lowest.to_numpy() / UNIT, nan_to_null=True)


def _rows(bits: Bits | bool, rows: int) -> NDArray[np.intp]:
    """Return the indices of the rows whose bit is set."""
    if isinstance(bits, bool):
        return np.arange(rows if bits else 0, dtype=np.intp)
    return np.flatnonzero(np.unpackbits(bits, count=rows, bitorder="little"))
