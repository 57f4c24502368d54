"""What a report is made of on its way from a page to proposals."""

from typing import Any, NamedTuple

SCORES = ("t", "z")


class Word(NamedTuple):
    """A word on a page, with its box in points; `y` grows downwards.

    `doubt` is a key of the sentences: the word is `hidden` (laid over a picture) or `overlaid`.
    """

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    doubt: str = ""

    @property
    def height(self) -> float:
        """The height of the box, in points."""
        return self.y1 - self.y0


Line = list[Word]


class Page(NamedTuple):
    """The lines of one page, from top to bottom, each from left to right."""

    number: int
    lines: list[Line]


class Cell(NamedTuple):
    """What stands in one column of a row, with the doubts about reading it, and its place on a page."""

    text: str
    doubts: tuple[str, ...] = ()
    word: Word | None = None


class Row(NamedTuple):
    """One row of a table: its label, the label of its group, and its cells by column."""

    label: str
    group: str
    title: str
    cells: dict[int, Cell]


class Table(NamedTuple):
    """Rows under headings. A cell under no heading, or under two, makes no row (`is_clear` is false)."""

    page: int
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    is_clear: bool = True
    doubts: tuple[str, ...] = ()


class Statement(NamedTuple):
    """A score that a sentence or a coded result tells, with the words that say of which bone."""

    kind: str
    number: str
    about: str
    text: str
    page: int
    date: str = ""
    doubts: tuple[str, ...] = ()
    place: str = ""


class Content(NamedTuple):
    """All that a file holds, whatever its format: tables, coded statements, and the lines of its text."""

    kind: str
    tables: tuple[Table, ...] = ()
    statements: tuple[Statement, ...] = ()
    lines: tuple[tuple[int, str], ...] = ()
    age: int | None = None
    notes: tuple[str, ...] = ()
    is_damaged: bool = False
    pages: tuple[Page, ...] = ()


class Site(NamedTuple):
    """The bone of a row: the field without its `t_` or `z_`, the side, and what part of the spine it is."""

    name: str
    side: str = ""
    part: str = ""
    doubts: tuple[str, ...] = ()


class Score(NamedTuple):
    """One T- or Z-score as printed (`text`), in thousandths (`value`), and where it stands."""

    kind: str
    site: Site
    value: int
    text: str
    page: int
    table: str
    row: str
    column: str
    snippet: str
    doubts: tuple[str, ...] = ()
    date: str = ""
    word: Word | None = None


class Cutout(NamedTuple):
    """The words around a number as they stand on its page, in a picture of `width` by `height` points.

    `number` is the box of the number itself, whose text is a sign and digits as printed.
    """

    width: float
    height: float
    words: tuple[Word, ...]
    number: Word

    def to_list(self) -> list[Any]:
        """Return the cut-out as plain data: each word is its text, its box and an empty text."""
        return [self.width, self.height, [list(word) for word in self.words], list(self.number)]


class Proposal(NamedTuple):
    """A number for a person to confirm; until then it counts for nothing.

    `field` is a field of the vocabulary, `value` plain decimal text (`-2.3`), `printed` as it stands in the
    report. `page` counts from 1; `table`, `row` and `column` are as printed, `snippet` is the text around it.
    `doubts` are plain sentences, to be shown before the number; `cutout` is the place on the page of a PDF.
    """

    field: str
    value: str
    printed: str
    page: int
    table: str
    row: str
    column: str
    snippet: str
    doubts: tuple[str, ...]
    cutout: Cutout | None = None

    @property
    def signed(self) -> str:
        """The value with its sign, also where that is a plus: so it is an answer."""
        return self.value if self.value.startswith("-") else f"+{self.value}"

    def to_dict(self) -> dict[str, Any]:
        """Return the proposal as plain data."""
        cutout = self.cutout and self.cutout.to_list()
        return {**self._asdict(), "doubts": list(self.doubts), "cutout": cutout}


class Reading(NamedTuple):
    """All that was read from one file: proposals, doubtful ones first, and sentences about what was left out.

    `kind` is the format (`pdf`, `dicom`, `hl7`, `fhir`, `html`, `text`); `age` is what the report prints.
    """

    name: str
    kind: str
    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...]
    age: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as plain data that JSON can hold."""
        return {
            "schema": "recommender.reading.v1",
            "name": self.name,
            "kind": self.kind,
            "proposals": [proposal.to_dict() for proposal in self.proposals],
            "notes": list(self.notes),
            "age": self.age,
        }
