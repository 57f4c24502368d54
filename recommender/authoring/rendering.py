"""Renders every form of report for the people in the rules' own cases, so that whatever loads also prints."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from recommender.errors import Problem, RecommenderError
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.report.clinician import clinician_report
from recommender.report.json import assessment_as_json
from recommender.report.person import person_report
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary.profile import read_profile

_WIDTH = 80
_Forms = Mapping[str, Callable[[Assessment], object]]
_FOR_PEOPLE: _Forms = {
    "text": lambda assessment: person_report(assessment, _WIDTH, colour=False),
    "the full text": lambda assessment: person_report(assessment, _WIDTH, colour=False, full=True),
}
_WITH_EVERY_RULE: _Forms = {
    "the clinician's text": lambda assessment: clinician_report(assessment, _WIDTH, colour=False),
    "JSON": lambda assessment: json.dumps(assessment_as_json(assessment, "clinician")),
}


def unprintable(book: Rulebook) -> Iterator[Problem]:
    """Yield a problem for each report that cannot be rendered.

    Reports that show every rule are rendered until each rule has fired once, those for patients once for each
    clearance.
    """
    clearances: set[str] = set()
    for rule, assessment in _people(book):
        forms = (
            _WITH_EVERY_RULE if assessment.clearance in clearances else {**_FOR_PEOPLE, **_WITH_EVERY_RULE}
        )
        clearances.add(assessment.clearance)
        for problem in _problems(assessment, rule.id, forms):
            yield Problem(rule.place, problem)


def _people(book: Rulebook) -> Iterator[tuple[Rule, Assessment]]:
    """Yield few people for whom, together, each rule fires; each with the first rule that is new.

    The first cases of as many rules as agree make one person; where that is refused, the first alone does.
    """
    engine = best_engine()(book.strata)
    waiting = {rule.id: rule.cases["fires"][0] for rule in book.rules.values() if rule.cases.get("fires")}
    while waiting:
        first = next(iter(waiting))
        for answers in (_joined(waiting.values()), waiting[first]):
            try:
                assessment = assess(book, engine, read_profile(book.vocabulary, answers, {}))
            except RecommenderError:  # `rules test` reports broken cases
                continue
            yield book.rules[first], assessment
            for rule in assessment.findings.fired:
                waiting.pop(rule.id, None)
            if first not in waiting:
                break
        waiting.pop(first, None)


def _joined(cases: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the answers of the first case, and of each later one that contradicts none of them."""
    joined: dict[str, Any] = {}
    for answers in cases:
        if all(joined.get(field, answer) == answer for field, answer in answers.items()):
            joined |= answers
    return joined


def _problems(assessment: Assessment, rule: str, forms: _Forms) -> Iterator[str]:
    for form, render in forms.items():
        try:
            render(assessment)
        except Exception as error:  # any exception would leave a person without an answer
            yield f"{form} cannot be shown to a person of {rule}: {type(error).__name__}: {error}."
