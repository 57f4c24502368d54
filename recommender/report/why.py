"""Why an exercise or a movement is open to one person or waits, what that rests on, and what would change it."""

from collections.abc import Callable, Iterable, Sequence

from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.person.assessment import Assessment, Form, Offer, Withheld
from recommender.person.explanation import FactValue, explain
from recommender.person.what_if import Change, outcomes
from recommender.report.exercises import exercise_steps, lowered, title_of
from recommender.report.page import Page
from recommender.report.person import about, before_you_start, told_referrals
from recommender.rulebook.model import Exercise, Level, Movement, Rule
from recommender.rulebook.scales import Clearance, Verdict

_MOST_MISSING = 4


def why_exercise(
    found: Assessment,
    exercise: Exercise,
    level: Level | None,
    changes: Iterable[Change],
    width: int,
    colour: bool,
) -> str:
    """Return why an exercise (or one level of it) is open or waits, and what would change that, as text for a terminal."""
    page = Page(width, colour)
    offer = found.offer(exercise.id)
    page.title(title_of(found, offer) if offer else f"{exercise.name}: not for now")
    if not help_first(page, found, Clearance.EMERGENCY):
        if offer:
            _open_exercise(page, found, offer, level)
        elif withheld := found.withheld_for(exercise.id):
            _waiting_exercise(page, found, withheld)
        _what_could_change(page, found, changes, lambda other: _standing(other, exercise))
        _how_sure(page, found, exercise.certainty, exercise.sources)
    about(page, found)
    return str(page)


def why_movement(
    found: Assessment, movement: Movement, changes: Iterable[Change], width: int, colour: bool
) -> str:
    """Return what is said of a movement and why, and what would change that, as text for a terminal."""
    page = Page(width, colour)
    entry = found.movement(movement.id)
    page.title(movement.name if _paused(found) else f"{movement.name}: {_words(found, entry.verdict)}")
    if not help_first(page, found, Clearance.HOLD):
        page.paragraph(movement.what)
        if entry.verdict is not Verdict.OK:
            page.entry("How" if entry.verdict is Verdict.MODIFY else "Instead", entry.instead, indent=0)
        before_you_start(page, found)
        _reasons(page, found, [rule for rule in entry.rules if rule.limits[movement.id] == entry.verdict])
        _what_could_change(
            page, found, changes, lambda other: _words(found, other.movement(movement.id).verdict)
        )
        page.heading("For a clinician")
        page.paragraph(movement.mechanism)
        _how_sure(page, found, movement.certainty, movement.sources)
    about(page, found)
    return str(page)


def help_first(page: Page, found: Assessment, enough: Clearance) -> bool:
    """Tell whoever is not clear what comes first; say whether that is all there is to tell, from the clearance `enough` on."""
    if found.clearance is not Clearance.CLEAR:
        page.paragraph(found.rulebook.words["clearance"][found.clearance])
        for rule in found.clearance_rules:
            page.paragraph(rule.say)
        for refer in told_referrals(found):
            page.entry("First", refer.say, indent=0)
        page.blank()
    return found.clearance >= enough


def _words(found: Assessment, verdict: str) -> str:
    return found.rulebook.words["verdict"][verdict]


def _paused(found: Assessment) -> bool:
    return not found.clearance.has_plan


def _open_exercise(page: Page, found: Assessment, offer: Offer, level: Level | None) -> None:
    page.paragraph(offer.exercise.why)
    page.heading("Why it is safe for you")
    page.paragraph("It is made of these movements:")
    _movements(page, found, offer.start.level)
    _reasons(page, found, _rules_of(found, offer.start), waits=False)
    before_you_start(page, found)
    page.heading("How to do it")
    exercise_steps(page, found, offer)
    if offer.start.level != offer.level:
        fields = found.rulebook.vocabulary.fields
        page.heading(f"Next: {lowered(offer.level.name)}")
        page.paragraph("You can go on to this if none of these is true for you:")
        page.bullets(fields[name].check for name, _ in offer.check_first)
    further = level if level in offer.beyond else offer.beyond[0] if offer.beyond else None
    if further and (rules := _limiting(found, further, (Verdict.AVOID, Verdict.SUPERVISED))):
        page.heading(f"Why not further: {lowered(further.name)}")
        _reasons(page, found, rules)
        if further == offer.beyond[0]:
            _needs(page, offer.next_needs)


def _waiting_exercise(page: Page, found: Assessment, entry: Withheld) -> None:
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
        entry = found.movement(id_)
        page.bullets([f"{entry.movement.name}: {_words(found, entry.verdict)}."])


