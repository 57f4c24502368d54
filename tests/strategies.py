"""What the properties are tested on: conditions, facts, rules, and people who could exist, all made up."""

import random
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from recommender.language.meaning import NOT_APPLICABLE, Facts, Value, evaluate
from recommender.language.parsing import parse_condition, parse_number
from recommender.language.symbols import ChoiceSymbol, NumberSymbol, ScaleSymbol, Symbol, YesNoSymbol
from recommender.language.tree import (
    And,
    AtLeast,
    Compare,
    Condition,
    FieldRef,
    IsYes,
    Not,
    Or,
    atoms,
    fields_of,
    fields_of_term,
)
from recommender.rulebook import Rule, Rulebook
from recommender.rulebook.model import PlainWords, ReportLimits
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import write_answer
from recommender.vocabulary.profile import Profile, read_profile

# ── A small language ────────────────────────────────────────────────────────────────────────────────────────
# Few fields with few values, so that every way of filling in what is unknown can be tried.

YES_NO = ("p", "q", "r", "s")
COUNTS = ("m", "n")
SCORES = ("d", "e")
COLOURS = ("red", "green", "blue")
SCALES = MappingProxyType({"risk": ("unknown", "some", "high"), "care": ("unknown", "open", "settled")})

DOMAINS: Mapping[str, tuple[Value, ...]] = MappingProxyType(
    dict.fromkeys(YES_NO, (False, True))
    | dict.fromkeys(COUNTS, (0, 1000, 2000, 3000))
    | dict.fromkeys(SCORES, (-2000, -1400, -1000, -400, 0, 600, 1000))
    | {"colour": COLOURS}
)
"""Every value that each field may have, numbers in thousandths."""


def _symbols() -> dict[str, Symbol]:
    symbols: dict[str, Symbol] = {name: YesNoSymbol(IsYes(name, name)) for name in YES_NO}
    for names, step in ((COUNTS, 1000), (SCORES, 100)):
        for name in names:
            low, high = int(DOMAINS[name][0]), int(DOMAINS[name][-1])
            symbols[name] = NumberSymbol(FieldRef(name, low, high), low, high, step)
    symbols["colour"] = ChoiceSymbol("colour", COLOURS)
    symbols |= {name: ScaleSymbol(name, levels) for name, levels in SCALES.items()}
    symbols["gap"] = parse_number("d - e", symbols)
    symbols["worst"] = parse_number("lowest(d, e)", symbols)
    return symbols


SYMBOLS: Mapping[str, Symbol] = MappingProxyType(_symbols())


def _field(name: str) -> Field:
    choices = COLOURS if name == "colour" else ()
    kind = "choice" if choices else "yes_no" if name in YES_NO else "number"
    low, high = (0, 0) if choices or kind == "yes_no" else (int(DOMAINS[name][0]), int(DOMAINS[name][-1]))
    texts = dict.fromkeys(
        ("group", "label", "ask", "unsure", "unit", "where", "check", "only_if_text", "silent_because"), ""
    )
    return Field(
        id=name,
        kind=kind,
        worse="neither",
        low=low,
        high=high,
        decimals=1 if name in SCORES else 0,
        choices=choices,
        only_if=None,
        never=name not in SCORES,
        doubt_above=None,
        near=None,
        spellings={},
        unit_words=(),
        **texts,
    )


FIELDS: Mapping[str, Field] = MappingProxyType({name: _field(name) for name in DOMAINS})

_OPERATORS = ("<", "<=", ">", ">=")
_COUNTED = ("m", "n", "m + n", "m - n", "m + p", "m + p + q", "max(m, n)", "n - q")
_SCORED = ("d", "e", "gap", "d + e", "max(d, e)")
_CHOICES = (
    "colour == red",
    "colour != red",
    "colour in (red, green)",
    "colour not in (red, green)",
    "colour in (red, green, blue)",
)
_KNOWN = tuple(
    f"{word}({name})" for word in ("known", "unknown") for name in ("p", "m", "d", "colour", "gap")
)
_LOWEST = tuple(f"worst {operator} -1.0" for operator in _OPERATORS)
_COMPARISONS = (
    *YES_NO,
    *(f"{term} {operator} {number}" for term, operator, number in product(_COUNTED, _OPERATORS, (0, 1, 2))),
    *(
        f"{term} {operator} {number}"
        for term, operator, number in product(_SCORED, _OPERATORS, ("-1.0", "-0.4", "1.0"))
    ),
    *_CHOICES,
)


def read(text: str) -> Condition:
    """Read a condition of the small language."""
    return parse_condition(text, SYMBOLS)


