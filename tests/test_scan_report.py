"""Reports of bone-density scans: every number that is proposed is right, or doubted, or left out."""

import base64
import json
import random
import stat
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from recommender.errors import ReportError
from recommender.language.numbers import MINUS_SIGNS
from recommender.scan_report import Reading, read_report

from .conftest import Run
from .people import book
from .scan_reports import (
    FOOTNOTE,
    HOLOGIC_HEADINGS,
    HOLOGIC_TRUTH,
    LUNAR_FEMUR,
    LUNAR_HEADINGS,
    LUNAR_SPINE,
    LUNAR_TRUTH,
    USUAL,
    Layout,
    Paper,
    Signs,
    hologic,
    lunar,
    table,
)

pytest.importorskip("pdfminer")


class Report(NamedTuple):
    """A made-up report: its bytes, what stands in it, and which of that is proposed without a doubt."""

    data: bytes
    truth: Mapping[str, str]
    is_clear: bool = True
    age: int | None = None


def simple(
    headings: Sequence[Sequence[str]],
    rows: Sequence[Sequence[str]],
    title: str = "",
    layout: Layout = USUAL,
    above: Sequence[str] = (),
    below: Sequence[str] = (),
) -> bytes:
    paper = Paper()
    y = 40.0
    for line in (*above, title):
        paper.put(60, y, line)
        y += 14
    y = table(paper, y + 12, headings, rows, layout)
    for line in below:
        paper.put(60, y + 30, line, 7)
        y += 12
    return paper.pdf()


def sideways() -> bytes:
    paper, turned = hologic(), Paper()
    turned.pages = [[text._replace(x=text.y, y=800 - text.x, turned=True) for text in paper.pages[0]]]
    return turned.pdf()


def twice_struck() -> bytes:
    paper = hologic()
    paper.pages[0] += [text._replace(x=text.x + 0.3) for text in paper.pages[0]]
    return paper.pdf()


def hidden_layer() -> bytes:
    paper = hologic()
    paper.pages[0] = [text._replace(hidden=True) for text in paper.pages[0]]
    return paper.pdf()


def both_hips_beside_each_other() -> bytes:
    paper = Paper()
    paper.put(40, 40, "Left Hip")
    paper.put(330, 40, "Right Hip")
    heads = (("Region", "BMD", "T-score", "Z-score"),)
    left = (
        ("Neck", "0.590", "-2.2", "-0.7"),
        ("Troch", "0.480", "-2.9", "-1.2"),
        ("Total", "0.720", "-1.8", "-0.6"),
    )
    right = (
        ("Neck", "0.581", "-2.3", "-0.8"),
        ("Troch", "0.480", "-2.9", "-1.2"),
        ("Total", "0.710", "-1.9", "-0.7"),
    )
    table(paper, 60, heads, left, Layout(x=40, label=50))
    table(paper, 60, heads, right, Layout(x=330, label=50))
    return paper.pdf()


def appended() -> bytes:
    """A new report with the one of five years ago behind it."""
    paper = Paper()
    for date, spine, neck in (("03/02/2026", "-2.8", "-2.3"), ("10/01/2021", "-2.1", "-1.7")):
        paper.put(60, 40, f"Scan Date: {date}   Age: {63 if '2026' in date else 58}")
        paper.put(60, 60, "AP Spine")
        rows = (("L1-L4", "0.744", spine), ("Femoral neck", "0.581", neck))
        table(paper, 80, (("Region", "BMD", "T-score"),), rows)
        if date.endswith("2026"):
            paper.new_page()
    return paper.pdf()


