"""A sheet as PDF and as a calendar, held to what independent libraries read in them."""

import ctypes
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from recommender.person.assessment import Assessment
from recommender.rulebook.scales import Clearance
from recommender.sheet.files import sheet_file
from recommender.sheet.model import Cards
from tests.conftest import Run
from tests.people import assessed, book
from tests.test_screen import some_people
from tests.test_sheet import BARE, EMERGENCY, FIVE, HOLD, LED, TODAY, sheet, texts

pytest.importorskip("typst")  # the extra [pdf]
pytest.importorskip("pypdfium2")  # the extra [test], as the two below

import icalendar
import pikepdf
import pypdfium2

MM = 72 / 25.4


def pdf(assessment: Assessment, paper: str = "a4", large_print: bool = False) -> bytes:
    return sheet_file(assessment, ".pdf", paper, large_print, TODAY)


def calendar(assessment: Assessment, made: date = TODAY) -> bytes:
    return sheet_file(assessment, ".ics", "a4", False, made)


def events(assessment: Assessment, made: date = TODAY) -> list[Any]:
    return list(icalendar.Calendar.from_ical(calendar(assessment, made)).walk("VEVENT"))


def elements(node: Any) -> Iterator[Any]:
    """Yield each element of the structure of a PDF, in the order in which it is read aloud."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


@pytest.mark.parametrize(("paper", "width", "height"), [("a4", 210, 297), ("letter", 215.9, 279.4)])
def test_two_pages_of_the_paper_that_was_asked_for(paper: str, width: float, height: float) -> None:
    for answers in (*FIVE, LED):
        pages = pypdfium2.PdfDocument(pdf(assessed(**answers), paper))

        assert len(pages) == 2
        assert [size / MM for size in pages[0].get_size()] == pytest.approx([width, height], abs=0.5)


@pytest.mark.heavy
def test_no_real_sheet_is_longer_than_two_pages_of_either_paper() -> None:
    long = [
        (paper, person.profile.answers)
        for person in some_people(cases=3, made_up=115)
        for paper in ("a4", "letter")
        if len(pypdfium2.PdfDocument(pdf(person, paper))) > 2
    ]

    assert long == []


def test_a_pdf_is_tagged_in_english_and_says_that_it_follows_pdf_ua() -> None:
    for answers in (BARE, HOLD, LED, EMERGENCY):
        with pikepdf.open(BytesIO(pdf(assessed(**answers)))) as file, file.open_metadata() as metadata:
            root = file.Root
            kinds = [str(element.S) for element in elements(root.StructTreeRoot)]

            assert bool(root.MarkInfo.Marked)
            assert str(root.Lang) == "en-GB"
            assert bool(root.ViewerPreferences.DisplayDocTitle)
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == sheet(assessed(**answers)).title
            assert kinds.count("/Title") == 1
            assert kinds.index("/H1") < kinds.index("/P")
            assert {"/L", "/LI"} <= set(kinds)


def test_another_reader_finds_the_tags_and_the_language_too() -> None:
    file = pypdfium2.PdfDocument(pdf(assessed(**BARE)))
    letters = ctypes.create_string_buffer(32)
    language = ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort))
    length = pypdfium2.raw.FPDFCatalog_GetLanguage(file.raw, language, len(letters))

    assert pypdfium2.raw.FPDFCatalog_IsTagged(file.raw)
    assert letters.raw[:length].decode("utf-16-le").rstrip("\0") == "en-GB"


def test_every_figure_has_words_and_every_letter_its_font() -> None:
    pages = sheet(assessed(**BARE)).pages
    parts = [part for page in pages for section in page.sections for part in section.parts]
    drawn = [card for part in parts if isinstance(part, Cards) for card in part.cards if card.picture]
    with pikepdf.open(BytesIO(pdf(assessed(**BARE)))) as file:
        figures = [each for each in elements(file.Root.StructTreeRoot) if each.S == "/Figure"]
        fonts = [font for page in file.pages for font in page.Resources.Font.values()]
        names = {str(font.BaseFont) for font in fonts}
        embedded = [font.DescendantFonts[0].FontDescriptor for font in fonts]

        assert len(figures) == len(drawn) >= 7
        assert [str(each.Alt) for each in figures if len(str(each.get("/Alt", ""))) < 20] == []
        assert {re.sub(r"^/[A-Z]{6}\+|-.*", "", name) for name in names} == {"AtkinsonHyperlegible"}
        assert all({"/FontFile2", "/FontFile3"} & set(each.keys()) for each in embedded)


def test_all_words_of_a_sheet_can_be_selected_in_the_pdf() -> None:
    assessment = assessed(**BARE)
    pages = pypdfium2.PdfDocument(pdf(assessment))
    selected = "".join(page.get_textpage().get_text_range() for page in pages)
    words = re.sub(r"\W+", "", selected)

    assert [text for text in texts(sheet(assessment)) if re.sub(r"\W+", "", text) not in words] == []


@pytest.mark.parametrize("answers", FIVE)
def test_a_pdf_is_small_and_the_same_each_time(answers: dict[str, str]) -> None:
    first, second = (pdf(assessed(**answers)) for _ in range(2))

    assert first == second
    assert len(first) <= 250_000
    assert len(pdf(assessed(**answers), large_print=True)) <= 250_000


def test_a_calendar_holds_four_weeks_and_then_says_to_answer_again() -> None:
    week = {plan.goal: plan.days for plan in assessed(**BARE).week}
    *goals, again = events(assessed(**BARE))

    assert sorted(len(event["RRULE"]["BYDAY"]) for event in goals) == sorted(week.values())
    for event in goals:
        first = event.decoded("DTSTART")
        assert TODAY <= first < TODAY + timedelta(days=7)
        assert f"{first:%a}".upper()[:2] in event["RRULE"]["BYDAY"]
        assert event["RRULE"]["UNTIL"] == [TODAY + timedelta(days=27)]
    assert again.decoded("DTSTART") == TODAY + timedelta(days=28)
    assert "RRULE" not in again


def test_a_calendar_follows_rfc_5545() -> None:
    lines = calendar(assessed(**BARE)).split(b"\r\n")

    assert lines[0], lines[-2:] == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert max(map(len, lines)) <= 75
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    for event in events(assessed(**BARE)):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)
        assert isinstance(event.decoded("DTSTAMP"), datetime)
        assert str(event["CLASS"]) == "PRIVATE"


def test_commas_and_letters_of_several_bytes_survive_the_folding() -> None:
    odd = "Take; care, “slowly” \\ " + "é" * 120 + "\nand rest"
    phrases = {**book().phrases, "calendar.about": odd}
    person = assessed(**BARE)
    reworded = Assessment(*person._replace(rulebook=person.rulebook._replace(phrases=phrases)))
    lines = calendar(reworded).split(b"\r\n")

    assert str(events(reworded)[0]["DESCRIPTION"]) == odd
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if line.decode(errors="replace") != line.decode(errors="ignore")] == []


def test_a_calendar_tells_nothing_about_the_person() -> None:
    frail = assessed(age="85", t_total_hip="-3.1", falls_12m="2", fear_of_movement="9", walking_aid="yes")
    text = calendar(frail).decode().replace("\r\n ", "")
    about_health = r"bone|fractur|osteo|score|fall|fear|afraid|age|scan|spine|3\.1|\b85\b|doctor"

    assert re.findall(about_health, re.sub(r"(UID|DT\w+|RRULE|PRODID)[^\r]*", "", text), re.IGNORECASE) == []
    assert [exercise.name for exercise in book().exercises.values() if exercise.name in text] == []


def test_the_same_week_made_twice_on_a_day_is_not_there_twice() -> None:
    first = [str(event["UID"]) for event in events(assessed(**BARE))]
    again = [str(event["UID"]) for event in events(assessed(**BARE))]
    later = [str(event["UID"]) for event in events(assessed(**BARE), TODAY + timedelta(days=28))]

    assert first == again
    assert len(set(first)) == len(first)
    assert set(first).isdisjoint(later)


@pytest.mark.parametrize("answers", [HOLD, LED, EMERGENCY])
def test_without_a_week_there_is_no_calendar_and_what_comes_first_is_said(
    run: Run, tmp_path: Path, answers: dict[str, str]
) -> None:
    typed = [each for name, answer in answers.items() for each in (f"--{name.replace('_', '-')}", answer)]
    ran = run("sheet", *typed, "-o", tmp_path / "plan.ics")

    assert ran.code == 3
    assert "there is no week to put into a calendar" in ran.err
    assert book().words["clearance"][assessed(**answers).clearance] in ran.err
    assert assessed(**answers).clearance is not Clearance.CLEAR
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_is_written_whole_for_its_owner_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"

    assert run("sheet", "--t-score", "-3.9", "--paper", "letter", "--large-print", "-o", file) == (0, "", "")
    assert file.read_bytes().startswith(b"%PDF-")
    assert file.stat().st_mode & 0o077 == 0
    assert len(pypdfium2.PdfDocument(file)) > 2
