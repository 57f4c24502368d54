"""The rules as columns: the same answers as the reference meaning, for every row, whatever is known of it."""

import random
from contextlib import nullcontext
from itertools import combinations, product
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import assess_frame
from recommender.cohort.answer_columns import COLUMNS, answer_row
from recommender.cohort.bit_labels import LabelLists, packed
from recommender.cohort.evaluation import Evaluator
from recommender.errors import EngineError, ProfileError
from recommender.language.meaning import NOT_APPLICABLE, Facts, evaluate
from recommender.language.parsing import parse_condition
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import FieldRef, Lowest
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine, best_engine, infer
from recommender.rulebook import load_rulebook
from recommender.vectorised.circuit import FALSE, TRUE, Bit, Circuit
from recommender.vectorised.contradictions import clashes
from recommender.vectorised.expressions import expression
from recommender.vectorised.rules import Columns, Truth
from recommender.vocabulary.profile import profile_of
from tests.frames import frame_of

from .strategies import (
    DOMAINS,
    FIELDS,
    SCORES,
    SYMBOLS,
    People,
    conditions,
    facts,
    read,
    rule,
    rulebook_of,
    rulebooks,
)

BOOK = load_rulebook()
PEOPLE = People(BOOK)


def _sensible(known: Facts) -> Facts:
    """Leave out what no vocabulary allows: a score that does not apply."""
    return Facts(
        {
            name: value
            for name, value in known.values.items()
            if name not in SCORES or value is not NOT_APPLICABLE
        },
        known.scales,
    )


SOME_FACTS = st.lists(facts().map(_sensible), min_size=1, max_size=9)


def _run(columns: Columns, frame: pl.DataFrame, bits: list[Bit]) -> list[list[bool]]:
    """Work out bits over a frame, with plain columns of booleans."""
    leaves = columns.circuit.leaves(bits)
    made = frame.select(**{str(bit): expression(leaf) for bit, leaf in leaves.items()}) if leaves else None
    found = columns.circuit.run({bit: made[str(bit)] for bit in leaves} if made is not None else {}, bits)
    return [found[bit].to_list() if bit > TRUE else [bit == TRUE] * frame.height for bit in bits]


def _answers(frame: pl.DataFrame) -> pl.DataFrame:
    evaluator = Evaluator(BOOK, frozenset(frame.columns))
    return evaluator.frame(frame, evaluator.evaluate(frame))


def _truths(columns: Columns, frame: pl.DataFrame, truth: Truth) -> list[bool | None]:
    certain, possible = _run(columns, frame, [truth.certain, truth.possible])
    assert all(can or not must for must, can in zip(certain, possible, strict=True))
    return [True if must else None if can else False for must, can in zip(certain, possible, strict=True)]


@pytest.mark.heavy
@settings(max_examples=150, deadline=None)
@given(conditions(), SOME_FACTS, st.booleans())
def test_a_condition_over_a_table_is_what_it_is_for_each_person(
    condition: Any, people: list[Facts], all_columns: bool
) -> None:
    answered = None if all_columns else sorted({name for known in people for name in known.values})
    frame = frame_of(FIELDS, people, answered)
    if frame.width:
        columns = Columns(rulebook_of([]), frozenset(frame.columns))
        assert _truths(columns, frame, columns.truth(condition)) == [
            evaluate(condition, known) for known in people
        ]


@pytest.mark.parametrize("present", [("d",), ("e",), ("d", "e")])
@pytest.mark.parametrize("number", ["d", "gap", "d + e", "max(d, e)", "worst"])
def test_a_computed_number_over_a_table_is_what_it_is_for_each_person(
    number: str, present: tuple[str, ...]
) -> None:
    """Every pair of two scores, of which a file may have one column only, and every place to cut."""
    people = [
        Facts({name: value for name, value in zip(present, pair, strict=False) if value is not None})
        for pair in product((*DOMAINS["d"], None), repeat=2)
    ]
    frame = frame_of(FIELDS, people, present)
    columns = Columns(rulebook_of([]), frozenset(present))
    for operator, threshold in product(("<", "<=", ">", ">="), ("-2.0", "-1.0", "-0.4", "0.6", "1.0")):
        condition = read(f"{number} {operator} {threshold}")
        assert _truths(columns, frame, columns.truth(condition)) == [
            evaluate(condition, known) for known in people
        ], condition.text


