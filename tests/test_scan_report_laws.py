"""Laws of reading a report, on pages that are moved about: no number is wrong without a doubt."""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from recommender.scan_report import read_report

from .conftest import examples
from .scan_reports import (
    HOLOGIC_HIPS,
    HOLOGIC_SPINE,
    LUNAR_FEMUR,
    LUNAR_SPINE,
    LUNAR_TRUTH,
    Layout,
    Paper,
    Signs,
    hologic,
    lunar,
    table,
    width,
)

pytest.importorskip("pdfminer")

NAMES = {"bmd": "BMD", "percent": "YA (%)", "t": "T-score", "age_percent": "AM (%)", "z": "Z-score"}
VALUES = {"bmd": 1, "percent": 2, "t": 3, "age_percent": 4, "z": 5}
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
few = settings(max_examples=examples(6), phases=PHASES)


def sure(data: bytes) -> dict[str, str]:
    reading = read_report(data, "a report")
    return {proposal.field: proposal.value for proposal in reading.proposals if not proposal.doubts}


def page(
    columns: list[str], layout: Layout, heading_shift: float = 0.0, order: list[int] | None = None
) -> bytes:
    """A page with a table of each bone, its columns in some order."""
    paper, y = Paper(), 60.0
    headings = (("Region", *(NAMES[column] for column in columns)),)
    for title, rows in (("AP Spine", LUNAR_SPINE), ("DualFemur", LUNAR_FEMUR)):
        paper.put(60, y, title)
        shown = [(row[0], *(row[VALUES[column]] for column in columns)) for row in rows]
        if order:
            shown = [shown[place % len(shown)] for place in order]
            shown = list(dict.fromkeys(shown))
        table(paper, y + 14, headings, (), layout._replace(x=layout.x + heading_shift))
        y = table(paper, y + 16, (("",),), shown, layout) + 30
    return paper.pdf()


def layout_of(values: tuple[float, float, float, float, float, str]) -> Layout:
    x, label, step, gap, size, align = values
    return Layout(x=x, label=label, step=step * size / 8, gap=gap, size=size, align=align)


aligned = st.sampled_from(["left", "right", "centre"])
layouts = st.tuples(
    st.integers(20, 120),
    st.integers(90, 150),
    st.integers(44, 80),
    st.integers(9, 22),
    st.integers(6, 10),
    aligned,
).map(layout_of)
columns = (
    st.permutations(list(NAMES))
    .flatmap(lambda names: st.integers(3, 5).map(lambda count: names[:count]))
    .filter(lambda names: "t" in names)
)


@few
@given(columns=columns, layout=layouts)
def test_columns_in_any_order_and_place_are_read_as_their_headings_say(
    columns: list[str], layout: Layout
) -> None:
    read = sure(page(columns, layout))

    assert read.items() <= LUNAR_TRUTH.items()
    if "bmd" in columns:  # a column of decimals keeps rows apart from per cents of a graph
        assert {name for name in LUNAR_TRUTH if name[0] in columns} == set(read)


@few
@given(columns=columns, layout=layouts, shift=st.integers(-90, 90))
def test_headings_moved_away_from_their_columns_make_no_wrong_number(
    columns: list[str], layout: Layout, shift: float
) -> None:
    assert sure(page(columns, layout, shift)).items() <= LUNAR_TRUTH.items()


@few
@given(columns=columns, layout=layouts, order=st.lists(st.integers(0, 12), min_size=1, max_size=13))
def test_rows_in_any_order_or_left_out_make_no_wrong_number(
    columns: list[str], layout: Layout, order: list[int]
) -> None:
    read = sure(page(columns, layout, order=order))

    for field, value in read.items():
        assert value in {row[VALUES[field[0]]] for row in (*LUNAR_SPINE, *LUNAR_FEMUR)}
        assert field.endswith("spine") is False or value == LUNAR_TRUTH[field]


@few
@given(
    first=st.sampled_from([1, 2, 3, 4, 5]),
    second=st.sampled_from([1, 2, 3, 4, 5]),
    signs=st.sampled_from(["-", "\u2212"]),
)
def test_two_headings_exchanged_make_no_wrong_number(first: int, second: int, signs: str) -> None:
    heads = [
        list(line)
        for line in (
            ("", "BMD", "YA", "YA", "AM", "AM"),
            ("Region", "(g/cm²)", "(%)", "T-score", "(%)", "Z-score"),
        )
    ]
    for line in heads:
        line[first], line[second] = line[second], line[first]

    read = sure(lunar(Signs(signs), headings=heads).pdf())

    assert {name: value for name, value in read.items() if name[0] == "t"}.items() <= LUNAR_TRUTH.items()


@few
@given(data=st.data(), rows=st.sampled_from([HOLOGIC_SPINE, HOLOGIC_HIPS]))
def test_one_lost_minus_is_doubted(data: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    lost = data.draw(st.sampled_from([place for place, row in enumerate(rows) if len(row) > 1]))
    changed = [
        (*row[:4], row[4].replace("-", ""), row[5]) if place == lost else row
        for place, row in enumerate(rows)
    ]
    paper = Paper()
    paper.put(60, 30, "Age: 63")
    paper.put(60, 44, "Lumbar Spine" if rows is HOLOGIC_SPINE else "Dual Hip")
    table(paper, 60, (("Region", "Area", "BMC", "BMD", "T-score", "Z-score"),), changed)

    values = {value for name, value in sure(paper.pdf()).items() if name[0] == "t"}

    assert all(value.startswith("-") for value in values)


@few
@given(
    columns=st.permutations([1, 2, 3, 4, 5]),
    layout=st.tuples(st.just(60), st.just(96), st.integers(44, 70), st.just(13), st.just(8), aligned).map(
        layout_of
    ),
)
def test_a_hologic_report_in_any_order_of_columns(columns: list[int], layout: Layout) -> None:
    read = sure(hologic(columns=(0, *columns), layout=layout).pdf())

    assert read["t_lumbar_spine"] == "-2.8"
    assert read["t_femoral_neck"] == "-2.3"
    assert read["t_total_hip"] == "-1.9"


PRINTED = {
    "t_lumbar_spine": {"-2.4"},
    "z_lumbar_spine": {"-1.1"},
    "t_femoral_neck": {"-2.1", "-2.0"},
    "z_femoral_neck": {"0.3", "0.4"},
    "t_total_hip": {"-1.8", "-1.6"},
    "z_total_hip": {"0.5", "0.7"},
}
acts = st.lists(
    st.tuples(
        st.sampled_from(["drop", "beside", "above", "double", "split"]),
        st.integers(0, 400),
        st.integers(-35, 35),
        st.integers(-12, 12),
    ),
    min_size=1,
    max_size=12,
)


@few
@given(acts=acts)
def test_words_dropped_moved_doubled_or_split_make_no_wrong_number(
    acts: list[tuple[str, int, int, int]],
) -> None:
    paper = lunar()
    texts = paper.pages[0]
    for act, number, right, down in acts:
        place = number % len(texts)
        text = texts[place]
        if act == "drop":
            del texts[place]
        elif act == "beside":
            texts[place] = text._replace(x=text.x + right)
        elif act == "above":
            texts[place] = text._replace(y=text.y + down)
        elif act == "double":
            texts.append(text._replace(x=text.x + right, y=text.y + down))
        else:
            half = len(text.text) // 2
            gap = width(text.text[:half], text.size) + abs(down) / 2
            texts[place] = text._replace(text=text.text[:half])
            texts.append(text._replace(text=text.text[half:], x=text.x + gap))

    assert all(value in PRINTED[field] for field, value in sure(paper.pdf()).items())
