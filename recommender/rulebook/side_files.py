"""Files beside a rulebook (signatures, changelog): entries are added at the end, whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from recommender.documents.atomic import SHARED, write_whole
from recommender.documents.yaml_json import Document, read_yaml
from recommender.errors import DocumentError, Problem, RulebookError, visible

Entry = Mapping[str, str | Sequence[str]]


def add_entries(file: Path, key: str, head: str, entries: Sequence[Entry]) -> None:
    """Add entries to the list under `key`; `head` is the comment with which a new file begins.

    Raises:
        RulebookError: where the file cannot be read, added to or written, or an entry holds what cannot be
        printed.

    """
    for entry in entries:
        for name, value in entry.items():
            if any(visible(text) != text for text in ([value] if isinstance(value, str) else value)):
                raise RulebookError(
                    Problem(
                        name, "this holds characters that cannot be printed.", "Write it in plain letters."
                    )
                )
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else f"# {head}\n"
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(Problem(str(file), f"this file cannot be read: {error}.")) from None
    before = _listed(file, read_yaml(text, str(file)), key)
    lines = [] if before else [f"{key}:"]
    existing = (
        text
        if before
        else "".join(
            line
            for line in text.splitlines(keepends=True)
            if line.split("#")[0].strip() not in (f"{key}:", f"{key}: []")
        )
    )
    added = (
        existing
        + ("" if existing.endswith("\n") else "\n")
        + "\n".join([*lines, *map(_written, entries)])
        + "\n"
    )
    try:
        after = _listed(file, read_yaml(added, str(file)), key)
    except DocumentError:
        after = -1
    if after != before + len(entries):
        hint = f"Write each entry of `{key}` on lines of its own, as `- …`."
        raise RulebookError(
            Problem(str(file), "nothing can be added at the end of this file as it is written.", hint)
        )
    _replace(file, added)


def _listed(file: Path, document: Document, key: str) -> int:
    """Return how many entries stand under `key`."""
    data = document.data if document.data is not None else {}
    if not isinstance(data, dict) or set(data) - {key} or not isinstance(data.get(key) or [], list):
        raise RulebookError(Problem(str(file), f"this file must hold `{key}` and nothing else."))
    return len(data.get(key) or [])


def _written(entry: Entry) -> str:
    lines = []
    for name, value in entry.items():
        if isinstance(value, str):
            lines.append(f"{name}: {json.dumps(value, ensure_ascii=False)}")
        else:
            lines += [f"{name}:", *(f"  - {json.dumps(text, ensure_ascii=False)}" for text in value)]
    return "\n".join(("  - " if number == 0 else "    ") + line for number, line in enumerate(lines))


def _replace(file: Path, text: str) -> None:
    try:
        write_whole(file, text.encode(), SHARED)
    except OSError as error:
        raise RulebookError(Problem(str(file), f"this file cannot be written: {error.strerror}.")) from None
