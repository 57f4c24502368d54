"""The unknown side of an assessment: which unanswered fields keep a rule open or a gate shut."""

from recommender.language.meaning import UNREACHED, Facts, evaluate, support
from recommender.language.normal import literals, normal_form
from recommender.language.tree import AtLeast, Condition, IsKnown, fields_of_atom, scales_of
from recommender.person.engines.inference import Findings
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary.profile import Profile


class Unknowns:
    """The open side of what the rules found of one person; `open` are the rules that could still fire."""

    def __init__(self, rulebook: Rulebook, profile: Profile, findings: Findings) -> None:
        self.book, self.profile, self.findings = rulebook, profile, findings
        fired = {rule.id for rule in findings.fired}
        self.open = tuple(rule for rule in findings.possible if rule.id not in fired)
        self.asked: dict[str, tuple[str, ...]] = {}
        self.gates: dict[str, list[Rule]] = {}
        self._askable: dict[str, tuple[str, ...]] = {}

    def asked_by(self, rule: Rule) -> tuple[str, ...]:
        """Return the unanswered fields that keep a rule open, worked out once for each rule."""
        if rule.id not in self.asked:
            self.asked[rule.id] = self._open_fields(rule.condition)
        return self.asked[rule.id]

    def _open_fields(self, condition: Condition) -> tuple[str, ...]:
        """Return the unanswered fields that keep a condition open, through conclusions of other rules.

        A field that may not even apply is asked about through the field that says so: falls before injuries
        from falls.
        """
        names: dict[str, None] = {}
        for atom in support(condition, self.findings.facts, None):
            if isinstance(atom, AtLeast):
                for rule in self.open:
                    if atom.scale in rule.concludes:
                        names |= dict.fromkeys(self.asked_by(rule))
            else:
                for name in fields_of_atom(atom):
                    names |= dict.fromkeys(self.askable(name))
        return tuple(names)

    def askable(self, name: str) -> tuple[str, ...]:
        """Return what to ask about a field: itself, or what has to be known before it, or nothing."""
        if name not in self._askable:
            self._askable[name] = self._ask_for(name)
        return self._askable[name]

    def _ask_for(self, name: str) -> tuple[str, ...]:
        if self.profile.knows(name):
            return ()
        only_if = self.book.vocabulary.fields[name].only_if
        if only_if is not None and evaluate(only_if, self.findings.facts) is None:
            return self._open_fields(only_if)
        return (name,)

    def only_because_unknown(self, rule: Rule) -> tuple[str, ...]:
        """Return the fields that a fired rule counts against a person only because they are unknown."""
        decisive = support(rule.condition, self.findings.facts, True)
        missing = (
            atom for atom in decisive if isinstance(atom, IsKnown) and not evaluate(atom, self.findings.facts)
        )
        return tuple(dict.fromkeys(name for atom in missing for name in atom.names))

    def openers(self, rule: Rule) -> list[Rule]:
        """Return the fired `unless` rules without whose conclusion a rule would not have fired, or itself."""
        if rule.id not in self.gates:
            self.gates[rule.id] = [rule] if rule.opens else self._gates_behind(rule)
        return self.gates[rule.id]

    def _gates_behind(self, rule: Rule) -> list[Rule]:
        facts, read = self.findings.facts, scales_of(rule.condition)
        without: list[Rule] = []
        for opener in self.findings.fired:
            if opener.opens and not read.isdisjoint(opener.concludes):
                scales = {**facts.scales, **dict.fromkeys(opener.concludes, UNREACHED)}
                if rule.truth(Facts(facts.values, scales)) is not True:
                    without.append(opener)
        return without

    def unproven(self, opener: Rule) -> tuple[str, ...]:
        """Return the fields whose answers stand between an `unless` rule and its proof."""
        facts = self.findings.facts
        open_ = [
            literal.atom
            for literal in literals(normal_form(opener.condition))
            if literal.truth(facts) is not True
        ]
        names = dict.fromkeys(name for atom in open_ for name in fields_of_atom(atom))
        return tuple(
            dict.fromkeys(
                ask for name in names for ask in ((name,) if self.profile.knows(name) else self.askable(name))
            )
        )
