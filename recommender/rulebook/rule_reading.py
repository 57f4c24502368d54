"""Reading one rule: its condition, its effects with their words, and the cases it carries."""

from collections.abc import Iterable, Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.errors import ProfileError
from recommender.language.meaning import Facts, interval
from recommender.language.normal import clauses, normal_form
from recommender.language.parsing import parse_condition
from recommender.language.symbols import Symbols
from recommender.language.tree import Always, AtLeast, Atom, Compare, Condition, IsKnown, IsOneOf, atoms
from recommender.rulebook.model import (
    CERTAINTIES,
    SOURCE_STATUSES,
    Referral,
    Rule,
)
from recommender.rulebook.scales import Clearance, Dose, Urgency, Verdict
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.profile import read_profile

CASE_KINDS = ("fires", "silent", "cannot_rule_out")
_STOPPING, _LIMITING = tuple(Clearance)[1:], tuple(Verdict)[1:]
_EFFECTS = ("limit", "conclude", "clearance", "refer", "caution", "note", "dose")


class RuleReader:
    """Reads rules against the vocabulary, the scales, and the rulebook's movements and sources."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        symbols: Symbols,
        scales: Mapping[str, tuple[str, ...]],
        movements: Iterable[str],
        sources: Iterable[str],
    ) -> None:
        self.vocabulary, self.symbols, self.scales = vocabulary, symbols, scales
        self.movements, self.sources = list(movements), list(sources)

    def read(self, check: Checker, id_: str, raw: dict[str, Any], path: Path_) -> Rule:
        """Read one rule, recording every problem in `check`."""
        facts = ("id", "title", "because", "certainty", "source_status", "sources", "cases")
        data = check.mapping(
            raw,
            path,
            facts,
            (
                "when",
                "unless",
                *_EFFECTS,
                "clear_only",
                "screen",
                "say",
                "opens",
                "why_not",
                "numbers",
                "guideline_year",
            ),
        )
        unless = "unless" in data
        if unless == ("when" in data):
            check.fail(path, f"`{id_}` needs either `when` or `unless`.")
        if not any(effect in data for effect in _EFFECTS):
            check.fail(path, f"`{id_}` has no effect.", f"Give it one of: {', '.join(_EFFECTS)}.")
        key = "unless" if unless else "when"
        symbols = self.vocabulary.symbols if unless else self.symbols
        condition = check.attempt((*path, key), data.get(key), lambda text: parse_condition(text, symbols))
        for atom in atoms(condition) if condition else ():
            if _settled(atom):
                check.fail(
                    (*path, key),
                    f"`{atom.text}` is the same for everybody.",
                    "Leave it out, or use `known(…)` if that is meant.",
                )
        if condition:
            check.attempt(
                (*path, key), data[key], lambda _: clauses(normal_form(condition, positive=not unless))
            )
        for effect, words in (("limit", "say"), ("clearance", "say"), ("clearance", "screen")):
            if effect in data and words not in data:
                check.fail(path, f"`{id_}` has `{effect}` but no `{words}` to tell the person.")
        if "opens" in data and not unless:
            check.fail((*path, "opens"), f"`{id_}` says what would open it, but is not written `unless`.")
        optional_texts = {
            key: check.text(data[key], (*path, key)) if key in data else ""
            for key in ("caution", "note", "say", "screen", "opens", "why_not")
        }
        return Rule(
            id=id_,
            title=check.text(data.get("title"), (*path, "title")),
            when=" ".join(str(data.get(key, "")).split()),
            condition=condition or Always(),
            fails_closed=unless,
            limits=self._limits(check, data["limit"], (*path, "limit")) if "limit" in data else {},
            concludes=self._conclusions(check, data.get("conclude"), (*path, "conclude"))
            if "conclude" in data
            else {},
            clearance=check.member_of(data["clearance"], (*path, "clearance"), _STOPPING, "clearance")
            if "clearance" in data
            else None,
            refer=self._referral(check, data["refer"], (*path, "refer")) if "refer" in data else None,
            dose=check.member_of(data["dose"], (*path, "dose"), tuple(Dose), "dose")
            if "dose" in data
            else None,
            because=check.text(data.get("because"), (*path, "because")),
            certainty=check.one_of(data.get("certainty"), (*path, "certainty"), CERTAINTIES, "certainty"),
            source_status=check.one_of(
                data.get("source_status"), (*path, "source_status"), SOURCE_STATUSES, "source status"
            ),
            numbers=self._numbers(check, data["numbers"], (*path, "numbers"), condition)
            if "numbers" in data
            else {},
            sources=cited(check, data.get("sources"), (*path, "sources"), self.sources),
            guideline_year=check.year(data["guideline_year"], (*path, "guideline_year"))
            if "guideline_year" in data
            else "",
            clear_only="clear_only" in data and check.yes_no(data["clear_only"], (*path, "clear_only")),
            cases=self._cases(check, id_, data.get("cases"), path, condition, unless),
            place=check.document.place(path),
            **optional_texts,
        )

    @staticmethod
    def _numbers(check: Checker, raw: Any, path: Path_, condition: Condition | None) -> dict[str, str]:
        """Read the source status of single numbers in the condition, where it differs from the rule's."""
        compared = (
            {atom.text for atom in atoms(condition) if isinstance(atom, Compare)} if condition else set()
        )
        data = check.mapping(raw, path, (), compared if condition else None)
        return {
            text: check.one_of(status, (*path, text), SOURCE_STATUSES, "source status")
            for text, status in data.items()
        }

    def _limits(self, check: Checker, raw: Any, path: Path_) -> dict[str, Verdict]:
        limits: dict[str, Verdict] = {}
        data = check.mapping(raw, path, (), _LIMITING)
        for verdict in (Verdict(word) for word in data if word in _LIMITING):
            for movement in check.some_of(data[verdict], (*path, verdict), self.movements, "movement"):
                if limits.get(movement, verdict) is not verdict:
                    check.fail((*path, verdict), f"`{movement}` has two verdicts in one rule.")
                limits[movement] = verdict
        if not any(raw.values() if isinstance(raw, dict) else ()):
            check.fail(path, "this limits nothing.", f"Name movements under one of: {', '.join(_LIMITING)}.")
        return limits

    def _conclusions(self, check: Checker, raw: Any, path: Path_) -> dict[str, str]:
        data = check.mapping(raw, path, (), self.scales)
        return {
            scale: check.one_of(
                level, (*path, scale), self.scales[scale][1:], f"level of {scale} to conclude"
            )
            for scale, level in data.items()
            if scale in self.scales
        }

    def _referral(self, check: Checker, raw: Any, path: Path_) -> Referral:
        data = check.mapping(raw, path, ("urgency", "to", "say"), ("about", "brief"))
        urgency = check.member_of(data.get("urgency"), (*path, "urgency"), tuple(Urgency), "urgency")
        to, say, about = (check.text(data.get(key), (*path, key)) for key in ("to", "say", "about"))
        brief = check.text(data.get("brief", say), (*path, "brief"))
        if not say.startswith(brief):
            check.fail((*path, "brief"), "`say` does not begin with these words.")
        return Referral(urgency, to, say, about, brief)

    def _cases(
        self, check: Checker, id_: str, raw: Any, path: Path_, condition: Condition | None, unless: bool
    ) -> dict[str, tuple[Mapping[str, Any], ...]]:
        path = (*path, "cases")
        if raw is None:
            return {}
        data = check.mapping(raw, path, (), CASE_KINDS)
        for kind in _needed_cases(condition, unless):
            if not data.get(kind):
                check.fail(
                    path, f"`{id_}` has no case where it {_CASE_WORDS[kind]}.", f"Add one under `{kind}:`."
                )
        return {
            kind: tuple(
                self._answers(check, item, item_path)
                for item_path, item in check.items(data.get(kind), (*path, kind))
            )
            for kind in CASE_KINDS
            if kind in data
        }

    def _answers(self, check: Checker, raw: Any, path: Path_) -> dict[str, Any]:
        answers = check.mapping(raw, path)
        try:
            read_profile(self.vocabulary, answers, {name: name for name in answers})
        except ProfileError as error:
            for problem in error.problems:
                check.fail(path, f"this case is no possible person: {problem}")
        return answers


