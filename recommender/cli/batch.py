"""`recommender batch`: a file of many people, every row answered or explained."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from recommender.cli.interrupts import ended_like_control_c
from recommender.cli.output import write
from recommender.cli.progress import Progress, SizeForecast
from recommender.cli.reading import STATED, opened_cohort, reading_options, stated_in
from recommender.cli.rulebook import rulebook_in_use
from recommender.documents.atomic import leftovers
from recommender.errors import CohortError, Problem, did_you_mean

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
    columns: str | None
    brief: bool

    @property
    def answers(self) -> tuple[str, ...]:
        """The answer columns that were asked for."""
        from recommender.cohort.answer_columns import BRIEF, COLUMNS

        if self.brief:
            return BRIEF
        names = [name.strip() for name in self.columns.split(",")] if self.columns is not None else COLUMNS
        for name in names:
            if name not in COLUMNS:
                hint = did_you_mean(name, COLUMNS) or f"Known: {', '.join(COLUMNS)}."
                raise click.UsageError(f"--columns: {name!r} is no answer column. {hint}")
        return tuple(dict.fromkeys(names))


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
@click.option("--columns", metavar="NAME,…", help="Write only these answer columns.")
@click.option(
    "--brief", is_flag=True, help="Write a short answer: risk_tier, clearance, avoid, start_with, referral."
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
    source: str, target: str | None, engine: str, master: str | None, rules: Path | None, **options: Any
) -> int:
    """Answer every row of a file of people, or say why not.

    IN is a CSV or TSV file (also .gz or .zst), Parquet, Excel, JSON lines, Feather, SAS (.xpt), Stata (.dta)
    or SPSS (.sav), or - for standard input. OUT is .csv, .tsv (also .gz or .zst), .parquet or .xlsx, or - for
    standard output. It has every column of IN and the answers, in the same order.

        recommender batch clinic.csv answers.csv --report summary.html

    Rows that cannot be understood are in answers.rejects.csv, each with its line and the reason. Nothing is
    dropped or guessed.
    """
    from recommender.cohort.mapping.overrides import saved
    from recommender.cohort.mapping.result import mapping_report

    request = _Request(target, *(options[name] for name in _Request._fields[1:]))
    book = rulebook_in_use(rules)
    overrides = stated_in(options, book.vocabulary)
    if request.brief and request.columns is not None:
        raise click.UsageError("--brief and --columns exclude each other.")
    answers = request.answers
    _check_places(
        source, request, options["save_mapping"], looking=options["show_mapping"] or engine == "spark"
    )
    if options["save_mapping"] is not None and not request.dry_run:
        write(saved(overrides), options["save_mapping"])
    if engine == "spark":
        return _answer_on_cluster(source, request, master or "local[*]", book, overrides)
    if master is not None:
        raise click.UsageError("--master is for --engine spark.")
    with (
        ended_like_control_c(),  # around the file: closing what is being read may fail in its own way
        opened_cohort(source, options, overrides, book.vocabulary, request.limit) as opened,
    ):
        if options["show_mapping"]:
            click.echo("\n".join((*opened.table.notes, *opened.shape_notes)) + "\n")
            click.echo(mapping_report(opened.mapping), nl=False)
            return 3 if opened.mapping.questions else 0
        limited = (
            (f"Only the first {request.limit:,} rows were to be read (--limit).",) if request.limit else ()
        )
        _tell_leftovers(request)
        return _answer(
            opened.scoring(book, answers),
            opened.table,
            (*opened.shape_notes, *opened.mapping.notes, *limited),
            opened.batches,
            request,
        )


def _answer_on_cluster(
    source: str, request: _Request, master: str, book: "Rulebook", overrides: "Overrides"
) -> int:
    """Leave the work to Spark; what it cannot do here is refused and not passed over."""
    from recommender.cohort.cluster import answer_on_cluster

    context = click.get_current_context()
    alone = (*STATED, "save_mapping", "rules", "engine", "master", "source", "target")
    others = [
        name
        for name in context.params
        if name not in alone and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if others or request.target is None:
        wrong = (
            f"--{others[0].replace('_', '-')} is not for --engine spark."
            if others
            else "OUT is missing: name a new folder."
        )
        raise click.UsageError(wrong)
    read, answered = answer_on_cluster(source, request.target, master, book, overrides)
    click.echo(
        f"{read:,} rows read, {answered:,} answered; "
        "the column `rejected` says why the others have no answer.",
        err=True,
    )
    click.echo(f"Answers: {request.target}", err=True)
    return 0 if answered == read else 1


def _check_places(source: str, request: _Request, mapping: str | None, looking: bool) -> None:
    """Refuse outputs that are missing or would overwrite the input or each other."""
    if request.target is None and not request.dry_run and not looking:
        raise click.UsageError(
            "OUT is missing: name a .csv, .tsv, .parquet or .xlsx file, or - for standard output; "
            "or use --dry-run."
        )
    if "-" in (request.rejects, request.report, mapping):
        raise click.UsageError(
            "--rejects, --report and --save-mapping need a file; only OUT can be - (standard output)."
        )
    named = {
        "OUT": request.target,
        "the file of rejects": _rejects_place(request),
        "the file of the rulebook": _beside(request.target, "rulebook.txt"),
        "--report": request.report,
        "--save-mapping": mapping,
    }
    places = {"IN": _resolved(source)} if source != "-" else {}
    for name, text in named.items():
        if text is None or text == "-":
            continue
        path = _resolved(text)
        if name == "--report" and not path.parent.is_dir():
            raise CohortError(
                Problem(text, "there is no such folder.", "Make it, or name another: nothing was written.")
            )
        if clash := next((other for other, taken in places.items() if taken == path), None):
            raise CohortError(
                Problem(
                    text, f"{name} is the same file as {clash}.", "Name another file: nothing was written."
                )
            )
        places[name] = path


def _resolved(text: str) -> Path:
    try:
        return Path(text).resolve()
    except (OSError, RuntimeError):
        raise CohortError(
            Problem(text, "this place cannot be found: its links lead in a circle.", "Name another.")
        ) from None


def _answer(
    scoring: "Scoring", table: "Table", notes: tuple[str, ...], batches: Iterator["Batch"], request: _Request
) -> int:
    """Run over all batches and put every output in its place, or none."""
    from recommender.cohort.audit import Audit
    from recommender.cohort.running import Run, Sinks
    from recommender.cohort.writing import NullWriter, open_writer
    from recommender.report.cohort import summary_page, summary_words

    book = scoring.evaluator.book
    answers: Writer = NullWriter() if request.dry_run else open_writer(str(request.target))
    rejects: Writer = NullWriter()
    try:
        path = _rejects_place(request)
        rejects = NullWriter() if request.dry_run or path is None else open_writer(path)
        run = Run(scoring, Sinks(answers, rejects), Audit(scoring, request.audit))
        progress = Progress()
        size = SizeForecast()

        def after(batch: "Batch") -> None:
            progress.show(run.counts.read, batch.done)
            size.tell(answers.size, batch.done)

        run.over(batches, after)
        progress.clear()
        summary = run.counts.summary(table.source, (*table.notes, *notes))
        _keep_rejects(rejects, path, request, summary)
        _refuse_too_many(summary, path, request)
        answers.finish()
        if not request.dry_run and (note := _beside(request.target, "rulebook.txt")):
            write(f"rulebook {book.version}\nsha256 {book.sha256}\n", note)
        if request.report is not None and not request.dry_run:
            write(summary_page(summary, book), request.report)
    except BrokenPipeError:  # whoever reads the answers has seen enough
        sys.stdout = None
        return 0
    finally:
        answers.abandon()
        rejects.abandon()
    click.echo(summary_words(summary, book), err=True, nl=False)
    _tell_places(run, path, request, summary)
    return 1 if summary.rejected else 0


def _rejects_place(request: _Request) -> str | None:
    """Return where rejects go: where it was said, or beside the answers."""
    if request.rejects is not None or request.target in (None, "-"):
        return request.rejects
    return _beside(request.target, "rejects.csv")


def _beside(target: str | None, ending: str) -> str | None:
    """Return the name of a file beside the answers; nothing beside standard output."""
    if target in (None, "-"):
        return None
    path = Path(str(target))
    stem = Path(path.stem).stem if path.suffix in (".gz", ".zst") else path.stem
    return str(path.with_name(f"{stem}.{ending}"))


def _tell_leftovers(request: _Request) -> None:
    """Name what an earlier run left behind that was killed: it holds what people told."""
    for place in (request.target, _rejects_place(request)):
        for file in leftovers(Path(place)) if place not in (None, "-") else ():
            click.echo(
                f"Left over from a run that was killed: {file}. Delete it, unless that run still goes on.",
                err=True,
            )


def _keep_rejects(rejects: "Writer", path: str | None, request: _Request, summary: "Summary") -> None:
    """Keep the rejects file if there are rejects, it was asked for, or an older one would mislead."""
    if path is not None and (summary.rejected or request.rejects is not None or Path(path).exists()):
        rejects.finish()


def _refuse_too_many(summary: "Summary", path: str | None, request: _Request) -> None:
    if summary.rejected > request.max_reject_rate * summary.read:
        where = f" They are in {path}." if path is not None and not request.dry_run else ""
        if request.target not in (None, "-") and Path(str(request.target)).exists():
            where += f" {request.target} is from an earlier run."
        rejected = f"{summary.rejected:,} of {summary.read:,} rows are rejected"
        message = f"{rejected}, more than --max-reject-rate allows; no answers were written."
        raise CohortError(
            Problem(
                summary.source, message + where, "See --show-mapping for how the columns were understood."
            )
        )


def _tell_places(run: "Run", path: str | None, request: _Request, summary: "Summary") -> None:
    if request.dry_run:
        click.echo("Dry run: nothing was written.", err=True)
        return
    if request.target != "-":
        click.echo(f"Answers: {request.target}", err=True)
    if summary.rejected:
        click.echo(
            f"Rejects: {path}"
            if path
            else "Rejects: not written; --rejects FILE would name each with its reason.",
            err=True,
        )
    if request.report is not None:
        click.echo(f"Report: {request.report}", err=True)
    if request.audit:
        click.echo(
            f"Audit: {run.audit.done:,} rows assessed again one by one, all with the same answers.", err=True
        )
