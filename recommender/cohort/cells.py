"""The cells of one column, understood: each different text once, by the same door as the answer of one person.

A cell is a value, unknown, "never", or wrong with a sentence that says why. Numbers may have any number of decimals (computed
scores have many): beyond the third, the worse thousandth counts, and how many cells that was is told.
"""

from dataclasses import replace
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.names import normalised_value
from recommender.cohort.mapping.overrides import HIGH_SCORES
from recommender.cohort.mapping.result import FieldColumn
from recommender.cohort.mapping.values import cell_number
from recommender.errors import CohortError, EngineError, Problem, ProfileError, quoted
from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.language.numbers import (
    MINUS,
    NOISE_DECIMALS,
    UNIT,
    decimals,
    is_number,
    is_rounded,
    rounded_thousandths,
)
from recommender.vocabulary.answers import Doubt, encode_answer, read_answer

MOST_TEXTS = 500_000
NOISE = UNIT * 10**-NOISE_DECIMALS
_PLAIN = r"^[+-]?(0|[1-9][0-9]{0,8})(\.[0-9]{1,30})?$"


class Wrong(NamedTuple):
    """Why a cell cannot be used: a word for machines and a sentence for people."""

    code: str
    message: str


class PositiveScorePolicy(NamedTuple):
    """Scores above zero that need no plus sign: up to `highest` (thousandths), with at most `decimals` decimals.

    One that is higher likely lost its minus sign; one with more decimals than the scores below zero is likely a bone density.
    """

    highest: int
    decimals: int


class Read(NamedTuple):
    """A column of cells: values (null where unknown), where they are "never", and the number of what is wrong with each.

    `rounded` says where a number lay between two thousandths. It, `never` and `wrong` are `None` where that holds of no cell.
    """

    values: pl.Series
    never: pl.Series | None
    wrong: pl.Series | None
    rounded: pl.Series | None


