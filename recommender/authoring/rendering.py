"""Renders every form of report for the people in the rules' own cases, so that whatever loads also prints."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from recommender.errors import Problem
from recommender.person.assessment import Assessment
from recommender.report.clinician import clinician_report
from recommender.report.json import assessment_as_json
from recommender.report.person import person_report
from recommender.rulebook.model import Rule

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


def unprintable(people: Iterable[tuple[Rule, Assessment]]) -> Iterator[Problem]:
    """Yield a problem for each report that cannot be rendered, at the rule that a person comes with.

    Reports that show every rule are rendered until each rule has fired once, those for patients once for each
    clearance.
    """
    clearances: set[str] = set()
    for rule, assessment in people:
        forms = (
            _WITH_EVERY_RULE if assessment.clearance in clearances else {**_FOR_PEOPLE, **_WITH_EVERY_RULE}
        )
        clearances.add(assessment.clearance)
        for problem in _problems(assessment, rule.id, forms):
            yield Problem(rule.place, problem)


def _problems(assessment: Assessment, rule: str, forms: _Forms) -> Iterator[str]:
    for form, render in forms.items():
        try:
            render(assessment)
        except Exception as error:  # any exception would leave a person without an answer
            yield f"{form} cannot be shown to a person of {rule}: {type(error).__name__}: {error}."
