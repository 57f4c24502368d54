"""The durable_rules engine gives the reference's answers, and each of its traps stays shut."""

import gc
import json
import random
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import EngineError
from recommender.language.meaning import Facts
from recommender.person.engines import ReferenceEngine, best_engine, infer
from recommender.person.engines.on_demand import OnDemand
from recommender.rulebook import Rule, load_rulebook

from .conftest import examples
from .strategies import YES_NO, Answers, People, conditions, facts, read, rule, rulebook_of, rulebooks

durable = pytest.importorskip(
    "recommender.person.engines.durable", reason="durable_rules cannot be imported here", exc_type=ImportError
)
DurableEngine = durable.DurableEngine

BOOK = load_rulebook()
PEOPLE = People(BOOK)


@pytest.fixture(scope="module")
def shipped() -> Any:
    return DurableEngine(BOOK.strata)


def _yes(*names: str) -> Facts:
    """Return facts in which the named fields hold and all other yes/no fields do not."""
    return Facts({name: name in names for name in YES_NO})


def _fired(rules: list[Rule], known: Facts) -> frozenset[str]:
    return DurableEngine([rules]).match(0, known).fired


# ── The same answers as the reference ───────────────────────────────────────────────────────────────────────


@pytest.mark.heavy
@settings(max_examples=40, deadline=None)
@given(rulebooks(), st.lists(facts(), min_size=1, max_size=8))
def test_durable_rules_agrees_with_the_reference_on_any_rulebook(book: Any, people: list[Facts]) -> None:
    """What fires, what could and what is concluded, through three layers of rules, `unless` among them."""
    ours, oracle = DurableEngine(book.strata), ReferenceEngine(book.strata)
    for known in people:
        assert infer(book, ours, Facts(known.values)) == infer(book, oracle, Facts(known.values))


NINE = "abcdefghi"
SHAPES = (
    "a and b and c",
    "a or b or c",
    "(a or b) and (c or d)",
    "(a and b) or (c and d)",
    "not (a and (b or not c))",
    "not (a or b) and not (c and d)",
    "(e or f) and (f or g) and (g or e)",
    "(g and not h) or (h and not g)",
    "not i",
    "i and not (a and b and c and d and e and f and g and h)",
    "unknown(i) or (known(a) and not b)",
)


def _nine_rules() -> list[Rule]:
    from recommender.language.parsing import parse_condition
    from recommender.language.symbols import YesNoSymbol
    from recommender.language.tree import IsYes

    symbols = {name: YesNoSymbol(IsYes(name, name)) for name in NINE}
    return [
        rule(f"{'U' if unless else 'W'}{number}", parse_condition(text, symbols), unless=unless)
        for number, text in enumerate(SHAPES)
        for unless in (False, True)
    ]


def _agree_on_all(assignments: Iterator[Mapping[str, bool]]) -> int:
    rules = _nine_rules()
    ours, oracle = DurableEngine([rules]), ReferenceEngine([rules])
    count = 0
    for known in assignments:
        assert ours.match(0, Facts(known)) == oracle.match(0, Facts(known)), known
        count += 1
    return count


def test_durable_rules_agrees_on_the_whole_truth_table_of_nine_answers() -> None:
    assert _agree_on_all(dict(zip(NINE, row, strict=True)) for row in product((False, True), repeat=9)) == 512


def _with_unknowns() -> Iterator[dict[str, bool]]:
    for row in product((False, True, None), repeat=9):
        yield {name: value for name, value in zip(NINE, row, strict=True) if value is not None}


@pytest.mark.heavy
def test_durable_rules_agrees_on_the_whole_truth_table_with_unknowns() -> None:
    assert _agree_on_all(_with_unknowns()) == 19683


def _agree_on_people(engine: Any, number: int) -> None:
    oracle, chance = ReferenceEngine(BOOK.strata), random.Random(20261122)
    for _ in range(number):
        answers = PEOPLE.anyone(chance)
        known = PEOPLE.read(answers).facts
        ours, theirs = infer(BOOK, engine, known), infer(BOOK, oracle, known)
        assert (ours.fired, ours.possible, ours.facts) == (theirs.fired, theirs.possible, theirs.facts), (
            answers
        )


def test_durable_rules_agrees_on_the_shipped_rulebook(shipped: Any) -> None:
    _agree_on_people(shipped, 100)


@pytest.mark.heavy
def test_durable_rules_agrees_on_the_shipped_rulebook_for_eight_thousand_people(shipped: Any) -> None:
    _agree_on_people(shipped, 8_000)


