"""The desk: the people of one run, each assessed by today's rules, with the decisions about them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from recommender.cohort.answer_columns import answer_row
from recommender.errors import ProfileError
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.review.amended_people import Place, out_of_date, rewrite, same_people
from recommender.review.amendments import Told, amended_hash, amendments, answers_told, open_doubts, with_told
from recommender.review.chain import hashed
from recommender.review.effects import open_safety
from recommender.review.history import LINES
from recommender.review.labels import Names
from recommender.review.models import ANSWERS, Decision, Doubt
from recommender.review.short_plan import ShortPlans
from recommender.review.snapshot import Plans, plan_hash
from recommender.review.store import Store
from recommender.review.worklist import Worklist
from recommender.rulebook.model import Rule, Rulebook
from recommender.rulebook.scales import Clearance, Verdict
from recommender.vocabulary.profile import read_profile

WITHHELD = "withheld"
CLEARANCES, VERDICTS = tuple(map(str, Clearance)), tuple(map(str, Verdict))
_CACHED_ASSESSMENTS = 64

Row = Mapping[str, Any]


class Line(NamedTuple):
    """One item to decide on: key, name, what the rules say, possible verdicts, and the rules behind it."""

    about: str
    name: str
    rules_say: str
    choices: tuple[str, ...]
    rules: tuple[Rule, ...]


class Review(NamedTuple):
    """One person, loaded once per request: row, decisions (oldest first), assessment, lines, plan hash.

    `told` are the answers that were filled in at the desk, `answers` those of the file with them.
    """

    person: Row
    decisions: Sequence[Row]
    told: Mapping[str, Told]
    answers: Mapping[str, str]
    assessment: Assessment
    lines: Mapping[str, Line]
    plan: str

    @property
    def amended(self) -> str:
        """Return the hash of the answers that were filled in; empty where there are none."""
        return amended_hash({name: entry.answer for name, entry in self.told.items()})

    @property
    def doubts(self) -> Sequence[Doubt]:
        """Return the cells in doubt to which no answer was told since."""
        return open_doubts(self.person["doubts"], self.told)

    @property
    def open_safety(self) -> int:
        """Return the number of safety questions that are open."""
        return open_safety(self.assessment)

    @property
    def needs_disposition(self) -> bool:
        """Say whether a decision on the whole plan must say what was done for this person."""
        return bool(self.assessment.rulebook.dispositions) and (
            not self.assessment.clearance.has_plan or self.open_safety > 0 or bool(self.doubts)
        )


class Reviewer(NamedTuple):
    """The person who sits at the desk; without an account the name is what somebody typed.

    `secret` marks the forms of their session, `duty` is what an account may do (`team.accounts`), `notice`
    what a page has to tell them, `lists` the lists that they may open (None: all).
    """

    name: str
    role: str
    account: str = ""
    duty: str = ""
    secret: str = ""
    notice: str = ""
    lists: frozenset[int] | None = None

    def may_see(self, run: int) -> bool:
        """Say whether they may open a list."""
        return self.lists is None or run in self.lists


class Desk:
    """One run of people in a store, assessed by today's rulebook."""

    def __init__(
        self, store: Store, book: Rulebook, run: int, blind: bool, folder: Path | None = None
    ) -> None:
        """Set up the desk; `folder` holds the rulebook, where it is not the built-in one."""
        self.store, self.book, self.blind, self.folder = store, book, blind, folder
        self.plans, self.names = Plans(book), Names(book)
        engine = self.engine = ReferenceEngine(book.strata)  # stateless: several threads use it

        @lru_cache(maxsize=_CACHED_ASSESSMENTS)
        def assessed(answers_json: str) -> Assessment:
            answers = json.loads(answers_json)
            labels = {name: field.label for name, field in book.vocabulary.fields.items()}
            return assess(book, engine, read_profile(book.vocabulary, answers, labels))

        self._assessed = assessed
        self.choose(run)

    def choose(self, run: int) -> None:
        """Work on another run of the store."""
        self.run, self.worklist = run, Worklist(self.store, run, self.blind)
        self.catch_up()

    def catch_up(self) -> None:
        """Bring the worklist up to what was filled in: an import knows only what stands in its file."""
        with self.store.reading() as connection:
            places = out_of_date(connection, self.run)
        self._reassess(places)

    def assessed(self, answers: Mapping[str, str]) -> Assessment:
        """Return the assessment of a set of answers.

        Raises:
            ProfileError: where answers cannot be understood or contradict each other.

        """
        return self._assessed(json.dumps(dict(answers)))

    def review(self, number: int) -> Review | None:
        """Load a person with decisions and assessment, or nothing where there is no such person.

        Raises:
            ProfileError: where today's vocabulary cannot read the answers.
            ReviewError: where the store cannot be read.

        """
        return self._review(self.run, number)

    def _review(self, run: int, number: int) -> Review | None:
        person = self.store.person(run, number)
        if person is None:
            return None
        decisions = self.store.decisions_of(run, number)
        latest_told = answers_told(amendments(decisions))
        answers = with_told(person["answers"], latest_told, tuple(self.book.vocabulary.fields))
        assessment = self.assessed(answers)
        plan = plan_hash(self.plans.of(assessment))
        return Review(person, decisions, latest_told, answers, assessment, self.lines(assessment), plan)

    def add(self, entries: Sequence[Decision]) -> None:
        """Store the decisions of one act; where answers change, the worklist follows.

        Raises:
            ReviewError: where they cannot be stored.

        """
        self.store.add(entries)
        with self.store.reading() as connection:
            places = [
                place
                for entry in entries
                if entry.about == ANSWERS
                for place in same_people(connection, entry.run, entry.number)
            ]
        self._reassess(places)

    def _reassess(self, places: Sequence[Place]) -> None:
        """Bring the plans in short up to the answers that stand now."""
        if not places:
            return
        with self.store.locked() as connection:
            for place in places:
                try:
                    review, run = self._review(*place), self.store.run(place[0])
                except ProfileError:  # of today's vocabulary; the page of the person says so
                    continue
                if review is not None:
                    plans = ShortPlans(self.book, json.loads(run["movements"]), json.loads(run["rules"]))
                    plan = plans.of_row(answer_row(review.assessment))
                    rewrite(connection, place, review.amended, plan, bool(review.doubts))

    def lines(self, assessment: Assessment) -> dict[str, Line]:
        """Return everything that can be decided about a person, the whole plan first."""
        pausing = assessment.clearance_rules
        whole = Line("", self.names.line(""), str(assessment.clearance), CLEARANCES, pausing)
        lines = [whole]
        for limit in assessment.movements:
            movement = limit.movement
            rules = tuple(rule for rule in limit.rules if rule.limits[movement.id] is limit.verdict)
            lines.append(Line(f"movement:{movement.id}", movement.name, str(limit.verdict), VERDICTS, rules))
        says = {
            offer.exercise.id: (offer.level.id, (*offer.rules, *assessment.closing(offer)))
            for offer in assessment.offers
        }
        says |= {withheld.exercise.id: (WITHHELD, withheld.rules) for withheld in assessment.withheld}
        for exercise in assessment.rulebook.exercises.values():
            level, rules = says.get(exercise.id, (WITHHELD, pausing))
            choices = choices_of(self.book, exercise.id)
            lines.append(Line(f"exercise:{exercise.id}", exercise.name, level, choices, rules))
        return {line.about: line for line in lines}

    # ── Earlier decisions ──────────────────────────────────────────────────────────────────────

    def plan_as_json(self, review: Review) -> str:
        """Return the whole plan with the fired rules and the hash of its words, kept with a decision."""
        fired = [rule.id for rule in review.assessment.findings.fired]
        words = self.words(review.assessment)
        return json.dumps({"says": self.says(review), "fired": fired, "words": words})

    def must_judge_first(self, decisions: Iterable[Row], by: str) -> bool:
        """Say whether a reviewer must give their own verdict before they may see what the rules say."""
        return self.blind and not any(decision["by"] == by for decision in decisions)

    def spelt(self, name: str) -> str:
        """Return a reviewer's name as earlier decisions spell it; capitals do not make another reviewer."""
        return next((known for known in self.store.reviewers() if known.casefold() == name.casefold()), name)

    def shown_to(self, by: str) -> list[dict[str, Any]]:
        """Return the decisions a reviewer may see: in blind mode, those on people they have judged."""
        decisions = self.store.decisions_in(self.run)
        judged = {decision["listed"] for decision in decisions if decision["by"] == by}
        return [decision for decision in decisions if not self.blind or decision["listed"] in judged]

    def says(self, review: Review) -> dict[str, str]:
        """Return the plan in short: what the rules say of each line, and of the whole person."""
        lines = {line.about: line.rules_say for line in review.lines.values() if line.about}
        plan = self.plans.of(review.assessment)
        return lines | {about: says for about, says in plan.items() if not about.startswith(LINES)}

    def words(self, assessment: Assessment) -> str:
        """Return the hash of everything a person is told, with words and doses."""
        return hashed(sorted(self.names.statements(assessment).items()))

    def what_if(self, answers: Mapping[str, str], others: Mapping[str, str]) -> Assessment:
        """Return the assessment with some answers replaced; an empty answer means not known.

        Raises:
            ProfileError: where the answers cannot be understood or contradict each other.

        """
        return self.assessed(
            {name: answer for name, answer in {**answers, **others}.items() if answer.strip()}
        )


def choices_of(book: Rulebook, exercise: str) -> tuple[str, ...]:
    """Return the verdicts on an exercise, the most cautious first: withheld, or its highest level."""
    levels = book.exercises[exercise].levels if exercise in book.exercises else ()
    return (WITHHELD, *(level.id for level in levels))
