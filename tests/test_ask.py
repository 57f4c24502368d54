"""The conversation: what comes first, what Enter means, what is kept, and that its answer is assess's."""

import json
import os
import pty
import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.documents.yaml_json import read_yaml
from recommender.errors import ProfileError, RulebookError
from recommender.language.meaning import NOT_APPLICABLE
from recommender.language.tree import Compare, atoms, fields_of_atom
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.person.interview.interview import Interview
from recommender.person.interview.prompts import asked_each_time
from recommender.report.asking import Wording
from recommender.rulebook.loading import load_questions
from recommender.rulebook.question_reading import read_questions
from recommender.rulebook.scales import Clearance
from recommender.vocabulary import Field
from recommender.vocabulary.keeping import date_to_keep
from recommender.vocabulary.profile import read_profile, read_quantity

from .conftest import Run, examples
from .people import book

BOOK = book()
FIELDS = BOOK.vocabulary.fields
QUESTIONS = load_questions(BOOK)
ENGINE = ReferenceEngine(BOOK.strata)
TODAY = date(2026, 11, 27)
SAFE = ("no", "no", "no", "130/80", "no", "no", "no")


def interview(**values: str) -> Interview:
    known = read_profile(BOOK.vocabulary, values, {}, TODAY)
    return Interview(BOOK, ENGINE, QUESTIONS, known, TODAY)


def answered(talk: Interview, *texts: str) -> Interview:
    for text in texts:
        prompt = talk.next()
        assert prompt is not None
        talk.answer(prompt, text)
    return talk


def asked(talk: Interview) -> str:
    prompt = talk.next()
    return prompt.step.id if prompt else ""