NORLAND_HEADINGS = (
    ("", "BMD", "BMC", "Area", "Length", "T-score", "Young", "Z-score", "Age", "ST", "LT"),
    ("Region", "(mg/cm²)", "(g)", "(cm²)", "(cm)", "", "Ref. %", "", "Ref. %", "change", "change"),
)
NORLAND_ROWS = (
    ("Neck", "742", "3.71", "5.00", "1.50", "-2.1", "76", "0.2", "103", "*****", "*****"),
    ("Troch", "610", "6.10", "10.00", "1.50", "-1.6", "80", "0.1", "101", "*****", "*****"),
    ("Total", "800", "24.00", "30.00", "9.50", "-1.5", "83", "0.3", "104", "*****", "*****"),
)
FOREARM_ROWS = (
    ("Radius UD", "0.300", "-3.1", "-1.2"),
    ("Ulna UD", "0.322", "-", "-"),
    ("Radius 33%", "0.661", "-2.3", "-0.8"),
    ("Both 33%", "0.648", "-", "-"),
    ("Radius Total", "0.487", "-2.9", "-1.0"),
)
SIMPLE = (("Region", "BMD", "T-score", "Z-score"),)
SITES = (
    ("AP Spine L1-L4", "0.891", "-2.4", "-1.1"),
    ("Left femoral neck", "0.741", "-2.1", "-0.3"),
    ("Left total hip", "0.777", "-1.8", "-0.5"),
)
SITES_TRUTH = {
    "t_lumbar_spine": "-2.4",
    "t_femoral_neck": "-2.1",
    "t_total_hip": "-1.8",
    "z_lumbar_spine": "-1.1",
    "z_femoral_neck": "-0.3",
    "z_total_hip": "-0.5",
}
MONOSPACED = """\
Patient: Example Person    Age: 66

AP Spine L1-L4
Region        BMD      T-score   Z-score
             (g/cm2)
L1           0.860      -2.3      -1.0
L2           0.900      -2.5      -1.1
L3           0.910      -2.4      -1.0
L4           0.890      -2.6      -1.2
L1-L4        0.891      -2.4      -1.1

Left Femur
Region        BMD      T-score   Z-score
Neck         0.741      -2.1      -0.3
Wards        0.597      -2.9      -0.4
Total        0.777      -1.8      -0.5

WHO: Osteoporosis = T-score at or below -2.5 SD
"""
TRANSLATED = {
    "german": (
        ("Region", "KMD", "T-Wert", "Z-Wert"),
        "LWS L1-L4",
        "Schenkelhals links",
        "Gesamthüfte links",
        "Dual Femur",
    ),
    "french": (
        ("Région", "DMO", "T-score", "Z-score"),
        "Rachis lombaire L1-L4",
        "Col fémoral gauche",
        "Hanche totale gauche",
        "",
    ),
    "spanish": (
        ("Región", "DMO", "Puntuación T", "Puntuación Z"),
        "Columna lumbar L1-L4",
        "Cuello femoral izquierdo",
        "Cadera total izquierda",
        "",
    ),
    "italian": (
        ("Regione", "BMD", "T-score", "Z-score"),
        "Rachide lombare L1-L4",
        "Collo femorale sinistro",
        "Femore totale sinistro",
        "",
    ),
    "portuguese": (
        ("Região", "DMO", "T-score", "Z-score"),
        "Coluna lombar L1-L4",
        "Colo do fêmur esquerdo",
        "Fêmur total esquerdo",
        "",
    ),
    "dutch": (
        ("Regio", "BMD", "T-score", "Z-score"),
        "Lumbale wervelkolom L1-L4",
        "Femurhals links",
        "Totale heup links",
        "",
    ),
}


def translated(language: str) -> bytes:
    headings, *labels, title = TRANSLATED[language]
    rows = [[label, *row[1:]] for label, row in zip(labels, SITES, strict=True)]
    rows = [[row[0], *(cell.replace(".", ",") for cell in row[1:])] for row in rows]
    return simple((headings,), rows, title, Layout(label=160))


def hl7(*results: str, status: str = "F") -> bytes:
    obx = [f"OBX|{place}|{result}" for place, result in enumerate(results, 1)]
    head = [
        "MSH|^~\\&|DXA|CLINIC|EHR|CLINIC|20260203||ORU^R01|1|P|2.5",
        f"OBR|1||7|38269-7^DXA bone density^LN|||20260203{'|' * 18}{status}",
    ]
    return "\r".join([*head, *obx]).encode()


def result(name: str, value: str, status: str = "F", kind: str = "NM") -> str:
    return f"{kind}|0000-0^{name}^LN||{value}|{{T-score}}|||||{status}|||20260203"


def observation(name: str, value: str, site: str, status: str = "final") -> dict[str, object]:
    return {
        "resourceType": "Observation",
        "status": status,
        "code": {"text": name},
        "bodySite": {"text": site},
        "valueQuantity": {"value": float(value), "code": "{T-score}"},
        "effectiveDateTime": "2026-02-03",
    }


def bundle(*resources: Mapping[str, object]) -> bytes:
    return json.dumps(
        {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}
    ).encode()


def element(tag: int, form: bytes, data: bytes) -> bytes:
    data += (b"\0" if form in (b"OB", b"UI") else b" ") * (len(data) % 2)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + form
    if form in (b"OB", b"SQ"):
        return head + b"\0\0" + struct.pack("<I", len(data)) + data
    return head + struct.pack("<H", len(data)) + data


def sequence(tag: int, *items: bytes) -> bytes:
    packed = b"".join(b"\xfe\xff\x00\xe0" + struct.pack("<I", len(item)) + item for item in items)
    return element(tag, b"SQ", packed)


