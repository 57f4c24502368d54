"""Renders a rulebook as one linked, printable page: rules, movements, exercises, sources and whole people."""

from collections.abc import Iterable, Mapping, Sequence

from recommender.authoring.cases.people import PersonCase
from recommender.report.html import Markup, document, heading, joined, paragraph, safe
from recommender.rulebook.model import Exercise, Movement, Rule, Rulebook, Source
from recommender.rulebook.scales import Dose
from recommender.rulebook.signing import reviewed, sign_off, state


def rulebook_page(book: Rulebook, people: Sequence[PersonCase]) -> str:
    """Return the whole rulebook as one self-contained HTML page."""
    title = f"The rulebook {book.version}"
    parts = [
        heading(1, title),
        paragraph(book.words["disclaimer"]["clinician"]),
        paragraph(f"It is {reviewed(book)}. Its sha256 is {book.sha256}."),
        _contents(book, people),
        _part("rules", "Rules", (_rule(book, rule) for rule in book.rules.values())),
        _part("movements", "Movements", (_movement(book, movement) for movement in book.movements.values())),
        _part("exercises", "Exercises", (_exercise(book, exercise) for exercise in book.exercises.values())),
        _part("people", "Whole people", (_person(case) for case in people)),
        _part("sources", "Sources", (_source(source) for source in book.sources.values())),
    ]
    return document(title, joined(parts))


def _contents(book: Rulebook, people: Sequence[PersonCase]) -> Markup:
    counts = {
        "rules": ("rules", len(book.rules)),
        "movements": ("movements", len(book.movements)),
        "exercises": ("exercises", len(book.exercises)),
        "people": ("whole people on whom the rules are tried", len(people)),
        "sources": ("sources", len(book.sources)),
    }
    items = "".join(
        f'<li><a href="#{id_}">{count} {safe(what)}</a></li>' for id_, (what, count) in counts.items()
    )
    return Markup(f"<ul>{items}</ul>\n")


def _part(id_: str, title: str, entries: Iterable[Markup]) -> Markup:
    return Markup(f'<section id="{id_}">\n<h2>{safe(title)}</h2>\n{joined(entries)}</section>\n')


def _entry(id_: str, title: str, rows: Mapping[str, Markup | str]) -> Markup:
    """Return one entry; rows without a value are left out."""
    lines = "".join(f"<dt>{safe(name)}</dt><dd>{value}</dd>\n" for name, value in rows.items() if value)
    return Markup(f'<article id="{safe(id_)}">\n<h3>{safe(title)}</h3>\n<dl>\n{lines}</dl>\n</article>\n')


def _links(kind: str, ids: Iterable[str]) -> Markup:
    return Markup(", ".join(f'<a href="#{kind}-{safe(id_)}">{safe(id_)}</a>' for id_ in ids))


def _rule(book: Rulebook, rule: Rule) -> Markup:
    limits = {
        f"limits to {verdict}": _links(
            "movement", (id_ for id_, limit in rule.limits.items() if limit == verdict)
        )
        for verdict in dict.fromkeys(rule.limits.values())
    }
    signature = sign_off(book, rule)
    texts = {
        "says": rule.say,
        "asked as": rule.screen,
        "says of what waits": rule.why_not,
        "would open it": rule.opens,
    }
    rows = {
        "unless" if rule.fails_closed else "when": Markup(f"<code>{safe(rule.when)}</code>"),
        **limits,
        "concludes at least": safe(", ".join(f"{scale} {level}" for scale, level in rule.concludes.items())),
        "clearance": safe(rule.clearance or ""),
        "refers": safe(f"{rule.refer.urgency}, {rule.refer.to}: {rule.refer.say}") if rule.refer else "",
        **{name: safe(text) for name, text in texts.items()},
        "caution": safe(rule.caution),
        "note": safe(rule.note),
        "dose": safe(rule.dose or ""),
        "because": safe(rule.because),
        "certainty": safe(f"{rule.certainty}; source {rule.source_status}"),
        "numbers less well founded": safe(
            ", ".join(f"{text} ({status})" for text, status in rule.numbers.items())
        ),
        "sources": _links("source", rule.sources),
        "signed": safe(
            f"{signature.by}, {signature.role}, {signature.date}" if signature else state(book, rule)
        ),
        "stands in": safe(rule.place),
    }
    return _entry(f"rule-{rule.id}", f"{rule.id} {rule.title}", rows)


def _movement(book: Rulebook, movement: Movement) -> Markup:
    levels = [
        level.id
        for exercise in book.exercises.values()
        for level in exercise.levels
        if movement.id in level.movements
    ]
    rows = {
        "what it is": safe(movement.what),
        "instead": safe(movement.instead),
        "differently": safe(movement.differently),
        "why it matters": safe(movement.mechanism),
        "certainty": safe(movement.certainty),
        "limited by": _links("rule", (rule.id for rule in book.rules.values() if movement.id in rule.limits)),
        "in the levels": _links("level", levels),
        "sources": _links("source", movement.sources),
    }
    return _entry(f"movement-{movement.id}", f"{movement.name} ({movement.id})", rows)


def _exercise(book: Rulebook, exercise: Exercise) -> Markup:
    rows = {
        "why": safe(exercise.why),
        "goals": safe(", ".join(book.words["goals"][goal] for goal in exercise.goals)),
        "certainty": safe(exercise.certainty),
        "gentler": _links("exercise", exercise.gentler),
        "stop if": safe(" ".join(exercise.stop_if)),
        "sources": _links("source", exercise.sources),
    }
    levels = [
        _entry(
            f"level-{level.id}",
            f"{level.name} ({level.id})",
            {
                "movements": _links("movement", level.movements),
                "where": safe(level.position),
                "steps": Markup("<ol>" + "".join(f"<li>{safe(step)}</li>" for step in level.steps) + "</ol>"),
                "how much": safe(level.dose[Dose.USUAL]),
                "gentle start": safe(level.dose[Dose.GENTLE]),
                "take care": safe(" ".join(level.cautions)),
                "shown up to": safe(level.shown_up_to),
            },
        )
        for level in exercise.levels
    ]
    return Markup(
        _entry(f"exercise-{exercise.id}", f"{exercise.name} ({exercise.id})", rows) + joined(levels)
    )


def _person(case: PersonCase) -> Markup:
    rows = {
        "who": safe(", ".join(f"{name}: {answer}" for name, answer in case.who.items())),
        "refused with": safe(case.refused),
        "clearance": safe(case.expected.clearance if case.expected else ""),
        "offered": safe(", ".join(case.expected.offered) if case.expected else ""),
        "withheld": safe(", ".join(case.expected.withheld) if case.expected else ""),
        "trap": safe(case.trap),
        "stands in": safe(case.location),
    }
    return _entry(f"person-{case.location}", case.name, rows)


def _source(source: Source) -> Markup:
    rows = {
        "authors": safe(source.authors),
        "where": safe(f"{source.where} ({source.year})"),
        "checked": safe(source.checked),
        "found": safe(source.found),
        "people studied": safe(source.population),
        "doi": safe(source.doi),
        "read at": safe(source.url),
    }
    return _entry(f"source-{source.id}", f"{source.id} {source.title}", rows)