def cited(check: Checker, raw: Any, path: Path_, known: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the sources that an entry cites: at least one, all of them `known`."""
    before = len(check.problems)
    sources = check.some_of(raw, path, known, "source")
    if raw is not None and not sources and len(check.problems) == before:
        check.fail(path, "at least one source must be named.", "EC is expert consensus, DD a design default.")
    return sources


_CASE_WORDS = {"fires": "fires", "silent": "stays silent", "cannot_rule_out": "cannot be ruled out"}


def _needed_cases(condition: Condition | None, unless: bool) -> list[str]:
    """Say which kinds of case a rule must carry: one that can be true, false or unknown needs all three."""
    comparisons = list(atoms(condition)) if condition else []
    needed = ["fires"]
    if not all(isinstance(atom, Always) for atom in comparisons):
        needed.append("silent")
        # a conclusion may be certain or open, but only the rules behind it can say which
        if not unless and not all(isinstance(atom, IsKnown | AtLeast | Always) for atom in comparisons):
            needed.append("cannot_rule_out")
    return needed


def _settled(atom: Atom) -> bool:
    """Say whether a comparison is true of everybody to whom it applies, or of nobody."""
    if isinstance(atom, IsOneOf):
        return atom.wanted in (atom.choices, frozenset())
    if isinstance(atom, Compare) and (ends := interval(atom.term, Facts({}))):
        low, high = ends
        return {"<": low, ">=": low, "<=": high, ">": high}[atom.operator] == atom.threshold
    return False
