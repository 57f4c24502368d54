"""What was proved, and what a change of the rules does, for a reader at a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from recommender.proof.difference import Difference, Direction
from recommender.proof.impact import Impact
from recommender.proof.laws import NeverRelaxes, NeverSurprises
from recommender.proof.proving import Failure, Theorem
from recommender.report.page import Page
from recommender.rulebook.model import Rulebook

_SHOWN_GROUPS = 20


def proof_page(theorem: Theorem, width: int, colour: bool) -> Page:
    """Return what came of one law."""
    page = Page(width, colour)
    law = theorem.law
    page.subheading(f"{law.id} {'proved' if not theorem.failures else 'NOT PROVED'}: {law.says}")
    if theorem.by_reading:
        page.paragraph(
            f"{theorem.by_reading + theorem.by_solving} questions, all for every possible person: "
            f"{theorem.by_reading} by reading the rules, {theorem.by_solving} by the solver.",
            indent=2,
        )
    if isinstance(law.claim, NeverRelaxes | NeverSurprises):
        for exempt in law.claim.exempt:
            where = f", where {exempt.text}" if exempt.text else ""
            page.entry("left out", f"{', '.join(exempt.fields)}{where}. {exempt.because}")
    for failure in theorem.failures:
        _failure(page, failure)
    return page


def _failure(page: Page, failure: Failure) -> None:
    page.bullets([failure.reason])
    if failure.before is not None:
        page.entry("who", _answers(failure.before), indent=4)
    if failure.after is not None:
        page.entry(f"then {failure.field}", f"{failure.after[failure.field]}", indent=4)
    if failure.rules:
        page.entry(
            "rules that may count it so",
            ", ".join(f"{rule.id} ({rule.place})" for rule in failure.rules),
            indent=4,
        )


def _answers(answers: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {answer}" for name, answer in answers.items()) or "nothing told"


def summary(book: Rulebook, found: Sequence[Theorem], width: int) -> str:
    """Return what was proved in all, and of whom."""
    page = Page(width, colour=False)
    page.blank()
    broken = sum(bool(theorem.failures) for theorem in found)
    page.paragraph(f"{len(found) - broken} of {len(found)} laws proved.")
    page.paragraph(
        f"For everybody whose answers the program accepts: each of {len(book.vocabulary.fields)} fields unknown or anywhere in its range, "
        f"in every combination that does not contradict itself.{' Whoever breaks a law was confirmed by the reference.' if broken else ''}"
    )
    return str(page)


def difference_page(
    found: Iterable[Difference], words: Mapping[str, Sequence[str]], width: int, colour: bool
) -> Page:
    """Return what became of everything that two rulebooks decide, and which words that keep people safe are others now."""
    page = Page(width, colour)
    page.title("What the change does")
    found = list(found)
    changed = [one for one in found if one.direction is not Direction.EQUIVALENT]
    for direction in (Direction.LAXER, Direction.INCOMPARABLE, Direction.STRICTER):
        those = [one for one in changed if one.direction is direction]
        if those:
            page.heading(f"{direction.value}: {len(those)}")
            _grouped(page, those)
    page.blank()
    if changed:
        page.paragraph(
            f"{len(found) - len(changed)} of {len(found)} are equivalent for every possible person."
        )
    else:
        page.paragraph(
            "Equivalent for every possible person: clearance, referrals, risk tier, class, doses, verdicts and levels "
            f"({len(found)} compared)."
        )
    if words:
        page.heading(f"Words that keep people safe, changed in {len(words)} places: read them")
        page.bullets(f"{what}: {', '.join(keys)}" for what, keys in words.items())
    return page


def _grouped(page: Page, found: Sequence[Difference]) -> None:
    """Add differences, those that one person shows together."""
    for _, group in groupby(
        found, key=lambda one: (one.kind, one.laxer and str(one.laxer), one.stricter and str(one.stricter))
    ):
        those = list(group)
        page.bullets(
            [
                ", ".join(
                    f"{one.kind} {one.name}".strip() if place == 0 else one.name
                    for place, one in enumerate(those)
                )
            ],
            indent=0,
        )
        for witness in (those[0].laxer, those[0].stricter):
            if witness and witness.answers is not None:
                page.entry(
                    f"{witness.old} becomes {witness.new}, for example for",
                    _answers(witness.answers),
                    indent=4,
                )
            elif witness:
                page.entry("before", witness.old, indent=4)
                page.entry("now", witness.new, indent=4)


def impact_page(place: str, seen: Impact, width: int, colour: bool) -> Page:
    """Return what a change does to the people of a cohort."""
    page = Page(width, colour)
    page.heading(f"In {place}")
    if any(seen.refused):
        then, now = seen.refused
        page.paragraph(
            f"Rows left out because they cannot be answered: {then:,} under the old rules, {now:,} under the new."
        )
    if not seen.changed:
        page.paragraph(
            f"Nobody: of {seen.answered:,} people who can be answered, the answer changes for none."
        )
        return page
    share = 100 * seen.changed / seen.answered
    page.paragraph(
        f"The answer changes for {seen.changed:,} of {seen.answered:,} people ({share:.1f} %). The largest groups:"
    )
    shown = list(seen.changes.items())[:_SHOWN_GROUPS]
    page.bullets(f"{what}: {then} becomes {now}: {count:,}" for (what, then, now), count in shown)
    if len(seen.changes) > len(shown):
        page.paragraph(f"and {len(seen.changes) - len(shown)} smaller groups.", indent=2)
    return page