def dicom(*elements: bytes) -> bytes:
    meta = element(0x00020010, b"UI", b"1.2.840.10008.1.2.1")
    return b"\0" * 128 + b"DICM" + meta + b"".join(elements)


def name_of(text: str) -> bytes:
    return sequence(0x0040A043, element(0x00080104, b"LO", text.encode()))


def measured(name: str, value: str) -> bytes:
    return name_of(name) + sequence(0x0040A300, element(0x0040A30A, b"DS", value.encode()))


def container(name: str, *items: bytes) -> bytes:
    return name_of(name) + sequence(0x0040A730, *items)


STRUCTURED = dicom(
    element(0x00101010, b"AS", b"063Y"),
    sequence(
        0x0040A730,
        container("AP Spine L1-L4", measured("T-score", "-2.8"), measured("Z-score", "-0.9")),
        container("Left femur neck", measured("T-score", "-2.3")),
        container("Ward's triangle", measured("T-score", "-3.4")),
    ),
)
CLEAR: dict[str, Report] = {
    "hologic": Report(hologic().pdf(), HOLOGIC_TRUTH),
    **{
        f"hologic with minus U+{ord(sign):04X}": Report(hologic(Signs(sign)).pdf(), HOLOGIC_TRUTH)
        for sign in (*MINUS_SIGNS, "\uf02d", "\u00ad")
    },
    "hologic with decimal commas": Report(hologic(Signs("\u2212", ",")).pdf(), HOLOGIC_TRUTH),
    "hologic, Z before T": Report(hologic(columns=(0, 1, 2, 3, 5, 4)).pdf(), HOLOGIC_TRUTH),
    "hologic without area and BMC": Report(hologic(columns=(0, 3, 4, 5)).pdf(), HOLOGIC_TRUTH),
    "hologic, centred": Report(hologic(layout=Layout(align="centre")).pdf(), HOLOGIC_TRUTH),
    "hologic, to the left": Report(hologic(layout=Layout(align="left")).pdf(), HOLOGIC_TRUTH),
    "hologic, narrow": Report(hologic(layout=Layout(step=36)).pdf(), HOLOGIC_TRUTH),
    "hologic, on its side": Report(hologic().pdf(rotate=90), HOLOGIC_TRUTH),
    "hologic, upside down": Report(hologic().pdf(rotate=180), HOLOGIC_TRUTH),
    "hologic, written upwards": Report(sideways(), HOLOGIC_TRUTH),
    "hologic, bold by printing twice": Report(twice_struck(), HOLOGIC_TRUTH),
    "hologic, not packed": Report(hologic().pdf(compressed=False), HOLOGIC_TRUTH),
    "lunar": Report(lunar().pdf(), LUNAR_TRUTH),
    "lunar with decimal commas": Report(lunar(Signs("\u2013", ",")).pdf(), LUNAR_TRUTH),
    "lunar without per cent": Report(lunar(columns=(0, 1, 3, 5)).pdf(), LUNAR_TRUTH),
    "lunar, Z before T": Report(lunar(columns=(0, 1, 4, 5, 2, 3)).pdf(), LUNAR_TRUTH),
    "lunar with an older scan": Report(
        lunar(
            trend=[
                ("03/02/2026", "66.2", "0.891", "-2.4", "-6.3"),
                ("10/01/2021", "61.1", "0.950", "-1.9", "-"),
            ]
        ).pdf(),
        LUNAR_TRUTH,
    ),
    "lunar, headings to the left of wide columns": Report(
        lunar(layout=Layout(step=50, heading_align="centre")).pdf(), LUNAR_TRUTH
    ),
    "norland hip": Report(
        simple(NORLAND_HEADINGS, NORLAND_ROWS, "Left Hip", Layout(step=44, label=70)),
        {"t_femoral_neck": "-2.1", "t_total_hip": "-1.5", "z_femoral_neck": "0.2", "z_total_hip": "0.3"},
    ),
    "lunar forearm": Report(
        simple(SIMPLE, FOREARM_ROWS, "Left Forearm"), {"t_radius33": "-2.3", "z_radius33": "-0.8"}
    ),
    "hologic forearm": Report(
        simple(
            (("Radius", "BMD", "T-score", "Z-score"),),
            [
                ("1/3", "0.661", "-2.3", "-0.8"),
                ("MID", "0.5", "-2.9", "-1.0"),
                ("UD", "0.3", "-3.1", "-1.2"),
                ("Total", "0.487", "-2.9", "-1.0"),
            ],
            "Scan Type: Left Forearm",
        ),
        {"t_radius33": "-2.3", "z_radius33": "-0.8"},
    ),
    "both hips beside each other": Report(
        both_hips_beside_each_other(),
        {"t_femoral_neck": "-2.3", "t_total_hip": "-1.9", "z_femoral_neck": "-0.8", "z_total_hip": "-0.7"},
    ),
    "a summary of sites": Report(simple(SIMPLE, SITES, layout=Layout(label=130)), SITES_TRUTH),
    **{language: Report(translated(language), SITES_TRUTH) for language in TRANSLATED},
    "pasted text in columns": Report(MONOSPACED.encode(), SITES_TRUTH),
    "pasted text with tabs": Report(
        "\n".join("\t".join(row) for row in (*SIMPLE, *SITES)).encode("utf-16"), SITES_TRUTH
    ),
    "a web page": Report(
        b"<html><h1>DXA</h1><table><tr><th>Region<th>BMD<th>T-score<th>Z-score</tr>"
        + "".join(f"<tr><td>{'<td>'.join(row)}</tr>" for row in SITES).encode()
        + b"</table></html>",
        SITES_TRUTH,
    ),
    "HL7 v2": Report(
        hl7(
            result("L-spine L1-L4 DXA T-score", "-2.8"),
            result("Femoral neck left T-score", "-2.3"),
            result("Ward's triangle T-score", "-3.4"),
            result("Total hip left T-score", "-1.9", "C"),
            result("Total hip left T-score", "-3.9", "P"),
            result("Femoral neck left T-score", "-4.9", "D"),
        ),
        {"t_lumbar_spine": "-2.8", "t_femoral_neck": "-2.3", "t_total_hip": "-1.9"},
    ),
    "HL7 v2 with a PDF in it": Report(
        hl7(f"ED|PDF^Report^L||^application^pdf^Base64^{base64.b64encode(hologic().pdf()).decode()}||||||F"),
        HOLOGIC_TRUTH,
    ),
    "HL7 v2 with the table as text": Report(
        hl7("FT|TEXT^Report^L||" + MONOSPACED.replace("\n", "\\.br\\") + "||||||F"), SITES_TRUTH
    ),
    "FHIR observations": Report(
        bundle(
            observation("DXA T-score", "-2.8", "Lumbar spine L1-L4"),
            observation("DXA T-score", "-2.3", "Left femoral neck"),
            observation("DXA T-score", "-4.4", "Left femoral neck", "entered-in-error"),
            observation("BMD", "0.887", "Left femur"),
        ),
        {"t_lumbar_spine": "-2.8", "t_femoral_neck": "-2.3"},
    ),
    "FHIR with a PDF in it": Report(
        bundle(
            {
                "resourceType": "DiagnosticReport",
                "status": "final",
                "presentedForm": [{"data": base64.b64encode(lunar().pdf()).decode()}],
            }
        ),
        LUNAR_TRUTH,
    ),
    "a PDF inside DICOM": Report(dicom(element(0x00420011, b"OB", hologic().pdf())), HOLOGIC_TRUTH),
    "a structured report in DICOM": Report(
        STRUCTURED, {"t_lumbar_spine": "-2.8", "z_lumbar_spine": "-0.9", "t_femoral_neck": "-2.3"}
    ),
}