class Cells:
    """Reads the cells of one column; what each text means is worked out when it is first met.

    `believed` says which scores above zero are believed without a plus sign.
    """

    def __init__(self, of: FieldColumn, decimal: str, believed: PositiveScorePolicy) -> None:
        self.of, self.field, self.decimal, self.believed = of, of.field, decimal, believed
        self._forget()

    def _forget(self) -> None:
        """Begin anew, so that memory stays bounded whatever stands in a column."""
        self.wrongs: list[Wrong] = []
        self._texts = pl.Categories.random()
        self._alive = pl.Series(
            [], dtype=pl.Categorical(self._texts)
        )  # Polars forgets the numbers of texts that no column uses
        self._known = pl.DataFrame(
            schema={"value": pl.Int32, "never": pl.Boolean, "wrong": pl.UInt32, "rounded": pl.Boolean}
        )

    def numbered(self, type_: pl.DataType) -> pl.Expr:
        """Return the column with a number for each different text, to be read by `read`."""
        if self._known.height > MOST_TEXTS:
            self._forget()
        return as_text(self.of.column, type_).cast(pl.Categorical(self._texts))

    def read(self, column: pl.Series) -> Read:
        """Understand the cells of one batch, numbered; what `wrong` points to in `wrongs` stays there until the next batch.

        Raises:
            EngineError: where Polars has forgotten which number is which text.

        """
        met = self._texts.to_series()
        if len(met) < self._known.height:
            raise EngineError(
                Problem(self.of.column, "the texts of this column were lost between two batches.")
            )
        if len(met) > self._known.height:
            self._known = pl.concat([self._known, self._understand(met[self._known.height :])])
        places = column.to_physical()
        values = self._known["value"].gather(places).rename(self.field.id)
        never, rounded = (
            self._known[name].gather(places).fill_null(value=False) if self._known[name].any() else None
            for name in ("never", "rounded")
        )
        wrong = self._known["wrong"].gather(places) if self.wrongs else None
        return Read(values, never, wrong, rounded)

    def _understand(self, texts: pl.Series) -> pl.DataFrame:
        """Return what each of some new texts means: plain numbers together, whatever else one by one."""
        plain = self._plain_numbers(texts)
        rows = []
        for text, number, rounded in zip(texts, plain["number"], plain["rounded"], strict=True):
            rows.append((number, False, None, rounded) if number is not None else self._one(text))
        return pl.DataFrame(rows, schema=self._known.schema, orient="row")

    def _plain_numbers(self, texts: pl.Series) -> pl.DataFrame:
        """Return the plain numbers that need no second look, in thousandths, and which were rounded; all else is null."""
        field = self.field
        if not field.is_number:
            return pl.DataFrame({"number": [None] * len(texts), "rounded": False})
        text = self._with_point(pl.col("text").str.strip_chars())
        exact = text.cast(pl.Float64, strict=False) * UNIT
        nearest = exact.round(mode="half_to_even")
        off = (exact - nearest).abs()
        rounded = off > NOISE
        number = (
            pl.when(rounded)
            .then(exact.ceil() if field.worse == "higher" else exact.floor())
            .otherwise(nearest)
        )
        sure = (
            text.str.contains(_PLAIN)
            & number.is_between(field.low, field.high)
            & ~off.is_between(NOISE / 2, NOISE * 2)
        )
        sure &= ~text.str.to_lowercase().is_in(sorted({*self.of.missing, *self.of.words}))
        if field.kind == "count":
            sure &= ~text.str.contains(".", literal=True)
        if field.doubt_above is not None:
            decimals = max(self.believed.decimals, 1)
            likely = (number <= self.believed.highest) & text.str.contains(
                rf"^[0-9]+(\.[0-9]{{1,{decimals}}})?$"
            )
            sure &= (number <= 0) | likely | text.str.starts_with("+")
        plain = pl.when(sure).then(number).cast(pl.Int32).alias("number")
        return pl.DataFrame({"text": texts}).select(plain, rounded.fill_null(value=False).alias("rounded"))

    def _with_point(self, text: pl.Expr) -> pl.Expr:
        """Return numbers with a point and a plain minus sign."""
        signed = text.str.replace(f"^{MINUS}", "-")
        return signed.str.replace(",", ".", literal=True) if self.decimal == "," else signed

    def _one(self, text: str) -> tuple[int | None, bool, int | None, bool]:
        try:
            value = self.value(text)
        except ProfileError as error:
            self.wrongs.append(_wrong(error.problems[0]))
            return None, False, len(self.wrongs) - 1, False
        if value is NOT_APPLICABLE:
            return None, True, None, False
        rounded = self.field.kind == "number" and is_rounded(cell_number(self.field, text, self.decimal))
        return None if value is None else encode_answer(self.field, value), False, None, rounded

    def value(self, text: str) -> Value | None:
        """Return what one cell says, as if it stood alone; `None` is unknown.

        Raises:
            ProfileError: when it cannot be understood.

        """
        field, plain = self.field, normalised_value(text)
        if plain in self.of.missing:
            return None
        if (word := self.of.words.get(plain, self.of.words.get(plain.removesuffix(".0")))) is not None:
            return read_answer(field, word, "")
        if not field.is_number:
            return read_answer(field, text, "")
        number = cell_number(field, text, self.decimal)
        if self.of.part_years and is_number(number):
            number = number.partition(".")[0]
        return read_answer(field, f"+{number}" if self._is_believed(number) else number, "")

    def _is_believed(self, number: str) -> bool:
        """Say whether a score above zero without a plus sign is taken as it is."""
        if self.field.doubt_above is None or not number[:1].isdigit() or not is_number(number):
            return False
        return (
            rounded_thousandths(number, False) <= self.believed.highest
            and decimals(number) <= self.believed.decimals
        )


def as_text(column: str, type_: pl.DataType) -> pl.Expr:
    """Return the cells of a column as text, those of a typed table too; not-a-number is unknown."""
    if type_.is_nested() or type_ in (pl.Binary, pl.Duration, pl.Object):
        raise CohortError(
            Problem(
                f"column {quoted(column)}",
                "its cells are no plain text or numbers.",
                "Leave it out with --ignore.",
            )
        )
    cells = pl.col(column).fill_nan(None) if type_.is_float() else pl.col(column)
    return cells if type_ == pl.String else cells.cast(pl.String)


def _wrong(problem: Problem) -> Wrong:
    message = str(replace(problem, place=""))
    if isinstance(problem, Doubt):
        return Wrong(
            "doubtful", f"{message} If all such scores are as they are written: --accept {HIGH_SCORES}."
        )
    return Wrong("out_of_range" if "outside" in problem.message else "not_understood", message)
