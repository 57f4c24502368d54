"""From what sentences and coded results tell to scores; those of a sentence are always doubted."""

from collections.abc import Iterator, Mapping, Sequence

from recommender.language.numbers import UNIT
from recommender.scan_report import guards
from recommender.scan_report.choosing import NO_BONE
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Score, Site, Statement
from recommender.scan_report.numbers import Printed, read_number
from recommender.scan_report.prose import site_of
from recommender.scan_report.sites import SPINE

_HIGHEST = 8 * UNIT


def scores_of_statements(
    statements: Sequence[Statement],
    in_tables: Sequence[Score],
    texts: Sequence[str],
    lexicon: Lexicon,
    machine: guards.Machine,
) -> Iterator[Score]:
    """Yield the scores that statements tell; a sentence that repeats a table is passed over.

    `texts` are all lines of the report. T and Z of one bone and day are held against each other.
    """
    speaks_of_exclusion = any(lexicon.says("excluded_vertebrae", text) for text in texts)
    numbers: dict[tuple[Site, str], dict[str, Printed]] = {}
    placed: list[tuple[Statement, Site, Printed]] = []
    for statement in statements:
        number = read_number(statement.number)
        site, _ = site_of(statement.about, lexicon)
        if number is None or abs(number.value) > _HIGHEST or (site is None and statement.kind == "z"):
            continue
        site = site or Site(NO_BONE)
        if not statement.place and _is_known(statement.kind, site, number.value, in_tables):
            continue
        numbers.setdefault((site, statement.date), {})[statement.kind] = number
        placed.append((statement, site, number))
    for statement, site, number in placed:
        doubts = [lexicon.doubt(key) for key in statement.doubts]
        doubts += _about_site(statement, site, speaks_of_exclusion, lexicon)
        beside: Mapping[str, Printed] = {**numbers[site, statement.date], statement.kind: number}
        doubts += guards.of_row(statement.kind, site, beside, lexicon, machine)
        yield Score(
            statement.kind,
            site,
            number.value,
            statement.number,
            statement.page,
            "",
            statement.about.strip(" ,;(-"),
            statement.place,
            statement.text,
            tuple(dict.fromkeys(doubts)),
            statement.date,
        )


def _about_site(
    statement: Statement, site: Site, speaks_of_exclusion: bool, lexicon: Lexicon
) -> Iterator[str]:
    if not statement.place:
        yield lexicon.doubt("from_text")
        if site.name == SPINE and speaks_of_exclusion:
            yield lexicon.doubt("excluded")
    if site.name == NO_BONE:
        yield lexicon.doubt("no_bone")
    if site.part:
        yield lexicon.doubt("part_of_spine", part=site.part)


def _is_known(kind: str, site: Site, value: int, in_tables: Sequence[Score]) -> bool:
    """Say whether a sentence only repeats what a table says."""
    return any((score.kind, score.site.name, score.value) == (kind, site.name, value) for score in in_tables)