@pytest.mark.heavy
@settings(max_examples=100, deadline=None)
@given(rulebooks(), SOME_FACTS)
def test_made_up_rulebooks_fire_the_same_rules_for_a_table_and_for_each_person(
    book: Any, people: list[Facts]
) -> None:
    columns = Columns(book, frozenset(frame_of(FIELDS, people).columns))
    bits = [bit for found in columns.rules.values() for bit in (found.fired, found.possible)]
    rows = list(zip(*_run(columns, frame_of(FIELDS, people), bits), strict=True))
    for known, row in zip(people, rows, strict=True):
        found = infer(book, ReferenceEngine(book.strata), Facts(known.values))
        said = dict(zip(columns.rules, zip(row[::2], row[1::2], strict=True), strict=True))
        assert {id_ for id_, (fired, _) in said.items() if fired} == {one.id for one in found.fired}
        assert {id_ for id_, (_, possible) in said.items() if possible} == {one.id for one in found.possible}


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.heavy) for seed in (2, 3))])
def test_every_answer_column_is_that_of_the_durable_engine_and_of_the_reference(seed: int) -> None:
    chance = random.Random(seed)
    people = [PEOPLE.read(PEOPLE.anyone(chance)) for _ in range(60)]
    frame = frame_of(BOOK.vocabulary.fields, [person.facts for person in people])
    found = _answers(frame).rows(named=True)
    for engine in (best_engine(), ReferenceEngine):
        ready = engine(BOOK.strata)
        assert found == [answer_row(assess(BOOK, ready, person)) for person in people]


def test_columns_that_nobody_filled_in_and_columns_that_are_not_there_give_the_same_answers() -> None:
    chance = random.Random(4)
    people = [PEOPLE.read(PEOPLE.anyone(chance)).facts for _ in range(40)]
    scanned = [
        Facts({name: value for name, value in known.values.items() if name in ("age", "sex", "t_score")})
        for known in people
    ]
    whole = frame_of(BOOK.vocabulary.fields, scanned)
    few = whole.select("age", "sex", "t_score")
    assert _answers(few).equals(_answers(whole))


@pytest.mark.heavy
@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.sampled_from(list(BOOK.vocabulary.fields)), min_size=1),
    st.integers(0, 9),
    st.integers(0, 2**32),
)
def test_any_subset_of_fields_is_answered_like_the_reference(names: set[str], rows: int, seed: int) -> None:
    chance = random.Random(seed)
    anybody = [PEOPLE.anyone(chance) for _ in range(rows)]
    answers = [
        PEOPLE.possible({name: answer for name, answer in one.items() if name in names}) for one in anybody
    ]
    people = [PEOPLE.read(one) for one in answers]
    frame = frame_of(BOOK.vocabulary.fields, [person.facts for person in people], sorted(names))

    engine = ReferenceEngine(BOOK.strata)
    assert _answers(frame).rows(named=True) == [answer_row(assess(BOOK, engine, person)) for person in people]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if number % 8 == 0 or name == "lives_alone" else pytest.mark.heavy)
        for number, name in enumerate(BOOK.vocabulary.fields)
    ],
)
def test_a_file_in_which_one_field_alone_is_known_is_answered_like_the_reference(name: str) -> None:
    """Five fields, such as `lives_alone`, leave nothing to compare at all."""
    text = PEOPLE.choices[name][0]
    if not (answers := PEOPLE.possible({name: text})):
        return
    answered = assess_frame(pl.DataFrame({name: [text, None], "id": ["a", "b"]}))

    person = answer_row(assess(BOOK, ReferenceEngine(BOOK.strata), PEOPLE.read(answers)))
    nobody = answer_row(assess(BOOK, ReferenceEngine(BOOK.strata), PEOPLE.read({})))
    assert answered.select(list(person)).rows(named=True) == [person, nobody]


def test_an_empty_table_has_the_columns_and_no_rows() -> None:
    frame = frame_of(BOOK.vocabulary.fields, [], ["age", "t_score"])
    found = _answers(frame)
    assert tuple(found.columns) == COLUMNS
    assert found.height == 0


def test_the_lowest_of_numbers_that_may_not_apply_is_refused_and_not_guessed() -> None:
    lowest = NumberSymbol(Lowest((FieldRef("m", 0, 3000, True), FieldRef("n", 0, 3000))), 0, 3000, 1000)
    condition = parse_condition("fewest <= 1", {**SYMBOLS, "fewest": lowest})
    with pytest.raises(EngineError, match="may not apply"):
        Columns(rulebook_of([rule("A1", condition)]), frozenset({"m", "n"}))


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(3))
def test_a_table_rejects_whom_one_person_is_refused_for(seed: int) -> None:
    """Answers at random mostly contradict each other; those of one in five are left as they go together."""
    chance = random.Random(seed)
    drawn = [
        {name: chance.choice(texts) for name, texts in PEOPLE.choices.items() if chance.random() < 0.2}
        for _ in range(150)
    ]
    people = [PEOPLE.possible(one) if number % 5 == 0 else one for number, one in enumerate(drawn)]
    table = pl.DataFrame(people, schema=dict.fromkeys(PEOPLE.fields, pl.String)).with_row_index("number")

    zeros = {name: {"0": "0"} for name in PEOPLE.fields if name[:2] in ("t_", "z_")}
    rejected = assess_frame(table, values=zeros)["rejected"]
    assert [why is None for why in rejected] == [_accepted(one) for one in people]


