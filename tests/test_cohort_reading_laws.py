"""What must hold for every text there is: the fast reader agrees with the definition, and nothing is lost."""

import csv
import gzip
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender.cohort.files.opening import ReadOptions
from recommender.cohort.model import LONGEST_VALUE
from recommender.errors import CohortError

from .cohort_files import Record, Whole, csv_file, read, records_of
from .conftest import examples

SIZES = st.sampled_from([1, 2, 100_000])
CHECKED = settings(deadline=None, max_examples=examples(80))


def outcome(content: bytes, form: ReadOptions, rows_per_batch: int) -> Whole | str:
    """Return all that a file says, or why it is refused."""
    with TemporaryDirectory() as folder:
        path = csv_file(Path(folder), content)
        try:
            return read(path, form, rows_per_batch)
        except CohortError as error:
            return str(error).replace(str(path), "people.csv")


# ── Any text at all ─────────────────────────────────────────────────────────────────────────────────────────

HEADER = ("name", "t_score", "note")
PIECES = [
    "a",
    "é",
    "1",
    " ",
    ",",
    ",",
    ",",
    '"',
    '"',
    '""',
    "\n",
    "\r",
    "\r\n",
    "\0",
    ',"',
    '",',
    '\n"',
    '"\n',
    "\ufeff",
    "a,b,c\n",
    '"a","b"',
]


def expected_code(record: Record) -> str:
    """Return why a record is no row, or nothing."""
    if record.cells is None:
        return "open_quote"
    if "\0" in record.text:
        return "nul_byte"
    return "" if len(record.cells) == len(HEADER) else "field_count"


@CHECKED
@given(st.lists(st.sampled_from(PIECES), max_size=40), SIZES)
@example(['"', "a\n", "b,c,d\n", 'e,"f', '"g,h\n'], 1)
def test_any_text_means_what_the_definition_says(parts: list[str], rows_per_batch: int) -> None:
    records = records_of("".join(parts), ",", first_line=2)
    codes = [expected_code(record) for record in records]
    found = outcome(
        (",".join(HEADER) + "\n" + "".join(parts)).encode(), ReadOptions(delimiter=","), rows_per_batch
    )
    if codes.count("field_count") * 2 > len(codes):
        assert isinstance(found, str)
        assert "more or fewer cells" in found
        return
    assert isinstance(found, Whole)
    good = [record for record, code in zip(records, codes, strict=True) if not code]
    bad = [
        (record.line, code, record.text[:LONGEST_VALUE])
        for record, code in zip(records, codes, strict=True)
        if code
    ]
    assert found.rows == [tuple(cell or None for cell in record.cells or ()) for record in good]
    assert found.lines == [record.line for record in good]
    assert [(reject.line, reject.code, reject.value) for reject in found.rejects] == bad


@pytest.mark.heavy
@CHECKED
@given(st.binary(max_size=60), st.binary(max_size=80), SIZES)
@example(b"a;b", b"1;2\n3", 1)
def test_any_bytes_are_read_without_loss_or_refused_in_a_sentence(
    header: bytes, content: bytes, rows_per_batch: int
) -> None:
    outcome(header + b"\n" + content, ReadOptions(), rows_per_batch)
    found = outcome(b"name,t_score\n" + content, ReadOptions(",", "latin-1"), rows_per_batch)
    if isinstance(found, Whole):
        assert len(found.rows) + len(found.rejects) == len(records_of(content.decode("latin-1"), ","))


@CHECKED
@given(st.binary(max_size=60), SIZES)
def test_any_bytes_that_claim_to_be_packed_are_read_or_refused_in_a_sentence(
    content: bytes, rows_per_batch: int
) -> None:
    outcome(b"\x1f\x8b\x08\0" + content, ReadOptions(), rows_per_batch)
    outcome(b"\x28\xb5\x2f\xfd" + content, ReadOptions(), rows_per_batch)
    packed = gzip.compress(b"name,t_score\n" + content)
    outcome(packed[: -len(content) or None], ReadOptions(), rows_per_batch)


# ── Files that are in order ─────────────────────────────────────────────────────────────────────────────────


class Written(NamedTuple):
    """A table, and a way to write it down."""

    header: list[str]
    rows: list[list[str]]
    delimiter: str
    quoting: int
    line_end: str
    encoding: str

    @property
    def text(self) -> str:
        """The table as the csv module writes it, with quotes around whatever a line end could cut."""
        file = io.StringIO(newline="")
        writer = csv.writer(
            file,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_ALL if self._has_lines else self.quoting,
            lineterminator=self.line_end,
        )
        writer.writerows([self.header, *self.rows])
        return file.getvalue()

    @property
    def _has_lines(self) -> bool:
        return any("\n" in cell or "\r" in cell for row in self.rows for cell in row)


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "-1.03",
            "54",
            "yes",
            "5'4\"",
            "a,b;c|d\te",
            "two\nlines",
            "two\r\nlines",
            "old\rmac",
            '"',
            '""',
            " x ",
            "Zoë",
            "\ufeff",
            "\u20132",
        ]
    ),
    st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=8),
)


@st.composite
def tables(draw: st.DrawFn) -> Written:
    width = draw(st.integers(1, 5))
    header = draw(
        st.lists(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), min_size=width, max_size=width, unique=True)
    )
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=12))
    return Written(
        header,
        rows,
        draw(st.sampled_from(",;\t|")),
        draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        draw(st.sampled_from(["\n", "\r\n", "\r"])),
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
    )


@pytest.mark.heavy
@CHECKED
@given(tables(), st.booleans(), SIZES)
def test_what_the_csv_module_writes_is_read_back_cell_by_cell_and_line_by_line(
    table: Written, pack: bool, rows_per_batch: int
) -> None:
    content = table.text.encode(table.encoding, "replace")
    text = content.decode(table.encoding)
    form = ReadOptions(delimiter=table.delimiter, encoding=table.encoding)
    found = outcome(gzip.compress(content) if pack else content, form, rows_per_batch)
    assert isinstance(found, Whole)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter)
    lines, rows, before = [], [], 0
    for cells in reader:
        lines.append(before + 1)
        rows.append(tuple(cell or None for cell in cells))
        before = reader.line_num
    assert found.table.header == rows[0]
    assert found.rows == rows[1:]
    assert found.lines == lines[1:]
    assert not found.rejects


def looks_like_utf8(content: bytes) -> bool:
    try:
        return not content.decode().isascii()
    except UnicodeDecodeError:
        return False


@pytest.mark.heavy
@CHECKED
@given(tables().filter(lambda table: len(table.header) > 1), SIZES)
def test_what_is_not_stated_is_found_out(table: Written, rows_per_batch: int) -> None:
    content = table.text.encode(table.encoding, "replace")
    stated = outcome(content, ReadOptions(delimiter=table.delimiter, encoding=table.encoding), rows_per_batch)
    found = outcome(content, ReadOptions(), rows_per_batch)
    if looks_like_utf8(content) and table.encoding == "cp1252":
        return  # nobody can tell
    if isinstance(found, Whole):
        assert isinstance(stated, Whole)
        assert (found.table.header, found.rows, found.lines) == (
            stated.table.header,
            stated.rows,
            stated.lines,
        )
    else:
        assert "other letters" in found  # text that may be UTF-8 and may not
