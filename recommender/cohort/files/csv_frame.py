"""Turn CSV records into Polars frames of text; cells are not converted."""

import numpy as np
import polars as pl

from recommender.cohort.files.csv_scanner import CR, LF, QUOTE, Mask, Positions, Records
from recommender.cohort.files.encoding import BOM
from recommender.errors import EngineError, Problem


def frame_of(
    block: bytes, records: Records, chosen: Mask, names: tuple[str, ...], delimiter: str
) -> pl.DataFrame:
    """Return the chosen records of a block as String columns; an empty cell is null.

    Raises:
        EngineError: Polars finds another number of records.

    """
    count = int(chosen.sum())
    if not count:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    unchanged = count == len(records.starts) and not len(records.literal) and _ends_with_lf(block, records)
    data = block[: records.used] if unchanged else _chosen_bytes(block, records, chosen)
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
    headed = data.startswith(BOM)  # here the BOM is text; a header line keeps Polars from removing it
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
    """Return whether every record ends with LF or CRLF, the line ends that Polars reads."""
    if b"\r" not in block:
        return True
    after = np.append(records.starts[1:], records.used)
    return bool((np.frombuffer(block, np.uint8)[after - 1] != CR).all())


def _chosen_bytes(block: bytes, records: Records, chosen: Mask) -> bytes:
    """Return only the chosen records, each ended by LF; fields with literal quotes are quoted."""
    starts, ends = records.starts[chosen], records.ends[chosen]
    text = np.frombuffer(block + b"\n", np.uint8).copy()
    edges = np.zeros(len(text) + 1, np.int8)
    edges[starts] += 1
    edges[ends + 1] -= 1
    selected = np.cumsum(edges[:-1], dtype=np.int8).view(np.bool_)
    text[ends] = LF
    if len(records.literal):
        added = _quotes_to_add(records, selected)
        text, selected = np.insert(text, added, QUOTE), np.insert(selected, added, values=True)
    return text[selected].tobytes()


def _quotes_to_add(records: Records, selected: Mask) -> Positions:
    """Return where to insert quotes, so that literal quotes stay text.

    Quotes go around each field that holds one, and before each literal quote.
    """
    literal = records.literal[selected[records.literal]]
    record = np.searchsorted(records.starts, literal, "right") - 1
    delimiters = np.flatnonzero(records.separators)
    field = np.searchsorted(delimiters, literal)
    before = np.concatenate(([-1], delimiters))[field] + 1
    after = np.append(delimiters, len(selected))[field]
    begins = np.maximum(before, records.starts[record])
    finishes = np.minimum(after, records.ends[record])
    return np.concatenate((np.unique(begins), literal, np.unique(finishes)))
