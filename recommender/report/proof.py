"""Proofs of laws, and the effect of a change of the rules, as text for a terminal."""

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
    """Return the proof of one law, or the people who break it."""
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


def summary(book: Rulebook, theorems: Sequence[Theorem], width: int) -> str:
    """Return how many laws were proved, and for whom."""
    page = Page(width, colour=False)
    page.blank()
    broken = sum(bool(theorem.failures) for theorem in theorems)
    page.paragraph(f"{len(theorems) - broken} of {len(theorems)} laws proved.")
    confirmed = " Whoever breaks a law was confirmed by the reference." if broken else ""
    page.paragraph(
        f"For everybody whose answers the program accepts: each of {len(book.vocabulary.fields)} fields "
        f"unknown or anywhere in its range, in every combination that does not contradict itself.{confirmed}"
    )
    return str(page)


def difference_page(
    compared: Iterable[Difference], words: Mapping[str, Sequence[str]], width: int, colour: bool
) -> Page:
    """Return how the decisions of two rulebooks differ, and which safety words have changed."""
    page = Page(width, colour)
    page.title("What the change does")
    differences = list(compared)
    changed = [each for each in differences if each.direction is not Direction.EQUIVALENT]
    count, equivalent = len(differences), len(differences) - len(changed)
    for direction in (Direction.LAXER, Direction.INCOMPARABLE, Direction.STRICTER):
        members = [each for each in changed if each.direction is direction]
        if members:
            page.heading(f"{direction.value}: {len(members)}")
            _grouped(page, members)
    page.blank()
    if changed:
        page.paragraph(f"{equivalent} of {count} are equivalent for every possible person.")
    else:
        page.paragraph(
            "Equivalent for every possible person: clearance, referrals, risk tier, class, doses, verdicts "
            f"and levels ({count} compared)."
        )
    if words:
        page.heading(f"Words that keep people safe, changed in {len(words)} places: read them")
        page.bullets(f"{what}: {', '.join(keys)}" for what, keys in words.items())
    return page


def _grouped(page: Page, differences: Sequence[Difference]) -> None:
    """Add differences, with those together that have the same witness."""
    for _, group in groupby(differences, key=_witnesses):
        first, *others = group
        names = [f"{first.kind} {first.name}".strip(), *(each.name for each in others)]
        page.bullets([", ".join(names)], indent=0)
        for witness in (first.laxer, first.stricter):
            if witness and witness.answers is not None:
                page.entry(
                    f"{witness.old} becomes {witness.new}, for example for",
                    _answers(witness.answers),
                    indent=4,
                )
            elif witness:
                page.entry("before", witness.old, indent=4)
                page.entry("now", witness.new, indent=4)


def _witnesses(difference: Difference) -> tuple[str, str, str]:
    """Return the kind of a difference and the people who show it, as text."""
    return difference.kind, str(difference.laxer or ""), str(difference.stricter or "")


def impact_page(source: str, impact: Impact, width: int, colour: bool) -> Page:
    """Return the effect of a change on the people of a cohort; `source` is the name of its file."""
    page = Page(width, colour)
    page.heading(f"In {source}")
    if any(impact.refused):
        then, now = impact.refused
        page.paragraph(
            f"Rows left out because they cannot be answered: {then:,} under the old rules, "
            f"{now:,} under the new."
        )
    if not impact.changed:
        page.paragraph(
            f"Nobody: of {impact.answered:,} people who can be answered, the answer changes for none."
        )
        return page
    share = 100 * impact.changed / impact.answered
    page.paragraph(
        f"The answer changes for {impact.changed:,} of {impact.answered:,} people ({share:.1f} %). "
        "The largest groups:"
    )
    shown = list(impact.changes.items())[:_SHOWN_GROUPS]
    page.bullets(f"{what}: {then} becomes {now}: {count:,}" for (what, then, now), count in shown)
    if len(impact.changes) > len(shown):
        page.paragraph(f"and {len(impact.changes) - len(shown)} smaller groups.", indent=2)
    return page
