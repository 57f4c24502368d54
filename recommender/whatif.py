"""What would change an answer: the same person, assessed again with one open question answered in each way that matters."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from recommender.assessment import Assessment
from recommender.decision import assess
from recommender.engines.inference import Engine
from recommender.errors import ProfileError
from recommender.language.numbers import UNIT, shown
from recommender.language.tree import AtLeast, Compare, Condition, atoms, fields_of, fields_of_term
from recommender.profile import read_profile
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary import Field


class Trial(NamedTuple):
    """One way to answer a field: all numbers from `low` to `high` (thousandths), which no rule tells apart, or one word."""

    answer: str
    low: int = 0
    high: int = 0


class Change(NamedTuple):
    """What answering one open question in one way would bring."""

    field: Field
    trial: Trial
    found: Assessment


def changes(found: Assessment, engine: Engine, fields: Iterable[str]) -> Iterator[Change]:
    """Yield what each way of answering each of `fields` would bring; impossible answers are left out."""
    for name in fields:
        field = found.rulebook.vocabulary.fields[name]
        for trial in trials(found.rulebook, field):
            again = with_answers(found, engine, {name: trial.answer})
            if again is not None:
                yield Change(field, trial, again)


def outcomes(found: Iterable[Change], of: Callable[[Assessment], object]) -> Iterator[tuple[Field, str, Assessment]]:
    """Yield each field with the words for neighbouring answers that have one outcome `of`, and one assessment that has it."""
    for field, same_field in groupby(found, key=lambda change: change.field):
        for _, same in groupby(same_field, key=lambda change: of(change.found)):
            run = list(same)
            yield field, answer_words(field, [change.trial for change in run]), run[0].found


def answer_words(field: Field, found: Sequence[Trial]) -> str:
    """Return the words for a run of neighbouring answers: `yes`, `none or mild`, `-2.49 or more`."""
    low, high = found[0].low, found[-1].high
    if field.kind in ("yes_no", "choice"):
        return " or ".join(trial.answer for trial in found).replace("_", " ")
    if low == high:
        return shown(low)
    if low == field.low:
        return "any number" if high == field.high else f"{shown(high)} or less"
    return f"{shown(low)} or more" if high == field.high else f"{shown(low)} to {shown(high)}"


def with_answers(found: Assessment, engine: Engine, answers: Mapping[str, str]) -> Assessment | None:
    """Assess the same person with more answers; nothing where they cannot hold together with the ones given."""
    given = {name: _written(answer) for name, answer in found.profile.answers.items()}
    try:
        profile = read_profile(found.rulebook.vocabulary, {**given, **answers}, {})
    except ProfileError:
        return None
    return assess(found.rulebook, engine, profile)


def reassured(found: Assessment, engine: Engine, fields: Iterable[str]) -> Assessment | None:
    """Assess the same person with each of `fields` answered in the least risky way; nothing where that cannot hold."""
    vocabulary = found.rulebook.vocabulary
    return with_answers(found, engine, {name: _least_risky(found.rulebook, vocabulary.fields[name]) for name in fields})


def _least_risky(rulebook: Rulebook, field: Field) -> str:
    answers = [trial.answer for trial in trials(rulebook, field)]
    if field.kind == "yes_no":
        return "no" if field.worse == "yes" else "yes"
    return answers[0] if field.worse in ("higher", "last") else answers[-1]


def _written(answer: int | float | bool | str) -> str:
    """Write a known answer so that it is read again as it is; a score that was insisted on keeps its sign."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return f"+{answer}" if isinstance(answer, int | float) and answer > 0 else str(answer)


def trials(rulebook: Rulebook, field: Field) -> tuple[Trial, ...]:
    """Return one answer for every stretch of answers that no rule tells apart."""
    if field.kind == "yes_no":
        return (Trial("yes"), Trial("no"))
    if field.kind == "choice":
        return tuple(Trial(choice) for choice in field.choices)
    step = UNIT // 10**field.decimals
    starts = sorted({field.low, *(cut for cut in _cuts(rulebook, field.id, step) if field.low < cut <= field.high)})
    ends = [*(start - step for start in starts[1:]), field.high]
    return tuple(Trial(_signed(end if start == field.low else start), start, end) for start, end in zip(starts, ends, strict=True))


def _cuts(rulebook: Rulebook, name: str, step: int) -> Iterator[int]:
    """Yield the first number of each new stretch: where some comparison of this field changes its truth."""
    for rule in rulebook.rules.values():
        for atom in atoms(rule.condition):
            if isinstance(atom, Compare) and name in fields_of_term(atom.term):
                yield atom.threshold + (step if atom.operator in ("<=", ">") else 0)


def _signed(number: int) -> str:
    return f"+{shown(number)}" if number > 0 else shown(number)


def fields_behind(rulebook: Rulebook, movements: Iterable[str]) -> tuple[str, ...]:
    """Return every field that some rule reads, directly or through conclusions, before it limits one of `movements`."""
    wanted = set(movements)
    names: dict[str, None] = {}
    for rule in rulebook.rules.values():
        if wanted & set(rule.limits):
            names |= dict.fromkeys(_fields(rulebook, rule.condition, ()))
    return tuple(names)


def _fields(rulebook: Rulebook, condition: Condition, above: tuple[str, ...]) -> Iterator[str]:
    yield from fields_of(condition)
    for atom in atoms(condition):
        if isinstance(atom, AtLeast) and atom.scale not in above:
            for rule in _concluding(rulebook, atom.scale):
                yield from _fields(rulebook, rule.condition, (*above, atom.scale))


def _concluding(rulebook: Rulebook, scale: str) -> list[Rule]:
    return [rule for rule in rulebook.rules.values() if scale in rule.concludes]
