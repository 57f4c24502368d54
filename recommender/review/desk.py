"""What stands on the desk: one person as the rules see them today, what was decided, and what a decision must hold."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from recommender.assessment import Assessment
from recommender.decision import assess
from recommender.engines import best_engine
from recommender.errors import Problem, ReviewError
from recommender.profile import read_profile
from recommender.review.reasons import CODES
from recommender.review.store import Decision, Store
from recommender.rulebook.model import CLEARANCES, VERDICTS, Rulebook

WITHHELD = "withheld"
KINDS = ("agree", "modify", "override")
_LONGEST = 2_000


class Line(NamedTuple):
    """One thing that can be decided: what it is about, what the rules say, and what may be said in its place."""

    about: str
    name: str
    rules_say: str
    choices: tuple[str, ...]


class Reviewer(NamedTuple):
    """Who sits at the desk."""

    name: str
    role: str


class Desk:
    """A run of people in a store, and the rulebook of today."""

    def __init__(self, store: Store, book: Rulebook, run: int, blind: bool, folder: Path | None = None) -> None:
        """Sit down; `folder` is where the rulebook stands, if it is not the one that comes with the program."""
        self.store, self.book, self.run, self.blind, self.folder = store, book, run, blind, folder
        self._engine = best_engine()(book.strata)

    def assessed(self, answers: Mapping[str, str]) -> Assessment:
        """Return what the rules say of somebody.

        Raises:
            ProfileError: where answers cannot be understood or contradict each other.

        """
        return assess(self.book, self._engine, read_profile(self.book.vocabulary, answers, {name: name for name in answers}))

    def lines(self, found: Assessment) -> dict[str, Line]:
        """Return everything that can be decided about a person, the whole first."""
        lines = [Line("", "The whole plan", found.clearance, CLEARANCES)]
        limited = [verdict for verdict in found.movements if verdict.possible != "ok"]
        lines += [Line(f"movement:{one.movement.id}", one.movement.name, one.verdict, VERDICTS) for one in limited]
        offered = {offer.exercise.id: offer.level.id for offer in found.offers}
        for exercise in found.rulebook.exercises.values():
            says = offered.get(exercise.id, WITHHELD)
            lines.append(Line(f"exercise:{exercise.id}", exercise.name, says, (WITHHELD, *(level.id for level in exercise.levels))))
        return {line.about: line for line in lines}

    def decision(self, number: int, found: Assessment, who: Reviewer, form: Mapping[str, str]) -> Decision:
        """Read a decision from a form.

        Raises:
            ReviewError: with what is missing or not allowed.

        """
        line = self.lines(found).get(form.get("about", ""))
        kind = form.get("kind", "")
        if line is None or kind not in KINDS:
            raise ReviewError(Problem("", "this is nothing that can be decided here.", "Go back and choose agree, modify or override."))
        verdict = line.rules_say if kind == "agree" else form.get("verdict", "")
        reason = "" if kind == "agree" else form.get("reason", "")
        if verdict not in line.choices:
            raise ReviewError(Problem(line.name, "say what should hold in its place.", f"One of: {', '.join(line.choices)}."))
        if kind != "agree" and verdict == line.rules_say:
            raise ReviewError(Problem(line.name, f"the rules say `{verdict}` too.", "Agree, or choose something else."))
        if kind == "override" and reason not in CODES:
            raise ReviewError(Problem(line.name, "an override needs a reason.", "Choose the one that comes nearest, and add a comment."))
        if reason and reason not in CODES:
            raise ReviewError(Problem(line.name, "this reason is not known.", "Choose one of the list."))
        return self._made(number, who, form, line.about, kind, (line.rules_say, verdict, reason))

    def own_verdict(self, number: int, who: Reviewer, form: Mapping[str, str]) -> Decision:
        """Read what a reviewer thinks before the rules' answer is shown.

        Raises:
            ReviewError: where it is missing.

        """
        if form.get("verdict") not in CLEARANCES:
            raise ReviewError(Problem("", "say first what you would do.", f"One of: {', '.join(CLEARANCES)}."))
        return self._made(number, who, form, "", "blind", ("", form["verdict"], ""))

    def signature(self, number: int, found: Assessment, who: Reviewer, form: Mapping[str, str]) -> Decision:
        """Read a signature under what was decided.

        Raises:
            ReviewError: where nothing has been decided about the whole plan yet.

        """
        decided = self.latest(self.store.decisions_of(self.run, number), who.name)
        if "" not in decided:
            raise ReviewError(Problem("", "decide about the whole plan before you sign.", "Agree, modify or override it."))
        return self._made(number, who, form, "", "signed", (found.clearance, decided[""]["verdict"], ""))

    def _made(self, number: int, who: Reviewer, form: Mapping[str, str], about: str, kind: str, said: tuple[str, str, str]) -> Decision:
        comment = " ".join(form.get("comment", "").split())
        if len(comment) > _LONGEST:
            raise ReviewError(Problem("", f"the comment is longer than {_LONGEST:,} characters.", "Shorten it."))
        rules_say, verdict, reason = said
        return Decision(
            self.run, number, about, kind, rules_say, verdict, reason, comment, who.name, who.role, self.book.sha256, form.get("form", "")
        )

    @staticmethod
    def latest(made: Iterable[Mapping[str, Any]], by: str) -> dict[str, Mapping[str, Any]]:
        """Return the latest decision of one reviewer on each line."""
        return {one["about"]: one for one in made if one["by"] == by and one["kind"] in KINDS}

    @staticmethod
    def must_judge_first(made: Iterable[Mapping[str, Any]], by: str) -> bool:
        """Say whether a reviewer has not yet said what they think themselves."""
        return not any(one["by"] == by and one["kind"] == "blind" for one in made)

    def differences(self, made: Iterable[Mapping[str, Any]]) -> list[tuple[str, dict[str, str]]]:
        """Return the lines on which reviewers differ, with what each of them says."""
        by_line: dict[str, dict[str, str]] = {}
        for one in made:
            if one["kind"] in KINDS:
                by_line.setdefault(one["about"], {})[one["by"]] = one["verdict"]
        return [(about, said) for about, said in by_line.items() if len(set(said.values())) > 1]

    def changed_since(self, made: Iterable[Mapping[str, Any]], found: Assessment) -> list[str]:
        """Return, in words, what the rules say otherwise now than when it was decided."""
        lines = self.lines(found)
        stale = {one["about"]: one for one in made if one["kind"] in KINDS and one["rulebook"] != self.book.sha256}
        changed = []
        for about, one in stale.items():
            says = lines[about].rules_say if about in lines else "no longer there"
            name = lines[about].name if about in lines else about
            if says != one["rules_say"]:
                changed.append(f"{name}: {one['rules_say']} then, {says} now")
        return changed

    def what_if(self, answers: Mapping[str, str], changes: Mapping[str, str]) -> tuple[Assessment, list[tuple[str, str, str]]]:
        """Return what the rules would say with other answers, and what differs: what, now, then.

        Raises:
            ProfileError: where the answers cannot be understood or contradict each other.

        """
        before = self.assessed(answers)
        after = self.assessed({**{name: answer for name, answer in answers.items() if name not in changes}, **_told(changes)})
        then, now = self._said(after), self._said(before)
        differs = [what for what in {**now, **then} if now.get(what) != then.get(what)]
        return after, [(what, now.get(what, WITHHELD), then.get(what, WITHHELD)) for what in differs]

    @staticmethod
    def _said(found: Assessment) -> dict[str, str]:
        said = {"clearance": found.clearance, "risk tier": found.risk_tier, "bone density": found.classification.bone_density}
        said |= {one.movement.name: one.verdict for one in found.movements}
        return said | {offer.exercise.name: offer.level.id for offer in found.offers}


def _told(changes: Mapping[str, str]) -> dict[str, str]:
    return {name: answer for name, answer in changes.items() if answer.strip()}
