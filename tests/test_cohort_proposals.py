"""What a question proposes is itself run through the reader, and loses no unit, kind, bone or size."""

import re

import pytest

from recommender.cohort.mapping.contradictions import contradiction

from .test_cohort_codes import ways_out
from .test_cohort_mapping import ASKED, T_SCORES, VOCABULARY, WORDS, asked, fields_read, understood

Z_NAMES = ["Z-Score Value left", "my z score", "Z-Score (left)", "puntuación z rara"]
CONTRADICTED = [
    ("t_lumbar_spine", "Z-score", T_SCORES, "Z-score"),
    ("t_lumbar_spine", "Z-Score Value", T_SCORES, "Z-score"),
    ("z_lumbar_spine", "T-score odd", T_SCORES, "T-score"),
    ("t_lumbar_spine", "T-score total hip", T_SCORES, "t_total_hip"),
    ("t_total_hip", "left knee neck T-score", T_SCORES, "another bone"),
    ("t_score", "T-score lumbar spine", T_SCORES, "t_lumbar_spine"),
    ("t_lumbar_spine", "odd bone density", T_SCORES, "bone density"),
    ("height_loss_cm", "height loss mm", ["30", "0"], "mm"),
    ("height_loss_cm", "height loss (in)", ["1", "0"], "inches"),
    ("height_loss_cm", "Größenverlust Zoll", ["1", "0"], "inches"),
    ("back_pain_severity", "back pain (0-100)", ["30", "0"], "100"),
    ("hip_fracture_months", "hip fx in days", ["30", "0"], "days"),
    ("hip_fracture", "parental_hip_fracture", ["yes", "no"], "parent"),
    ("vertebral_fractures", "OSQ010B", ["1", "0"], "wrist"),
    ("hip_fracture_months", "months since wrist fracture", ["3", "4"], "wrist_fracture_months"),
    ("glucocorticoid_mg", "prednisone mcg", ["5", "7"], "micrograms"),
    ("falls_12m", "falls last month", ["0", "2"], "another time"),
    ("systolic_bp", "sys kPa", ["120"], "kPa"),
]


@pytest.mark.parametrize("header", Z_NAMES)
def test_a_z_score_of_an_unknown_bone_is_offered_as_z_only(header: str) -> None:
    question = asked(understood({"age": ["60"] * 7, header: T_SCORES}))
    assert "z_lumbar_spine" in question
    assert not re.search(r"\bt_\w", question)


@pytest.mark.parametrize(
    ("field", "header", "cells", "words"),
    CONTRADICTED,
    ids=[f"{field}={name}" for field, name, *_ in CONTRADICTED],
)
def test_a_name_that_contradicts_a_statement_needs_a_second_word(
    field: str, header: str, cells: list[str], words: str
) -> None:
    table = {"sex": ["F"] * len(cells), header: cells}
    question = asked(understood(table, maps=[f"{field}={header}"]))
    assert words in question
    assert f"--accept {field}" in question
    assert fields_read(understood(table, maps=[f"{field}={header}"], accept=[field]))[header] == field


@pytest.mark.parametrize(
    "header", ["height loss mm", "height_loss_in", "hip z score", "Hip Tscore", "days since hip fractrue"]
)
def test_no_hint_proposes_another_unit_kind_or_bone(header: str) -> None:
    found = understood({"age": ["60"], header: ["1"]})
    for field, column in re.findall(
        r"--map '?(\w+)=([^']+)'?", "\n".join([*dict(found.ignored).values(), *found.notes])
    ):
        if field != "FIELD":
            assert not contradiction(VOCABULARY.fields[field], column, WORDS, VOCABULARY)


@pytest.mark.parametrize("header", ASKED)
def test_each_field_that_is_offered_can_be_stated(header: str) -> None:
    table = {header: ["-1.5", "-2.0", "0"] if "T" in header or "score" in header else ["3", "2", "0"]}
    for way in ways_out(asked(understood(table))):
        for stated in way.get("maps", []):
            values = [value.replace("ANSWER", "unknown") for value in way.get("values", [])]
            found = understood(table, maps=[stated], values=values)
            assert not [question for question in found.questions if "stated" in str(question)], stated


@pytest.mark.parametrize("cells", [["yes", "no"], ["Ja", "Nein"], ["1", "0", "1", "0", "0"]])
@pytest.mark.parametrize("header", ["steroids", "Steroid use", "Kortison", "prednisone"])
def test_a_medicine_that_is_taken_or_not_is_not_offered_as_a_dose(header: str, cells: list[str]) -> None:
    table = {header: cells}
    question = asked(understood(table))
    assert "glucocorticoid_mg=" not in question
    assert "--ignore" in question
    assert fields_read(understood(table, maps=[f"steroid_tablets={header}"])) == {header: "steroid_tablets"}


@pytest.mark.parametrize(
    "header", ["T-score Value", "T-score (SD)", "Young Adult T-score", "DXA T-score result", "Score T col"]
)
def test_a_word_that_adds_nothing_is_passed_over(header: str) -> None:
    assert fields_read(understood({header: T_SCORES})) == {header: "t_score"}