def _rules_of(found: Assessment, form: Form) -> list[Rule]:
    """Return the rules that gave a form its verdict."""
    if form.verdict is Verdict.OK:
        return []
    return _limiting(found, form.level, (form.verdict,))


def _limiting(found: Assessment, level: Level, verdicts: Sequence[Verdict]) -> list[Rule]:
    """Return the fired rules that put one of `verdicts` on a movement of a level."""
    return list({rule.id: rule for id_ in level.movements for rule in found.limiting(id_, verdicts)}.values())


def _reasons(page: Page, found: Assessment, rules: Iterable[Rule], waits: bool = True) -> None:
    for rule in rules:
        facts = _resting_on(found, rule)
        told = [_fact(found, name, value) for name, value in facts.items() if value is not None]
        missing = [_fact(found, name, value) for name, value in facts.items() if value is None]
        told += (
            missing if len(missing) <= _MOST_MISSING else [f"{len(missing)} answers that are not known yet"]
        )
        page.subheading((rule.why_not if waits else "") or rule.say)
        page.entry("In clinicians' words", rule.because)
        page.entry("It rests on", "; ".join(told))
        page.entry("How sure", f"{found.rulebook.words['certainty'][rule.certainty]} (rule {rule.id})")


def _resting_on(found: Assessment, rule: Rule) -> dict[str, FactValue]:
    """Return the facts a rule rests on: measures, and fields that no measure with the same value already stands for."""
    vocabulary = found.rulebook.vocabulary
    facts = {
        name: value for name, value in explain(found, rule).facts.items() if name not in found.rulebook.scales
    }
    measured = {
        field: value
        for name, value in facts.items()
        if name in vocabulary.measures
        and isinstance(symbol := vocabulary.measures[name].symbol, NumberSymbol)
        for field in fields_of_term(symbol.term)
    }
    return {name: value for name, value in facts.items() if value is None or measured.get(name) != value}


def _fact(found: Assessment, name: str, value: FactValue) -> str:
    vocabulary = found.rulebook.vocabulary
    label = vocabulary.fields[name].label if name in vocabulary.fields else vocabulary.measures[name].label
    if value is None:
        return f"{label} not known"
    return f"{label} {('yes' if value else 'no') if isinstance(value, bool) else value}".replace("_", " ")


def says(needs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the words of what is needed, each once."""
    return tuple(dict.fromkeys(say for _, say in needs))


def _needs(page: Page, needs: Iterable[tuple[str, str]]) -> None:
    words = says(needs)
    if words:
        page.heading("What would open it")
        if len(words) > 1:
            page.paragraph("All of these are needed:")
        page.bullets(words, indent=0)


def _standing(found: Assessment, exercise: Exercise) -> str:
    offer = found.offer(exercise.id)
    if offer is None:
        return "it waits"
    level = "" if len(exercise.levels) == 1 else f", up to “{lowered(offer.level.name)}”"
    return f"open{level}{'' if offer.verdict is Verdict.OK else f' ({_words(found, offer.verdict)})'}"


def _what_could_change(
    page: Page, found: Assessment, changes: Iterable[Change], standing: Callable[[Assessment], str]
) -> None:
    now = (standing(found), found.clearance)
    lines, safety = [], False
    for field, words, other in outcomes(changes, lambda other: (standing(other), other.clearance)):
        if other.clearance != found.clearance and field.kind == "yes_no" and words == "yes":
            safety = True
        elif (standing(other), other.clearance) != now:
            lines.append(f"{capital(field.label)}, {words}: {would_be(found, other) or standing(other)}.")
    if safety:
        lines.append("A yes to one of the safety questions would change everything. Those come first.")
    if lines:
        page.heading("Answers that would change it")
        page.bullets(lines, indent=0)


def would_be(found: Assessment, other: Assessment) -> str:
    """Say what another clearance would mean, or nothing where it is the same."""
    return "" if other.clearance == found.clearance else found.rulebook.words["would_be"][other.clearance]


def capital(text: str) -> str:
    """Return a text as it stands at the beginning of a sentence."""
    return f"{text[0].upper()}{text[1:]}"


def _how_sure(page: Page, found: Assessment, certainty: str, sources: Iterable[str]) -> None:
    page.heading("How well its good is known, and where it comes from")
    page.paragraph(f"{found.rulebook.words['certainty'][certainty].capitalize()}.")
    for id_ in sources:
        source = found.rulebook.sources[id_]
        checked = found.rulebook.words["source_status"][source.checked]
        page.bullets([f"{source.authors.rstrip('.')}. {source.title} ({source.year}): {checked}."], indent=0)
