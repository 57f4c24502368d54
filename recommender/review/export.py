"""Decisions as a file: CSV for a spreadsheet, JSON for a program."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return decisions as a list of objects."""
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return decisions as a table, one a row; what a spreadsheet would run as a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["name"])
    writer.writeheader()
    writer.writerows({name: _defused(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _defused(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
