"""Reports in many layouts and with many traps, made up, each with what stands in it."""

import base64
import json
import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from recommender.language.numbers import MINUS_SIGNS

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
    signed,
    table,
)


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
        f"minus U+{ord(sign):04X}": Report(
            simple(SIMPLE, signed(SITES, Signs(sign)), layout=Layout(label=130)), SITES_TRUTH
        )
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


def placed(
    *rows: Sequence[tuple[float, str]], title: str = "AP Spine", top: float = 60, gap: float = 14
) -> bytes:
    """A page with a title, and rows of text at places from left to right."""
    paper = Paper()
    paper.put(60, 40, title)
    for number, row in enumerate(rows):
        for x, text in row:
            paper.put(x, top + gap * number, text, 8)
    return paper.pdf()


def below(first: str, second: str, rows: Sequence[Sequence[str]]) -> bytes:
    """A table with two groups of rows, each under its own title, and one heading."""
    paper = Paper()
    paper.put(60, 40, first)
    y = table(paper, 60, SIMPLE, [("Neck", "0.741", "-2.1", "-0.3"), ("Total", "0.777", "-1.8", "-0.5")])
    paper.put(60, y, second, 8)
    table(paper, y + 8, (), rows)
    return paper.pdf()


def spanning(*headings: str) -> bytes:
    """A Lunar spine whose upper headings span two columns each."""
    paper = Paper()
    paper.put(60, 40, "AP Spine")
    paper.put(291, 56, "Young-Adult", 8, "centre")
    paper.put(407, 56, "Age-Matched", 8, "centre")
    table(paper, 66, (headings,), LUNAR_SPINE)
    return paper.pdf()


def one_side_unread() -> bytes:
    """A table of the left hip, and one of the right hip whose columns are not told apart."""
    paper = Paper()
    paper.put(60, 40, "Left Hip")
    y = table(
        paper, 60, (("Region", "BMD", "T-score"),), [("Neck", "0.741", "-2.1"), ("Total", "0.777", "-1.8")]
    )
    paper.put(60, y + 30, "Right Hip")
    headings = (("Region", "T-score (F)", "T-score (M)"),)
    table(paper, y + 50, headings, [("Neck", "-2.6", "-3.0"), ("Total", "-2.4", "-2.9")], Layout(step=80))
    return paper.pdf()


WIDE = Layout(label=150, step=62)
SPINE_TRUTH = {"t_lumbar_spine": "-2.4", "z_lumbar_spine": "-1.1"}
HIP_TRUTH = {"t_femoral_neck": "-2.1", "z_femoral_neck": "-0.3", "t_total_hip": "-1.8", "z_total_hip": "-0.5"}
ONE_SPINE = (("L1-L4", "0.891", "-2.4", "-1.1"),)
NO_Z = {name: value for name, value in SITES_TRUTH.items() if name[0] == "t"}
SIDES = [(60, "Region"), (140, "Side"), (220, "BMD"), (300, "T-score")]

