"""A column is read as a field only where its name or an override leaves no doubt; else it is a question."""

import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import assess_frame
from recommender.cohort.mapping.dictionary import load_column_dictionary, read_column_dictionary
from recommender.cohort.mapping.mapper import ColumnMapping, FieldColumn, map_columns, mapping_report
from recommender.cohort.mapping.names import Role, normalised_value, one_slip, plain_name
from recommender.cohort.mapping.overrides import Overrides, read_overrides, read_saved, saved
from recommender.documents.yaml_json import read_yaml
from recommender.errors import CohortError, RulebookError
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_vocabulary
from recommender.vocabulary.answers import read_answer

VOCABULARY = load_vocabulary()
WORDS = load_column_dictionary()
T_SCORES = ["-1.2", "-2.5", "0.3", "-3.1", "-0.4", "-1.9", "-2.2"]

Cells = Mapping[str, Iterable[Any]]


def understood(
    cells: Cells,
    *,
    maps: Iterable[str] = (),
    values: Iterable[str] = (),
    missing: Iterable[str] = (),
    ignore: Iterable[str] = (),
    accept: Iterable[str] = (),
    as_of: str | None = None,
    dates: str | None = None,
    decimal: str = ".",
    repeated: Iterable[str] = (),
) -> ColumnMapping:
    """Understand a table; columns are filled up with empty cells to the same length."""
    stated = read_overrides(VOCABULARY, maps, values, missing, ignore, accept, as_of, dates)
    lists = {column: list(values) for column, values in cells.items()}
    rows = max(map(len, lists.values()), default=0)
    frame = pl.DataFrame(
        {
            column: pl.Series(filled + [None] * (rows - len(filled)), strict=False)
            for column, filled in lists.items()
        }
    )
    return map_columns(list(cells), frozenset(repeated), frame, decimal, VOCABULARY, WORDS, stated)


def fields_read(found: ColumnMapping) -> dict[str, str]:
    return {of.column: of.field.id for of in found.columns}


def only(found: ColumnMapping) -> FieldColumn:
    assert not found.questions, found.questions
    (of,) = found.columns
    return of


def asked(found: ColumnMapping) -> str:
    assert found.questions
    return "\n".join(map(str, found.questions))


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────

HEADERS = {
    "age": (
        "Age, age, AGE, EDAD, Edad (años), Âge, Alter, Alter [Jahre], età, Idade, leeftijd, RIDAGEYR, "
        "Age(year), age_years, ageInYears, Age at scan"
    ),
    "sex": "sex, Sex, Gender, RIAGENDR, sexo, Género, sexe, Geschlecht, sesso, geslacht, sex_at_birth",
    "menopause": (
        "Menopausal status, estado menopáusico, Menopausenstatus, statut ménopausique, postmenopausal, "
        "Premenopausal"
    ),
    "t_score": (
        "T-Score, T_score, tscore, TScore, T score (DXA), DXA T-score, Lowest T-score, T-Wert, score T, "
        "bmd_t_score, Puntuación T"
    ),
    "t_lumbar_spine": (
        "t_score_spine, t_score_lumbar, dxa_tscore_spine, DEXA_t_score_spine, T-score rachis, T-score L1-L4, "
        "T-Score Lombaire, T-score (Spine), LumbarSpineTScore, T-score LWS, T-score columna lumbar, "
        "tscore_ls, T-score of the lumbar spine, T-score L2-L4, Spine T-score"
    ),
    "t_total_hip": (
        "t_score_total_hip, T-Score Hanche Totale, T-score cadera total, TH_Tscore, T-score Gesamthüfte, "
        "T-Score Gesamthuefte, Total Femur T-score"
    ),
    "t_femoral_neck": (
        "t_score_femoral_neck, T-Score Col Fémoral, FN T-score, T-score neck, T-score cuello femoral, "
        "T-score Schenkelhals, T neck"
    ),
    "t_radius33": "T-score 1/3 radius, Radius 33% T-score, t_score_radius33, T-score one-third radius",
    "z_lumbar_spine": "Z-score spine, zscore_l1_l4, Z-score columna, Z-Score Lendenwirbelsäule",
    "z_total_hip": "z_score_total_hip, Z-score hanche totale",
    "z_femoral_neck": "Z-score col fémoral, femoral_neck_zscore",
    "z_radius33": "z_score_radius_33",
    "hip_fracture": (
        "hip_fracture, HipFracture, Hip fx, Fractura de cadera, fracture de hanche, Hüftfraktur, "
        "Hueftfraktur, frattura di femore, fratura do quadril, OSQ010A"
    ),
    "vertebral_fractures": (
        "Number of vertebral fractures, Nº fracturas vertebrales, nombre de fractures vertébrales, "
        "Anzahl Wirbelfrakturen, n_vertebral_fractures"
    ),
    "hip_fracture_months": (
        "months since hip fracture, Time since hip fracture (months), Monate seit Hüftfraktur, "
        "tiempo desde fractura de cadera (meses)"
    ),
    "falls_12m": (
        "Falls_12m, number of falls in last 12 months, Número de caídas último año, "
        "nombre de chutes sur 12 mois, Anzahl Stürze 12 Monate"
    ),
    "height_loss_cm": "Height loss (cm), perte de taille (cm), Größenverlust in cm, height_loss_cm",
    "glucocorticoid_mg": (
        "Prednisolone (mg/day), daily prednisolone dose, prednisolone_mg_per_day, prednisona mg/día"
    ),
    "systolic_bp": "SBP, Systolic BP (mmHg), Presión arterial sistólica, systolischer Blutdruck, sys_bp",
    "frax_major": "FRAX MOF (%), frax_major, FRAX major osteoporotic fracture",
    "frax_hip": "FRAX hip, FRAX Hüfte, frax_cadera",
    "osteoporosis_treatment": (
        "Osteoporosis treatment, tratamiento osteoporosis, Osteoporosetherapie, traitement de l'ostéoporose"
    ),
    "kyphosis": "Kyphosis, hipercifosis, Rundrücken, Kyphosis grade",
    "walking_aid": "walking aid, Gehhilfe, PFQ054, aide à la marche",
    "spinal_stenosis": "Lumbar spinal stenosis, Spinalkanalstenose, estenosis de canal",
    "pregnant": "currently pregnant, embarazada, enceinte, schwanger, incinta, grávida",
    "cancer_history": "cancer, Krebs, MCQ220, history of cancer",
    "unsteady": "poor balance, Gangunsicherheit, problemas de equilibrio",
}
PAIRS = [(header.strip(), field) for field, headers in HEADERS.items() for header in headers.split(",")]


