"""Read the cells of one column: each distinct text once, with the same reader as the answers of one person.

A cell is a value, unknown, "never", or an error with a reason. Numbers may have any number of decimals, as
computed scores do. They are rounded to the thousandth on the worse side, and rounded cells are counted.
"""

from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.names import normalised_value
from recommender.cohort.mapping.overrides import HIGH_SCORES
from recommender.cohort.mapping.result import FieldColumn
from recommender.cohort.mapping.spelling import OPTIONS
from recommender.cohort.mapping.values import cell_number
from recommender.errors import CohortError, EngineError, Problem, ProfileError, quoted
from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.language.numbers import (
    MINUS,
    NOISE_DECIMALS,
    PLAIN,
    UNIT,
    decimals,
    is_number,
    is_rounded,
    rounded_thousandths,
)
from recommender.vocabulary.answers import encode_answer, read_answer

DOUBTFUL = "doubtful"
MOST_TEXTS = 500_000
NOISE = UNIT * 10**-NOISE_DECIMALS


class CellError(NamedTuple):
    """Why a cell cannot be read: a code for machines and a sentence for people."""

    code: str
    message: str


class PositiveScorePolicy(NamedTuple):
    """Which scores above zero are accepted without a plus sign.

    They are at most `highest` (in thousandths) and have at most `decimals` decimals.
    A higher score has likely lost its minus sign; one with more decimals is likely a bone density.
    `statement` accepts all others.
    """

    highest: int
    decimals: int
    statement: str = OPTIONS.accept(HIGH_SCORES)


class Read(NamedTuple):
    """The cells of one batch of a column, as series of the same length.

    `values` are encoded answers (Int32), null if unknown. `never` marks the answer "never", `rounded` numbers
    that were rounded. `error` is an index into `Cells.errors`, or null. The last three are `None` if no cell
    has any.
    """

    values: pl.Series
    never: pl.Series | None
    error: pl.Series | None
    rounded: pl.Series | None