def typed(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


# Safety first


def test_emergencies_come_first_then_safety_then_what_is_always_asked() -> None:
    talk, order = interview(), []
    while prompt := talk.next():
        order.append(prompt.step.id)
        talk.answer(prompt, "")

    early = [step.id for step in QUESTIONS.early if step.when is None]
    assert order[:7] == ["emergencies", *(step.id for step in QUESTIONS.safety)]
    assert [name for name in order if name in early] == early
    assert len([name for name in order if not name.endswith("_safety")]) == 1 + QUESTIONS.most


def test_an_emergency_ends_the_questions_at_once(run: Run) -> None:
    ran = run("ask", stdin=typed("1"))

    assert ran.code == 0
    assert "Your back" not in ran.out
    assert "Call an ambulance or go to an emergency department now" in " ".join(ran.out.split())


@pytest.mark.parametrize("unsure", ["yes", "not sure"])
def test_an_emergency_that_is_not_named_is_told_what_to_do_and_gets_no_plan(run: Run, unsure: str) -> None:
    ran = run("ask", stdin=typed(unsure, *[""] * 20))

    text = " ".join(ran.out.split())
    assert "Call your emergency number now" in text
    assert "exercises below" not in text
    assert "Your back" not in text


def test_a_group_names_every_item_and_no_answers_only_those_that_were_shown() -> None:
    talk = interview(sex="male")
    shown = {item.fields[0] for item in talk.next().items if len(item.fields) == 1}  # type: ignore[union-attr]
    answered(talk, "no")

    assert {name for name, value in talk.profile.answered.items() if value is False} == shown
    answered(talk, *SAFE[1:])
    answered(talk, "34")
    assert asked(talk) == "t_score"  # to a man nobody speaks of pregnancy


def test_a_medicine_that_is_taken_counts_though_nobody_knows_the_dose() -> None:
    """A yes to steroid tablets was forgotten when Enter answered the milligrams."""
    talk = interview(age="45", sex="male", z_total_hip="-2.1")
    while (prompt := talk.next()) and prompt.step.id != "medicines":
        talk.answer(prompt, "no" if prompt.items else "")
    answered(talk, "1")
    assert asked(talk) == "glucocorticoid_mg"
    answered(talk, "")

    assert talk.profile.answers["steroid_tablets"] is True
    assert assess(BOOK, ENGINE, talk.profile).risk_tier == "high"


def test_birth_is_asked_about_where_it_may_be() -> None:
    mother, daughter = (answered(interview(age=age), *SAFE, "female", "peri") for age in ("54", "34"))
    grandmother = answered(interview(age="86"), *SAFE, "female")

    assert [asked(talk) for talk in (mother, daughter, grandmother)] == [
        "birth_safety",
        "birth_safety",
        "t_score",
    ]


@pytest.mark.parametrize("age", ["25", "54"])
def test_a_z_score_is_asked_for_where_it_counts(age: str) -> None:
    talk = answered(interview(age=age, sex="male", t_score="-2.6"), *SAFE)

    assert asked(talk) == ("z_lumbar_spine" if age == "25" else "bones")


def test_enter_and_not_sure_are_never_no() -> None:
    for text in ("", "not sure", "unsure", "unknown"):
        talk = interview()
        prompt = talk.next()
        assert prompt is not None
        talk.answer(prompt, text)
        assert talk.profile.answered == {}


def test_numbers_answer_yes_and_the_others_are_asked_again() -> None:
    talk = answered(interview(), "no", "2 4")

    assert talk.profile.answered["fall_unseen"] is True
    assert "new_back_pain" not in talk.profile.answered
    assert asked(talk) == "back_pain_severity"
    prompt = answered(talk, "3").next()
    assert prompt is not None
    while not prompt.items:
        prompt = answered(talk, "").next()
        assert prompt is not None
    assert [item.fields[0] for item in prompt.items] == ["new_back_pain", "night_pain", "stiff_spine"]


def test_every_red_flag_is_asked_about() -> None:
    """Whatever alone brings an emergency or a pause is part of the safety questions."""
    empty = assess(BOOK, ENGINE, read_profile(BOOK.vocabulary, {}, {}))
    shown = asked_each_time(QUESTIONS, BOOK.vocabulary)
    for name, field in FIELDS.items():
        if field.kind == "yes_no" and name != "effort_symptoms":
            alone = read_profile(BOOK.vocabulary, {name: field.worse == "yes"}, {})
            clearance = assess(BOOK, ENGINE, alone).clearance
            assert clearance <= max(empty.clearance, Clearance.CLINICIAN_LED) or name in shown, name


@pytest.mark.parametrize(("name", "months"), [("other_surgery_months", 3), ("postpartum_months", 12)])
def test_no_rule_reads_further_back_than_the_item_asks(name: str, months: int) -> None:
    """So "not in that time" may stand for never."""
    for rule in BOOK.rules.values():
        for atom in atoms(rule.condition):
            if isinstance(atom, Compare) and fields_of_atom(atom) == (name,):
                assert atom.threshold <= months * 1000, rule.id


# What is asked next, and how much


def test_an_ordinary_person_is_asked_a_dozen_questions_after_safety() -> None:
    talk = answered(interview(), *SAFE, "61", "female", "-2.6", "no", "0", "no", "no", "no", "some", "no")
    rest = 0
    while prompt := talk.next():
        talk.answer(prompt, "no" if prompt.items else "")
        rest += 1

    assert 10 + rest <= 12


def test_dates_are_asked_of_bones_that_broke() -> None:
    talk = answered(interview(), *SAFE, "61", "female", "-2.6", "1")

    assert asked(talk) == "hip_fracture_months"
    assert talk.profile.answered["hip_fracture"] is True


def test_what_is_known_is_not_asked_again() -> None:
    talk = answered(interview(age="61", sex="female", t_lumbar_spine="-2.6"), *SAFE)

    assert asked(talk) == "bones"


def test_an_answer_that_cannot_be_read_is_asked_again(run: Run) -> None:
    ran = run("ask", stdin=typed("perhaps", "99", *SAFE, "sixty", "130", "61"))

    assert ran.out.count("is not an answer. Accepted: yes, no, the numbers 1 to 10, or Enter") == 1
    assert "There is no number 99 here." in ran.out
    assert "`sixty` is not a plain number" in ran.out
    assert "`130` is outside what is possible" in ran.out
    assert "What is your sex" in ran.out


def test_a_word_for_a_score_is_led_to_the_question_that_asks_for_it(run: Run) -> None:
    ran = run("ask", stdin=typed(*SAFE, "61", "male", "osteopenia", ""))

    assert ran.out.count("Only the word? Leave this empty. A later question asks for it.") == 1


def test_answers_that_contradict_each_other_are_told_and_asked_again() -> None:
    talk = answered(interview(menopause="pre"), *SAFE)
    prompt = talk.next()
    assert prompt is not None

    with pytest.raises(ProfileError, match="do not go together"):
        talk.answer(prompt, "70")
    assert asked(talk) == "age"
    assert "age" not in talk.profile.answered


def test_one_can_go_back() -> None:
    talk = answered(interview(), *SAFE, "61")

    assert talk.back()
    assert asked(talk) == "age"
    assert "age" not in talk.profile.answered
    for _ in SAFE:
        assert talk.back()
    assert not talk.back()
    assert asked(talk) == "emergencies"


def test_why_is_told_and_one_can_stop(run: Run) -> None:
    ran = run("ask", stdin=typed("?", "b", "no", "?", "s"))

    assert "1. If this is true: get emergency help." in ran.out
    assert "1. If this is true, it counts together with your other answers." in ran.out
    assert "something comes before exercise" in ran.out
    assert "This is the first question." in ran.out
    assert "Your heart and breath" not in ran.out
    assert "clinician has reviewed it" in " ".join(ran.out.split()) or "not yet reviewed" in ran.out


def test_more_is_asked_only_of_those_who_want_to_go_on(run: Run) -> None:
    enough = run("ask", stdin=typed(*[""] * 19, ""))
    more = run("ask", stdin=typed(*[""] * 19, "yes", *[""] * 3))

    assert "That is enough for a first answer." in " ".join(enough.out.split())
    assert more.out.count("(Enter: not known)") > enough.out.count("(Enter: not known)")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_typed_the_command_ends_with_an_answer(run: Run, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    texts = [
        "no",
        "",
        "not sure",
        "1",
        "2 3",
        "61",
        "-2.6",
        "May 2024",
        "b",
        "?",
        "130/80",
        "none",
        "\x00\x1b[2J",
        "é𝔘",
    ]
    for _ in range(2):  # the second time from what was kept
        lines = [chance.choice(texts) for _ in range(70)]
        ran = run("ask", "--save", tmp_path / "me.yaml", stdin=typed("no", *lines))
        assert ran.code == 0, ran.err
        assert "\x1b" not in ran.out


# The answer

TEXTS = st.sampled_from(
    [
        "",
        "no",
        "yes",
        "not sure",
        "none",
        "1",
        "1 3",
        "2,4",
        "0",
        "3",
        "-2.6",
        "61",
        "130/80",
        "May 2024",
        "never",
        "female",
        *("post", "trained", "2 years", "?!", "yes please", "\x1b[2J", "99", "-", "1/2", "b"),
    ]
)


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(TEXTS, max_size=40))
def test_whatever_is_typed_enter_is_never_no_and_the_plan_is_that_of_assess(texts: list[str]) -> None:
    talk = interview()
    for text in texts:
        prompt = talk.next()
        if prompt is None:
            break
        before = talk.profile.answered
        try:
            talk.answer(prompt, text)
        except ProfileError:
            assert talk.profile.answered == before
            continue
        if text in ("", "not sure"):
            assert talk.profile.answered == before

    given_again = read_profile(BOOK.vocabulary, talk.profile.answers, {})
    assert given_again.facts == talk.profile.facts
    whole = assess(BOOK, ENGINE, given_again)
    assert (whole.offers, whole.movements, whole.clearance) == (
        talk.assessment.offers,
        talk.assessment.movements,
        talk.assessment.clearance,
    )


def test_the_answer_is_the_words_of_assess(run: Run) -> None:
    talked = run("ask", stdin=typed(*SAFE, "61", "female", "-2.6", "s"))
    known = {"age": "61", "sex": "female", "t_score": "-2.6"}
    talk = answered(interview(), *SAFE, *known.values())
    options = [
        text
        for name, value in talk.profile.answers.items()
        for text in (f"--{name.replace('_', '-')}", {True: "yes", False: "no"}.get(value, value))  # type: ignore[call-overload]
    ]

    assert talked.out.endswith(run("assess", *options).out)


# Keeping answers


def test_a_kept_file_is_the_owners_and_holds_no_safety_answer(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    ran = run(
        "ask",
        "--save",
        file,
        "--as-of",
        "2026-11-27",
        stdin=typed(*SAFE, "61", "female", "-2.6", "1", "May 2024"),
    )

    assert ran.code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    lines = file.read_text().splitlines()
    assert "age: 61 on 2026-11-27" in lines
    assert "hip_fracture: yes" in lines
    assert "hip_fracture_months: 2024-05-31" in lines
    kept = {line.partition(":")[0] for line in lines}
    assert not kept & asked_each_time(QUESTIONS, BOOK.vocabulary)


def test_what_was_kept_ages_and_is_asked_about(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    run(
        "ask",
        "--save",
        file,
        "--as-of",
        "2026-11-27",
        stdin=typed(*SAFE, "61", "female", "-2.6", "1", "2 years"),
    )
    later = ("--profile", file, "--as-of", "2027-11-27", "--format", "json")

    profile = json.loads(run("assess", *later).out)["profile"]
    assert profile["age"] == 62
    assert 35.9 <= profile["hip_fracture_months"] <= 36
    file.write_text(file.read_text() + "practice:\n  sit_to_stand: left_out\n")
    again = run("ask", "--save", file, "--as-of", "2027-11-27", stdin=typed(*SAFE, "3", "-2.4", "s"))
    assert "3. T-score (bone not named): -2.6" in again.out
    assert again.out.index("Emergencies first") < again.out.index("These were answered before")
    kept = file.read_text()
    assert "t_score: -2.4" in kept
    assert kept.endswith("practice:\n  sit_to_stand: left_out\n")
    assert "age: 61 on 2026-11-27" in kept  # as it was written: it does not grow older each time


@given(
    st.sampled_from([field for field in FIELDS.values() if field.time == "ago" and not field.only_if]),
    st.integers(0, 2000),
)
def test_a_time_that_is_kept_is_read_again_on_the_safe_side(field: Field, hundredths: int) -> None:
    value = min(field.high, max(field.low, hundredths * 10 // field.step * field.step))
    again, _ = read_quantity(
        BOOK.vocabulary, field, date_to_keep(BOOK.vocabulary, field, value, TODAY).isoformat(), "", TODAY
    )

    assert isinstance(again, int)
    assert abs(again - value) <= max(40, field.step)
    assert again <= value if field.worse == "lower" else again >= value


@given(
    st.sampled_from([field for field in FIELDS.values() if field.time == "ago" and field.kind == "number"]),
    st.integers(0, 900),
)
def test_a_date_that_was_given_is_kept_as_it_was(field: Field, days: int) -> None:
    day = TODAY - timedelta(days=days)
    value, _ = read_quantity(BOOK.vocabulary, field, day.isoformat(), "", TODAY)

    assert isinstance(value, int)
    assert date_to_keep(BOOK.vocabulary, field, value, TODAY) == day


@pytest.mark.parametrize("file", ["me.json", "no/such/folder/me.yaml", "."])
def test_a_file_that_cannot_be_kept_is_refused_before_anything_is_asked(
    run: Run, tmp_path: Path, file: str
) -> None:
    ran = run("ask", "--save", tmp_path / file)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("Error: --save:")


# For somebody else


def test_questions_about_somebody_else_speak_of_them(run: Run) -> None:
    ran = run(
        "ask", "--for", "my mother", stdin=typed(*SAFE, "86", "female", "", "", "", "", "", "some", "s")
    )
    questions, _, answer = ran.out.partition("What follows speaks to my mother.")

    assert "How old are they, in whole years?" in questions
    assert not {"you", "your"} & set(
        questions.partition("Emergencies first")[2].lower().replace("?", " ").split()
    )
    assert answer


def test_no_question_about_somebody_else_is_left_speaking_to_them() -> None:
    words = Wording(BOOK, QUESTIONS, "my mother")
    for field in FIELDS.values():
        text = f" {words.questions.about(f'{field.ask} {field.check}').lower()}"
        assert "you" not in text.replace("young", "").replace("younger", ""), text
        for wrong in (
            " to they",
            " for they",
            " of they",
            " told they",
            " with they",
            " by they",
            " at they",
        ):
            assert wrong not in text, text


# The data


SMALL = """\
questions:
  most: 3
  each_time: [looks]
  no_words: [None of These]
  emergencies: {id: at_once, title: Emergencies, ask: Is any true?, items: [saddle_numbness, stroke_signs]}
  safety:
    - {fields: [systolic_bp, diastolic_bp], ask: What is your blood pressure?, each_time: "yes"}
    - id: more
      title: More
      ask: Is any true?
      items:
        - {field: joint_replacement_months, say: a new joint, "no": never}
        - {fields: [fainting, effort_symptoms], "yes": [fainting], say: a blackout}
        - can_rise_from_floor
  early: [{fields: [age], id: years, each_time: "no"}]
  later: [{fields: [sex], when: age < 60}]
  about_somebody: [[You are, they are]]
"""


def test_the_data_of_the_questions_are_read_as_they_stand() -> None:
    questions = read_questions(read_yaml(SMALL, "questions.yaml"), BOOK.vocabulary)
    pressure, more = questions.safety
    [years], [sex] = questions.early, questions.later

    assert (questions.most, questions.each_time, questions.no_words) == (3, ("looks",), ("none of these",))
    assert questions.emergencies.id == "at_once"
    assert [item.say for item in questions.emergencies.items] == [
        FIELDS["saddle_numbness"].check,
        FIELDS["stroke_signs"].label,  # it has no shorter words
    ]
    assert [step.id for step in (pressure, more, years, sex)] == ["systolic_bp", "more", "years", "sex"]
    assert [step.each_time for step in (pressure, more, years, sex)] == [True, False, False, False]
    assert pressure.names == ("systolic_bp", "diastolic_bp")
    assert [(item.fields, item.yes, item.no) for item in more.items] == [
        (("joint_replacement_months",), (), NOT_APPLICABLE),
        (("fainting", "effort_symptoms"), ("fainting",), None),
        (("can_rise_from_floor",), ("can_rise_from_floor",), True),
    ]
    assert questions.about("You are well. Are you? If you are:") == "They are well. Are you? If they are:"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("most: 3", "most: many", "`many` is not a known number of questions"),
        ("most: 3", "most: 0", "`0` is not a known number of questions"),
        ("most: 3", "most: 100", "`100` is not a known number of questions"),
        ("[age]", "[ages]", "`ages` is not a known field. Did you mean `age`?"),
        ("[systolic_bp, diastolic_bp]", "[systolic_bp, diastolic_bp, age]", "two numbers at most"),
        (', "no": never', "", "`joint_replacement_months` is not answered with yes or no"),
        ('"no": never', '"no": many', "`many` is not a plain number"),
        ("field: joint_replacement_months", "field: new_joint", "`new_joint` is not a known field"),
        ('"yes": [fainting]', '"yes": [fever]', "`fever` is not a known field of this item"),
        ('"no"}]', "perhaps}]", "`perhaps` must be yes or no"),
        ("they are", "they are, them", "words to the person, and words about them"),
        ("[{fields: [sex], when: age < 60}]", "[items]", "`key: value`"),
        ("- can_rise_from_floor", "- [fields]", "`key: value`"),
    ],
)
def test_a_slip_in_the_data_of_the_questions_is_told_once(old: str, new: str, says: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(RulebookError) as refused:
        read_questions(read_yaml(SMALL.replace(old, new), "questions.yaml"), BOOK.vocabulary)

    [problem] = refused.value.problems
    assert says in str(problem)


def test_no_stands_for_an_answer_of_each_item_of_one_field() -> None:
    for step in (QUESTIONS.emergencies, *QUESTIONS.safety, *QUESTIONS.early, *QUESTIONS.later):
        for item in step.items:
            assert item.no is not None or len(item.fields) > 1
            assert item.no is not NOT_APPLICABLE or FIELDS[item.fields[0]].never


# A real terminal


def test_plain_recommender_at_a_terminal_asks() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "recommender"]
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        os.write(ours, typed("1"))
        text = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not chunk:
                break
            text += chunk
    os.close(ours)

    assert process.returncode == 0
    assert b"Emergencies first" in text
    assert b"Call an ambulance" in text
    assert b"\x1b[" not in text.replace(b"\x1b[?2004h", b"").replace(b"\x1b[?2004l", b"")


def test_in_a_pipe_nothing_is_asked(run: Run) -> None:
    ran = run("assess")

    assert ran.code == 2
    assert "Nothing was told about the person." in ran.err