def conditions(scales: Iterable[str] = (), *, anything: bool = True) -> st.SearchStrategy[Condition]:
    """Make conditions; unless `anything`, only those in which an unknown may turn out to be any value.

    `lowest` and `known` depend on which answers there are, so they do not hold for every completion.
    """
    texts = [*_COMPARISONS, *([*_KNOWN, *_LOWEST, "always"] if anything else [])]
    leaves = st.sampled_from(texts).map(read)
    floors = [f"{scale} >= {level}" for scale in scales for level in SCALES[scale]]

    def grow(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        return st.one_of(several.map(And), several.map(Or), parts.map(_negated))

    if floors:
        leaves = st.one_of(leaves, st.sampled_from(floors).map(read))
    return st.recursive(leaves, grow, max_leaves=6)


def _negated(condition: Condition) -> Condition:
    """Negate what may be negated: conclusions are only ever floors."""
    return condition if any(isinstance(atom, AtLeast) for atom in atoms(condition)) else Not(condition)


def written(condition: Condition) -> str:
    """Write a condition as text, with brackets around every part."""
    if isinstance(condition, Not):
        return f"not ({written(condition.of)})"
    if isinstance(condition, And | Or):
        return (" and " if isinstance(condition, And) else " or ").join(
            f"({written(part)})" for part in condition.of
        )
    return condition.text


def facts(*, may_not_apply: bool = True) -> st.SearchStrategy[Facts]:
    """Make facts: each field has a value, is unknown or, with `may_not_apply`, does not apply."""
    extra = (NOT_APPLICABLE,) if may_not_apply else ()
    values = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from([*domain, *extra]) for name, domain in DOMAINS.items()}
    )
    spans = {
        name: st.tuples(*[st.integers(0, len(levels) - 1)] * 2).map(lambda pair: (min(pair), max(pair)))
        for name, levels in SCALES.items()
    }
    return st.builds(Facts, values, st.fixed_dictionaries(spans))


def completions(known: Facts, condition: Condition) -> Iterable[Facts]:
    """Yield every way in which the unknown fields that a condition reads could turn out."""
    missing = [name for name in fields_of(condition) if name not in known.values]
    for choice in product(*(DOMAINS[name] for name in missing)):
        yield Facts({**known.values, **dict(zip(missing, choice, strict=True))}, known.scales)


# ── Made-up rules ───────────────────────────────────────────────────────────────────────────────────────────


def rule(
    id_: str, condition: Condition | str, *, unless: bool = False, concludes: Mapping[str, str] | None = None
) -> Rule:
    """Build a rule that matters only for when it fires and what it concludes."""
    found = read(condition) if isinstance(condition, str) else condition
    plain = dict.fromkeys(
        (
            "title",
            "clearance",
            "screen",
            "caution",
            "note",
            "opens",
            "why_not",
            "dose",
            "say",
            "because",
            "certainty",
            "source_status",
        ),
        "",
    )
    return Rule(
        id=id_,
        when=written(found),
        condition=found,
        fails_closed=unless,
        clear_only=False,
        limits={},
        concludes=concludes or {},
        refer=None,
        numbers={},
        sources=(),
        guideline_year="",
        cases={},
        place="",
        **plain,
    )


def rulebook_of(rules: Sequence[Rule]) -> Rulebook:
    """Build a rulebook of made-up rules, with nothing else in it."""
    return Rulebook(
        version="",
        sha256="",
        words={},
        scales=SCALES,
        plain_words=PlainWords(8, (), {}),
        supervised=read("p"),
        supervised_opens="",
        vocabulary=Vocabulary({}, FIELDS, {}, (), SYMBOLS),
        sources={},
        families={},
        movements={},
        exercises={},
        rules={rule.id: rule for rule in rules},
        always=(),
        stop=(),
        week=(),
        session=None,
        phrases={},
        report_limits=ReportLimits(1, 1, 1, 1, 1, 1, 1, (50,)),
    )


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """Make rulebooks in three layers: some conclude risk, some read it and conclude care, some read both."""
    rules: list[Rule] = []
    for scales, concluded in (((), "risk"), (("risk",), "care"), (("risk", "care"), None)):
        for _ in range(draw(st.integers(1, 4))):
            unless = draw(st.booleans())
            condition = draw(conditions(() if unless else scales))
            conclusion = {concluded: draw(st.sampled_from(SCALES[concluded]))} if concluded else {}
            rules.append(rule(f"A{len(rules)}", condition, unless=unless, concludes=conclusion))
    return rulebook_of(draw(st.permutations(rules)))


# ── People who could exist ──────────────────────────────────────────────────────────────────────────────────

Answers = dict[str, str]


