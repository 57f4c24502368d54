"""The first screen: short, with every open safety question in it, and commands that run."""

import random
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

import click
import pytest

from recommender.authoring.cases.people import read_people
from recommender.authoring.readability import grade, sentences
from recommender.cli.assess import assess
from recommender.errors import ProfileError
from recommender.person import decision
from recommender.person.assessment import Assessment
from recommender.person.engines import ReferenceEngine
from recommender.report.screen.layout import ScreenPage
from recommender.report.screen.safety import safety_questions
from recommender.report.screen.text import MOST_LINES, MOST_WORDS, first_screen
from recommender.rulebook.loading import load_case_documents
from recommender.rulebook.model import NO_FIRST_SCREEN
from recommender.rulebook.scales import Clearance
from tests.conftest import Run
from tests.people import COMMENTER, assessed, book
from tests.strategies import People

SCREEN = book().first_screen
BARE = {"t_score": "-3.9", "age": "54"}
NO = re.findall(
    r"\w+",
    """new_back_pain night_pain stiff_spine saddle_numbness bladder_bowel_change bilateral_leg_symptoms fever
    leg_weakness cannot_bear_weight hip_fracture thigh_or_groin_pain chest_pain_now stroke_signs chest_pain
    fainting breathlessness heart_condition weight_loss cancer_history bone_metastases myeloma
    head_knock_on_thinners immunosuppressed fall_unseen""",
)
NEVER = ("spine_surgery_months", "spine_cement_months", "other_surgery_months", "joint_replacement_months")
NONE = ("vertebral_fractures", "other_fractures", "falls_12m", "back_pain_severity")
SCREENED = {
    **dict.fromkeys(NO, "no"),
    **dict.fromkeys(NEVER, "never"),
    **dict.fromkeys(NONE, "0"),
    "systolic_bp": "125",
    "diastolic_bp": "80",
}
"""Everything of safety asked, and nothing of it true."""
MOST_BESIDE_SAFETY = 40, 450
"""The most lines and words beside the safety questions, and beside why somebody pauses or is led."""
MOST_SOON = 3
"""Of those who are to see more people than this soon, all are named, and the screen may be longer."""
SMALL_WORDS = re.findall(
    r"\w+",
    """a ago an and are at before body bring brings broke by came did do for from has have if in into is it
    less more nobody not number of on or out put runs severe spread take than that the then there to together
    was when while who with you your""",
)
"""Words without which a question asks the same, or that are said otherwise (`unplanned`, `earlier`)."""
NUMBERS = {"two": "2", "three": "3", "four": "4", "six": "6", "twelve": "12"}


def shown(assessment: Assessment) -> str:
    return first_screen(assessment, 80, colour=False)


def plain(text: str) -> str:
    return " ".join(text.split())


def some_people(cases: int, made_up: int) -> Iterator[Assessment]:
    """Assess every so many of the people in the cases, and some made-up ones; not those who are refused."""
    of_cases = [case.who for case in read_people(load_case_documents(), book()) if case.expected][::cases]
    chance, people = random.Random(19), People(book())
    for answers in chain(of_cases, (people.anyone(chance) for _ in range(made_up))):
        with suppress(ProfileError):
            yield assessed(**{name: str(answer) for name, answer in answers.items()})


def test_no_word_that_matters_of_a_safety_question_is_lost_on_the_first_screen() -> None:
    lost = {}
    for rule in book().rules.values():
        if not rule.screen:
            continue
        groups = [(group, items) for group in SCREEN.safety for items in group.items if rule.id in items.say]
        texts = [f"{group.name} {items.of} {items.say[rule.id]}" for group, items in groups]
        text = SCREEN.emergency.get(rule.id) or " ".join(texts) or rule.screen
        words = {NUMBERS.get(word, word) for word in re.findall("[a-z]+|[0-9]+", rule.screen.lower())}
        if gone := [word for word in words - {*SMALL_WORDS} if word[:4] not in text.lower()]:
            lost[rule.id] = gone

    assert set(lost) == {"R11", "R31"}  # one of any bones; an ache, whatever the bones
    assert "thigh or groin" in str(SCREEN.safety)


