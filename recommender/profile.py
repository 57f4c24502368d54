"""One person's facts, validated: every answer is understood exactly or refused with a sentence. Unknown is a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from recommender.errors import Problem, ProfileError, did_you_mean, quoted
from recommender.language.meaning import NOT_APPLICABLE, Facts, Value, evaluate
from recommender.language.numbers import UNIT, decimals, is_number, shown, thousandths
from recommender.language.tree import fields_of
from recommender.vocabulary import Field, Vocabulary

UNKNOWN_WORDS = ("unknown", "unsure", "not sure", "null", "~", "")
_YES = ("yes", "true")
_NO = ("no", "false")
MINUS_LOOKALIKES = "\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d"


@dataclass(frozen=True, slots=True)
class Doubt(Problem):
    """An answer that is likely a slip of the pen; `suggestion` is what was probably meant, `insist` how to keep it."""

    field: str = ""
    suggestion: str = ""
    insist: str = ""


class Profile(NamedTuple):
    """The facts known of one person; a field that is missing from `facts.values` is unknown.

    `never` names the fields that were answered so, apart from those that other answers rule out.
    """

    facts: Facts
    never: frozenset[str]

    def knows(self, name: str) -> bool:
        """Say whether a field has been answered, or does not apply."""
        return name in self.facts.values

    @property
    def answers(self) -> dict[str, int | float | bool | str]:
        """Return what applies to this person as plain values, numbers in the field's own unit."""
        values = self.facts.values.items()
        return {name: plain(value) for name, value in values if value is not NOT_APPLICABLE or name in self.never}


def plain(value: Value) -> int | float | bool | str:
    """Return a stored value as a reader expects it: -3900 thousandths as -3.9."""
    if value is NOT_APPLICABLE:
        return "never"
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return value // UNIT if value % UNIT == 0 else value / UNIT


def read_profile(vocabulary: Vocabulary, answers: Mapping[str, Any], places: Mapping[str, str]) -> Profile:
    """Read answers (text, or JSON's true, false and null) into a profile.

    `places` says where each answer was given, for error messages.

    Raises:
        ProfileError: with every problem found; if all of them are `Doubt`s, insisting resolves them.

    """
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    for name, raw in answers.items():
        place = places.get(name, name)
        field = vocabulary.fields.get(name)
        if field is None:
            problems.append(_unknown_name(vocabulary, name, place))
            continue
        try:
            value = read_answer(field, raw, place)
        except ProfileError as error:
            problems.extend(error.problems)
            continue
        if value is not None:
            values[name] = value
    if problems:
        certain = [problem for problem in problems if not isinstance(problem, Doubt)]
        raise ProfileError(certain or problems)
    return profile_of(vocabulary, values, places)


def profile_of(vocabulary: Vocabulary, values: Mapping[str, Value], places: Mapping[str, str]) -> Profile:
    """Make a profile of answers that were each understood.

    Raises:
        ProfileError: where they contradict each other.

    """
    settled = dict(values)
    never = frozenset(name for name, value in values.items() if value is NOT_APPLICABLE)
    problems = [*_apply_conditions(vocabulary, settled, places), *_contradictions(vocabulary, settled, places)]
    if problems:
        raise ProfileError(problems)
    return Profile(Facts({name: settled[name] for name in vocabulary.fields if name in settled}), never)