EXCHANGED_HOLOGIC = ((*HOLOGIC_HEADINGS[0][:4], "Z -", "T -"), HOLOGIC_HEADINGS[1])
EXCHANGED_LUNAR = (LUNAR_HEADINGS[0], ("Region", "(g/cm²)", "(%)", "Z-score", "(%)", "T-score"))
ONLY_MEAN = [row for row in LUNAR_FEMUR if "Mean" in row[0] or "Diff" in row[0]]
DOUBTED: dict[str, Report] = {
    "every minus is lost": Report(hologic(Signs("")).pdf(), {}),
    "every minus is unreadable": Report(hologic(Signs("\ufffd")).pdf(), {}),
    "every minus is lost, no Z": Report(hologic(Signs(""), columns=(0, 3, 4)).pdf(), {}),
    "every minus is lost on Lunar": Report(
        lunar(Signs("")).pdf(), {"z_femoral_neck": "0.3", "z_total_hip": "0.5"}
    ),
    "headings exchanged on Hologic": Report(hologic(headings=EXCHANGED_HOLOGIC).pdf(), {}),
    "headings exchanged on Lunar": Report(lunar(headings=EXCHANGED_LUNAR).pdf(), {}),
    "Z only, T printed empty": Report(
        hologic(without=(4,), age=36).pdf(), {k: v for k, v in HOLOGIC_TRUTH.items() if k[0] == "z"}
    ),
    "columns shifted by one": Report(
        hologic(layout=Layout(gaps=(58, 58, 58, 58, 58), heading_align="right")).pdf(), HOLOGIC_TRUTH
    ),
    "T without points": Report(
        simple(
            SIMPLE,
            [(row[0], row[1], row[2].replace(".", ""), row[3]) for row in SITES],
            layout=Layout(label=130),
        ),
        {k: v for k, v in SITES_TRUTH.items() if k[0] == "z"},
    ),
    "an age under 50": Report(hologic(age=44).pdf(), {k: v for k, v in HOLOGIC_TRUTH.items() if k[0] == "z"}),
    "another age than is told": Report(hologic(age=63).pdf(), {}, age=40),
    "only the mean": Report(simple(LUNAR_HEADINGS, ONLY_MEAN, "DualFemur"), {}),
    "L3 left out, named": Report(
        lunar(spine=[("L1-L4 (L3)", *LUNAR_SPINE[6][1:])]).pdf(),
        {k: v for k, v in LUNAR_TRUTH.items() if "spine" not in k},
    ),
    "L3 left out, total": Report(
        simple(
            SIMPLE,
            [
                ("L1", "0.7", "-2.4", "-1.0"),
                ("L2", "0.7", "-2.6", "-1.1"),
                ("L4", "0.7", "-2.7", "-1.2"),
                ("Total", "0.7", "-2.6", "-1.1"),
            ],
            "AP Lumbar Spine",
        ),
        {},
    ),
    "only L2-L4": Report(simple(SIMPLE, [("L2-L4", "0.900", "-2.5", "-1.1")], "AP Spine"), {}),
    "vertebrae not adding up": Report(
        simple(
            HOLOGIC_HEADINGS,
            [
                ("L1", "12.10", "8.71", "0.720", "-2.4", "-0.7"),
                ("L2", "13.05", "9.66", "0.740", "-2.6", "-0.8"),
                ("L3", "14.20", "10.65", "0.750", "-3.0", "-1.1"),
                ("L4", "15.30", "11.63", "0.760", "-2.7", "-0.7"),
                ("Total", "40.45", "30.00", "0.742", "-2.7", "-0.9"),
            ],
            "Lumbar Spine",
        ),
        {},
    ),
    "TBS": Report(simple((("Region", "TBS", "TBS T-score"),), [("L1-L4", "1.234", "-1.2")], "AP Spine"), {}),
    "TBS in the title": Report(
        simple(SIMPLE, [("L1-L4", "1.234", "-1.2", "0.1")], "Trabecular Bone Score (TBS) of AP Spine"), {}
    ),
    "QCT": Report(
        simple(
            (("Region", "mg/cm3", "T-score"),),
            [("L1-L2", "80.1", "-3.6"), ("Total", "80.0", "-3.6")],
            "QCT Spine",
        ),
        {},
    ),
    "heel": Report(
        simple(
            (("Region", "BUA", "SOS", "T-score"),), [("Left heel", "61.1", "1500.2", "-2.1")], "Calcaneus"
        ),
        {},
    ),
    "whole body": Report(
        simple(SIMPLE, [("Head", "2.1", "-", "-"), ("Total", "0.98", "-1.9", "-0.5")], "Total Body"), {}
    ),
    "no bone named": Report(simple(SIMPLE, [("Total", "0.98", "-1.9", "-0.5")], "Results"), {}),
    "lateral spine": Report(
        simple(SIMPLE, [("L2-L4", "0.6", "-3.9", "-1.5"), ("L1-L4", "0.6", "-3.8", "-1.5")], "Lateral Spine"),
        {},
    ),
    "radius and ulna": Report(
        simple(
            (("Radius + Ulna", "BMD", "T-score", "Z-score"),),
            [("1/3", "0.61", "-2.4", "-0.8")],
            "Left Forearm",
        ),
        {},
    ),
    "hidden text over a picture": Report(hidden_layer(), {}),
    "T of now and of before": Report(
        simple(
            (("Region", "BMD", "Previous T-score", "T-score"),),
            [("L1-L4", "0.891", "-1.9", "-2.4")],
            "AP Spine",
            Layout(step=80),
        ),
        {"t_lumbar_spine": "-2.4"},
    ),
    "T of two years": Report(
        simple(
            (("Region", "T-score 2021", "T-score 2026"),),
            [("L1-L4", "-1.9", "-2.4")],
            "AP Spine",
            Layout(step=80),
        ),
        {},
    ),
    "the report of five years ago behind": Report(appended(), {}),
    "a conclusion that says more": Report(
        simple(
            SIMPLE,
            [("L1-L4", "0.891", "-1.4", "-1.1")],
            "AP Spine",
            below=("Impression: Osteoporosis at the femoral neck.",),
        ),
        {"z_lumbar_spine": "-1.1"},
    ),
    "a minus that stands apart": Report(
        simple(
            SIMPLE,
            [(row[0], row[1], row[2].replace("-", "-  "), row[3]) for row in SITES],
            layout=Layout(label=130),
        ),
        SITES_TRUTH,
    ),
    "a minus behind": Report(
        simple(
            SIMPLE, [(row[0], row[1], f"{row[2][1:]}-", row[3]) for row in SITES], layout=Layout(label=130)
        ),
        {k: v for k, v in SITES_TRUTH.items() if k[0] == "z"},
    ),
    "marks at the numbers": Report(
        simple(SIMPLE, [(row[0], row[1], f"{row[2]}*", row[3]) for row in SITES], layout=Layout(label=130)),
        {k: v for k, v in SITES_TRUTH.items() if k[0] == "z"},
    ),
    "headings of one letter": Report(
        simple((("Region", "BMD", "T", "Z"),), SITES, layout=Layout(label=130)), {}
    ),
    "no headings": Report(simple((("", "", "", ""),), SITES, layout=Layout(label=130)), {}),
    "only a graph and a footnote": Report(
        lunar(spine=()).pdf(), {k: v for k, v in LUNAR_TRUTH.items() if "spine" not in k}
    ),
    "a letter": Report(
        b"Dear Dr Example,\nDXA showed a T-score of minus 2.7 at the left femoral neck (Z-score -0.9),\n"
        b"compared with T -2.2 in 2021. The lumbar spine T-score is -1.4 but this is\n"
        b"elevated by degenerative change. "
        b"Osteoporosis is defined as a T-score of -2.5 or below.\n",
        {},
    ),
    "a letter that names no bone": Report(b"Your T-score is -2.7. Please see your doctor.\n", {}),
    "a sentence for each bone": Report(
        b"LUMBAR SPINE (L1-L4): BMD 0.890 g/cm2, T-score -2.4, Z-score -1.1.\n"
        b"LEFT FEMORAL NECK: T-score -2.1.\n",
        {},
    ),
    "numbers under each other": Report(b"Lumbar spine\nBMD: 0.890\nT-score: -2.4\nZ-score: -1.1\n", {}),
    "text with single spaces, Z only": Report(
        b"Region Area BMC BMD T-score Z-score\nTotal hip 37.75 31.54 0.835 -0.8\n", {}
    ),
    "only definitions": Report(FOOTNOTE.encode(), {}),
}

