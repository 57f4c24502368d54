"""The one family of errors: each knows its place, its hint and its exit code."""

from collections.abc import Iterable
from typing import NamedTuple

LONGEST_QUOTE = 40
SHORT, NEAR_SHORT, NEAR = 4, 0.6, 0.75  # one letter of `H01` counts more than one of `weight_shift`


class Doubt(NamedTuple):
    """An answer that is likely a slip: its field, what was probably meant, and the same number as typed."""

    field: str
    suggestion: str
    as_typed: str


class Problem(NamedTuple):
    """One thing that is wrong with what was given to the program.

    `place` says where (`rules/limits.yaml:12:9`, `--t-score`), `message` what is wrong and what is accepted,
    `hint` what to do about it. An answer with a `doubt` can be insisted on.
    """

    place: str
    message: str
    hint: str = ""
    doubt: Doubt | None = None

    def __str__(self) -> str:
        sentence = f"{self.place}: {self.message}" if self.place else self.message
        return visible(f"{sentence} {self.hint}".rstrip())


class RecommenderError(Exception):
    """Anything the program refuses or cannot do, with all its problems at once."""

    exit_code = 4

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ConditionError(RecommenderError):
    """A condition that cannot be read; `column` counts from 0 in the condition's own text."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", column: int = 0) -> None:
        self.message, self.hint, self.column = message, hint, column
        super().__init__(Problem("", message, hint))


class DocumentError(RecommenderError):
    """A YAML or JSON file that cannot be read as plain, unambiguous data."""

    exit_code = 3


class ProfileError(RecommenderError):
    """Facts about a person that cannot be understood, or contradict each other."""

    exit_code = 3


class CohortError(RecommenderError):
    """A file of many people that must not be used as it is, or cannot be written."""

    exit_code = 3


class ColumnWarning(UserWarning):
    """Something to know about the columns of a frame; its rows are answered all the same."""


class RulebookError(RecommenderError):
    """A rulebook or vocabulary that must not be used."""

    exit_code = 3


class ReviewError(RecommenderError):
    """A store of decisions that must not be used, or cannot be."""

    exit_code = 3


class ReportError(RecommenderError):
    """A file that cannot be read as a report of a scan; its one sentence says what to do."""

    exit_code = 2

    def __init__(self, sentence: str) -> None:
        super().__init__(Problem("", sentence))


class SiteError(RecommenderError):
    """A static site that cannot be made, or not there."""

    exit_code = 3


class EngineError(RecommenderError):
    """The inference engine did not finish, or disagrees with the reference meaning."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the hint "Did you mean `x`?" for the known word nearest to `word`, or nothing."""
    from difflib import get_close_matches  # only where something is wrong already

    cutoff = NEAR_SHORT if len(word) <= SHORT else NEAR
    near = get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"Did you mean `{near[0]}`?" if near else ""


def visible(text: str) -> str:
    """Return text on one line with control characters escaped, so that input cannot steer a terminal."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def quoted(text: str) -> str:
    """Return `text` in backquotes, cut short where it is long."""
    return f"`{shortened(text)}`"


def shortened(text: str) -> str:
    """Return `text`, cut short where it is long."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
