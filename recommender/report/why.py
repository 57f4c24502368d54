"""Why an exercise or a movement is open to one person or waits, what that rests on, and what would change it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from recommender.assessment import Assessment, Form, MovementVerdict, Offer, Withheld
from recommender.explanation import FactValue, explain
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.report.page import Page
from recommender.report.person import exercise_steps, title_of
from recommender.rulebook.model import CLEARANCES, Exercise, Level, Movement, Rule
from recommender.whatif import Change, outcomes

_VERDICTS = {
    "ok": "fine for you, from what you told us",
    "modify": "with care",
    "supervised": "only with a professional beside you",
    "avoid": "not for now",
}


def why_exercise(found: Assessment, exercise: Exercise, changes: Sequence[Change], width: int, colour: bool) -> str:
    """Return why an exercise is open or waits, and what would change that, as text for a terminal."""
    page = Page(width, colour)
    offer = next((offer for offer in found.offers if offer.exercise.id == exercise.id), None)
    if offer:
        _open_exercise(page, found, offer)
    else:
        _waiting_exercise(page, found, next(entry for entry in found.withheld if entry.exercise.id == exercise.id))
    _what_could_change(page, found, changes, lambda other: _standing(other, exercise))
    _how_sure(page, found, exercise.certainty, exercise.sources)
    return str(page)


def why_movement(found: Assessment, movement: Movement, changes: Sequence[Change], width: int, colour: bool) -> str:
    """Return what is said of a movement and why, and what would change that, as text for a terminal."""
    page = Page(width, colour)
    entry = _verdict(found, movement.id)
    page.title(f"{movement.name}: {_VERDICTS[entry.verdict]}")
    page.paragraph(movement.what)
    if entry.verdict != "ok":
        page.entry("Instead", movement.instead, indent=0)
    _reasons(page, found, [rule for rule in entry.rules if rule.limits[movement.id] == entry.verdict])
    _what_could_change(page, found, changes, lambda other: _VERDICTS[_verdict(other, movement.id).verdict])
    page.heading("For a clinician")
    page.paragraph(movement.mechanism)
    _how_sure(page, found, movement.certainty, movement.sources)
    return str(page)


def what_would_change(found: Assessment, gates: Mapping[str, Assessment], changes: Sequence[Change], width: int, colour: bool) -> str:
    """Return what answering the open questions would open or close, as text for a terminal.

    `gates` holds, by the words of what it needs, what would follow if a gate were open; `changes` every answer to each
    open question.
    """
    page = Page(width, colour)
    page.title("What would change your plan")
    opened = {needs: _more(found, other) for needs, other in gates.items()}
    if any(opened.values()):
        page.heading("What could open more")
    for needs, gained in opened.items():
        if gained:
            page.subheading(needs)
            page.entry("That is", "; ".join(gained))
    page.heading("What your answers could change")
    page.paragraph(f"From what you told us, {len(found.offers)} exercises are open now.")
    last = ""
    for field, words, other in outcomes(changes, lambda other: (_levels(other), other.clearance)):
        if other.clearance != found.clearance or _levels(other) == _levels(found):
            continue
        if field.id != last:
            page.subheading(f"{_capital(field.label)} (--{field.id.replace('_', '-')})")
        last = field.id
        page.bullets([f"{words}: {_difference(found, other)}"])
    return str(page)


def _difference(found: Assessment, other: Assessment) -> str:
    """Say how many exercises are open to somebody with one more answer, and which come, go or become gentler."""
    parts = [f"{len(other.offers)} exercises are open."]
    if gained := _more(found, other):
        parts.append(f"New: {'; '.join(gained)}.")
    staying = {offer.exercise.id for offer in other.offers}
    waiting = [offer.exercise.name for offer in found.offers if offer.exercise.id not in staying]
    if waiting:
        more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
        parts.append(f"For now without: {'; '.join(waiting[:3])}{more}.")
    if len(_more(other, found)) > len(waiting):
        parts.append("Some in a gentler form.")
    return " ".join(parts)


def _more(found: Assessment, other: Assessment) -> list[str]:
    """Return the names of the forms of exercise that are open to another person and not to this one."""
    now = _levels(found)
    exercises = found.rulebook.exercises.values()
    return [_level_name(ex, level) for ex in exercises for level in ex.levels if level.id not in now and level.id in _levels(other)]


def _level_name(exercise: Exercise, level: Level) -> str:
    return exercise.name if len(exercise.levels) == 1 else f"{exercise.name} ({level.name[0].lower()}{level.name[1:]})"


def _levels(found: Assessment) -> tuple[str, ...]:
    return tuple(form.level.id for offer in found.offers for form in offer.permitted)


def _open_exercise(page: Page, found: Assessment, offer: Offer) -> None:
    page.title(title_of(offer))
    page.paragraph(offer.exercise.why)
    page.heading("Why it is safe for you")
    page.paragraph("It is made of these movements:")
    _movements(page, found, offer.start.level)
    _reasons(page, found, _rules_of(found, offer.start), waits=False)
    page.heading("How to do it")
    exercise_steps(page, found, offer)
    if offer.beyond:
        page.heading(f"Why not further: {offer.beyond[0].name[0].lower()}{offer.beyond[0].name[1:]}")
        _reasons(page, found, _limiting(found, offer.beyond[0], ("avoid", "supervised")))
        _needs(page, offer.next_needs)


def _waiting_exercise(page: Page, found: Assessment, entry: Withheld) -> None:
    page.title(f"{entry.exercise.name}: not for now")
    if found.clearance != CLEARANCES[0] and not entry.movements:
        page.paragraph(found.rulebook.words["clearance"][found.clearance])
    page.heading("Why it waits")
    if entry.movements:
        names = [found.rulebook.movements[id_].name for id_ in entry.movements]
        page.paragraph(f"It contains what is best left out for now: {_listed(names)}.")
    _reasons(page, found, entry.rules)
    exercises = found.rulebook.exercises
    if entry.instead:
        page.heading("What to do instead")
        page.bullets((f"{exercises[id_].name} (recommender why {id_})" for id_ in entry.instead), indent=0)
    _needs(page, entry.would_need)


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _movements(page: Page, found: Assessment, level: Level) -> None:
    for id_ in level.movements:
        entry = _verdict(found, id_)
        page.bullets([f"{entry.movement.name}: {_VERDICTS[entry.verdict]}."])


def _verdict(found: Assessment, movement: str) -> MovementVerdict:
    return next(entry for entry in found.movements if entry.movement.id == movement)


def _rules_of(found: Assessment, form: Form) -> list[Rule]:
    """Return the rules that gave a form its verdict."""
    if form.verdict == "ok":
        return []
    return _limiting(found, form.level, (form.verdict,))


def _limiting(found: Assessment, level: Level, verdicts: Sequence[str]) -> list[Rule]:
    """Return the fired rules that put one of `verdicts` on a movement of a level."""
    limiting = {rule.id: rule for id_ in level.movements for rule in _verdict(found, id_).rules if rule.limits[id_] in verdicts}
    return list(limiting.values())


def _reasons(page: Page, found: Assessment, rules: Iterable[Rule], waits: bool = True) -> None:
    for rule in rules:
        told = [_fact(found, name, value) for name, value in _resting_on(found, rule).items()]
        page.subheading((rule.why_not if waits else "") or rule.say)
        page.entry("Because", rule.because)
        page.entry("It rests on", "; ".join(told))
        page.entry("How sure", f"{found.rulebook.words['certainty'][rule.certainty]} (rule {rule.id})")


def _resting_on(found: Assessment, rule: Rule) -> dict[str, FactValue]:
    """Return the facts a rule rests on: measures, and fields that no measure with the same value already stands for."""
    vocabulary = found.rulebook.vocabulary
    facts = {name: value for name, value in explain(found, rule).facts.items() if name not in found.rulebook.scales}
    measured = {
        field: value
        for name, value in facts.items()
        if name in vocabulary.measures and isinstance(symbol := vocabulary.measures[name].symbol, NumberSymbol)
        for field in fields_of_term(symbol.term)
    }
    return {name: value for name, value in facts.items() if value is None or measured.get(name) != value}


def _fact(found: Assessment, name: str, value: FactValue) -> str:
    vocabulary = found.rulebook.vocabulary
    label = vocabulary.fields[name].label if name in vocabulary.fields else vocabulary.measures[name].label
    if value is None:
        return f"{label} not known"
    return f"{label} {('yes' if value else 'no') if isinstance(value, bool) else value}".replace("_", " ")


def _needs(page: Page, needs: Iterable[tuple[str, str]]) -> None:
    says = list(dict.fromkeys(say for _, say in needs))
    if says:
        page.heading("What would open it")
        if len(says) > 1:
            page.paragraph("All of these are needed:")
        page.bullets(says, indent=0)


def _standing(found: Assessment, exercise: Exercise) -> str:
    offer = next((offer for offer in found.offers if offer.exercise.id == exercise.id), None)
    if offer is None:
        return "it waits"
    level = "" if len(exercise.levels) == 1 else f", up to “{offer.level.name[0].lower()}{offer.level.name[1:]}”"
    return f"open{level}{'' if offer.verdict == 'ok' else f' ({_VERDICTS[offer.verdict]})'}"


def _what_could_change(page: Page, found: Assessment, changes: Sequence[Change], standing: Callable[[Assessment], str]) -> None:
    pausing = [change for change in changes if change.found.clearance != found.clearance]
    others = [change for change in changes if change not in pausing]
    lines = [
        f"{_capital(field.label)}, {words}: {then}."
        for field, words, other in outcomes(others, standing)
        if (then := standing(other)) != standing(found)
    ]
    if pausing:
        lines.append("A yes to one of the safety questions would pause it, with everything else.")
    if lines:
        page.heading("Answers that would change it")
        page.bullets(lines, indent=0)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _how_sure(page: Page, found: Assessment, certainty: str, sources: Iterable[str]) -> None:
    page.heading("How sure this is, and where it comes from")
    page.paragraph(f"{found.rulebook.words['certainty'][certainty].capitalize()}.")
    for id_ in sources:
        source = found.rulebook.sources[id_]
        checked = found.rulebook.words["source_status"][source.checked]
        page.bullets([f"{source.authors.rstrip('.')}. {source.title} ({source.year}): {checked}."], indent=0)