def test_rules_asked_one_by_one_say_what_they_say_together() -> None:
    oracle, on_demand, chance = ReferenceEngine(BOOK.strata), OnDemand(BOOK), random.Random(20261127)
    for _ in range(20):
        known = PEOPLE.read(PEOPLE.anyone(chance)).facts
        together, alone = infer(BOOK, oracle, known), on_demand.facts(known.values)
        truths = {rule.id: rule.truth(alone) for rule in reversed(BOOK.rules.values())}
        assert {id_ for id_, truth in truths.items() if truth} == {rule.id for rule in together.fired}
        assert {id_ for id_, truth in truths.items() if truth is None} == {
            rule.id for rule in together.possible if rule not in together.fired
        }


def _rows() -> Iterator[Answers]:
    """Yield rows in which every field takes every value on and beside a threshold, many fields at a time."""
    for shift in (0, 1):
        for row in range(max(map(len, PEOPLE.choices.values()))):
            yield {
                name: values[(row + shift * place) % len(values)]
                for place, (name, values) in enumerate(PEOPLE.choices.items())
            }


def test_durable_rules_agrees_at_every_threshold_of_the_shipped_rulebook(shipped: Any) -> None:
    oracle = ReferenceEngine(BOOK.strata)
    for row in _rows():
        known = PEOPLE.read(PEOPLE.possible(row)).facts
        assert infer(BOOK, shipped, known) == infer(BOOK, oracle, known), row


@pytest.mark.heavy
def test_durable_rules_agrees_at_every_threshold_of_each_field_alone(shipped: Any) -> None:
    """Each field alone, at each value on and beside a threshold, with the answers that make it apply."""
    oracle = ReferenceEngine(BOOK.strata)
    company = {
        "sex": "female",
        "menopause": "pre",
        "age": "40",
        "pregnant": "yes",
        "vertebral_fractures": "1",
        "hip_fracture": "yes",
        "other_fractures": "1",
    }
    company |= {
        "new_back_pain": "yes",
        "falls_12m": "1",
        "leg_pain": "thigh",
        "glucocorticoid_mg": "5",
        "osteoporosis_treatment": "yes",
    }
    company |= {
        "stiff_spine": "yes",
        "thigh_or_groin_pain": "yes",
        "chest_pain": "yes",
        "bone_metastases": "yes",
        "fracture_months": "2",
        "spine_surgery_months": "2",
        "healing_hip_pelvis": "yes",
        "other_conditions": "yes",
        "low_energy": "yes",
        "rheumatoid_arthritis": "yes",
        "vision_problem": "yes",
        "scoliosis": "yes",
        "legs_weeks": "8",
    }
    company |= {name: "doctor" for name in PEOPLE.fields if name.endswith("_look")}
    for name, values in PEOPLE.choices.items():
        others = company if BOOK.vocabulary.fields[name].only_if is not None else {}
        for value in values:
            known = PEOPLE.read(PEOPLE.possible({**others, name: value}, kept=[name])).facts
            assert name in known.values
            assert infer(BOOK, shipped, known) == infer(BOOK, oracle, known), (name, value)


