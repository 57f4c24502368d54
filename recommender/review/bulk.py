"""Reads the forms by which a reviewer agrees with many people in one act."""

from collections.abc import Iterator, Sequence

from recommender.review.deciding import Form, new_entry, refused
from recommender.review.desk import Desk, Review, Reviewer
from recommender.review.history import latest
from recommender.review.models import SIGNED, Decision
from recommender.rulebook.scales import Clearance

_ALONE = "this person has to be looked at alone."


def in_bulk(desk: Desk, reviews: Sequence[Review], who: Reviewer, form: Form) -> list[Decision]:
    """Read an agreement with the plans of many people at once, and the signatures under it.

    Raises:
        ReviewError: where somebody among them has to be looked at alone.

    """
    entries: list[Decision] = []
    for review in reviews:
        if not bulk_allows(review, who):
            raise refused(review.person["name"], _ALONE, "Open their page. Nobody was agreed with.")
        entries += _in_one_act(desk, review, who, form, len(reviews))
    return entries


def again(desk: Desk, reviews: Sequence[Review], who: Reviewer, form: Form) -> list[Decision]:
    """Read that a reviewer agrees again with many people, now that the rules changed, and signs.

    Raises:
        ReviewError: where somebody among them has to be looked at alone.

    """
    entries = []
    for review in reviews:
        if not may_agree_again(review, who):
            raise refused(review.person["name"], _ALONE, "Open their page. Nobody was agreed with.")
        before = latest(review.decisions, who.name)[""]
        for entry in _in_one_act(desk, review, who, form, len(reviews)):
            done = entry.kind != SIGNED
            entries.append(
                entry._replace(disposition=before["disposition"], recheck=before["recheck"])
                if done
                else entry
            )
    return entries


def may_agree_again(review: Review, who: Reviewer) -> bool:
    """Say whether a reviewer may agree again in bulk, though the rules say something else since.

    They agreed before, with the same answers; who may exercise is unchanged, and no line of their own is.
    """
    own = latest(review.decisions, who.name)
    whole = own.get("")
    return (
        whole is not None
        and whole["kind"] == "agree"
        and whole["amended"] == review.amended
        and review.assessment.clearance.has_plan
        and all(
            about in review.lines and row["rules_say"] == review.lines[about].rules_say
            for about, row in own.items()
        )
    )


def _in_one_act(desk: Desk, review: Review, who: Reviewer, form: Form, together: int) -> Iterator[Decision]:
    """Yield an agreement with a plan and the signature under it, as one of `together` in the same act."""
    line = review.lines[""]
    for kind in ("agree", SIGNED):
        its_form = {"form": f"{form.get('form', '')}-{kind}-{review.person['number']}"}
        entry = new_entry(desk, review, who, its_form, line, kind, line.rules_say)
        yield entry._replace(together=together)


def bulk_allows(review: Review, who: Reviewer) -> bool:
    """Say whether a person may be agreed with in bulk: clear, screened, no cell in doubt, not decided on."""
    return (
        review.assessment.clearance is Clearance.CLEAR
        and not review.doubts
        and review.open_safety == 0
        and not latest(review.decisions, who.name)
    )
