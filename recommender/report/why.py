"""Why an exercise or a movement is open to a person or withheld, on what facts, and what would change it."""

from collections.abc import Callable, Iterable, Sequence

from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.person.assessment import Assessment, Form, Offer, Withheld
from recommender.person.explanation import FactValue, explain
from recommender.person.verdicts import Needs
from recommender.person.what_if import Change, outcomes
from recommender.report.exercises import exercise_steps, lowered, title_of
from recommender.report.page import Page
from recommender.report.person import about, before_you_start
from recommender.rulebook.model import Exercise, Level, Movement, Rule, Rulebook
from recommender.rulebook.scales import Clearance, Verdict


def why_exercise(
    assessment: Assessment,
    exercise: Exercise,
    level: Level | None,
    changes: Iterable[Change],
    width: int,
    colour: bool,
) -> str:
    """Return why an exercise (or one level) is open or withheld, and what would change that, as text."""
    page = Page(width, colour)
    offer = assessment.offer(exercise.id)
    withheld_title = assessment.rulebook.phrase("why.not_for_now", exercise=exercise.name)
    page.title(title_of(assessment, offer) if offer else withheld_title)
    if not help_first(page, assessment, Clearance.EMERGENCY):
        if offer:
            _open_exercise(page, assessment, offer, level)
        elif withheld := assessment.withheld_for(exercise.id):
            _waiting_exercise(page, assessment, withheld)
        elif exercise.made_for:
            page.paragraph(assessment.rulebook.phrase("why.made_for", whom=exercise.made_for))
        _what_could_change(page, assessment, changes, lambda other: _standing(other, exercise))
        _how_sure(page, assessment, exercise.certainty, exercise.sources)
    about(page, assessment)
    return str(page)


def why_movement(
    assessment: Assessment,
    movement: Movement,
    opens: Needs,
    changes: Iterable[Change],
    width: int,
    colour: bool,
) -> str:
    """Return the verdict on a movement, why, what would open it and what would change that, as text."""
    page, phrase = Page(width, colour), assessment.rulebook.phrase
    entry = assessment.movement(movement.id)
    page.title(
        movement.name if _paused(assessment) else f"{movement.name}: {_verdict(assessment, entry.verdict)}"
    )
    if not help_first(page, assessment, Clearance.HOLD):
        page.paragraph(movement.what)
        if entry.verdict is not Verdict.OK:
            label = phrase("why.modify") if entry.verdict is Verdict.MODIFY else phrase("report.instead")
            page.entry(label, entry.instead, indent=0)
        before_you_start(page, assessment)
        _reasons(
            page, assessment, [rule for rule in entry.rules if rule.limits[movement.id] == entry.verdict]
        )
        _needs(page, assessment.rulebook, opens)
        if entry.verdict is Verdict.AVOID and not opens:
            page.heading(phrase("report.would_open"))
            page.paragraph(phrase("why.nothing_opens"))
        _what_could_change(
            page, assessment, changes, lambda other: _verdict(assessment, other.movement(movement.id).verdict)
        )
        page.heading(phrase("why.for_clinician"))
        page.paragraph(movement.mechanism)
        _how_sure(page, assessment, movement.certainty, movement.sources)
    about(page, assessment)
    return str(page)


def help_first(page: Page, assessment: Assessment, enough: Clearance) -> bool:
    """Add what comes before exercise for a person who is not clear.

    Return whether the page ends there, as it does from the clearance `enough` on.
    """
    if assessment.clearance is not Clearance.CLEAR:
        page.paragraph(assessment.rulebook.words["clearance"][assessment.clearance])
        for rule in assessment.clearance_rules:
            page.paragraph(rule.say)
        for rule in assessment.referrals:
            page.entry(
                assessment.rulebook.phrase("report.first"), rule.refer.say if rule.refer else "", indent=0
            )
        page.blank()
    return assessment.clearance >= enough


def _verdict(assessment: Assessment, verdict: str) -> str:
    return assessment.rulebook.words["verdict"][verdict]


