"""Runs the cases of a rulebook: those of each rule, whole people, and the table of the evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from recommender.authoring.cases.catalogue import read_catalogue, run_catalogue
from recommender.authoring.cases.coverage import REQUIRED, Reached, coverage
from recommender.authoring.cases.people import read_people, run_person
from recommender.authoring.cases.rule_cases import run_checkin_cases, run_rule_cases
from recommender.authoring.cases.runner import CaseRunner
from recommender.documents.yaml_json import Document
from recommender.errors import Problem, RulebookError
from recommender.rulebook import load_rulebook
from recommender.rulebook.loading import load_case_documents, load_checkin


class Results(NamedTuple):
    """The number of checks of each kind, the failures as sentences, and the coverage of all cases."""

    counts: Mapping[str, int]
    failures: tuple[str, ...]
    coverage: tuple[Reached, ...]

    @property
    def covered(self) -> bool:
        """Return whether every rule and clause is covered; comparisons and levels are only reported."""
        return not any(reached.missed for reached in self.coverage if reached.what in REQUIRED)


def run_all(folder: Path | None = None) -> Results:
    """Run every case of a rulebook (by default the one that comes with the program).

    Raises:
        RulebookError, DocumentError: when the rulebook or a case file cannot be used.

    """
    rulebook = load_rulebook(folder, afresh=True)
    documents = load_case_documents(folder)
    _check_kinds(documents)
    people, catalogue = read_people(documents, rulebook), read_catalogue(documents, rulebook)
    runner = CaseRunner(rulebook)
    rule_cases, failures = run_rule_cases(runner)
    week_cases, wrong = run_checkin_cases(load_checkin(rulebook, folder))
    failures += wrong
    cells, differing = run_catalogue(runner, catalogue)
    failures += differing
    failing = [(case, problems) for case in people if (problems := run_person(runner, case))]
    failures += [f"{case.location}: {case.name}: {' '.join(problems)}" for case, problems in failing]
    counts = {
        "cases of rules": rule_cases,
        "cases of the check-in": week_cases,
        "cells of the evidence's table": cells,
        "whole people": len(people),
    }
    return Results(counts, tuple(failures), coverage(runner))


def _check_kinds(documents: list[Document]) -> None:
    """Raise RulebookError for a case file that would otherwise be ignored silently."""
    unknown = [
        document
        for document in documents
        if not isinstance(document.data, dict) or not {"cases", "columns"} & set(document.data)
    ]
    message = "this file holds neither `cases` nor a table (with `columns`)."
    if unknown:
        raise RulebookError(
            Problem(document.place(), message, "Start it with `cases:`.") for document in unknown
        )
