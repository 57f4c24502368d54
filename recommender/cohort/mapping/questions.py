"""Questions and notes about columns; each question writes out the statements that settle it."""

import re
from collections.abc import Iterable, Sequence

from recommender.cohort.mapping.codes import ENOUGH_MEASURED
from recommender.cohort.mapping.names import ColumnDictionary, Name, Role, normalised_value
from recommender.cohort.mapping.phrasing import MOST_QUOTED, either, question, some
from recommender.cohort.mapping.score_guards import Refusal
from recommender.cohort.mapping.score_kinds import is_score
from recommender.cohort.mapping.spelling import Spelling
from recommender.cohort.mapping.values import ColumnValues
from recommender.errors import Problem, quoted
from recommender.language.numbers import is_number
from recommender.vocabulary import Field

MOST_UNREAD = 0.5
_MOST_MEANT = 12
_MOST_LISTED = 20
_FEWEST_COMMON, _COMMON_SHARE = 3, 0.02


def which_column(spelling: Spelling, field: Field, columns: Sequence[str]) -> Problem:
    """Ask which of several columns holds a field."""
    names = " and ".join(quoted(column) for column in columns)
    options = [spelling.map(field.id, column) for column in columns]
    both = (
        " If both sides were scanned, the lower score counts: make one column of it."
        if is_score(field)
        else ""
    )
    return Problem(
        f"columns {names}",
        f"each of these could be `{field.id}` ({field.label}).",
        f"Write {either(options)}.{both}",
    )


def which_bone(spelling: Spelling, column: str, fields: Sequence[Field]) -> Problem:
    """Ask which bone a column is of, if its name mentions a score and no known bone."""
    listed = either([field.id for field in fields])
    hint = (
        f"Write {spelling.map('FIELD', column)} (FIELD is {listed}); or {spelling.ignore(column)}."
        if fields
        else f"Leave it out: {spelling.ignore(column)}."
    )
    return question(
        column,
        "its name mentions a T-score or Z-score, but the bone or the scan is not clear.",
        hint,
    )


def contradicted(spelling: Spelling, field: Field, column: str, reason: str) -> Problem:
    """Ask for a second word about a column that is stated to be a field, and whose name says otherwise."""
    stated, accept = spelling.map(field.id, column), spelling.accept(field.id)
    return question(
        column,
        f"it is stated to be `{field.id}`, and {reason}.",
        f"Leave out {stated}; or, if it is so, add {accept}.",
    )


def maybe_decimals(spelling: Spelling, score: str, beside: str) -> Problem:
    """Ask whether a column holds the decimals of the score to its left."""
    message = (
        f"it is right of the score {quoted(score)}, and both have whole numbers only: "
        "are these its decimals, cut off at a comma?"
    )
    hint = (
        "If so, save the file with decimal points, or with semicolons between columns. "
        f"If not, write {spelling.ignore(beside)}."
    )
    return question(beside, message, hint)


def maybe_shares(spelling: Spelling, field: Field, column: str, values: ColumnValues) -> Problem | None:
    """Ask about percentages that are all 1 or less: they may be fractions."""
    numbers = values.numbers.values()
    if (
        field.unit != "%"
        or not numbers
        or max(numbers) > 1
        or all(number == int(number) for number in numbers)
    ):
        return None
    mapped = spelling.map(field.id, column)
    hint = (
        f"If they are per cent, write {mapped}. If they are shares, multiply them by 100; "
        f"or write {spelling.ignore(column)}."
    )
    return question(column, f"`{field.id}` is in per cent, and no number of this column is above 1.", hint)


def maybe_codes(
    spelling: Spelling, field: Field, column: str, values: ColumnValues, dictionary: ColumnDictionary
) -> Problem | None:
    """Ask about codes such as 88 that could be answers or missing values.

    They are doubtful if another code of the column means not known, or if they far exceed all other numbers:
    several of them, or in a count one that is no rare exception.
    """
    if field.kind not in ("number", "count"):
        return None
    codes = [
        text
        for text in values.seen
        if _plain(text) in dictionary.codes and normalised_value(text) not in values.words
    ]
    doubtful = [
        text for text in codes if normalised_value(text) not in values.missing and text in values.numbers
    ]
    rest = [number for text, number in values.numbers.items() if text not in codes]
    lowest = min((values.numbers[text] for text in doubtful), default=0)
    repeated = len(doubtful) > 1 or (field.kind == "count" and _is_common(values, doubtful))
    far = repeated and bool(rest) and lowest > 2 * max(*rest, 1)
    if not doubtful or not (far or len(doubtful) < len(codes)):
        return None
    unknown = spelling.missing(field.id, doubtful)
    answers = spelling.values(field.id, {text: _plain(text) for text in doubtful})
    return question(
        column,
        f"{some(doubtful)} could mean not known here, or be answers.",
        f"Write {unknown}; or, if they are answers, {answers}.",
    )


