"""Reads the forms of the desk as entries of the chain, and refuses what nobody can have meant."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from recommender.errors import Problem, ProfileError, ReviewError
from recommender.review.amendments import amendments, answers_told, with_told
from recommender.review.desk import CLEARANCES, VERDICTS, Desk, Line, Review, Reviewer
from recommender.review.history import last_act, last_seen, latest
from recommender.review.models import ANSWERS, SIGNED, WITHDRAWN, Decision
from recommender.rulebook.model import DATED

ADAPTATION = "adaptation"  # what is chosen as a reason where the rules are right, but not for this person
_LONGEST_COMMENT = 2_000

Form = Mapping[str, str]


def decision(desk: Desk, review: Review, who: Reviewer, form: Form) -> Decision:
    """Read a decision: a verdict, why where it differs from the rules, and what was done.

    Raises:
        ReviewError: with what is missing or not allowed.

    """
    line = review.lines.get(form.get("about", ""))
    if line is None:
        raise refused("", "this is nothing that can be decided here.", "Go back to the person.")
    verdict, reason = form.get("verdict", ""), form.get("reason", "")
    if verdict not in line.choices:
        raise refused(line.name, "give your verdict.", "Choose one of the list.")
    if form.get("answers", "") != review.amended:
        message = "an answer was changed since this page was opened."
        raise refused(line.name, message, "Look at what the rules say now, then decide.")
    _not_over_another(review, who, line, form)
    disposition, recheck = _disposition(desk, review, line, form)
    entry = new_entry(desk, review, who, form, line, _kind(desk, line, verdict, reason), verdict)
    return entry._replace(
        reason="" if reason == ADAPTATION else reason, disposition=disposition, recheck=recheck
    )


def own_verdicts(desk: Desk, review: Review, who: Reviewer, form: Form) -> list[Decision]:
    """Read a blind reviewer's own verdicts: on the clearance and, where they chose to, on movements.

    Raises:
        ReviewError: where the clearance is missing, or they have seen what the rules say.

    """
    if form.get("verdict") not in CLEARANCES:
        raise refused("", "say first what you would do.", "Choose one of the four.")
    if not desk.must_judge_first(review.decisions, who.name):
        message = "you have given your own verdict already, or have seen what the rules say of this person."
        raise refused("", message, "Decide below.")
    verdicts = {"": form["verdict"]}
    verdicts |= {about: form[about] for about in review.lines if form.get(about) in VERDICTS}
    without_comment = {**form, "comment": ""}
    return [
        new_entry(
            desk, review, who, without_comment if about else form, review.lines[about], "blind", verdict
        )
        for about, verdict in verdicts.items()
    ]


def signature(desk: Desk, review: Review, who: Reviewer, form: Form) -> Decision:
    """Read a signature under a reviewer's decisions.

    Raises:
        ReviewError: where they have not decided on the whole plan, where decisions were added since the
            page was opened, or where the rules changed since they decided.

    """
    own, lines = latest(review.decisions, who.name), review.lines
    if "" not in own:
        message = "decide about the whole plan before you sign."
        raise refused("", message, "Choose a verdict and save it.")
    if form.get("seen") != last_seen(review.decisions):
        message = "something was decided since this page was opened."
        raise refused("", message, "Look at it below, then sign.")
    if own[""]["amended"] != review.amended:
        message = "an answer was changed since you decided."
        raise refused("", message, "Look at it below, decide again, then sign.")
    if own[""]["plan"] != review.plan:
        message = "the rules say something else since you decided."
        raise refused("", message, "Look at it below, decide again, then sign.")
    for about, row in own.items():
        if about in lines and row["rules_say"] != lines[about].rules_say:
            message = "the rules say something else since you decided on it."
            raise refused(lines[about].name, message, "Decide on it again, then sign.")
    return new_entry(desk, review, who, form, lines[""], SIGNED, own[""]["verdict"])


def withdrawal(desk: Desk, review: Review, who: Reviewer, form: Form) -> Decision:
    """Read the withdrawal of a reviewer's last act about a person, or of answers they filled in.

    What stood before it stands again.

    Raises:
        ReviewError: where that act is not theirs to take back (any more), or the answers that are left
            contradict each other.

    """
    last = last_act(review.decisions, who.name)
    acts = [row for row in amendments(review.decisions) if row["by"] == who.name] + ([last] if last else [])
    act = next((row for row in acts if form.get("withdraws") == str(row["id"])), None)
    if act is None:
        message = "this is not your last decision here any more."
        raise refused("", message, "Look at what stands now.")
    if act["about"] == ANSWERS:
        _refuse_contradictions(desk, review, act)
    line = review.lines.get(act["about"], review.lines[""])._replace(about=act["about"])
    entry = new_entry(desk, review, who, {**form, "comment": ""}, line, WITHDRAWN, act["verdict"])
    return entry._replace(withdraws=act["id"], said="")


def _refuse_contradictions(desk: Desk, review: Review, taken_back: Mapping[str, Any]) -> None:
    left = [row for row in amendments(review.decisions) if row["id"] != taken_back["id"]]
    try:
        desk.assessed(with_told(review.person["answers"], answers_told(left), ()))
    except ProfileError as error:
        message = f"without these answers the others contradict each other: {error.problems[0].message}"
        raise refused("", message, "Correct the other answer first.") from None


def _kind(desk: Desk, line: Line, verdict: str, reason: str) -> str:
    if verdict == line.rules_say:
        if reason:
            message = "your reason speaks against agreeing."
            hint = "To agree, give no reason. Otherwise choose another verdict."
            raise refused(line.name, message, hint)
        return "agree"
    if not reason:
        hint = "Choose the reason that comes nearest, and add a comment."
        raise refused(line.name, "a verdict other than that of the rules needs a reason.", hint)
    if reason == ADAPTATION:
        return "modify"
    if not any(reason in group for group in desk.book.override_reasons.values()):
        raise refused(line.name, "this reason is not known.", "Choose one of the list.")
    return "override"


def _not_over_another(review: Review, who: Reviewer, line: Line, form: Form) -> None:
    """Refuse a form that would replace a standing decision without saying so."""
    stands = latest(review.decisions, who.name).get(line.about)
    if stands is None or stands["form"] == form.get("form") or form.get("replaces") == str(stands["id"]):
        return
    message = "you have decided on this before, and that decision stands."
    raise refused(line.name, message, "To change it, open “Change my decision”.")


def _disposition(desk: Desk, review: Review, line: Line, form: Form) -> tuple[str, str]:
    """Return what was done for the person, and the day to look again; empty where it is not asked."""
    code, day = form.get("disposition", ""), form.get("recheck", "")
    groups = desk.book.dispositions
    if line.about or not (review.needs_disposition or code):
        return "", ""
    if not any(code in group for group in groups.values()):
        hint = "Choose what comes nearest."
        raise refused(line.name, "say what was done for this person.", hint)
    if code not in groups.get(DATED, {}):
        if day:
            message = "a day is named, and nothing is to be done on it."
            raise refused(line.name, message, "Take the day out, or choose to look again on it.")
        return code, ""
    try:
        ahead = date.fromisoformat(day) >= date.today()
    except ValueError:
        ahead = False
    if not ahead:
        raise refused(
            line.name, "name the day to look again.", "Write year-month-day; today at the earliest."
        )
    return code, day


def new_entry(
    desk: Desk, review: Review, who: Reviewer, form: Form, line: Line, kind: str, verdict: str
) -> Decision:
    """Return an entry about a line of a person, with what the rules say of it now.

    Raises:
        ReviewError: where the comment is too long.

    """
    comment = " ".join(form.get("comment", "").split())
    if len(comment) > _LONGEST_COMMENT:
        raise refused("", f"the comment is longer than {_LONGEST_COMMENT:,} characters.", "Shorten it.")
    return Decision(
        run=desk.run,
        number=review.person["number"],
        person=review.person["sha256"],
        about=line.about,
        kind=kind,
        rules_say=line.rules_say,
        verdict=verdict,
        reason="",
        comment=comment,
        tier=review.assessment.risk_tier,
        rules=" ".join(dict.fromkeys(rule.id for rule in line.rules)),
        plan=review.plan,
        said="" if line.about else desk.plan_as_json(review),
        by=who.name,
        role=who.role,
        account=who.account,
        rulebook=desk.book.sha256,
        form=form.get("form", ""),
        amended=review.amended,
    )


def refused(about: str, message: str, hint: str) -> ReviewError:
    """Return the error for a form that cannot be kept."""
    return ReviewError(Problem(about, message, hint))
