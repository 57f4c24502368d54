"""HL7 version 2 results (ORU): numbers with their names, texts as text, and reports packed into them."""

import base64
import binascii
from collections.abc import Sequence

from recommender.errors import ReportError
from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.formats.pdf import pdf_content
from recommender.scan_report.formats.text import text_content
from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Content, Statement
from recommender.scan_report.prose import site_of

_REFUSED = {
    "P": "preliminary",
    "S": "preliminary",
    "R": "preliminary",
    "I": "pending",
    "W": "wrong",
    "X": "not done",
    "D": "deleted",
    "N": "not asked",
    "O": "order only",
    "U": "unconfirmed",
}
_REFUSED_REPORT = {
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "I": "pending",
    "X": "cancelled",
    "O": "order only",
    "Y": "not done",
    "Z": "unknown",
}
_TEXTS = ("TX", "FT", "ST", "CWE", "CE")
_ESCAPES = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": "\n", "H": "", "N": ""}


def hl7_content(text: str, lexicon: Lexicon, budget: Budget) -> Content:
    """Return the results of a message; preliminary, wrong and deleted ones are left out, and told.

    Raises:
        ReportError: when no result is final.

    """
    statements: list[Statement] = []
    lines: list[str] = []
    packed: list[Content] = []
    notes: list[str] = []
    report_status = date = panel = ""
    for segment in text.replace("\r\n", "\r").replace("\n", "\r").split("\r"):
        budget.check()
        fields = segment.strip("\x0b\x1c").split("|")
        if fields[0] == "OBR":
            report_status, date = _field(fields, 25)[:1], _field(fields, 7)[:8]
            panel = _plain(_component(_field(fields, 4), 1))
            lines.append(panel)
        if fields[0] != "OBX":
            continue
        status = _REFUSED.get(_field(fields, 11)[:1]) or _REFUSED_REPORT.get(report_status)
        if status:
            notes.append(lexicon.note("not_final", status=status))
            continue
        kind, name, value = _field(fields, 2), _plain(_component(_field(fields, 3), 1)), _field(fields, 5)
        score = kind_of(name, lexicon)
        if kind in ("NM", "ST", "SN") and score in SCORES:
            about = _about((name, _plain(_field(fields, 4)), panel), lexicon)
            day = _iso(_field(fields, 14)[:8] or date)
            doubts = () if _field(fields, 11) else ("unverified",)
            number = _exact(value) if kind == "SN" else value
            statements.append(
                Statement(score, number, about, f"{about}: {value}", 1, day, doubts, f"OBX {name}")
            )
        elif kind == "ED":
            packed += _packed(value, lexicon, budget)
        elif kind in _TEXTS:
            lines += [line for part in value.split("~") for line in _plain(part).split("\n")]
    if notes and not (statements or packed or any(line.strip() for line in lines[1:])):
        status = _status(text, report_status)
        raise ReportError(lexicon.sentence("refusals.not_final", status=status))
    in_text = text_content("\n".join(lines), lexicon, budget)
    parts = [in_text, *packed]
    return Content(
        "hl7",
        tuple(table for part in parts for table in part.tables),
        tuple(statements),
        tuple(line for part in parts for line in part.lines),
        None,
        (*dict.fromkeys(notes), *(note for part in packed for note in part.notes)),
    )


def _about(names: Sequence[str], lexicon: Lexicon) -> str:
    """Return the name of a result; where it names no bone, with what is named around it, nearest first."""
    texts = [" ".join(filter(None, names[:count])) for count in range(1, len(names) + 1)]
    return next((text for text in texts if site_of(text, lexicon)[0]), texts[0])


def _exact(value: str) -> str:
    """Return a structured number, or nothing where it is only a bound, such as `<^-2.5`."""
    comparator, _, number = value.partition("^")
    return number.partition("^")[0] if comparator in ("", "=") else ""


def _status(text: str, report_status: str) -> str:
    """Return in one word why no result of a message counts."""
    for segment in text.replace("\n", "\r").split("\r"):
        fields = segment.split("|")
        if fields[0] == "OBX" and (status := _REFUSED.get(_field(fields, 11)[:1])):
            return status
    return _REFUSED_REPORT.get(report_status, "not final")


def _packed(value: str, lexicon: Lexicon, budget: Budget) -> list[Content]:
    parts = value.split("^")
    try:
        data = base64.b64decode(parts[-1], validate=False)
    except (binascii.Error, ValueError):
        return []
    budget.take(len(data))
    return [pdf_content(data, lexicon, budget)] if data.startswith(b"%PDF-") else []


def _field(fields: Sequence[str], number: int) -> str:
    return fields[number] if number < len(fields) else ""


def _component(text: str, number: int) -> str:
    """Return a component; the first where it is empty."""
    parts = text.split("^")
    return parts[number] if number < len(parts) and parts[number] else parts[0]


def _plain(text: str) -> str:
    """Return text with the escapes of HL7 resolved, such as that of a new line."""
    parts = text.split("\\")
    return "".join(part if place % 2 == 0 else _ESCAPES.get(part, " ") for place, part in enumerate(parts))


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 and day.isdigit() else ""