HOLDS_A_TRUTH = {"a letter": {"t_femoral_neck": "-2.7", "t_lumbar_spine": "-1.4", "z_femoral_neck": "-0.9"}}


def sure(reading: Reading) -> dict[str, str]:
    return {proposal.field: proposal.value for proposal in reading.proposals if not proposal.doubts}


@pytest.mark.parametrize("name", CLEAR)
def test_every_number_of_a_clear_report_is_proposed_without_a_doubt(name: str) -> None:
    report = CLEAR[name]

    assert sure(read_report(report.data, name, report.age)) == report.truth


@pytest.mark.parametrize("name", DOUBTED)
def test_no_wrong_number_is_proposed_without_a_doubt(name: str) -> None:
    report = DOUBTED[name]

    reading = read_report(report.data, name, report.age)

    assert sure(reading).items() <= report.truth.items()


@pytest.mark.parametrize("name", ["hologic", "a letter", "HL7 v2"])
def test_each_proposal_names_its_place(name: str) -> None:
    report = (CLEAR | DOUBTED)[name]

    reading = read_report(report.data, name, report.age)

    for proposal in reading.proposals:
        assert proposal.field in book().vocabulary.fields
        assert proposal.snippet
        assert proposal.page == 1
        assert proposal.printed.lstrip("-") in proposal.snippet
    assert json.loads(json.dumps(reading.to_dict()))["proposals"] == reading.to_dict()["proposals"]


