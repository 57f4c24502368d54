"""The desk: a person's assessment by today's rules, the decisions about them, and checks on new ones."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from recommender.errors import Problem, ReviewError
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.review.chain import hashed
from recommender.review.labels import Names
from recommender.review.models import DECIDED, Decision
from recommender.review.snapshot import Plans, changes, plan_hash
from recommender.review.store import Store
from recommender.review.worklist import Worklist
from recommender.rulebook.model import Rule, Rulebook
from recommender.rulebook.scales import Clearance, Verdict
from recommender.vocabulary.profile import read_profile

WITHHELD = "withheld"
_CLEARANCES, _VERDICTS = tuple(map(str, Clearance)), tuple(map(str, Verdict))
_LINES = ("movement:", "exercise:")
_LONGEST_COMMENT = 2_000
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
    """One person, loaded once per request: row, decisions (oldest first), assessment, lines, plan hash."""

    person: Row
    decisions: Sequence[Row]
    assessment: Assessment
    lines: Mapping[str, Line]
    plan: str


class Reviewer(NamedTuple):
    """The person who sits at the desk."""

    name: str
    role: str


class Changed(NamedTuple):
    """What changed since a reviewer decided: (before, now) by line, and whether words or doses differ."""

    by: str
    changes: Mapping[str, tuple[str, str]]
    words: bool


class Desk:
    """One run of people in a store, assessed by today's rulebook."""

    def __init__(
        self, store: Store, book: Rulebook, run: int, blind: bool, folder: Path | None = None
    ) -> None:
        """Set up the desk; `folder` holds the rulebook, where it is not the built-in one."""
        self.store, self.book, self.run, self.blind, self.folder = store, book, run, blind, folder
        self.worklist, self.plans, self.names = Worklist(store, run, blind), Plans(book), Names(book)
        engine = self.engine = ReferenceEngine(book.strata)  # stateless: several threads use it

        @lru_cache(maxsize=_CACHED_ASSESSMENTS)
        def assessed(answers_json: str) -> Assessment:
            answers = json.loads(answers_json)
            return assess(
                book, engine, read_profile(book.vocabulary, answers, {name: name for name in answers})
            )

        self._assessed = assessed

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
        person = self.store.person(self.run, number)
        if person is None:
            return None
        assessment = self.assessed(person["answers"])
        return Review(
            person,
            self.store.decisions_of(self.run, number),
            assessment,
            self.lines(assessment),
            plan_hash(self.plans.of(assessment)),
        )

    def lines(self, assessment: Assessment) -> dict[str, Line]:
        """Return everything that can be decided about a person, the whole plan first."""
        whole = Line(
            "", self.names.line(""), str(assessment.clearance), _CLEARANCES, assessment.clearance_rules
        )
        lines = [whole]
        for limit in assessment.movements:
            movement = limit.movement
            rules = tuple(rule for rule in limit.rules if rule.limits[movement.id] is limit.verdict)
            lines.append(Line(f"movement:{movement.id}", movement.name, str(limit.verdict), _VERDICTS, rules))
        says = {
            offer.exercise.id: (offer.level.id, (*offer.rules, *assessment.closing(offer)))
            for offer in assessment.offers
        }
        says |= {withheld.exercise.id: (WITHHELD, withheld.rules) for withheld in assessment.withheld}
        for exercise in assessment.rulebook.exercises.values():
            level, rules = says.get(exercise.id, (WITHHELD, assessment.clearance_rules))
            choices = choices_of(self.book, exercise.id)
            lines.append(Line(f"exercise:{exercise.id}", exercise.name, level, choices, rules))
        return {line.about: line for line in lines}

    # ── Deciding ───────────────────────────────────────────────────────────────────────────────

    def decision(self, review: Review, who: Reviewer, form: Mapping[str, str]) -> Decision:
        """Read a decision from a form.

        Raises:
            ReviewError: with what is missing or not allowed.

        """
        line = review.lines.get(form.get("about", ""))
        kind, reason = form.get("kind", ""), form.get("reason", "")
        if line is None or kind not in DECIDED:
            raise _refused(
                "", "this is nothing that can be decided here.", "Choose agree, modify or override."
            )
        verdict = form.get("verdict", "")
        if verdict not in line.choices:
            raise _refused(line.name, "give your verdict.", "Choose one of the list.")
        if kind == "agree":
            if verdict != line.rules_say or reason:
                message = "your verdict, or your reason, speaks against agreeing."
                hint = "To agree, choose what the rules say and no reason. Otherwise modify or override."
                raise _refused(line.name, message, hint)
            return self._new_decision(review, who, form, line, kind, verdict)
        if verdict == line.rules_say:
            hint = f"Choose another verdict, then {kind}; or agree."
            raise _refused(line.name, "the rules say that too.", hint)
        if kind == "override" and not reason:
            hint = "Choose the one that comes nearest, and add a comment."
            raise _refused(line.name, "an override needs a reason.", hint)
        if reason and not any(reason in group for group in self.book.override_reasons.values()):
            raise _refused(line.name, "this reason is not known.", "Choose one of the list.")
        return self._new_decision(review, who, form, line, kind, verdict, reason)

    def own_verdicts(self, review: Review, who: Reviewer, form: Mapping[str, str]) -> list[Decision]:
        """Read a blind reviewer's own verdicts: on the clearance and, where they chose to, on movements.

        Raises:
            ReviewError: where the clearance is missing, or they have seen what the rules say.

        """
        if form.get("verdict") not in _CLEARANCES:
            raise _refused("", "say first what you would do.", "Choose one of the four.")
        if not self.must_judge_first(review.decisions, who.name):
            message = (
                "you have given your own verdict already, or have seen what the rules say of this person."
            )
            raise _refused("", message, "Decide below.")
        verdicts = {"": form["verdict"]}
        verdicts |= {about: form[about] for about in review.lines if form.get(about) in _VERDICTS}
        without_comment = {**form, "comment": ""}
        return [
            self._new_decision(
                review, who, without_comment if about else form, review.lines[about], "blind", verdict
            )
            for about, verdict in verdicts.items()
        ]

    def signature(self, review: Review, who: Reviewer, form: Mapping[str, str]) -> Decision:
        """Read a signature under a reviewer's decisions.

        Raises:
            ReviewError: where they have not decided on the whole plan, where decisions were added since the
                page was opened, or where the rules changed since they decided.

        """
        own, lines = latest(review.decisions, who.name), review.lines
        if "" not in own:
            message = "decide about the whole plan before you sign."
            raise _refused("", message, "Agree, modify or override it.")
        if form.get("seen") != last_seen(review.decisions):
            message = "something was decided since this page was opened."
            raise _refused("", message, "Look at it below, then sign.")
        if own[""]["plan"] != review.plan:
            message = "the rules say something else since you decided."
            raise _refused("", message, "Look at it below, decide again, then sign.")
        for about, decision in own.items():
            if about in lines and decision["rules_say"] != lines[about].rules_say:
                message = "the rules say something else since you decided on it."
                raise _refused(lines[about].name, message, "Decide on it again, then sign.")
        return self._new_decision(review, who, form, lines[""], "signed", own[""]["verdict"])

    def _new_decision(
        self,
        review: Review,
        who: Reviewer,
        form: Mapping[str, str],
        line: Line,
        kind: str,
        verdict: str,
        reason: str = "",
    ) -> Decision:
        comment = " ".join(form.get("comment", "").split())
        if len(comment) > _LONGEST_COMMENT:
            message = f"the comment is longer than {_LONGEST_COMMENT:,} characters."
            raise _refused("", message, "Shorten it.")
        return Decision(
            run=self.run,
            number=review.person["number"],
            person=review.person["sha256"],
            about=line.about,
            kind=kind,
            rules_say=line.rules_say,
            verdict=verdict,
            reason=reason,
            comment=comment,
            tier=review.assessment.risk_tier,
            rules=" ".join(dict.fromkeys(rule.id for rule in line.rules)),
            plan=review.plan,
            said="" if line.about else self._plan_as_json(review),
            by=who.name,
            role=who.role,
            rulebook=self.book.sha256,
            form=form.get("form", ""),
        )

    def _plan_as_json(self, review: Review) -> str:
        fired = [rule.id for rule in review.assessment.findings.fired]
        words = self._words(review.assessment)
        return json.dumps({"says": self._says(review), "fired": fired, "words": words})

    # ── Earlier decisions ──────────────────────────────────────────────────────────────────────

    def must_judge_first(self, decisions: Iterable[Row], by: str) -> bool:
        """Say whether a reviewer must give their own verdict before they may see what the rules say."""
        return self.blind and not any(decision["by"] == by for decision in decisions)

    def spelt(self, name: str) -> str:
        """Return a reviewer's name as earlier decisions spell it; capitals do not make another reviewer."""
        return next((known for known in self.store.reviewers() if known.casefold() == name.casefold()), name)

    def shown_to(self, by: str) -> list[dict[str, Any]]:
        """Return the decisions a reviewer may see: in blind mode, those on people they have judged."""
        decisions = self.store.decisions_in(self.run)
        judged = {decision["number"] for decision in decisions if decision["by"] == by}
        return [decision for decision in decisions if not self.blind or decision["number"] in judged]

    def _says(self, review: Review) -> dict[str, str]:
        """Return the plan in short: what the rules say of each line, and of the whole person."""
        lines = {line.about: line.rules_say for line in review.lines.values() if line.about}
        plan = self.plans.of(review.assessment)
        return lines | {about: says for about, says in plan.items() if not about.startswith(_LINES)}

    def changed_since(self, review: Review) -> list[Changed]:
        """Return what changed for each reviewer whose last decision on the plan had another rulebook."""
        says, words = self._says(review), self._words(review.assessment)
        last = {row["by"]: row for row in review.decisions if row["kind"] in DECIDED and not row["about"]}
        changed = []
        for decision in last.values():
            if decision["rulebook"] != self.book.sha256:
                before = json.loads(decision["said"])
                differing = {
                    about: (then, now)
                    for about, (then, now) in changes(before["says"], says).items()
                    if then or now not in (Verdict.OK, WITHHELD)
                }
                changed.append(Changed(decision["by"], differing, before["words"] != words))
        return changed

    def _words(self, assessment: Assessment) -> str:
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