def _paused(assessment: Assessment) -> bool:
    return not assessment.clearance.has_plan


def _open_exercise(page: Page, assessment: Assessment, offer: Offer, level: Level | None) -> None:
    book, phrase = assessment.rulebook, assessment.rulebook.phrase
    page.paragraph(offer.exercise.why)
    page.heading(phrase("why.safe"))
    page.paragraph(phrase("why.made_of"))
    _movements(page, assessment, offer.start.level)
    _reasons(page, assessment, _rules_of(assessment, offer.start), waits=False)
    before_you_start(page, assessment)
    page.heading(phrase("why.how_to"))
    exercise_steps(page, assessment, offer)
    if offer.next:
        page.heading(phrase("why.next", level=lowered(offer.next.level.name)))
        page.paragraph(phrase("why.next_after", after=offer.next.level.after))
        if offer.next.check_first:
            page.paragraph(phrase("why.next_if"))
            page.bullets(book.vocabulary.fields[name].check for name, _ in offer.next.check_first)
    further = level if level in offer.beyond else offer.beyond[0] if offer.beyond else None
    if further and (rules := _limiting(assessment, further, (Verdict.AVOID, Verdict.SUPERVISED))):
        page.heading(phrase("why.not_further", level=lowered(further.name)))
        _reasons(page, assessment, rules)
        if further == offer.beyond[0]:
            _needs(page, book, offer.next_needs)


def _waiting_exercise(page: Page, assessment: Assessment, entry: Withheld) -> None:
    book, phrase = assessment.rulebook, assessment.rulebook.phrase
    page.heading(phrase("why.waits"))
    if entry.movements:
        names = [book.movements[id_].name for id_ in entry.movements]
        page.paragraph(phrase("why.contains", movements=_listed(book, names)))
    _reasons(page, assessment, entry.rules)
    if entry.instead:
        page.heading(phrase("why.do_instead"))
        names = [phrase("why.ask_why", exercise=book.exercises[id_].name, id=id_) for id_ in entry.instead]
        page.bullets(names, indent=0)
    _needs(page, book, entry.would_need)


def _listed(book: Rulebook, names: Sequence[str]) -> str:
    *before, last = (book.phrase("why.list_item", name=name) for name in names)
    return book.phrase("why.list", names=", ".join(before), last=last) if before else last


def _movements(page: Page, assessment: Assessment, level: Level) -> None:
    for id_ in level.movements:
        entry = assessment.movement(id_)
        page.bullets([f"{entry.movement.name}: {_verdict(assessment, entry.verdict)}."])


def _rules_of(assessment: Assessment, form: Form) -> list[Rule]:
    """Return the rules that gave a form its verdict."""
    if form.verdict is Verdict.OK:
        return []
    return _limiting(assessment, form.level, (form.verdict,))


def _limiting(assessment: Assessment, level: Level, verdicts: Sequence[Verdict]) -> list[Rule]:
    """Return the fired rules that put one of `verdicts` on a movement of a level."""
    return list(
        {rule.id: rule for id_ in level.movements for rule in assessment.limiting(id_, verdicts)}.values()
    )


def _reasons(page: Page, assessment: Assessment, rules: Iterable[Rule], waits: bool = True) -> None:
    book, phrase = assessment.rulebook, assessment.rulebook.phrase
    for rule in rules:
        facts = _facts(assessment, rule)
        known = [_fact(book, name, value) for name, value in facts.items() if value is not None]
        unknown = [_fact(book, name, value) for name, value in facts.items() if value is None]
        if len(unknown) > book.report_limits.unknown_answers:
            unknown = [phrase("why.unknown_answers", count=len(unknown))]
        certainty = book.words["certainty"][rule.certainty]
        page.subheading((rule.why_not if waits else "") or rule.say)
        page.entry(phrase("why.because"), rule.because)
        page.entry(phrase("why.rests_on"), "; ".join(known + unknown))
        page.entry(phrase("why.how_sure"), phrase("why.rule_certainty", certainty=certainty, rule=rule.id))