def test_an_emergency_stands_among_the_emergencies_and_nothing_else_does() -> None:
    grouped = {rule for group in SCREEN.safety for items in group.items for rule in items.say}

    assert {book().rules[rule].clearance for rule in SCREEN.emergency} == {Clearance.EMERGENCY}
    assert {book().rules[rule].clearance for rule in grouped} == {Clearance.HOLD, Clearance.CLINICIAN_LED}


def unasked(assessment: Assessment, text: str) -> list[str]:
    """Return the open safety questions that are not on the screen, or not with their own urgency."""
    groups = [plain(group) for group in re.split(r"(?m)^\d\. ", text)[1:]]
    parts = [group.partition(" Ask: ") if "Ask: " in group else (group, "", "") for group in groups]
    under = {
        Clearance.EMERGENCY: [plain(text)],
        Clearance.HOLD: [doctor for doctor, _, _ in parts],
        Clearance.CLINICIAN_LED: [ask for _, _, ask in parts],
    }
    missing = []
    for rule in assessment.open_clearance_rules:
        items = [
            items.say[rule.id] for group in SCREEN.safety for items in group.items if rule.id in items.say
        ]
        items = items or [SCREEN.emergency.get(rule.id, rule.screen)]
        places = under[rule.clearance or Clearance.CLEAR]
        missing += [item for item in items if not any(plain(item) in place for place in places)]
    return missing


def too_long(assessment: Assessment, text: str) -> str:
    """Return how long a screen is if it is longer than it may be, or wider."""
    safety = ScreenPage(80, False, airy=False)
    safety_questions(safety, assessment)
    for rule in assessment.clearance_rules:
        safety.paragraph(rule.say)
    most_lines, most_words = MOST_BESIDE_SAFETY
    lines, words = text.count("\n"), len(text.split())
    beside = lines - len(safety.lines), words - safety.words
    long = lines > MOST_LINES and beside[0] > most_lines
    wordy = words > MOST_WORDS and beside[1] > most_words
    wide = max(map(len, text.splitlines())) > 80
    return (
        f"{assessment.clearance}: {lines}, {words}, beside safety {beside}" if long or wordy or wide else ""
    )


def mean_grade(text: str) -> float:
    """Return the reading grade of a screen."""
    grades = [grade(each, book().plain_words.familiar) for each in sentences(plain(text))]
    return sum(grades) / len(grades)


def test_every_open_safety_question_is_on_the_screen_with_its_urgency_and_the_rest_is_short() -> None:
    screens = [(person, shown(person)) for person in some_people(cases=9, made_up=40)]

    assert len(screens) > 50
    assert [missing for screen in screens if (missing := unasked(*screen))] == []
    assert [size for screen in screens if (size := too_long(*screen))] == []


@pytest.mark.heavy
def test_so_it_is_for_all_people_of_the_cases_and_two_thousand_made_up_ones_and_easy_to_read() -> None:
    screens = [(person, shown(person)) for person in some_people(cases=1, made_up=2000)]

    assert len(screens) > 2000
    assert [missing for screen in screens if (missing := unasked(*screen))] == []
    assert [size for screen in screens if (size := too_long(*screen))] == []
    assert [hard for _, text in screens if (hard := mean_grade(text)) > 6] == []


@pytest.mark.parametrize(
    "answers",
    [
        BARE,
        COMMENTER,
        {"t_lumbar_spine": "-3.2", "activity": "trained", "supervision": "professional", "age": "60"},
        {"t_score": "-1.7", "age": "57", "sex": "female", "menopause": "post"},
        {"t_score": "-0.3", "age": "60"},
        {"age": "70", "sex": "male"},
    ],
)
def test_once_safety_is_asked_the_answer_is_one_screen(answers: dict[str, str]) -> None:
    text = shown(assessed(**SCREENED, **answers))

    assert text.count("\n") <= MOST_LINES
    assert len(text.split()) <= MOST_WORDS
    assert "Doctor:" not in text