def latest(decisions: Iterable[Row], by: str) -> dict[str, Row]:
    """Return the latest decision of one reviewer on each line."""
    return {row["about"]: row for row in decisions if row["by"] == by and row["kind"] in DECIDED}


def agreed_by(decision: Row) -> dict[str, str]:
    """Return the verdict on each line that a decision agrees with by agreeing with the whole plan."""
    if decision["about"] or decision["kind"] != "agree":
        return {}
    says = json.loads(decision["said"])["says"]
    return {about: verdict for about, verdict in says.items() if about.startswith(_LINES)}


def differences(decisions: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Return the verdicts by reviewer on each line where they differ, explicit or implied by the plan."""
    explicit: dict[str, dict[str, str]] = {}
    implied: dict[str, dict[str, str]] = {}
    for decision in decisions:
        if decision["kind"] in DECIDED:
            explicit.setdefault(decision["about"], {})[decision["by"]] = decision["verdict"]
            if not decision["about"]:
                implied[decision["by"]] = agreed_by(decision)
    differing = {}
    for about, verdicts in explicit.items():
        by_reviewer = {by: lines[about] for by, lines in implied.items() if about in lines} | verdicts
        if len(set(by_reviewer.values())) > 1:
            differing[about] = by_reviewer
    return differing


def signatures(decisions: Iterable[Row]) -> list[Row]:
    """Return the signatures that still stand: their reviewer has decided nothing since."""
    last = {decision["by"]: decision for decision in decisions}
    return [decision for decision in last.values() if decision["kind"] == "signed"]


def last_seen(decisions: Sequence[Row]) -> str:
    """Return the id of the last decision; a form carries it, to detect later decisions."""
    return str(decisions[-1]["id"]) if decisions else ""


def _refused(about: str, message: str, hint: str) -> ReviewError:
    return ReviewError(Problem(about, message, hint))