def test_doubtful_numbers_come_first() -> None:
    proposals = read_report(DOUBTED["L3 left out, named"].data, "").proposals

    assert [bool(proposal.doubts) for proposal in proposals] == [True, True, False, False, False, False]


def test_the_lower_side_is_proposed_and_the_other_told() -> None:
    reading = read_report(hologic().pdf(), "")

    assert "Femoral neck T-score: left -2.2, right -2.3. The lower one counts." in reading.notes


def test_under_50_every_t_score_is_doubted_and_z_is_asked_for() -> None:
    report = Path(__file__).parent / "data" / "DiagnosticReport-102.json"

    reading = read_report(report.read_bytes(), report.name)

    assert reading.age == 34
    by_kind = {kind: [each for each in reading.proposals if each.field[0] == kind] for kind in "tz"}
    assert [each.value for each in by_kind["t"]] == ["-0.4", "-1.4", "-1.0"]
    assert all("Under 50" in each.doubts[0] for each in by_kind["t"])
    assert [each.value for each in by_kind["z"]] == ["-0.5", "-1.4", "-1.0"]
    without_z = simple((("Region", "BMD", "T-score"),), [("L1-L4", "0.9", "-1.9")], "AP Spine")
    assert any("ask the clinic for the Z-scores" in note for note in read_report(without_z, "", 40).notes)


