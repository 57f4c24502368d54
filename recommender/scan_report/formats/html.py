"""Tables of a web page, as the text of a FHIR report holds them, and its lines."""

from collections.abc import Sequence
from html.parser import HTMLParser

from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Cell, Content, Row, Table
from recommender.scan_report.numbers import DATE, is_empty, looks_numeric, plain

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "tr",
        "br",
        "table",
        "ul",
        "ol",
        "pre",
        "td",
        "th",
        "caption",
    ]
)
_UNSEEN = frozenset(["script", "style", "head", "template", "title"])
_MOST_SPAN = 50
_MOST_CELLS = 20_000
_TITLE_LINES = 4


def html_content(text: str, lexicon: Lexicon, budget: Budget) -> Content:
    """Return the tables and lines of a web page."""
    reader = _Reader(budget)
    reader.feed(text)
    reader.close()
    reader.end_line()
    tables = []
    for title, grid in reader.tables:
        budget.check()
        tables += _tables(title, grid, lexicon)
    if reader.has_hidden:  # what a browser leaves out may shift the columns
        tables = [table._replace(doubts=("overlaid",)) for table in tables]
    return Content("html", tuple(tables), (), tuple((1, line) for line in reader.lines if line))


class _Reader(HTMLParser):
    """Collects the cells of tables, with a span filled, and the lines outside of them."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(convert_charrefs=True)
        self.budget = budget
        self.lines: list[str] = []
        self.tables: list[tuple[str, list[list[str]]]] = []
        self._grids: list[list[list[str]]] = []
        self._spans: list[dict[tuple[int, int], str]] = []
        self._cell: list[str] | None = None
        self._cell_span = (1, 1)
        self._line: list[str] = []
        self._unseen = self._cells = 0
        self.has_hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.budget.check()
        self._unseen += tag in _UNSEEN
        style = (dict(attrs).get("style") or "").replace(" ", "").lower()
        self.has_hidden = self.has_hidden or "hidden" in dict(attrs) or "display:none" in style
        if tag in _BLOCKS and tag not in ("td", "th") and self._cell is None:
            self.end_line()
        if tag == "table":
            self._end_cell()
            self._grids.append([])
            self._spans.append({})
        elif tag == "tr" and self._grids:
            self._end_cell()
            self._grids[-1].append([])
        elif tag in ("td", "th") and self._grids:
            self._end_cell()
            if not self._grids[-1]:
                self._grids[-1].append([])
            names = dict(attrs)
            self._cell, self._cell_span = [], (_span(names.get("rowspan")), _span(names.get("colspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._grids:
            self._end_cell()
            grid = self._grids.pop()
            self._spans.pop()
            title = " ".join(line for line in self.lines[-_TITLE_LINES:][::-1] if line)
            self.tables.append((title, grid))
        elif tag in _BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._cell is not None:
            self._cell.append(data)
            return
        first, *others = data.split("\n")
        self._line.append(first)
        for line in others:
            self.end_line()
            self._line.append(line)

    def end_line(self) -> None:
        """End a line of text outside of tables."""
        self.lines.append(" ".join("".join(self._line).split()))
        self._line = []

    def _end_cell(self) -> None:
        if self._cell is None or not self._grids:
            return
        text = " ".join("".join(self._cell).split())
        self._cell = None
        grid, spans = self._grids[-1], self._spans[-1]
        number, row = len(grid) - 1, grid[-1]
        _fill(row, number, spans)
        below, beside = self._cell_span
        self._cells += below * beside
        if self._cells > _MOST_CELLS:
            return
        for column in range(len(row), len(row) + beside):
            spans |= {(number + step, column): text for step in range(1, below)}
        row += [text] * beside
        _fill(row, number, spans)


def _fill(row: list[str], number: int, spans: dict[tuple[int, int], str]) -> None:
    while (number, len(row)) in spans:
        row.append(spans.pop((number, len(row))))


def _span(text: str | None) -> int:
    return min(int(text), _MOST_SPAN) if text and text.isascii() and text.isdigit() and int(text) else 1


def _tables(title: str, grid: Sequence[Sequence[str]], lexicon: Lexicon) -> list[Table]:
    """Return the rows of a grid under headings that name a score; a second heading begins a new table."""
    tables: list[Table] = []
    headings: list[str] = []
    rows: list[Row] = []
    group = ""
    is_heading_before, is_even = False, True
    for cells in grid:
        if _is_heading(cells, lexicon):
            if headings and is_heading_before:
                pairs = zip(headings, cells, strict=False)
                headings = [" ".join(dict.fromkeys(pair)) for pair in pairs]
            else:
                _keep(tables, headings, rows, is_even, lexicon)
                headings, rows, is_even = list(cells), [], True
            is_heading_before = True
            continue
        if not headings:
            title = " ".join(filter(None, (*cells, title))) if len(cells) == 1 else title
            continue
        is_heading_before = False
        filled = [cell for cell in cells if cell]
        if len(set(filled)) == 1 and not looks_numeric(filled[0]):
            group = filled[0]
            continue
        is_even = is_even and len(cells) == len(headings)
        rows.append(_row(title, group, headings, cells))
    _keep(tables, headings, rows, is_even, lexicon)
    return tables


def _keep(
    tables: list[Table], headings: Sequence[str], rows: Sequence[Row], is_even: bool, lexicon: Lexicon
) -> None:
    """Add a table; it is clear where every row is as long as the headings, and each score has one of them."""
    if not rows:
        return
    kinds = [kind_of(heading, lexicon) for heading in headings]
    is_clear = is_even and "both" not in kinds and all(kinds.count(kind) <= 1 for kind in SCORES)
    tables.append(Table(1, tuple(headings), tuple(rows), is_clear))


def _is_heading(cells: Sequence[str], lexicon: Lexicon) -> bool:
    kinds = {kind_of(cell, lexicon) for cell in cells}
    return bool(kinds & {*SCORES, "both"}) and not any(
        looks_numeric(cell) and not DATE.fullmatch(cell) for cell in cells
    )


def _row(title: str, group: str, headings: Sequence[str], cells: Sequence[str]) -> Row:
    """Return a row: the words before its first number are its label."""
    first = next((place for place, cell in enumerate(cells) if _is_value(cell)), len(cells))
    label = " ".join(dict.fromkeys(cell for cell in cells[:first] if cell and not is_empty(cell)))
    values = {
        place: Cell(_bare(cell))
        for place, cell in enumerate(cells[: len(headings)])
        if place >= first and cell
    }
    return Row(label, group, title, values)


def _is_value(cell: str) -> bool:
    return looks_numeric(_bare(cell)) or DATE.fullmatch(cell) is not None


def _bare(cell: str) -> str:
    """Return a cell without the unit behind its number, such as `1.148 g/cm²`."""
    number, _, unit = cell.partition(" ")
    return number if unit and looks_numeric(number) and plain(unit).lower() in _UNITS else cell


_UNITS = frozenset(("g/cm2", "g/cm^2", "%", "sd", "sds", "g", "cm2", "years", "y"))
