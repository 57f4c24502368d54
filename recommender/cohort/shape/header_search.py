"""Find the line of the names in a file whose first line does not have them."""

from contextlib import suppress

from recommender.cohort.files.opening import open_table
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.mapping.names import ColumnDictionary, Role
from recommender.errors import RecommenderError

_LAST_LINE = 15
_FEWEST_NAMES = 2
_ROWS = 100
_KNOWN = (Role.FIELD, Role.COUNTED, Role.FLAG, Role.ASK, Role.HEEL)


def find_header_row(source: str, options: ReadOptions, dictionary: ColumnDictionary) -> str:
    """Return the `--header-row` with most known names, tried with the reader; empty if none is better."""
    if source == "-" or options.header_row is not None:
        return ""
    best, best_rank = "", _rank(source, options, dictionary)
    for line in range(2, _LAST_LINE + 1):
        for row in (str(line), f"{line - 1}-{line}"):
            rank = _rank(source, options._replace(header_row=row), dictionary)
            if rank > best_rank and rank[0] >= _FEWEST_NAMES:
                best, best_rank = row, rank
    return best


def _rank(source: str, options: ReadOptions, dictionary: ColumnDictionary) -> tuple[int, int]:
    """Return how many names are known, and how many of them say exactly which field they are."""
    with suppress(RecommenderError):
        table = open_table(source, options, _ROWS)
        table.batches().close()
        names = [name for column in table.header if (name := dictionary.lookup(column)) is not None]
        exact = [name for name in names if name.role is Role.FIELD and name.fields != ("t_score",)]
        return sum(name.role in _KNOWN for name in names), len(exact)
    return 0, 0