@pytest.mark.parametrize(("header", "field"), PAIRS, ids=[header for header, _ in PAIRS])
def test_a_real_header_is_read_as_its_field(header: str, field: str) -> None:
    assert fields_read(understood({header: []})) == {header: field}


ASKED = {
    "fracture": {"vertebral_fractures", "hip_fracture", "other_fractures"},
    "prior_fracture": {"vertebral_fractures", "hip_fracture", "other_fractures"},
    "PRIORFRAC": {"vertebral_fractures", "hip_fracture", "other_fractures"},
    "Fractura previa": {"vertebral_fractures", "hip_fracture", "other_fractures"},
    "Knochenbrüche": {"vertebral_fractures", "hip_fracture", "other_fractures"},
    "hip T-score": {"t_total_hip", "t_femoral_neck"},
    "dexaTScore_hip": {"t_total_hip", "t_femoral_neck"},
    "T-score de la hanche": {"t_total_hip", "t_femoral_neck"},
    "zscore_hip": {"z_total_hip", "z_femoral_neck"},
    "T spine": {"t_lumbar_spine", "t_total_hip", "t_femoral_neck"},
    "falls": {"falls_12m"},
    "N° de chutes": {"falls_12m"},
    "steroids": {"steroid_tablets", "glucocorticoid_mg"},
    "Prednisolone": {"steroid_tablets", "glucocorticoid_mg"},
    "height loss": {"height_loss_cm", "height_loss_recent_cm"},
    "Back pain": {"back_pain_severity", "new_back_pain"},
    "pregnancy": {"pregnant"},
    "female": {"sex"},
}


@pytest.mark.parametrize(("header", "fields"), ASKED.items(), ids=ASKED)
def test_a_name_that_could_be_more_than_one_thing_is_asked_about(header: str, fields: set[str]) -> None:
    question = asked(understood({header: ["1", "0"]}))
    assert set(re.findall(r"--map '?(\w+)=", question)) == fields
    assert f"--ignore {shlex.quote(header)}" in question


APART = {
    "bmd": "bone density",
    "BMD (g/cm²)": "bone density",
    "DMO": "bone density",
    "Knochendichte": "bone density",
    "spine BMD": "bone density",
    "BMD_total_hip": "bone density",
    "DXXNKBMD": "bone density",
    "Z-score": "for which bone",
    "T-score L3": "Single bones",
    "UD radius T-score": "one-third",
    "T-score forearm": "--map 't_radius33=T-score forearm'",
    "T-score trochanter": "part of the body",
    "total body T-score": "part of the body",
    "%YAM": "per cent",
    "TBS": "trabecular",
    "BUA": "ultrasound",
    "QUI": "ultrasound",
    "heel BMD": "ultrasound",
    "calcaneus Z-score": "ultrasound",
    "FRAX": "--map frax_major=FRAX",
    "arthritis": "which joint",
    "parental_hip_fracture": "parent",
    "OSQ130": "ever",
    "time since hip fracture": "in which unit",
}


@pytest.mark.parametrize(("header", "words"), APART.items(), ids=APART)
def test_a_look_alike_is_kept_apart_and_says_why(header: str, words: str) -> None:
    found = understood({"age": ["60"], header: ["0.8"]})
    assert fields_read(found) == {"age": "age"}
    assert not found.questions
    ((column, sentence),) = found.apart
    assert (column, words in sentence) == (header, True)


UNUSED = [
    *(
        "GRUPEDAD",
        "MENARQUI",
        "EDAD_MEN",
        "T_MENOP",
        "Age (months)",
        "age group",
        "birth year",
        "PREMENO",
        "Condition",
        "id",
        "T",
        "",
        "%",
    ),
    *("weight_kg", "Height loss (in)", "cannot rise from floor"),
]


@pytest.mark.parametrize("header", UNUSED)
def test_a_column_that_only_reminds_of_a_field_is_not_used(header: str) -> None:
    found = understood({"sex": ["F", "M"], header: ["99"]})
    assert fields_read(found) == {"sex": "sex"}
    assert (header in dict(found.ignored), found.questions) == (True, ())


def test_a_name_with_one_slip_is_not_read_but_hinted_at() -> None:
    found = understood({"age": ["60"], "hip fractrue": ["yes"], "Tscoree": T_SCORES})
    assert dict(found.ignored) == {
        "hip fractrue": "Almost a known name. If it is meant, write --map 'hip_fracture=hip fractrue'.",
        "Tscoree": "Almost a known name. If it is meant, write --map t_score=Tscoree.",
    }


@settings(deadline=None)
@given(st.text(max_size=12), st.text(max_size=12))
def test_a_slip_is_one_letter_or_two_that_changed_places(name: str, known: str) -> None:
    assert one_slip(name, known) <= (abs(len(name) - len(known)) <= 1 and name != known)


def listed_names() -> list[tuple[str, str]]:
    """Every name of a field in columns.yaml, with the field; where a unit must follow, with a unit."""
    data = read_yaml((data_folder("profiles") / "columns.yaml").read_text("utf-8"), "columns.yaml").data
    found = []
    for id_, entry in data["fields"].items():
        unit = data["units"][VOCABULARY.fields[id_].unit][0] if "with_unit" in entry else ""
        groups = [
            (entry.get("names", {}), ""),
            (entry.get("counted", {}), ""),
            (entry.get("with_unit", {}), f" ({unit})"),
        ]
        groups += [(flag["names"], "") for flag in entry.get("flags", [])]
        found += [
            (alias + unit, id_) for group, unit in groups for aliases in group.values() for alias in aliases
        ]
    return found


@pytest.mark.heavy
def test_every_listed_name_is_read_as_its_field_in_any_writing() -> None:
    wrong = [
        (written, field)
        for name, field in listed_names()
        for written in (name, name.upper().replace(" ", "_"), name.title().replace(" ", ""))
        if fields_read(understood({written: []})) != {written: field}
    ]
    assert not wrong