def _accepted(answers: dict[str, str]) -> bool:
    try:
        PEOPLE.read(answers)
    except ProfileError:
        return False
    return True


@pytest.mark.parametrize("worse", ["higher", "lower"])
@pytest.mark.parametrize("flag", [False, None])
def test_only_zero_of_what_is_worse_the_higher_it_is_goes_with_what_rules_it_out(
    worse: str, flag: bool | None
) -> None:
    """No field that comes with the program goes below zero and depends on another."""
    fields = {**FIELDS, "d": FIELDS["d"]._replace(only_if=read("p"), only_if_text="p", worse=worse)}
    empty = rulebook_of([])
    book = empty._replace(vocabulary=empty.vocabulary._replace(fields=fields))
    people = [{"d": number} | ({} if flag is None else {"p": flag}) for number in (-400, 0, 600)]
    frame = frame_of(fields, [Facts(answers) for answers in people], ["p", "d"])
    columns = Columns(book, frozenset(frame.columns))

    refused = [any(row) for row in zip(*_run(columns, frame, [c.bit for c in clashes(columns)]), strict=True)]
    assert refused == [True, worse == "lower", True]
    for answers, no in zip(people, refused, strict=True):
        with pytest.raises(ProfileError) if no else nullcontext():
            profile_of(book.vocabulary, answers, {})


# ── The circuit ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_circuit_settles_what_is_the_same_for_everybody_while_it_is_built() -> None:
    circuit = Circuit()
    bit = circuit.leaf("a")
    assert circuit.all_of((bit, FALSE)) == circuit.all_of((bit, circuit.negate(bit))) == FALSE
    assert circuit.any_of((bit, TRUE)) == circuit.any_of((bit, circuit.negate(bit))) == TRUE
    assert (
        circuit.all_of((bit, TRUE, bit))
        == circuit.any_of((FALSE, bit))
        == circuit.negate(circuit.negate(bit))
        == bit
    )
    assert (circuit.all_of(()), circuit.any_of(())) == (TRUE, FALSE)


def test_equal_parts_of_a_circuit_are_built_once() -> None:
    circuit = Circuit()
    one, other = circuit.leaf("a"), circuit.leaf("b")
    assert circuit.all_of((one, other)) == circuit.all_of((other, one))
    assert circuit.leaf("a") == one
    bits = [circuit.leaf(number) for number in range(40)]
    for several in combinations(bits, 2):
        assert circuit.any_of(several) == circuit.any_of(reversed(several))


# ── The texts ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [0, 1, 7, 8, 9, 16, 17, 63, 64, 65, 130])
def test_a_list_names_the_words_whose_bit_is_true_in_their_order(width: int) -> None:
    chance = random.Random(width)
    words = [f"w{number}" for number in range(width)]
    for rows in (0, 1, 13, 300):
        table = [[chance.random() < 0.3 for _ in range(rows)] for _ in words]
        expected = [
            ";".join(word for word, column in zip(words, table, strict=True) if column[row])
            for row in range(rows)
        ]
        bits = [packed(pl.Series(column, dtype=pl.Boolean)) for column in table]
        lists = LabelLists(words, ";")
        assert lists.texts(bits, rows).to_list() == lists.texts(bits, rows).to_list() == expected


def test_a_word_may_be_in_all_lists_or_in_none() -> None:
    some = packed(pl.Series([True, False, True]))
    assert LabelLists(["a", "b", "c"], ";").texts([True, some, False], 3).to_list() == ["a;b", "a", "a;b"]


def test_the_test_people_are_not_all_alike() -> None:
    """A guard for the tests above: they would pass if everybody were told the same."""
    chance = random.Random(1)
    frame = frame_of(BOOK.vocabulary.fields, [PEOPLE.read(PEOPLE.anyone(chance)).facts for _ in range(60)])
    found = _answers(frame)
    assert all(found[name].n_unique() > 2 for name in COLUMNS if name != "rulebook")


def test_read_is_the_parser_of_the_program() -> None:
    assert evaluate(read("p or q"), Facts({"p": True}))
