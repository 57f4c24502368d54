"""What was decided about one person: which entries of the chain stand, by reviewer, and where they differ."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recommender.review.models import AMENDED, APART, DECIDED, SETTLED, SIGNED, WITHDRAWN

LINES = ("movement:", "exercise:")

Row = Mapping[str, Any]


def standing(decisions: Iterable[Row]) -> list[Row]:
    """Return the entries that stand: none that was withdrawn, and no withdrawal."""
    decisions = list(decisions)
    withdrawn = {row["withdraws"] for row in decisions if row["kind"] == WITHDRAWN}
    return [row for row in decisions if row["kind"] != WITHDRAWN and row["id"] not in withdrawn]


def last_act(decisions: Iterable[Row], by: str) -> Row | None:
    """Return a reviewer's last decision, signature or amendment that stands: the one they may take back."""
    kinds = (*DECIDED, SIGNED, AMENDED)
    acts = [row for row in standing(decisions) if row["by"] == by and row["kind"] in kinds]
    return acts[-1] if acts else None


def latest(decisions: Iterable[Row], by: str) -> dict[str, Row]:
    """Return the latest decision of one reviewer on each line that stands."""
    return {row["about"]: row for row in standing(decisions) if row["by"] == by and row["kind"] in DECIDED}


def latest_whole(decisions: Iterable[Row]) -> dict[str, Row]:
    """Return the latest decision of each reviewer on the whole plan that stands."""
    return {row["by"]: row for row in standing(decisions) if row["kind"] in DECIDED and not row["about"]}


def agreed_by(decision: Row) -> dict[str, str]:
    """Return the verdict on each line that a decision agrees with by agreeing with the whole plan."""
    if decision["about"] or decision["kind"] != "agree":
        return {}
    says = json.loads(decision["said"])["says"]
    return {about: verdict for about, verdict in says.items() if about.startswith(LINES)}


def differences(decisions: Iterable[Row]) -> dict[str, dict[str, Row]]:
    """Return, for each line where reviewers differ, the decision of each, alone or implied by the plan.

    Nothing differs that was settled after the last decision.
    """
    decisions = list(decisions)
    if settled(decisions):
        return {}
    alone: dict[str, dict[str, Row]] = {}
    implied: dict[str, dict[str, Row]] = {}
    for decision in standing(decisions):
        by = decision["by"]
        if decision["kind"] in DECIDED:
            alone.setdefault(decision["about"], {})[by] = decision
            if not decision["about"]:
                lines = agreed_by(decision).items()
                implied[by] = {about: {**decision, "verdict": verdict} for about, verdict in lines}
    differing = {}
    for about, rows in alone.items():
        by_reviewer = {by: lines[about] for by, lines in implied.items() if about in lines} | rows
        if len({row["verdict"] for row in by_reviewer.values()}) > 1:
            differing[about] = by_reviewer
    return differing


def settled(decisions: Iterable[Row]) -> dict[str, Row]:
    """Return what an adjudicator decided, by line; nothing where a reviewer has decided since."""
    acts = [row for row in standing(decisions) if row["kind"] in (*DECIDED, SETTLED)]
    since = max((index for index, row in enumerate(acts) if row["kind"] in DECIDED), default=-1)
    return {row["about"]: row for row in acts[since + 1 :]}


def settled_otherwise(decisions: Sequence[Row], by: str) -> bool:
    """Say whether an adjudicator decided otherwise than a reviewer, whose word then does not go out."""
    own = latest(decisions, by)
    verdicts = (agreed_by(own[""]) if "" in own else {}) | {
        about: row["verdict"] for about, row in own.items()
    }
    return any(verdicts.get(about) != row["verdict"] for about, row in settled(decisions).items())


def pending(decisions: Iterable[Row], by: str) -> dict[str, Row]:
    """Return a reviewer's decisions on single lines that they have not signed yet, by line."""
    decisions = list(decisions)
    signed = [row["id"] for row in standing(decisions) if row["by"] == by and row["kind"] == SIGNED]
    own = latest(decisions, by).items()
    return {about: row for about, row in own if about and row["id"] > max(signed, default=0)}


def signatures(decisions: Iterable[Row]) -> list[Row]:
    """Return the signatures that still stand: their reviewer has decided nothing since."""
    last = {row["by"]: row for row in standing(decisions) if row["kind"] not in APART}
    return [decision for decision in last.values() if decision["kind"] == SIGNED]


def last_seen(decisions: Sequence[Row]) -> str:
    """Return the id of the last decision; a form carries it, to detect later decisions."""
    return str(decisions[-1]["id"]) if decisions else ""