@pytest.mark.parametrize("field", VOCABULARY.fields)
def test_every_field_is_found_by_its_id_and_has_names_in_six_languages(field: str) -> None:
    assert fields_read(understood({field: []})) == {field: field}
    spoken = {
        language for name in WORDS.names.values() if name.fields == (field,) for language in name.languages
    }
    assert {"en", "es", "fr", "de", "it", "pt"} <= spoken


def test_no_name_of_a_field_is_one_that_is_kept_apart_or_asked_about() -> None:
    for key, name in WORDS.names.items():
        other = WORDS.parse_parts(key)
        if name.role is Role.FIELD:
            assert other is None or other.fields == name.fields, key
        elif other is not None:
            assert other.role is not Role.FIELD, key


@settings(deadline=None)
@given(st.text(max_size=20))
def test_a_plain_name_has_only_letters_and_digits_and_stays_plain(text: str) -> None:
    plain = plain_name(text)
    assert plain_name(plain) == plain
    assert all(char.isalnum() for char in plain)


# ── Two columns, no column ──────────────────────────────────────────────────────────────────────────────────


def test_two_columns_for_one_field_are_asked_about_and_a_statement_settles_it() -> None:
    cells = {"Age": ["60"], "EDAD": ["61"]}
    assert "--map age=Age or --map age=EDAD" in asked(understood(cells))
    found = understood(cells, maps=["age=EDAD"])
    assert fields_read(found) == {"EDAD": "age"}
    assert found.apart == (("Age", "`age` is read from `EDAD`, as stated."),)


def test_a_name_that_stands_twice_in_the_header_is_asked_about() -> None:
    cells = {"age": ["60"], "age_2": ["61"], "agenda": [""]}
    assert "--map age=age or --map age=age_2" in asked(understood(cells, repeated=["age"]))
    assert fields_read(understood(cells, repeated=["age"], maps=["age=age_2"])) == {"age_2": "age"}
    assert fields_read(understood(cells, repeated=["age"], maps=["age=age"])) == {"age": "age"}


def test_a_file_without_any_field_is_asked_about() -> None:
    assert "no column could be matched to a field. The columns: `x`, `y`." in asked(
        understood({"x": ["1"], "y": ["2"]})
    )
    assert "no column" in asked(understood({}))


def test_a_file_without_scores_fractures_or_age_is_only_noted() -> None:
    found = understood({"sex": ["F"]})
    assert not found.questions
    assert [note for note in found.notes if "so it is not known for any row" in note] == list(found.notes)
    assert len(found.notes) == 3
    assert not understood({"age": ["60"], "t_score": T_SCORES, "hip_fracture": ["no"]}).notes


def test_what_is_asked_about_is_kept_apart_where_every_field_it_could_be_has_a_column() -> None:
    found = understood(
        {"fracture": ["yes"], "hip_fracture": ["no"], "vertebral_fractures": ["2"], "other_fractures": ["0"]}
    )
    assert not found.questions
    assert dict(found.apart)["fracture"].endswith("has a column of its own.")
    assert "--map hip_fracture" not in asked(understood({"fracture": ["yes"], "hip_fracture": ["no"]}))


# ── Cells ───────────────────────────────────────────────────────────────────────────────────────────────────

SEXES = [
    ("sex", ["M", "F"], {"m": "male", "f": "female"}),
    ("sexo", ["H", "M"], {"h": "male", "m": "female"}),
    ("sexe", ["H", "F"], {"h": "male", "f": "female"}),
    ("Geschlecht", ["m", "w"], {"m": "male", "w": "female"}),
    ("Geschlecht", ["m", "w", "d"], {"m": "male", "w": "female", "d": "other"}),
    ("sexo", ["V", "M"], {"v": "male", "m": "female"}),
    ("geslacht", ["M", "V"], {"m": "male", "v": "female"}),
    ("sex", ["F", "F"], {"f": "female"}),
    ("sexe", ["H"], {"h": "male"}),
    ("RIAGENDR", ["1.0", "2.0"], {"1.0": "male", "2.0": "female"}),
    ("RIAGENDR", [1, 2], {"1": "male", "2": "female"}),
    ("sexo", ["Mujer", "hombre", "desconocido"], {"mujer": "female", "hombre": "male"}),
    (
        "Geschlecht",
        ["weiblich", "Männlich", "maennlich"],
        {"weiblich": "female", "männlich": "male", "maennlich": "male"},
    ),
    ("gender", ["Female", "MALE", "Other"], {"female": "female", "male": "male", "other": "other"}),
]


@pytest.mark.parametrize(("header", "cells", "meaning"), SEXES)
def test_the_sexes_are_understood_together(header: str, cells: list[Any], meaning: dict[str, str]) -> None:
    assert meaning.items() <= only(understood({header: cells})).words.items()


def test_the_codes_of_a_survey_are_shown_as_such_and_told_in_every_run() -> None:
    found = understood({"RIAGENDR": ["1", "2", "9"]})
    of = only(found)
    assert of.how == "by its name; the codes of NHANES"
    assert of.shown == ("1 = male", "2 = female", "9 = not known")
    assert "Codes read: 1 = male, 2 = female (the codes of NHANES), in `RIAGENDR`." in found.notes


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("sex", ["M", "M"]),
        ("sexo", ["M"]),
        ("sex", ["M", "V"]),
        ("sex", ["H", "M", "F"]),
        ("sex", ["1"]),
        ("sex", ["0", "1"]),
        ("sex", ["A", "B"]),
        ("hip_fracture", ["1", "2"]),
        ("hip_fracture", ["1"]),
        ("hip_fracture", ["0", "1", "2"]),
        ("hip_fracture", ["None", "None", "yes"]),
        ("kyphosis", ["0", "1", "2"]),
        ("kyphosis", ["45", "52"]),
        ("age", ["45 - 49", "50 - 54"]),
        ("t_score", ["79", "85", "-1.0"]),
        ("frailty", [3, 4, 5]),
    ],
)
def test_cells_that_could_mean_two_things_or_nothing_are_asked_about(header: str, cells: list[Any]) -> None:
    question = asked(understood({header: cells}))
    assert (
        f"--values {shlex.quote(f'{header}:{cells[0]}=ANSWER')}".replace(
            f"{header}:", f"{WORDS.lookup(header).fields[0]}:"
        )
        in question
    )  # type: ignore[union-attr]


