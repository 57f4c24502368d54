"""Codes are not counts: numbers that may mean yes, no or not measured are asked about, in every format."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.cohort.mapping.overrides import read_overrides

from .conftest import Run, examples
from .test_cohort_mapping import T_SCORES, VOCABULARY, asked, fields_read, understood

COUNTS = ("vertebral_fractures", "other_fractures", "falls_12m")
COUNT_NAMES = [
    "vertebral_fracture", "vertebral_fractures", "Wirbelfraktur", "spine_fracture", "other_fractures",
    "falls_12m", "falls last year", "Caídas último año", "Number of falls in the last 12 months",
    "Anzahl Wirbelfrakturen",
]  # fmt: skip
CODES = st.lists(st.sampled_from(["1", "2"]), min_size=3, max_size=30)
_OPTION = {
    "--map": "maps",
    "--values": "values",
    "--missing": "missing",
    "--accept": "accept",
    "--ignore": "ignore",
}


def ways_out(question: str) -> list[dict[str, list[str]]]:
    """Return the ways out that a question prints, each as arguments of `understood`."""
    ways = []
    for sentence in re.split(r"; or,? |\. |, or ", question.rpartition("Accepted:")[2].removesuffix(".")):
        words = shlex.split(sentence) if sentence.count("'") % 2 == 0 else sentence.split()
        way: dict[str, list[str]] = {}
        for option, value in pairwise(words):
            if option in _OPTION:
                way.setdefault(_OPTION[option], []).append(value.rstrip(".,;"))
        if way:
            ways.append(way)
    return ways


@pytest.mark.parametrize("name", COUNT_NAMES)
@pytest.mark.parametrize(
    "cells", [["1", "2", "2"], ["1", "2", "9", "2"], ["2.0", "1.0", "2.0"], [1, 2, 7, 9]]
)
def test_a_count_in_which_nobody_has_0_is_asked_about(name: str, cells: list[str]) -> None:
    assert "look like codes" in asked(understood({"age": ["60"] * len(cells), name: cells}))


@settings(deadline=None, max_examples=examples(40))
@given(st.sampled_from(COUNTS), CODES, st.sampled_from(["", "7", "9"]))
def test_each_way_out_of_codes_is_read_and_settles_the_question(
    field: str, cells: list[str], code: str
) -> None:
    table = {field: [*cells, *[code] * bool(code)]}
    ways = ways_out(asked(understood(table)))
    assert len(ways) == 3
    for way in ways:
        assert fields_read(understood(table, **way)) == {field: field}
    assert {tuple(sorted(understood(table, **way).columns[0].words.items())) for way in ways[:2]}


@settings(deadline=None, max_examples=examples(40))
@given(st.lists(st.integers(1, 12), min_size=10, max_size=40))
def test_a_count_without_any_0_needs_the_users_word(cells: list[int]) -> None:
    table = {"falls_12m": list(map(str, cells))}
    assert understood(table).questions
    assert not understood(table, accept=["falls_12m"]).questions
    assert not understood({"falls_12m": [*table["falls_12m"], "0"]}).questions


@pytest.mark.parametrize("cells", [["0", "1", "2"], ["2", "0", "2", "9"], ["0", "0", "1"]])
def test_a_count_in_which_somebody_has_0_is_read(cells: list[str]) -> None:
    assert fields_read(understood({"falls_12m": cells})) == {"falls_12m": "falls_12m"}


@pytest.mark.parametrize(
    "name", ["falls_12m", "falls last 12 months", "vertebral_fractures", "Anzahl Wirbelfrakturen"]
)
@pytest.mark.parametrize("words", [("Yes", "No"), ("ja", "nein"), ("Sí", "No"), ("oui", "non")])
def test_a_count_that_says_yes_is_asked_about_and_its_way_out_reads_yes_as_one(
    name: str, words: tuple[str, str]
) -> None:
    yes, no = words
    table = {"age": ["60"] * 3, name: [yes, no, no]}
    way = ways_out(asked(understood(table)))[0]
    of = understood(table, **way).columns[1]
    assert (of.words[yes.casefold()], of.words[no.casefold()]) == ("1", "0")


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("2+", "2"),
        ("≥3", "3"),
        (">= 3", "3"),
        (">2", "3"),
        ("3 or more", "3"),
        ("mindestens 2", "2"),
        ("4 o más", "4"),
    ],
)
def test_a_least_number_is_proposed_in_its_full_size(cell: str, count: str) -> None:
    table = {"falls last 12 months": ["0", "1", cell]}
    way = ways_out(asked(understood(table)))[0]
    assert understood(table, **way).columns[0].words[" ".join(cell.split()).casefold()] == count


@pytest.mark.parametrize("name", ["sex", "Gender", "Geschlecht", "PatientGender", "sexo"])
def test_sexes_as_1_and_2_are_asked_about_unless_a_survey_says(name: str) -> None:
    assert f"{name}" in asked(understood({name: ["1", "2", "1"]}))
    assert fields_read(understood({"RIAGENDR": ["1", "2"]})) == {"RIAGENDR": "sex"}


@pytest.mark.parametrize("cells", [["0", "1"] * 5, ["1", "2"] * 5])
@pytest.mark.parametrize("field", ["glucocorticoid_mg", "hip_fracture_months", "height_loss_recent_cm"])
def test_a_measurement_that_is_only_two_codes_is_asked_about(field: str, cells: list[str]) -> None:
    assert "look like codes" in asked(understood({field: cells}))
    assert not understood({field: cells}, accept=[field]).questions


@pytest.mark.parametrize("zero", ["0", "0.0", "0,0"])
def test_many_scores_of_exactly_0_are_asked_about_and_both_ways_out_are_read(zero: str) -> None:
    table = {"t_lumbar_spine": [*T_SCORES, *[zero] * 6]}
    decimal = "," if "," in zero else "."
    missing, scores = ways_out(asked(understood(table, decimal=decimal)))
    assert zero in understood(table, decimal=decimal, **missing).columns[0].missing
    assert understood(table, decimal=decimal, **scores).columns[0].words[zero] == "0"


@settings(deadline=None, max_examples=examples(40))
@given(st.lists(st.integers(-35, 9), min_size=30, max_size=60))
def test_scores_that_only_pass_through_0_are_read(tenths: list[int]) -> None:
    cells = [*(f"{tenth / 10}" for tenth in tenths if tenth), "0.0", "-0.1", "0.1"]
    assert not understood({"t_lumbar_spine": cells}).questions


def test_codes_of_children_are_no_missing_ages() -> None:
    found = understood({"age": ["8", "9", "8", "30", "45", "10", "72", "74", "75", "80"]})
    assert not {"8", "9"} & found.columns[0].missing


def test_a_code_beside_its_neighbours_is_a_number() -> None:
    assert "99" not in understood({"glucocorticoid_mg": ["5"]}).columns[0].missing
    assert "888" not in understood({"systolic_bp": ["887", "888", "120", "121", "122"]}).columns[0].missing
    assert "888" in understood({"systolic_bp": ["888", "120"]}).columns[0].missing


@pytest.mark.parametrize(
    "cells",
    [
        ["0", "1", "8", "8", "8"],
        ["0", "88", "88", "88", "0"],
    ],
)
def test_a_frequent_code_far_above_all_counts_is_asked_about_and_both_ways_out_are_read(
    cells: list[str],
) -> None:
    file = {"age": ["60"] * len(cells), "falls_12m": cells}
    question = asked(understood(file))
    assert "could mean not known here, or be answers" in question
    ways = ways_out(question)
    assert len(ways) == 2
    for way in ways:
        assert not understood(file, **way).questions


def test_a_single_high_count_is_read_as_it_stands_and_told() -> None:
    found = understood({"age": ["60"] * 90, "falls_12m": [*["0", "1", "2"] * 29, "0", "0", "99"]})
    assert not found.questions
    assert "`99` (1 in the first rows) is read as it stands" in " ".join(found.notes)


def test_a_common_text_that_is_no_answer_is_asked_about_before_the_run() -> None:
    table = {"age": ["60"] * 20, "hip_fracture": ["yes"] * 8 + ["no"] * 8 + ["maybe"] * 4}
    assert "`maybe` (4 of its first cells)" in asked(understood(table))
    assert not understood(
        {"age": ["60"] * 20, "hip_fracture": ["yes"] * 9 + ["no"] * 10 + ["maybe"]}
    ).questions


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx", "sav", "dta"])
def test_codes_are_asked_about_in_every_format(run: Run, tmp_path: Path, suffix: str) -> None:
    frame = pl.DataFrame({"age": [61, 62, 63, 64], "vertebral_fracture": [1, 2, 2, 1], "sex": [1, 2, 2, 1]})
    file = tmp_path / f"people.{suffix}"
    if suffix == "csv":
        frame.write_csv(file)
    elif suffix == "parquet":
        frame.write_parquet(file)
    elif suffix == "xlsx":
        frame.to_pandas().to_excel(file, index=False)
    else:
        getattr(pyreadstat, f"write_{suffix}")(frame.to_pandas(), str(file))
    ran = run("batch", file, "--dry-run")
    assert (ran.code, len(ran.errors)) == (3, 2)


def test_value_labels_say_what_codes_mean(run: Run, tmp_path: Path) -> None:
    frame = pl.DataFrame({"age": [61, 62, 63], "hip_fracture": [1, 2, 2], "sex": [1, 2, 2]}).to_pandas()
    labels = {"hip_fracture": {1: "Yes", 2: "No"}, "sex": {1: "Female", 2: "Male"}}
    pyreadstat.write_sav(frame, str(tmp_path / "people.sav"), variable_value_labels=labels)
    ran = run("batch", tmp_path / "people.sav", tmp_path / "out.csv")
    assert ran.code == 0
    assert pl.read_csv(tmp_path / "out.csv")["sex"].to_list() == ["Female", "Male", "Male"]


def test_a_survey_that_is_known_is_read_by_its_codes_and_told() -> None:
    found = understood({"OSQ010C": ["1", "2", "2", "9", "2"], "OSQ010A": ["2", "1", "2", "2", "2"]})
    assert (fields_read(found), found.questions) == (
        {"OSQ010C": "vertebral_fractures", "OSQ010A": "hip_fracture"},
        (),
    )
    spine = next(of for of in found.columns if of.column == "OSQ010C")
    assert [spine.words[code] for code in ("1", "2", "9")] == ["1", "0", "unknown"]
    notes = " ".join(found.notes)
    assert "1 = 1, 2 = 0, 9 = not known (the codes of NHANES), in `OSQ010C`" in notes.replace(
        "2 = 0", "1 = 1, 2 = 0"
    )
    assert "as it stands" not in notes


def test_a_field_may_be_accepted_as_it_is() -> None:
    assert read_overrides(VOCABULARY, accept=["falls_12m"]).accept == {"falls_12m"}


@pytest.mark.parametrize(("column", "cell"), [("hip_fracture", "yes"), ("vertebral_fractures", "2")])
def test_a_column_that_alone_puts_everybody_into_the_highest_tier_is_asked_about(
    run: Run, tmp_path: Path, column: str, cell: str
) -> None:
    cells = [cell] * 38 + ["0" if cell == "2" else "no"] * 2
    file = tmp_path / "people.csv"
    pl.DataFrame({"age": [60] * 40, "t_score": ["-1.2"] * 40, column: cells}).write_csv(file)
    ran = run("batch", file, "--dry-run")
    assert ran.code == 3
    (error,) = ran.errors
    assert f"--accept {column}" in error
    assert run("batch", file, "--dry-run", "--accept", column).code == 0
