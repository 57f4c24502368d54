"""FHIR as JSON: a DiagnosticReport or Observation, alone or in a Bundle, with what is attached."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from recommender.errors import ReportError
from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.formats.html import html_content
from recommender.scan_report.formats.pdf import pdf_content
from recommender.scan_report.formats.text import text_content
from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Content, Statement

_READ = ("DiagnosticReport", "Observation")
_FINAL = ("final", "amended", "corrected", "appended")
_DEEPEST = 40


def fhir_content(text: str, lexicon: Lexicon, budget: Budget) -> Content:
    """Return the results of final reports and observations; others are left out, and told.

    Raises:
        ReportError: when it is no FHIR, or nothing in it is final.

    """
    try:
        data = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise ReportError(lexicon.sentence("refusals.broken")) from None
    resources = list(_resources(data, 0))
    parts: list[Content] = []
    statements: list[Statement] = []
    notes: list[str] = []
    statuses = []
    for resource in resources:
        budget.check()
        status = str(resource.get("status", ""))
        if status not in _FINAL:
            statuses.append(status or "unknown")
            notes.append(lexicon.note("not_final", status=status or "unknown"))
            continue
        parts += _attached(resource, lexicon, budget)
        statements += _observed(resource, lexicon)
    if not parts and not statements:
        key, status = ("not_final", statuses[0]) if statuses else ("not_a_report", "")
        raise ReportError(lexicon.sentence(f"refusals.{key}", status=status))
    return Content(
        "fhir",
        tuple(table for part in parts for table in part.tables),
        tuple(statements),
        tuple(line for part in parts for line in part.lines),
        None,
        (*dict.fromkeys(notes), *(note for part in parts for note in part.notes)),
    )


def _resources(data: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """Yield the reports and observations in data, also those contained in others."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in data:
            yield from _resources(item, depth + 1)
    elif isinstance(data, dict):
        if data.get("resourceType") in _READ:
            yield data
        for key in ("entry", "resource", "contained"):
            if key in data:
                yield from _resources(data[key], depth + 1)


def _attached(resource: Mapping[str, Any], lexicon: Lexicon, budget: Budget) -> Iterator[Content]:
    """Yield what the narrative, the conclusion and attached files of a report hold."""
    narrative = resource.get("text")
    if resource["resourceType"] == "DiagnosticReport":
        if isinstance(narrative, dict) and isinstance(narrative.get("div"), str):
            yield html_content(narrative["div"], lexicon, budget)
        if isinstance(resource.get("conclusion"), str):
            yield text_content(f"Conclusion:\n{resource['conclusion']}", lexicon, budget)
    for form in _dicts(resource.get("presentedForm")):
        try:
            data = base64.b64decode(str(form.get("data", "")), validate=False)
        except (binascii.Error, ValueError):
            continue
        budget.take(len(data))
        if data.startswith(b"%PDF-"):
            yield pdf_content(data, lexicon, budget)
        elif data:
            text = data.decode("utf-8", errors="replace")
            read = html_content if text.lstrip().startswith("<") else text_content
            yield read(text, lexicon, budget)


def _observed(resource: Mapping[str, Any], lexicon: Lexicon) -> Iterator[Statement]:
    """Yield the scores of an observation and its components; the words of their codes say which they are."""
    own = _words(resource.get("code"))
    site = _words(resource.get("bodySite"))
    date = str(resource.get("effectiveDateTime", ""))[:10]
    for part in (resource, *_dicts(resource.get("component"))):
        name = _words(part.get("code"))
        kind = kind_of(name, lexicon)
        if kind not in SCORES:
            continue
        quantity = part.get("valueQuantity")
        value = quantity.get("value") if isinstance(quantity, dict) else part.get("valueString")
        if value is None:
            continue
        about = " ".join(dict.fromkeys(filter(None, (name, site, own))))
        yield Statement(kind, str(value), about, f"{about}: {value}", 1, date, (), f"Observation {name}")


def _words(concept: Any) -> str:
    """Return the words of a coded concept: its text, or what its codes display."""
    if not isinstance(concept, dict):
        return ""
    texts = [concept.get("text"), *(coding.get("display") for coding in _dicts(concept.get("coding")))]
    return next((text for text in texts if isinstance(text, str) and text), "")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