REFUSED = {
    "nothing": (b"", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n0000", "picture"),
    "a photo": (b"\xff\xd8\xff\xe0" + b"0" * 99, "picture"),
    "a packed file": (b"PK\x03\x04" + b"0" * 99, "packed"),
    "a PDF of a picture": (Paper().pdf(), "no text"),
    "a broken PDF": (b"%PDF-1.7\nnothing more", "damaged"),
    "half a PDF": (hologic().pdf()[:300], "damaged"),
    "a locked PDF": (
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <</Encrypt 9 0 R /Root 1 0 R>>\n%%EOF",
        "locked",
    ),
    "bytes": (bytes(range(256)) * 9, "no PDF"),
    "a DICOM picture": (dicom(element(0x00101010, b"AS", b"063Y")), "picture"),
    "a broken DICOM file": (b"\0" * 128 + b"DICM" + b"\x02\x00\x10\x00UI\xff\xff", "damaged"),
    "JSON of something else": (b'{"resourceType": "Patient"}', "no scan report"),
    "broken JSON": (b'{"resourceType": ', "damaged"),
    "deep JSON": (b"[" * 100_000, "damaged"),
    "a preliminary report": (hl7(result("L1-L4 T-score", "-2.8"), status="P"), "preliminary"),
    "a deleted result": (hl7(result("L1-L4 T-score", "-2.8", "D")), "deleted"),
    "a FHIR result entered in error": (
        bundle(observation("T-score", "-2.3", "Left femoral neck", "entered-in-error")),
        "entered-in-error",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_one_sentence(name: str, run: Run, tmp_path: Path) -> None:
    data, word = REFUSED[name]
    file = tmp_path / "report"
    file.write_bytes(data)

    ran = run("read", file)

    assert ran.code == 2
    assert len(ran.errors) == 1
    assert word in ran.errors[0]


def pdf_of(content: bytes, filters: str = "/FlateDecode", extra: bytes = b"") -> bytes:
    """A PDF of one page with packed content."""
    head = b"%PDF-1.4\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n"
    head += b"2 0 obj\n<</Type /Pages /Count 1 /Kids [3 0 R]>>\nendobj\n"
    head += (
        b"3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents 4 0 R "
        + extra
        + b">>\nendobj\n"
    )
    stream = f"4 0 obj\n<</Length {len(content)} /Filter [{filters}]>>\nstream\n".encode() + content
    return head + stream + b"\nendstream\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF"


def bombs() -> dict[str, bytes]:
    zeros = zlib.compress(b"\n" * 60_000_000, 9)
    form = (
        b"<</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 60 /Resources <</XObject <</A %d 0 R>>>>>>"
    )
    forms = b"".join(
        b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (n, form % (n + 1), b"/A Do " * 10)
        for n in range(5, 30)
    )
    laughs = pdf_of(zlib.compress(b"/A Do"), extra=b"/Resources <</XObject <</A 5 0 R>>>> ")
    return {
        "zeros": pdf_of(zeros),
        "zeros packed twice": pdf_of(zlib.compress(zeros, 9), "/FlateDecode /FlateDecode"),
        "runs": pdf_of(b"\x81 " * 4_000_000, "/RunLengthDecode"),
        "LZW": pdf_of(bytes(4_000_000), "/LZWDecode"),
        "forms in forms": laughs.replace(b"trailer", forms + b"trailer"),
        "operands": pdf_of(zlib.compress(b"1 " * 7_000_000)),
        "a long text": b"T-score " * 900_000,
        "lines": b"Region T-score Z-score\n" * 300_000,
        "tables": b"<table><tr>" + b"<td colspan=50 rowspan=50>T-score" * 100_000,
        "nested lists": b"[" + b"[]," * 2_600_000 + b"[]]",
        "too large": b"%PDF-1.4" + bytes(21_000_000),
    }


@pytest.mark.heavy
@pytest.mark.parametrize("name", list(bombs()))
def test_a_file_that_unpacks_to_too_much_ends_soon(name: str, tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(bombs()[name])
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (900_000_000,) * 2); "
    code = f"{limited}from recommender.cli.entry import main; main('read', {str(file)!r})"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "went wrong" not in done.stderr


@pytest.mark.heavy
def test_two_thousand_mutated_files_end_in_proposals_or_a_sentence() -> None:
    chance = random.Random(20261127)
    names = ("hologic", "hologic, not packed", "lunar", "a PDF inside DICOM", "a structured report in DICOM",
             "HL7 v2", "FHIR observations", "a web page", "HL7 v2 with a PDF in it")  # fmt: skip
    for number in range(2_000):
        data = mutated(CLEAR[names[number % len(names)]].data, chance)
        began = time.process_time()
        with suppress(ReportError):
            read_report(data, "a report")
        assert time.process_time() - began < 5, number


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place, other = (chance.randrange(len(changed) or 1) for _ in range(2))
        act = chance.randrange(5)
        if act == 0 and changed:
            changed[place] = chance.randrange(256)
        elif act == 1:
            del changed[place : place + chance.randint(1, 40)]
        elif act == 2:
            changed[place:place] = chance.randbytes(chance.randint(1, 20))
        elif act == 3:
            changed[place:place] = changed[other : other + chance.randint(1, 300)]
        elif chance.random() < 0.3:
            del changed[place:]
    return bytes(changed)


# At the command line


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.pdf"
    file.write_bytes(hologic().pdf())
    return file


def test_the_command_to_copy_holds_only_numbers_without_a_doubt(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(DOUBTED["L3 left out, named"].data)

    ran = run("read", file, "--age", "66")

    assert ran.code == 0
    command = next(line for line in ran.out.splitlines() if "recommender assess" in line)
    assert command.strip() == (
        "recommender assess --t-total-hip -1.8 --t-femoral-neck -2.1 "
        "--z-total-hip 0.5 --z-femoral-neck 0.3 --age 66"
    )
    assert ran.out.index("Doubtful: This is a part of the spine") < ran.out.index(
        "Lumbar spine T-score: -2.4"
    )
    assert run(*command.split()[1:]).code == 0


def test_the_place_of_each_number_is_said(run: Run, report: Path) -> None:
    words = " ".join(run("read", report).out.split())

    assert "page 1, table “Scan Type: a Lumbar Spine”, row “L1-L4”, column “T - score”" in words


def test_json_holds_the_proposals(run: Run, report: Path) -> None:
    data = json.loads(run("read", report, "--format", "json").out)

    assert data["schema"] == "recommender.reading.v1"
    assert {each["field"]: each["value"] for each in data["proposals"]} == HOLOGIC_TRUTH


def test_nothing_read_is_said_with_what_to_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear patient, your scan was fine.")

    ran = run("read", file)

    assert ran.code == 1
    assert "recommender ask" in ran.out


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.cli.read.is_at_terminal", lambda: True)


@pytest.mark.usefixtures("at_terminal")
def test_only_confirmed_numbers_are_kept(run: Run, report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "me.yaml"
    kept.write_text("age: 63\nt_total_hip: -1.5\n")

    ran = run("read", report, "--save", kept, stdin=b"yes\nno\n-2.0\nnot sure\n\nno\n\nyes\n")

    assert ran.code == 0, ran
    answers = yaml.safe_load(kept.read_text())
    assert str(answers.pop("age")).startswith("63")
    assert answers == {"t_lumbar_spine": -2.8, "t_total_hip": -2.0, "z_femoral_neck": -0.8}


@pytest.mark.usefixtures("at_terminal")
def test_a_new_profile_is_its_owners_alone(run: Run, report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "me.yaml"

    run("read", report, "--save", kept, stdin=b"yes\n" * 6)

    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(yaml.safe_load(kept.read_text())) == 6


@pytest.mark.usefixtures("at_terminal")
def test_nothing_confirmed_keeps_nothing(run: Run, report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "me.yaml"

    ran = run("read", report, "--save", kept, stdin=b"\n" * 6)

    assert not kept.exists()
    assert "nothing was kept" in ran.out


def test_without_a_terminal_nothing_can_be_confirmed(run: Run, report: Path, tmp_path: Path) -> None:
    ran = run("read", report, "--save", tmp_path / "me.yaml")

    assert ran.code == 2
    assert "needs a terminal" in ran.err


def test_batch_reads_no_report_and_says_what_does(run: Run, report: Path, tmp_path: Path) -> None:
    ran = run("batch", report, tmp_path / "answers.csv")

    assert ran.code == 3
    assert "recommender read" in ran.errors[0]


def test_a_file_that_is_not_there_is_one_sentence(run: Run) -> None:
    ran = run("read", "nowhere.pdf")

    assert ran.code == 2
    assert ran.errors == ["nowhere.pdf: this file cannot be read: No such file or directory."]
