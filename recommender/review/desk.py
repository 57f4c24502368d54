"""What stands on the desk: one person as the rules see them today, what was decided, and what a decision must hold."""

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
_LONGEST = 2_000
_REMEMBERED = 64


class Line(NamedTuple):
    """One thing that can be decided: what it is about, what the rules say and which of them, and what may be said in its place."""

    about: str
    name: str
    rules_say: str
    choices: tuple[str, ...]
    rules: tuple[Rule, ...]


class Reviewer(NamedTuple):
    """Who sits at the desk."""

    name: str
    role: str


class Changed(NamedTuple):
    """What became of what a reviewer decided on: what the rules say otherwise now (before, now), and whether words or doses changed."""

    by: str
    changes: Mapping[str, tuple[str, str]]
    words: bool


class Desk:
    """A run of people in a store, and the rulebook of today."""

    def __init__(
        self, store: Store, book: Rulebook, run: int, blind: bool, folder: Path | None = None
    ) -> None:
        """Sit down; `folder` is where the rulebook stands, if it is not the one that comes with the program."""
        self.store, self.book, self.run, self.blind, self.folder = store, book, run, blind, folder
        self.worklist, self.plans, self.names = Worklist(store, run, blind), Plans(book), Names(book)
        engine = self.engine = ReferenceEngine(
            book.strata
        )  # several pages at once: it shares nothing between them

        @lru_cache(maxsize=_REMEMBERED)
        def assessed(answers: str) -> Assessment:
            given = json.loads(answers)
            return assess(book, engine, read_profile(book.vocabulary, given, {name: name for name in given}))

        self._assessed = assessed

    def assessed(self, answers: Mapping[str, str]) -> Assessment:
        """Return what the rules say of somebody.

        Raises:
            ProfileError: where answers cannot be understood or contradict each other.

        """
        return self._assessed(json.dumps(dict(answers)))

    def lines(self, found: Assessment) -> dict[str, Line]:
        """Return everything that can be decided about a person, the whole first."""
        lines = [Line("", "The whole plan", str(found.clearance), _CLEARANCES, found.clearance_rules)]
        for one in found.movements:
            behind = tuple(rule for rule in one.rules if rule.limits[one.movement.id] is one.verdict)
            lines.append(
                Line(f"movement:{one.movement.id}", one.movement.name, str(one.verdict), _VERDICTS, behind)
            )
        says = {
            offer.exercise.id: (offer.level.id, (*offer.rules, *found.closing(offer)))
            for offer in found.offers
        }
        says |= {withheld.exercise.id: (WITHHELD, withheld.rules) for withheld in found.withheld}
        for exercise in found.rulebook.exercises.values():
            level, rules = says.get(exercise.id, (WITHHELD, found.clearance_rules))
            lines.append(
                Line(
                    f"exercise:{exercise.id}", exercise.name, level, choices_of(self.book, exercise.id), rules
                )
            )
        return {line.about: line for line in lines}

    # ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def decision(self, person: Mapping[str, Any], who: Reviewer, form: Mapping[str, str]) -> Decision:
        """Read a decision from a form.

        Raises:
            ReviewError: with what is missing or not allowed.

        """
        line = self.lines(self.assessed(person["answers"])).get(form.get("about", ""))
        kind, reason = form.get("kind", ""), form.get("reason", "")
        if line is None or kind not in DECIDED:
            raise ReviewError(
                Problem("", "this is nothing that can be decided here.", "Choose agree, modify or override.")
            )
        verdict = form.get("verdict", "")
        if verdict not in line.choices:
            raise ReviewError(Problem(line.name, "give your verdict.", "Choose one of the list."))
        if kind == "agree":
            if verdict != line.rules_say or reason:
                hint = "Modify or override, if you mean it; else choose what the rules say, without a reason, and agree."
                raise ReviewError(
                    Problem(line.name, "your verdict, or your reason, speaks against agreeing.", hint)
                )
            return self._made(person, who, form, line, kind, verdict)
        if verdict == line.rules_say:
            raise ReviewError(
                Problem(
                    line.name, "the rules say that too.", f"Choose another verdict, then {kind}; or agree."
                )
            )
        if kind == "override" and not reason:
            raise ReviewError(
                Problem(
                    line.name,
                    "an override needs a reason.",
                    "Choose the one that comes nearest, and add a comment.",
                )
            )
        if reason and not any(reason in group for group in self.book.override_reasons.values()):
            raise ReviewError(Problem(line.name, "this reason is not known.", "Choose one of the list."))
        return self._made(person, who, form, line, kind, verdict, reason)

    def own_verdicts(
        self, person: Mapping[str, Any], who: Reviewer, form: Mapping[str, str]
    ) -> list[Decision]:
        """Read what a reviewer thinks before the rules' answer is shown: of the whole and, where they wish, of movements.

        Raises:
            ReviewError: where it is missing.

        """
        if form.get("verdict") not in _CLEARANCES:
            raise ReviewError(Problem("", "say first what you would do.", "Choose one of the four."))
        made = self.store.decisions_of(self.run, person["number"])
        if not self.must_judge_first(made, who.name):
            message = (
                "you have seen what the rules say of this person, or have said already what you would do."
            )
            raise ReviewError(Problem("", message, "Decide below."))
        lines = self.lines(self.assessed(person["answers"]))
        said = {
            "": form["verdict"],
            **{about: form[about] for about in lines if form.get(about) in _VERDICTS},
        }
        return [
            self._made(
                person,
                who,
                form if not about else {**form, "comment": ""},
                lines[about],
                "blind",
                said[about],
            )
            for about in said
        ]

    def signature(self, person: Mapping[str, Any], who: Reviewer, form: Mapping[str, str]) -> Decision:
        """Read a signature under what was decided.

        Raises:
            ReviewError: where nothing has been decided about the whole plan yet, something else than the page showed, or under rules that
                said something else.

        """
        made = self.store.decisions_of(self.run, person["number"])
        decided, found = latest(made, who.name), self.assessed(person["answers"])
        if "" not in decided:
            raise ReviewError(
                Problem("", "decide about the whole plan before you sign.", "Agree, modify or override it.")
            )
        if form.get("seen") != last_seen(made):
            raise ReviewError(
                Problem(
                    "", "something was decided since this page was opened.", "Look at it below, then sign."
                )
            )
        if decided[""]["plan"] != plan_hash(self.plans.of(found)):
            raise ReviewError(
                Problem(
                    "",
                    "the rules say something else since you decided.",
                    "Look at it below, decide again, then sign.",
                )
            )
        lines = self.lines(found)
        if older := [
            one
            for about, one in decided.items()
            if about in lines and one["rules_say"] != lines[about].rules_say
        ]:
            line = lines[older[0]["about"]]
            raise ReviewError(
                Problem(
                    line.name,
                    "the rules say something else since you decided on it.",
                    "Decide on it again, then sign.",
                )
            )
        return self._made(person, who, form, lines[""], "signed", decided[""]["verdict"])

    def _made(
        self,
        person: Mapping[str, Any],
        who: Reviewer,
        form: Mapping[str, str],
        line: Line,
        kind: str,
        verdict: str,
        reason: str = "",
    ) -> Decision:
        comment = " ".join(form.get("comment", "").split())
        if len(comment) > _LONGEST:
            raise ReviewError(
                Problem("", f"the comment is longer than {_LONGEST:,} characters.", "Shorten it.")
            )
        found = self.assessed(person["answers"])
        return Decision(
            run=self.run,
            number=person["number"],
            person=person["sha256"],
            about=line.about,
            kind=kind,
            rules_say=line.rules_say,
            verdict=verdict,
            reason=reason,
            comment=comment,
            tier=found.risk_tier,
            rules=" ".join(dict.fromkeys(rule.id for rule in line.rules)),
            plan=plan_hash(self.plans.of(found)),
            said="" if line.about else self._in_all(found),
            by=who.name,
            role=who.role,
            rulebook=self.book.sha256,
            form=form.get("form", ""),
        )

    def _in_all(self, found: Assessment) -> str:
        fired = [rule.id for rule in found.findings.fired]
        return json.dumps({"says": self.says(found), "fired": fired, "words": self._words(found)})

    # ── What was decided ─────────────────────────────────────────────────────────────────────────────────────────────

    def must_judge_first(self, made: Iterable[Mapping[str, Any]], by: str) -> bool:
        """Say whether a reviewer must say what they think themselves before the rules' answer may be shown."""
        return self.blind and not any(one["by"] == by for one in made)

    def spelt(self, name: str) -> str:
        """Return a reviewer's name as it stands under earlier decisions: one who writes it with other capitals is no other."""
        return next((known for known in self.store.reviewers() if known.casefold() == name.casefold()), name)

    def shown_to(self, by: str) -> list[dict[str, Any]]:
        """Return the decisions of the run that a reviewer may see: in blind mode, about those whom they have judged."""
        made = self.store.decisions_in(self.run)
        judged = {one["number"] for one in made if one["by"] == by}
        return [one for one in made if not self.blind or one["number"] in judged]

    def says(self, found: Assessment) -> dict[str, str]:
        """Return all that the rules say of somebody in short: of every line that can be decided, and of the whole."""
        lines = {line.about: line.rules_say for line in self.lines(found).values() if line.about}
        return lines | {
            about: said for about, said in self.plans.of(found).items() if not about.startswith(_LINES)
        }

    def changed_since(self, made: Iterable[Mapping[str, Any]], found: Assessment) -> list[Changed]:
        """Return, for each reviewer who decided about the whole plan under another rulebook, what the rules say otherwise now."""
        now, words = self.says(found), self._words(found)
        changed = []
        for one in {one["by"]: one for one in made if one["kind"] in DECIDED and not one["about"]}.values():
            if one["rulebook"] != self.book.sha256:
                before = json.loads(one["said"])
                kept = {
                    about: says
                    for about, says in changes(before["says"], now).items()
                    if says[0] or says[1] not in (Verdict.OK, WITHHELD)
                }
                changed.append(Changed(one["by"], kept, before["words"] != words))
        return changed

    def _words(self, found: Assessment) -> str:
        """Return the hash of everything that is told: words and doses too."""
        return hashed(sorted(self.names.said(found).items()))

    def what_if(self, answers: Mapping[str, str], others: Mapping[str, str]) -> tuple[Assessment, Assessment]:
        """Return what the rules say, and what they would say with other answers. An empty answer is not known.

        Raises:
            ProfileError: where the answers cannot be understood or contradict each other.

        """
        return self.assessed(answers), self.assessed(
            {name: answer for name, answer in {**answers, **others}.items() if answer.strip()}
        )


