"""Checks that what a rule tells a person agrees with what is limited whenever it fires.

A cue is a pattern of words with the verdicts that they promise. It also names the rules that say so: whoever
takes the words out of a rule is found as well as whoever takes the limit away.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import z3

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem, RulebookError
from recommender.proof.symbolic import SymbolicRulebook
from recommender.rulebook.model import Rule, Rulebook
from recommender.rulebook.scales import Verdict

SECTION = "cues"
Verdicts = tuple[tuple[str, Verdict], ...]


class Cue(NamedTuple):
    """Words that promise verdicts: at least `limits`, or of the rule itself at most `at_most`."""

    words: re.Pattern[str]
    limits: Verdicts
    at_most: Verdicts
    said_by: tuple[str, ...]
    location: str


def read_cues(documents: Iterable[Document], book: Rulebook) -> tuple[Cue, ...]:
    """Read the cues that stand beside the laws.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    cues: list[Cue] = []
    problems: list[Problem] = []
    for document in documents:
        check = Checker(document)
        data = document.data if isinstance(document.data, dict) else {}
        for path, item in check.items(data.get(SECTION), (SECTION,)):
            cues += _cue(check, item, path, book)
        problems += check.problems
    if problems:
        raise RulebookError(problems)
    return tuple(cues)


def _cue(check: Checker, raw: Any, path: Path_, book: Rulebook) -> Iterator[Cue]:
    data = check.mapping(raw, path, ("words", "said_by"), ("limits", "at_most"))
    text = check.text(data.get("words"), (*path, "words"))
    try:
        words = re.compile(text, re.IGNORECASE)
    except re.error as error:
        check.fail((*path, "words"), f"this pattern cannot be read: {error}.")
        return
    yield Cue(
        words,
        _verdicts(check, data.get("limits", {}), (*path, "limits"), book),
        _verdicts(check, data.get("at_most", {}), (*path, "at_most"), book),
        check.some_of(data.get("said_by"), (*path, "said_by"), book.rules, "rule"),
        check.document.place(path),
    )


def _verdicts(check: Checker, raw: Any, path: Path_, book: Rulebook) -> Verdicts:
    data: Mapping[str, Any] = check.mapping(raw, path, (), Verdict)
    return tuple(
        (movement, verdict)
        for verdict in Verdict
        if verdict in data
        for movement in check.some_of(data[verdict], (*path, str(verdict)), book.movements, "movement")
    )


def broken_cues(symbolic: SymbolicRulebook, cues: Iterable[Cue]) -> Iterator[Problem]:
    """Yield the rules whose words and limits do not agree."""
    anybody, solver = symbolic.anybody, symbolic.solver

    def always(rule: Rule, movement: str, verdict: Verdict) -> bool:
        """Return whether a movement has at least this verdict whenever a rule fires, by whatever rule."""
        if rule.limits.get(movement, Verdict.OK) >= verdict:
            return True
        fired = anybody.formula(symbolic, symbolic.columns.rules[rule.id].fired)
        limited = anybody.formula(symbolic, symbolic.decision.movements[movement][verdict])
        return bool(solver.check(z3.And(fired, z3.Not(limited))) == z3.unsat)

    for cue in cues:
        for rule in symbolic.book.rules.values():
            said = next((match.group() for text in _told(rule) if (match := cue.words.search(text))), "")
            if said and rule.id not in cue.said_by:
                hint = "Name it there, so that nobody takes the words out unnoticed."
                yield Problem(rule.place, f"{rule.id} says “{said}”, and no cue names it.", hint)
            if rule.id in cue.said_by and not said:
                hint = "Bring the words back, or give the reason for taking them out with the cue."
                yield Problem(cue.location, f"{rule.id} no longer says what this cue expects.", hint)
            for movement, verdict in cue.limits if said else ():
                if not always(rule, movement, verdict):
                    message = f"{rule.id} says “{said}”, and `{movement}` may be less than `{verdict}`."
                    yield Problem(rule.place, message, "Limit it in the rule, or say less.")
            for movement, verdict in cue.at_most if said else ():
                if rule.limits.get(movement, Verdict.OK) > verdict:
                    message = f"{rule.id} says “{said}”, and limits `{movement}` to more than `{verdict}`."
                    yield Problem(rule.place, message, "Loosen the limit, or do not recommend it.")


def _told(rule: Rule) -> tuple[str, ...]:
    refer = rule.refer.say if rule.refer else ""
    return (rule.say, rule.why_not, rule.caution, rule.note, refer)
