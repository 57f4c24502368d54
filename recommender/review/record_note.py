"""A note on one person, some ten lines of plain text, to paste into their record."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import PurePath

from recommender.review.amendments import Told
from recommender.review.desk import Desk, Review
from recommender.review.glance import first_look
from recommender.review.history import latest_whole, settled, signatures, standing
from recommender.review.models import DECIDED
from recommender.review.schema import SEPARATOR
from recommender.rulebook.scales import Clearance, Verdict

_MOST_QUESTIONS = 6
_MOST_EXERCISES = 10


def note(desk: Desk, review: Review, columns: Sequence[str], now: datetime) -> str:
    """Return the note: who, what the rules say and why, what was told, and what reviewers decided.

    `columns` are the names of the cells that are shown beside the name.
    """
    lines = [_who(desk, review, columns, now), _clearance(desk, review), *_decisions(desk, review)]
    return "\n".join([*lines, *_findings(desk, review), *_plan(desk, review), _about(desk)])


def _who(desk: Desk, review: Review, columns: Sequence[str], now: datetime) -> str:
    phrase, person = desk.book.phrase, review.person
    cells = zip(columns, person["shown"].split(SEPARATOR), strict=False)
    identifiers = [phrase("desk.shown", column=column, cell=cell) for column, cell in cells if cell]
    return phrase(
        "desk.note.who",
        person="; ".join([person["name"], *identifiers]),
        source=PurePath(person["source"]).name,
        line=person["line"],
        day=f"{now:%Y-%m-%d}",
    )


def _clearance(desk: Desk, review: Review) -> str:
    phrase, names, assessment = desk.book.phrase, desk.names, review.assessment
    because = "; ".join(
        phrase("desk.note.because", facts=names.facts(reason.facts), rule=names.rule(reason.rule.id))
        for reason in first_look(assessment, review.answers).made_by
    )
    clearance = names.plain(assessment.shown_clearance)
    if because:
        return phrase("desk.note.clearance_because", clearance=clearance, because=because)
    return phrase("desk.note.clearance", clearance=clearance)


def _findings(desk: Desk, review: Review) -> Iterator[str]:
    phrase, names, assessment = desk.book.phrase, desk.names, review.assessment
    glance = first_look(assessment, review.answers)
    known = {name: answer for name, answer in glance.answers.items() if answer}
    known |= {score.field: score.value for score in glance.strip.scores}
    statements = names.statements(assessment)
    if review.doubts:
        cells = [
            phrase("desk.answers.cell", column=doubt.column, cell=doubt.cell)
            for doubt in review.doubts
            if doubt.column
        ]
        yield phrase("desk.note.doubts", cells="; ".join(cells) or review.doubts[0].reason)
    yield phrase(
        "desk.note.findings",
        answers=names.answers(known) or phrase("desk.none"),
        tier=statements["risk_tier"],
        density=statements["bone_density"],
    )
    if review.told:
        yield phrase("desk.note.told", answers="; ".join(_told(desk, review.told.items())))
    if review.open_safety:
        asked = [names.fields([each.field]) for each in assessment.questions if each.kind == "safety"]
        yield phrase("desk.note.open", count=len(asked), questions=_first(asked, _MOST_QUESTIONS))


def _told(desk: Desk, told: Iterable[tuple[str, Told]]) -> Iterator[str]:
    for name, entry in told:
        answer = desk.names.answers({name: entry.answer})
        yield desk.book.phrase("desk.note.told_one", answer=answer, by=entry.by, day=entry.at[:10])


def _plan(desk: Desk, review: Review) -> Iterator[str]:
    phrase, names, assessment = desk.book.phrase, desk.names, review.assessment
    if assessment.referrals:
        referrals = [
            phrase("desk.note.referral", urgency=rule.refer.urgency, to=rule.refer.to, title=rule.title)
            for rule in assessment.referrals
            if rule.refer
        ]
        yield phrase("desk.note.referrals", referrals="; ".join(referrals))
    for verdict in (Verdict.AVOID, Verdict.SUPERVISED):
        limited = [limit.movement.name for limit in assessment.movements if limit.verdict is verdict]
        if limited:
            yield phrase(
                "desk.note.movements",
                verdict=names.plain(verdict),
                count=len(limited),
                names="; ".join(limited),
            )
    paused = {Clearance.HOLD, Clearance.EMERGENCY}
    verdicts = {Clearance(row["verdict"]) for row in latest_whole(review.decisions).values()}
    if assessment.offers and not verdicts & paused:
        suggested = [offer.exercise.name for offer in assessment.offers]
        yield phrase("desk.note.exercises", count=len(suggested), names=_first(suggested, _MOST_EXERCISES))


def _decisions(desk: Desk, review: Review) -> Iterator[str]:
    phrase, names = desk.book.phrase, desk.names
    rows = [row for row in standing(review.decisions) if row["kind"] in DECIDED]
    last = {(row["by"], row["about"]): row for row in rows}
    signed = {row["by"] for row in signatures(review.decisions) if row["amended"] == review.amended}
    if not any(not about for _, about in last):
        yield phrase("desk.note.undecided")
    for row in last.values():
        past = phrase(
            "desk.deciding.past",
            at=row["at"][:10],
            by=row["by"],
            role=row["role"],
            decision=names.decision(row),
        )
        stale = row["amended"] != review.amended or (not row["about"] and row["plan"] != review.plan)
        if stale:
            past = phrase("desk.note.stale", decision=past)
        elif row["by"] in signed:
            past = phrase("desk.note.signed", decision=past)
        else:
            past = phrase("desk.note.unsigned", decision=past)
        yield past
    for row in settled(review.decisions).values():
        yield phrase(
            "desk.deciding.past",
            at=row["at"][:10],
            by=row["by"],
            role=row["role"],
            decision=names.decision(row),
        )


def _first(names: Sequence[str], most: int) -> str:
    return "; ".join(names[:most]) + ("; …" if len(names) > most else "")


def _about(desk: Desk) -> str:
    book = desk.book
    return book.phrase(
        "desk.note.about",
        version=book.version,
        hash=book.sha256[:12],
        disclaimer=book.words["disclaimer"]["clinician"],
    )