def test_a_statement_says_what_cells_mean() -> None:
    of = only(understood({"sex": ["M", "M"]}, values=["sex:M=female"]))
    assert (of.words["m"], of.shown) == ("female", ("M = female",))
    of = only(understood({"Hip fx": ["1", "2", "1.0"]}, values=["hip_fracture:1=no", "hip_fracture:2=yes"]))
    assert [of.words[text] for text in ("1", "1.0", "2")] == ["no", "no", "yes"]
    of = only(understood({"hip_fracture": ["0", "1", "2"]}, values=["hip_fracture:2=unknown"]))
    assert [of.words[text] for text in "012"] == ["no", "yes", "unknown"]


YES_NO = [
    (["yes", "no"], {"yes": "yes", "no": "no"}),
    (["SI", "NO"], {"si": "yes", "no": "no"}),
    (["Sí", "No"], {"sí": "yes", "no": "no"}),
    (["Oui", "Non"], {"oui": "yes", "non": "no"}),
    (["ja", "nein"], {"ja": "yes", "nein": "no"}),
    (["Sim", "Não", "nao"], {"sim": "yes", "não": "no", "nao": "no"}),
    (["ja", "nee"], {"ja": "yes", "nee": "no"}),
    (["Y", "N"], {"y": "yes", "n": "no"}),
    (["S", "N"], {"s": "yes", "n": "no"}),
    (["O", "N"], {"o": "yes", "n": "no"}),
    (["1", "0"], {"1": "yes", "0": "no"}),
    (["1.0", "0.0"], {"1.0": "yes", "0.0": "no"}),
    ([1, 0, None], {"1": "yes", "0": "no"}),
    ([1.0, 0.0], {"1.0": "yes", "0.0": "no"}),
    ([True, False], {"true": "yes", "false": "no"}),
    (["TRUE", "FALSE"], {"true": "yes", "false": "no"}),
    (["positive", "negativo"], {"positive": "yes", "negativo": "no"}),
    (["Checked", "Unchecked"], {"checked": "yes", "unchecked": "unknown"}),
]


@pytest.mark.parametrize(("cells", "meaning"), YES_NO)
def test_yes_and_no_are_understood_in_several_languages(cells: list[Any], meaning: dict[str, str]) -> None:
    of = only(understood({"hip_fracture": cells}))
    assert meaning.items() <= of.words.items()


def test_one_and_two_are_yes_and_no_where_the_name_is_of_a_survey_that_codes_so() -> None:
    of = only(understood({"OSQ010A": ["1", "2", "9", "7"]}))
    assert [of.words[code] for code in "127"] == ["yes", "no", "unknown"]
    assert "9" in of.missing
    assert of.how == "by its name; the codes of NHANES"


FLAGS = [
    (
        "postmenopausal",
        "menopause",
        {"yes": "post", "no": "unknown", "post": "post", "pre-menopausal": "pre"},
    ),
    ("Kyphosis", "kyphosis", {"no": "none", "yes": "unknown", "severe": "marked"}),
    ("dizziness", "dizziness", {"no": "none", "yes": "unknown", "often": "frequent"}),
    ("frail", "frailty", {"yes": "frail", "no": "unknown"}),
    ("cognitive impairment", "cognition", {"no": "normal", "yes": "unknown"}),
]


@pytest.mark.parametrize(("header", "field", "meaning"), FLAGS)
def test_yes_and_no_are_answers_of_a_choice_only_as_far_as_they_go(
    header: str, field: str, meaning: dict[str, str]
) -> None:
    of = only(understood({header: ["yes", "no"]}))
    assert (of.field.id, meaning.items() <= of.words.items()) == (field, True)
    of = only(understood({header: ["1", "0"]}))
    assert (of.words["1"], of.words["0"]) == (meaning["yes"], meaning["no"])


def test_menopause_yes_or_no_is_kept_apart_with_the_statement_that_would_use_it() -> None:
    cells = {"age": ["60"], "MENOP": ["SI", "NO"]}
    found = understood(cells)
    assert (fields_read(found), found.questions) == ({"age": "age"}, ())
    assert "--map menopause=MENOP --values menopause:SI=post" in dict(found.apart)["MENOP"]
    of = understood(cells, maps=["menopause=MENOP"], values=["menopause:SI=post"]).columns[1]
    assert (of.words["si"], of.words["no"]) == ("post", "unknown")
    assert fields_read(understood({"menop": ["pre", "post"]})) == {"menop": "menopause"}


@pytest.mark.parametrize("cells", [["0", "1"], ["yes", "no"], [True, False], ["1"], ["no"]])
def test_a_count_that_may_only_say_yes_or_no_is_asked_about(cells: list[Any]) -> None:
    assert "--map 'vertebral_fractures=vertebral fracture'" in asked(
        understood({"vertebral fracture": cells})
    )
    assert "--map falls_12m=falls_last_year" in asked(understood({"falls_last_year": cells}))


def test_a_count_that_goes_above_one_is_read() -> None:
    assert fields_read(understood({"vertebral fracture": ["0", "1", "3"]})) == {
        "vertebral fracture": "vertebral_fractures"
    }
    of = only(understood({"Vertebral Fractures": ["no", "2", "keine"]}))
    assert (of.words["no"], of.words["keine"]) == ("0", "0")
    assert "None=ANSWER" in asked(understood({"other_fractures": ["None", "None", "2"]}))


MISSING = [
    "",
    "NA",
    "N/A",
    "#NULL!",
    ".",
    "-",
    "--",
    "NULL",
    "NaN",
    "?",
    "unknown",
    "desconocido",
    "inconnu",
    "Unbekannt",
    "NS/NC",
    "No consta",
    "weiß nicht",
]


@pytest.mark.parametrize("cell", MISSING)
@pytest.mark.parametrize("field", ["age", "t_score", "hip_fracture", "kyphosis", "sex"])
def test_cells_that_say_nothing_are_not_known(field: str, cell: str) -> None:
    assert normalised_value(cell) in understood({field: [cell]}).columns[0].missing


