"""One request at the desk: its address, the filters of the worklist, and the fields of a form."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from recommender.review.desk import Desk, Reviewer
from recommender.review.security import Session
from recommender.review.worklist import Wanted
from recommender.rulebook.scales import Clearance

_LONGEST = 100
_DIGITS = 9  # the largest number fits a 32-bit integer column
SWITCHES = (
    "undecided",
    "mine",
    "unsigned",
    "missing",
    "disagreed",
    "differ",
    "settled",
    "stale",
    "changed",
    "doubtful",
    "repeated",
)
BLIND_SWITCHES = (
    "undecided",
    "mine",
    "unsigned",
    "changed",
    "doubtful",
    "repeated",
)  # the others reveal what the rules say


class DeskRequest(NamedTuple):
    """One request of a reviewer: path and query parameters, and the fields of a posted form (else empty)."""

    session: Session
    who: Reviewer
    path: Mapping[str, Any]
    query: QueryParams
    form: Mapping[str, str]

    @property
    def number(self) -> int:
        """Return the number of the person in the path."""
        return number_in(self.path["number"]) or 0

    @property
    def cursor(self) -> tuple[int | None, bool]:
        """Return the pagination cursor: (person number or none, true for the next page)."""
        before, after = (number_in(self.query.get(name, "")) for name in ("before", "after"))
        return (before, False) if before is not None else (after, True)

    @property
    def narrowed(self) -> str:
        """Return the filters of the worklist as a query string."""
        return urlencode({key: value for key, value in self.query.items() if value and key in Wanted._fields})

    @property
    def place(self) -> str:
        """Return the filters and the page of the worklist as a query string, to come back to."""
        kept = (*Wanted._fields, "after", "before")
        return urlencode({key: value for key, value in self.query.items() if value and key in kept})

    def wanted(self, desk: Desk) -> Wanted:
        """Return the filters of the worklist; unknown values do not filter."""
        scales = {"clearance": tuple(Clearance), "tier": desk.book.scales["risk_tier"]}
        filters: dict[str, Any] = {
            key: shown(self.query.get(key, ""))[:_LONGEST] for key in ("search", "movement", "rule")
        }
        filters |= {
            key: levels.index(self.query[key])
            for key, levels in scales.items()
            if self.query.get(key, "") in levels
        }
        filters |= {key: self.query.get(key) == "yes" for key in SWITCHES}
        filters["mine"] = self.who.name if filters["mine"] else ""
        if desk.blind:  # a filter must not reveal what the rules say
            filters = {key: filters[key] for key in ("search", *BLIND_SWITCHES)}
        return Wanted(**filters)


def shown(text: str) -> str:
    """Return typed text with unprintable characters as spaces, for the database and the pages."""
    return "".join(char if char.isprintable() or char in "\r\n\t" else " " for char in text)


def number_in(text: str) -> int | None:
    """Return the number that a text of an address or a form is, if it can be that of a person."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None
