"""`recommender batch`: a file of many people, every row answered or explained."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from recommender.cli.output import write
from recommender.cli.progress import Progress
from recommender.cli.reading import STATED, opened_cohort, reading_options, stated_in
from recommender.errors import CohortError, Problem
from recommender.rulebook import load_rulebook

if TYPE_CHECKING:
    from recommender.cohort.mapping.overrides import Overrides
    from recommender.cohort.model import Batch, Summary, Table
    from recommender.cohort.running import Run
    from recommender.cohort.scoring import Scoring
    from recommender.cohort.writing import Writer
    from recommender.rulebook import Rulebook


class _Request(NamedTuple):
    """What was asked for, apart from how the input is read."""

    target: str | None
    rejects: str | None
    report: str | None
    dry_run: bool
    limit: int | None
    max_reject_rate: float
    audit: int


@click.command()
@click.argument("source", metavar="IN")
@click.argument("target", metavar="[OUT]", required=False)
@reading_options
@click.option(
    "--save-mapping", metavar="FILE", help="Save all that is stated here, for the next file of the same kind."
)
@click.option("--show-mapping", is_flag=True, help="Show how the columns are understood, and stop.")
@click.option(
    "--rejects", metavar="FILE", help="Where rows go that cannot be answered.  [default: OUT.rejects.csv]"
)
@click.option("--report", metavar="FILE", help="Write a summary with plots, as one HTML page.")
@click.option("--dry-run", is_flag=True, help="Do everything but write.")
@click.option("--limit", metavar="ROWS", type=click.IntRange(min=1), help="Read only so many rows.")
@click.option(
    "--max-reject-rate",
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    default=1.0,
    help="Write nothing if more are rejected (0 to 1).",
)
@click.option(
    "--audit",
    metavar="ROWS",
    type=click.IntRange(min=0),
    default=0,
    help="Assess so many rows again, one by one, and compare.",
)
@click.option(
    "--engine",
    type=click.Choice(["polars", "spark"]),
    default="polars",
    show_default=True,
    help="Spark for folders of Parquet.",
)
@click.option("--master", metavar="URL", help="The master of a Spark cluster.  [default: local]")
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def batch(
    source: str, target: str | None, engine: str, master: str | None, rules: Path | None, **given: Any
) -> int:
    """Answer every row of a file of people, or say why not.

    IN is a CSV or TSV file (also .gz or .zst), Parquet, Excel, SAS (.xpt), Stata (.dta) or SPSS (.sav), or - for standard input.
    OUT is .csv, .tsv or .parquet, or - for standard output. It has every column of IN and the answers, in the same order.

        recommender batch clinic.csv answers.csv --report summary.html

    Rows that cannot be understood are in answers.rejects.csv, each with its line and the reason. Nothing is dropped or guessed.
    """
    from recommender.cohort.mapping.overrides import saved
    from recommender.cohort.mapping.result import mapping_report

    asked = _Request(target, *(given[name] for name in _Request._fields[1:]))
    book = load_rulebook(rules)
    stated = stated_in(given, book.vocabulary)
    _check_places(source, asked, given["save_mapping"], looking=given["show_mapping"] or engine == "spark")
    if given["save_mapping"] is not None and not asked.dry_run:
        write(saved(stated), given["save_mapping"])
    if engine == "spark":
        return _answer_on_cluster(source, asked, master or "local[*]", book, stated)
    if master is not None:
        raise click.UsageError("--master is for --engine spark.")
    with opened_cohort(source, given, stated, book.vocabulary, asked.limit) as begun:
        if given["show_mapping"]:
            click.echo("\n".join(begun.table.notes) + "\n")
            click.echo(mapping_report(begun.mapping), nl=False)
            return 3 if begun.mapping.questions else 0
        limited = (f"Only the first {asked.limit:,} rows were to be read (--limit).",) if asked.limit else ()
        return _answer(
            begun.scoring(book), begun.table, (*begun.mapping.notes, *limited), begun.batches, asked
        )


def _answer_on_cluster(
    source: str, asked: _Request, master: str, book: "Rulebook", stated: "Overrides"
) -> int:
    """Leave the work to Spark; what it cannot do here is refused and not passed over."""
    from recommender.cohort.cluster import answer_on_cluster

    given = click.get_current_context()
    alone = (*STATED, "save_mapping", "rules", "engine", "master", "source", "target")
    others = [
        name
        for name in given.params
        if name not in alone and given.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if others or asked.target is None:
        wrong = (
            f"--{others[0].replace('_', '-')} is not for --engine spark."
            if others
            else "OUT is missing: name a new folder."
        )
        raise click.UsageError(wrong)
    read, answered = answer_on_cluster(source, asked.target, master, book, stated)
    click.echo(
        f"{read:,} rows read, {answered:,} answered; the column `rejected` says why the others have no answer.",
        err=True,
    )
    click.echo(f"Answers: {asked.target}", err=True)
    return 0 if answered == read else 1


def _check_places(source: str, asked: _Request, mapping: str | None, looking: bool) -> None:
    """Refuse outputs that are missing or would write over the input or each other, before anything is written."""
    if asked.target is None and not asked.dry_run and not looking:
        raise click.UsageError(
            "OUT is missing: name a .csv, .tsv or .parquet file, or - for standard output; or use --dry-run."
        )
    if "-" in (asked.rejects, asked.report, mapping):
        raise click.UsageError(
            "--rejects, --report and --save-mapping need a file; only OUT can be - (standard output)."
        )
    named = {
        "OUT": asked.target,
        "the file of rejects": _rejects_place(asked),
        "--report": asked.report,
        "--save-mapping": mapping,
    }
    places = {"IN": _resolved(source)} if source != "-" else {}
    for name, text in named.items():
        if text is None or text == "-":
            continue
        place = _resolved(text)
        if name == "--report" and not place.parent.is_dir():
            raise CohortError(
                Problem(text, "there is no such folder.", "Make it, or name another: nothing was written.")
            )
        if clash := next((other for other, taken in places.items() if taken == place), None):
            raise CohortError(
                Problem(
                    text, f"{name} is the same file as {clash}.", "Name another file: nothing was written."
                )
            )
        places[name] = place


def _resolved(text: str) -> Path:
    try:
        return Path(text).resolve()
    except (OSError, RuntimeError):
        raise CohortError(
            Problem(text, "this place cannot be found: its links lead in a circle.", "Name another.")
        ) from None


def _answer(
    scoring: "Scoring", table: "Table", notes: tuple[str, ...], batches: Iterator["Batch"], asked: _Request
) -> int:
    """Run over all batches and put every output in its place, or none."""
    from recommender.cohort.audit import Audit
    from recommender.cohort.running import Run, Sinks
    from recommender.cohort.writing import NullWriter, open_writer
    from recommender.report.cohort import summary_page, summary_words

    book = scoring.evaluator.book
    answers: Writer = NullWriter() if asked.dry_run else open_writer(str(asked.target))
    rejects: Writer = NullWriter()
    try:
        place = _rejects_place(asked)
        rejects = NullWriter() if asked.dry_run or place is None else open_writer(place)
        run = Run(scoring, Sinks(answers, rejects), Audit(scoring, asked.audit))
        progress = Progress()
        run.over(batches, lambda batch: progress.show(run.counts.read, batch.done))
        progress.clear()
        summary = run.counts.summary(table.source, (*table.notes, *notes))
        _keep_rejects(rejects, place, asked, summary)
        _refuse_too_many(summary, place, asked)
        answers.finish()
        if asked.report is not None and not asked.dry_run:
            write(summary_page(summary, book), asked.report)
    except BrokenPipeError:  # whoever reads the answers has seen enough
        sys.stdout = None
        return 0
    finally:
        answers.abandon()
        rejects.abandon()
    click.echo(summary_words(summary, book), err=True, nl=False)
    _tell_places(run, place, asked, summary)
    return 1 if summary.rejected else 0


def _rejects_place(asked: _Request) -> str | None:
    """Return where rejects go: where it was said, or beside the answers."""
    if asked.rejects is not None or asked.target in (None, "-"):
        return asked.rejects
    target = Path(str(asked.target))
    return str(target.with_name(f"{target.stem}.rejects.csv"))


def _keep_rejects(rejects: "Writer", place: str | None, asked: _Request, summary: "Summary") -> None:
    """Keep the file of rejects where there are some, where one was asked for, or where an older one would mislead."""
    if place is not None and (summary.rejected or asked.rejects is not None or Path(place).exists()):
        rejects.finish()


def _refuse_too_many(summary: "Summary", place: str | None, asked: _Request) -> None:
    if summary.rejected > asked.max_reject_rate * summary.read:
        where = f" They are in {place}." if place is not None and not asked.dry_run else ""
        if asked.target not in (None, "-") and Path(str(asked.target)).exists():
            where += f" {asked.target} is from an earlier run."
        message = f"{summary.rejected:,} of {summary.read:,} rows are rejected, more than --max-reject-rate allows; no answers were written."
        raise CohortError(
            Problem(
                summary.source, message + where, "See --show-mapping for how the columns were understood."
            )
        )


def _tell_places(run: "Run", place: str | None, asked: _Request, summary: "Summary") -> None:
    if asked.dry_run:
        click.echo("Dry run: nothing was written.", err=True)
        return
    if asked.target != "-":
        click.echo(f"Answers: {asked.target}", err=True)
    if summary.rejected:
        click.echo(
            f"Rejects: {place}"
            if place
            else "Rejects: not written; --rejects FILE would name each with its reason.",
            err=True,
        )
    if asked.report is not None:
        click.echo(f"Report: {asked.report}", err=True)
    if asked.audit:
        click.echo(
            f"Audit: {run.audit.done:,} rows assessed again one by one, all with the same answers.", err=True
        )