CODES = [
    ("t_score", "99", True),
    ("t_score", "9", True),
    ("t_score", "-9.0", True),
    ("t_score", "8", False),
    ("age", "99", False),
    ("age", "999", True),
    ("age", "9", False),
    ("age", "999", True),
    ("falls_12m", "99", False),
    ("vertebral_fractures", "9", False),
    ("vertebral_fractures", "99", True),
    ("hip_fracture", "9", True),
    ("hip_fracture", "99", True),
    ("kyphosis", "9", True),
    ("kyphosis", "none", False),
    ("t_score", "none", True),
    ("age", "none", False),
]


@pytest.mark.parametrize(("field", "cell", "unknown"), CODES)
def test_a_code_is_not_known_only_where_it_cannot_be_an_answer(field: str, cell: str, unknown: bool) -> None:
    assert (cell in understood({field: []}).columns[0].missing) is unknown


def test_codes_that_are_read_as_not_known_are_shown() -> None:
    found = understood({"age": ["60", "999", "999"], "hip_fracture": ["yes", "9", "no"]})
    assert "`age`: `999` (2 in the first rows) cannot be an answer and is read as not known." in found.notes
    assert "999 = not known" in found.columns[0].shown


def test_a_code_far_above_all_answers_is_read_as_it_stands_and_hinted_at() -> None:
    cells = {"age": ["45", "69", "52", "99"]}
    assert "--missing age=99" in "".join(understood(cells).notes)
    assert "99" in understood(cells, missing=["age=99"]).columns[0].missing
    assert "99" in understood(cells, missing=["99"]).columns[0].missing
    assert "--missing" not in "".join(understood({"age": ["45", "69", "97", "98", "99"]}).notes)
    assert "--missing" not in "".join(understood({"back_pain_severity": ["0", "3", "7", "9"]}).notes)
    assert "--missing falls_12m=9" in "".join(understood({"falls_12m": ["0", "1", "2", "9"]}).notes)


def test_a_statement_about_one_field_outranks_one_about_all() -> None:
    of = understood({"hip_fracture": ["9", "0"]}, missing=["9"], values=["hip_fracture:9=yes"]).columns[0]
    assert ("9" in of.missing, of.words["9"]) == (False, "yes")
    of = only(understood({"kyphosis": ["none", "mild"]}, missing=["kyphosis=NONE"]))
    assert ("none" in of.missing, "none" in of.words) == (True, False)


def test_cells_with_a_decimal_comma_are_numbers() -> None:
    of = understood({"T-score": ["-1,03", "0,5", "-2,50", "99,0"]}, decimal=",").columns[0]
    assert {"99,0", "99.0", "99"} <= of.missing
    assert not understood({"T-score": ["-1,03", "\u22122,5"]}, decimal=",").questions


def test_a_few_cells_that_mean_nothing_are_noted_and_left_to_their_rows() -> None:
    found = understood({"age": ["60", "61", "old", "62"]})
    assert not found.questions
    assert "`age`: 1 of its first cells cannot be read. Such rows are rejected." in found.notes
    assert not understood({"age": ["60", "old"]}).questions
    assert understood({"age": ["60", "old", "old"]}).questions


def test_parts_of_a_year_are_left_off_an_age_and_of_nothing_else() -> None:
    found = understood({"age": ["35.81", "60"], "falls_12m": ["1", "2", "0"]})
    assert [of.part_years for of in found.columns] == [True, False]
    assert any("parts of a year" in note for note in found.notes)
    assert found.columns[1].words["no"] == "0"
    assert "1.5" in asked(understood({"falls_12m": ["1.5", "2.5"]}))


@pytest.mark.filterwarnings("ignore::recommender.errors.ColumnWarning")
def test_what_stands_behind_a_point_and_is_no_number_is_not_left_off_with_the_part_of_a_year() -> None:
    rejected = assess_frame(pl.DataFrame({"age": ["54.5", "61", "54.x", "62"], "t_score": ["-2"] * 4}))[
        "rejected"
    ]
    assert [why and "`54.x` is not a plain number" in why for why in rejected] == [None, None, True, None]


# ── What must not be taken for a T-score ────────────────────────────────────────────────────────────────────

DENSITIES = ["0.842", "0.911", "1.021", "0.655", "0.733", "0.7", "1.1"]
HEEL = {
    "BUA": ["73", "81", "89"],
    "TU": T_SCORES,
    "ZU": T_SCORES,
    "EDAD": ["46", "45", "48"],
    "MENOP": ["NO", "SI", "NO"],
    "EDAD_MEN": ["99", "48", "99"],
}


def test_a_file_of_heel_ultrasound_is_refused_until_that_is_accepted() -> None:
    question = asked(understood(HEEL))
    assert "column `TU`: This file holds ultrasound of the heel" in question
    assert "--accept heel_ultrasound" in question
    found = understood(HEEL, accept=["heel_ultrasound"])
    assert (fields_read(found), found.questions) == ({"EDAD": "age", "TU": "t_score"}, ())
    assert set(dict(found.apart)) == {"BUA", "ZU", "MENOP"}
    assert found.columns[1].how == "by its name; heel ultrasound, accepted"
    assert (
        "`TU`: scores of the heel, treated like T-scores of a DXA scan because that was accepted."
        in found.notes
    )
    assert (
        "Not read, though they look like a field: `BUA`, `ZU`, `MENOP`. --show-mapping says why."
        in found.notes
    )


@pytest.mark.parametrize(
    "sign", ["BUA", "SOS", "QUI", "Stiffness Index", "QUS", "calcaneus BMD", "ZU", "eBMD"]
)
def test_one_sign_of_heel_ultrasound_makes_a_plain_t_score_suspect(sign: str) -> None:
    cells = {"T-Score": T_SCORES, sign: ["70", "80"]}
    assert "--accept heel_ultrasound" in asked(understood(cells))
    assert "--accept heel_ultrasound" in asked(understood(cells, maps=["t_score=T-Score"]))
    assert "--accept heel_ultrasound" in asked(understood(cells, maps=["t_lumbar_spine=T-Score"]))
    assert fields_read(understood(cells, accept=["heel_ultrasound"])) == {"T-Score": "t_score"}


