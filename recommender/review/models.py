"""The records of the store: people as imported, and decisions about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from recommender.review.short_plan import ShortPlan
from recommender.scan_report.model import Cutout

DECIDED = ("agree", "modify", "override")
SIGNED, WITHDRAWN, AMENDED = "signed", "withdrawn", "amended"
SETTLED, REMARK = "settled", "remark"
ANSWERS = "answers"  # what an amendment is about
APART = (AMENDED, SETTLED, REMARK)  # acts beside which decisions and signatures stand


class Doubt(NamedTuple):
    """A cell that cannot be taken as it stands: its column and text, why, in a sentence, and its field.

    Without a field the whole row is meant. The `proposal` of a scan report is an answer that somebody may
    confirm, `cutout` its place on the page.
    """

    column: str
    cell: str
    reason: str
    field: str = ""
    proposal: str = ""
    cutout: Cutout | None = None


class Entered(NamedTuple):
    """One person as imported, with their plan in short.

    `given` holds the cells of the mapped columns, `unread` those of them that are read as not known, `doubts`
    those of these that could not be read or contradict others. `identified` says whether the file names the
    person, `shown` holds the cells that a reader wants to see beside the name.
    """

    name: str
    line: int
    answers: Mapping[str, str]
    given: Mapping[str, str]
    unread: Mapping[str, str]
    plan: ShortPlan
    identified: bool = True
    doubts: Sequence[Doubt] = ()
    shown: Sequence[str] = ()


class LeftOut(NamedTuple):
    """A row of the file that is not on the worklist, as it is no person, with the reason."""

    line: int
    cells: Sequence[Doubt]


class Entering(Protocol):
    """A source of people: batches, the movements and rules of their digits, and the rows that are none."""

    @property
    def digits(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the movements and the rules, in the order of the digits."""

    @property
    def shown(self) -> Sequence[str]:
        """Return the columns that a reader wants to see beside the name."""

    @property
    def left_out(self) -> Sequence[LeftOut]:
        """Return the rows that are no people, once all batches were read."""

    def batches(self) -> Iterator[Sequence[Entered]]:
        """Yield the people, in the order of the source."""


class Decision(NamedTuple):
    """A reviewer's verdict on one line, or on the whole plan (`about` is empty), beside what the rules say.

    `person` is the hash of the person, `tier` their risk tier, `rules` the ids of the rules behind
    `rules_say`, `plan` the hash of the plan. For the whole plan, `said` holds that plan and the fired rules,
    as JSON. `disposition` is what was done for a person who must not wait, `recheck` the day to look again.
    `withdraws` is the id of the decision that this one takes back, 0 for none; `together` the number of
    people agreed with in the same act, 0 where this one was decided alone. `amends` holds the answers that an
    amendment fills in, as JSON by field, empty for not known; `amended` is the hash of the answers that were
    filled in before, empty where there were none. `account` is the login of who had signed in, empty where
    the name was typed; `replies` the id of the remark that this one answers, 0 for none.
    """

    run: int
    number: int
    person: str
    about: str
    kind: str
    rules_say: str
    verdict: str
    reason: str
    comment: str
    tier: str
    rules: str
    plan: str
    said: str
    by: str
    role: str
    rulebook: str
    form: str
    disposition: str = ""
    recheck: str = ""
    withdraws: int = 0
    together: int = 0
    amends: str = ""
    amended: str = ""
    account: str = ""
    replies: int = 0


class Checked(NamedTuple):
    """The result of a check of the chain: the hash of each decision by id, and the problems, in sentences."""

    decisions: Mapping[int, str]
    problems: list[str]


def row_name(line: int) -> str:
    """Return the name of a person to whom the file gives none."""
    return f"row {line}"
