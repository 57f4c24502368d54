"""Headers, quotes and the number of cells: nothing is shifted, swallowed or lost."""

from pathlib import Path

import pytest

from recommender.cohort.files.opening import ReadOptions, open_table
from recommender.cohort.model import LONGEST_VALUE
from recommender.errors import CohortError

from .cohort_files import csv_file, read, refusal
from .conftest import calls


@pytest.mark.parametrize("content", ["a,b;c\n1,2;3\n", "a,b;c,d\n-1,03;-2,1\n", "a\tb|c\n"])
def test_two_ways_to_separate_the_columns_are_not_chosen_from(tmp_path: Path, content: str) -> None:
    path = csv_file(tmp_path, content)
    assert "its columns may be separated by" in refusal(path)
    assert "--delimiter" in refusal(path)
    assert len(read(path, ReadOptions(delimiter=content[1])).table.header) > 1


def test_what_the_rows_bear_out_separates_the_columns(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "id;age;t_score, hip\n1;54;-1.03\n")).table.header == (
        "id",
        "age",
        "t_score, hip",
    )
    assert read(csv_file(tmp_path, '"id, or name";"age"\n"a,b";"c"\n')).rows == [("a,b", "c")]
    assert read(csv_file(tmp_path, "id,note\n1,a;b\n2,c;d\n")).rows == [("1", "a;b"), ("2", "c;d")]


def test_the_line_that_excel_writes_for_itself_tells_the_delimiter(tmp_path: Path) -> None:
    for first in ("sep=;", '"sep=;"', "SEP=;"):
        whole = read(csv_file(tmp_path, f"{first}\r\na,b;c\r\n1,2;3\r\n"))
        assert whole.table.header == ("a,b", "c")
        assert whole.rows == [("1,2", "3")]
        assert whole.lines == [3]
    assert read(csv_file(tmp_path, "sep=^\na^b\n1^2\n")).rows == [("1", "2")]