def _is_common(values: ColumnValues, texts: Iterable[str]) -> bool:
    """Return whether some texts stand in more cells of a column than a rare true answer would."""
    cells = sum(values.seen[text] for text in texts)
    return cells >= max(_FEWEST_COMMON, _COMMON_SHARE * sum(values.seen.values()))


def which_field(
    spelling: Spelling,
    column: str,
    name: Name,
    candidates: Sequence[tuple[Field, ColumnValues]],
    dictionary: ColumnDictionary,
) -> Problem:
    """Ask which of several fields a column is; each field comes with the cells as read for it."""
    options = [
        _mapped(spelling, field, column, values, dictionary)
        for field, values in candidates
        if not _says_yes_or_no(field, values, dictionary)
    ]
    cells = candidates[0][1].answered
    only_yes = "" if options else " It only says yes or no, which is not enough."
    return question(
        column,
        f"{spelling.sentence(name.say, column)}{only_yes} Its cells: {some(cells)}.",
        f"Write {'; or '.join([*options, spelling.ignore(column)])}.",
    )


def _says_yes_or_no(field: Field, values: ColumnValues, dictionary: ColumnDictionary) -> bool:
    """Return whether a column for a measurement, such as a dose, only says yes or no."""
    if field.kind != "number" or not values.answered:
        return False
    cells = sum(values.seen[text] for text in values.answered)
    codes = () if is_score(field) or cells < ENOUGH_MEASURED else ("0", "1")
    return all(
        normalised_value(text) in dictionary.yes_no or _plain(text) in codes for text in values.answered
    )


def not_counted(
    spelling: Spelling,
    field: Field,
    column: str,
    values: ColumnValues,
    dictionary: ColumnDictionary,
    is_mapped: bool,
) -> Problem:
    """Ask whether a column counts, or only says yes or no."""
    counts = {text: dictionary.least_number(text) for text in values.unread}
    what = (
        f"and cells that are no plain number: {some(values.unread)}"
        if any(counts.values())
        else "or only say yes or no: no number in it is above 1"
    )
    message = f"it may count ({field.label}), {what}. Its cells: {some(values.answered)}."
    meant = {text: count or _one_if_yes(text, dictionary) for text, count in counts.items()}
    settled = spelling.together(
        [
            *([] if is_mapped else [spelling.map(field.id, column)]),
            *([spelling.values(field.id, meant)] if meant else []),
        ]
    )
    reading = "If it counts" if any(counts.values()) else "If each yes may be read as one"
    return question(column, message, f"{reading}, write {settled}; or {spelling.ignore(column)}.")


def _one_if_yes(text: str, dictionary: ColumnDictionary) -> str:
    """Return 1 for yes, and a placeholder for a text of unknown meaning."""
    return "1" if dictionary.yes_no.get(normalised_value(text)) == "yes" else "ANSWER"


def not_understood(spelling: Spelling, field: Field, column: str, values: ColumnValues) -> Problem:
    """Ask what the cells of a column mean if most of them are not answers of its field."""
    texts = values.unread[:_MOST_MEANT]
    message = (
        f"it is read as `{field.id}`, but most of its cells are no answer: {some(values.unread)}. "
        f"Accepted: {field.accepted}."
    )
    if is_score(field) and all(text not in values.numbers and re.search("[0-9]", text) for text in texts):
        return question(
            column,
            message,
            f"Write each number alone, with its sign before it, such as -2.5. "
            f"If it is something else, write {spelling.ignore(column)}.",
        )
    if len(values.unread) > _MOST_MEANT:
        return question(column, message, f"If it is something else, write {spelling.ignore(column)}.")
    meant = spelling.values(field.id, dict.fromkeys(texts, "ANSWER"))
    return question(
        column,
        message,
        f"Say what they mean: {meant}. If it is something else, write {spelling.ignore(column)}.",
    )


