"""A person's answers in a file: reading them, and keeping them for another day."""

import json
import re
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from recommender.documents.atomic import write_whole
from recommender.documents.yaml_json import LARGEST, Document, read_bytes, read_file
from recommender.errors import DocumentError, Problem, ProfileError, shortened
from recommender.language.meaning import Value
from recommender.language.numbers import UNIT
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import write_answer
from recommender.vocabulary.profile import read_quantity

_PLAIN = re.compile(r"[\w+-][\w .+-]*")

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
        lines += _practice_lines(practice)
        text = "\n".join(lines) + "\n"
    try:
        write_whole(file, text.encode())
    except OSError as error:
        raise ProfileError(Problem(str(file), f"this file cannot be written: {error.strerror}.")) from None


def _practice_lines(practice: Mapping[str, str]) -> list[str]:
    return [f"{PRACTICE}:", *(f"  {exercise}: {level}" for exercise, level in practice.items())]


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
        lines = [f"# Answers for recommender, kept on {self.as_of.isoformat()}. Safety is asked each time."]
        try:
            before = read_answers(self.file) if self.exists else {}
            written = self._written(before)
            for name, value in values.items():
                text, earlier = written.get(name, ("", None))
                text = text if earlier == value else self._text(self.vocabulary.fields[name], value)
                lines.append(f"{name}: {text if _PLAIN.fullmatch(text) else json.dumps(text)}")
            if PRACTICE in before:
                lines += _practice_lines(before[PRACTICE][0])
            write_whole(Path(self.file).resolve(), ("\n".join(lines) + "\n").encode())
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

    def _text(self, field: Field, value: Value) -> str:
        if isinstance(value, bool) or not isinstance(value, int) or not field.is_time:
            return write_answer(field, value)
        if field.time == "birth":
            return f"{value // UNIT} on {self.as_of.isoformat()}"
        if field.time == "ago":
            return date_to_keep(self.vocabulary, field, value, self.as_of).isoformat()
        return write_answer(field, value)


def date_to_keep(vocabulary: Vocabulary, field: Field, value: int, as_of: date) -> date:
    """Return the date of what was so long ago: it is read again as `value`, or a little on its worse side."""
    nearest = as_of - timedelta(days=round(value * float(field.length) / UNIT))
    again, _ = read_quantity(vocabulary, field, nearest.isoformat(), "", as_of)
    lower = field.worse == "lower"
    is_safe = isinstance(again, int) and (again <= value if lower else again >= value)
    return nearest if is_safe else nearest + timedelta(days=1 if lower else -1)
