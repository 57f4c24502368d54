"""One person's validated facts: every answer is understood exactly or refused with a sentence."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from recommender.errors import Problem, ProfileError, did_you_mean, quoted
from recommender.language.meaning import NOT_APPLICABLE, Facts, Value, evaluate
from recommender.language.numbers import is_number, plain_minus
from recommender.language.tree import Compare, Condition, FieldRef, IsYes, fields_of
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import echo, plain, read_answer, write_answer

LEFT_OUT = "left_out"
_YEAR = 4  # digits


class Profile(NamedTuple):
    """The facts known of one person; a field that is missing from `facts.values` is unknown.

    `never` names the fields that were answered so, apart from those that other answers rule out. `echoes`
    says, for each answer that was written in another form than it is stored, how it was understood.
    `practice` holds what a check-in reached: exercise to level, or to `LEFT_OUT`.
    """

    facts: Facts
    never: frozenset[str]
    echoes: tuple[str, ...] = ()
    practice: Mapping[str, str] = {}

    def knows(self, name: str) -> bool:
        """Say whether a field has been answered, or does not apply."""
        return name in self.facts.values

    @property
    def answered(self) -> dict[str, Value]:
        """Return the answers that apply to this person, as stored."""
        values = self.facts.values.items()
        return {name: value for name, value in values if value is not NOT_APPLICABLE or name in self.never}

    @property
    def answers(self) -> dict[str, int | float | bool | str]:
        """Return what applies to this person as plain values, numbers in the field's own unit."""
        return {name: plain(value) for name, value in self.answered.items()}


def read_profile(
    vocabulary: Vocabulary, answers: Mapping[str, Any], places: Mapping[str, str], as_of: date | None = None
) -> Profile:
    """Read answers (text, or JSON's true, false and null) into a profile.

    `places` says where each answer was given, for error messages and echoes. With the day `as_of`, answers
    are read as people have them: dates and other units are converted, and what a number plainly implies is
    added.

    Raises:
        ProfileError: with every problem found; if each has a `Doubt`, insisting resolves them.

    """
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    echoes: list[str] = []
    for name, raw in answers.items():
        location = places.get(name, name)
        field = vocabulary.fields.get(name)
        if field is None:
            problems.append(_unknown_name(vocabulary, name, location))
            continue
        try:
            value, understood = read_quantity(vocabulary, field, raw, location, as_of)
        except ProfileError as error:
            problems.extend(error.problems)
            continue
        if value is not None:
            values[name] = value
        if understood:
            echoes.append(f"{location}: {understood}")
    if problems:
        certain = [problem for problem in problems if problem.doubt is None]
        raise ProfileError(certain or problems)
    if as_of is not None:
        echoes += _imply(vocabulary, values, places)
    return profile_of(vocabulary, values, places)._replace(echoes=tuple(echoes))


def read_quantity(
    vocabulary: Vocabulary, field: Field, raw: Any, location: str, as_of: date | None
) -> tuple[Value | None, str]:
    """Return one answer of one person (`None` is unknown), and how it was read where that is to be told.

    Raises:
        ProfileError: when it cannot be understood; see `read_answer`.

    """
    if as_of is None or not isinstance(raw, str):
        value = read_answer(field, raw, location)
        return value, echo(field, raw, value)
    if " ".join(raw.casefold().split()) in field.unlooked:
        return None, f"{quoted(raw)} is read as unknown, not as none."
    text = raw
    may_be_a_year = field.is_time and len(raw.strip()) >= _YEAR
    if field.is_number and (may_be_a_year or not is_number(plain_minus(raw))):
        from recommender.vocabulary.quantities import in_own_unit  # most answers are plain numbers

        text = in_own_unit(vocabulary, field, raw, location, as_of)
    if text == raw:
        value = read_answer(field, text, location)
        return value, echo(field, raw, value)
    try:
        value = read_answer(field, text, location)
    except ProfileError:
        message = f"{quoted(raw)} comes to {text} {field.unit}. Accepted: {field.accepted}."
        raise ProfileError(Problem(location, message)) from None
    return value, echo(field, raw, value, field.unit)


