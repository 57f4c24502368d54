"""How a statement about columns is written: as options of `recommender batch`, or as arguments of Python."""

import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

_IN_SENTENCE = re.compile(r"--(map|values|ignore|accept) (…|\w+)(?:=…|:(…|\w+)=(\w+))?")


class Spelling(ABC):
    """Writes statements as one door takes them, so that a hint can be copied.

    `reasons` says where to see why columns are not read, `to_which_day` how dates become ages and months.
    """

    reasons = ""
    to_which_day = ""

    @abstractmethod
    def name(self, kind: str) -> str:
        """Return the name of an option or argument: map, values, missing, ignore or accept."""

    @abstractmethod
    def map(self, field: str, column: str) -> str:
        """Say that a column is a field."""

    @abstractmethod
    def values(self, field: str, answers: Mapping[str, str]) -> str:
        """Say what cells of a field mean."""

    @abstractmethod
    def missing(self, field: str, cells: Sequence[str]) -> str:
        """Say that cells of a field mean not known."""

    @abstractmethod
    def ignore(self, column: str) -> str:
        """Say that a column is to be left alone."""

    @abstractmethod
    def accept(self, word: str) -> str:
        """Say that something doubtful is accepted."""

    @abstractmethod
    def together(self, statements: Sequence[str]) -> str:
        """Join statements that belong together."""

    def sentence(self, sentence: str, column: str, cell: str = "") -> str:
        """Spell the options in a sentence of `columns.yaml`; `…` stands for the column or the cell."""

        def spelled(match: re.Match[str]) -> str:
            kind, name, text, answer = match.groups()
            match kind:
                case "map":
                    return self.map(name, column)
                case "ignore":
                    return self.ignore(column)
                case "accept":
                    return self.accept(name)
            return self.values(name, {text.replace("…", cell): answer})

        return _IN_SENTENCE.sub(spelled, sentence)


class _Options(Spelling):
    """Options of the command line, quoted for a shell."""

    reasons = "--show-mapping says why."
    to_which_day = "Write --as-of with that day (2026-05-31), or with the column that has it."

    def name(self, kind: str) -> str:
        return f"--{kind}"

    def map(self, field: str, column: str) -> str:
        return self._option("map", f"{field}={column}")

    def values(self, field: str, answers: Mapping[str, str]) -> str:
        return self.together(
            [self._option("values", f"{field}:{cell}={answer}") for cell, answer in answers.items()]
        )

    def missing(self, field: str, cells: Sequence[str]) -> str:
        return self.together([self._option("missing", f"{field}={cell}") for cell in cells])

    def ignore(self, column: str) -> str:
        return self._option("ignore", column)

    def accept(self, word: str) -> str:
        return self._option("accept", word)

    def together(self, statements: Sequence[str]) -> str:
        return " ".join(statements)

    def _option(self, kind: str, value: str) -> str:
        return f"{self.name(kind)} {shlex.quote(value)}"


class _Arguments(Spelling):
    """Arguments of `recommender.assess_frame`."""

    to_which_day = "Work it out, and put it in place of the dates."

    def name(self, kind: str) -> str:
        return f"{kind}="

    def map(self, field: str, column: str) -> str:
        return f"map={ {field: column} }"

    def values(self, field: str, answers: Mapping[str, str]) -> str:
        return f"values={ {field: dict(answers)} }"

    def missing(self, field: str, cells: Sequence[str]) -> str:
        return f"missing={ {field: list(cells)} }"

    def ignore(self, column: str) -> str:
        return f"ignore={[column]}"

    def accept(self, word: str) -> str:
        return f"accept={[word]}"

    def together(self, statements: Sequence[str]) -> str:
        return ", ".join(statements)


OPTIONS: Spelling = _Options()
ARGUMENTS: Spelling = _Arguments()
