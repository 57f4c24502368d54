"""Proofs of laws, and the effect of a change of the rules, as text for a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from recommender.proof.difference import Difference, Direction
from recommender.proof.impact import Impact
from recommender.proof.laws import ChangeClaim, Possibility
from recommender.proof.proving import Failure, Theorem
from recommender.proof.wording import Reworded
from recommender.report.page import Page
from recommender.rulebook.model import Rulebook

_SHOWN_GROUPS = 20


def proof_page(book: Rulebook, theorem: Theorem, width: int, colour: bool) -> Page:
    """Return the proof of one law, or the people who break it."""
    page, phrase, law = Page(width, colour), book.phrase, theorem.law
    page.subheading(
        phrase("proof.not_proved", law=law.id, says=law.says)
        if theorem.failures
        else phrase("proof.proved", law=law.id, says=law.says)
    )
    if theorem.by_reading:
        read, solved = theorem.by_reading, theorem.by_solving
        page.paragraph(phrase("proof.questions", questions=read + solved, read=read, solved=solved), indent=2)
    if isinstance(law.claim, ChangeClaim):
        for exempt in law.claim.exempt:
            fields, because = ", ".join(exempt.fields), exempt.because
            page.entry(
                phrase("proof.left_out"),
                phrase("proof.exempt_where", fields=fields, condition=exempt.text, because=because)
                if exempt.text
                else phrase("proof.exempt", fields=fields, because=because),
            )
    if isinstance(law.claim, Possibility):
        for excused in law.claim.excused:
            rules, because = ", ".join(excused.rules), excused.because
            page.entry(phrase("proof.left_out"), phrase("proof.exempt", fields=rules, because=because))
    for failure in theorem.failures:
        _failure(page, book, failure)
    return page


def _failure(page: Page, book: Rulebook, failure: Failure) -> None:
    page.bullets([failure.reason])
    if failure.before is not None:
        page.entry(book.phrase("proof.who"), _answers(book, failure.before), indent=4)
    if failure.after is not None:
        then = book.phrase("proof.then", field=failure.field)
        page.entry(then, f"{failure.after[failure.field]}", indent=4)
    if failure.rules:
        rules = (book.phrase("proof.rule", rule=rule.id, place=rule.place) for rule in failure.rules)
        page.entry(book.phrase("proof.rules"), ", ".join(rules), indent=4)


def _answers(book: Rulebook, answers: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {answer}" for name, answer in answers.items()) or book.phrase(
        "proof.nothing_told"
    )


def summary(book: Rulebook, theorems: Sequence[Theorem], width: int) -> str:
    """Return how many laws were proved, and for whom."""
    page = Page(width, colour=False)
    page.blank()
    proved = sum(not theorem.failures for theorem in theorems)
    page.paragraph(book.phrase("proof.count", proved=proved, laws=len(theorems)))
    confirmed = "" if proved == len(theorems) else book.phrase("proof.confirmed")
    page.paragraph(f"{book.phrase('proof.for_whom', fields=len(book.vocabulary.fields))} {confirmed}")
    return str(page)


def difference_page(
    book: Rulebook,
    compared: Iterable[Difference],
    texts: Sequence[Reworded],
    width: int,
    colour: bool,
) -> Page:
    """Return how the decisions of two rulebooks differ, and every other text that changed, old and new."""
    page, phrase = Page(width, colour), book.phrase
    page.title(phrase("difference.title"))
    differences = list(compared)
    groups: dict[Direction, list[Difference]] = {direction: [] for direction in Direction}
    for each in differences:
        groups[each.direction].append(each)
    headings = {
        Direction.LAXER: phrase("difference.laxer", count=len(groups[Direction.LAXER])),
        Direction.INCOMPARABLE: phrase("difference.incomparable", count=len(groups[Direction.INCOMPARABLE])),
        Direction.STRICTER: phrase("difference.stricter", count=len(groups[Direction.STRICTER])),
    }
    for direction, heading in headings.items():
        if groups[direction]:
            page.heading(heading)
            _grouped(page, book, groups[direction])
    page.blank()
    count, equivalent = len(differences), len(groups[Direction.EQUIVALENT])
    if equivalent < count:
        page.paragraph(phrase("difference.equivalent", equivalent=equivalent, count=count))
    else:
        page.paragraph(phrase("difference.all_equivalent", count=count))
    if texts:
        page.heading(phrase("difference.texts", count=len(texts)))
        for entry, of_entry in groupby(texts, key=lambda text: text.entry):
            page.bullets([entry], indent=0)
            for text in of_entry:
                page.entry(f"{text.key} {phrase('difference.before')}".strip(), text.old or "-", indent=4)
                page.entry(f"{text.key} {phrase('difference.now')}".strip(), text.new or "-", indent=4)
    return page


def _grouped(page: Page, book: Rulebook, differences: Sequence[Difference]) -> None:
    """Add differences, with those together that have the same witness."""
    for _, group in groupby(differences, key=_witnesses):
        first, *others = group
        names = [f"{first.kind} {first.name}".strip(), *(each.name for each in others)]
        page.bullets([", ".join(names)], indent=0)
        for witness in (first.laxer, first.stricter):
            if witness and witness.answers is not None:
                example = book.phrase("difference.example", old=witness.old, new=witness.new)
                page.entry(example, _answers(book, witness.answers), indent=4)
            elif witness:
                page.entry(book.phrase("difference.before"), witness.old, indent=4)
                page.entry(book.phrase("difference.now"), witness.new, indent=4)


def _witnesses(difference: Difference) -> tuple[str, str, str]:
    """Return the kind of a difference and the people who show it, as text."""
    return difference.kind, str(difference.laxer or ""), str(difference.stricter or "")


def impact_page(book: Rulebook, source: str, impact: Impact, width: int, colour: bool) -> Page:
    """Return the effect of a change on the people of a cohort; `source` is the name of its file."""
    page, phrase = Page(width, colour), book.phrase
    page.heading(phrase("impact.title", file=source))
    if any(impact.refused):
        then, now = (f"{rows:,}" for rows in impact.refused)
        page.paragraph(phrase("impact.refused", then=then, now=now))
    people = f"{impact.answered:,}"
    if not impact.changed:
        page.paragraph(phrase("impact.nobody", people=people))
        return page
    percent = f"{100 * impact.changed / impact.answered:.1f}"
    page.paragraph(phrase("impact.changed", changed=f"{impact.changed:,}", people=people, percent=percent))
    shown = list(impact.changes.items())[:_SHOWN_GROUPS]
    page.bullets(
        phrase("impact.group", what=what, then=then, now=now, people=f"{count:,}")
        for (what, then, now), count in shown
    )
    if len(impact.changes) > len(shown):
        page.paragraph(phrase("impact.more", count=len(impact.changes) - len(shown)), indent=2)
    return page
