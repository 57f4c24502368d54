"""Rules as yes/no conditions on plain facts: the form from which every rival's own language is written.

A rule *fires* when its condition is known to be true; an `unless:` rule fires unless its condition is. In
negation normal form both are plain two-valued questions, once each comparison says what an unknown answer
counts as, and one that does not apply. Both are evaluated with the reference meaning; nothing of it is
repeated here.

A comparison with one field becomes a `Test` that a rival makes itself. What not every rival can express (the
lowest of the known scores, a sum with an unknown part, whether such a measure is known) becomes `Ready`: a
yes/no fact that is computed before the clock starts. That favours the rivals.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from recommender.language.meaning import NOT_APPLICABLE, Facts
from recommender.language.normal import AllOf, AnyOf, Literal, Normal, normal_form
from recommender.language.tree import Always, AtLeast, Compare, FieldRef, IsKnown, IsOneOf, IsYes
from recommender.rulebook import Rule, Rulebook

NEVER = "never_"
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

Fact = int | bool | str | None
Row = dict[str, Fact]


class Test(NamedTuple):
    """A comparison of one field; `unknown` and `never` say whether it holds where there is no answer.

    `operator` is one of < <= > >= for numbers, `is` for yes/no, `in` and `not in` for choices; `any` is true
    of any answer, or of none. Of a field that always applies, `unknown` and `never` are the same.
    """

    field: str
    operator: str
    value: int | bool | frozenset[str]
    unknown: bool
    never: bool


class Ready(NamedTuple):
    """A fact that was worked out beforehand is true."""

    name: str


class Reached(NamedTuple):
    """Rules that fired have raised a scale to at least a level."""

    scale: str
    level: int


class All(NamedTuple):
    """Every part holds; with no parts, always."""

    of: tuple["Plain", ...]
    word: str = "and"


class Any(NamedTuple):
    """Some part holds."""

    of: tuple["Plain", ...]
    word: str = "or"


Plain = Test | Ready | Reached | All | Any


class PlainRule(NamedTuple):
    """When a rule fires, and what it then raises: the index of the level by scale."""

    id: str
    when: Plain
    raises: Mapping[str, int]


class PlainRules(NamedTuple):
    """The rules in strata, the scales they raise, and the names of the facts they read.

    `ready` defines the facts that are computed beforehand: a literal, and whether an unknown counts as true.
    """

    strata: tuple[tuple[PlainRule, ...], ...]
    scales: tuple[str, ...]
    reads: tuple[str, ...]
    ready: Mapping[str, tuple[Literal, bool]]

    def row(self, facts: Facts) -> Row:
        """Return the facts of one person: `None` where unanswered, `never_FIELD` where not applicable."""
        return {name: self._fact(name, facts) for name in self.reads}

    def _fact(self, name: str, facts: Facts) -> Fact:
        if name in self.ready:
            return _holds(*self.ready[name], facts)
        if name.startswith(NEVER):
            return facts.values.get(name.removeprefix(NEVER)) is NOT_APPLICABLE
        value = facts.values.get(name)
        return None if value is NOT_APPLICABLE else value


def plain_rules(book: Rulebook) -> PlainRules:
    """Return the rules of a rulebook as plain conditions."""
    reader = _Reader(book)
    strata = tuple(tuple(reader.rule(rule) for rule in stratum) for stratum in book.strata)
    reads = dict.fromkeys(
        name for stratum in strata for name in facts_read(stratum) if name not in book.scales
    )
    return PlainRules(
        strata, tuple(book.scales), tuple(reads), {name: key for key, name in reader.ready.items()}
    )


def facts_read(rules: Iterable[PlainRule]) -> Iterator[str]:
    """Yield the names of the facts and scales that rules read."""
    for rule in rules:
        yield from _names(rule.when)


def _names(plain: Plain) -> Iterator[str]:
    if isinstance(plain, All | Any):
        for part in plain.of:
            yield from _names(part)
    elif isinstance(plain, Test):
        yield plain.field
        if plain.unknown != plain.never:
            yield NEVER + plain.field
    else:
        yield plain.name if isinstance(plain, Ready) else plain.scale


class _Reader:
    """Reads rules, and names each fact that must be worked out beforehand."""

    def __init__(self, book: Rulebook) -> None:
        self.scales = book.scales
        self.may_be_never = {
            field.id for field in book.vocabulary.fields.values() if field.never or field.only_if is not None
        }
        self.ready: dict[tuple[Literal, bool], str] = {}

    def rule(self, rule: Rule) -> PlainRule:
        """Return one rule."""
        normal = normal_form(rule.condition, positive=not rule.fails_closed)
        raises = {scale: self.scales[scale].index(level) for scale, level in rule.concludes.items()}
        return PlainRule(rule.id, self._plain(normal, rule.fails_closed), raises)

    def _plain(self, normal: Normal, lenient: bool) -> Plain:
        if isinstance(normal, AllOf | AnyOf):
            parts = tuple(self._plain(part, lenient) for part in normal.of)
            return All(parts) if isinstance(normal, AllOf) else Any(parts)
        atom = normal.atom
        if isinstance(atom, Always) and normal.positive:
            return All(())
        if isinstance(atom, AtLeast):
            if lenient or not normal.positive:
                raise ValueError(f"a conclusion is read as more than a floor: {atom.text}")
            return Reached(atom.scale, atom.level)
        return self._test(normal, lenient) or Ready(
            self.ready.setdefault((normal, lenient), f"ready_{len(self.ready)}")
        )

    def _test(self, literal: Literal, lenient: bool) -> Test | None:
        """Return a comparison with one field, or None where there is more to it."""
        atom, positive = literal
        operator: str
        value: int | bool | frozenset[str]
        if isinstance(atom, Compare) and isinstance(atom.term, FieldRef):
            name, operator, value = (
                atom.term.name,
                atom.operator if positive else _OPPOSITE[atom.operator],
                atom.threshold,
            )
        elif isinstance(atom, IsOneOf):
            name, operator, value = atom.name, "in" if positive else "not in", atom.wanted
        elif isinstance(atom, IsYes):
            name, operator, value = atom.name, "is", positive
        elif isinstance(atom, IsKnown) and len(atom.names) == 1:
            name, operator, value = atom.names[0], "any", positive
        else:
            return None
        unknown = _holds(literal, lenient, Facts({}))
        never = (
            _holds(literal, lenient, Facts({name: NOT_APPLICABLE})) if name in self.may_be_never else unknown
        )
        return Test(name, operator, value, unknown, never)


def _holds(literal: Literal, lenient: bool, facts: Facts) -> bool:
    truth = literal.truth(facts)
    return truth is not False if lenient else truth is True