def _imply(vocabulary: Vocabulary, values: dict[str, Value], places: Mapping[str, str]) -> list[str]:
    """Add what a number plainly implies: months since a broken hip that a hip broke. Return what to tell."""
    echoes = []
    for field in reversed(list(vocabulary.fields.values())):
        value = values.get(field.id)
        if field.only_if is None or not field.is_number or value in (None, NOT_APPLICABLE):
            continue
        known = (field.only_if.name, True) if isinstance(field.only_if, IsYes) else _least(field.only_if)
        if known and known[0] not in values and (value or field.worse != "higher"):
            name, least = known
            values[name] = least
            written = write_answer(vocabulary.fields[name], least)
            more = " Give the number if it is more." if least is not True else ""
            location = places.get(field.id, field.id)
            echoes.append(f"{location}: so `{name}` is taken as {written}.{more}")
    return echoes


def _least(condition: Condition) -> tuple[str, int] | None:
    """Return the field and the least number with which a condition such as `falls_12m >= 1` holds."""
    if isinstance(condition, Compare) and isinstance(condition.term, FieldRef) and condition.operator == ">=":
        return condition.term.name, condition.threshold
    return None


def profile_of(vocabulary: Vocabulary, values: Mapping[str, Value], places: Mapping[str, str]) -> Profile:
    """Make a profile of answers that were each understood.

    Raises:
        ProfileError: where they contradict each other.

    """
    settled = dict(values)
    never = frozenset(name for name, value in values.items() if value is NOT_APPLICABLE)
    problems = [
        *_apply_conditions(vocabulary, settled, places),
        *_contradictions(vocabulary, settled, places),
    ]
    if problems:
        raise ProfileError(problems)
    return Profile(Facts({name: settled[name] for name in vocabulary.fields if name in settled}), never)


def _unknown_name(vocabulary: Vocabulary, name: str, location: str) -> Problem:
    hint = did_you_mean(name, vocabulary.fields) or "`recommender fields` lists what can be given."
    if name in vocabulary.measures:
        hint = f"It is computed from {', '.join(_parts(vocabulary, name))}; give those."
    return Problem(location, f"{quoted(name)} is not a field that can be given.", hint)


def _parts(vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    text = vocabulary.measures[name].text
    return tuple(
        field
        for field in vocabulary.fields
        if field in text.replace("(", " ").replace(")", " ").replace(",", " ").split()
    )


def _apply_conditions(
    vocabulary: Vocabulary, values: dict[str, Value], places: Mapping[str, str]
) -> list[Problem]:
    """Mark what does not apply to this person; refuse an answer that the answers before it rule out."""
    problems: list[Problem] = []
    facts = Facts(values)
    for field in vocabulary.fields.values():
        if field.only_if is None:
            continue
        applies, answer = evaluate(field.only_if, facts), values.get(field.id)
        if applies or (applies is None and answer is None):
            continue
        harmless = (
            answer is None
            or answer is False
            or answer is NOT_APPLICABLE
            or (answer == 0 and field.worse == "higher")
        )
        if applies is False and harmless:
            values[field.id] = NOT_APPLICABLE
        elif (applies is False or (applies is None and field.kind in ("number", "count"))) and not harmless:
            location = places.get(field.id, field.id)
            others = ", ".join(
                name for name in fields_of(field.only_if) if (name in values) is (applies is False)
            )
            if applies is None:
                message = f"this only means something together with {others}."
                several = ", " in others
                hint = f"Give {'one of them' if several else others} too{', whichever it was' * several}."
                problems.append(Problem(location, message, hint))
            else:
                problems.append(
                    Problem(
                        location,
                        f"this contradicts {others}: it applies only if {field.only_if_text}.",
                        "Check both answers.",
                    )
                )
    return problems


def _contradictions(
    vocabulary: Vocabulary, values: dict[str, Value], places: Mapping[str, str]
) -> list[Problem]:
    facts = Facts(values)
    return [
        Problem(
            next((places[name] for name in contradiction.fields if name in places), ""),
            contradiction.say,
            "Check these answers.",
        )
        for contradiction in vocabulary.impossible
        if evaluate(contradiction.when, facts)
    ]
