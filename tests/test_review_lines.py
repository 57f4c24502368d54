"""Lines decided in place, reviewers beside each other, and what a new rulebook changed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.language.tree import Always
from recommender.review.finding import lines_with
from recommender.rulebook import Rulebook
from recommender.rulebook.scales import Verdict
from tests.desk import PEOPLE, Browser, Served, entered_from, filled, served
from tests.people import book
from tests.test_review import names, text_of
from tests.test_review_deciding import decide

LIFTING = "movement:lift_heavy"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people."""
    with served(*filled(tmp_path)) as served_desk:
        yield served_desk


def override(browser: Browser, number: int, about: str = LIFTING, **form: str) -> None:
    page = browser.get(f"/person/{number}/decide?about={about}")
    form = {"verdict": "modify", "reason": "risk-benefit-ratio", **form}
    assert browser.send(f"/person/{number}/decide", page, about=about, **form).status == 200


def test_the_form_of_a_line_opens_in_its_place_with_the_verdict_that_was_picked(desk: Served) -> None:
    page = desk.browser().get(f"/person/1?line={LIFTING}=modify&undecided=yes").text
    row, panel = page.index(f'id="{LIFTING}"'), page.index('id="line"')
    assert row < panel < page.index("<tr", panel)
    form = page[panel : page.index("</form>", panel)]
    assert re.findall(r'value="(\w+)" required checked', form) == ["modify"]
    assert f'name="about" value="{LIFTING}"' in form
    assert not re.findall(r"required checked", page[:panel])  # nothing is chosen for the whole plan
    group = page.rindex("<details", 0, row)
    assert page[group:].startswith("<details open>")


def test_an_unknown_line_opens_nothing(desk: Served) -> None:
    browser = desk.browser()
    for line in ("movement:flying", "movement:flying=ok", "=", ""):
        page = browser.get(f"/person/1?line={line}")
        assert page.status == 200
        assert 'id="line"' not in page.text


