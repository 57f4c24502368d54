"""The sheet to print: nothing of safety is lost on it, and it is two pages that are easy to read."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recommender.authoring.readability import grade, sentences
from recommender.person.assessment import Assessment
from recommender.report.exercises import serious_checks
from recommender.report.screen.safety import open_emergencies, open_questions
from recommender.report.screen.week import left_out
from recommender.rulebook.scales import Clearance
from recommender.sheet.content import sheet_of
from recommender.sheet.files import sheet_file
from recommender.sheet.fitting import fits
from recommender.sheet.html import sheet_as_html
from recommender.sheet.model import PAPERS, Blanks, Cards, Items, Lines, Sheet
from tests.conftest import Run
from tests.people import COMMENTER, assessed, book
from tests.test_screen import some_people

TODAY = date(2026, 11, 27)
BARE = {"t_score": "-3.9", "age": "54"}
HOLD = {"t_score": "-2.6", "age": "61", "new_back_pain": "yes"}
EMERGENCY = {**BARE, "saddle_numbness": "yes"}
LED = {"age": "72", "t_lumbar_spine": "-2.8", "vertebral_fractures": "1", "vertebral_fracture_months": "1.5"}
FIVE = (
    BARE,
    {"age": "78", "sex": "female", "menopause": "post", "t_total_hip": "-2.9", "vertebral_fractures": "3",
     "vertebral_fracture_months": "14", "spine_imaged": "yes"},
    {"age": "45", "sex": "male", "t_lumbar_spine": "-2.6", "t_total_hip": "-1.9", "z_lumbar_spine": "-2.3",
     "glucocorticoid_mg": "10", "glucocorticoid_months": "6"},
    {"age": "85", "sex": "female", "menopause": "post", "t_total_hip": "-2.9", "activity": "sedentary"},
    {"age": "60", "sex": "female", "menopause": "post", "t_lumbar_spine": "+0.4", "t_total_hip": "0.1",
     "activity": "regular", "vertebral_fractures": "0"},
)  # fmt: skip


def sheet(assessment: Assessment, paper: str = "a4", large_print: bool = False) -> Sheet:
    return sheet_of(assessment, paper, large_print, TODAY)


def texts(sheet: Sheet, section: str = "") -> Iterator[str]:
    """Yield all that stands on paper, or in one section of it."""
    for page in sheet.pages:
        for each in page.sections:
            if section not in ("", each.name):
                continue
            yield each.title
            for part in each.parts:
                match part:
                    case Lines(lines):
                        yield from lines
                    case Items(items):
                        yield from (f"{item.head} {item.text}".strip() for item in items)
                    case Cards(cards):
                        for card in cards:
                            yield from (card.title, *card.texts)
                            yield from (*card.steps, *card.more) if card.written_out else ()
                    case Blanks(labels, ticked):
                        yield from (*labels, ticked)


def safety_of(assessment: Assessment) -> Iterator[str]:
    """Yield every sentence of safety that somebody has to be told."""
    yield from (rule.refer.say for rule in assessment.referrals if rule.refer)
    yield from (rule.say for rule in assessment.clearance_rules)
    if assessment.clearance is Clearance.EMERGENCY:
        return
    yield from open_emergencies(assessment)
    for question in open_questions(assessment):
        yield from question.says
    if assessment.offers:
        yield from assessment.rulebook.stop
    yield from (rule.caution for rule in assessment.cautions)
    if assessment.clearance.has_plan:
        yield from assessment.rulebook.always
        for movements in left_out(assessment):
            yield from movements
    if assessment.clearance is Clearance.CLEAR:
        chosen = [assessment.offer(plan.start_with) for plan in assessment.week]
    else:
        chosen = list(assessment.offers)
    fields = assessment.rulebook.vocabulary.fields
    for offer in filter(None, chosen):
        yield offer.start.dose
        yield from (fields[name].check for name in serious_checks(offer.start.check_first))


def lost(assessment: Assessment) -> list[str]:
    """Return what of safety is not on a sheet, in print of either size."""
    missing = []
    for large_print in (False, True):
        text = "\n".join(texts(sheet(assessment, large_print=large_print)))
        missing += [sentence for sentence in safety_of(assessment) if sentence not in text]
    return missing


def too_long(assessment: Assessment) -> list[tuple[str, str, int]]:
    """Return the papers on which a sheet is longer than two pages."""
    made = [sheet(assessment, paper) for paper in PAPERS]
    return [
        (assessment.clearance.value, each.paper, number)
        for each in made
        for number, page in enumerate(each.pages)
        if not fits(page, each.paper, titled=not number) or number > 1
    ]


def test_nothing_of_safety_is_lost_on_a_sheet_and_it_fits_two_pages() -> None:
    people = list(some_people(cases=30, made_up=20))

    assert {person.clearance for person in people} == set(Clearance)
    assert [missing for person in people if (missing := lost(person))] == []
    assert [long for person in people if (long := too_long(person))] == []


@pytest.mark.heavy
def test_so_it_is_for_many_people_of_the_cases_and_as_many_made_up_ones() -> None:
    people = list(some_people(cases=3, made_up=115))

    assert [missing for person in people if (missing := lost(person))] == []
    assert [long for person in people if (long := too_long(person))] == []


def test_the_web_page_and_the_paper_say_the_same() -> None:
    for answers in (BARE, HOLD, LED, EMERGENCY):
        made = sheet(assessed(**answers))
        page = " ".join(unescape(re.sub("<[^>]+>", " ", sheet_as_html(book(), made))).split())

        assert [text for text in texts(made) if text.replace(" %", "\N{NO-BREAK SPACE}%") not in page] == []


def test_an_emergency_says_what_to_do_now_and_names_no_exercise() -> None:
    text = "\n".join(texts(sheet(assessed(**EMERGENCY))))

    assert "Get emergency help now." in text
    assert "Now: Go to an emergency department now" in text
    assert [exercise.name for exercise in book().exercises.values() if exercise.name in text] == []
    assert len(text.split()) < 150


def test_a_pause_is_one_page_and_names_only_what_may_be_done() -> None:
    assessment = assessed(**HOLD)
    made = sheet(assessment)
    text = "\n".join(texts(made))

    assert len(made.pages) == 1
    places = [text.index(words) for words in ("Pause exercise", "See a doctor", "What you may do until then")]
    assert places == sorted(places)
    allowed = {offer.exercise.name for offer in assessment.offers}
    assert {exercise.name for exercise in book().exercises.values() if exercise.name in text} <= allowed


def test_whoever_is_led_reads_first_whom_to_ask() -> None:
    first, second = sheet(assessed(**LED)).pages

    assert [section.name for section in first.sections][:2] == ["means", "whom"]
    assert "week" in [section.name for section in second.sections]


def test_what_is_to_be_read_first_is_there_to_be_read() -> None:
    assessment = assessed(**BARE)
    asked = assessment._replace(findings=assessment.findings._replace(possible=assessment.findings.fired))

    assert not asked.open_clearance_rules
    for each in (assessment, asked):
        made = sheet(each)
        assert (book().phrase("sheet.read_first") in texts(made)) == any(texts(made, "before"))


@pytest.mark.parametrize("answers", FIVE, ids=["54", "78", "45", "85", "60"])
def test_a_sheet_is_as_easy_to_read_as_a_child_of_twelve_needs(answers: dict[str, str]) -> None:
    made = sheet(assessed(**answers))
    about = set(texts(made, "about"))
    read = [each for text in texts(made) if text not in about for each in sentences(text)]
    grades = [grade(each, book().plain_words.familiar) for each in read]

    assert sum(grades) / len(grades) <= 6


def test_large_print_has_everything_in_letters_of_eighteen_points() -> None:
    made = sheet(assessed(**BARE), large_print=True)
    (page,) = made.pages

    assert page.size == 18
    sections = [section for page in sheet(assessed(**BARE)).pages for section in page.sections]
    for section in sections[:-1]:  # the last is about the sheet
        assert set(texts(sheet(assessed(**BARE)), section.name)) <= set(texts(made, section.name))
    assert assessed(**BARE).offers[0].start.level.steps[0] in set(texts(made))


def test_fear_changes_nothing_of_what_is_to_be_done() -> None:
    calm, afraid = (assessed(**{**COMMENTER, "fear_of_movement": fear}) for fear in ("0", "8"))

    assert list(texts(sheet(calm), "week")) == list(texts(sheet(afraid), "week"))


@pytest.mark.parametrize("answers", [BARE, HOLD, LED, EMERGENCY])
def test_the_page_is_one_well_formed_file_that_asks_nothing_of_anybody(answers: dict[str, str]) -> None:
    page = sheet_file(assessed(**answers), ".html", "a4", False, TODAY).decode()
    elements = list(ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>")).iter())
    ids = [id_ for element in elements if (id_ := element.get("id"))]

    assert {str(element.tag).rpartition("}")[2] for element in elements}.isdisjoint(
        {"script", "link", "img", "iframe", "form", "a", "use", "image"}
    )
    assert not [element for element in elements if element.get("src") or element.get("href")]
    assert "url(http" not in page
    assert len(ids) == len(set(ids))
    assert len(page.encode()) <= 250_000


def test_values_are_written_as_text_whoever_made_them_up() -> None:
    odd = book()._replace(version='<script>alert("x")</script>')
    page = sheet_as_html(odd, sheet(assessed(**BARE)))

    assert "<script" not in page
    assert "<script" not in sheet_as_html(book(), sheet(assessed(**BARE)))


def test_both_commands_write_the_same_sheet(run: Run, tmp_path: Path) -> None:
    person = ("--t-score", "-3.9", "--age", "54", "--as-of", "2026-11-27")

    assert run("sheet", *person, "-o", tmp_path / "one.html") == (0, "", "")
    assert run("assess", *person, "-o", tmp_path / "two.HTML") == (0, "", "")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.HTML").read_bytes()
    assert "Made on 27 November 2026" in (tmp_path / "one.html").read_text(encoding="utf-8")
    assert (tmp_path / "one.html").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["plan.docx", "plan", "plan.txt", "-", ""])
def test_another_kind_of_file_is_refused_in_one_sentence(run: Run, name: str) -> None:
    ran = run("sheet", "--t-score", "-2.6", "-o", name)

    assert ran.code == 2
    assert ran.errors == [f"-o {name}: a sheet is a .html, .pdf or .ics file."]


def test_a_sheet_for_a_clinician_is_refused(run: Run, tmp_path: Path) -> None:
    ran = run("assess", "--t-score", "-2.6", "--audience", "clinician", "-o", tmp_path / "plan.html")

    assert ran.code == 2
    assert "a sheet is for the person" in ran.err
    assert list(tmp_path.iterdir()) == []
