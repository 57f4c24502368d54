"""What a reviewer asks for: a page, whom the list is to show, and what stands in a form."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from recommender.review.desk import Desk, Reviewer
from recommender.review.worklist import Wanted
from recommender.rulebook.model import CLEARANCES

_LONGEST = 100
_LARGEST = 10**9  # as a database counts
SWITCHES = {
    "undecided": "undecided by anybody",
    "mine": "undecided by me",
    "unsigned": "not signed",
    "missing": "with answers to check first",
    "disagreed": "decided otherwise than the rules say",
    "differ": "on whom reviewers differ",
    "stale": "decided under another rulebook",
}
BLIND_SWITCHES = ("undecided", "mine", "unsigned")  # the others tell what the rules say


class Asked(NamedTuple):
    """One request of somebody who sits at the desk; `path` and `query` are of its address, `form` is empty unless one was sent."""

    who: Reviewer
    path: Mapping[str, Any]
    query: QueryParams
    form: Mapping[str, str]

    @property
    def number(self) -> int:
        """Return the number of the person whom an address names."""
        return min(int(self.path["number"]), _LARGEST)

    @property
    def after(self) -> int:
        """Return how many people come before a page of the list."""
        found = self.query.get("after", "0")
        return min(int(found), _LARGEST) if found.isdecimal() and len(found) <= _LONGEST else 0

    @property
    def narrowed(self) -> str:
        """Return how the list is narrowed, as the part of an address."""
        return urlencode({key: value for key, value in self.query.items() if value and key in Wanted._fields})

    def wanted(self, desk: Desk) -> Wanted:
        """Return whom the list is to show; what is not known there does not narrow it."""
        scales = {"clearance": CLEARANCES, "tier": desk.book.scales["risk_tier"]}
        found: dict[str, Any] = {key: self.query.get(key, "")[:_LONGEST] for key in ("search", "movement", "rule")}
        found |= {key: levels.index(self.query[key]) for key, levels in scales.items() if self.query.get(key, "") in levels}
        found |= {key: self.query.get(key) == "yes" for key in SWITCHES}
        found["mine"] = self.who.name if found["mine"] else ""
        if desk.blind:  # what the rules say is not to be found out by asking for it
            found = {key: found[key] for key in ("search", *BLIND_SWITCHES)}
        return Wanted(**found)