CLEAR |= {
    "headings that span two columns": Report(
        spanning("Region", "BMD", "(%)", "T-Score", "(%)", "Z-Score"), SPINE_TRUTH
    ),
    "headings over three lines": Report(
        simple(
            (
                ("", "", "Young-", "Age-"),
                ("", "BMD", "Adult", "Matched"),
                ("Region", "g/cm²", "T-Score", "Z-Score"),
            ),
            SITES,
            layout=WIDE,
        ),
        SITES_TRUTH,
    ),
    "a score's name over three lines": Report(
        simple(
            (("", "BMD", "T", "Z"), ("Region", "g/cm²", "score", "score"), ("", "", "(SD)", "(SD)")),
            SITES,
            layout=WIDE,
        ),
        SITES_TRUTH,
    ),
    "a range beside the score": Report(
        simple(
            (("Region", "BMD", "T-score", "Fracture risk"),),
            [("L1-L4", "0.891", "-2.4", "4.2 x")],
            "AP Spine",
        ),
        {"t_lumbar_spine": "-2.4"},
    ),
    "a class behind the score": Report(
        simple(
            (("Region", "BMD", "T-score", "WHO class"),),
            [(*row[:3], "Osteopenia") for row in SITES],
            layout=WIDE,
        ),
        NO_Z,
    ),
    "units behind the numbers": Report(
        simple(SIMPLE, [("L1-L4", "0.891 g/cm²", "-2.4 SD", "-1.1 SD")], "AP Spine"), SPINE_TRUTH
    ),
    "two decimals": Report(
        simple(SIMPLE, [("L1-L4", "0.891", "-2.38", "-1.12")], "AP Spine"),
        {"t_lumbar_spine": "-2.38", "z_lumbar_spine": "-1.12"},
    ),
    "a bone printed once for both sides": Report(
        placed(
            SIDES,
            [(60, "Total hip"), (140, "Left"), (220, "0.777"), (300, "-1.8")],
            [(140, "Right"), (220, "0.800"), (300, "-1.6")],
            [(60, "Femoral neck"), (140, "Left"), (220, "0.741"), (300, "-2.0")],
            [(140, "Right"), (220, "0.732"), (300, "-2.2")],
            title="Dual Femur",
        ),
        {"t_total_hip": "-1.8", "t_femoral_neck": "-2.2"},
    ),
    "L1 to L4 in words": Report(simple(SIMPLE, [("L1 to L4", *ONE_SPINE[0][1:])], "AP Spine"), SPINE_TRUTH),
    "another bone in the same table": Report(
        below(
            "Left Hip",
            "Left Forearm",
            [("1/3", "0.6", "-2.9", "-1.3"), ("UD", "0.4", "-3.1", "-1.5"), ("Total", "0.5", "-3.3", "-1.6")],
        ),
        {**HIP_TRUTH, "t_radius33": "-2.9", "z_radius33": "-1.3"},
    ),
    "the whole body in the same table": Report(
        below(
            "Left Hip", "Total Body", [("Head", "2.0", "-0.1", "-0.3"), ("Total", "0.977", "-0.8", "-0.5")]
        ),
        HIP_TRUTH,
    ),
    "a row above a group that stands further to the left": Report(
        placed(
            SIDES,
            [(60, "Neck")],
            [(60, "Left"), (220, "0.741"), (300, "-2.1")],
            [(60, "Right"), (220, "0.752"), (300, "-2.0")],
            [(50, "|Diff.|"), (220, "0.011"), (300, "0.1")],
            [(60, "Ward's")],
            [(60, "Left"), (220, "0.400"), (300, "-3.4")],
            title="Dual Femur",
        ),
        {"t_femoral_neck": "-2.1"},
    ),
    "a second page without headings": Report(
        simple(SIMPLE, ONE_SPINE, "AP Spine", below=("Neck  0.741  -2.1  -0.3",)), SPINE_TRUTH
    ),
    "a row of now and of before": Report(
        simple(
            (("Region", "BMD", "T-score"),),
            [("L1-L4 current", "0.891", "-2.4"), ("L1-L4 prior", "0.95", "-1.9")],
            "AP Spine",
            WIDE,
        ),
        {"t_lumbar_spine": "-2.4"},
    ),
    "a web page with a bone over two rows": Report(
        b"<table><tr><th>Site<th>Side<th>T-score<th>Z-score</tr>"
        b"<tr><td rowspan=2>Femoral neck<td>Left<td>-2.1<td>-0.3</tr>"
        b"<tr><td>Right<td>-2.4<td>-0.2</tr></table>",
        {"t_femoral_neck": "-2.4", "z_femoral_neck": "-0.3"},
    ),
    "HL7 v2 with the bone beside the name": Report(
        hl7(
            "NM|0^T-score^LN|Left femoral neck|-2.3||||||F",
            "SN|0^T-score^LN|Left total hip|^-1.9||||||F",
            "SN|0^T-score^LN|L1-L4|<^-2.5||||||F",
        ),
        {"t_femoral_neck": "-2.3", "t_total_hip": "-1.9"},
    ),
    "FHIR with components": Report(
        bundle(
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"text": "DXA left hip total"},
                "component": [
                    {"code": {"text": "T-score"}, "valueQuantity": {"value": -1.8}},
                    {"code": {"text": "Z-score"}, "valueQuantity": {"value": -0.5}},
                ],
            }
        ),
        {"t_total_hip": "-1.8", "z_total_hip": "-0.5"},
    ),
}

