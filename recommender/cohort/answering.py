"""From a frame of facts to a frame of answers, in memory: what a rulebook says of every row."""

import narwhals as nw
import polars as pl

from recommender.cohort.contradictions import clashes
from recommender.cohort.row import COLUMNS, SEPARATOR
from recommender.cohort.texts import Bits, Lists, packed
from recommender.decision_in_columns import Decision
from recommender.engines.circuit import TRUE, Bit
from recommender.engines.columns import Columns
from recommender.language.numbers import UNIT
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.rulebook.model import Rulebook


class Answering:
    """A rulebook made ready for frames of facts with certain columns."""

    def __init__(self, rulebook: Rulebook, present: frozenset[str]) -> None:
        """Compile the rules; see `Columns` for what `present` means."""
        self.book = rulebook
        self.columns = Columns(rulebook, present)
        self.entries = Decision(self.columns).answers()
        self.clashes = clashes(self.columns)
        self.wanted = {entry.bit for entries in self.entries.values() for entry in entries} | {clash.bit for clash in self.clashes}
        self.leaves = self.columns.circuit.leaves(self.wanted)
        self._lists = {name: Lists([entry.word for entry in entries], SEPARATOR) for name, entries in self.entries.items()}

    def answers(self, facts: pl.DataFrame) -> pl.DataFrame:
        """Return the answer columns, row by row in the order of `facts`."""
        bits = self.bits(facts)

        def of(bit: Bit) -> Bits | bool:
            return bits[bit] if bit > TRUE else bit == TRUE

        found = {
            name: self._lists[name].texts([of(entry.bit) for entry in entries], facts.height) for name, entries in self.entries.items()
        }
        found["lowest_t"] = self._lowest_t(facts)
        found["rulebook"] = pl.Series([self.book.sha256]).new_from_index(0, facts.height)
        return pl.DataFrame({name: found[name] for name in COLUMNS})

    def bits(self, facts: pl.DataFrame) -> dict[Bit, Bits]:
        """Return every bit that the answers are made of, a column for each."""
        frame = nw.from_native(facts)
        made = frame.select(**{str(bit): leaf.expression() for bit, leaf in self.leaves.items()}).to_native()
        return self.columns.circuit.run({bit: packed(made[str(bit)]) for bit in self.leaves}, self.wanted)

    def _lowest_t(self, facts: pl.DataFrame) -> pl.Series:
        symbol = self.book.vocabulary.measures["lowest_t"].symbol
        sites = fields_of_term(symbol.term) if isinstance(symbol, NumberSymbol) else ()
        given = [facts[site] for site in sites if site in self.columns.present]
        if not given:
            return pl.Series([None], dtype=pl.Float64).new_from_index(0, facts.height)
        lowest = pl.select(pl.min_horizontal(given).cast(pl.Float64)).to_series()
        return pl.Series(lowest.to_numpy() / UNIT, nan_to_null=True)  # Polars multiplies by 1/1000: -3.8000000000000003
