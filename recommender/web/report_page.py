"""A report that somebody drops on the page: what was read in it, to be confirmed number by number."""

import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

from recommender.errors import Problem, ProfileError
from recommender.rulebook.model import Rulebook
from recommender.scan_report import Proposal, Reading, read_report
from recommender.scan_report.cutting import read_cutout
from recommender.scan_report.model import Cutout
from recommender.scan_report.places import where_printed
from recommender.scan_report.reading import Known
from recommender.web.request import Request

_MOST = 20  # proposals; there are eight scores


class Row(NamedTuple):
    """One proposed number as the page shows it: doubts first, and where it stands in the report."""

    field: str
    label: str
    value: str
    doubts: tuple[str, ...]
    where: str
    printed: str
    cutout: Cutout | None


class ReportPage:
    """Reads reports by what is `known`, which is read when somebody first brings one."""

    def __init__(self, book: Rulebook, known: Callable[[], Known]) -> None:
        self.book, self._known = book, known

    @property
    def known(self) -> Known:
        """Return what reports are read by."""
        return self._known()

    @staticmethod
    def can_read() -> bool:
        """Say whether PDFs can be read here."""
        return find_spec("pdfminer") is not None

    def read(self, content: bytes, age: int | None) -> Reading:
        """Read a report.

        Raises:
            ReportError: when nothing can be read, with one sentence on what to do.

        """
        return read_report(content, "", age, self.known)

    def rows(self, reading: Reading) -> Iterator[Row]:
        """Yield the proposals, doubtful ones first."""
        for proposal in sorted(reading.proposals, key=lambda each: not each.doubts):
            where = where_printed(proposal, self.known.lexicon)
            label = self.book.vocabulary.fields[proposal.field].label
            yield Row(
                proposal.field,
                label,
                proposal.value,
                proposal.doubts,
                where,
                proposal.snippet,
                proposal.cutout,
            )

    def confirmed(self, request: Request, reading: Reading) -> dict[str, str]:
        """Return the numbers that somebody says stand there; those not looked at are left out.

        Raises:
            ProfileError: where one is said to be another and is not typed.

        """
        answers = {}
        for proposal in reading.proposals:
            confirmed = request.text(f"is-{proposal.field}")
            typed = request.text(f"typed-{proposal.field}").strip()
            if confirmed == "no" and not typed:
                label = self.book.vocabulary.fields[proposal.field].label
                raise ProfileError(Problem(label, self.book.phrase("web.report.type_it")))
            if confirmed == "yes":
                answers[proposal.field] = proposal.signed
            elif confirmed == "no":
                answers[proposal.field] = typed
        return answers


def write_reading(reading: Reading) -> str:
    """Return a reading as text for a form."""
    return json.dumps(reading.to_dict())


def carried_reading(text: str, book: Rulebook) -> Reading:
    """Return the reading that a form carries.

    Raises:
        ProfileError: when it is not one that `write_reading` wrote.

    """
    try:
        plain: dict[str, Any] = json.loads(text)
        proposals = [
            Proposal(
                **{
                    **each,
                    "doubts": tuple(map(str, each["doubts"])),
                    "cutout": read_cutout(each["cutout"]),
                }
            )
            for each in plain["proposals"]
        ]
        if len(proposals) > _MOST or any(each.field not in book.vocabulary.fields for each in proposals):
            raise ValueError
        notes = tuple(map(str, plain["notes"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ProfileError(Problem("", "This report cannot be read.", "Begin again.")) from None
    return Reading("", "", tuple(proposals), notes, None)
