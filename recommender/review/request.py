"""What a reviewer asks for: a page, whom the list is to show, and what stands in a form."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from recommender.review.desk import Desk, Reviewer
from recommender.review.worklist import Wanted
from recommender.rulebook.scales import Clearance

_LONGEST = 100
_DIGITS = 9  # as far as a database counts
SWITCHES = {
    "undecided": "undecided by anybody",
    "mine": "undecided by me",
    "unsigned": "not signed",
    "missing": "with answers to check first",
    "disagreed": "decided otherwise than the rules say",
    "differ": "on whom reviewers differ",
    "stale": "of whom the rules say otherwise now",
}
BLIND_SWITCHES = ("undecided", "mine", "unsigned")  # the others tell what the rules say


class DeskRequest(NamedTuple):
    """One request of somebody who sits at the desk; `path` and `query` are of its address, `form` is empty unless one was sent."""

    who: Reviewer
    path: Mapping[str, Any]
    query: QueryParams
    form: Mapping[str, str]

    @property
    def number(self) -> int:
        """Return the number of the person whom an address names."""
        return _number(self.path["number"]) or 0

    @property
    def cursor(self) -> tuple[int | None, bool]:
        """Return the pagination cursor: (person number or none, true for the next page)."""
        before, after = (_number(self.query.get(name, "")) for name in ("before", "after"))
        return (before, False) if before is not None else (after, True)

    @property
    def narrowed(self) -> str:
        """Return how the list is narrowed, as the part of an address."""
        return urlencode({key: value for key, value in self.query.items() if value and key in Wanted._fields})

    def wanted(self, desk: Desk) -> Wanted:
        """Return whom the list is to show; what is not known there does not narrow it."""
        scales = {"clearance": tuple(Clearance), "tier": desk.book.scales["risk_tier"]}
        found: dict[str, Any] = {
            key: shown(self.query.get(key, ""))[:_LONGEST] for key in ("search", "movement", "rule")
        }
        found |= {
            key: levels.index(self.query[key])
            for key, levels in scales.items()
            if self.query.get(key, "") in levels
        }
        found |= {key: self.query.get(key) == "yes" for key in SWITCHES}
        found["mine"] = self.who.name if found["mine"] else ""
        if desk.blind:  # what the rules say is not to be found out by asking for it
            found = {key: found[key] for key in ("search", *BLIND_SWITCHES)}
        return Wanted(**found)


def shown(text: str) -> str:
    """Return what was typed without what cannot be seen: no database and no page has a use for it."""
    return "".join(sign if sign.isprintable() or sign in "\r\n\t" else " " for sign in text)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None