DOUBTED |= {
    "headings that are letters under spans": Report(spanning("Region", "BMD", "%", "T", "%", "Z"), {}),
    "a threshold beside the score": Report(
        simple(
            (("Region", "BMD", "T-score", "T-score threshold"),),
            [("L1-L4", "0.891", "-2.4", "-2.5")],
            "AP Spine",
            Layout(step=80),
        ),
        {},
    ),
    "one side in a table that is unclear": Report(one_side_unread(), {}),
    "two references": Report(
        simple((("Region", "BMD", "T-score (F)", "T-score (M)"),), SITES, layout=WIDE), {}
    ),
    "a heading of either score": Report(
        simple((("Region", "BMD", "T/Z-score"),), [row[:3] for row in SITES], layout=WIDE), {}
    ),
    "a number in two pieces": Report(
        placed(
            [(60, "Region"), (160, "BMD"), (260, "T-score")],
            [(60, "L1-L4"), (160, "0.891"), (258, "-2"), (272, ".4")],
        ),
        {},
    ),
    "a number printed over another": Report(
        placed(
            [(60, "Region"), (160, "BMD"), (260, "T-score")],
            [(60, "L1-L4"), (160, "0.891"), (260, "-2.4"), (261, "-1.9")],
        ),
        {},
    ),
    "a label between the rows of both sides": Report(
        placed(
            SIDES,
            *(
                [(140, side), (220, bmd), (300, t)] if side else [(60, bmd)]
                for side, bmd, t in (
                    ("Left", "0.777", "-1.8"),
                    ("", "Total hip", ""),
                    ("Right", "0.800", "-1.6"),
                    ("Left", "0.741", "-2.1"),
                    ("", "Femoral neck", ""),
                    ("Right", "0.752", "-2.0"),
                    ("Left", "0.500", "-2.9"),
                    ("", "Ward's", ""),
                    ("Right", "0.500", "-3.0"),
                )
            ),
            title="Dual Femur",
            gap=9,
        ),
        {},
    ),
    "two bones in one label": Report(simple(SIMPLE, [("Total hip incl. neck", "0.741", "-2.1", "-0.3")]), {}),
    "a vertebra left out, in words": Report(
        simple(SIMPLE, [("L1-L4, L3 excluded", *ONE_SPINE[0][1:])], "AP Spine", WIDE), {}
    ),
    "a marked vertebra": Report(
        simple(
            SIMPLE,
            [(f"L{n}{'*' * (n == 3)}", "0.7", "-2.4", "-1.0") for n in range(1, 5)]
            + [("Total", "0.7", "-2.4", "-1.1")],
            "Lumbar Spine",
        ),
        {},
    ),
    "a draft": Report(simple(SIMPLE, SITES, layout=WIDE, above=("DRAFT - not yet signed",)), {}),
    "a phantom": Report(simple(SIMPLE, ONE_SPINE, "Spine Phantom QC"), {}),
    "a neck that is no hip": Report(simple(SIMPLE, [("Neck", "0.9", "-0.2", "-0.7")], "Cervical spine"), {}),
    "a hip with a prosthesis": Report(
        simple(SIMPLE, [("Neck", "0.9", "-0.2", "-0.7")], "Right hip (prosthesis)"), {}
    ),
    "a second table beside without headings": Report(
        placed(
            [(60, "Region"), (160, "BMD"), (260, "T-score")],
            [(60, "L1-L4"), (160, "0.891"), (260, "-2.4"), (330, "Neck"), (400, "0.741"), (450, "-2.1")],
        ),
        {"t_lumbar_spine": "-2.4"},
    ),
    "headings below": Report(
        placed(
            [(60, "L1-L4"), (160, "0.891"), (260, "-2.4")], [(60, "Region"), (160, "BMD"), (260, "T-score")]
        ),
        {},
    ),
    "numbers under the wrong headings": Report(
        simple(SIMPLE, [("L1-L4", "-2.4", "0.891", "-1.1")], "AP Spine"), {}
    ),
    "sites at the head, scores at the side": Report(
        simple(
            (("", "L1-L4", "Left Neck"),),
            [("T-score", "-2.4", "-2.1"), ("Z-score", "-1.1", "-0.3")],
            "Results",
        ),
        {},
    ),
    "a small lost minus": Report(
        simple(
            (("Region", "BMD", "T-score"),),
            [("L1-L4", "0.741", "-2.1"), ("Left total hip", "0.877", "0.8")],
            layout=WIDE,
        ),
        {"t_lumbar_spine": "-2.1"},
    ),
    "a row that nobody can place is the lowest": Report(
        simple(
            SIMPLE,
            [("Left femoral neck", "0.741", "-2.1", "-0.3"), ("Lowest", "0.7", "-3.1", "-0.9")],
            layout=WIDE,
        ),
        {},
    ),
    "older dates first": Report(
        simple(
            (("Date", "BMD", "T-score"),),
            [("10.01.2021", "0.950", "-1.9"), ("12.03.2026", "0.891", "-2.4")],
            "Left Total Hip",
            WIDE,
        ),
        {},
    ),
    "against Hologic's reference": Report(
        simple(
            SIMPLE,
            [("Neck", "0.590", "-1.2", "-0.7")],
            "Left Hip",
            above=("Hologic Horizon  Sex: Female  Age: 70",),
        ),
        {"z_femoral_neck": "-0.7"},
    ),
    "a web page with uneven rows": Report(
        b"<table><tr><th rowspan=2>Site<th colspan=2>Scores</tr><tr><th>T-score<th>Z-score</tr>"
        b"<tr><td>Femoral neck<td>Left<td>-2.1<td>-0.3</tr></table>",
        {},
    ),
    "a web page with hidden cells": Report(
        b"<table><tr><th>Region<th style='display: none'>BMD<th>T-score</tr>"
        b"<tr><td>L1-L4<td>-2.4<td>-1.1</tr></table>",
        {},
    ),
    "text with single spaces": Report(b"AP Spine\nRegion BMD T-score Z-score\nL1-L4 0.891 -2.4 -1.1\n", {}),
    "a T-score of FRAX": Report(b"FRAX major 12.5%, hip 3.1%, calculated with T-score 2.1\n", {}),
    "a mean in a sentence": Report(b"The mean T-score of both femoral necks is -1.9.\n", {}),
    "a range in a sentence": Report(b"T-scores range from -1.2 to -2.4 in the lumbar spine.\n", {}),
    "two bones in one sentence": Report(
        b"T-scores of the lumbar spine and femoral neck are -2.4 and -2.1.\n", {}
    ),
    "a condition": Report(b"Treat if the T-score at the femoral neck is -2.5.\n", {}),
    "somebody else": Report(b"Her mother's T-score was -3.5 at the hip.\n", {}),
    "a German letter": Report(
        b"Die LWS (L1-L4) zeigt einen T-Wert von -2,4. Osteoporose liegt bei einem T-Wert unter -2,5 vor.",
        {},
    ),
    "HL7 without a status": Report(b"MSH|^~\\&|\rOBX|1|NM|0^Femoral neck T-score^LN||-2.3\r", {}),
    "a code that names no bone": Report(bundle(observation("DXA [T-score] Bone density", "-3.2", "")), {}),
    "FHIR of two years": Report(
        bundle(
            observation("T-score", "-2.3", "Left femoral neck"),
            {**observation("T-score", "-1.3", "Left femoral neck"), "effectiveDateTime": "2019-01-01"},
        ),
        {},
    ),
    "FHIR with T and Z exchanged": Report(
        bundle(
            observation("T-score", "-0.9", "Left femoral neck"),
            observation("Z-score", "-2.8", "Left femoral neck"),
        ),
        {},
    ),
    "FHIR without its minus": Report(bundle(observation("T-score", "0.8", "Left femoral neck")), {}),
}
