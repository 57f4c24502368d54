"""The reference of fields, rules, movements, exercises, sources and laws, as the data has them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from recommender.figures import STYLE, figure_of, twin_of
from recommender.rulebook.model import Exercise, Level, Movement, Rule, Rulebook, Source
from recommender.rulebook.scales import Dose
from recommender.rulebook.signing import reviewed, state
from recommender.vocabulary import Field, Vocabulary

_PICTURE_STYLE = f"<style>{STYLE} svg.pose {{height: 14rem; max-width: 100%}}</style>"
_SPECIAL = re.compile(r"([\\`*_<>\[\]])")


def fields_page(vocabulary: Vocabulary) -> str:
    """Return every field with its question and what may be answered, in groups."""
    introduction = (
        f"What can be known of a person: {len(vocabulary.fields)} fields, from `profiles/fields.yaml`. "
        "Each is an option of `recommender assess` (`--t-score`), a key of a profile (`t_score`), "
        "an argument in Python and a column of a file."
    )
    parts = []
    for group, title in vocabulary.groups.items():
        members = [field for field in vocabulary.fields.values() if field.group == group]
        parts += [f"## {title}", *map(_field, members)]
    return _page("Fields", introduction, parts)


def rules_page(book: Rulebook) -> str:
    """Return every rule with all that it says."""
    introduction = (
        f"The {len(book.rules)} rules of the rulebook {book.version}, which is {reviewed(book)}. Rules limit "
        "[movements](movements.md); the most cautious verdict wins."
    )
    return _page("Rules", introduction, [_rule(book, rule) for rule in book.rules.values()])


def movements_page(book: Rulebook) -> str:
    """Return every movement, with what to do instead and the rules that limit it."""
    introduction = (
        "What a body does. [Rules](rules.md) limit movements; [exercises](exercises.md) contain them."
    )
    entries = [_movement(book, entry) for entry in book.movements.values()]
    return _page("Movements", introduction, [_PICTURE_STYLE, *entries])


def exercises_page(book: Rulebook) -> str:
    """Return every exercise with its levels, gentlest first."""
    introduction = (
        "Exercises in levels, gentlest first. Which of them suit one person is for the rules to say: "
        "`recommender assess` shows only what is safe for them. " + book.words["disclaimer"]["person"]
    )
    entries = [_exercise(book, entry) for entry in book.exercises.values()]
    return _page("Exercises", introduction, [_PICTURE_STYLE, *entries])


def sources_page(book: Rulebook) -> str:
    """Return every source, with how far it was checked."""
    introduction = "Where the rules come from, and how far each source was checked."
    return _page("Sources", introduction, map(_source, book.sources.values()))


def laws_page(file: Path) -> str:
    """Return every law: its sentence, and the claim that is proved."""
    introduction = (
        "What holds for every possible person, as `recommender rules prove` proves it. Each law is a "
        "sentence and a formal claim; what it leaves out stands in it, with the reason."
    )
    laws = yaml.safe_load(file.read_text(encoding="utf-8"))["laws"]
    return _page("Laws", introduction, map(_law, laws))


def _page(title: str, introduction: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", introduction, *parts]) + "\n"


def _entry(level: int, title: str, anchor: str, text: str, rows: Mapping[str, str]) -> str:
    """Return a heading, a text and a list of labelled lines; empty ones are left out."""
    lines = "\n".join(f"- **{label}**: {value}" for label, value in rows.items() if value)
    heading = f"{'#' * level} {_escaped(title)} {{ #{anchor} }}"
    return "\n\n".join(part for part in (heading, text, lines) if part)


def _field(field: Field) -> str:
    rows = {
        "Answer": _escaped(field.accepted),
        "Where to find it": _escaped(field.where),
        "Not sure": _escaped(field.unsure),
        "Only if": _escaped(field.only_if_text),
    }
    return _entry(3, field.id, field.id, _escaped(field.ask), rows)


def _rule(book: Rulebook, rule: Rule) -> str:
    limits = {
        f"Limits to {verdict}": _links(
            "movements", (id_ for id_, limit in rule.limits.items() if limit == verdict)
        )
        for verdict in dict.fromkeys(rule.limits.values())
    }
    refer = rule.refer
    concluded = ", ".join(f"{scale} {level}" for scale, level in rule.concludes.items())
    rows = {
        "Unless" if rule.fails_closed else "When": f"`{' '.join(rule.when.split())}`",
        **limits,
        "Concludes at least": _escaped(concluded),
        "Clearance": _escaped(rule.clearance or ""),
        "Refers": _escaped(f"{refer.urgency}, {refer.to}: {refer.say}") if refer else "",
        "Says": _escaped(rule.say),
        "Asked as": _escaped(rule.screen),
        "Says of what waits": _escaped(rule.why_not),
        "Would open it": _escaped(rule.opens),
        "Caution": _escaped(rule.caution),
        "Note": _escaped(rule.note),
        "Dose": _escaped(rule.dose or ""),
        "Because": _escaped(rule.because),
        "Certainty": _escaped(f"{rule.certainty}; source {rule.source_status}; {state(book, rule.id)}"),
        "Sources": _links("sources", rule.sources),
    }
    return _entry(2, f"{rule.id} {rule.title}", rule.id, "", rows)


def _movement(book: Rulebook, movement: Movement) -> str:
    limiting = [rule.id for rule in book.rules.values() if movement.id in rule.limits]
    rows = {
        "Instead": _escaped(movement.instead),
        "Differently": _escaped(movement.differently),
        "Why it matters": _escaped(movement.mechanism),
        "Certainty": _escaped(movement.certainty),
        "Limited by": _links("rules", limiting),
        "Sources": _links("sources", movement.sources),
    }
    picture = twin_of(book, movement.id, styled=False) or ""
    text = f"{_escaped(movement.what)}\n\n{picture}".rstrip()
    return _entry(2, f"{movement.name} ({movement.id})", movement.id, text, rows)


def _exercise(book: Rulebook, exercise: Exercise) -> str:
    rows = {
        "Goals": _escaped(", ".join(book.words["goals"][goal] for goal in exercise.goals)),
        "Gentler": ", ".join(f"[{_escaped(book.exercises[id_].name)}](#{id_})" for id_ in exercise.gentler),
        "Stop if": _escaped(" ".join(exercise.stop_if)),
        "Certainty": _escaped(exercise.certainty),
        "Sources": _links("sources", exercise.sources),
    }
    entry = _entry(2, exercise.name, exercise.id, _escaped(exercise.why), rows)
    return "\n\n".join([entry, *(_level(book, exercise, level) for level in exercise.levels)])


def _level(book: Rulebook, exercise: Exercise, level: Level) -> str:
    steps = "\n".join(f"1. {_escaped(step)}" for step in level.steps)
    rows = {
        "How much": _escaped(level.dose[Dose.USUAL]),
        "Gentle start": _escaped(level.dose[Dose.GENTLE]),
        "Take care": _escaped(" ".join(level.cautions)),
        "Movements": _links("movements", level.movements),
    }
    picture = figure_of(book, exercise.id, level.id, styled=False)
    text = f"{picture}\n\n{_escaped(level.position)}\n\n{steps}"
    return _entry(3, level.name, f"level-{level.id}", text, rows)


def _source(source: Source) -> str:
    rows = {
        "Authors": _escaped(source.authors),
        "Where": _escaped(f"{source.where} ({source.year})"),
        "Checked": _escaped(source.checked),
        "Found": _escaped(source.found),
        "People studied": _escaped(source.population),
        "DOI": f"[{source.doi}](https://doi.org/{source.doi})" if source.doi else "",
        "Read at": f"<{source.url}>" if source.url else "",
    }
    return _entry(2, f"{source.id} {source.title}", source.id, "", rows)


def _law(law: Mapping[str, object]) -> str:
    claim = {key: value for key, value in law.items() if key not in ("id", "says")}
    formal = yaml.safe_dump(claim, sort_keys=False, allow_unicode=True, width=100)
    return f"## {law['id']}\n\n{_escaped(str(law['says']))}\n\n```yaml\n{formal}```"


def _links(page: str, ids: Iterable[str]) -> str:
    return ", ".join(f"[{_escaped(id_)}]({page}.md#{id_})" for id_ in ids)


def _escaped(text: str) -> str:
    """Return text on one line that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
