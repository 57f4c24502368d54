"""The sheet from the desk: what a clinician closed is not on it, nor anything that the rules do not offer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.review.security import BOOK_POLICY
from recommender.review.sheet_page import as_decided
from recommender.rulebook.scales import Clearance, Verdict
from tests.desk import Browser, filled, served
from tests.people import assessed, book

ANNA, DORA = "/person/1", "/person/4"
PERSON = {
    "age": "61",
    "sex": "female",
    "menopause": "post",
    "t_lumbar_spine": "-2.6",
    "vertebral_fractures": "0",
}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """Return a browser at a desk with five people."""
    with served(*filled(tmp_path)) as desk:
        yield desk.browser()


def decide(browser: Browser, person: str, about: str = "", **fields: str) -> None:
    """Decide on the whole plan, or on a line of it."""
    path = f"{person}/decide?about={about}"
    page = browser.get(path if about else person)
    assert browser.send(f"{person}/decide?", page, about=about, **fields).status == 200


def otherwise(verdict: str) -> dict[str, str]:
    return {"verdict": verdict, "reason": "adaptation", "disposition": "called"}


def test_there_is_no_sheet_before_somebody_has_decided(browser: Browser) -> None:
    answer = browser.get(f"{ANNA}/sheet")

    assert answer.status == 409
    assert book().phrase("sheet.desk.undecided") in answer.text
    assert f'href="{ANNA}/sheet"' in browser.get(ANNA).text


def test_with_the_rules_it_is_their_sheet_and_says_who_decided(browser: Browser) -> None:
    decide(browser, ANNA)
    answer = browser.get(f"{ANNA}/sheet?paper=letter")

    assert answer.status == 200
    assert answer.headers["content-security-policy"] == BOOK_POLICY
    assert "For anna: Ana Ruiz, physiotherapist, looked at this plan on" in answer.text
    assert "Sit to stand" in answer.text
    assert "size: letter" in answer.text
    assert "font-size: 18" in browser.get(f"{ANNA}/sheet?large=yes").text


def test_an_exercise_that_was_withheld_is_not_on_it(browser: Browser) -> None:
    decide(browser, ANNA)
    decide(browser, ANNA, "exercise:sit_to_stand", **otherwise("withheld"))
    text = browser.get(f"{ANNA}/sheet").text

    assert text.count("Sit to stand") == 1  # where it says what was decided


def test_a_pause_that_a_clinician_decides_is_a_pause_without_exercises(browser: Browser) -> None:
    decide(browser, ANNA, **otherwise("hold"))
    text = browser.get(f"{ANNA}/sheet").text

    assert "Pause exercise until a doctor or nurse has checked you." in text
    assert "<svg" not in text


def test_a_plan_less_strict_than_the_rules_gets_no_sheet(browser: Browser) -> None:
    decide(browser, DORA, **otherwise("clear"))

    answer = browser.get(f"{DORA}/sheet")

    assert answer.status == 409
    assert "less strictly than the rules" in answer.text


def test_reviewers_who_differ_get_no_sheet(browser: Browser) -> None:
    decide(browser, ANNA)
    browser.send("/who", browser.get("/who"), name="Ben Okri", role="GP")
    decide(browser, ANNA, **otherwise("hold"))

    assert "Reviewers differ" in browser.get(f"{ANNA}/sheet").text


def test_no_decision_brings_onto_a_sheet_what_the_rules_do_not_offer() -> None:
    assessment = assessed(**PERSON)
    starts = {offer.exercise.id: offer.start.level.id for offer in assessment.offers}
    all_open = {f"exercise:{each.id}": {"verdict": each.levels[-1].id} for each in book().exercises.values()}
    all_open |= {f"movement:{id_}": {"verdict": "ok"} for id_ in book().movements}

    decided = as_decided(assessment, {"": {"verdict": "clear"}, **all_open})

    assert {offer.exercise.id: offer.start.level.id for offer in decided.offers} == starts


def test_a_closed_movement_takes_its_exercises_along_and_a_lower_level_is_where_to_begin() -> None:
    assessment = assessed(**PERSON, activity="trained", strength_training_weeks="100")
    higher = next(offer for offer in assessment.offers if offer.start.level != offer.permitted[0].level)
    closed = assessment.offers[0].start.level.movements[0]
    own = {
        "": {"verdict": "clear"},
        f"exercise:{higher.exercise.id}": {"verdict": higher.permitted[0].level.id},
        f"movement:{closed}": {"verdict": "avoid"},
    }

    decided = as_decided(assessment, own)

    assert decided.clearance is Clearance.CLEAR
    assert decided.movement(closed).verdict is Verdict.AVOID
    assert [offer for offer in decided.offers if closed in offer.start.level.movements] == []
    lower = decided.offer(higher.exercise.id)
    assert lower is None or lower.start == higher.permitted[0]
    assert {plan.start_with for plan in decided.week} <= {
        "",
        *(offer.exercise.id for offer in decided.offers),
    }
