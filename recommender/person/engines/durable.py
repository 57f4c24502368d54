"""durable_rules as a conjunction engine, inside the small envelope in which it gives right answers.

It sees booleans only. Each comparison is a literal that the reference meaning has evaluated; each alternative
of a rule is one durable rule of one pattern: a single `$and` of equalities. No number, null, string,
disjunction, negation, join or arithmetic ever reaches it, because outside this envelope it answers wrongly
without a word. In detail:

- `or` becomes several durable rules (its own `|` fires once per true branch, and nested groups misread
  `all`);
- at most 60 patterns a ruleset: it fails when more than 64 match at once, and hangs when loading 513;
- one live state with a fixed id, deleted after each use: states are found by a 32-bit hash without
  comparison;
- its compiled module is asked directly: its Python host starts timer threads that race with the deletion of
  states, and swallows exceptions in actions;
- a sentinel rule that fires last, in every ruleset: remaining actions can be dropped, and deleting a state in
  which nothing ever fired frees an uninitialised pointer;
- every pattern asks for the fact's kind, or it could match the engine's own state fact, endlessly.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple
from weakref import finalize

import durable_rules_engine as _extension

from recommender.errors import EngineError, Problem
from recommender.language.meaning import Facts
from recommender.language.normal import Clause, Literal, clauses, normal_form
from recommender.person.engines.inference import Matches
from recommender.rulebook.model import Rule

MOST_PATTERNS = 60
MOST_LITERALS = 200
_STATE = "person"
_KIND = '"kind":"profile"'
_SENTINEL = "done"

Pattern = tuple[str, tuple[str, ...]]
"""The id of a rule and the names of the literals that must hold together for it."""

_lock = threading.Lock()  # the extension has none of its own


class _Ruleset(NamedTuple):
    """One ruleset of the extension: its handle, the literals it reads, and the token of each rule."""

    handle: int
    literals: tuple[str, ...]
    tokens: tuple[str, ...]


class _Matcher:
    """Matches conjunctions of named literals: one ruleset a shard, freed with the matcher."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        with _lock:
            self._rulesets = [
                _ruleset(f"shard{number}", shard) for number, shard in enumerate(_shards(patterns))
            ]
        finalize(self, _free, [ruleset.handle for ruleset in self._rulesets])

    def match(self, true_literals: frozenset[str]) -> frozenset[str]:
        """Return the tokens of all patterns whose literals all hold.

        Raises:
            EngineError: when durable_rules did not finish; never an empty answer instead.

        """
        with _lock:
            return frozenset(
                token for ruleset in self._rulesets for token in _matched(ruleset, true_literals)
            )


def _ruleset(name: str, shard: Sequence[Pattern]) -> _Ruleset:
    """Compile a shard: one rule for each pattern, and the sentinel, which fires after them."""
    rules = [f'"{_SENTINEL}":{{"all":[{{"m":{{{_KIND}}}}}],"pri":1}}']
    for number, (_, literals) in enumerate(shard):
        tests = ",".join([f"{{{_KIND}}}", *(f'{{"{literal}":true}}' for literal in literals)])
        rules.append(f'"r{number}":{{"all":[{{"m":{{"$and":[{tests}]}}}}]}}')
    handle = _extension.create_ruleset(name, f"{{{','.join(rules)}}}")
    read_by_shard = tuple(dict.fromkeys(literal for _, literals in shard for literal in literals))
    return _Ruleset(handle, read_by_shard, tuple(token for token, _ in shard))


def _free(handles: Iterable[int]) -> None:
    with _lock:
        for handle in handles:
            _extension.delete_ruleset(handle)