def choices_of(book: Rulebook, exercise: str) -> tuple[str, ...]:
    """Return what can be decided about an exercise, the most cautious first: that it waits, or its highest level."""
    return (
        (WITHHELD, *(level.id for level in book.exercises[exercise].levels))
        if exercise in book.exercises
        else (WITHHELD,)
    )


def latest(made: Iterable[Mapping[str, Any]], by: str) -> dict[str, Mapping[str, Any]]:
    """Return the latest decision of one reviewer on each line."""
    return {one["about"]: one for one in made if one["by"] == by and one["kind"] in DECIDED}


def agreed_by(one: Mapping[str, Any]) -> dict[str, str]:
    """Return what somebody agrees with, line by line, who agrees with the whole plan."""
    if one["about"] or one["kind"] != "agree":
        return {}
    return {
        about: says for about, says in json.loads(one["said"])["says"].items() if about.startswith(_LINES)
    }


def differences(made: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the lines on which reviewers differ, with what each of them says: by a decision of its own, or by one on the whole."""
    explicit: dict[str, dict[str, str]] = {}
    implied: dict[str, dict[str, str]] = {}
    for one in made:
        if one["kind"] in DECIDED:
            explicit.setdefault(one["about"], {})[one["by"]] = one["verdict"]
            if not one["about"]:
                implied[one["by"]] = agreed_by(one)
    found = {}
    for about, said in explicit.items():
        all_say = {by: lines[about] for by, lines in implied.items() if about in lines} | said
        if len(set(all_say.values())) > 1:
            found[about] = all_say
    return found


def signatures(made: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the signatures after which their reviewer has decided nothing else."""
    return [one for one in {one["by"]: one for one in made}.values() if one["kind"] == "signed"]


def last_seen(made: Sequence[Mapping[str, Any]]) -> str:
    """Return what tells that nothing was decided since."""
    return str(made[-1]["id"]) if made else ""
