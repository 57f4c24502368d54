"""What would change an assessment: the same person with one open question answered in each way."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from recommender.errors import ProfileError
from recommender.language.meaning import Facts, Value, interval
from recommender.language.numbers import shown
from recommender.language.tree import AtLeast, Compare, Condition, Sum, Term, atoms, fields_of, fields_of_term
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines.inference import Engine
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary import Field
from recommender.vocabulary.answers import at_least, at_most, write_answer
from recommender.vocabulary.profile import profile_of


class Trial(NamedTuple):
    """One way to answer: a number stands for all between its two `ends`, which no rule tells apart.

    The ends are in thousandths and belong to it; other answers have none.
    """

    value: Value
    ends: tuple[int, ...] = ()


class Change(NamedTuple):
    """What answering one open question in one way would bring."""

    field: Field
    trial: Trial
    found: Assessment


def changes(assessment: Assessment, engine: Engine, fields: Iterable[str]) -> Iterator[Change]:
    """Yield what each way of answering each of `fields` would bring; impossible answers are left out."""
    for name in fields:
        field = assessment.rulebook.vocabulary.fields[name]
        for trial in trials(assessment.rulebook, field, assessment.profile.facts):
            again = with_answers(assessment, engine, {name: trial.value})
            if again is not None:
                yield Change(field, trial, again)


def outcomes(
    tried: Iterable[Change], of: Callable[[Assessment], object]
) -> Iterator[tuple[Field, str, Assessment]]:
    """Yield each field, the words for a run of answers with one outcome, and one such assessment."""
    run: list[Change] = []
    for change in tried:
        if run and not _continues(run[-1], change, of):
            yield _outcome(run)
            run = []
        run.append(change)
    if run:
        yield _outcome(run)


def _outcome(run: Sequence[Change]) -> tuple[Field, str, Assessment]:
    first, *_ = run
    return first.field, answer_words(first.field, [member.trial for member in run]), first.found


def _continues(before: Change, after: Change, of: Callable[[Assessment], object]) -> bool:
    """Say whether two answers have one outcome and none between them: words always follow on each other."""
    if before.field.id != after.field.id or of(before.found) != of(after.found):
        return False
    return not before.field.is_number or after.trial.ends[0] == before.trial.ends[1] + after.field.step


def answer_words(field: Field, run: Sequence[Trial]) -> str:
    """Return the words for a run of neighbouring answers: `yes`, `none or mild`, `-2.49 or more`."""
    if not field.is_number:
        return " or ".join(write_answer(field, trial.value) for trial in run).replace("_", " ")
    low, high = run[0].ends[0], run[-1].ends[1]
    if low == high:
        return shown(low)
    if low == field.low:
        return "any number" if high == field.high else at_most(field, high)
    if high == field.high:
        return at_least(field, low)
    words = f"{at_least(field, low)} to {at_most(field, high)}"
    return words.removesuffix(" or less").replace(" or more to ", " to ").replace(" to below ", " and below ")


def with_answers(assessment: Assessment, engine: Engine, values: Mapping[str, Value]) -> Assessment | None:
    """Assess the same person with more answers; `None` where they contradict the known ones."""
    try:
        profile = profile_of(assessment.rulebook.vocabulary, {**assessment.profile.answered, **values}, {})
    except ProfileError:
        return None
    return assess(assessment.rulebook, engine, profile)


def worst_answer(field: Field) -> Value:
    """Return the answer at the riskier end of a field; where neither is, yes, the lowest or the first one."""
    if field.kind == "yes_no":
        return field.worse != "no"
    if field.kind == "choice":
        return field.choices[-1 if field.worse == "last" else 0]
    return field.high if field.worse == "higher" else field.low


def trials(rulebook: Rulebook, field: Field, facts: Facts) -> tuple[Trial, ...]:
    """Return one answer for every stretch of answers that no rule tells apart, given `facts`."""
    if field.kind == "yes_no":
        return (Trial(value=True), Trial(value=False))
    if field.kind == "choice":
        return tuple(Trial(choice) for choice in field.choices)
    starts = sorted(
        {field.low, *(cut for cut in _cuts(rulebook, field, facts) if field.low < cut <= field.high)}
    )
    ends = [*(start - field.step for start in starts[1:]), field.high]
    return tuple(
        Trial(end if start == field.low else start, (start, end))
        for start, end in zip(starts, ends, strict=True)
    )


def _cuts(rulebook: Rulebook, field: Field, facts: Facts) -> Iterator[int]:
    """Yield the first number of each new stretch, where some comparison changes its truth."""
    vocabulary = rulebook.vocabulary
    conditions = [rule.condition for rule in rulebook.rules.values()]
    conditions += [other.only_if for other in vocabulary.fields.values() if other.only_if is not None]
    conditions += [contradiction.when for contradiction in vocabulary.impossible]
    for condition in conditions:
        for atom in atoms(condition):
            if isinstance(atom, Compare) and field.id in fields_of_term(atom.term):
                for sign, rest in _share(atom.term, field.id, facts):
                    first_after = atom.operator in ("<=", ">") if sign == 1 else atom.operator in ("<", ">=")
                    yield sign * (atom.threshold - rest) + (field.step if first_after else 0)


def _share(term: Term, name: str, facts: Facts) -> list[tuple[int, int]]:
    """Return how a number depends on one field: sign * field + rest, for the bounds of the rest.

    In the lowest or the highest of several, the field decides alone or not at all.
    """
    if not isinstance(term, Sum):
        return [(1, 0)]
    within, other, sign, other_sign = (
        (term.left, term.right, 1, term.sign)
        if name in fields_of_term(term.left)
        else (term.right, term.left, term.sign, 1)
    )
    ends = interval(other, facts) or ()
    return [
        (sign * inner, sign * rest + other_sign * end)
        for inner, rest in _share(within, name, facts)
        for end in dict.fromkeys(ends)
    ]


def fields_behind(rulebook: Rulebook, movements: Iterable[str]) -> tuple[str, ...]:
    """Return every field behind the rules that limit `movements`, through conclusions too."""
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