class People:
    """Makes answers that go together, at and around every threshold of a rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.vocabulary = rulebook.vocabulary
        self.fields = rulebook.vocabulary.fields
        self.thresholds = _thresholds(rulebook)
        self.choices = {name: self._choices(field) for name, field in self.fields.items()}
        # red flags: yes/no answers that can stop a plan; tossed like coins, they would stop nearly everyone
        stops = (rule for rule in rulebook.rules.values() if rule.clearance)
        self.flags = {
            name
            for rule in stops
            for name in fields_of(rule.condition)
            if self.fields[name].kind == "yes_no" and name != "hip_fracture"
        }

    def _choices(self, field: Field) -> tuple[str, ...]:
        never = ("never",) if field.never else ()
        if field.kind == "yes_no":
            return ("no", "yes", *never)
        if field.kind == "choice":
            return (*field.choices, *never)
        steps = (field.step, 10, 100, 1000)
        near = {
            threshold + sign * by
            for threshold in self.thresholds.get(field.id, ())
            for sign in (-1, 0, 1)
            for by in steps
        }
        inside = {number for number in near if field.low <= number <= field.high and number % field.step == 0}
        ends = {field.low, field.high}
        return (
            *(
                write_answer(field, number)
                for number in sorted(inside | ends, key=lambda number: (number in ends, number))
            ),
            *never,
        )

    def possible(self, answers: Mapping[str, str], kept: Iterable[str] = ()) -> Answers:
        """Leave out what does not apply or contradicts the rest; contradictions remove nothing in `kept`."""
        found = dict(answers)
        while True:
            found, facts = self._applying(found)
            clash = next((c for c in self.vocabulary.impossible if evaluate(c.when, facts)), None)
            if clash is None:
                return found
            dropped = [name for name in clash.fields if name in found and name not in kept]
            if not dropped:
                return found
            del found[dropped[-1]]

    def _applying(self, answers: Mapping[str, str]) -> tuple[Answers, Facts]:
        """Return the answers that apply, and the facts that they make; a field follows what it depends on."""
        found: Answers = {}
        values: dict[str, Value] = {}
        facts = Facts(values)
        for name, field in self.fields.items():
            applies = field.only_if is None or evaluate(field.only_if, facts)
            if name in answers and applies:
                found[name] = answers[name]
                values[name] = _value(field, answers[name])
            elif applies is False:
                values[name] = NOT_APPLICABLE
        return found, facts

    def read(self, answers: Mapping[str, str]) -> Profile:
        """Read answers by the front door."""
        return read_profile(self.vocabulary, answers, {})

    def profiles(self) -> st.SearchStrategy[Answers]:
        """Make people with few or many answers, most of them without a red flag."""
        each = {name: st.sampled_from(values) for name, values in self.choices.items()}
        scores = {name: each[name] for name in each if name.startswith(("t_", "z_"))}
        pairs = st.sampled_from(list(each)).flatmap(lambda name: st.tuples(st.just(name), each[name]))
        little = st.tuples(
            st.lists(pairs, max_size=8).map(dict), st.fixed_dictionaries({}, optional=scores)
        ).map(lambda p: p[0] | p[1])
        much = st.fixed_dictionaries({}, optional=each)
        calm = st.tuples(much, st.sets(st.sampled_from(sorted(self.flags)), max_size=1)).map(self._calm)
        return st.one_of(little, calm, calm, much).map(self.possible)

    def _calm(self, pair: tuple[Mapping[str, str], set[str]]) -> Answers:
        answers, kept = pair
        return {
            name: "no" if name in self.flags and name not in kept else answer
            for name, answer in answers.items()
        }

    def anyone(self, chance: random.Random) -> Answers:
        """Make one person by a seeded chance: quicker than a strategy, where thousands are wanted."""
        share, calm = chance.choice((0.05, 0.3, 0.6, 0.95)), chance.random() < 0.7
        answers = {
            name: chance.choice(values) for name, values in self.choices.items() if chance.random() < share
        }
        return self.possible(self._calm((answers, set())) if calm else answers)

    def later(self, before: Answers) -> st.SearchStrategy[Answers]:
        """Make the same person with open questions answered; scan results stay as they are."""
        profile = self.read(before)
        asked = {
            name: st.sampled_from(values)
            for name, values in self.choices.items()
            if not profile.knows(name) and not name.startswith(("t_", "z_"))
        }
        one = (
            st.sampled_from(sorted(asked)).flatmap(lambda name: asked[name].map(lambda value: {name: value}))
            if asked
            else st.just({})
        )
        some = st.one_of(one, st.fixed_dictionaries({}, optional=asked), st.fixed_dictionaries(asked))
        return some.map(lambda more: self.possible({**more, **before}, kept=before))


def _thresholds(rulebook: Rulebook) -> dict[str, set[int]]:
    """Return the numbers that any condition compares each field with, alone or in a sum."""
    fields = rulebook.vocabulary.fields.values()
    found: dict[str, set[int]] = {}
    texts: list[Any] = [rule.condition for rule in rulebook.rules.values()]
    texts += [field.only_if for field in fields if field.only_if] + [
        clash.when for clash in rulebook.vocabulary.impossible
    ]
    for condition in texts:
        for atom in atoms(condition):
            if isinstance(atom, Compare):
                for name in fields_of_term(atom.term):
                    found.setdefault(name, set()).add(atom.threshold)
    return found


def _value(field: Field, text: str) -> Value:
    if text == "never":
        return NOT_APPLICABLE
    if field.kind == "yes_no":
        return text == "yes"
    return text if field.kind == "choice" else int(Decimal(text) * 1000)