class Cells:
    """Reads the cells of one column, with a cache of distinct texts.

    `decimal` is the decimal sign of the file.
    """

    def __init__(self, mapped: FieldColumn, decimal: str, policy: PositiveScorePolicy) -> None:
        self.mapped, self.field, self.decimal, self.policy = mapped, mapped.field, decimal, policy
        self._clear()

    def _clear(self) -> None:
        """Empty the cache, so that memory stays bounded."""
        self.errors: list[CellError] = []
        self._texts = pl.Categories.random()
        # Polars drops categories that no series uses; this series keeps them.
        self._alive = pl.Series([], dtype=pl.Categorical(self._texts))
        self._cache = pl.DataFrame(
            schema={"value": pl.Int32, "never": pl.Boolean, "error": pl.UInt32, "rounded": pl.Boolean}
        )

    def numbered(self, type_: pl.DataType) -> pl.Expr:
        """Return the column as a categorical of its texts, for `read`; `type_` is its type in the frame."""
        if self._cache.height > MOST_TEXTS:
            self._clear()
        return as_text(self.mapped.column, type_).cast(pl.Categorical(self._texts))

    def read(self, column: pl.Series) -> Read:
        """Read the cells of one batch, as returned by `numbered`; `errors` are valid until the next batch.

        Raises:
            EngineError: Polars has dropped categories.

        """
        texts = self._texts.to_series()
        if len(texts) < self._cache.height:
            raise EngineError(
                Problem(self.mapped.column, "the texts of this column were lost between two batches.")
            )
        if len(texts) > self._cache.height:
            self._cache = pl.concat([self._cache, self._interpret(texts[self._cache.height :])])
        indices = column.to_physical()
        values = self._cache["value"].gather(indices).rename(self.field.id)
        never, rounded = (
            self._cache[name].gather(indices).fill_null(value=False) if self._cache[name].any() else None
            for name in ("never", "rounded")
        )
        error = self._cache["error"].gather(indices) if self.errors else None
        return Read(values, never, error, rounded)

    def _interpret(self, texts: pl.Series) -> pl.DataFrame:
        """Return the cache entries of new texts: plain numbers vectorised, all others one by one."""
        if not self.field.is_number or not texts.str.contains("[0-9]").any():
            return pl.DataFrame(map(self._entry, texts), schema=self._cache.schema, orient="row")
        plain = self._plain_numbers(texts)
        rows = []
        for text, number, rounded in zip(texts, plain["number"], plain["rounded"], strict=True):
            rows.append((number, False, None, rounded) if number is not None else self._entry(text))
        return pl.DataFrame(rows, schema=self._cache.schema, orient="row")

    def _plain_numbers(self, texts: pl.Series) -> pl.DataFrame:
        """Return the texts that are plain numbers as thousandths (others null), and which were rounded."""
        field = self.field
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
            text.str.contains(f"^{PLAIN}$")
            & number.is_between(field.low, field.high)
            & ~off.is_between(NOISE / 2, NOISE * 2)
        )
        sure &= ~text.str.to_lowercase().is_in(sorted({*self.mapped.missing, *self.mapped.words}))
        if field.kind == "count":
            sure &= ~text.str.contains(r"\.")
        if field.doubt_above is not None:
            decimals = max(self.policy.decimals, 1)
            likely = (number <= self.policy.highest) & text.str.contains(
                rf"^[0-9]+(\.[0-9]{{1,{decimals}}})?$"
            )
            sure &= (number <= 0) | likely | text.str.starts_with("+")
        plain = pl.when(sure).then(number).cast(pl.Int32).alias("number")
        return pl.DataFrame({"text": texts}).select(plain, rounded.fill_null(value=False).alias("rounded"))

    def _with_point(self, text: pl.Expr) -> pl.Expr:
        """Return numbers with a decimal point and an ASCII minus sign."""
        signed = text.str.replace(f"^{MINUS}", "-")
        return signed.str.replace(",", ".") if self.decimal == "," else signed

    def _entry(self, text: str) -> tuple[int | None, bool, int | None, bool]:
        """Return the cache entry of one text: value, never, index of the error, rounded."""
        try:
            value = self.value(text)
        except ProfileError as error:
            self.errors.append(self._error(*error.problems))
            return None, False, len(self.errors) - 1, False
        if value is NOT_APPLICABLE:
            return None, True, None, False
        rounded = self.field.kind == "number" and is_rounded(self._number(text))
        return None if value is None else encode_answer(self.field, value), False, None, rounded

    def _number(self, text: str) -> str:
        return cell_number(self.field, text, self.decimal, self.mapped.number_form)

    def value(self, text: str) -> Value | None:
        """Return the value of one cell without the cache; `None` is unknown.

        Raises:
            ProfileError: it cannot be read.

        """
        field, plain = self.field, normalised_value(text)
        if plain in self.mapped.missing:
            return None
        word = self.mapped.words.get(plain, self.mapped.words.get(plain.removesuffix(".0")))
        if word is not None:
            return read_answer(field, word, "")
        if not field.is_number:
            return read_answer(field, text, "")
        number = self._number(text)
        if self.mapped.part_years and is_number(number):
            number = number.partition(".")[0]
        return read_answer(field, f"+{number}" if self._allows_unsigned(number) else number, "")

    def _error(self, problem: Problem) -> CellError:
        message = str(problem._replace(place=""))
        if problem.doubt:
            settle = f"If all such scores are as they are written: {self.policy.statement}."
            return CellError(DOUBTFUL, f"{message} {settle}")
        return CellError("out_of_range" if "outside" in problem.message else "not_understood", message)

    def _allows_unsigned(self, number: str) -> bool:
        """Return whether the policy accepts this score without a plus sign."""
        if self.field.doubt_above is None or not number[:1].isdigit() or not is_number(number):
            return False
        return (
            rounded_thousandths(number, False) <= self.policy.highest
            and decimals(number) <= self.policy.decimals
        )


def as_text(column: str, type_: pl.DataType) -> pl.Expr:
    """Return the cells of a column of any type as text; NaN is null.

    Raises:
        CohortError: the cells are lists, bytes or the like.

    """
    if type_.is_nested() or type_ in (pl.Binary, pl.Duration, pl.Object):
        raise CohortError(
            Problem(
                f"column {quoted(column)}",
                "its cells are not plain text or numbers.",
                "Ignore this column, or make text of it.",
            )
        )
    cells = pl.col(column).fill_nan(None) if type_.is_float() else pl.col(column)
    return cells if type_ == pl.String else cells.cast(pl.String)
