"""Reading a person's answers from a file or from standard input."""

import sys
from pathlib import Path
from typing import Any

from recommender.documents import Document, read_file, read_json, read_yaml
from recommender.errors import DocumentError, Problem, ProfileError

_LARGEST = 1_000_000


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
    return {name: (answer, f"{document.place((name,))}: {name}") for name, answer in document.data.items()}


def _standard_input() -> Document:
    content = sys.stdin.buffer.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise DocumentError(Problem("standard input", "this is too large to be a profile."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(Problem("standard input", f"byte {error.start + 1} is not UTF-8 text.")) from None
    return read_json(text, "standard input") if text.lstrip().startswith("{") else read_yaml(text, "standard input")
