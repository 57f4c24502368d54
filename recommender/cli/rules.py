"""`recommender rules`: the rulebook, listed, shown, checked and tested."""

import sys
from pathlib import Path

import click

from recommender.cli.output import wants_colour, width
from recommender.errors import Problem, RulebookError, did_you_mean
from recommender.report.page import Page
from recommender.report.rulebook import rule_page
from recommender.rulebook import Rulebook, load_rulebook

_rules_option = click.option("--rules", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")


@click.group()
def rules() -> None:
    """List, show, check and test the rulebook."""


@rules.command("list")
@_rules_option
def list_(folder: Path | None) -> None:
    """List every rule: its id, its title, how certain it is and how far its source was checked."""
    page = Page(width(), wants_colour())
    file = ""
    for rule in load_rulebook(folder).rules.values():
        if rule.place.split(":")[0] != file:
            file = rule.place.split(":")[0]
            page.heading(file)
        page.bullets([f"{rule.id}: {rule.title} ({rule.certainty}, {rule.source_status})"], indent=0)
    click.echo(str(page), nl=False, color=True)


@rules.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_rules_option
def show(ids: tuple[str, ...], folder: Path | None) -> None:
    """Show rules whole: condition, effects, words, reason, certainty, sources and where they stand."""
    rulebook = load_rulebook(folder)
    for id_ in ids:
        if id_ not in rulebook.rules:
            hint = did_you_mean(id_, rulebook.rules) or "`recommender rules list` lists them."
            raise RulebookError(Problem("", f"there is no rule `{id_}`.", hint))
        click.echo(str(rule_page(rulebook, rulebook.rules[id_], width(), wants_colour())), color=True)


@rules.command()
@_rules_option
def check(folder: Path | None) -> None:
    """Check that a rulebook can be used, uses all it has, and is in plain words; tell every problem with its file, line and column."""
    from recommender.lint import lint
    from recommender.rulebook.loading import load_case_documents, load_documents

    rulebook = load_rulebook(folder, afresh=True)
    problems = lint(rulebook, load_documents(folder))
    load_case_documents(folder)
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"{_size(rulebook)}: {f'{len(problems)} to mend' if problems else 'no problem found'}.")
    click.echo(f"sha256 {rulebook.sha256}")
    if problems:
        sys.exit(1)


@rules.command()
@_rules_option
def test(folder: Path | None) -> None:
    """Run all cases: those of each rule, the whole people, and the evidence's table; tell how far they reach."""
    from recommender.cases import run_all

    results = run_all(folder)
    for failure in results.failures:
        click.echo(failure, err=True)
    for what, count in results.counts.items():
        click.echo(f"{what}: {count}")
    for reached in results.coverage:
        click.echo(str(reached))
        for name in reached.missed:
            click.echo(f"  not reached: {name}")
    click.echo(f"{sum(results.counts.values()) - len(results.failures)} passed, {len(results.failures)} failed")
    if results.failures or not results.covered:
        sys.exit(1)


def _size(rulebook: Rulebook) -> str:
    counts = {
        "rules": rulebook.rules,
        "movements": rulebook.movements,
        "exercises": rulebook.exercises,
        "sources": rulebook.sources,
    }
    return ", ".join(f"{len(found)} {name}" for name, found in counts.items())
