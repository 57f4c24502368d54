"""Reading a person's answers from a file or from standard input."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recommender.documents.atomic import write_whole
from recommender.documents.yaml_json import LARGEST, Document, read_bytes, read_file
from recommender.errors import DocumentError, Problem, ProfileError, shortened

PRACTICE = "practice"


def read_answers(file: str) -> dict[str, tuple[Any, str]]:
    """Return the answers in a YAML or JSON file (`-` for standard input), each with its place.

    Raises:
        DocumentError: when it cannot be read as data.
        ProfileError: when it is not a mapping of fields to answers.

    """
    document = _standard_input() if file == "-" else read_file(Path(file))
    if not isinstance(document.data, dict) or not document.data:
        message = "a profile is a list of `field: answer` lines, and this is not one."
        raise ProfileError(Problem(document.place(), message, "For example: t_score: -2.6"))
    return {
        name: (answer, f"{document.place((name,))}: {shortened(name)}")
        for name, answer in document.data.items()
    }


def write_practice(file: Path, practice: Mapping[str, str]) -> None:
    """Keep what a check-in reached in a profile, which stays as it is otherwise.

    Raises:
        DocumentError: when it cannot be read as data.
        ProfileError: when it cannot be written.

    """
    document = read_file(file)
    if file.suffix.lower() == ".json":
        answers = json.loads(file.read_text(encoding="utf-8-sig"))
        text = json.dumps({**answers, PRACTICE: practice}, ensure_ascii=False, indent=2) + "\n"
    else:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        if PRACTICE in document.data:
            first = document.keys[(PRACTICE,)][0] - 1
            own = [line for path, (line, _) in document.keys.items() if path[0] == PRACTICE and len(path) > 1]
            last = max(own, default=first + 1)
            lines = lines[:first] + lines[last:]
        lines += [f"{PRACTICE}:", *(f"  {exercise}: {level}" for exercise, level in practice.items())]
        text = "\n".join(lines) + "\n"
    try:
        write_whole(file, text.encode())
    except OSError as error:
        raise ProfileError(Problem(str(file), f"this file cannot be written: {error.strerror}.")) from None


def _standard_input() -> Document:
    if sys.stdin is None:
        raise DocumentError(Problem("standard input", "there is nothing to read: it is closed."))
    content = sys.stdin.buffer.read(LARGEST + 1)
    return read_bytes(content, "standard input", content.lstrip().startswith(b"{"))
