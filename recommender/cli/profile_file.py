"""Reading a person's answers from a file or from standard input."""

import sys
from pathlib import Path
from typing import Any

from recommender.documents.yaml_json import LARGEST, Document, read_bytes, read_file
from recommender.errors import DocumentError, Problem, ProfileError, shortened


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


def _standard_input() -> Document:
    if sys.stdin is None:
        raise DocumentError(Problem("standard input", "there is nothing to read: it is closed."))
    content = sys.stdin.buffer.read(LARGEST + 1)
    return read_bytes(content, "standard input", content.lstrip().startswith(b"{"))
