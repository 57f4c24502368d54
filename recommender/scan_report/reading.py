"""The door: the bytes of a file in, proposals out; without files, a network or today's date."""

from collections.abc import Iterator, Sequence
from functools import cache

from recommender.errors import ReportError
from recommender.language.numbers import UNIT
from recommender.rulebook.loading import load_report_documents, load_vocabulary
from recommender.scan_report.choosing import NO_BONE, choose
from recommender.scan_report.formats import contents
from recommender.scan_report.formats.budget import Budget, OverBudget
from recommender.scan_report.guards import ADULT, Machine
from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon, read_lexicon
from recommender.scan_report.model import SCORES, Content, Reading, Score, Site, Statement, Table
from recommender.scan_report.numbers import DATE, plain, read_number
from recommender.scan_report.prose import site_of, statements
from recommender.scan_report.scores import scores_of

LARGEST = 20_000_000  # bytes
_OSTEOPOROSIS, _OSTEOPENIA = -2_500, -1_000
_WORDS = ("osteoporosis", "osteopenia", "normal")  # worst first
_BORDER = 60
_YEARS_BACK = 12  # a report may be as old as that
_CONCLUSION_LINES = 6
_AROUND = 24, 14  # letters before and behind an age that say whose or of when it is
_AGES = range(5, 116)


@cache
def lexicon_in_use() -> Lexicon:
    """Return the words and sentences of the shipped rulebook."""
    return read_lexicon(load_report_documents())