@pytest.mark.parametrize(
    ("stated", "delimiter"), [("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), (":", ":"), (" ", " ")]
)
def test_a_delimiter_can_be_stated(tmp_path: Path, stated: str, delimiter: str) -> None:
    assert read(
        csv_file(tmp_path, f"a{delimiter}b\n1{delimiter}2\n"), ReadOptions(delimiter=stated)
    ).rows == [("1", "2")]


@pytest.mark.parametrize("stated", ["", ",,", "a", "1", '"', "\n", "é", "-", "."])
def test_what_cannot_separate_columns_is_refused(tmp_path: Path, stated: str) -> None:
    assert refusal(csv_file(tmp_path, "a,b\n1,2\n"), ReadOptions(delimiter=stated)).startswith(
        "--delimiter: "
    )


@pytest.mark.parametrize("stated", ["", ";", "point"])
def test_what_is_no_sign_of_decimals_is_refused(tmp_path: Path, stated: str) -> None:
    assert refusal(csv_file(tmp_path, "a,b\n1,2\n"), ReadOptions(decimal=stated)).startswith("--decimal: ")


def test_one_column_is_a_table_too(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "t_score\n-1.03\n\n-2.5\n")).rows == [("-1.03",), ("-2.5",)]
    whole = read(csv_file(tmp_path, 'note\n"a"\n""\nfine, thanks\nno\nyes\n'))
    assert whole.rows == [("a",), (None,), ("fine, thanks",), ("no",), ("yes",)]
    assert whole.lines == [2, 3, 4, 5, 6]


def test_a_title_above_the_header_is_told(tmp_path: Path) -> None:
    said = refusal(csv_file(tmp_path, "Patients of 2024\n\nid;age\n1;54\n2;61\n"))
    assert "the first line has one column, and most lines after it have more, separated by `;`" in said
    assert "title" in said


# ── Headers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_column_has_a_name_of_its_own(tmp_path: Path) -> None:
    whole = read(csv_file(tmp_path, " id ,age,,age,age_2,age,column_3\n1,54,x,55,56,57,y\n"))
    assert whole.table.header == ("id", "age", "column_3_2", "age_3", "age_2", "age_4", "column_3")
    assert whole.table.repeated == {"age"}
    assert whole.rows == [("1", "54", "x", "55", "56", "57", "y")]
    assert read(csv_file(tmp_path, "a;b;;;e;f;\n")).table.header == (
        "a",
        "b",
        "column_3",
        "column_4",
        "e",
        "f",
        "column_7",
    )


@pytest.mark.parametrize("content", ["", "\n\r\n\n", "\ufeff", "sep=;\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    assert "the file is empty" in refusal(csv_file(tmp_path, content))


@pytest.mark.parametrize("first", ["1,54,-1.03", "id,54,t", 'id,"-2.5",t', "id,+1e3,t", "id, .5 ,t"])
def test_a_first_line_that_is_data_is_refused(tmp_path: Path, first: str) -> None:
    said = refusal(csv_file(tmp_path, f"\n{first}\n2,61,-2.5\n"))
    assert "people.csv:2: the first line must hold the names of the columns, and this is a number" in said


def test_a_first_line_without_names_or_with_an_open_quote_is_refused(tmp_path: Path) -> None:
    assert "the first line has no names" in refusal(csv_file(tmp_path, ";;\n1;2;3\n"))
    assert "a quote in it is not closed" in refusal(csv_file(tmp_path, 'id,"age\n1,54\n'))
    assert "zero bytes" in refusal(csv_file(tmp_path, "id,a\0ge,x\n1,54,2\n"))


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    for content in ("id,age\n", "id,age", "id,age\r\n\r\n"):
        whole = read(csv_file(tmp_path, content))
        assert whole.table.header == ("id", "age")
        assert not whole.rows
        assert [batch.frame.shape for batch in whole.batches] == [(0, 2)]


def test_thousands_of_columns_are_quick(tmp_path: Path) -> None:
    def reading(columns: int) -> int:
        names = [f"column number {place} of many" for place in range(columns)]
        path = csv_file(tmp_path, "\n".join([",".join(names), *[",".join(["-1.03"] * columns)] * 300]))

        def check() -> None:
            whole = read(path)
            assert whole.table.header == tuple(names)
            assert len(whole.rows) == 300

        return calls(check)

    reading(5)  # what the first file of a process imports
    assert reading(5000) < 15 * reading(500)


# ── The number of cells ─────────────────────────────────────────────────────────────────────────────────────


def test_a_decimal_comma_never_shifts_a_row(tmp_path: Path) -> None:
    whole = read(csv_file(tmp_path, "id,t_score,age\n1,-2.5,54\n2,-1,03,61\n3,-2,70\n"))
    assert whole.rows == [("1", "-2.5", "54"), ("3", "-2", "70")]
    (reject,) = whole.rejects
    assert (reject.line, reject.column, reject.value, reject.code) == (3, "", "2,-1,03,61", "field_count")
    assert reject.message.startswith(
        "This row has 4 cells, and the header has 3 columns. Is a decimal written with a comma"
    )


def test_a_file_of_decimal_commas_between_commas_is_refused_whole(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,t_score,age\n" + "1,-1,03,61\n" * 2 + "2,-2,54\n")
    said = refusal(path)
    assert "the header has 3 columns, but 2 of 3 rows have more or fewer cells, most often 4." in said
    assert "Decimals written with a comma (-1,03)" in said


def test_a_long_file_of_decimal_commas_is_refused_early(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,t_score,age\n" + "1,-1,03,61\n" * 100_000)
    table = open_table(str(path), rows_per_batch=3000)
    with pytest.raises(CohortError, match="so far"):
        next(table.batches())


def test_a_header_with_a_comma_too_many_does_not_hide_decimal_commas(tmp_path: Path) -> None:
    said = refusal(csv_file(tmp_path, "id,age,t_score,\n1,54,-1,03\n2,61,-2,5\n"))
    assert "column 4 has no name, and numbers that may be the decimals of the column before it" in said
    assert read(csv_file(tmp_path, "id,age,t_score,\n1,54,-1,\n2,61,-2.5,\n")).rows[1] == (
        "2",
        "61",
        "-2.5",
        None,
    )
    assert read(csv_file(tmp_path, ",age\n1,54\n")).table.header == ("column_1", "age")
    assert read(csv_file(tmp_path, "id;age;t_score;\n1;54;-1;3\n")).rows == [("1", "54", "-1", "3")]


def test_cells_are_counted_however_many_there_are(tmp_path: Path) -> None:
    whole = read(csv_file(tmp_path, "a,b\n1,2\n" + "," * ((1 << 16) + 1) + "\n3,4\n"))
    assert whole.rows == [("1", "2"), ("3", "4")]
    assert whole.rejects[0].message.startswith("This row has 65538 cells, and the header has 2 columns.")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_row_names_that_the_header_leaves_out_are_not_guessed_at(tmp_path: Path, delimiter: str) -> None:
    said = refusal(csv_file(tmp_path, '"age","t"\n"1",54,-1\n"2",61,-2\n'.replace(",", delimiter)))
    assert "the header has 2 columns, but 2 of 2 rows have more or fewer cells, most often 3." in said
    assert "first column" in said


def test_a_last_line_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "a,b\n1,2\n3,4")).rows == [("1", "2"), ("3", "4")]
    whole = read(csv_file(tmp_path, "a,b\n1,2\n3"))
    assert whole.rows == [("1", "2")]
    assert whole.codes == [(3, "field_count")]
    assert "cut short" in whole.rejects[0].message


def test_empty_lines_are_counted_and_lines_of_delimiters_are_rows(tmp_path: Path) -> None:
    whole = read(csv_file(tmp_path, "\r\na;b\r\n\r\n1;2\r\n;\r\n\r\n3;4\r\n;\r\n\r\n"))
    assert whole.rows == [("1", "2"), (None, None), ("3", "4"), (None, None)]
    assert whole.lines == [4, 5, 7, 8]


# ── Quotes ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_quotes_hold_delimiters_and_lines_and_a_quote_elsewhere_is_text(tmp_path: Path) -> None:
    whole = read(csv_file(tmp_path, 'a,b\n"x,""y""\r\nz",1\n5\'4" tall,""\n " q ",2\n'))
    assert whole.rows == [('x,"y"\r\nz', "1"), ("5'4\" tall", None), (' " q "', "2")]
    assert whole.lines == [2, 4, 5]


def test_an_open_quote_does_not_swallow_the_rest_of_the_file(tmp_path: Path) -> None:
    for opened in ('1,"lost', '"lost,2', '1,"lost" and found'):
        whole = read(csv_file(tmp_path, f"a,b\n{opened}\n" + '"x","y"\n3,4\n' * 2000))
        assert whole.rows == [("x", "y"), ("3", "4")] * 2000
        assert whole.lines[:2] == [3, 4]
        assert whole.codes == [(2, "open_quote")]


@pytest.mark.heavy
@pytest.mark.parametrize("rows_per_batch", [1, 100_000])
def test_a_record_has_at_most_a_thousand_lines(tmp_path: Path, rows_per_batch: int) -> None:
    longest = "\n".join("x" * 1001)
    whole = read(csv_file(tmp_path, f'a,b\n"{longest}",1\n2,3\n'), rows_per_batch=rows_per_batch)
    assert whole.rows == [(longest, "1"), ("2", "3")]
    assert whole.lines == [2, 1003]
    too_long = read(
        csv_file(tmp_path, f'a,b\n"{longest}\n",1\n' + "2,3\n" * 3000), rows_per_batch=rows_per_batch
    )
    assert too_long.codes[0] == (2, "open_quote")
    assert too_long.rows == [("2", "3")] * 3000


def test_a_zero_byte_spoils_its_row_alone(tmp_path: Path) -> None:
    whole = read(csv_file(tmp_path, "a,b\n1,2\n3,\0\n5,6\n"))
    assert whole.rows == [("1", "2"), ("5", "6")]
    assert whole.codes == [(3, "nul_byte")]


@pytest.mark.parametrize("rows_per_batch", [1, 100_000])
def test_a_cell_of_a_megabyte_is_a_cell(tmp_path: Path, rows_per_batch: int) -> None:
    for cell in ("x" * (1 << 20), "x,\n" * 900 + "y" * (1 << 20)):
        whole = read(csv_file(tmp_path, f'a,b\n1,2\n"{cell}",3\n'), rows_per_batch=rows_per_batch)
        assert whole.rows == [("1", "2"), (cell, "3")]


@pytest.mark.parametrize(
    ("line_end", "shift"),
    [(end, shift) for end, step in (("\n", 9), ("\r\n", 1), ("\r", 9)) for shift in range(0, 30, step)],
)
def test_where_a_file_is_cut_into_blocks_makes_no_difference(
    tmp_path: Path, line_end: str, shift: int
) -> None:
    rows = [
        '"q""q",1',
        "\ufeff,",
        '"' + "long " * shift + '",""',
        '5" tall,3',
        '"x\r\ny","z\r"',
        '"","\n"',
        "1,2,3",
        '"lost" x,4',
        "é,ü",
    ]
    path = csv_file(tmp_path, line_end.join(["a,b", "x" * shift + ",1", *rows * 6]))
    whole, cut = read(path), read(path, rows_per_batch=1)
    assert (cut.rows, cut.lines, cut.rejects) == (whole.rows, whole.lines, whole.rejects)
    assert len(cut.batches) > 10
    assert whole.rows[1:6] == [
        ('q"q', "1"),
        ("\ufeff", None),
        ("long " * shift or None, None),
        ('5" tall', "3"),
        ("x\r\ny", "z\r"),
    ]
    assert len(whole.rows) + len(whole.rejects) == 55


@pytest.mark.heavy
@pytest.mark.parametrize("megabytes", [65, 150])
def test_a_record_that_is_too_long_to_hold_is_left_out(tmp_path: Path, megabytes: int) -> None:
    long = "x" * (megabytes << 20)
    whole = read(csv_file(tmp_path, f'a,b\n1,2\n{long},3\n4,5\n"\n{long}\n6,7\n'))
    assert whole.rows == [("1", "2"), ("4", "5"), ("6", "7")]
    assert whole.lines == [2, 4, 7]
    assert whole.codes == [(3, "too_long"), (5, "open_quote"), (6, "too_long")]
    assert all(len(reject.value) <= LONGEST_VALUE for reject in whole.rejects)


@pytest.mark.parametrize("long", [0, 5000])
def test_batches_have_about_as_many_rows_as_were_asked_for(tmp_path: Path, long: int) -> None:
    rows = ["x" * long + ",1"] * 300 + [f"{row},{row}{'' if row % 100 else ',x'}" for row in range(50_000)]
    whole = read(csv_file(tmp_path, "\n".join(["a,b", *rows])), rows_per_batch=1000)
    sizes = [batch.frame.height for batch in whole.batches if batch.frame.height > 300]
    assert sum(500 < size < 1500 for size in sizes) >= len(sizes) - 1
    assert len(whole.rows) == 300 + 50_000 - 500
    ends = [batch.lines[-1] for batch in whole.batches]
    for batch, before, after in zip(whole.batches, [0, *ends[:-1]], ends, strict=True):
        assert all(before < reject.line <= after + 1 for reject in batch.rejects)
    assert [reject.line for reject in whole.rejects] == list(range(302, 50_302, 100))
    shares = [batch.done or 0.0 for batch in whole.batches]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
