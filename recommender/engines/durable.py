"""durable_rules as a conjunction engine, inside the small envelope in which it gives right answers.

It sees booleans only. Each comparison is a literal that the reference meaning has evaluated; each alternative of a rule is
one durable rule of one pattern: a single `$and` of equalities. No number, null, string, disjunction, negation, join or
arithmetic ever reaches it, because outside this envelope it answers wrongly without a word. In detail:

- `or` becomes several durable rules (its own `|` fires once per true branch, and nested groups misread `all`);
- at most 60 patterns a ruleset: it fails when more than 64 match at once, and hangs when loading 513;
- one live state with a fixed id, deleted after each use: states are found by a 32-bit hash without comparison;
- no timer threads: they race with the deletion of states;
- a sentinel rule that fires last, in every ruleset: exceptions in actions are swallowed, remaining actions can be
  dropped, and deleting a state in which nothing ever fired frees an uninitialised pointer;
- every pattern asks for the fact's kind, or it could match the engine's own state fact, endlessly.
"""

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from durable import engine as _durable

from recommender.engines.inference import Matches
from recommender.errors import EngineError, Problem
from recommender.language.meaning import Facts, Truth
from recommender.language.normal import Clause, Literal, clauses, normal_form
from recommender.rulebook.model import Rule

MOST_PATTERNS = 60
MOST_LITERALS = 200
_STATE = "person"
_KIND = {"kind": "profile"}

Pattern = tuple[str, tuple[str, ...]]
"""The id of a rule and the names of the literals that must hold together for it."""

_lock = threading.Lock()


class _Host(_durable.Host):  # type: ignore[misc]
    """A durable_rules host without its timer threads."""

    def _run(self) -> None:
        """Do nothing: the stock host starts threads here that race with the deletion of states."""


class _Matcher:
    """Matches conjunctions of named literals; one ruleset for each shard of patterns."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._fired: list[str | None] = []
        self._shards: list[tuple[str, frozenset[str]]] = []
        with _lock, _quiet():
            self._host = _Host()
            for number, shard in enumerate(_shards(patterns)):
                self._register(f"shard{number}", shard)

    def _register(self, name: str, shard: Sequence[Pattern]) -> None:
        ruleset: dict[str, Any] = {"done": {"all": [{"m": dict(_KIND)}], "pri": 1, "run": self._note(None)}}
        for number, (token, literals) in enumerate(shard):
            tests = [dict(_KIND), *({literal: True} for literal in literals)]
            ruleset[f"r{number}"] = {"all": [{"m": {"$and": tests}}], "run": self._note(token)}
        self._host.set_rulesets({name: ruleset})
        self._shards.append((name, frozenset(literal for _, literals in shard for literal in literals)))

    def _note(self, token: str | None) -> Callable[[Any], None]:
        def action(_: Any) -> None:  # must not raise: the engine swallows whatever an action raises
            self._fired.append(token)

        return action

    def match(self, true_literals: frozenset[str]) -> frozenset[str]:
        """Return the tokens of all patterns whose literals all hold.

        Raises:
            EngineError: when durable_rules did not finish; never an empty answer instead.

        """
        matched: set[str] = set()
        with _lock, _quiet():
            for name, literals in self._shards:
                matched |= self._match_shard(name, true_literals & literals)
        return frozenset(matched)

    def _match_shard(self, name: str, literals: frozenset[str]) -> set[str]:
        self._fired.clear()
        fact = {"sid": _STATE, "id": "profile", **_KIND, **dict.fromkeys(sorted(literals), True)}
        try:
            state = self._host.assert_fact(name, fact)
        except Exception as error:
            with suppress(Exception):  # there may be no state to delete; what counts is that the answer failed
                self._host.delete_state(name, _STATE)
            raise EngineError(Problem("durable_rules", f"the engine failed: {error}.")) from error
        self._host.delete_state(name, _STATE)
        if "exception" in state or not self._fired or self._fired[-1] is not None:
            raise EngineError(Problem("durable_rules", "the engine did not finish, so its answer cannot be used."))
        return {token for token in self._fired if token is not None}


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence durable_rules' use of deprecated clock functions: it is the last release."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _shards(patterns: Iterable[Pattern]) -> Iterator[list[Pattern]]:
    """Split patterns so that no ruleset or fact comes near the engine's limits; always yield at least one shard."""
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
            found = clauses(normal_form(rule.condition, positive=not rule.fails_closed))
            patterns.extend((rule.id, self._pattern(clause, rule.fails_closed)) for clause in found)
        self._matcher = _Matcher(patterns)

    def _pattern(self, clause: Clause, lenient: bool) -> tuple[str, ...]:
        return tuple(sorted(self._names.setdefault((literal, lenient), f"a{len(self._names)}") for literal in clause))

    def match(self, facts: Facts) -> Matches:
        truths: dict[Literal, Truth] = {literal: literal.truth(facts) for literal, _ in self._names}
        certain = {name for (literal, _), name in self._names.items() if truths[literal] is True}
        # a rule that fails closed takes an unknown as if it held, in both passes
        lenient = {name for (literal, closed), name in self._names.items() if closed and truths[literal] is not False}
        open_ = {name for (literal, _), name in self._names.items() if truths[literal] is not False}
        return Matches(self._matcher.match(frozenset(certain | lenient)), self._matcher.match(frozenset(open_)))


@cache
def _self_test() -> None:
    """Check a whole small truth table: `a and b`, `b or c`, and nothing else."""
    matcher = _Matcher([("both", ("a", "b")), ("either", ("b",)), ("either", ("c",))])
    for number in range(8):
        true = frozenset(name for bit, name in enumerate("abc") if number >> bit & 1)
        expected = {"both"} if {"a", "b"} <= true else set()
        expected |= {"either"} if true & {"b", "c"} else set()
        if matcher.match(true) != expected:
            raise EngineError(Problem("durable_rules", "its compiled extension gives wrong answers here.", "Reinstall it."))