def screened(number: int) -> list[Assessment]:
    """Assess made-up people who may start, with everything of safety asked."""
    chance, people, assessments = random.Random(7), People(book()), []
    for _ in range(number):
        answers = people.possible({**people.anyone(chance), **SCREENED}, kept=SCREENED)
        try:
            person = assessed(**answers)
        except ProfileError:
            continue
        soon = [rule for rule in person.referrals if rule.refer and rule.refer.urgency.comes_first]
        if person.clearance is Clearance.CLEAR and len(soon) <= MOST_SOON:
            assessments.append(person)
    return assessments


def test_once_safety_is_asked_anybody_has_one_screen_of_easy_words() -> None:
    people = screened(60)
    sizes = [(text.count("\n"), len(text.split())) for person in people if (text := shown(person))]

    assert len(people) > 30
    assert [size for size in sizes if size[0] > MOST_LINES or size[1] > MOST_WORDS] == []
    assert mean_grade(shown(people[0])) <= 6


def test_the_screen_is_as_easy_to_read_as_a_child_of_twelve_needs() -> None:
    for answers in (BARE, COMMENTER, {"t_score": "-2.6", "new_back_pain": "yes"}):
        assert mean_grade(shown(assessed(**answers))) <= 6


def test_whom_to_ask_is_said_with_the_reason_only_where_there_is_room() -> None:
    reason = "A score this low, or more than one spine fracture, is worth an expert look."

    assert reason not in plain(shown(assessed(**BARE)))
    assert "Ask whether a bone specialist should see you." in plain(shown(assessed(**BARE)))
    assert reason in plain(shown(assessed(**BARE, systolic_bp="190")))


def test_a_pause_says_first_what_to_do_and_names_no_exercise_to_train_with() -> None:
    text = shown(assessed(t_score="-2.6", age="61", new_back_pain="yes"))

    assert text.startswith("Pause exercise until a doctor or nurse has checked you.")
    assert "First: See a doctor" in text
    assert text.index("First:") < text.index("GET EMERGENCY HELP NOW")
    assert "THIS WEEK" not in text
    assert text.count("\n") <= MOST_LINES


def test_an_emergency_is_a_few_lines_and_says_only_where_to_go() -> None:
    text = shown(assessed(**BARE, saddle_numbness="yes"))

    assert text.startswith("Get emergency help now.")
    assert "First: Go to an emergency department now" in text
    assert text.count("\n") <= 10
    assert "recommender" not in text


def test_who_trains_goes_on_and_fear_changes_only_how_much_is_asked_of_a_week() -> None:
    calm, afraid = (shown(assessed(**BARE, activity="trained", fear_of_movement=fear)) for fear in ("0", "8"))

    assert "you can go on training" in calm.splitlines()[0]
    assert afraid.splitlines()[0] == calm.splitlines()[0]
    assert "To be afraid after such a report is normal." in plain(afraid)
    week = [text[text.index("THIS WEEK") : text.index("LEAVE OUT")] for text in (calm, afraid)]
    assert week[0] == week[1]


def test_a_rulebook_without_words_for_the_screen_shows_its_own() -> None:
    wordless = book()._replace(first_screen=NO_FIRST_SCREEN)
    bare = decision.assess(wordless, ReferenceEngine(wordless.strata), assessed(**BARE).profile)

    text = plain(shown(bare))

    assert [rule.screen for rule in bare.open_clearance_rules if rule.screen not in text] == []
    assert "recommender" not in text


def commands(text: str) -> list[list[str]]:
    """Return the commands on a screen as a shell reads them."""
    lines = text.replace("\\\n", "").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith("  recommender ")]