def refused(spelling: Spelling, column: str, reason: Refusal) -> Problem:
    """Return the question for a column that must not be read as a score."""
    return question(column, spelling.sentence(reason.say, column), spelling.sentence(reason.hint, column))


def nothing_read(spelling: Spelling, header: Sequence[str]) -> Problem:
    """Return the question for a file without any field."""
    hint = f"Write {spelling.map('field', 'Column')} for each; `recommender fields` lists the fields."
    return Problem("", f"no column could be matched to a field. The columns: {some(header)}.", hint)


def near(spelling: Spelling, column: str, fields: Iterable[str]) -> str:
    """Return the hint for a column whose name is almost a known name."""
    options = [spelling.map(field, column) for field in fields]
    return f"Almost a known name. If it is meant, write {either(options)}."


def listed(columns: Sequence[str]) -> str:
    """Return the names of columns, and how many more there are."""
    names = ", ".join(map(quoted, columns[:_MOST_LISTED]))
    more = len(columns) - _MOST_LISTED
    return f"{names} and {more} more (--show-mapping lists them)" if more > 0 else names


def notes(
    spelling: Spelling,
    field: Field,
    column: str,
    name: Name | None,
    values: ColumnValues,
    dictionary: ColumnDictionary,
) -> list[str]:
    """Return notes about a column that is read."""
    sentences = []
    known = [
        text
        for text in values.seen
        if normalised_value(text) in values.missing and _plain(text) in dictionary.codes
    ]
    if known:
        sentences.append(
            f"{quoted(column)}: {_counted(known, values)} cannot be an answer and is read as not known."
        )
    if code := _far_code(field, values, dictionary):
        missing = spelling.missing(field.id, [code])
        sentences.append(
            f"{quoted(column)}: {_counted([code], values)} is read as it stands. "
            f"If it means not known, write {missing}."
        )
    if values.unread:
        cells = sum(values.seen[text] for text in values.unread)
        sentences.append(
            f"{quoted(column)}: {cells} of its first cells cannot be read. Such rows are rejected."
        )
    if (
        name is not None
        and name.role == Role.FLAG
        and name.say
        and any(values.answer(text) == "unknown" for text in values.answered)
    ):
        sentences.append(f"{quoted(column)}: {name.say}")
    if field.id in dictionary.completed and any(number != int(number) for number in values.numbers.values()):
        sentences.append(f"{quoted(column)}: parts of a year are left off, so 35.8 is read as 35.")
    return sentences


def codes_read(values: ColumnValues) -> str:
    """Return how numbers that stand for words were read, `1 = male, 2 = female`, else an empty text."""
    read = {_plain(text): values.answer(text) for text in values.seen if is_number(_plain(text))}
    listed = ", ".join(
        f"{text} = {answer.replace('unknown', 'not known')}"
        for text, answer in sorted(read.items())
        if answer not in ("", text) and (answer != "unknown" or text in values.words)
    )
    return f"{listed} ({values.known_as})" if listed and values.known_as else listed


def _far_code(field: Field, values: ColumnValues, dictionary: ColumnDictionary) -> str:
    """Return a code such as 99 that could be an answer but is far above all other numbers, if any."""
    plain = {number: text for text, number in values.numbers.items() if not values.answer(text)}
    numbers = sorted(plain.items())
    if field.kind not in ("number", "count") or len(numbers) < 3:
        return ""
    (lowest, _), (second, _), (highest, text) = numbers[0], numbers[-2], numbers[-1]
    far = highest - second > max((second - lowest) / 2, 1)
    return text if far and _plain(text) in dictionary.codes else ""


def _counted(texts: Iterable[str], values: ColumnValues) -> str:
    return ", ".join(f"{quoted(text)} ({values.seen[text]} in the first rows)" for text in texts)


def _plain(text: str) -> str:
    return normalised_value(text).removesuffix(".0").removesuffix(",0")


def _mapped(
    spelling: Spelling, field: Field, column: str, values: ColumnValues, dictionary: ColumnDictionary
) -> str:
    """Return the option that maps a column to a field, and those for the meaning of its cells."""
    meant = {text: dictionary.least_number(text) or "ANSWER" for text in values.unread[:MOST_QUOTED]}
    stated = [spelling.values(field.id, meant)] if meant else []
    return spelling.together([spelling.map(field.id, column), *stated])
