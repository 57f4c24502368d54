"""What the binary formats have in common: tables with typed columns."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import polars as pl
import polars.selectors as cs

from recommender.cohort.files.header import Header
from recommender.cohort.model import Batch, Reject
from recommender.errors import CohortError, Problem, RecommenderError, shortened

Frames = Iterator[tuple[pl.DataFrame, float | None]]

_FIRST_ROW = 2
_NO_REJECTS: tuple[Reject, ...] = ()


class TypedTable:
    """A table made of frames, each with the share of the file read so far; the first data row is row 2."""

    def __init__(
        self,
        source: str,
        header: Header,
        note: str,
        frames: Callable[[], Frames],
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.source = source
        self.header, self.repeated = header.names, header.repeated
        self.notes: tuple[str, ...] = (note,)
        self.decimal = "."
        self.labels, self.above = labels, ""
        self._frames = frames

    def batches(self) -> Generator[Batch, None, None]:
        """Yield all rows, once.

        Raises:
            CohortError: the file is damaged, or changes while it is read.

        """
        row = _FIRST_ROW
        for frame, done in self._frames():
            after = row + frame.height
            yield Batch(
                frame, pl.int_range(row, after, dtype=pl.UInt64, eager=True).alias("line"), _NO_REJECTS, done
            )
            row = after


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Convert NaN to null, categories to text, and float32 to float64.

    A float32 takes its shortest decimal: -1.03, not -1.0299999713897705.
    """
    short, categories = cs.by_dtype(pl.Float32), cs.by_dtype(pl.Categorical, pl.Enum)
    frame = frame.with_columns(
        pl.when(short == short.floor())
        .then(short.cast(pl.Float64))
        .otherwise(short.cast(pl.String).cast(pl.Float64)),
        categories.cast(pl.String),
    )
    return frame.with_columns(cs.float().fill_nan(None))


@contextmanager
def readable_as(kind: str, source: str) -> Iterator[None]:
    """Turn any exception of a library that cannot read a file into a `CohortError`."""
    try:
        yield
    except RecommenderError:
        raise
    except Exception as error:
        reason = shortened((str(error) or type(error).__name__).splitlines()[0].rstrip("."))
        message = f"it cannot be read as {kind}: {reason}."
        raise CohortError(Problem(source, message, "Is the file whole? Copy it or save it again.")) from None
