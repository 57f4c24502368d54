"""Dates and times since: ages and months follow from them, or they are asked about; none is passed over."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.cohort.mapping.conversion import converted
from recommender.cohort.mapping.dates import Dates, Order, find_order
from recommender.errors import CohortError

from .conftest import Run, examples
from .test_cohort_mapping import WORDS, asked, fields_read, understood

TODAY = date(2026, 5, 31)
DAYS = st.dates(date(1930, 1, 1), TODAY)
DATED = {
    "Date of birth": "age",
    "DOB": "age",
    "Geburtsdatum": "age",
    "fecha de nacimiento": "age",
    "date_of_hip_fracture": "hip_fracture_months",
    "Hüftfraktur Datum": "hip_fracture_months",
    "fecha de la última fractura de cadera": "hip_fracture_months",
    "datebone": "fracture_months",
    "Date of last fracture": "fracture_months",
    "data da fratura": "fracture_months",
    "дата перелома": "fracture_months",
    "骨折日": "fracture_months",
    "date of spine surgery": "spine_surgery_months",
    "scan date": "scan_months",
    "Datum der Knochendichtemessung": "scan_months",
}
SINCE = {
    "days since hip fracture": ("hip_fracture_months", "40", "1.31"),
    "weeks since hip fracture": ("hip_fracture_months", "8", "1.83"),
    "years since last fracture": ("fracture_months", "2", "24.00"),
    "hip_fracture_weeks": ("hip_fracture_months", "8", "1.83"),
    "Time since hip fracture (days)": ("hip_fracture_months", "40", "1.31"),
    "Jahre seit Hüftfraktur": ("hip_fracture_months", "1", "12.00"),
    "semanas desde fractura de cadera": ("hip_fracture_months", "8", "1.83"),
    "jours depuis fracture": ("fracture_months", "40", "1.31"),
    "steroid duration years": ("glucocorticoid_months", "1", "12.00"),
}


@pytest.mark.parametrize(("name", "field"), DATED.items(), ids=DATED)
def test_a_date_is_read_as_its_field_up_to_a_day(name: str, field: str) -> None:
    table = {"sex": ["F", "F"], name: ["1990-04-13", "1996-12-03"]}
    found = understood(table, as_of="2026-05-31")
    assert fields_read(found) == {"sex": "sex", name: field}
    assert any(name in note and "2026-05-31" in note for note in found.notes)


@pytest.mark.parametrize("name", ["DOB", "date of hip fracture", "date of birth", "Fraktur Datum"])
def test_without_a_day_a_date_of_birth_or_of_a_break_is_asked_about(name: str) -> None:
    assert "--as-of" in asked(understood({"sex": ["F"], name: ["1950-04-13"]}))


def test_a_date_of_birth_beside_an_age_is_not_asked_about() -> None:
    found = understood({"age": ["76"], "DOB": ["1950-04-13"]})
    assert (fields_read(found), found.questions) == ({"age": "age"}, ())


@pytest.mark.parametrize(("name", "expected"), SINCE.items(), ids=SINCE)
def test_a_time_in_another_unit_is_worked_out(name: str, expected: tuple[str, str, str]) -> None:
    field, cell, number = expected
    found = understood({"sex": ["F"], name: [cell]})
    of = found.columns[1]
    assert of.field.id == field
    assert of.convert is not None
    assert converted(pl.DataFrame({name: [cell]}), {name: of.convert})[name].to_list() == [number]
    assert any("worked out" in note for note in found.notes)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2024-05-31", "2023-01-02"], Order.PLAIN),
        (["20240531"], Order.PLAIN),
        (["2024-05-31 00:00:00", "2024-05-31T10:20"], Order.PLAIN),
        (["31-May-2024", "3. Mai 2024", "May 3, 2024", "2 août 2024"], Order.PLAIN),
        (["2024年5月31日"], Order.PLAIN),
        (["31/05/2024", "01/02/2024"], Order.DAY_FIRST),
        (["31.05.2024"], Order.DAY_FIRST),
        (["05/31/2024", "01/02/2024"], Order.MONTH_FIRST),
        (["01/02/2024", "03/04/2024"], Order.OPEN),
        (["31/05/2024", "05/31/2024"], Order.MIXED),
        (["-2.5", "-1.0"], None),
        (["2024", "2023"], None),
        (["45123"], None),
        ([], None),
    ],
)
def test_the_order_of_day_and_month_is_proved_or_open(cells: list[str], order: Order | None) -> None:
    assert find_order(cells, WORDS.time.months) is order


@settings(deadline=None)
@given(
    st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y"])
)
def test_dates_are_read_as_written_or_their_order_is_open(days: list[date], form: str) -> None:
    cells = [day.strftime(form) for day in days]
    order = find_order(cells, {})
    assert order is not None
    if order is not Order.OPEN:
        assert [Dates(order, {}).read(cell) for cell in cells] == days


@settings(deadline=None, max_examples=examples(50))
@given(st.dates(date(1930, 1, 1), date(2000, 1, 1)), st.dates(date(2020, 1, 1), TODAY))
def test_an_age_is_in_completed_years_and_no_break_is_made_older(birth: date, end: date) -> None:
    frame = {"DOB": [birth.isoformat()], "date of fracture": [birth.isoformat()], "visit": [end.isoformat()]}
    found = understood(frame, as_of="visit")
    rows = converted(pl.DataFrame(frame), {of.column: of.convert for of in found.columns if of.convert})
    birthday = (end.month, end.day) >= (birth.month, birth.day)
    assert rows["DOB"].to_list() == [str(end.year - birth.year - (not birthday))]
    days = (end - birth).days
    assert days - 1 <= float(rows["date of fracture"][0]) * 30.4375 <= days


def test_an_open_order_is_asked_about_and_both_ways_out_are_read() -> None:
    table = {"sex": ["F"], "date of hip fracture": ["03/04/2026"]}
    assert "--dates dmy" in asked(understood(table, as_of="2026-05-31"))
    for order, months in (("dmy", "1.90"), ("mdy", "2.89")):
        found = understood(table, as_of="2026-05-31", dates=order)
        of = found.columns[1]
        assert of.convert is not None
        rows = converted(pl.DataFrame(table), {of.column: of.convert})
        assert rows[of.column].to_list() == [months]


@pytest.mark.parametrize(
    ("as_of", "words"), [("soon", "neither a date nor a column"), ("sex", "does not hold dates")]
)
def test_a_day_that_is_none_is_refused(as_of: str, words: str) -> None:
    with pytest.raises(CohortError, match=words):
        understood({"sex": ["F"], "DOB": ["1950-04-13"]}, as_of=as_of)


def test_months_that_hold_dates_are_asked_about() -> None:
    table = {"months since fracture": ["2026-04-01"]}
    assert "--as-of" in asked(understood(table))
    assert fields_read(understood(table, as_of="2026-05-31")) == {"months since fracture": "fracture_months"}


UNUSED = [
    "vertebral fracture on VFA", "Fragility fracture hx", "wrist fracture", "Genant grade", "osteoporosis",
    "Steroid usage", "vertigo", "ptfall", "ptunsteady", "hip", "spine", "number of falls", "Sturzrisiko",
    "caídas graves", "kortison ja nein", "fxage", "złamanie", "перелом", "düşme", "骨折歴", "visit date",
]  # fmt: skip


@pytest.mark.parametrize("name", UNUSED)
def test_an_unused_column_of_danger_is_named_in_the_run(name: str) -> None:
    found = understood({"age": ["60"], name: ["some text"]})
    assert name in "\n".join([*found.notes, *map(str, found.questions)])


def test_an_unused_column_with_dates_is_named_in_the_run() -> None:
    assert any("`seen`" in note for note in understood({"age": ["60"], "seen": ["2024-05-31"]}).notes)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_a_hip_broken_eight_weeks_ago_is_led_by_a_clinician(run: Run, tmp_path: Path, suffix: str) -> None:
    broken = [TODAY - timedelta(weeks=8), TODAY - timedelta(weeks=800)]
    frame = pl.DataFrame(
        {"age": [70, 71], "t_score": [-2.9, -2.1], "hip_fracture": ["yes"] * 2, "Hip fracture date": broken}
    )
    file = tmp_path / f"people.{suffix}"
    if suffix == "xlsx":
        frame.to_pandas().to_excel(file, index=False)
    else:
        getattr(frame, f"write_{suffix}")(file)
    assert run("batch", file, tmp_path / "out.csv").code == 3
    ran = run("batch", file, tmp_path / "out.csv", "--as-of", TODAY, "--audit", 2)
    assert ran.code == 0, ran.err
    recent, old = pl.read_csv(tmp_path / "out.csv")["clearance"]
    assert recent == "clinician_led"
    assert old != recent


def test_what_is_stated_about_dates_is_saved(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("sex,DOB\nF,03/04/1950\n", encoding="utf-8")
    options = ("--as-of", "2026-05-31", "--dates", "dmy")
    assert run("batch", file, "--dry-run", *options, "--save-mapping", tmp_path / "m.yaml").code == 0
    run("batch", file, tmp_path / "a.csv", *options, "--save-mapping", tmp_path / "m.yaml")
    run("batch", file, tmp_path / "b.csv", "--mapping", tmp_path / "m.yaml")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert "dates" in run("batch", file, "--dry-run", "--dates", "ymd").errors[0]
