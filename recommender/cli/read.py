"""`recommender read`: a report of a scan proposes numbers, and a person confirms each."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.interrupts import raised_after
from recommender.cli.output import width, write
from recommender.cli.person import is_at_terminal
from recommender.cli.profile_file import KeptProfile, read_answers
from recommender.errors import ProfileError, ReportError, visible
from recommender.language.meaning import Value
from recommender.language.numbers import UNIT
from recommender.rulebook import load_vocabulary
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import read_answer, write_answer
from recommender.vocabulary.keeping import PRACTICE
from recommender.vocabulary.profile import read_profile

if TYPE_CHECKING:
    from recommender.scan_report import Proposal, Reading
    from recommender.scan_report.lexicon import Lexicon

_SECONDS = 5.0
_NOTHING_READ = 1


@click.command()
@click.argument("file", metavar="REPORT")
@click.option("--age", type=click.IntRange(18, 110), metavar="YEARS", help="How old you are.")
@click.option("--save", metavar="FILE", help="Keep the numbers that you confirm in a profile.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the proposals.",
)
def read(file: str, age: int | None, save: str | None, format_: str) -> int:
    """Read the report of a scan, and propose its numbers for you to confirm.

    REPORT is a PDF, a DICOM file, HL7 v2, FHIR as JSON, a web page or plain text.
    Doubtful numbers come first. At a terminal each number is asked about; nothing counts before you have
    compared it with the report:

        recommender read report.pdf --age 61 --save me.yaml

    Exit code 1: no number could be read. 2: the file cannot be read as a report.
    """
    asks = is_at_terminal() and format_ == "text"
    if save is not None and not asks:
        raise click.UsageError("--save keeps what somebody confirms: it needs a terminal to ask at.")
    vocabulary = load_vocabulary()
    profile = KeptProfile(save, vocabulary, date.today()) if save is not None else None
    reading, lexicon = _reading(file, age)
    if format_ == "json":
        write(json.dumps(reading.to_dict(), ensure_ascii=False, indent=2) + "\n", None)
    elif asks and reading.proposals:
        confirmed = _confirm(reading, vocabulary, lexicon)
        _keep(profile, save, confirmed, age, lexicon)
    else:
        _say(_page(reading, vocabulary, lexicon, age))
    return 0 if reading.proposals else _NOTHING_READ


def _reading(file: str, age: int | None) -> "tuple[Reading, Lexicon]":
    from recommender.scan_report.formats.budget import OverBudget
    from recommender.scan_report.reading import LARGEST, lexicon_in_use, read_report

    try:
        with Path(file).open("rb") as report:
            data = report.read(LARGEST + 1)
    except OSError as error:
        raise ReportError(f"{visible(file)}: this file cannot be read: {error.strerror}.") from None
    lexicon = lexicon_in_use()
    try:
        with raised_after(_SECONDS, OverBudget):
            return read_report(data, file, age), lexicon
    except OverBudget:  # the alarm rang just outside of what catches it
        raise ReportError(lexicon.sentence("refusals.too_much")) from None


def _page(reading: "Reading", vocabulary: Vocabulary, lexicon: "Lexicon", age: int | None) -> Iterator[str]:
    """Yield the proposals, doubtful ones first, what was left out, and what to type next."""
    if not reading.proposals:
        yield lexicon.sentence("asking.nothing")
    else:
        yield lexicon.sentence("asking.title")
    for proposal in reading.proposals:
        yield ""
        yield from _proposed(proposal, vocabulary.fields[proposal.field], lexicon)
    yield from _notes(reading)
    sure = {proposal.field: proposal.value for proposal in reading.proposals if not proposal.doubts}
    if sure:
        yield ""
        yield lexicon.sentence("asking.next")
        yield _command(sure, age)
    if len(sure) < len(reading.proposals):
        yield ""
        yield lexicon.sentence("asking.next_doubtful")


def _proposed(proposal: "Proposal", field: Field, lexicon: "Lexicon") -> Iterator[str]:
    """Yield the doubts about a number, the number, and where it stands."""
    from recommender.scan_report.places import where_printed

    for doubt in proposal.doubts:
        yield lexicon.sentence("asking.doubt", doubt=doubt)
    yield lexicon.sentence("asking.number", label=_capital(field.label), value=proposal.value)
    yield lexicon.sentence("asking.where", where=where_printed(proposal, lexicon))
    yield lexicon.sentence("asking.printed", snippet=proposal.snippet)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _notes(reading: "Reading") -> Iterator[str]:
    if reading.notes:
        yield ""
        yield from reading.notes


def _command(values: Mapping[str, str], age: int | None) -> str:
    options = [f"--{name.replace('_', '-')} {value}" for name, value in values.items()]
    return " ".join(["  recommender assess", *options, *([f"--age {age}"] if age is not None else [])])


def _confirm(reading: "Reading", vocabulary: Vocabulary, lexicon: "Lexicon") -> dict[str, Value]:
    """Ask about each number; return those that somebody says stand there."""
    _say([lexicon.sentence("asking.title"), *_notes(reading)])
    confirmed: dict[str, Value] = {}
    for proposal in reading.proposals:
        field = vocabulary.fields[proposal.field]
        _say(["", *_proposed(proposal, field, lexicon), lexicon.sentence("asking.question")])
        answer = click.prompt(
            lexicon.sentence("asking.choices"),
            type=click.Choice(["yes", "y", "no", "n", "not sure"], case_sensitive=False),
            default="not sure",
            show_choices=False,
            show_default=False,
            prompt_suffix=" ",
        )
        value: Value | None = None
        if answer in ("yes", "y"):
            value = read_answer(field, proposal.signed, field.label)
        elif answer in ("no", "n"):
            value = _typed(field, lexicon)
        if value is not None:
            confirmed[field.id] = value
    return confirmed


def _typed(field: Field, lexicon: "Lexicon") -> Value | None:
    """Ask for the number that stands there until it can be read, or is left out."""
    while True:
        text = click.prompt(
            lexicon.sentence("asking.type_it"), default="", show_default=False, prompt_suffix=" "
        )
        try:
            return read_answer(field, text, field.label)
        except ProfileError as error:
            _say(map(str, error.problems))


def _keep(
    profile: KeptProfile | None,
    file: str | None,
    confirmed: Mapping[str, Value],
    age: int | None,
    lexicon: "Lexicon",
) -> None:
    """Keep what was confirmed beside the answers in the file, or say the command that has it."""
    vocabulary = load_vocabulary()
    if not confirmed:
        _say(["", lexicon.sentence("asking.none_confirmed")])
    elif profile is None:
        written = {name: write_answer(vocabulary.fields[name], value) for name, value in confirmed.items()}
        _say(["", lexicon.sentence("asking.confirmed"), _command(written, age)])
    else:
        own_age = {"age": age * UNIT} if age is not None else {}
        problem = profile.write({**_earlier(profile, vocabulary), **own_age, **confirmed})
        if problem:
            raise problem
        name = visible(str(file))
        _say(["", lexicon.sentence("asking.saved", count=len(confirmed), file=name)])
        _say([f"  recommender assess --profile {shlex.quote(name)}"])


def _earlier(profile: KeptProfile, vocabulary: Vocabulary) -> dict[str, Value]:
    """Return the answers that stand in the file already."""
    if not profile.exists:
        return {}
    answers = {
        name: (raw, place) for name, (raw, place) in read_answers(profile.file).items() if name != PRACTICE
    }
    raws = {name: raw for name, (raw, _) in answers.items()}
    places = {name: place for name, (_, place) in answers.items()}
    return dict(read_profile(vocabulary, raws, places, profile.as_of).answered)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        is_command = line.startswith("  recommender ")
        shown = visible(line)
        click.echo(shown if is_command else click.wrap_text(shown, width()))
