"""The week of a sheet for a calendar (RFC 5545): only when to exercise, and nothing about the person.

A calendar is often shared, and copied to other machines: it gets no score, no exercise and no reason. The
plan ends after four weeks, when the questions are to be answered again. What is made twice on one day are the
same events, so that reading both files adds nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from recommender.person.assessment import Assessment
from recommender.report.exercises import lowered
from recommender.rulebook.scales import Clearance

WEEKS, DAYS = 4, 7
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = UUID("6b0c1f0e-5d6d-4c59-9a5e-0d2f0c3b7a11")
_OCTETS = 75


class _Event(NamedTuple):
    """A day, the rule by which it comes again (it may be empty), and what stands in the calendar.

    Of those made on one day, `name` tells it apart.
    """

    name: str
    day: date
    again: str
    summary: str
    about: str


def has_week(assessment: Assessment) -> bool:
    """Say whether there is a week to put into a calendar."""
    return assessment.clearance is Clearance.CLEAR and any(plan.start_with for plan in assessment.week)


def week_as_calendar(assessment: Assessment, made: date) -> str:
    """Return the four weeks from the day `made` as the text of an .ics file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//recommender//sheet//EN"]
    for event in _events(assessment, made):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid5(_NAMES, f'{event.name} {made}')}",
            f"DTSTAMP:{made:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            *([f"RRULE:{event.again}"] if event.again else []),
            f"SUMMARY:{_escaped(event.summary)}",
            f"DESCRIPTION:{_escaped(event.about)}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _events(assessment: Assessment, made: date) -> Iterator[_Event]:
    book, end = assessment.rulebook, made + timedelta(days=WEEKS * DAYS)
    for plan in assessment.week:
        if plan.start_with:
            week = _spread(plan.days)
            first = next(day for day in map(made.__add__, _one_week()) if day.weekday() in week)
            by_day = ",".join(_WEEKDAYS[day] for day in week)
            until = end - timedelta(days=1)
            summary = book.phrase("calendar.event", goal=lowered(book.words["goals"][plan.goal]))
            again = f"FREQ=WEEKLY;BYDAY={by_day};UNTIL={until:%Y%m%d}"
            yield _Event(plan.goal, first, again, summary, book.phrase("calendar.about"))
    yield _Event("again", end, "", book.phrase("calendar.again"), book.phrase("calendar.about_again"))


def _one_week() -> Iterator[timedelta]:
    return map(timedelta, range(DAYS))


def _spread(days: int) -> list[int]:
    """Return so many weekdays (Monday is 0), as far apart as may be."""
    return [number * DAYS // days for number in range(min(days, DAYS))]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, none of which cuts a letter in two."""
    pieces, piece, length = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if length + octets > _OCTETS:
            pieces.append(piece)
            piece, length = " ", 1
        piece, length = piece + letter, length + octets
    return "\r\n".join([*pieces, piece])
