"""`recommender rules check` and `test`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from recommender.cli.rules.options import has_solver, rules_option
from recommender.errors import Problem
from recommender.language.meaning import Facts
from recommender.rulebook import Rulebook, load_rulebook


@click.command()
@rules_option
def check(folder: Path | None) -> None:
    """Check that a rulebook is usable, without unused parts, printable and in plain words.

    With the solver z3 it also finds rules and clauses that nobody can meet, effects that never matter, and
    boundaries with a gap between them. Every problem is told with its file, line and column.

    Where figures/ draws anything, every level needs a picture and every risky movement a safe twin, and no
    picture may show what its level does not contain.

    The hazards in safety/ must name controls that exist: laws, rules, cues, cases, lints and tests. The tests
    come with the source of this program; where only the program is installed, they are not looked for.
    """
    from recommender.authoring.activities import activity_problems
    from recommender.authoring.figures import figure_problems, twin_problems
    from recommender.authoring.lint import lint
    from recommender.authoring.rendering import unprintable
    from recommender.authoring.safety.checking import checked_safety_case
    from recommender.authoring.wording import wording_problems
    from recommender.figures import load_figures
    from recommender.person.engines import best_engine
    from recommender.proof.witnesses import few_people
    from recommender.rulebook.loading import (
        load_activities,
        load_activity_documents,
        load_case_documents,
        load_checkin,
        load_checkin_documents,
        load_documents,
        load_figure_documents,
        load_question_documents,
        load_questions,
        load_report_documents,
        load_safety_documents,
        load_scan_error,
        load_web_documents,
        load_web_rulebook,
        load_wording_documents,
    )
    from recommender.scan_report.lexicon import read_lexicon

    book = load_rulebook(folder, afresh=True)
    known = load_activities(book, folder)
    load_checkin(book, folder)
    load_questions(book, folder)
    load_scan_error(book, folder)
    read_lexicon(load_report_documents(folder))
    load_web_rulebook(book, folder)
    figures = load_figures(book, folder)
    safety = load_safety_documents(folder)
    apart = (
        load_activity_documents,
        load_checkin_documents,
        load_figure_documents,
        load_question_documents,
        load_report_documents,
        load_web_documents,
    )
    documents = [*load_documents(folder), *(each for load in apart for each in load(folder))]
    people = tuple(few_people(book, best_engine()(book.strata)))
    problems = [
        *lint(book, [*documents, *safety]),
        *activity_problems(known),
        *(figure_problems(figures, book, documents) if figures.figures else ()),
        *(twin_problems(figures, book, documents) if figures.twins else ()),
        *wording_problems(book, documents, load_wording_documents(folder)),
        *unprintable(people),
    ]
    load_case_documents(folder)
    hazards, unsafe = checked_safety_case(book, safety, folder)
    problems += unsafe
    solver = has_solver()
    if solver:
        problems += _seen_by_solver(book, folder, [person.findings.facts for _, person in people])
    for problem in problems:
        click.echo(str(problem), err=True)
    verdict = f"{len(problems)} to mend" if problems else "no problem found"
    counted = [f"{len(known.activities)} activities", *([f"{len(hazards)} hazards"] if hazards else [])]
    click.echo(f"{_size(book)}, {', '.join(counted)}: {verdict}.")
    if not solver:
        click.echo(
            "Without the solver z3 nobody looked for rules that can do nothing: "
            "pip install 'recommender[prove]'."
        )
    click.echo(f"sha256 {book.sha256}")
    if problems:
        sys.exit(1)


def _seen_by_solver(book: Rulebook, folder: Path | None, people: list[Facts]) -> Iterator[Problem]:
    from recommender.proof.accepted import read_accepted_findings
    from recommender.proof.cues import broken_cues, read_cues
    from recommender.proof.findings import findings
    from recommender.proof.symbolic import SymbolicRulebook
    from recommender.rulebook.loading import load_law_documents

    documents, symbolic = load_law_documents(folder), SymbolicRulebook(book)
    yield from broken_cues(symbolic, read_cues(documents, book))
    accepted = read_accepted_findings(documents, book)
    left = set(accepted)
    for finding in findings(symbolic, people):
        if (finding.rule.id, finding.what) in accepted:
            left.discard((finding.rule.id, finding.what))
        else:
            hint = f"Mend it, or keep `{finding.what}` with a reason in invariants.yaml."
            yield Problem(finding.rule.place, f"{finding.rule.id}: {finding.message}", hint)
    for rule, what in sorted(left):
        yield Problem(
            accepted[rule, what],
            f"`{what}` of {rule} is kept with a reason, but there is nothing to keep any more.",
            "Take it out.",
        )


@click.command()
@rules_option
def test(folder: Path | None) -> None:
    """Run all cases (rules, whole people, the evidence's table) and show their coverage."""
    from recommender.authoring.cases import run_all

    results = run_all(folder)
    for failure in results.failures:
        click.echo(failure, err=True)
    for what, count in results.counts.items():
        click.echo(f"{what}: {count}")
    for reached in results.coverage:
        click.echo(str(reached))
        for name in reached.missed:
            click.echo(f"  not reached: {name}")
    click.echo(
        f"{sum(results.counts.values()) - len(results.failures)} passed, {len(results.failures)} failed"
    )
    if results.failures or not results.covered:
        sys.exit(1)


def _size(book: Rulebook) -> str:
    counts = {
        "rules": book.rules,
        "movements": book.movements,
        "exercises": book.exercises,
        "sources": book.sources,
    }
    return ", ".join(f"{len(entries)} {name}" for name, entries in counts.items())