def test_people_are_made_on_and_on_both_sides_of_every_threshold() -> None:
    """The generator would be worth little if it missed the lines that rules draw."""
    lines = {(name, threshold) for name, thresholds in PEOPLE.thresholds.items() for threshold in thresholds}
    assert len(lines) > 50
    missing = []
    for name, threshold in lines:
        field = BOOK.vocabulary.fields[name]
        if field.kind in ("number", "count"):
            made = {Decimal(text) * 1000 for text in PEOPLE.choices[name] if text != "never"}
            beside = [
                threshold + sign * by for sign in (-1, 0, 1) for by in (100, 1000 // 10**field.decimals)
            ]
            wanted = {
                at
                for at in beside
                if field.low <= at <= field.high and at % (1000 // 10**field.decimals) == 0
            }
            missing += [(name, at) for at in wanted - made]
    assert missing == []


# ── Traps of durable_rules ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("names", ["p", "q", "r", "pq", "pr", "qr", "pqr"])
def test_or_fires_once_whichever_branches_hold(names: str) -> None:
    book = rulebook_of([rule("A1", "p or q or r")])
    assert [found.id for found in infer(book, DurableEngine(book.strata), _yes(*names)).fired] == ["A1"]


def test_or_stays_silent_when_no_branch_holds() -> None:
    assert _fired([rule("A1", "p or q or r")], _yes("s")) == set()


def test_all_after_any_still_means_all() -> None:
    """durable_rules takes `any(a, b)` followed by `all(c, d)` for an `or`."""
    rules = [rule("A1", "(p or q) and (r and s)")]
    assert _fired(rules, _yes("p", "r")) == set()
    assert _fired(rules, _yes("p", "r", "s")) == {"A1"}


def test_a_rule_of_negations_alone_ends_and_is_right() -> None:
    """Patterns of absent properties alone match the engine's own state for ever."""
    rules = [rule("A1", "not p and not q"), rule("A2", "not p", unless=True)]
    assert _fired(rules, _yes()) == {"A1"}
    assert _fired(rules, _yes("p")) == {"A2"}


def test_no_rules_at_all_give_an_empty_answer() -> None:
    assert _fired([], _yes("p")) == set()


@pytest.mark.parametrize("number", [59, 60, 61, 64, 65, 120, 121, 200])
def test_any_number_of_different_rules_can_match_at_once(number: int) -> None:
    """durable_rules fails where more than 64 rules of a ruleset match one fact."""
    rules = [
        rule(f"A{i}", f"d >= {(i % 15) / 10 - 1.9:.1f} or d <= {-(i // 15) / 10:.1f}") for i in range(number)
    ]
    assert _fired(rules, Facts({"d": 0})) == {found.id for found in rules}


def test_three_hundred_rules_with_the_same_condition_all_fire() -> None:
    """durable_rules crashes on 256 rules with one condition."""
    rules = [rule(f"A{i}", "p and q") for i in range(320)]
    engine = DurableEngine([rules])
    assert engine.match(0, _yes("p", "q")).fired == {found.id for found in rules}
    assert engine.match(0, _yes("p")).fired == set()


def test_more_than_five_hundred_different_comparisons_load_and_match() -> None:
    """durable_rules hangs while loading 513 distinct tests."""
    from recommender.language.tree import Compare, FieldRef

    field = FieldRef("x", 0, 600_000)
    rules = [rule(f"A{i}", Compare(field, ">=", i * 1000, f"x >= {i}")) for i in range(560)]
    engine = DurableEngine([rules])
    assert engine.match(0, Facts({"x": 299_000})).fired == {f"A{i}" for i in range(300)}
    assert engine.match(0, Facts({})).possible == {found.id for found in rules}


def test_one_rule_with_sixty_alternatives_fires_by_any_of_them() -> None:
    from recommender.language.tree import IsYes, Or

    names = [f"x{i}" for i in range(60)]
    engine = DurableEngine([[rule("A1", Or(tuple(IsYes(name, name) for name in names)))]])
    nothing = dict.fromkeys(names, False)
    assert all(engine.match(0, Facts({**nothing, name: True})).fired == {"A1"} for name in names)
    assert engine.match(0, Facts(nothing)).fired == set()
    assert engine.match(0, Facts(dict.fromkeys(names, True))).fired == {"A1"}


@pytest.mark.parametrize(
    ("sizes", "shards"),
    [([1] * 121, [60, 60, 1]), ([5] * 40, [40]), ([5] * 40 + [1], [40, 1]), ([5] * 41, [40, 1])],
)
def test_no_ruleset_has_more_than_sixty_patterns_or_two_hundred_literals(
    sizes: list[int], shards: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rule of these reads as many fields of its own as `sizes` says; one rule more is the sentinel."""
    from recommender.language.tree import And, IsYes

    made: list[int] = []
    honest = durable._extension.create_ruleset

    def watched(name: str, rules: str) -> Any:
        made.append(len(json.loads(rules)) - 1)
        return honest(name, rules)

    monkeypatch.setattr(durable._extension, "create_ruleset", watched)
    DurableEngine(
        [
            [
                rule(f"A{i}", And(tuple(IsYes(f"x{i}_{j}", f"x{i}_{j}") for j in range(size))))
                for i, size in enumerate(sizes)
            ]
        ]
    )
    assert made[-len(shards) :] == shards


def test_only_yes_and_fixed_words_ever_reach_durable_rules(
    shipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers would be read by the locale's decimal sign, text compared as text, nulls match some tests."""
    seen: list[dict[str, Any]] = []
    honest = durable._extension.assert_fact

    def watched(handle: int, fact: str) -> Any:
        seen.append(json.loads(fact))
        return honest(handle, fact)

    monkeypatch.setattr(durable._extension, "assert_fact", watched)
    infer(
        BOOK,
        shipped,
        PEOPLE.read(
            {
                "t_score": "-2.6",
                "age": "71",
                "sex": "female",
                "vertebral_fractures": "1",
                "height_loss_cm": "4.5",
            }
        ).facts,
    )
    assert seen
    assert max(map(len, seen)) <= 252
    for fact in seen:
        fixed = {key: fact.pop(key) for key in ("sid", "id", "kind")}
        assert fixed == {"sid": "person", "id": "profile", "kind": "profile"}
        assert all(value is True for value in fact.values())
        assert all(key.isascii() and key.isalnum() for key in fact)


def test_no_thread_is_started() -> None:
    """The stock host starts timer threads that race with the deletion of states."""
    before = set(threading.enumerate())
    engine = DurableEngine([[rule("A1", "p")]])
    engine.match(0, _yes("p"))
    assert set(threading.enumerate()) == before


def test_one_person_leaves_nothing_behind_for_the_next() -> None:
    rules = [rule("A1", "p"), rule("A2", "q"), rule("A3", "p and q")]
    engine = DurableEngine([rules])
    assert engine.match(0, _yes("p")).fired == {"A1"}
    assert engine.match(0, _yes("q")).fired == {"A2"}
    assert engine.match(0, _yes()).fired == set()
    assert engine.match(0, _yes("p", "q")).fired == {"A1", "A2", "A3"}


def test_the_same_person_twice_gives_the_same_answer_twice() -> None:
    """durable_rules refuses a fact that it has seen before."""
    engine = DurableEngine([[rule("A1", "p or q")]])
    assert [engine.match(0, _yes("p")).fired for _ in range(3)] == [{"A1"}] * 3


def _with_a_message(monkeypatch: pytest.MonkeyPatch, changed: Any) -> Any:
    """Return an engine of rules A1 and A2; its extension sends `changed(message)` for all but the first."""
    engine = DurableEngine(
        [[rule("A1", "p"), rule("A2", "q")]]
    )  # the self-test runs with the honest extension
    honest = durable._extension.complete_and_start_action
    monkeypatch.setattr(
        durable._extension, "complete_and_start_action", lambda *given: changed(honest(*given))
    )
    return engine


def test_a_sentinel_that_does_not_fire_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """durable_rules can drop the actions that remain."""
    engine = _with_a_message(monkeypatch, lambda _: None)
    with pytest.raises(EngineError, match="did not finish"):
        engine.match(0, _yes("p", "q"))


def test_a_message_that_cannot_be_read_is_an_error_and_no_empty_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = _with_a_message(monkeypatch, lambda message: message and "{}")
    with pytest.raises(EngineError):
        engine.match(0, _yes("p", "q"))


def test_a_failure_in_one_answer_does_not_spoil_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = [True]

    def fails_once(message: Any) -> Any:
        if failing:
            raise ValueError(failing.pop())
        return message

    engine = _with_a_message(monkeypatch, fails_once)
    with pytest.raises(EngineError):
        engine.match(0, _yes("p", "q"))
    assert engine.match(0, _yes("q")).fired == {"A2"}


@pytest.mark.parametrize("outcome", [RuntimeError("error code: 303"), (303, 0)], ids=["raised", "returned"])
def test_a_failure_of_durable_rules_is_an_engine_error(monkeypatch: pytest.MonkeyPatch, outcome: Any) -> None:
    engine = DurableEngine([[rule("A1", "p")]])

    def fails(*_: Any) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(durable._extension, "assert_fact", fails)
    with pytest.raises(EngineError, match="303"):
        engine.match(0, _yes("p"))


def test_an_engine_that_is_no_longer_used_gives_its_memory_back() -> None:
    """A server that made one engine a request would else grow by some megabytes each time."""
    made: list[int] = []
    freed: list[int] = []
    gc.collect()
    with pytest.MonkeyPatch.context() as patched:
        honest_create, honest_delete = durable._extension.create_ruleset, durable._extension.delete_ruleset
        patched.setattr(
            durable._extension,
            "create_ruleset",
            lambda *given: made.append(handle := honest_create(*given)) or handle,
        )
        patched.setattr(
            durable._extension, "delete_ruleset", lambda handle: (freed.append(handle), honest_delete(handle))
        )
        engine = DurableEngine(BOOK.strata)
        assert made
        assert not freed
        del engine
        gc.collect()
    assert sorted(freed) == sorted(made)


def test_results_do_not_depend_on_the_order_of_rules(shipped: Any) -> None:
    chance = random.Random(7)
    people = [PEOPLE.read(PEOPLE.anyone(chance)).facts for _ in range(20)]
    before = [infer(BOOK, shipped, known) for known in people]
    for _ in range(2):
        strata = [chance.sample(stratum, len(stratum)) for stratum in BOOK.strata]
        again = DurableEngine(strata)
        assert [infer(BOOK, again, known) for known in people] == before


def test_several_threads_at_once_get_right_answers(shipped: Any) -> None:
    chance = random.Random(11)
    people = [PEOPLE.read(PEOPLE.anyone(chance)).facts for _ in range(60)]
    oracle = ReferenceEngine(BOOK.strata)
    expected = [infer(BOOK, oracle, known) for known in people]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda known: infer(BOOK, shipped, known), people))
    finally:
        sys.setswitchinterval(interval)
    assert found == expected


def _build_in_threads() -> list[frozenset[str]]:
    rules = [rule(f"A{i}", "p" if i % 2 else "q") for i in range(64)]

    def build_and_use(number: int) -> frozenset[str]:
        return DurableEngine([rules[:number]]).match(0, _yes("p")).fired

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(build_and_use, [*range(1, 65)] * 3))
    finally:
        sys.setswitchinterval(interval)


