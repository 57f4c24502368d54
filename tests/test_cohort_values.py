"""Plain values are read: numbers with a unit or a word about them; a doubtful score beside another one."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.cohort.mapping.values import cell_number, number_form

from .conftest import Run
from .test_cohort_mapping import VOCABULARY, WORDS, understood

SPINE, AGE = VOCABULARY.fields["t_lumbar_spine"], VOCABULARY.fields["age"]
FORMS = [
    "{}", "{} SD", "{}SD", "{} DS", "T={}", "T: {}", "T-score: {}", "T score {}", "{} (osteoporosis)",
    "{} [Osteopenie]",
    "{} (Normal)", "{}*", "{} *", "'{}", "{} SD (osteopenia)", "{}; osteoporosis", "{} - osteopenia", " {} ",
]  # fmt: skip


@settings(deadline=None)
@given(
    st.integers(-60, 30),
    st.sampled_from(FORMS),
    st.sampled_from([".", ","]),
    st.sampled_from("-\u2212\u2013"),
)
def test_a_score_with_a_unit_or_a_word_about_it_is_its_number(
    tenths: int, form: str, decimal: str, minus: str
) -> None:
    number = f"{tenths / 10:.1f}"
    text = form.format(number.replace(".", decimal).replace("-", minus))
    assert cell_number(SPINE, text, decimal, number_form(SPINE, WORDS)) == number


@pytest.mark.parametrize(
    "text",
    [
        "2.5-",
        "(2.5)",
        "-2.5/-1.1",
        "-2.5 (heel)",
        "Z=-2.5",
        "-2.5 L1",
        "-2.5 to -2.9",
        "<-2.5",
        "2.5.1",
        "-2.5 kg",
    ],
)
def test_a_number_with_anything_else_about_it_is_no_score(text: str) -> None:
    number = cell_number(SPINE, text, ".", number_form(SPINE, WORDS))
    assert number not in ("2.5", "-2.5")


@pytest.mark.parametrize(
    ("text", "years"), [("72 y", "72"), ("072Y", "72"), ("72*", "72"), ("'72", "72"), ("72 years", "72")]
)
def test_an_age_with_its_unit_is_its_number(text: str, years: str) -> None:
    assert cell_number(AGE, text, ".", number_form(AGE, WORDS)) == years


def test_a_sign_behind_the_number_is_asked_about_with_a_way_out() -> None:
    (question,) = understood({"t_lumbar_spine": ["2.5-", "1.0-", "0.3-"]}).questions
    assert "with its sign before it, such as -2.5" in str(question)


def _batch(run: Run, folder: Path, rows: list[tuple[str, ...]], *options: str) -> tuple[int, str]:
    header = "id,age,sex,T-score lumbar spine,T-score total hip"
    text = "\n".join([header, *(",".join(row) for row in rows)]) + "\n"
    (folder / "people.csv").write_text(text, encoding="utf-8")
    ran = run("batch", folder / "people.csv", folder / "out.csv", "--audit", 100, *options)
    return ran.code, " ".join(ran.err.split())


USUAL = [(str(id_), "70", "F", "-1.5", "-1.9") for id_ in range(2, 9)]


def test_a_doubtful_score_beside_another_is_left_out_and_told(run: Run, tmp_path: Path) -> None:
    code, told = _batch(run, tmp_path, [("1", "76", "F", "2.4", "-2.6"), *USUAL])
    assert code == 0, told
    assert "`T-score lumbar spine`: 1 score is left out" in told
    assert pl.read_csv(tmp_path / "out.csv")["lowest_t"][0] == -2.6
    code, told = _batch(run, tmp_path, [("1", "76", "F", "2.4", "-2.6"), *USUAL], "--accept", "high_scores")
    assert (code, "left out" in told) == (0, False)


@pytest.mark.parametrize("row", [("1", "76", "F", "2.4", ""), ("1", "76", "F", "2.4", "2.1")])
def test_a_doubtful_score_alone_costs_the_row(run: Run, tmp_path: Path, row: tuple[str, ...]) -> None:
    code, _ = _batch(run, tmp_path, [row, *USUAL])
    assert code == 1
    assert set(pl.read_csv(tmp_path / "out.rejects.csv")["code"]) == {"doubtful"}


@pytest.mark.heavy
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["-2.5", "2.4", "0.4", "", "+1.9"]), st.sampled_from(["-1.9", "3.0", ""])),
        min_size=1,
    )
)
def test_the_reference_reads_doubtful_scores_alike(
    run: Run, tmp_path: Path, scores: list[tuple[str, str]]
) -> None:
    code, told = _batch(
        run, tmp_path, [*USUAL, *((str(row), "70", "F", *cells) for row, cells in enumerate(scores, 20))]
    )
    assert code in (0, 1), told


@pytest.mark.parametrize("age", ["50", "60", "75"])
def test_from_50_on_a_t_score_above_the_z_score_is_refused_at_every_door(
    run: Run, tmp_path: Path, age: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        f"age,sex,T-score lumbar spine,Z-score lumbar spine\n{age},F,-1.0,-2.5\n{age},F,-2.5,-1.0\n",
        encoding="utf-8",
    )
    run("batch", file, tmp_path / "out.csv")
    assert pl.read_csv(tmp_path / "out.rejects.csv")["code"].to_list() == ["contradiction"]
    assert run("assess", "--age", age, "--t-lumbar-spine", "-1.0", "--z-lumbar-spine", "-2.5").code == 3
