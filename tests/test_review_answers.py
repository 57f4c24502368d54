"""Ask the patient, fill in the answer, see what changes, keep it: amendments of answers in the chain."""

import html
import json
import random
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.cohort.answer_columns import answer_row
from recommender.errors import RecommenderError
from recommender.person.what_if import trials
from recommender.review.answering import amendment
from recommender.review.deciding import withdrawal
from recommender.review.desk import Desk, Reviewer
from recommender.review.history import last_act
from recommender.review.short_plan import ShortPlans
from recommender.review.store import Store, url_of
from recommender.review.worklist import Wanted, Worklist
from recommender.vocabulary.answers import write_answer
from tests.conftest import Run
from tests.desk import PEOPLE, Answer, Browser, Served, earlier_store, entered_from, filled, served
from tests.people import book
from tests.test_review import names, text_of
from tests.test_review_deciding import decide


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people."""
    with served(*filled(tmp_path)) as served_desk:
        yield served_desk


def shown(browser: Browser, number: int, **answers: str) -> Answer:
    """Show what answers would change, from the form on the page of a person."""
    path = f"/person/{number}"
    return browser.send(f"{path}/answers", browser.get(path), **answers)


def fill_in(browser: Browser, number: int, **answers: str) -> Answer:
    """Fill in answers and keep them."""
    page = shown(browser, number, **answers)
    return browser.send(f"/person/{number}/answers", page, keep="yes", **answers)


def test_a_question_is_asked_and_answered_on_the_page_of_the_person(desk: Served) -> None:
    page = desk.browser().get("/person/5").text
    asked = page.split('id="open"')[1].split("</form>")[0]
    assert book().vocabulary.fields["night_pain"].ask in html.unescape(asked)
    kinds = re.findall(r"\((safety|could limit|could allow)", asked)
    assert kinds == sorted(kinds, key=["safety", "could limit", "could allow"].index)
    assert '<input type="radio" name="night_pain" value="yes" >' in asked


def test_what_an_answer_changes_is_shown_before_it_is_kept(desk: Served) -> None:
    page = shown(desk.browser(), 5, saddle_numbness="yes", night_pain="no")
    assert page.status == 200
    says = text_of(page)
    assert "○ clear if screened becomes ▲ emergency" in says
    assert "New referrals: ▲ emergency" in says
    assert "exercises or levels close" in says
    assert "Keep these answers, as told to Ana Ruiz" in says
    assert not desk.store.decisions_of(desk.run, 5)


def test_a_kept_answer_changes_the_assessment_the_worklist_and_what_is_exported(desk: Served) -> None:
    browser = desk.browser()
    assert names(browser.get("/").text)[0] == "dora"
    page = fill_in(browser, 5, chest_pain="yes", night_pain="no", comment="By telephone.")
    says = text_of(page)
    assert re.search(
        r"chest pain: yes, as told to Ana Ruiz on 2\d{3}-\d\d-\d\d [^.]*. In the file: not known", says
    )
    assert "Answers filled in: constant night pain: no; chest pain: yes. “By telephone.”" in says
    assert "chest pain: yes" in says.split("At a glance")[1].split("Answers")[0]
    listed = browser.get("/")
    assert names(listed.text)[:2] == ["dora", "eve"]
    assert "answers filled in" in listed.text
    assert "eve" in names(browser.get("/?clearance=hold").text)
    rows = json.loads(browser.get("/export.json").text)
    assert json.loads(rows[0]["amends"]) == {"night_pain": "no", "chest_pain": "yes"}
    person = desk.store.person(desk.run, 5)
    assert person is not None
    assert "chest_pain" not in person["answers"]  # the answers of the file stay
    assert desk.store.check().problems == []


def test_an_answer_of_the_file_can_be_corrected_and_stays_visible(desk: Served) -> None:
    page = text_of(fill_in(desk.browser(), 1, t_lumbar_spine="-2.1", falls_12m=""))
    assert "lumbar spine T-score: -2.1, as told to Ana Ruiz" in page
    assert "In the file: -2.6." in page
    assert "falls in the last 12 months: not known, as told to Ana Ruiz" in page
    assert "t_lumbar_spine -2.6" in page.split("As in the file")[1]


def test_an_answer_is_read_as_people_have_it(desk: Served) -> None:
    page = shown(desk.browser(), 5, height_loss_cm="2 in")
    assert "`2 in` is read as 5.08 cm" in text_of(page)
    assert 'name="height_loss_cm" value="5.08"' in page.text


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"injurious_fall": "yes", "falls_12m": "0"}, "falls_12m"),
        ({"age": "400", "chest_pain": "perhaps"}, "outside what is possible"),
        ({"age": "400", "chest_pain": "perhaps"}, "is not an answer"),
        ({"t_total_hip": "2.3"}, "is a minus sign missing?"),
    ],
)
def test_an_answer_that_cannot_be_or_contradicts_others_is_refused_with_the_sentence(
    desk: Served, answers: dict[str, str], sentence: str
) -> None:
    browser = desk.browser()
    for keep in ({}, {"keep": "yes"}):
        refused = browser.send("/person/1/answers", browser.get("/person/1"), **answers, **keep)
        assert refused.status == 422
        assert sentence in text_of(refused)
        assert "Keep these answers" not in refused.text
        assert all(f'"{answer}"' in refused.text for answer in answers.values() if answer != "perhaps")
    assert not desk.store.decisions_of(desk.run, 1)


def test_nothing_new_is_not_kept(desk: Served) -> None:
    browser = desk.browser()
    page = shown(browser, 1, age="61")
    assert "No answer is new." in page.text
    assert browser.send("/person/1/answers", page, keep="yes", age="61").status == 422
    assert not desk.store.decisions_of(desk.run, 1)


def test_what_if_stays_beside_it_and_keeps_nothing(desk: Served) -> None:
    browser = desk.browser()
    page = browser.send("/person/5/what-if", browser.get("/person/5/what-if"), chest_pain="yes", keep="yes")
    assert "becomes" in text_of(page)
    assert "Nothing is saved here." in page.text
    assert "Keep these answers" not in page.text
    assert not desk.store.decisions_of(desk.run, 5)


def test_answers_are_taken_back_by_an_entry_of_their_own(desk: Served, run: Run, tmp_path: Path) -> None:
    browser = desk.browser()
    fill_in(browser, 5, chest_pain="yes")
    page = fill_in(browser, 5, night_pain="no")
    assert page.text.count("Take back: ") == 2
    first = re.search(r'name="withdraws" value="(1)">\s*<p><button>Take back: chest pain: yes', page.text)
    assert first is not None
    page = browser.send("/person/5/withdraw", page, withdraws="1")
    assert "as told to Ana Ruiz" in page.text
    assert "Withdrawn" in page.text
    assert "eve" not in names(browser.get("/?clearance=hold").text)
    kinds = [row["kind"] for row in desk.store.decisions_of(desk.run, 5)]
    assert kinds == ["amended", "amended", "withdrawn"]
    assert run("review", "verify", "--store", tmp_path / "review.sqlite").code == 0
    browser.send("/who", browser.get("/who"), name="Ben", role="nurse")
    page = browser.get("/person/5")
    assert "Take back: " not in page.text
    assert browser.send("/person/5/withdraw", page, withdraws="2").status == 422


def test_answers_that_would_be_left_in_contradiction_are_not_taken_back(desk: Served) -> None:
    browser = desk.browser()
    fill_in(browser, 1, falls_12m="2")
    fill_in(browser, 1, injurious_fall="yes")
    page = browser.get("/person/1")
    refused = browser.send("/person/1/withdraw", page, withdraws="1")
    assert refused.status == 422
    assert "without these answers the others contradict each other" in refused.text
    browser.send("/person/1/withdraw", page, withdraws="2", form="other")
    assert browser.send("/person/1/withdraw", browser.get("/person/1"), withdraws="1").status == 200


def test_a_decision_is_on_the_answers_it_was_made_with(desk: Served) -> None:
    browser = desk.browser()
    browser.send("/person/1/sign", decide(browser, 1))
    assert "anna" not in names(browser.get("/?unsigned=yes").text)
    page = fill_in(browser, 1, saddle_numbness="yes")
    assert "An answer was changed since Ana Ruiz decided." in page.text
    assert "changed since sign-off" in page.text
    assert "Clearance: clear before, emergency now" in page.text or "clear before, emergency now" in page.text
    assert "anna" in names(browser.get("/?undecided=yes").text)
    assert "anna" in names(browser.get("/?unsigned=yes").text)
    assert names(browser.get("/?changed=yes").text) == ["anna"]
    refused = browser.send("/person/1/sign", page, form="s2")
    assert refused.status == 422
    assert "an answer was changed since you decided" in refused.text
    page = decide(browser, 1, verdict="emergency", disposition="called")
    assert browser.send("/person/1/sign", page).status == 200
    assert names(browser.get("/?changed=yes").text) == []
    assert "anna" not in names(browser.get("/?unsigned=yes").text)
    assert desk.store.check().problems == []


def test_a_decision_stands_again_once_the_answer_is_taken_back(desk: Served) -> None:
    browser = desk.browser()
    browser.send("/person/1/sign", decide(browser, 1))
    page = fill_in(browser, 1, saddle_numbness="yes")
    browser.send("/person/1/withdraw", page, withdraws="3")
    assert "anna" not in names(browser.get("/?unsigned=yes").text)
    assert "changed since sign-off" not in browser.get("/person/1").text


def test_a_nurse_who_only_fills_in_leaves_the_signature_to_the_clinician(desk: Served) -> None:
    browser = desk.browser("Nina", "nurse")
    fill_in(browser, 1, saddle_numbness="no", night_pain="no")
    browser.send("/who", browser.get("/who"), name="Ben", role="GP")
    browser.send("/person/1/sign", decide(browser, 1))
    assert "anna" not in names(browser.get("/?unsigned=yes").text)


def test_a_form_on_earlier_answers_is_not_kept(desk: Served) -> None:
    browser = desk.browser()
    before, ask = browser.get("/person/1"), shown(browser, 1, chest_pain="no")
    fill_in(browser, 1, night_pain="no")
    refused = browser.send("/person/1/decide", before, about="")
    assert refused.status == 422
    assert "an answer was changed since this page was opened" in refused.text
    refused = browser.send("/person/1/answers", ask, keep="yes", chest_pain="no")
    assert refused.status == 422
    assert "an answer was changed since this page was opened" in refused.text
    assert [row["kind"] for row in desk.store.decisions_of(desk.run, 1)] == ["amended"]


def test_an_answer_that_comes_between_reading_a_form_and_keeping_it_is_told(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    at_desk = Desk(store, book(), run, blind=False)
    review = at_desk.review(1)
    assert review is not None
    first, second = (
        amendment(at_desk, review, Reviewer(by, "GP"), {"form": by, field: "no"})
        for by, field in (("Ana", "chest_pain"), ("Ben", "night_pain"))
    )
    at_desk.add([first])
    with pytest.raises(RecommenderError, match="an answer was changed since this page was opened"):
        at_desk.add([second])
    assert store.check().problems == []


TAMPERING = {
    "an answer is changed": (
        'UPDATE decisions SET amends = \'{"chest_pain": "no"}\' WHERE id = 1',
        "was changed",
    ),
    "no JSON": ("UPDATE decisions SET amends = 'x' WHERE id = 1", "decision 1 was changed"),
    "an answer is added to a decision": (
        'UPDATE decisions SET amends = \'{"age": "9"}\' WHERE id = 2',
        "decision 2 was changed",
    ),
    "the answers behind a decision are changed": (
        "UPDATE decisions SET amended = '' WHERE id = 2",
        "decision 2 does not fit the answers",
    ),
    "an amendment is taken out": (
        "DELETE FROM decisions WHERE id = 1",
        "decision 2 does not fit the answers",
    ),
}


def test_tampering_with_answers_is_found(run: Run, tmp_path: Path) -> None:
    store, number = filled(tmp_path)
    with served(store, number) as desk:
        browser = desk.browser()
        fill_in(browser, 5, chest_pain="yes")
        decide(browser, 5)
    whole = (tmp_path / "review.sqlite").read_bytes()
    assert run("review", "verify", "--store", tmp_path / "review.sqlite").code == 0
    for index, (statement, told) in enumerate(TAMPERING.values()):
        place = tmp_path / f"changed-{index}.sqlite"
        place.write_bytes(whole)
        with sqlite3.connect(place) as connection:
            connection.execute(statement)
        assert told in run("review", "verify", "--store", place).err, statement


def test_filled_in_answers_follow_the_person_and_survive_the_same_file(desk: Served, tmp_path: Path) -> None:
    browser = desk.browser()
    fill_in(browser, 5, chest_pain="yes")
    decide(browser, 5)
    for people in (PEOPLE, PEOPLE + "zoe,59,female,post,-1.1,0,0,no,no,\n"):
        run = entered_from(desk.store, tmp_path, people)
        browser.send("/lists", browser.get("/lists"), chosen=str(run))
        assert "eve" in names(browser.get("/?clearance=hold").text)
        assert "eve" not in names(browser.get("/?undecided=yes").text)
        assert "as told to Ana Ruiz" in browser.get("/person/5").text
    page = browser.get("/person/5")
    browser.send("/person/5/withdraw", page, withdraws="2")
    browser.send("/person/5/withdraw", browser.get("/person/5"), withdraws="1")
    browser.send("/lists", browser.get("/lists"), chosen="1")
    assert "eve" not in names(browser.get("/?clearance=hold").text)
    assert desk.store.check().problems == []


def test_a_desk_that_is_opened_anew_sorts_by_the_answers_that_were_filled_in(tmp_path: Path) -> None:
    """The desk could not be opened again once the file was brought again."""
    store, run = filled(tmp_path)
    with served(store, run) as desk:
        fill_in(desk.browser(), 5, chest_pain="yes")
    assert entered_from(store, tmp_path, PEOPLE) == run
    assert Worklist(store, run, blind=False).count(Wanted(clearance=2)) == 0
    assert Desk(store, book(), run, blind=False).worklist.count(Wanted(clearance=2)) == 1


def test_answers_that_todays_rules_cannot_read_do_not_keep_the_desk_closed(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    with served(store, run) as desk:
        fill_in(desk.browser(), 5, chest_pain="yes")
    assert entered_from(store, tmp_path, PEOPLE) == run
    fields = {name: field for name, field in book().vocabulary.fields.items() if name != "chest_pain"}
    newer = book()._replace(vocabulary=book().vocabulary._replace(fields=fields))
    with served(store, run, newer) as desk:
        browser = desk.browser()
        assert "eve" in names(browser.get("/").text)
        page = browser.get("/person/5")
        assert page.status == 422
        assert "The current rulebook cannot read these answers" in page.text


def test_answers_that_were_filled_in_are_told_where_the_file_changed(desk: Served, tmp_path: Path) -> None:
    browser = desk.browser()
    fill_in(browser, 5, chest_pain="yes")
    decide(browser, 5)
    run = entered_from(desk.store, tmp_path, PEOPLE.replace("eve,70", "eve,71"))
    browser.send("/lists", browser.get("/lists"), chosen=str(run))
    assert "eve" in names(browser.get("/?undecided=yes").text)
    page = text_of(browser.get("/person/5"))
    assert "chest pain: yes before, not known now" in page
    assert "as told to" not in page


def test_an_answer_settles_the_doubt_about_its_cell(tmp_path: Path) -> None:
    rows = "id,age,t_lumbar_spine,other_fractures,fracture_months\np1,61,-1.0,0,\np2,62,-1.1,,3\n"
    with served(*filled(tmp_path, rows)) as desk:
        browser = desk.browser()
        assert names(browser.get("/").text)[0] == "p2"
        page = fill_in(browser, 2, other_fractures="1", fracture_months="30")
        assert "in doubt and counts as not known" not in page.text
        assert "In the file, but read as not known: fracture_months “3”." in page.text
        assert names(browser.get("/?clearance=hold").text) == []


def test_a_blind_reviewer_fills_in_only_after_their_own_verdict(tmp_path: Path) -> None:
    with served(*filled(tmp_path), blind=True) as desk:
        browser = desk.browser()
        page = browser.get("/person/5")
        assert (
            "Say first what you would do." in browser.send("/person/5/answers", page, chest_pain="yes").text
        )
        browser.send("/person/5/answers", page, chest_pain="yes", keep="yes", form="k")
        assert not desk.store.decisions_of(desk.run, 5)


@pytest.mark.parametrize("schema", [3, 5])
def test_answers_are_filled_in_in_a_store_of_an_earlier_schema(tmp_path: Path, run: Run, schema: int) -> None:
    place = earlier_store(tmp_path, schema)
    store = Store(url_of(str(place)))
    before = len(store.check().decisions)
    assert store.check().problems == []
    with served(store, 1) as desk:
        browser = desk.browser("Nina", "nurse")
        assert "Overridden" in browser.get("/person/1").text
        assert "anna" in names(browser.get("/?changed=yes").text) + names(browser.get("/").text)
        fill_in(browser, 1, chest_pain="yes")
        assert names(browser.get("/").text)[0] in ("anna", "dora")
        assert "anna" in names(browser.get("/?unsigned=yes").text)
    assert run("review", "verify", "--store", place).out.startswith(f"{before + 1} decisions")


def test_whatever_is_filled_in_and_taken_back_list_page_and_chain_agree(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    at_desk, chance = Desk(store, book(), run, blind=False), random.Random(11)
    fields = list(book().vocabulary.fields.values())
    plans = ShortPlans(book(), list(book().movements), list(book().rules))
    kept = 0
    for act in range(40):
        number, who = chance.randrange(1, 6), Reviewer(chance.choice(("Ana", "Ben")), "GP")
        review = at_desk.review(number)
        assert review is not None
        form = {"form": str(act), "answers": review.amended}
        try:
            last = last_act(review.decisions, who.name)
            if last and chance.random() < 0.4:
                at_desk.add([withdrawal(at_desk, review, who, {**form, "withdraws": str(last["id"])})])
            else:
                for field in chance.sample(fields, 2):
                    trial = chance.choice(trials(book(), field, review.assessment.profile.facts))
                    form[field.id] = chance.choice(("", write_answer(field, trial.value)))
                at_desk.add([amendment(at_desk, review, who, form)])
            kept += 1
        except RecommenderError:
            continue
        after = at_desk.review(number)
        assert after is not None
        assert at_desk.assessed(after.answers) == after.assessment
        person = store.person(run, number)
        assert person is not None
        row = plans.of_row(answer_row(after.assessment))._asdict()
        assert {name: person[name] for name in row} == row
        assert person["amended"] == after.amended
        anew = Worklist(store, run, blind=False)
        assert at_desk.worklist.progress() == anew.progress()
        for wanted in (
            Wanted(clearance=2),
            Wanted(missing=True),
            Wanted(changed=True),
            Wanted(undecided=True),
        ):
            assert at_desk.worklist.count(wanted) == anew.count(wanted)
    assert kept > 12
    assert store.check().problems == []
