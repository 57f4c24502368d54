"""Ask about cells that look like numbers and may be codes: 1 and 2 for yes and no, 0 for not measured."""

from collections.abc import Callable, Mapping

from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.phrasing import MOST_QUOTED, question, some
from recommender.cohort.mapping.score_kinds import is_score
from recommender.cohort.mapping.spelling import Spelling
from recommender.cohort.mapping.values import ColumnValues
from recommender.errors import Problem
from recommender.vocabulary import Field

_CODES = frozenset({1, 2, 3, 7, 8, 9})
_YES_NO = (frozenset({1, 2}), frozenset({0, 1}))
_FEWEST_CELLS = 3
ENOUGH_MEASURED = 5
_ENOUGH_TO_JUDGE = 10
_ENOUGH_FOR_RARE_ZEROS = 50
_RARE = 0.02
_FEWEST_ZEROS = 3
_ZEROS_TO_NEIGHBOURS = 4
_NEIGHBOURHOOD = 0.3
_COMMON_TEXT = 3
_COMMON_SHARE = 0.05


def maybe_coded(field: Field, column: str, values: ColumnValues, overrides: Overrides) -> Problem | None:
    """Return the question about numbers that may be codes, unless the user has answered it."""
    if field.id in overrides.accept:
        return None
    open_numbers = {text: number for text, number in values.numbers.items() if not values.answer(text)}
    if not open_numbers:
        return None
    if is_score(field):
        return _maybe_not_measured(overrides.spelling, field, column, values, open_numbers)
    return _maybe_yes_no(overrides.spelling, field, column, values, open_numbers)


def common_unread(spelling: Spelling, field: Field, column: str, values: ColumnValues) -> Problem | None:
    """Ask about a text that is no answer and stands in many cells: all its rows would be rejected."""
    answered = sum(values.seen[text] for text in values.answered)
    common = [
        text
        for text in values.unread
        if not (field.is_number and text in values.numbers)
        and values.seen[text] >= max(_COMMON_TEXT, _COMMON_SHARE * answered)
    ]
    if not common:
        return None
    cells = ", ".join(
        f"{some([text])} ({values.seen[text]} of its first cells)" for text in common[:MOST_QUOTED]
    )
    meant = spelling.values(field.id, dict.fromkeys(common[:MOST_QUOTED], "ANSWER"))
    missing = spelling.missing(field.id, common[:1])
    return question(
        column,
        f"it is read as `{field.id}`, and this is no answer to it: {cells}. Accepted: {field.accepted}.",
        f"Say what is meant: {meant}; or, if it is not known, {missing}; or {spelling.ignore(column)}.",
    )


def _maybe_yes_no(
    spelling: Spelling, field: Field, column: str, values: ColumnValues, numbers: Mapping[str, float]
) -> Problem | None:
    """Ask about a count in which nobody has 0, and about measurements that are only 1 and 2, or 0 and 1."""
    distinct = frozenset(numbers.values())
    cells = sum(values.seen[text] for text in numbers)
    judged = cells >= _ENOUGH_TO_JUDGE
    measured = cells >= ENOUGH_MEASURED
    if not _counts_events(field, values):
        return _codes(spelling, field, column, numbers) if measured and distinct in _YES_NO else None
    zeros = sum(values.seen[text] for text in values.answered if _is_zero(values, text))
    if not zeros and distinct <= _CODES and cells >= _FEWEST_CELLS:
        return _codes(spelling, field, column, numbers)
    rare = cells >= _ENOUGH_FOR_RARE_ZEROS and zeros < _RARE * cells
    if (judged and not zeros) or rare:
        codes = spelling.values(field.id, dict.fromkeys(list(numbers)[:MOST_QUOTED], "ANSWER"))
        return question(
            column,
            f"it is read as `{field.id}` ({field.label}), and {'nearly ' * bool(zeros)}nobody has 0. "
            f"Are its numbers codes? Its cells: {some(tuple(numbers))}.",
            f"If they are counts, write {spelling.accept(field.id)}. "
            f"If they are codes, say what each means: {codes}.",
        )
    return None


def _counts_events(field: Field, values: ColumnValues) -> bool:
    """Return whether most people have 0: a count with words for none."""
    return field.kind == "count" and "0" in values.words.values()


def _is_zero(values: ColumnValues, text: str) -> bool:
    return values.answer(text) == "0" or (not values.answer(text) and values.numbers.get(text) == 0)


def _codes(spelling: Spelling, field: Field, column: str, numbers: Mapping[str, float]) -> Problem:
    """Ask what codes mean; offer both orders of yes and no."""
    texts = sorted(numbers, key=lambda text: numbers[text])
    message = (
        f"it is read as `{field.id}` ({field.label}, in {field.unit}), and its numbers look like codes for "
        f"yes and no: {some(texts)}, and nothing else."
    )
    accept = spelling.accept(field.id)
    if field.kind != "count":
        hint = (
            f"If they are {field.unit}, write {accept}. If they say yes and no, write "
            f"{spelling.ignore(column)}."
        )
        return question(column, message, hint)
    hint = (
        f"If 1 means yes and 2 means no, write {_meant(spelling, field, numbers, {1: '1', 2: '0'})}. "
        f"If 1 means no and 2 means yes, write {_meant(spelling, field, numbers, {1: '0', 2: '1'})}. "
        f"If they are counts, write {accept}."
    )
    return question(column, message, hint)


def _meant(spelling: Spelling, field: Field, numbers: Mapping[str, float], answers: Mapping[int, str]) -> str:
    """Write what codes mean; a code that is neither yes nor no is not known."""
    known = {text: answers[int(number)] for text, number in numbers.items() if number in answers}
    unknown = [text for text in numbers if text not in known]
    stated = [spelling.values(field.id, known)] if known else []
    return spelling.together([*stated, *([spelling.missing(field.id, unknown)] if unknown else [])])


def _maybe_not_measured(
    spelling: Spelling, field: Field, column: str, values: ColumnValues, numbers: Mapping[str, float]
) -> Problem | None:
    """Ask about scores of exactly 0 that are far more frequent than their neighbours."""
    zero = [text for text, number in numbers.items() if number == 0]
    zeros = sum(values.seen[text] for text in zero)
    if zeros < _FEWEST_ZEROS:
        return None
    step = _step(numbers)
    reach = max(_NEIGHBOURHOOD, 3 * step)
    near = _cells(values, numbers, lambda number: 0 < abs(number) <= reach + step / 100)
    expected = near * step / (2 * reach)
    if zeros <= _ZEROS_TO_NEIGHBOURS * max(expected, 0.5):
        return None
    missing = spelling.missing(field.id, zero)
    scores = spelling.values(field.id, dict.fromkeys(zero, "0"))
    return question(
        column,
        f"{zeros} of its first scores are exactly 0, far more than scores near 0. Does 0 mean not measured?",
        f"If so, write {missing}. If they are scores, write {scores}.",
    )


def _step(numbers: Mapping[str, float]) -> float:
    """Return the grid on which scores were written: 1, a half, a tenth or a hundredth."""
    others = [number for number in numbers.values() if number]
    for step in (1.0, 0.5, 0.1):
        if all(abs(number / step - round(number / step)) < 1e-6 for number in others):
            return step
    return 0.01


def _cells(values: ColumnValues, numbers: Mapping[str, float], chosen: Callable[[float], bool]) -> int:
    return sum(values.seen[text] for text, number in numbers.items() if chosen(number))
