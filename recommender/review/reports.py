"""Import of a folder of scan reports: each is a person whose numbers wait to be confirmed at the desk."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from recommender.errors import Problem, ReportError, ReviewError, visible
from recommender.review.models import Doubt, Entered, LeftOut
from recommender.review.short_plan import ShortPlans
from recommender.rulebook.model import Rulebook
from recommender.scan_report import Reading, read_report
from recommender.scan_report.places import where_printed
from recommender.scan_report.reading import LARGEST, Known, lexicon_in_use

_AT_ONCE = 20
_PARQUET = "*.parquet"


def is_folder_of_reports(source: str) -> bool:
    """Say whether a folder is read as scan reports; one with Parquet files is a cohort."""
    folder = Path(source)
    return folder.is_dir() and next(folder.glob(_PARQUET), None) is None


class Reports:
    """Reads the reports in a folder; no number of them is an answer before somebody has confirmed it."""

    shown: Sequence[str] = ()
    left_out: Sequence[LeftOut] = ()
    rounding: Sequence[str] = ()

    def __init__(self, folder: str, book: Rulebook) -> None:
        """Prepare to read.

        Raises:
            ReviewError: where the folder holds no file.

        """
        self.book = book
        self._files = sorted(
            file for file in Path(folder).iterdir() if file.is_file() and not file.name.startswith(".")
        )
        if not self._files:
            hint = "Put scan reports into it."
            raise ReviewError(Problem(folder, "there is no file in this folder.", hint))
        self._known = Known(lexicon_in_use(), book.vocabulary)
        self._plan = ShortPlans(book, *self.digits).of_nobody_known
        self.read = self.in_doubt = 0

    @property
    def digits(self) -> tuple[list[str], list[str]]:
        """Return the movements and the rules, in the order of the digits."""
        return list(self.book.movements), list(self.book.rules)

    @property
    def note(self) -> str:
        """Say what identifies people."""
        return "Each report is a person, found by the name of the file."

    def batches(self) -> Iterator[list[Entered]]:
        """Yield the people of some reports at a time, in the order of their names."""
        for start in range(0, len(self._files), _AT_ONCE):
            part = self._files[start : start + _AT_ONCE]
            yield [self._person(file, start + place) for place, file in enumerate(part, 1)]

    def _person(self, file: Path, line: int) -> Entered:
        doubts, notes = self._doubts(file)
        self.read += 1
        self.in_doubt += 1
        printed = {doubt.column: doubt.cell for doubt in doubts if doubt.column}
        beside = {self.book.phrase("desk.reports.beside"): " ".join(notes)} if notes else {}
        name, given = visible(file.name), {**printed, **beside}
        return Entered(name, line, {}, given, printed, self._plan, doubts=doubts)

    def _doubts(self, file: Path) -> tuple[list[Doubt], Sequence[str]]:
        """Return the numbers of a report as what is in doubt, and what is to be known beside them."""
        try:
            with file.open("rb") as report:
                reading = read_report(report.read(LARGEST + 1), file.name, None, self._known)
        except OSError as error:
            return [Doubt("", "", f"This file cannot be read: {error.strerror}.")], ()
        except ReportError as error:
            return [Doubt("", "", str(error))], ()
        proposed = [*self._scores(reading), *self._age(reading)]
        nothing = Doubt("", "", self._known.lexicon.sentence("asking.nothing"))
        return proposed or [nothing], reading.notes

    def _scores(self, reading: Reading) -> Iterator[Doubt]:
        for proposal in reading.proposals:
            reason = " ".join((f"{where_printed(proposal, self._known.lexicon)}.", *proposal.doubts))
            yield Doubt(
                self.book.vocabulary.fields[proposal.field].label,
                proposal.printed,
                reason[:1].upper() + reason[1:],
                proposal.field,
                proposal.signed,
                proposal.cutout,
            )

    def _age(self, reading: Reading) -> Iterator[Doubt]:
        if reading.age is not None:
            label, age = self.book.vocabulary.fields["age"].label, str(reading.age)
            yield Doubt(label, age, self.book.phrase("desk.reports.age"), "age", age)
