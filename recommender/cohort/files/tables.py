"""Tables that are no text: what they have in common, whoever saved them."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import polars as pl
import polars.selectors as cs

from recommender.cohort.files.header import Header
from recommender.cohort.model import Batch, Reject
from recommender.errors import CohortError, Problem, RecommenderError, shortened

Frames = Iterator[tuple[pl.DataFrame, float | None]]

_FIRST_ROW = 2
_NO_REJECTS: tuple[Reject, ...] = ()


class TypedTable:
    """Rows that come as frames, each with the share of the file read so far; the first row of data is row 2."""

    def __init__(self, place: str, header: Header, note: str, frames: Callable[[], Frames]) -> None:
        self.place = place
        self.header, self.repeated = header.names, header.repeated
        self.notes: tuple[str, ...] = (note,)
        self.decimal = "."
        self._frames = frames

    def batches(self) -> Generator[Batch, None, None]:
        """Yield all rows, once.

        Raises:
            CohortError: when the file is damaged, or changes while it is read.

        """
        row = _FIRST_ROW
        for frame, done in self._frames():
            after = row + frame.height
            yield Batch(
                frame, pl.int_range(row, after, dtype=pl.UInt64, eager=True).alias("line"), _NO_REJECTS, done
            )
            row = after


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Write out what these formats hide: not-a-number is unknown, a 32-bit -1.03 is no -1.0299999713897705, categories are text."""
    short, words = cs.by_dtype(pl.Float32), cs.by_dtype(pl.Categorical, pl.Enum)
    frame = frame.with_columns(
        pl.when(short == short.floor())
        .then(short.cast(pl.Float64))
        .otherwise(short.cast(pl.String).cast(pl.Float64)),
        words.cast(pl.String),
    )
    return frame.with_columns(cs.float().fill_nan(None))


@contextmanager
def readable_as(kind: str, place: str) -> Iterator[None]:
    """Turn whatever a library says of a file that it cannot read into one sentence; no two of them raise the same."""
    try:
        yield
    except RecommenderError:
        raise
    except Exception as error:
        reason = shortened((str(error) or type(error).__name__).splitlines()[0].rstrip("."))
        message = f"it cannot be read as {kind}: {reason}."
        raise CohortError(Problem(place, message, "Is the file whole? Copy it or save it again.")) from None
