"""Check that plain data has the expected keys and kinds; report every problem at its place."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from recommender.documents.yaml_json import Block, Document, Path_, Plain, quoting_needed
from recommender.errors import ConditionError, Problem, did_you_mean, quoted
from recommender.language.numbers import is_number

Found = TypeVar("Found")
Member = TypeVar("Member", bound=StrEnum)

_FIRST_YEAR = 1900
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Checker:
    """Reads values out of one document and collects what is wrong, so that all problems are told at once.

    What a former document lacks is no problem.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.owner = ""

    def fail(self, path: Path_, message: str, hint: str = "", column: int = 0) -> None:
        """Record a problem with the value at `path`, naming the entry that is being read (`owner`)."""
        self._record(self.document.place(path, column), message, hint)

    def fail_key(self, path: Path_, message: str, hint: str = "") -> None:
        """Record a problem with the key at the end of `path`."""
        self._record(self.document.key_place(path), message, hint)

    def _record(self, item_path: str, message: str, hint: str) -> None:
        named = not self.owner or f"`{self.owner}`" in message
        self.problems.append(Problem(item_path, message if named else f"`{self.owner}`: {message}", hint))

    def mapping(
        self, value: Any, path: Path_, required: Iterable[str] = (), optional: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Return a mapping with all `required` keys and at most the `optional` ones (`None`: any key)."""
        if not isinstance(value, dict):
            if value is not None or not path:
                self.fail(path, "this must be a list of `key: value` lines.")
            return {}
        required = list(required)
        for key in required:
            if key not in value and not self.document.former:
                self.fail(path, f"{self._named(value, path)} lacks `{key}`.")
        if optional is not None:
            known = [*required, *optional]
            for key in value:
                if key not in known:
                    hint = did_you_mean(key, known) or f"Known here: {', '.join(known)}."
                    self.fail_key(
                        (*path, key), f"{self._named(value, path)} has the unknown key {quoted(key)}.", hint
                    )
        return value

    def _named(self, value: Mapping[str, Any], path: Path_) -> str:
        name = value.get("id") or next(
            (str(step) for step in reversed(path) if isinstance(step, str)), "this file"
        )
        return quoted(str(name))

    def items(self, value: Any, path: Path_) -> list[tuple[Path_, Any]]:
        """Return the entries of a list with their paths."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.fail(path, "this must be a list.", "Write [a, b], or one `- …` a line.")
            return []
        return [((*path, i), item) for i, item in enumerate(value)]

    # a key that is missing was told already: its value is None, and passes below without a second word

    def text(self, value: Any, path: Path_) -> str:
        """Return text that is not empty and that other YAML readers would read as text too."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fail(path, "this must be text.")
            return ""
        kind = quoting_needed(value) if isinstance(value, Plain) and value else ""
        if kind:
            self.fail(
                path,
                f"without quotes YAML reads {quoted(value)} as {kind}, not as text.",
                f'Write "{value}".',
            )
        elif not value.strip():
            self.fail(path, "this text is empty.")
        return " ".join(value.split())

    def texts(self, value: Any, path: Path_) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self.text(item, item_path) for item_path, item in self.items(value, path))

    def one_of(self, value: Any, path: Path_, choices: Iterable[str], what: str) -> str:
        """Return one of the words in `choices`; `what` names them in the message."""
        choices = list(choices)
        if value is None:
            return ""
        if value == "":
            self.fail(
                path,
                f"the {what} is left blank.",
                f"Write one of: {', '.join(choices)}." if len(choices) <= 12 else "",
            )
            return ""
        if not isinstance(value, str) or value not in choices:
            hint = did_you_mean(str(value), choices)
            listing = f" It is one of: {', '.join(choices)}." if 0 < len(choices) <= 12 else ""
            self.fail(path, f"{quoted(str(value))} is not a known {what}.{listing}", hint)
            return ""
        return str(value)

    def whole_number(self, value: Any, path: Path_, choices: range, what: str) -> int:
        """Return one of the whole numbers in `choices`; 0 where it is none of them."""
        return int(self.one_of(value, path, map(str, choices), what) or 0)

    def member_of(self, value: Any, path: Path_, members: Sequence[Member], what: str) -> Member:
        """Return the member of an enumeration that a word names; the first one where it names none."""
        word = self.one_of(value, path, members, what)
        return next((member for member in members if member == word), members[0])

    def some_of(self, value: Any, path: Path_, choices: Iterable[str], what: str) -> tuple[str, ...]:
        """Return a list of words in `choices`, each once."""
        choices = list(choices)
        words = tuple(
            word
            for item_path, item in self.items(value, path)
            if (word := self.one_of(item, item_path, choices, what))
        )
        for word in dict.fromkeys(word for word in words if words.count(word) > 1):
            self.fail(path, f"`{word}` is listed twice.")
        return tuple(dict.fromkeys(words))

    def number(self, value: Any, path: Path_) -> str:
        """Return the text of a plain decimal number."""
        if value is None:
            return "0"
        if not isinstance(value, str) or not is_number(value):
            self.fail(
                path,
                f"{quoted(str(value))} is not a plain decimal number.",
                "Write it like -2.5: no exponent, no leading zeros.",
            )
            return "0"
        return str(value)

    def year(self, value: Any, path: Path_) -> str:
        """Return the text of a calendar year, from 1900 to the next."""
        last = date.today().year + 1
        if (
            not isinstance(value, str)
            or not re.fullmatch("[0-9]{4}", value, re.ASCII)
            or not _FIRST_YEAR <= int(value) <= last
        ):
            self.fail(
                path,
                f"{quoted(str(value))} is not a year.",
                f"Write a whole year from {_FIRST_YEAR} to {last}.",
            )
            return ""
        return value

    def yes_no(self, value: Any, path: Path_) -> bool:
        """Return whether the word is yes (true) or no (false)."""
        if not isinstance(value, str) or value not in _YES_NO:
            self.fail(path, f"{quoted(str(value))} must be yes or no.")
            return False
        return _YES_NO[value]

    def attempt(self, path: Path_, raw: Any, read: Callable[[str], Found]) -> Found | None:
        """Return what `read` makes of the text at `path`; record a condition error and return `None`."""
        if raw is None or not self.text(raw, path):
            return None
        try:
            return read(raw)
        except ConditionError as error:
            in_quotes = not isinstance(raw, Plain)
            self.fail(
                path, error.message, error.hint, 0 if isinstance(raw, Block) else error.column + in_quotes
            )
            return None
