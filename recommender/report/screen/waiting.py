"""What waits for now, by what would open it."""

from recommender.person.assessment import Assessment, Withheld

Opening = tuple[tuple[str, ...], list[Withheld]]
"""What has to be known or to hold, in words, and all that this would open."""


def openings(assessment: Assessment) -> list[Opening]:
    """Return what an answer would open: first what is named first to leave out, then what opens the most."""
    groups: dict[tuple[str, ...], list[Withheld]] = {}
    for entry in assessment.withheld:
        if needs := tuple(dict.fromkeys(say for _, say in entry.would_need)):
            groups.setdefault(needs, []).append(entry)
    return sorted(groups.items(), key=lambda group: _order(assessment, group[1]))


def _order(assessment: Assessment, entries: list[Withheld]) -> tuple[int, int]:
    named = [set(entry.movements) for entry in assessment.rulebook.first_screen.leave_out]
    waiting = {id_ for entry in entries for id_ in entry.movements}
    first = next((place for place, movements in enumerate(named) if movements & waiting), len(named))
    return first, -len(entries)