def test_scores_of_a_named_bone_are_read_beside_heel_ultrasound() -> None:
    found = understood({"T-score L1-L4": T_SCORES, "T-score heel": T_SCORES, "BUA": ["70"]})
    both = understood({"T-score L1-L4": T_SCORES, "T-score heel": T_SCORES}, accept=["heel_ultrasound"])
    assert fields_read(both) == {"T-score L1-L4": "t_lumbar_spine", "T-score heel": "t_score"}
    assert (fields_read(found), found.questions) == ({"T-score L1-L4": "t_lumbar_spine"}, ())
    assert set(dict(found.apart)) == {"T-score heel", "BUA"}


def test_heel_ultrasound_is_never_the_score_of_another_bone() -> None:
    for accept in ([], ["heel_ultrasound"]):
        assert "column `TU`" in asked(understood(HEEL, maps=["t_lumbar_spine=TU"], accept=accept))
        assert "never read as a score" in asked(
            understood(HEEL, maps=["z_lumbar_spine=ZU"], ignore=["TU"], accept=accept)
        )
        assert (
            "column `mine`" in asked(understood({"mine": T_SCORES, "BUA": []}, maps=["t_score=mine"]))
            or accept
        )


def test_two_t_scores_of_the_heel_are_asked_about_with_the_heel() -> None:
    found = understood({"TU": T_SCORES, "T-score": T_SCORES})
    assert len(found.questions) == 2
    assert "--accept" in asked(found)
    assert "--map t_score=TU or --map t_score=T-score" in asked(found)


def test_accepting_ultrasound_where_there_is_none_is_noted() -> None:
    assert "changes nothing" in "".join(understood({"t_score": T_SCORES}, accept=["heel_ultrasound"]).notes)


@pytest.mark.parametrize("name", ["bmd", "BMD L1-L4", "%YAM", "TBS"])
def test_no_statement_makes_a_score_of_a_look_alike(name: str) -> None:
    assert "never read as a score" in asked(understood({name: T_SCORES}, maps=[f"t_score={name}"]))


@pytest.mark.parametrize("field", ["t_score", "t_total_hip", "z_total_hip"])
def test_numbers_like_bone_densities_are_no_scores_whatever_is_stated(field: str) -> None:
    cells = {"x": DENSITIES * 5, "age": ["60"]}
    assert "bone densities in g/cm2" in asked(understood(cells, maps=[f"{field}=x"]))
    assert "bone densities in g/cm2" in asked(
        understood({field: [float(number) for number in DENSITIES] * 5})
    )


def test_scores_without_any_minus_sign_are_refused_unless_few_or_signed_plus() -> None:
    lost = ["2.5", "1.3", "3.1", "2.2", "0.4", "1.9"]
    assert "lost their minus signs" in asked(understood({"t_score": lost}))
    assert "lost their minus signs" in asked(understood({"x": lost}, maps=["t_score=x"]))
    assert not understood({"t_score": lost[:5]}).questions
    assert not understood({"t_score": ["+2.5", *lost]}).questions
    assert "lost their minus signs" in asked(understood({"t_score": ["0", *lost]}))
    assert not understood({"t_score": ["\u22122.5", *lost]}).questions
    assert not understood({"t_score": [*lost[:3], "", "NA", "99"]}).questions
    assert not understood({"z_total_hip": lost}).questions
    assert "Z-scores" in asked(understood({"z_total_hip": lost * 6}))


# ── Statements ──────────────────────────────────────────────────────────────────────────────────────────────

WRONG = [
    ({"maps": ["age"]}, "--map: `age` does not say which column is which field."),
    ({"maps": ["agee=EDAD"]}, "--map: `agee` is not a field. Did you mean `age`?"),
    ({"maps": ["age=A", "age=B"]}, "`age` is mapped to two columns: `A` and `B`."),
    ({"maps": ["age=A", "t_score=A"]}, "the column `A` is mapped to several fields: `age`, `t_score`."),
    ({"maps": ["age=A"], "ignore": ["A"]}, "the column `A` is mapped to a field and also ignored."),
    ({"values": ["sex:M"]}, "does not say what a cell means."),
    ({"values": ["sex:M=lad"]}, "`lad` is not an answer. Accepted: female, male, other or unknown."),
    ({"values": ["sex:M=male", "sex:M=female"]}, "`M` has two meanings in `sex`: male and female."),
    ({"values": ["sex:9=male"], "missing": ["sex=9"]}, "`9` means male in `sex`, and also not known."),
    ({"values": ["gender:M=male"]}, "`gender` is not a field."),
    ({"missing": ["agee=9"]}, "--missing: `agee` is not a field."),
    ({"accept": ["heel"]}, "`heel` cannot be accepted. Known: heel_ultrasound, high_scores, or a field."),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_a_statement_that_makes_no_sense_is_refused(options: dict[str, list[str]], message: str) -> None:
    with pytest.raises(CohortError) as refused:
        read_overrides(VOCABULARY, **options)
    assert message in str(refused.value)


def test_a_statement_that_does_not_fit_the_file_is_refused() -> None:
    cells = {"EDAD": ["60"]}
    with pytest.raises(
        CohortError, match=re.escape("--map: there is no column `EDAT`. Did you mean `EDAD`?")
    ):
        understood(cells, maps=["age=EDAT"])
    with pytest.raises(CohortError, match="--ignore: there is no column `x`"):
        understood(cells, ignore=["x"])
    with pytest.raises(CohortError, match="--values: no column is read as `sex`"):
        understood(cells, values=["sex:M=male"])
    with pytest.raises(CohortError, match="--missing: no column is read as `falls_12m`"):
        understood(cells, missing=["falls_12m=9"])


def test_statements_are_split_where_people_mean_it() -> None:
    stated = read_overrides(
        VOCABULARY, ["age=Age = years"], ["sex:a:b=c=male"], ["sex=9", "NA"], ["x"], ["heel_ultrasound"]
    )
    assert stated.columns == {"age": "Age = years"}
    assert stated.values == {"sex": {"a:b=c": "male"}}
    assert stated.missing == {"sex": {"9"}, "any": {"NA"}}


def texts() -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=8).filter(lambda text: text != "<<")  # which YAML keeps for merging


