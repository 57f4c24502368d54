"""Checks a usable rulebook: unused parts, movements without limits, overclaims, words that are not plain.

Loading refuses what has no meaning; these checks find what has one and is still likely a slip or unkind.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from recommender.authoring.doses import dose_problems
from recommender.authoring.evidence import overclaims
from recommender.authoring.locations import location
from recommender.authoring.readability import grade, sentences
from recommender.authoring.silence import silent_answers
from recommender.documents.yaml_json import Document
from recommender.errors import Problem
from recommender.language.tree import Always
from recommender.rulebook.leaves import patient_texts
from recommender.rulebook.model import PlainWords, Rulebook
from recommender.rulebook.scales import Clearance, Verdict

_SHORTEST = 6
_FIELD_NAME = re.compile(r" \(\w+_\w+\)")


def lint(rulebook: Rulebook, documents: Iterable[Document]) -> tuple[Problem, ...]:
    """Return the problems of a usable rulebook; `documents`, its source, give their locations."""
    documents = tuple(documents)
    problems = [
        *_unused(rulebook, documents),
        *_unlimited(rulebook, documents),
        *_out_of_reach(rulebook, documents),
        *overclaims(rulebook),
        *silent_answers(rulebook, documents),
        *dose_problems(rulebook, documents),
    ]
    plain = rulebook.plain_words
    for exercise in rulebook.exercises.values():
        for level in exercise.levels:
            for sentence in level.dose.values():
                problems += _hard_words(plain, sentence, location(documents, "exercises", exercise.id))
    for document in documents:
        for path, text in patient_texts(document):
            problems += _hard_words(plain, text, document.place(path))
    return tuple(problems)


def _unused(book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    exercises = book.exercises.values()
    cited = {
        id_
        for entries in (book.rules, book.movements, book.exercises)
        for entry in entries.values()
        for id_ in entry.sources
    }
    cited |= {id_ for exercise in exercises for level in exercise.levels for id_ in level.dose_sources}
    cited |= {id_ for goal in book.week for id_ in goal.sources}
    for id_ in sorted(book.sources.keys() - cited):
        yield Problem(
            location(documents, "sources", id_),
            f"nothing rests on the source `{id_}`.",
            "Cite it where it is used, or remove it.",
        )
    used = {id_ for rule in book.rules.values() for id_ in rule.limits}
    used |= {id_ for exercise in exercises for level in exercise.levels for id_ in level.movements}
    for id_ in sorted(book.movements.keys() - used):
        yield Problem(
            location(documents, "movements", id_),
            f"the movement `{id_}` is in no exercise and in no rule.",
            "Use it or remove it.",
        )


def _unlimited(book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    limited = {id_ for rule in book.rules.values() for id_ in rule.limits}
    for id_, movement in book.movements.items():
        place = location(documents, "movements", id_)
        if id_ not in limited and not book.families[movement.family].free:
            yield Problem(
                place,
                f"nothing limits the movement `{id_}`.",
                "Limit it in a rule, or put it in a family with `free: yes`.",
            )
        if id_ in limited and not movement.instead:
            yield Problem(
                place, f"the movement `{id_}` can be limited, and nobody is told what to do `instead`."
            )


def _out_of_reach(book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield levels that a rule takes from everybody, and levels that are shown even in an emergency."""
    closed = {
        id_: rule.id
        for rule in book.rules.values()
        if isinstance(rule.condition, Always)
        for id_, verdict in rule.limits.items()
        if verdict is Verdict.AVOID
    }
    for exercise in book.exercises.values():
        place = location(documents, "exercises", exercise.id)
        for level in exercise.levels:
            for id_ in sorted(set(level.movements) & closed.keys()):
                yield Problem(
                    place, f"nobody can get `{level.id}`: {closed[id_]} takes `{id_}` away from everybody."
                )
            if level.shown_up_to is Clearance.EMERGENCY:
                yield Problem(place, f"`{level.id}` cannot be refused: it is shown even in an emergency.")


def _hard_words(plain: PlainWords, text: str, place: str) -> Iterator[Problem]:
    for pattern, because in plain.never.items():
        if match := _in_any_case(pattern).search(text):
            yield Problem(place, f"“{match.group()}” is not said here.", because)
    for sentence in sentences(_FIELD_NAME.sub("", text)):
        if len(sentence.split()) >= _SHORTEST and (years := grade(sentence, plain.familiar)) > plain.grade:
            message = f"“{sentence}” reads at grade {years:.1f}, and {plain.grade} is the most."
            yield Problem(place, message, "Shorten it, or use shorter words.")


@cache
def _in_any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