def read_answer(field: Field, raw: Any, place: str) -> Value | None:
    """Read one answer; `None` means unknown.

    Raises:
        ProfileError: naming the place, the value and what is accepted.

    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    if not isinstance(raw, str):
        raise ProfileError(Problem(place, f"this must be a single answer: {field.accepted}."))
    text = raw.strip()
    if text.lower() in UNKNOWN_WORDS:
        return None
    if text.lower() == "never" and field.never:
        return NOT_APPLICABLE
    if field.kind == "yes_no":
        return _yes_no(field, text, place)
    if field.kind == "choice":
        if text in field.choices:
            return text
        raise ProfileError(
            Problem(place, f"{quoted(text)} is not an answer. Accepted: {field.accepted}.", did_you_mean(text.lower(), field.choices))
        )
    return _number(field, text, place)


def _yes_no(field: Field, text: str, place: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ProfileError(Problem(place, f"{quoted(text)} is not an answer. Accepted: {field.accepted}."))


def _number(field: Field, text: str, place: str) -> int:
    if not is_number(text):
        raise ProfileError(Problem(place, *_not_a_number(field, text)))
    if decimals(text) > field.decimals:
        raise ProfileError(Problem(place, f"{text} has too many decimals. Accepted: {field.accepted}.", _density_hint(field, text)))
    return check_number(field, thousandths(text), text, place)


def check_number(field: Field, number: int, text: str, place: str) -> int:
    """Return a number (thousandths) if it is possible for a field and no likely slip of the pen; `text` is how it was written.

    Raises:
        ProfileError: naming the place, the value and what is accepted; a `Doubt` where a sign or a point may be missing.

    """
    if not field.low <= number <= field.high:
        raise ProfileError(Problem(place, f"{text} is outside what is possible. Accepted: {field.accepted}.", _rescaled(field, number)))
    if field.doubt_above is not None and not text.startswith("+"):
        if number > field.doubt_above:
            raise ProfileError(_doubt(field, text, place, "is far above what people with low bone density have; is a minus sign missing?"))
        if number > 0 and decimals(text) > 1:
            raise ProfileError(_doubt(field, text, place, "may be a bone density in g/cm2, or lack its minus sign."))
    return number


def _doubt(field: Field, text: str, place: str, reason: str) -> Doubt:
    hint = f"Write -{text} or, if it really is above zero, +{text}."
    return Doubt(place, f"{text} {reason}", hint, field.id, f"-{text}", f"+{text}")


def _density_hint(field: Field, text: str) -> str:
    """Point to the neighbouring column of the report where a score looks like a bone density."""
    if field.doubt_above is not None and text.lstrip("+").startswith(("0.", "1.")):
        return "It looks like a bone density in g/cm2, which stands in another column of the report."
    return ""


def _rescaled(field: Field, number: int) -> str:
    """Guess at a lost decimal point, and at a lost sign with it: 39 and -39 are both likely -3.9."""
    tenth = -abs(number) // 10
    return f"Did you mean {shown(tenth)}?" if field.doubt_above is not None and field.low <= tenth <= field.high else ""


def _not_a_number(field: Field, text: str) -> tuple[str, str]:
    """Say what is wrong with text that is not a plain number, and how to write it."""
    accepted = f"Accepted: {field.accepted}."
    ascii_text = text.translate({ord(sign): "-" for sign in MINUS_LOOKALIKES})
    if ascii_text != text:
        return f"{quoted(text)} is written with a typographic minus sign. {accepted}", f"Write {ascii_text}."
    if is_number(text.replace(",", ".", 1)):
        return f"{quoted(text)} has a decimal comma. {accepted}", f"Write {text.replace(',', '.', 1)}."
    if text.lower().lstrip("+-.") in ("nan", "inf", "infinity", "na", "n/a", "none"):
        return f"{quoted(text)} is not a number. {accepted}", "If it is not known, leave it out or write unknown."
    first = text.split(maxsplit=1)[0] if text.split() else text
    if first != text and is_number(first):
        return f"{quoted(text)} is more than a number. {accepted}", f"Write {first} alone, if that is in {field.unit}."
    return f"{quoted(text)} is not a plain number. {accepted}", ""


def _unknown_name(vocabulary: Vocabulary, name: str, place: str) -> Problem:
    hint = did_you_mean(name, vocabulary.fields) or "`recommender fields` lists what can be given."
    if name in vocabulary.measures:
        hint = f"It is computed from {', '.join(_parts(vocabulary, name))}; give those."
    return Problem(place, f"{quoted(name)} is not a field that can be given.", hint)


def _parts(vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    text = vocabulary.measures[name].text
    return tuple(field for field in vocabulary.fields if field in text.replace("(", " ").replace(")", " ").replace(",", " ").split())


def _apply_conditions(vocabulary: Vocabulary, values: dict[str, Value], places: Mapping[str, str]) -> list[Problem]:
    """Mark what does not apply to this person; refuse an answer that the answers before it rule out."""
    problems: list[Problem] = []
    for field in vocabulary.fields.values():
        if field.only_if is None:
            continue
        applies = evaluate(field.only_if, Facts(values))
        given = values.get(field.id)
        harmless = given is None or given is False or given is NOT_APPLICABLE or (given == 0 and field.worse == "higher")
        if applies is False and harmless:
            values[field.id] = NOT_APPLICABLE
        elif (applies is False or (applies is None and field.kind in ("number", "count"))) and not harmless:
            place = places.get(field.id, field.id)
            others = ", ".join(name for name in fields_of(field.only_if) if (name in values) is (applies is False))
            if applies is None:
                problems.append(Problem(place, f"this only means something together with {others}.", f"Give {others} too."))
            else:
                problems.append(
                    Problem(place, f"this contradicts {others}: it applies only if {field.only_if_text}.", "Check both answers.")
                )
    return problems


def _contradictions(vocabulary: Vocabulary, values: dict[str, Value], places: Mapping[str, str]) -> list[Problem]:
    facts = Facts(values)
    return [
        Problem(next((places[name] for name in found.fields if name in places), ""), found.say, "Check these answers.")
        for found in vocabulary.impossible
        if evaluate(found.when, facts)
    ]