@st.composite
def statements(draw: st.DrawFn) -> Overrides:
    """Statements that hold together."""
    columns = draw(st.dictionaries(st.sampled_from(list(VOCABULARY.fields)), texts(), max_size=4))
    columns = {field: f"{column}{number}" for number, (field, column) in enumerate(columns.items())}
    values = {}
    for field, answers in (("sex", ["male", "unknown"]), ("falls_12m", ["0", "3"])):
        cells = draw(st.dictionaries(texts(), st.sampled_from(answers), max_size=3))
        values |= {field: cells} if cells else {}
    missing = draw(
        st.dictionaries(
            st.sampled_from(["any", "age", "kyphosis"]),
            st.frozensets(texts(), min_size=1, max_size=3),
            max_size=3,
        )
    )
    ignore = draw(st.frozensets(texts(), max_size=3)) - set(columns.values())
    return Overrides(
        columns, values, missing, ignore, draw(st.sampled_from([frozenset(), frozenset({"heel_ultrasound"})]))
    )


@pytest.mark.heavy
@settings(deadline=None)
@given(statements())
def test_a_saved_mapping_holds_the_same_facts(stated: Overrides) -> None:
    assert read_saved(read_yaml(saved(stated), "mapping.yaml"), VOCABULARY) == stated


def test_a_saved_mapping_is_read_as_a_person_writes_it_and_told_at_its_place() -> None:
    text = (
        "columns:\n  age: EDAD\nvalues:\n  sex:\n    1: male\n    2: female\n"
        "missing:\n  any: [99]\nignore: [x]\n"
    )
    stated = read_saved(read_yaml(text, "mapping.yaml"), VOCABULARY)
    assert stated == read_overrides(VOCABULARY, ["age=EDAD"], ["sex:1=male", "sex:2=female"], ["99"], ["x"])
    with pytest.raises(CohortError) as refused:
        read_saved(
            read_yaml("columns:\n  agee: EDAD\nvalues: {sex: {M: lad}}\nwhat: 1\nignore: [[a]]\n", "m.yaml"),
            VOCABULARY,
        )
    places = {str(problem).partition(" ")[0] for problem in refused.value.problems}
    assert places == {"m.yaml:2:9:", "m.yaml:3:19:", "m.yaml:4:1:", "m.yaml:5:10:"}


@pytest.mark.heavy
@settings(max_examples=50, deadline=None)
@given(statements(), statements())
def test_what_is_stated_later_holds(first: Overrides, later: Overrides) -> None:
    both = first.joined(later)
    assert later.columns.items() <= both.columns.items()
    assert later.ignore <= both.ignore
    assert not both.ignore & set(both.columns.values())
    assert len(set(both.columns.values())) == len(both.columns)
    for field, cells in later.values.items():
        assert cells.items() <= both.values[field].items()
        assert not cells.keys() & both.missing.get(field, frozenset()) - later.missing.get(field, frozenset())


def test_a_saved_mapping_yields_where_an_option_says_otherwise() -> None:
    kept = read_overrides(VOCABULARY, ["age=A", "t_score=B"], ["sex:M=female"], ["sex=9", "x"], ["C"])
    later = read_overrides(
        VOCABULARY, ["t_score=C", "t_total_hip=B"], ["sex:9=male"], ["sex=M"], ["A"], ["heel_ultrasound"]
    )
    both = kept.joined(later)
    assert (both.columns, both.ignore) == ({"t_score": "C", "t_total_hip": "B"}, {"A"})
    assert (both.values, both.missing) == ({"sex": {"9": "male"}}, {"sex": {"M"}, "any": {"x"}})
    assert both.accept == {"heel_ultrasound"}


# ── Every question names what settles it ────────────────────────────────────────────────────────────────────

OPTION = re.compile(r"(--map|--values|--ignore|--accept) ((?:'[^']*'|\"[^\"]*\"|[^\s';,])+)")
SETTLED: list[dict[str, list[Any]]] = [
    {"fracture": ["fracture", "no fracture"]},
    {"falls": ["yes", "no"]},
    {"falls last year": ["1", "0"]},
    {"vertebral fracture": ["Ja", "Nein"]},
    {"Hip T-score": T_SCORES},
    {"sex": ["M", "M"]},
    {"hip_fracture": ["1", "2"]},
    {"my 'own' sex: female": [], "female": ["1", "0"]},
    {"TU": T_SCORES, "BUA": ["70"]},
    {"Age": ["60"], "EDAD": ["61"]},
    {"steroids": ["yes", "no"]},
    {"height loss": ["2", "3.5"]},
    {"t_score": DENSITIES},
    {"back pain": ["4", "7"]},
]


@pytest.mark.parametrize("cells", SETTLED, ids=[", ".join(cells) for cells in SETTLED])
def test_each_way_out_that_a_question_names_settles_it(cells: dict[str, list[Any]]) -> None:
    (question,) = understood(cells).questions
    ways = [
        OPTION.findall(way) for way in re.split(r"; or |, (?=--)| or (?=--)|[.] (?=If|Or)", question.hint)
    ]
    assert any(ways)
    for way in filter(None, ways):
        options: dict[str, list[str]] = {"maps": [], "values": [], "ignore": [], "accept": []}
        for option, quoted in way:
            text = shlex.split(quoted.rstrip("."))[0]
            field = text.partition(":")[0]
            answer = (
                "1"
                if field in VOCABULARY.fields and VOCABULARY.fields[field].kind in ("number", "count")
                else "unknown"
            )
            options[option.removeprefix("--").replace("map", "maps")].append(
                text.replace("=ANSWER", f"={answer}")
            )
        left = understood({**cells, "EDAT": ["1"], "spine stenosis": ["yes"]}, **options).questions
        assert question not in left, (way, left)
        assert not left or len(way) == 1, (way, left)


# ── The report ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_report_shows_everything_there_is_to_know() -> None:
    report = mapping_report(
        understood(
            {
                "Sexo": ["H", "M"],
                "EDAD": ["60", "999"],
                "DMO": ["0.8"],
                "fractura": ["si"],
                "peso": ["60"],
                "edadd\x1b": ["1"],
            }
        )
    )
    lines = [line.strip() for line in report.splitlines()]
    assert "age    EDAD    60, 999 = not known   by its name" in lines
    assert "sex    Sexo    H = male, M = female  by its name" in lines
    assert any(line.startswith("DMO: This is a bone density") for line in lines)
    assert "peso, edadd\\u001b" in lines
    assert any(line.startswith("column `fractura`: It does not say which bone broke") for line in lines)
    assert "\x1b" not in report