def _matched(ruleset: _Ruleset, true_literals: frozenset[str]) -> list[str]:
    """Tell a ruleset which of its literals are true, and return the tokens of the rules that fire."""
    tests = "".join(f',"{literal}":true' for literal in ruleset.literals if literal in true_literals)
    try:
        fired = _fired(ruleset.handle, f'{{"sid":"{_STATE}","id":"profile",{_KIND}{tests}}}')
        _extension.delete_state(ruleset.handle, _STATE)
    except Exception as error:
        with suppress(Exception):  # there may be no state to delete; what counts is that the answer failed
            _extension.delete_state(ruleset.handle, _STATE)
        raise EngineError(Problem("durable_rules", f"the engine failed: {error}.")) from error
    if not fired or fired[-1] != _SENTINEL:
        raise EngineError(
            Problem("durable_rules", "the engine did not finish, so its answer cannot be used.")
        )
    return [ruleset.tokens[int(name[1:])] for name in fired[:-1]]


def _fired(handle: int, fact: str) -> list[str]:
    """Assert a fact and return the names of the rules that fire, in the order in which they do."""
    code, state = _extension.assert_fact(handle, fact)
    if code:
        raise RuntimeError(f"error code: {code}")
    started = _extension.start_action_for_state(handle, state)
    message = started[1] if started else None
    fired: list[str] = []
    while message:  # a message begins with the name of its rule: {"r7": …
        fired.append(message[2 : message.index('"', 2)])
        message = _extension.complete_and_start_action(handle, state)
    return fired


def _shards(patterns: Iterable[Pattern]) -> Iterator[list[Pattern]]:
    """Split patterns so that no ruleset or fact nears the engine's limits; yield at least one shard."""
    shard: list[Pattern] = []
    literals: set[str] = set()
    for pattern in patterns:
        if shard and (len(shard) == MOST_PATTERNS or len(literals | set(pattern[1])) > MOST_LITERALS):
            yield shard
            shard, literals = [], set()
        shard.append(pattern)
        literals |= set(pattern[1])
    yield shard


class DurableEngine:
    """Matches the rules of each stratum with durable_rules, in two passes."""

    name = "durable_rules"

    def __init__(self, strata: Sequence[Sequence[Rule]]) -> None:
        """Compile the rules, after a self-test that finds a miscompiled extension before a person does.

        Raises:
            EngineError: when the extension fails its self-test.

        """
        _self_test()
        self.strata = strata
        self._matchers = [_Stratum(rules) for rules in strata]

    def match(self, stratum: int, facts: Facts) -> Matches:
        """Return which rules fire and which could."""
        return self._matchers[stratum].match(facts)


class _Stratum:
    """The literals and patterns of one stratum."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._names: dict[tuple[Literal, bool], str] = {}
        patterns: list[Pattern] = []
        for rule in rules:
            alternatives = clauses(normal_form(rule.condition, positive=not rule.fails_closed))
            patterns.extend((rule.id, self._pattern(clause, rule.fails_closed)) for clause in alternatives)
        self._matcher = _Matcher(patterns)
        self._literals = [(literal, lenient, name) for (literal, lenient), name in self._names.items()]

    def _pattern(self, clause: Clause, lenient: bool) -> tuple[str, ...]:
        return tuple(self._names.setdefault((literal, lenient), f"a{len(self._names)}") for literal in clause)

    def match(self, facts: Facts) -> Matches:
        certain, possible = set(), set()
        for literal, lenient, name in self._literals:
            truth = literal.truth(facts)
            if truth is not False:
                possible.add(name)
                if (
                    truth or lenient
                ):  # a rule that fails closed takes an unknown as if it held, in both passes
                    certain.add(name)
        return Matches(self._matcher.match(frozenset(certain)), self._matcher.match(frozenset(possible)))


@cache
def _self_test() -> None:
    """Check a whole small truth table: `a and b`, `b or c`, and nothing else."""
    matcher = _Matcher([("both", ("a", "b")), ("either", ("b",)), ("either", ("c",))])
    for number in range(8):
        true = frozenset(name for bit, name in enumerate("abc") if number >> bit & 1)
        expected = {"both"} if {"a", "b"} <= true else set()
        expected |= {"either"} if true & {"b", "c"} else set()
        if matcher.match(true) != expected:
            raise EngineError(
                Problem("durable_rules", "its compiled extension gives wrong answers here.", "Reinstall it.")
            )
