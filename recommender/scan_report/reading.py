"""The door: the bytes of a file in, proposals out; without files, a network or today's date."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from recommender.errors import ReportError
from recommender.rulebook.loading import load_report_documents, load_vocabulary
from recommender.scan_report.choosing import NO_BONE, choose
from recommender.scan_report.formats import contents
from recommender.scan_report.formats.budget import Budget, OverBudget
from recommender.scan_report.guards import ADULT, Machine
from recommender.scan_report.lexicon import Lexicon, read_lexicon
from recommender.scan_report.model import Content, Reading, Score
from recommender.scan_report.numbers import DATE, plain
from recommender.scan_report.prose import statements
from recommender.scan_report.scores import scores_of
from recommender.scan_report.statements import scores_of_statements
from recommender.scan_report.whole_report import against_all, against_conclusion, ages_of, sexes_of
from recommender.vocabulary import Field, Vocabulary

LARGEST = 20_000_000  # bytes


@cache
def lexicon_in_use() -> Lexicon:
    """Return the words and sentences of the shipped rulebook."""
    return read_lexicon(load_report_documents())


class Known(NamedTuple):
    """What a report is read by: the words of reports, and the fields of a person."""

    lexicon: Lexicon
    vocabulary: Vocabulary


def shipped() -> Known:
    """Return what comes with the program."""
    return Known(lexicon_in_use(), load_vocabulary())


def read_report(data: bytes, name: str, age: int | None = None, known: Known | None = None) -> Reading:
    """Read a report of a bone-density scan, and propose each number with its place and its doubts.

    `data` are the bytes of a PDF, a DICOM file (encapsulated PDF or structured report), an HL7 v2 message,
    FHIR as JSON, HTML or plain text; `name` is only passed on. `age` is what the person says, in years. It is
    read by what comes with the program, unless that is `known` already. No number is to be used before a
    person has confirmed it.

    Raises:
        ReportError: when nothing can be read, with one sentence on what to do.

    """
    known = known or shipped()
    lexicon = known.lexicon
    if len(data) > LARGEST:
        raise ReportError(lexicon.sentence("refusals.too_large", most=LARGEST // 1_000_000))
    try:
        budget = Budget()
        content = contents(data, lexicon, budget)._replace(is_damaged=budget.is_damaged)
        return _propose(content, name, age, known)
    except (OverBudget, RecursionError, MemoryError):
        raise ReportError(lexicon.sentence("refusals.too_much")) from None


def _propose(content: Content, name: str, age: int | None, by: Known) -> Reading:
    lexicon, fields = by.lexicon, by.vocabulary.fields
    texts = [plain(text) for _, text in content.lines]
    printed = [content.age] if content.age is not None else sorted(ages_of(texts, content.tables, lexicon))
    known = age if age is not None else next(iter(printed), None)
    is_hologic = any(lexicon.says("hologic", text) for text in texts)
    machine = Machine(is_hologic, sexes_of(texts, lexicon), known)
    by_table = scores_of(content.tables, lexicon, machine)
    in_tables = _dated_by_page(by_table.scores, content, lexicon)
    all_statements = [*content.statements, *statements(content.lines, lexicon)]
    scores = [*in_tables, *scores_of_statements(all_statements, in_tables, texts, lexicon, machine)]
    if any(score.kind == "t" and score.site.name != NO_BONE for score in scores):
        scores = [score for score in scores if score.site.name != NO_BONE]
    of_all = list(against_all(scores, printed, age, texts, lexicon))
    of_all += [lexicon.doubt("damaged")] if content.is_damaged else []
    of_all += [lexicon.doubt("unread")] if not all(table.is_clear for table in content.tables) else []
    of_t = [lexicon.doubt("under_50")] if known is not None and known < ADULT else []
    of_t += against_conclusion(texts, scores, lexicon)
    chosen = choose(scores, {"t": [*of_t, *of_all], "z": of_all}, content.pages, by.vocabulary, lexicon)
    notes = (
        *content.notes,
        *by_table.notes,
        *chosen.notes,
        *_beside(scores, by_table.means, known, fields, lexicon),
    )
    shown_age = printed[0] if len(printed) == 1 else None
    return Reading(name, content.kind, chosen.proposals, tuple(dict.fromkeys(notes)), shown_age)


def _dated_by_page(scores: Sequence[Score], content: Content, lexicon: Lexicon) -> list[Score]:
    """Return the scores with the day of their page, where a file has pages of several days."""
    days: dict[int, str] = {}
    for page, text in content.lines:
        if lexicon.says("scan_date", text) and (day := DATE.search(text)):
            days.setdefault(page, day[0])
    if len(set(days.values())) < 2:
        return list(scores)
    return [score if score.date else score._replace(date=days.get(score.page, "")) for score in scores]


def _beside(
    scores: Sequence[Score],
    means: Sequence[str],
    age: int | None,
    fields: Mapping[str, Field],
    lexicon: Lexicon,
) -> Iterator[str]:
    """Yield what is told beside the numbers: which scores are missing, and whether Z is asked for."""
    named = {(score.kind, score.site.name) for score in scores}
    bones = {field.id: field.label for field in fields.values()}
    for kind, site in sorted(named):
        if kind == "z" and ("t", site) not in named:
            bone = bones[f"z_{site}"].removesuffix(" Z-score")
            yield lexicon.note("z_only", bone=bone[:1].upper() + bone[1:])
    if means and not any(score.site.side for score in scores):
        yield from (lexicon.note("only_mean", bone=mean) for mean in means)
    if any(score.kind == "t" for score in scores):
        if age is None:
            yield lexicon.note("age_unknown")
        elif age < ADULT and not any(kind == "z" for kind, _ in named):
            yield lexicon.note("ask_z")