# ── Whatever a file holds ───────────────────────────────────────────────────────────────────────────────────

NAMES = [name for name, _ in listed_names()] + [*VOCABULARY.fields, *ASKED, *APART, *UNUSED, "TU", "bua"]
CELL_KINDS: list[st.SearchStrategy[Any]] = [
    st.text(max_size=6),
    st.sampled_from(
        ["yes", "no", "1", "0", "2", "M", "F", "-1.5", "0.8", "NA", "99", "", "post", "none", "-2,5"]
    ),
    st.integers(-100, 1000),
    st.floats(width=32),
    st.booleans(),
    st.dates(),
    st.timedeltas(timedelta(0), timedelta(9)),
    st.lists(st.integers(0, 3), max_size=2),
    st.binary(max_size=3),
]


@pytest.mark.heavy
@settings(deadline=None)
@given(st.data())
def test_any_file_is_understood_asked_about_or_refused_in_words(data: st.DataObject) -> None:
    header = data.draw(st.lists(st.sampled_from(NAMES) | st.text(max_size=5), unique=True, max_size=6))
    kinds = {name: st.none() | data.draw(st.sampled_from(CELL_KINDS)) for name in header}
    columns = {name: data.draw(st.lists(kind, min_size=9, max_size=9)) for name, kind in kinds.items()}
    frame = pl.DataFrame({name: pl.Series(cells, strict=False) for name, cells in columns.items()})
    stated = data.draw(st.just(Overrides()) | statements())
    if header and data.draw(st.booleans()):
        stated = stated._replace(
            columns={**stated.columns, data.draw(st.sampled_from(list(VOCABULARY.fields))): header[0]}
        )
    decimal = data.draw(st.sampled_from([".", ","]))
    try:
        found = map_columns(header, frozenset(header[:1]), frame, decimal, VOCABULARY, WORDS, stated)
    except CohortError:
        return
    told = [*(of.column for of in found.columns), *(column for column, _ in (*found.apart, *found.ignored))]
    assert len(told) == len(set(told))
    assert found.questions or sorted(told) == sorted(header)
    assert mapping_report(found).isprintable() or "\n" in mapping_report(found)
    for of in found.columns:
        assert not of.missing & of.words.keys()
        for answer in set(of.words.values()):
            read_answer(of.field, answer, "")


# ── The knowledge itself ────────────────────────────────────────────────────────────────────────────────────

BREAKS = [
    ("hip fx, hip frac", "hip fx, ¦Hip-FX, hip frac", "`Hip-FX` is listed twice."),
    (
        "hip fx, hip frac",
        "hip fx, ¦fracture, hip frac",
        "stands for `vertebral_fractures` or `hip_fracture` or `other_fractures` and for `hip_fracture`.",
    ),
    ("en: [gender, ", "en: [¦Edad, gender, ", "`Edad` stands for `age` and for `sex`."),
    ("es: [edad, ", "es: [edad, ¦bmd, ", "`bmd` stands for something to keep apart and for `age`."),
    ("es: [edad, ", 'es: [edad, ¦"--", ', "has no letters or digits."),
    ("es: [edad, ", "es: [edad, ¦no, ", "reads `no` as a yes/no value"),
    ("      es: [edad, ", "      ¦ess: [edad, ", "has the unknown key `ess`. Did you mean `es`?"),
    (
        "  walking_aid:",
        "  ¦walking_aids:",
        "`walking_aids` is not a field of profiles/fields.yaml. Did you mean `walking_aid`?",
    ),
    ("      male: [man, ", "      male: [¦mujer, ", "`mujer` is both female and male."),
    ("      other: [otro", "      others: ¦[otro", "`others` is not an answer."),
    ("{h: male, m: female}", "{h: male, m: ¦girl}", "`girl` is not an answer."),
    ("in: [nl]}", "in: [¦dutch]}", "`dutch` is not a known language."),
    ("fields: [pregnant]", "fields: [¦pregnancy]", "`pregnancy` is not a known field."),
    ("part_years: completed", "part_years: ¦rounded", "`rounded` is not a known way to read part of a year."),
    (
        'no_means: "0"\n    names:\n      en: [number of falls',
        'no_means: ¦"many"\n    names:\n      en: [number of falls',
        "`many` is not a plain number.",
    ),
    ("names: [l1, l2, l3, l4]", "names: [l1, l2, l3, l4, ¦hip]", "`hip` is listed twice as a site."),
    ("      t: [t_radius33]\n", "      t: [¦t_radius]\n", "`t_radius` is not a known field."),
    ('codes: ["7777"', 'codes: [¦"07"', "`07` is not a plain decimal number."),
    ("es: [edad, ", "es: [edad, bmd t score hip neck, ", "taken apart, for `t_femoral_neck`"),
    ("units:\n  years:", "units:\n  ¦decades: [decades]\n  years:", "has the unknown key `decades`."),
]


@pytest.mark.parametrize(("old", "new", "message"), BREAKS, ids=[new.strip() for _, new, _ in BREAKS])
def test_a_break_in_the_knowledge_is_told_at_its_place(old: str, new: str, message: str) -> None:
    text = (data_folder("profiles") / "columns.yaml").read_text("utf-8")
    assert text.count(old) == 1
    marked = text.replace(old, new)
    before = marked.partition("¦")[0]
    place = (
        f"c.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        if "¦" in marked
        else "c.yaml"
    )
    with pytest.raises(RulebookError) as refused:
        read_column_dictionary(read_yaml(marked.replace("¦", ""), "c.yaml"), VOCABULARY)
    assert any(
        message in str(problem) and problem.place.startswith(place) for problem in refused.value.problems
    ), refused.value


def test_the_names_that_come_with_the_program_do_not_clash() -> None:
    """Loading leaves this out, to begin sooner."""
    document = read_yaml(
        (data_folder("profiles") / "columns.yaml").read_text(encoding="utf-8"), "profiles/columns.yaml"
    )
    assert read_column_dictionary(document, VOCABULARY) == load_column_dictionary()
