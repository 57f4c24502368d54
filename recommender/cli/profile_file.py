"""A person's answers in a file: reading them, and keeping them for another day."""

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from recommender.documents.atomic import write_whole
from recommender.documents.yaml_json import LARGEST, Document, read_bytes, read_file
from recommender.errors import DocumentError, Problem, ProfileError, shortened
from recommender.language.meaning import Value
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.keeping import PRACTICE, practice_lines, text_to_keep, yaml_to_keep
from recommender.vocabulary.profile import read_quantity


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
        lines += practice_lines(practice)
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


class KeptProfile:
    """The file in which somebody keeps answers for another day; only they can read it.

    What happened some months ago is kept as its date, and an age with the day of which it was true, so that
    both are right on another day.

    Raises:
        ProfileError: when answers cannot be kept there; nothing has been asked then.

    """

    def __init__(self, file: str, vocabulary: Vocabulary, as_of: date) -> None:
        self.file, self.vocabulary, self.as_of = file, vocabulary, as_of
        path = Path(file)
        if path.suffix not in (".yaml", ".yml"):
            raise ProfileError(
                Problem("--save", f"{file} is no .yaml file.", "Name it me.yaml, for example.")
            )
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise ProfileError(Problem("--save", f"{file} cannot be written: there is no such folder."))
        self.exists = path.exists() and read_file(path).data is not None

    def write(self, values: Mapping[str, Value]) -> ProfileError | None:
        """Write answers; return the error where that fails. What did not change stays as it was written."""
        fields = self.vocabulary.fields
        try:
            before = read_answers(self.file) if self.exists else {}
            written = self._written(before)
            texts = {}
            for name, value in values.items():
                text, earlier = written.get(name, ("", None))
                same = earlier == value
                texts[name] = text if same else text_to_keep(self.vocabulary, fields[name], value, self.as_of)
            practice = before[PRACTICE][0] if PRACTICE in before else {}
            content = yaml_to_keep(texts, practice, self.as_of)
            write_whole(Path(self.file).resolve(), content.encode())
        except OSError as error:
            return ProfileError(Problem(self.file, f"this file cannot be written: {error.strerror}."))
        return None

    def _written(self, answers: Mapping[str, tuple[Any, str]]) -> dict[str, tuple[str, Value | None]]:
        """Return the answers in the file as they are written, each with its value today."""
        fields = self.vocabulary.fields
        return {
            name: (answer, read_quantity(self.vocabulary, fields[name], answer, location, self.as_of)[0])
            for name, (answer, location) in answers.items()
            if isinstance(answer, str)
        }