def test_engines_can_be_built_in_several_threads_at_once() -> None:
    """A server builds one engine a worker; durable_rules has no locks of its own."""
    assert _build_in_threads() == [{f"A{i}" for i in range(number) if i % 2} for number in range(1, 65)] * 3


@pytest.mark.heavy
def test_ten_thousand_answers_in_one_process_leave_no_state_behind(shipped: Any) -> None:
    """durable_rules fails at 1,025 live states, matched or not."""
    known = [PEOPLE.read({"t_score": "-2.6"}).facts, PEOPLE.read({"age": "60"}).facts]
    expected = [infer(BOOK, ReferenceEngine(BOOK.strata), facts_) for facts_ in known]
    for number in range(10_000):
        assert infer(BOOK, shipped, known[number % 2]) == expected[number % 2]


def test_more_answers_than_live_states_leave_no_state_behind() -> None:
    engine = DurableEngine([[rule("A1", "p and q")]])
    for number in range(1500):
        assert engine.match(0, _yes("p", *("q" if number % 2 else ""))).fired == (
            {"A1"} if number % 2 else set()
        )


@pytest.mark.parametrize("lie", [frozenset(), frozenset({"both"}), frozenset({"both", "either"})])
def test_the_self_test_refuses_an_extension_that_lies(
    monkeypatch: pytest.MonkeyPatch, lie: frozenset[str]
) -> None:
    durable._self_test.cache_clear()
    monkeypatch.setattr(durable._Matcher, "match", lambda *_: lie)
    with pytest.raises(EngineError, match="wrong answers"):
        DurableEngine([])
    monkeypatch.undo()
    DurableEngine([])


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(conditions(), min_size=1, max_size=6), facts())
def test_a_rule_written_unless_fires_for_all_but_those_known_to_meet_it(
    found: list[Any], known: Facts
) -> None:
    rules = [rule(f"A{i}", condition, unless=True) for i, condition in enumerate(found)]
    known_true = {
        one.id for one in rules if ReferenceEngine([[rule(one.id, one.condition)]]).match(0, known).fired
    }
    matches = DurableEngine([rules]).match(0, known)
    assert matches.fired == matches.possible == {one.id for one in rules} - known_true


# ── Which engine ────────────────────────────────────────────────────────────────────────────────────────────


def test_durable_rules_is_the_engine_where_it_can_be_imported() -> None:
    assert best_engine() is DurableEngine


def test_the_reference_serves_where_durable_rules_cannot_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "recommender.person.engines.durable")
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    assert best_engine() is ReferenceEngine


def test_both_engines_are_named_so_that_a_report_can_say_which_it_was() -> None:
    assert {DurableEngine.name, ReferenceEngine.name} == {"durable_rules", "reference"}


def test_read_conditions_of_the_small_language_are_what_they_say() -> None:
    """A guard for the tests above: `read` is the program's own parser."""
    assert ReferenceEngine([[rule("A1", read("p and not q"))]]).match(0, _yes("p")).fired == {"A1"}
