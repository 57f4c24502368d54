"""The facts label: what goes in, whom the sources are about, how certain the rules are, what fails."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from reference import _escaped, _page

from recommender.authoring.safety.model import IntendedUse, SafetyCase
from recommender.documents.yaml_json import Document
from recommender.rulebook.model import CERTAINTIES, SOURCE_STATUSES, Rulebook

_VIGNETTE = re.compile(r"\bV\d\d\b")
_NOT_MEASURED = (
    "Whether people understand the questions; whether they do what the answer says; how many false alarms "
    "and missed fractures there are among real people; whether anybody falls less or breaks fewer bones."
)


def facts_page(
    book: Rulebook, case: SafetyCase, use: IntendedUse, cases: Iterable[Document], signed: str
) -> str:
    """Return the facts label of a rulebook; `signed` says how many of its rules are signed."""
    certainty = Counter(rule.certainty for rule in book.rules.values())
    status = Counter(rule.source_status for rule in book.rules.values())
    introduction = (
        f"Rulebook {book.version}, sha256 `{book.sha256[:12]}`. {signed} Every number on this page is "
        "counted when it is made."
    )
    parts = {
        "What goes in": _inputs(book),
        "What comes out": _outputs(book),
        "Whom the sources are about": _people(book, use),
        "How certain the rules are": _shares(CERTAINTIES, certainty, book.words["certainty"]),
        "How far the sources were checked": _shares(SOURCE_STATUSES, status, book.words["source_status"]),
        "Known failures": _failures(case),
        "Published people": _vignettes(cases),
        "What nobody has measured": _NOT_MEASURED,
    }
    return _page("Facts label", introduction, (f"## {title}\n\n{text}" for title, text in parts.items()))


def _inputs(book: Rulebook) -> str:
    fields = book.vocabulary.fields.values()
    rows = {
        title: str(sum(field.group == group for field in fields))
        for group, title in book.vocabulary.groups.items()
    }
    return f"{len(fields)} answers, each of which may be unknown.\n\n" + _table("about", "answers", rows)


def _outputs(book: Rulebook) -> str:
    levels = sum(len(exercise.levels) for exercise in book.exercises.values())
    return (
        f"{len(book.exercises)} exercises in {levels} levels and {len(book.movements)} movements, each "
        "permitted, changed, permitted beside somebody trained, or left out; whether to start, to pause or "
        "to get help; whom to see; and the reason for each. No probability, no score of risk and no "
        "diagnosis."
    )


def _people(book: Rulebook, use: IntendedUse) -> str:
    populations = [source.population for source in book.sources.values()]
    rows = {
        name: _share(sum(bool(re.search(words, text)) for text in populations), len(populations))
        for name, words in use.populations
    }
    unsaid = sum(not text or text == "not stated" for text in populations)
    rows["Nothing is written down"] = _share(unsaid, len(populations))
    return f"Of {len(populations)} sources; one may count more than once.\n\n" + _table(
        "people", "sources", rows
    )


def _shares(order: Iterable[str], counts: Counter[str], meaning: Mapping[str, str]) -> str:
    rows = {
        f"{level.replace('_', ' ')}: {meaning[level]}": _share(counts[level], counts.total())
        for level in order
    }
    return _table("level", "rules", rows)


def _failures(case: SafetyCase) -> str:
    accepted = case.scales.controlled_up_to
    left = [hazard for hazard in case.hazards if hazard.status == "open" and hazard.after.rating > accepted]
    lines = (
        f"- [{hazard.id}](hazards.md#{hazard.id}) {_escaped(hazard.hazard)}. {_escaped(hazard.residual)}"
        for hazard in left
    )
    return (
        f"{len(left)} hazards are open, with a risk that the authors do not call acceptable.\n\n"
        + "\n".join(lines)
    )


def _vignettes(cases: Iterable[Document]) -> str:
    entries = [entry for document in cases for entry in document.data.get("cases", ())]
    names = [
        entry["name"] for entry in entries if _VIGNETTE.search(f"{entry['name']} {entry.get('evidence', '')}")
    ]
    lines = "\n".join(f"- {_escaped(name)}" for name in names)
    return (
        f"{len(names)} people whom others have published, with what their experts advised, are cases of "
        "this rulebook: `recommender rules test` fails where the rules say something else. The rules were "
        f"written with them in view, so that they agree proves nothing.\n\n{lines}"
    )


def _table(first: str, second: str, rows: Mapping[str, str]) -> str:
    lines = (f"| {_escaped(name)} | {value} |" for name, value in rows.items())
    return "\n".join([f"| {first} | {second} |", "|---|---|", *lines])


def _share(count: int, total: int) -> str:
    return f"{count} ({100 * count / total:.0f} %)"
