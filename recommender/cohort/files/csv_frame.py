"""Records of text as Polars frames, each cell as it was given."""

import numpy as np
import polars as pl

from recommender.cohort.files.csv_scanner import CR, LF, QUOTE, Mask, Positions, Records
from recommender.cohort.files.encoding import BOM
from recommender.errors import EngineError, Problem


def frame_of(
    block: bytes, records: Records, chosen: Mask, names: tuple[str, ...], delimiter: str
) -> pl.DataFrame:
    """Return the chosen records of a block as text, an empty cell as null.

    Raises:
        EngineError: when Polars counts other records than we do.

    """
    count = int(chosen.sum())
    if not count:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    as_it_is = count == len(records.starts) and not len(records.literal) and _ends_with_lf(block, records)
    data = block[: records.used] if as_it_is else _chosen_bytes(block, records, chosen)
    try:
        frame = _parsed(data, names, delimiter, records.quoted)
    except pl.exceptions.PolarsError as error:
        raise EngineError(Problem("", f"Polars cannot read {count} records of text: {error}")) from None
    if frame.height != count:
        raise EngineError(
            Problem("", f"Polars counts {frame.height} records of text where there are {count}.")
        )
    return frame


def _parsed(data: bytes, names: tuple[str, ...], delimiter: str, quoted: bool) -> pl.DataFrame:
    headed = data.startswith(BOM)  # at the beginning Polars would take it for a mark, but it is text here
    frame = pl.read_csv(
        delimiter.join(["x"] * len(names)).encode() + b"\n" + data if headed else data,
        has_header=False,
        skip_rows=int(headed),
        new_columns=names,
        separator=delimiter,
        quote_char='"' if quoted else None,
        infer_schema=False,
    )
    return frame.with_columns(pl.all().replace("", None)) if quoted and _has_doubled_quotes(data) else frame


def _has_doubled_quotes(data: bytes) -> bool:
    quotes = np.frombuffer(data, np.uint8) == QUOTE
    return bool((quotes[1:] & quotes[:-1]).any())


def _ends_with_lf(block: bytes, records: Records) -> bool:
    """Say whether LF ends every record, which Polars can read, with or without CR."""
    if b"\r" not in block:
        return True
    after = np.append(records.starts[1:], records.used)
    return bool((np.frombuffer(block, np.uint8)[after - 1] != CR).all())


def _chosen_bytes(block: bytes, records: Records, chosen: Mask) -> bytes:
    """Return the chosen records alone, each ended by LF, with quotes around fields that have a quote as plain text."""
    starts, ends = records.starts[chosen], records.ends[chosen]
    text = np.frombuffer(block + b"\n", np.uint8).copy()
    edges = np.zeros(len(text) + 1, np.int8)
    edges[starts] += 1
    edges[ends + 1] -= 1
    kept = np.cumsum(edges[:-1], dtype=np.int8).view(np.bool_)
    text[ends] = LF
    if len(records.literal):
        more = _quotes_to_add(records, kept)
        text, kept = np.insert(text, more, QUOTE), np.insert(kept, more, values=True)
    return text[kept].tobytes()


def _quotes_to_add(records: Records, kept: Mask) -> Positions:
    """Return where quotes must be put for what is plain text to stay so: around its fields, and before each quote in them."""
    literal = records.literal[kept[records.literal]]
    record = np.searchsorted(records.starts, literal, "right") - 1
    delimiters = np.flatnonzero(records.separators)
    field = np.searchsorted(delimiters, literal)
    before = np.concatenate(([-1], delimiters))[field] + 1
    after = np.append(delimiters, len(kept))[field]
    begins = np.maximum(before, records.starts[record])
    finishes = np.minimum(after, records.ends[record])
    return np.concatenate((np.unique(begins), literal, np.unique(finishes)))