def test_a_line_is_found_by_the_beginnings_of_its_words(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1?find=very+hea+home").text
    assert f'name="about" value="{LIFTING}"' in page
    page = browser.get("/person/1?find=lift").text
    assert " match." in page
    assert LIFTING in page.split('id="line"')[1].split("</div>")[0]
    assert "0 match." in browser.get("/person/1?find=zzz").text
    assert 'id="line"' not in browser.get("/person/1?find=").text


def test_lines_are_found_whatever_is_typed() -> None:
    assert lines_with("( [", []) == []


def test_lines_are_pending_until_they_are_signed_with_the_whole(desk: Served) -> None:
    browser = desk.browser()
    override(browser, 1)
    page = text_of(browser.get("/person/1"))
    assert "Overridden: modify ○ pending" in page
    assert "Signed together with the whole plan: Movement: Lifting very heavy things at home: modify" in page
    browser.send("/person/1/sign", decide(browser, 1))
    page = text_of(browser.get("/person/1"))
    assert "Overridden: modify" in page
    assert "○ pending" not in page
    assert "Signed together" not in page
    override(browser, 1, "movement:lift_floor_stoop")
    assert text_of(browser.get("/person/1")).count("○ pending") == 1
    assert "anna" in names(browser.get("/?unsigned=yes").text)


def test_a_line_that_cannot_be_kept_comes_back_open_with_what_was_typed(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get(f"/person/1/decide?about={LIFTING}")
    refused = browser.send("/person/1/decide", page, about=LIFTING, verdict="ok", comment="Strong & careful")
    assert refused.status == 422
    panel = refused.text[refused.text.index('id="line"') :]
    assert "Strong &amp; careful</textarea>" in panel
    assert 'value="ok" required checked' in panel
    assert "Strong" not in refused.text[: refused.text.index('id="line"')]


def test_the_reasons_of_reviewers_stand_beside_each_other(desk: Served) -> None:
    browser = desk.browser("Ana", "GP")
    override(browser, 1, comment="Lifts for a living.")
    browser.send("/who", browser.get("/who"), name="Ben", role="nurse")
    override(browser, 1, verdict="ok", reason="expert-contradicts", comment="Seen by <b>Dr C</b>.")
    page = text_of(browser.get("/person/1"))
    beside = page.split("Reviewers differ on Movement: Lifting very heavy things at home:")[1]
    assert beside.startswith(
        " Ana says modify The benefit is worth the risk, or is not “Lifts for a living.” GP, "
    )
    assert "Ben says ok An expert advised something else “Seen by <b>Dr C</b>.” nurse, " in beside


# ── What a new rulebook changed ─────────────────────────────────────────────────────────────────────────────


def stricter() -> Rulebook:
    """Return a rulebook that limits one more movement for everybody."""
    limits = {**book().rules["H14"].limits, "spinal_flexion_midrange": Verdict.AVOID}
    rule = book().rules["H14"]._replace(condition=Always(), limits=limits)
    return book()._replace(rules={**book().rules, "H14": rule}, sha256="2" * 64)


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[Served]:
    """Return a desk under a new rulebook: Ana agreed with anna, carl and dora before, and overrode bea."""
    store, run = filled(tmp_path)
    with served(store, run) as first:
        browser = first.browser()
        for number in (1, 3, 4):
            browser.send(f"/person/{number}/sign", decide(browser, number))
        decide(browser, 2, verdict="hold", reason="need-more-info")
    assert entered_from(store, tmp_path, PEOPLE, stricter()) == run
    with served(store, run, stricter()) as desk:
        yield desk


def test_what_the_rulebook_changed_is_told_once_for_all_whom_it_touches(changed: Served) -> None:
    browser = changed.browser()
    assert re.search(r'<a href="/changed">\d people for whom the plan changed', browser.get("/").text)
    page = browser.get("/changed")
    says = text_of(page)
    told, again = says.split("Agree again", 1)
    assert told.count("Movement: Everyday bending: ok before, avoid now") == 1
    assert re.search(r"Movement: Everyday bending: ok before, avoid now [23] people", told)
    assert "change" in again
    assert all(name in says for name in ("anna", "bea", "carl"))
    boxes = re.findall(r'name="person-(\d)"', page.text)
    assert "1" in boxes
    assert "2" not in boxes  # overridden: looked at alone
    assert "4" not in boxes  # an emergency


def test_reviewers_for_whom_the_same_changed_are_told_it_once(tmp_path: Path) -> None:
    """The same block stood there once per reviewer."""
    store, run = filled(tmp_path)
    with served(store, run) as first:
        browser = first.browser("Ana", "GP")
        decide(browser, 1)
        browser.send("/who", browser.get("/who"), name="Ben", role="nurse")
        decide(browser, 1)
    assert entered_from(store, tmp_path, PEOPLE, stricter()) == run
    with served(store, run, stricter()) as desk:
        says = text_of(desk.browser().get("/person/1"))
    assert "Ana, Ben decided under another rulebook. What the rules say differently now:" in says
    assert says.count("Movement: Everyday bending: ok before, avoid now") == 1


def test_who_agreed_before_agrees_again_in_one_act(changed: Served) -> None:
    browser = changed.browser()
    assert "anna" in names(browser.get("/?stale=yes").text)
    page = browser.get("/changed")
    refused = browser.send("/changed", page, **{"person-2": "yes"})
    assert refused.status == 422
    assert "has to be looked at alone" in refused.text
    assert "nobody is chosen" in browser.send("/changed", page).text
    browser.send("/changed", page, form="ok", **{"person-1": "yes"})
    assert "anna" not in names(browser.get("/?stale=yes").text)
    assert "anna" not in names(browser.get("/?unsigned=yes").text)
    rows = changed.store.decisions_of(changed.run, 1)[-2:]
    assert [(row["kind"], row["together"], row["disposition"]) for row in rows] == [
        ("agree", 1, "called"),
        ("signed", 1, ""),
    ]
    assert changed.store.check().problems == []
    assert "1 more person was agreed with in bulk" in browser.get("/agreement").text


def test_nobody_agrees_again_where_an_answer_or_an_own_line_is_touched(changed: Served) -> None:
    browser = changed.browser()
    page = browser.get("/person/1")
    browser.send("/person/1/answers", page, night_pain="no", keep="yes")
    assert "1" not in re.findall(r'name="person-(\d)"', browser.get("/changed").text)


def test_where_nothing_changed_the_page_says_so(desk: Served) -> None:
    browser = desk.browser()
    decide(browser, 1)
    assert "For nobody here does the plan differ" in browser.get("/changed").text
    assert "/changed" not in browser.get("/").text