def _facts(assessment: Assessment, rule: Rule) -> dict[str, FactValue]:
    """Return the facts of a rule: measures, and the fields that do not have the value of such a measure."""
    vocabulary = assessment.rulebook.vocabulary
    facts = {
        name: value
        for name, value in explain(assessment, rule).facts.items()
        if name not in assessment.rulebook.scales
    }
    measured = {
        field: value
        for name, value in facts.items()
        if name in vocabulary.measures
        and isinstance(symbol := vocabulary.measures[name].symbol, NumberSymbol)
        for field in fields_of_term(symbol.term)
    }
    return {name: value for name, value in facts.items() if value is None or measured.get(name) != value}


def _fact(book: Rulebook, name: str, value: FactValue) -> str:
    vocabulary = book.vocabulary
    label = vocabulary.fields[name].label if name in vocabulary.fields else vocabulary.measures[name].label
    if value is None:
        return book.phrase("why.unknown", fact=label)
    if isinstance(value, bool):
        value = book.phrase("answer.yes") if value else book.phrase("answer.no")
    return book.phrase("why.fact", fact=label, value=value).replace("_", " ")


def texts_of(needs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the text of each need once."""
    return tuple(dict.fromkeys(say for _, say in needs))


def _needs(page: Page, book: Rulebook, needs: Iterable[tuple[str, str]]) -> None:
    texts = texts_of(needs)
    if texts:
        page.heading(book.phrase("report.would_open"))
        if len(texts) > 1:
            page.paragraph(book.phrase("why.all_needed"))
        page.bullets(texts, indent=0)


def _standing(assessment: Assessment, exercise: Exercise) -> str:
    """Say whether an exercise is withheld or open, and up to which level."""
    offer, phrase = assessment.offer(exercise.id), assessment.rulebook.phrase
    if offer is None:
        return phrase("why.it_waits")
    single = len(exercise.levels) == 1
    standing = phrase("why.open") if single else phrase("why.open_up_to", level=lowered(offer.level.name))
    return standing if offer.verdict is Verdict.OK else f"{standing} ({_verdict(assessment, offer.verdict)})"


def _what_could_change(
    page: Page, assessment: Assessment, changes: Iterable[Change], standing: Callable[[Assessment], str]
) -> None:
    now = (standing(assessment), assessment.clearance)
    lines, safety = [], False
    for field, answer, other in outcomes(changes, lambda other: (standing(other), other.clearance)):
        if other.clearance != assessment.clearance and field.kind == "yes_no" and answer == "yes":
            safety = True
        elif (standing(other), other.clearance) != now:
            outcome = would_be(assessment, other) or standing(other)
            lines.append(f"{capital(field.label)}, {answer}: {outcome}.")
    if safety:
        lines.append(assessment.rulebook.phrase("why.safety_questions"))
    if lines:
        page.heading(assessment.rulebook.phrase("why.answers"))
        page.bullets(lines, indent=0)


def would_be(assessment: Assessment, other: Assessment) -> str:
    """Return what another clearance would mean, or an empty text where it is the same."""
    return (
        ""
        if other.clearance == assessment.clearance
        else assessment.rulebook.words["would_be"][other.clearance]
    )


def capital(text: str) -> str:
    """Return a text as it stands at the beginning of a sentence."""
    return f"{text[0].upper()}{text[1:]}"


def _how_sure(page: Page, assessment: Assessment, certainty: str, sources: Iterable[str]) -> None:
    page.heading(assessment.rulebook.phrase("why.how_well_known"))
    page.paragraph(f"{assessment.rulebook.words['certainty'][certainty].capitalize()}.")
    for id_ in sources:
        source = assessment.rulebook.sources[id_]
        checked = assessment.rulebook.words["source_status"][source.checked]
        page.bullets([f"{source.authors.rstrip('.')}. {source.title} ({source.year}): {checked}."], indent=0)
