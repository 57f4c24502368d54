"""Whom the answer is about, as it was understood, and what the number means."""

from recommender.language.numbers import shown
from recommender.person.assessment import Assessment
from recommender.report.screen.layout import ScreenPage
from recommender.rulebook.model import SHOWN_FIRST
from recommender.vocabulary.answers import write_answer


def understood(page: ScreenPage, assessment: Assessment, most: int) -> None:
    """Repeat the first `most` answers, so that a slip is seen."""
    if facts := answers_in_words(assessment, most):
        page.paragraph(assessment.rulebook.phrase("screen.understood", facts="; ".join(facts)))


def answers_in_words(assessment: Assessment, most: int) -> list[str]:
    """Return the first `most` answers, and how many more there are."""
    book, answered = assessment.rulebook, assessment.profile.answered
    order = dict.fromkeys((*book.first_screen.repeated, *book.vocabulary.fields))
    fields = [book.vocabulary.fields[name] for name in order if name in answered]
    facts = []
    for field in fields[:most]:
        answer = write_answer(field, answered[field.id])
        if answer == "yes":
            facts.append(book.phrase("screen.fact_yes", label=field.label))
        elif answer == "no":
            facts.append(book.phrase("screen.fact_no", label=field.label))
        else:
            facts.append(book.phrase("screen.fact", label=field.label, answer=answer))
    if len(fields) > most:
        facts.append(book.counted("screen.more_facts", len(fields) - most))
    return facts


def the_number(page: ScreenPage, assessment: Assessment, notes: int) -> None:
    """Say what the lowest score means, with the first `notes` about how far it counts."""
    shown_notes = assessment.classification.notes[:notes]
    says = [meaning(assessment), *(rule.note for rule in shown_notes)]
    if assessment.shows_few and not any(SHOWN_FIRST in rule.concludes for rule in shown_notes):
        says.append(assessment.rulebook.phrase("screen.afraid"))
    page.paragraph(" ".join(says))


def meaning(assessment: Assessment) -> str:
    """Return the lowest score that counts and what it means, or what is taken for granted without one."""
    book, named = assessment.rulebook, assessment.classification
    means = book.first_screen.means.get(named.bone_density, "")
    by_z = named.regime == "z" and named.lowest_z is not None
    score = named.lowest_z if by_z else named.lowest_t
    if score is None:
        return book.phrase("screen.no_score") if named.bone_density == "unclassified" else means
    label = book.phrase("report.lowest_z_score") if by_z else book.phrase("report.lowest_t_score")
    number = shown(score, decimals=1)
    if named.regime == "provisional":
        return book.phrase("screen.score_if_fitting", label=label, score=number, meaning=means)
    return book.phrase("screen.score", label=label, score=number, meaning=means)
