"""From the rows of a table to scores, each with its site, its place and what its own row says against it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from recommender.scan_report import guards
from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Cell, Row, Score, Site, Table
from recommender.scan_report.numbers import DATE, YEAR, is_empty, plain, read_number, tight
from recommender.scan_report.sites import MEAN, UNCLEAR, resolve

_HIGHEST = 8_000


class TableScores(NamedTuple):
    """The scores of tables, notes on what was left out, and where only a mean stands."""

    scores: tuple[Score, ...]
    notes: tuple[str, ...]
    means: tuple[str, ...]


def scores_of(tables: Sequence[Table], lexicon: Lexicon, machine: guards.Machine) -> TableScores:
    """Return the scores in tables; what a table or a row says against its own numbers is a doubt of each."""
    scores: list[Score] = []
    notes: list[str] = []
    means: list[str] = []
    for table in tables:
        if not table.is_clear:
            where = " | ".join(text for text in table.headings if text)
            notes.append(lexicon.note("no_heading", where=where))
            continue
        if lexicon.says("older", plain(_title(table))) and not _dated(table):
            notes.append(lexicon.note("older", what=_title(table)))
            continue
        candidates: list[guards.Candidate] = []
        unplaced: list[guards.Candidate] = []
        for row in table.rows:
            verdict = resolve(row, [other.label for other in table.rows if other.title == row.title], lexicon)
            cells = _by_kind(table, row, lexicon)
            numbers = {kind: number for kind, cell in cells.items() if (number := read_number(cell.text))}
            own: list[Score] = []
            if verdict.site:
                own += _of_row(table, row, verdict.site, cells, lexicon, machine, notes)
            elif verdict.reason == MEAN:
                means.append(place_of(row))
            elif verdict.reason == UNCLEAR and any(kind in cells for kind in SCORES):
                notes.append(lexicon.note("no_site", where=place_of(row)))
                unplaced.append(guards.Candidate(row, numbers, None))
            candidates += [guards.Candidate(row, numbers, score) for score in own or (None,)]
        scores += [
            score._replace(doubts=(*score.doubts, *_below(score, unplaced, lexicon)))
            for score in guards.of_table(candidates, lexicon)
        ]
    return TableScores(tuple(scores), tuple(dict.fromkeys(notes)), tuple(means))


def _below(score: Score, unplaced: Iterable[guards.Candidate], lexicon: Lexicon) -> Iterator[str]:
    """Yield a doubt where a row of the same table has a lower score, and may be of the same bone."""
    for candidate in unplaced:
        number = candidate.numbers.get(score.kind)
        if number and number.value < score.value:
            yield lexicon.doubt("unplaced", where=place_of(candidate.row))
            return


def place_of(row: Row) -> str:
    """Return where a row stands, in the words of the report."""
    return ", ".join(filter(None, (row.title, " ".join(filter(None, (row.group, row.label))))))


def _title(table: Table) -> str:
    return next((row.title for row in table.rows if row.title), "")


def _dated(table: Table) -> bool:
    return any(
        DATE.search(row.label) or any(DATE.search(cell.text) for cell in row.cells.values())
        for row in table.rows
    )


def _by_kind(table: Table, row: Row, lexicon: Lexicon) -> dict[str, Cell]:
    """Return the cells of a row by the kind of their heading; a kind that stands twice is left out."""
    kinds = [kind_of(table.headings[column], lexicon) for column in row.cells]
    return {
        kind: cell
        for kind, cell in zip(kinds, row.cells.values(), strict=True)
        if kind and kinds.count(kind) == 1 and not is_empty(cell.text)
    }


def _of_row(
    table: Table,
    row: Row,
    site: Site,
    cells: Mapping[str, Cell],
    lexicon: Lexicon,
    machine: guards.Machine,
    notes: list[str],
) -> Iterable[Score]:
    date = _date(row, cells)
    numbers = {kind: number for kind, cell in cells.items() if (number := read_number(cell.text))}
    doubts = [lexicon.doubt(key) for key in table.doubts]
    doubts += [lexicon.doubt(key, row=row.label, title=row.title) for key in site.doubts]
    if site.part:
        doubts.append(lexicon.doubt("part_of_spine", part=site.part))
    for kind in SCORES:
        cell = cells.get(kind)
        if cell is None:
            continue
        number = read_number(cell.text)
        where = place_of(row)
        if number is None or abs(number.value) > _HIGHEST:
            key = "unreadable" if number is None else "implausible"
            notes.append(lexicon.sentence(f"notes.{key}", where=where, value=cell.text))
            continue
        own = [*doubts, *(lexicon.doubt(key, printed=cell.text) for key in cell.doubts)]
        if number.is_odd and "marked" not in cell.doubts:
            own.append(lexicon.doubt("marked", printed=cell.text))
        heading = next(table.headings[c] for c in row.cells if row.cells[c] is cell)
        if not lexicon.says(f"headings.{kind}", tight(heading)):
            own.append(lexicon.doubt("letter", letter=lexicon.letters[kind]))
        own += guards.of_row(kind, site, numbers, lexicon, machine)
        yield Score(
            kind,
            site,
            number.value,
            cell.text,
            table.page,
            row.title or row.group,
            f"{row.group} {row.label}".strip(),
            heading,
            _snippet(table, row),
            tuple(dict.fromkeys(own)),
            date,
            cell.word,
        )


def _date(row: Row, cells: Mapping[str, Cell]) -> str:
    if "date" in cells and DATE.search(cells["date"].text):
        return cells["date"].text
    texts = (row.label, row.group, row.title)
    days = (DATE.search(text) or YEAR.search(text) for text in texts)
    return next((day[0] for day in days if day), "")


def _snippet(table: Table, row: Row) -> str:
    """Return a row as it is printed, each cell with its heading."""
    cells = (
        f"{table.headings[column]}: {cell.text}" if table.headings[column] else cell.text
        for column, cell in row.cells.items()
    )
    label = " ".join(filter(None, (row.group, row.label)))
    return f"{label} | {' | '.join(cells)}"
