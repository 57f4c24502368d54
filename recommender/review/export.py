"""Export of decisions: CSV in words for people, JSON for programs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recommender.documents.formulas import defused
from recommender.errors import Problem, ReviewError
from recommender.review.history import standing
from recommender.review.labels import Names, minute


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return decisions as a list of objects."""
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_csv(names: Names, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return decisions in words as CSV, one per row, with a mark by which spreadsheets know UTF-8.

    An apostrophe before a formula keeps it from running.
    """
    phrase = names.book.phrase
    header = (
        phrase("desk.worklist.person"),
        phrase("desk.export.at"),
        phrase("desk.export.by"),
        phrase("desk.sign_in.role"),
        phrase("desk.export.act"),
        phrase("desk.export.about"),
        phrase("desk.rules_say"),
        phrase("desk.deciding.verdict"),
        phrase("desk.export.reason"),
        phrase("desk.deciding.disposition"),
        phrase("desk.deciding.day"),
        phrase("desk.comment"),
        phrase("desk.answers.heading"),
        phrase("desk.export.state"),
    )
    stands = {row["id"] for row in standing(rows)}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow(map(defused, (*_in_words(names, row), _state(names, row, row["id"] in stands))))
    return f"\N{ZERO WIDTH NO-BREAK SPACE}{text.getvalue()}"


def _in_words(names: Names, row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["name"],
        minute(row["at"]),
        row["by"],
        row["role"],
        names.act_name(row),
        names.line(row["about"]),
        names.choice(row["rules_say"]),
        names.choice(row["verdict"]),
        names.reason(row["reason"]),
        names.reason(row["disposition"]),
        row["recheck"],
        row["comment"],
        names.answers(json.loads(row["amends"])) if row["amends"] else "",
    )


def _state(names: Names, row: Mapping[str, Any], stands: bool) -> str:
    phrase = names.book.phrase
    if not stands:
        return phrase("desk.export.not_standing")
    return phrase("desk.export.standing") if row["current"] else phrase("desk.worklist.changed")


def exported(file: Path) -> dict[int, str]:
    """Return the hashes of the decisions in an earlier JSON export, by id.

    Raises:
        ReviewError: where the file is not such an export.

    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        hashes = {row["id"]: row["sha256"] for row in rows}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise _no_export(file) from None
    numbered = all(type(id_) is int and isinstance(sha256, str) for id_, sha256 in hashes.items())
    if not isinstance(rows, list) or not numbered:
        raise _no_export(file)
    return hashes


def compared(earlier: Mapping[int, str], decisions: Mapping[int, str]) -> list[str]:
    """Return, in sentences, which decisions of an earlier export differ from those in the store."""
    return [
        f"decision {id_} is not as it was when it was exported."
        for id_, sha256 in earlier.items()
        if decisions.get(id_) != sha256
    ]


def _no_export(file: Path) -> ReviewError:
    hint = "Name a file that the desk gave under “Decisions as JSON”."
    return ReviewError(Problem(str(file), "this is no export of decisions.", hint))