@pytest.mark.parametrize(
    "answers",
    [
        BARE,
        COMMENTER,
        {**BARE, "new_back_pain": "no", "cancer_history": "no", "joint_replacement_months": "never"},
        {"t_score": "+0.5", "age": "66", "vertebral_fractures": "2", "hip_fracture": "no", "sex": "female"},
        {"t_lumbar_spine": "-2.6", "t_total_hip": "-1", "sex": "female", "menopause": "post", "age": "61",
         "activity": "regular", "strength_training_weeks": "20", "supervision": "professional"},
    ],
)  # fmt: skip
def test_the_commands_on_the_screen_run_with_the_answers_and_without_those_about_safety(
    run: Run, answers: dict[str, str]
) -> None:
    typed = [each for name, answer in answers.items() for each in (f"--{name.replace('_', '-')}", answer)]
    text = run("assess", *typed).out

    assert len(commands(text)) >= 1
    safety = {name for name in answers if name not in SCREEN.repeated}
    for command in commands(text):
        assert run(*command[1:]).code == 0, command
        assert [name for name in safety if f"--{name.replace('_', '-')}" in command] == []
    assert "--t-score" in commands(text)[0] or "--t-lumbar-spine" in commands(text)[0]


def test_no_answer_about_a_symptom_is_ever_repeated_in_a_command() -> None:
    fields = book().vocabulary.fields

    assert {fields[name].group for name in SCREEN.repeated} == {"person", "scan", "fractures", "activity"}
    assert [name for name in SCREEN.repeated if name.endswith("_months")] == []


def test_answers_from_a_file_are_asked_for_by_its_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my answers.yaml"
    file.write_text("t_score: -2.6\nage: 61\n", encoding="utf-8")

    asked = commands(run("assess", "--profile", file).out)

    assert asked[0] == ["recommender", "can", "golf", "--profile", str(file)]
    assert [run(*command[1:]).code for command in asked] == [0] * len(asked)


@pytest.mark.parametrize(
    ("part", "has", "lacks"),
    [
        ("safety", "WHEN TO STOP, AND GET HELP", "START WITH THESE"),
        ("exercises", "START WITH THESE", "HOW TO MOVE"),
        ("daily", "HOW TO MOVE IN DAILY LIFE", "START WITH THESE"),
        ("why", "WHAT WAITS FOR NOW", "HOW TO MOVE"),
        ("all", "ADD THESE, ONE AT A TIME", "nothing at all"),
    ],
)
def test_what_is_not_on_the_screen_is_a_step_away(run: Run, part: str, has: str, lacks: str) -> None:
    out = run("assess", "--t-score", "-2.6", "--show", part).out

    assert has in out
    assert lacks not in out
    assert "safety question" in plain(out)


def test_whoever_pauses_gets_all_of_it_whatever_part_is_asked_for(run: Run) -> None:
    hold = ("assess", "--t-score", "-2.6", "--new-back-pain", "yes", "--show")

    assert run(*hold, "exercises").out == run(*hold, "all").out


def test_all_and_full_are_the_long_answers(run: Run) -> None:
    person = ("assess", "--t-score", "-2.6", "--age", "61")

    assert run(*person, "--full").out == run(*person, "--show", "all", "--full").out
    assert len(run(*person, "--full").out) > len(run(*person, "--show", "all").out)
    assert run(*person, "--audience", "clinician").out.startswith("Movement and exercise assessment")


@pytest.mark.parametrize("name", ["plan.docx", "plan.odt", "plan.json"])
def test_a_file_that_cannot_be_written_in_its_form_is_refused_by_name(
    run: Run, tmp_path: Path, name: str
) -> None:
    ran = run("assess", "--t-score", "-2.6", "-o", tmp_path / name)

    assert ran.code == 2
    words = "this writes a .txt file, a sheet as .html, .pdf or .ics, or a .json file with --format json."
    assert f"{name}: {words}" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_long_answer_is_paged_at_a_terminal_and_the_screen_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []
    monkeypatch.setattr(click, "echo_via_pager", paged.append)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    for arguments in (["--t-score", "-2.6", "--show", "all"], ["--t-score", "-2.6"]):
        with assess.make_context("assess", arguments) as ctx:
            assess.invoke(ctx)

    assert len(paged) == 1
    assert "START WITH THESE" in paged[0]