def read_report(data: bytes, name: str, age: int | None = None) -> Reading:
    """Read a report of a bone-density scan, and propose each number with its place and its doubts.

    `data` are the bytes of a PDF, a DICOM file (encapsulated PDF or structured report), an HL7 v2 message,
    FHIR as JSON, HTML or plain text; `name` is only passed on. `age` is what the person says, in years. No
    number is to be used before a person has confirmed it.

    Raises:
        ReportError: when nothing can be read, with one sentence on what to do.

    """
    lexicon = lexicon_in_use()
    if len(data) > LARGEST:
        raise ReportError(lexicon.sentence("refusals.too_large", most=LARGEST // 1_000_000))
    try:
        budget = Budget()
        content = contents(data, lexicon, budget)._replace(is_damaged=budget.is_damaged)
    except (OverBudget, RecursionError, MemoryError):
        raise ReportError(lexicon.sentence("refusals.too_much")) from None
    return _propose(content, name, age, lexicon)


def _propose(content: Content, name: str, age: int | None, lexicon: Lexicon) -> Reading:
    texts = [plain(text) for _, text in content.lines]
    printed = [content.age] if content.age is not None else sorted(_ages(texts, content.tables, lexicon))
    known = age if age is not None else (printed[0] if printed else None)
    machine = Machine(any(lexicon.says("hologic", text) for text in texts), _sexes(texts, lexicon), known)
    found = scores_of(content.tables, lexicon, machine)
    in_tables = _dated_by_page(found.scores, content, lexicon)
    told = [*content.statements, *statements(content.lines, lexicon)]
    scores = [*in_tables, *_from_statements(told, in_tables, texts, lexicon)]
    if any(score.kind == "t" and score.site.name != NO_BONE for score in scores):
        scores = [score for score in scores if score.site.name != NO_BONE]
    notes = [*content.notes, *found.notes]
    against: dict[str, list[str]] = {kind: [] for kind in SCORES}
    for kind in SCORES:
        against[kind] += _against_all(scores, printed, age, lexicon)
        if any(lexicon.says("not_final", text) for text in texts):
            against[kind].append(lexicon.doubt("unverified"))
        if content.is_damaged:
            against[kind].append(lexicon.doubt("damaged"))
    if known is not None and known < ADULT:
        against["t"].append(lexicon.doubt("under_50"))
    against["t"] += _against_conclusion(texts, scores, lexicon)
    chosen = choose(scores, against, load_vocabulary(), lexicon)
    notes += [*chosen.notes, *_beside(scores, found.means, known, lexicon)]
    shown_age = printed[0] if len(printed) == 1 else None
    return Reading(name, content.kind, chosen.proposals, tuple(dict.fromkeys(notes)), shown_age)


def _ages(texts: Sequence[str], tables: Sequence[Table], lexicon: Lexicon) -> set[int]:
    """Return the ages that a report prints of its person; else those in a column of ages."""
    ages = set()
    for text in texts:
        for match in lexicon.patterns["age"].finditer(text):
            around = text[max(0, match.start() - _AROUND[0]) : match.end() + _AROUND[1]]
            if not lexicon.says("not_this_age", around):
                ages.add(int(match[1]))
    if ages:
        return ages & set(_AGES)
    column = [
        number.value // UNIT
        for table in tables
        for row in table.rows
        for place, cell in row.cells.items()
        if kind_of(table.headings[place], lexicon) == "age" and (number := read_number(cell.text))
    ]
    return {max(column)} if column else set()


def _dated_by_page(scores: Sequence[Score], content: Content, lexicon: Lexicon) -> list[Score]:
    """Return the scores with the day of their page, where a file has pages of several days."""
    days: dict[int, str] = {}
    for page, text in content.lines:
        if lexicon.says("scan_date", text) and (day := DATE.search(text)):
            days.setdefault(page, day[0])
    if len(set(days.values())) < 2:
        return list(scores)
    return [score if score.date else score._replace(date=days.get(score.page, "")) for score in scores]


def _sexes(texts: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Return the sexes whose reference the scores may be of: for a man, either."""
    is_female = any(lexicon.says("female", text) for text in texts)
    is_male = any(lexicon.says("male", text) for text in texts)
    return ("female",) if is_female and not is_male else ("female", "male")


def _from_statements(
    told: Sequence[Statement], in_tables: Sequence[Score], texts: Sequence[str], lexicon: Lexicon
) -> Iterator[Score]:
    """Yield the scores that sentences and coded results tell; those of a sentence are always doubted."""
    for statement in told:
        number = read_number(statement.number)
        if number is None or abs(number.value) > 8 * UNIT:
            continue
        site, _ = site_of(statement.about, lexicon)
        doubts = [lexicon.doubt(key) for key in statement.doubts]
        if not statement.place:
            doubts.append(lexicon.doubt("from_text"))
            if (
                site
                and site.name == "lumbar_spine"
                and any(lexicon.says("excluded_vertebrae", text) for text in texts)
            ):
                doubts.append(lexicon.doubt("excluded"))
        if site is None:
            if statement.kind == "z":
                continue
            site = Site(NO_BONE)
            doubts.append(lexicon.doubt("no_bone"))
        if site.part:
            doubts.append(lexicon.doubt("part_of_spine", part=site.part))
        if statement.kind == "t" and number.value > 0:
            doubts.append(lexicon.doubt("lone_plus"))
        if number.value > UNIT:
            doubts.append(lexicon.doubt("rare"))
        if not statement.place and _is_known(statement.kind, site, number.value, in_tables):
            continue
        yield Score(
            statement.kind,
            site,
            number.value,
            statement.number,
            statement.page,
            "",
            statement.about.strip(),
            statement.place,
            statement.text,
            tuple(dict.fromkeys(doubts)),
            statement.date,
        )


def _is_known(kind: str, site: Site, value: int, in_tables: Sequence[Score]) -> bool:
    """Say whether a sentence only repeats what a table says."""
    return any((score.kind, score.site.name, score.value) == (kind, site.name, value) for score in in_tables)


def _against_all(
    scores: Sequence[Score], printed: Sequence[int], age: int | None, lexicon: Lexicon
) -> Iterator[str]:
    """Yield what the whole report says against each of its numbers."""
    if scores and not any(score.value < 0 for score in scores):
        yield lexicon.doubt("no_minus")
    if len(printed) > 1 and printed[-1] - printed[0] > 1:
        yield lexicon.doubt("two_people")
    elif printed and age is not None and not age - _YEARS_BACK <= printed[0] <= age + 1:
        yield lexicon.doubt("age_differs", printed=printed[0], age=age)


def _against_conclusion(texts: Sequence[str], scores: Sequence[Score], lexicon: Lexicon) -> Iterator[str]:
    """Yield a doubt where the words of the conclusion do not go with the lowest T-score that was read."""
    values = [score.value for score in scores if score.kind == "t" and not score.date]
    values = values or [score.value for score in scores if score.kind == "t"]
    words = _concluding_words(texts, lexicon)
    if not values or not words:
        return
    lowest = min(values)
    if min(abs(lowest - border) for border in (_OSTEOPOROSIS, _OSTEOPENIA)) <= _BORDER:
        return
    fits = _WORDS[(lowest > _OSTEOPOROSIS) + (lowest >= _OSTEOPENIA)]
    if words[0] != fits:
        yield lexicon.doubt("conclusion", word=words[0])


def _concluding_words(texts: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Return what the conclusion calls the bones, worst first: in its line and the few that follow."""
    words: set[str] = set()
    left = 0
    for text in texts:
        begins = lexicon.patterns["conclusion.begins"].match(text)
        left = _CONCLUSION_LINES if begins else left - 1
        left = 0 if lexicon.says("conclusion.ends", text) else left
        defines = lexicon.says("definitions", text) and lexicon.says("headings.t", text)
        if left <= 0 or defines or lexicon.says("conclusion.denials", text):
            continue
        words |= {
            word
            for word in _WORDS
            if lexicon.says(f"conclusion.{word}", text[begins.end() :] if begins else text)
        }
    return [word for word in _WORDS if word in words]


def _beside(
    scores: Sequence[Score], means: Sequence[str], age: int | None, lexicon: Lexicon
) -> Iterator[str]:
    """Yield what is told beside the numbers: which scores are missing, and whether Z is asked for."""
    named = {(score.kind, score.site.name) for score in scores}
    bones = {field.id: field.label for field in load_vocabulary().fields.values()}
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
