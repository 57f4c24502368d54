"""Export of decisions: CSV for spreadsheets, JSON for programs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recommender.documents.formulas import defused
from recommender.errors import Problem, ReviewError


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return decisions as a list of objects."""
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return decisions as CSV, one per row; an apostrophe before a formula keeps it from running."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["name"])
    writer.writeheader()
    writer.writerows(
        {name: defused(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    )
    return text.getvalue()


def not_kept(export: Path, decisions: Mapping[int, str]) -> list[str]:
    """Return, in sentences, which decisions of an earlier JSON export differ from those in the store.

    Raises:
        ReviewError: where the file is not such an export.

    """
    try:
        rows = json.loads(export.read_text(encoding="utf-8"))
        earlier = {row["id"]: row["sha256"] for row in rows}
    except (OSError, ValueError, TypeError, KeyError):
        hint = "Name a file that the desk gave under “Decisions … as JSON”."
        raise ReviewError(Problem(str(export), "this is no export of decisions.", hint)) from None
    return [
        f"decision {id_} is not as it was when it was exported."
        for id_, sha256 in earlier.items()
        if decisions.get(id_) != sha256
    ]
