"""Running what the rulebook says about itself: the cases of its rules, its whole people, and the table of the evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from recommender.authoring.cases.catalogue import read_catalogue, run_catalogue
from recommender.authoring.cases.coverage import REQUIRED, Reached, coverage
from recommender.authoring.cases.people import read_people, run_person
from recommender.authoring.cases.rule_cases import run_rule_cases
from recommender.authoring.cases.runner import CaseRunner
from recommender.documents.yaml_json import Document
from recommender.errors import Problem, RulebookError
from recommender.rulebook import load_rulebook
from recommender.rulebook.loading import load_case_documents


class Results(NamedTuple):
    """How many checks there were of each kind, what failed in sentences, and how far the people of all cases reached."""

    counts: Mapping[str, int]
    failures: tuple[str, ...]
    coverage: tuple[Reached, ...]

    @property
    def covered(self) -> bool:
        """Say whether every rule and every clause was reached; comparisons and levels are only told."""
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
    bench = CaseRunner(rulebook)
    of_rules, failures = run_rule_cases(bench)
    cells, differing = run_catalogue(bench, catalogue)
    failures += differing
    failed = [(case, problems) for case in people if (problems := run_person(bench, case))]
    failures += [f"{case.place}: {case.name}: {' '.join(problems)}" for case, problems in failed]
    counts = {"cases of rules": of_rules, "cells of the evidence's table": cells, "whole people": len(people)}
    return Results(counts, tuple(failures), coverage(bench))


def _check_kinds(documents: list[Document]) -> None:
    """Refuse a case file that would otherwise be passed over in silence."""
    strange = [
        document
        for document in documents
        if not isinstance(document.data, dict) or not {"cases", "columns"} & set(document.data)
    ]
    message = "this file holds neither `cases` nor a table (with `columns`)."
    if strange:
        raise RulebookError(
            Problem(document.place(), message, "Start it with `cases:`.") for document in strange
        )
