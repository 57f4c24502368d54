"""Checks a safety case: controls that are gone, hazards without any, and what controls no hazard."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from recommender.authoring.safety.controls import KnownControls, known_controls
from recommender.authoring.safety.model import Control, Hazard, SafetyCase
from recommender.authoring.safety.reading import read_harm, read_intended_use, read_safety_case
from recommender.documents.yaml_json import Document
from recommender.errors import Problem
from recommender.rulebook.files import RECALLED, within
from recommender.rulebook.model import Rulebook
from recommender.rulebook.recalls import read_recalls

_ONE = {
    "laws": "law",
    "rules": "rule",
    "cues": "cue",
    "cases": "case",
    "lints": "lint",
    "tests": "test",
}
_PLANNED, _CONTROLLED = "planned", "controlled"


def checked_safety_case(
    book: Rulebook, documents: Iterable[Document], folder: Path | None
) -> tuple[tuple[Hazard, ...], tuple[Problem, ...]]:
    """Read all that is said of the safety of a rulebook; return its hazards, if any, and their problems.

    Raises:
        RulebookError: where a file cannot be read, with every problem in it.

    """
    documents = tuple(documents)
    for document in documents:
        if within(document.name) == RECALLED:
            read_recalls(document)
    case = read_safety_case(documents)
    if case is None:
        return (), ()
    read_harm(documents, book)
    read_intended_use(documents)
    return case.hazards, tuple(hazard_problems(case, known_controls(book, folder)))


def hazard_problems(case: SafetyCase, known: KnownControls) -> Iterator[Problem]:
    """Yield what is wrong with a safety case that can be read."""
    for hazard in case.hazards:
        yield from _judged(case, hazard)
        yield from (problem for control in hazard.controls for problem in _gone(hazard.id, control, known))
    named = {(control.kind, control.id) for hazard in case.hazards for control in hazard.controls}
    excused = {(excuse.control.kind, excuse.control.id) for excuse in case.excuses}
    for excuse in case.excuses:
        control = excuse.control
        yield from _gone("no_control", control, known)
        if (control.kind, control.id) in named:
            message = (
                f"the {_ONE[control.kind]} `{control.id}` is excused here, and is a control of a hazard."
            )
            yield Problem(control.location, message, "Take it out here.")
    for (kind, id_), place in known.needed.items():
        if (kind, id_) not in named | excused:
            yield Problem(
                place,
                f"the {_ONE[kind]} `{id_}` is a control of no hazard.",
                "Name it under the hazard that it holds down, or under `no_control` in safety/scales.yaml.",
            )


def _gone(owner: str, control: Control, known: KnownControls) -> Iterator[Problem]:
    there = known.by_kind.get(control.kind)
    if there is not None and control.id not in there:
        yield Problem(
            control.location,
            f"{owner}: there is no {_ONE[control.kind]} `{control.id}`.",
            "Name what controls it now, and judge the risk again.",
        )


def _judged(case: SafetyCase, hazard: Hazard) -> Iterator[Problem]:
    scales, planned = case.scales, hazard.status == _PLANNED
    if not hazard.controls and not planned:
        yield Problem(hazard.location, f"{hazard.id}: nothing controls this hazard.", "Name its controls.")
    if hazard.after.rating > hazard.before.rating:
        yield Problem(hazard.location, f"{hazard.id}: the risk after its controls is higher than before.")
    if hazard.status == _CONTROLLED and hazard.after.rating > scales.controlled_up_to:
        yield Problem(
            hazard.location,
            f"{hazard.id}: a rating of {hazard.after.rating} is left, and it is called controlled.",
            f"Up to {scales.controlled_up_to} may be called so. Write `status: open`.",
        )
