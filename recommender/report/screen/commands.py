"""The commands on the first screen, with the answers of this person that are not about safety."""

from recommender.person.assessment import Assessment
from recommender.report.screen.layout import ScreenPage
from recommender.vocabulary.answers import write_answer

MOST_LINES = 3
"""Nobody copies a longer command."""


def next_commands(page: ScreenPage, assessment: Assessment, file: str | None) -> None:
    """Write the commands; the answers come from a profile `file`, or are options.

    Of a command that would take too many lines only the beginning is named, or the options to add.
    """
    book = assessment.rulebook
    if page.airy and book.first_screen.next:
        page.heading(book.phrase("screen.next"))
    answers = _profile(file) if file and file != "-" else _options(assessment)
    for number, step in enumerate(book.first_screen.next):
        words = [*step.command.split(), *answers, *step.options.split()]
        if number and not page.commented_fits(words, step.say):
            page.paragraph(book.phrase("screen.show_more", options=step.options, say=step.say))
        elif len(page.command_lines(words)) > MOST_LINES:
            page.paragraph(book.phrase("screen.same_answers", command=step.command, say=step.say))
        else:
            page.command(words, step.say)


def _profile(file: str) -> list[str]:
    import shlex  # not needed where the answers are options, which is nearly always

    return ["--profile", shlex.quote(file)]


def _options(assessment: Assessment) -> list[str]:
    book, answered = assessment.rulebook, assessment.profile.answered
    fields = (book.vocabulary.fields[name] for name in book.first_screen.repeated if name in answered)
    return [f"--{field.id.replace('_', '-')} {write_answer(field, answered[field.id])}" for field in fields]
