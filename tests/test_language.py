"""What conditions mean: three values, intervals, what does not apply, and the shape that engines match."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import ConditionError
from recommender.language.meaning import (
    NOT_APPLICABLE,
    Facts,
    Truth,
    Value,
    evaluate,
    interval,
    negation,
    support,
)
from recommender.language.normal import MOST_CLAUSES, AllOf, AnyOf, Literal, Normal, clauses, normal_form
from recommender.language.parsing import parse_condition, parse_number
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import Compare, Condition, FieldRef, IsYes, Or, Sum, atoms
from recommender.rulebook import load_vocabulary

from .conftest import examples
from .strategies import COLOURS, DOMAINS, SCALES, SYMBOLS, completions, conditions, facts, read, rule, written

TRUTHS: tuple[Truth, ...] = (True, None, False)
KNOWN_LEVELS = dict.fromkeys(SCALES, (0, 0))


def _truth(text: str, **values: Value) -> Truth:
    return evaluate(read(text), Facts(values, KNOWN_LEVELS))


def _given(**truths: Truth) -> dict[str, Value]:
    return {name: truth for name, truth in truths.items() if truth is not None}


# ── Three values ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("one", "result"), [(True, False), (None, None), (False, True)])
def test_not_keeps_unknown_unknown(one: Truth, result: Truth) -> None:
    assert negation(one) is result
    assert _truth("not p", **_given(p=one)) is result


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, repeat=2)))
def test_and_is_the_less_true_of_two(one: Truth, other: Truth) -> None:
    result = max(one, other, key=TRUTHS.index)
    assert _truth("p and q", **_given(p=one, q=other)) is result


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, repeat=2)))
def test_or_is_the_truer_of_two(one: Truth, other: Truth) -> None:
    assert _truth("p or q", **_given(p=one, q=other)) is min(one, other, key=TRUTHS.index)


@pytest.mark.parametrize(("one", "two", "three"), list(product(TRUTHS, repeat=3)))
def test_three_parts_are_joined_as_two_and_one(one: Truth, two: Truth, three: Truth) -> None:
    values = _given(p=one, q=two, r=three)
    assert (
        _truth("p and q and r", **values)
        is _truth("(p and q) and r", **values)
        is max(one, two, three, key=TRUTHS.index)
    )
    assert (
        _truth("p or q or r", **values)
        is _truth("p or (q or r)", **values)
        is min(one, two, three, key=TRUTHS.index)
    )


def test_always_is_true_of_somebody_of_whom_nothing_is_known() -> None:
    assert _truth("always") is True


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("m + n >= 2", {"m": 2000}, True),
        ("m + n >= 2", {"m": 1000}, None),
        ("m + n >= 2", {}, None),
        ("m + n >= 2", {"m": 1000, "n": 0}, False),
        ("m + n <= 3", {"m": 0}, True),
        ("m + p + q >= 1", {"m": 0, "p": True}, True),
        ("m + p + q >= 1", {"m": 0, "p": False}, None),
        ("m + p >= 2", {"m": 0}, False),
        ("m + p >= 0", {"m": 0}, True),
        ("m - n > 0", {"m": 0}, False),
        ("m - n > 0", {"m": 3000}, None),
        ("m - n >= 0", {"m": 3000}, True),
        ("m - n <= 0", {"n": 3000}, True),
        ("m - n < 0", {"n": 0}, False),
        ("max(m, n) >= 2", {"m": 2000}, True),
        ("max(m, n) >= 2", {"m": 1000}, None),
        ("max(m, n) < 2", {"m": 2000}, False),
        ("max(m, n) >= 2", {"m": 1000, "n": 1000}, False),
    ],
)
def test_a_comparison_holds_for_all_that_unknown_numbers_may_still_be(
    text: str, values: dict[str, Value], result: Truth
) -> None:
    """Two known fractures and an unknown count are already two."""
    assert _truth(text, **values) is result


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"), [("<", 1, 0, 0), ("<=", 1, 1, 0), (">", 0, 0, 1), (">=", 0, 1, 1)]
)
def test_each_comparison_draws_its_line_exactly(operator: str, below: int, at: int, above: int) -> None:
    found = [_truth(f"d {operator} -0.4", d=value) for value in (-500, -400, -300)]
    assert found == [bool(below), bool(at), bool(above)]


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("worst <= -1.0", {"d": -1000}, True),
        ("worst <= -1.0", {"e": -1000}, True),
        ("worst <= -1.0", {"d": 0}, False),
        ("worst <= -1.0", {"d": 0, "e": -1400}, True),
        ("worst <= -1.0", {}, None),
        ("worst <= 1.0", {}, True),
        ("known(worst)", {"e": 0}, True),
        ("known(worst)", {}, False),
        ("unknown(worst)", {}, True),
    ],
)
def test_the_lowest_is_of_the_scores_given_and_unknown_only_when_none_is(
    text: str, values: dict[str, Value], result: Truth
) -> None:
    assert _truth(text, **values) is result


def test_the_lowest_passes_over_what_does_not_apply() -> None:
    assert _truth("worst <= -1.0", d=NOT_APPLICABLE, e=-1000) is True
    assert _truth("worst <= 1.0", d=NOT_APPLICABLE, e=NOT_APPLICABLE) is False


def test_decimals_are_exact() -> None:
    """In floats -0.4 - -1.4 is less than 1.0."""
    assert -0.4 - -1.4 < 1.0
    assert _truth("gap >= 1.0", d=-400, e=-1400) is True
    assert _truth("gap > 1.0", d=-400, e=-1400) is False


@given(
    conditions().filter(lambda condition: any(isinstance(atom, Compare) for atom in atoms(condition))),
    facts(may_not_apply=False),
)
def test_an_interval_is_what_the_number_may_still_be(condition: Condition, known: Facts) -> None:
    """Both ends are reached, and nothing beyond them, whatever the unknown fields turn out to be."""
    for atom in atoms(condition):
        if isinstance(atom, Compare) and "worst" not in atom.text:
            ends = [interval(atom.term, done) for done in completions(known, atom)]
            assert all(end is not None and end[0] == end[1] for end in ends)
            assert interval(atom.term, known) == (
                min(end[0] for end in ends if end),
                max(end[1] for end in ends if end),
            )


# ── What does not apply, and what is known ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "p",
        "m <= 1",
        "m > 1",
        "m + n >= 0",
        "n - m <= 3",
        "max(m, n) >= 0",
        "colour == red",
        "colour != red",
        "colour in (red, green, blue)",
    ],
)
def test_what_does_not_apply_makes_its_comparisons_false(text: str) -> None:
    missing: dict[str, Value] = dict.fromkeys(("p", "m", "colour"), NOT_APPLICABLE)
    assert _truth(text, **missing) is False
    assert _truth(text, n=1000, **missing) is False
    assert _truth(f"not ({text})", **missing) is True


def test_what_does_not_apply_is_known() -> None:
    assert _truth("known(m)", m=NOT_APPLICABLE) is True
    assert _truth("unknown(m)", m=NOT_APPLICABLE) is False


@given(facts(), st.sampled_from(["p", "m", "d", "colour", "gap", "worst"]))
def test_known_and_unknown_are_opposites_and_never_themselves_unknown(known: Facts, name: str) -> None:
    assert {evaluate(read(f"known({name})"), known), evaluate(read(f"unknown({name})"), known)} == {
        True,
        False,
    }


def test_a_sum_is_known_only_when_all_of_it_is() -> None:
    assert _truth("known(gap)", d=0) is False
    assert _truth("known(gap)", d=0, e=0) is True


VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    "text",
    [
        "hip_fracture_months >= 0",
        "hip_fracture_months <= 1200",
        "wrist_fracture_months >= 0",
        "pregnancy_weeks <= 45",
    ],
)
def test_a_comparison_is_not_true_while_its_field_may_not_apply(text: str) -> None:
    """Any number of months since a fracture is at least 0, but there may have been no fracture."""
    name = text.split(maxsplit=1)[0]
    condition = parse_condition(text, VOCABULARY.symbols)
    assert evaluate(condition, Facts({name: NOT_APPLICABLE})) is False
    assert evaluate(condition, Facts({})) is None


# ── Choices ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", COLOURS)
def test_a_choice_is_compared_by_name(value: str) -> None:
    assert _truth("colour == red", colour=value) is (value == "red")
    assert _truth("colour != red", colour=value) is (value != "red")
    assert _truth("colour in (red, green)", colour=value) is (value != "blue")
    assert _truth("colour not in (red, green)", colour=value) is (value == "blue")


def test_an_unknown_choice_is_unknown_unless_every_choice_will_do() -> None:
    assert _truth("colour == red") is None
    assert _truth("colour in (red, green)") is None
    assert _truth("colour in (red, green, blue)") is True
    assert _truth("colour == red or colour != red") is None, (
        "two open comparisons are not compared with each other"
    )


# ── Conclusions ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("span", "result"),
    [((0, 0), False), ((0, 1), False), ((0, 2), None), ((1, 2), None), ((2, 2), True), ((1, 1), False)],
)
def test_a_floor_on_a_conclusion_is_true_once_reached_and_open_while_it_may_be(
    span: tuple[int, int], result: Truth
) -> None:
    assert evaluate(read("risk >= high"), Facts({}, {"risk": span})) is result


@pytest.mark.parametrize(("truth", "result"), [(True, False), (None, True), (False, True)])
def test_a_rule_written_unless_fires_unless_its_condition_is_known_to_be_true(
    truth: Truth, result: bool
) -> None:
    assert rule("A1", "p", unless=True).truth(Facts(_given(p=truth))) is result


@pytest.mark.parametrize("truth", TRUTHS)
def test_a_rule_written_when_is_as_true_as_its_condition(truth: Truth) -> None:
    assert rule("A1", "p").truth(Facts(_given(p=truth))) is truth


# ── Unknown is never taken for no ───────────────────────────────────────────────────────────────────────────


@settings(max_examples=examples(100), deadline=None)
@given(conditions(anything=False), facts())
def test_what_is_true_or_false_stays_so_whatever_the_unknown_turns_out_to_be(
    condition: Condition, known: Facts
) -> None:
    """Every completion is tried; those of many unknown fields are cut short."""
    truth = evaluate(condition, known)
    for number, done in enumerate(completions(known, condition)):
        found = evaluate(condition, done)
        assert found is not None
        assert truth is None or found is truth
        if number > 300:
            break


@given(conditions(), facts())
def test_what_keeps_a_condition_open_is_open_itself(condition: Condition, known: Facts) -> None:
    truth = evaluate(condition, known)
    found = support(condition, known, truth)
    assert found
    assert truth is not None or all(evaluate(atom, known) is None for atom in found)
    assert all(support(condition, known, other) == () for other in TRUTHS if other is not truth)


@given(conditions(anything=False), facts())
def test_settling_all_that_keeps_a_condition_open_settles_it(condition: Condition, known: Facts) -> None:
    open_ = [
        name for atom in support(condition, known, None) for name in _fields(atom) if name not in known.values
    ]
    done = Facts({**known.values, **{name: DOMAINS[name][0] for name in open_}}, known.scales)
    assert (
        evaluate(condition, done) is not None
        or evaluate(condition, known) is not None
        or _still_open(condition, known, done)
    )


def _fields(atom: Any) -> tuple[str, ...]:
    from recommender.language.tree import fields_of_atom

    return fields_of_atom(atom)


def _still_open(condition: Condition, before: Facts, after: Facts) -> bool:
    """Say whether what is open now was not open before: a branch that only came alive by the answers."""
    return bool(set(support(condition, after, None)) - set(support(condition, before, None)))


# ── The shape that engines match ────────────────────────────────────────────────────────────────────────────


def _matches(normal: Normal, known: Facts, *, could: bool) -> bool:
    """Match by two values alone, as an engine without unknowns does."""
    if isinstance(normal, Literal):
        truth = normal.truth(known)
        return truth is not False if could else truth is True
    parts = [_matches(part, known, could=could) for part in normal.of]
    return all(parts) if isinstance(normal, AllOf) else any(parts)


@settings(max_examples=examples(100), deadline=None)
@given(conditions(SCALES), facts())
def test_the_normal_form_gives_both_passes_by_plain_matching(condition: Condition, known: Facts) -> None:
    truth, normal = evaluate(condition, known), normal_form(condition)
    assert _matches(normal, known, could=False) is (truth is True)
    assert _matches(normal, known, could=True) is (truth is not False)


@settings(max_examples=examples(100), deadline=None)
@given(conditions(), facts())
def test_the_normal_form_of_the_negation_gives_both_passes_too(condition: Condition, known: Facts) -> None:
    truth, normal = negation(evaluate(condition, known)), normal_form(condition, positive=False)
    assert _matches(normal, known, could=False) is (truth is True)
    assert _matches(normal, known, could=True) is (truth is not False)


@settings(max_examples=examples(100), deadline=None)
@given(conditions(SCALES), facts(), st.booleans())
def test_the_alternatives_agree_with_the_normal_form(
    condition: Condition, known: Facts, positive: bool
) -> None:
    normal = normal_form(condition, positive)
    found = AnyOf(tuple(AllOf(tuple(clause)) for clause in clauses(normal)))
    for could in (False, True):
        assert _matches(found, known, could=could) is _matches(normal, known, could=could)


def test_alternatives_that_are_the_same_are_counted_once() -> None:
    assert len(clauses(normal_form(read("(p or q) and (q or p)")))) == 3


def test_sixty_four_alternatives_are_the_most() -> None:
    def any_of(number: int) -> Condition:
        return Or(tuple(IsYes(f"x{i}", f"x{i}") for i in range(number)))

    assert len(clauses(normal_form(any_of(MOST_CLAUSES)))) == MOST_CLAUSES == 64
    with pytest.raises(ConditionError, match="65 alternatives"):
        clauses(normal_form(any_of(MOST_CLAUSES + 1)))


def test_alternatives_that_multiply_are_refused_before_they_are_written_out() -> None:
    from recommender.language.tree import And

    pairs = And(tuple(Or((IsYes(f"x{i}", ""), IsYes(f"y{i}", ""))) for i in range(60)))
    with pytest.raises(ConditionError, match="alternatives"):
        clauses(normal_form(pairs))


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────


@given(conditions(SCALES))
def test_a_condition_written_out_is_read_back_the_same(condition: Condition) -> None:
    assert read(written(condition)) == condition


@given(conditions(SCALES), st.sampled_from([" ", "\n", "\t ", "   "]))
def test_spaces_and_line_ends_do_not_change_a_condition(condition: Condition, space: str) -> None:
    assert read(space + written(condition).replace(" ", space) + space) == condition


def test_a_number_is_read_as_a_term_with_its_range_and_step() -> None:
    assert parse_number("m - d", SYMBOLS) == NumberSymbol(
        Sum(FieldRef("m", 0, 3000), FieldRef("d", -2000, 1000), -1), -1000, 5000, 100
    )


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("p and z", 6),
        ("p and m", 6),
        ("m >= 9", 5),
        ("m >= 1.5", 5),
        ("p or colour == pink", 15),
        ("p or m == 2", 5),
        ("p and (q or maybe(r))", 12),
        ("p and q or r", 0),
        ("r or p and q", 5),
        ("not risk >= high", 4),
        ("p and 0 < m", 6),
        ("p and 0 < m < 2", 6),
        ("m + m >= 2", 0),
        ("p and lowest(d, gap) <= 0", 6),
        ("p and )", 6),
    ],
)
def test_a_refusal_points_at_what_is_wrong(text: str, column: int) -> None:
    with pytest.raises(ConditionError) as refused:
        read(text)
    assert refused.value.column == column, refused.value.message
