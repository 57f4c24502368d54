"""The first look at a person: what made the clearance, answers that matter, T-scores, and the way back."""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.review.glance import FirstLook, first_look
from recommender.rulebook.scales import Verdict
from recommender.vocabulary.profile import read_profile
from tests.desk import Answer, Served, decision, filled, served
from tests.people import book
from tests.test_review import names
from tests.test_review_deciding import decide


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people."""
    with served(*filled(tmp_path)) as served_desk:
        yield served_desk


def look(answers: Mapping[str, str]) -> FirstLook:
    """Return the first look at somebody with these answers."""
    profile = read_profile(book().vocabulary, answers, {name: name for name in answers})
    assessment = assess(book(), ReferenceEngine(book().strata), profile)
    return first_look(assessment, answers)


def glance_of(page: Answer) -> str:
    """Return the words of the glance of a person's page."""
    card = re.search(r'<section class="glance".*?</section>', page.text, re.DOTALL)
    assert card is not None
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", card[0])).split())


def test_the_fact_that_made_an_emergency_stands_beside_it(desk: Served) -> None:
    """It was one of 25 equal rows, below the first screen."""
    says = glance_of(desk.browser().get("/person/4"))
    assert says.startswith(
        "At a glance ▲ emergency numbness between the legs: yes "
        "R05 Signs of pressed nerves at the bottom of the spine"
    )
    assert "age : 58" in says.replace("age 58", "age : 58")


def test_the_first_look_says_what_is_not_known(desk: Served) -> None:
    says = glance_of(desk.browser().get("/person/5"))
    assert "○ clear if screened" in says
    assert re.search(r"\d+ safety questions are open", says)
    assert "broken spine bones not known" in says
    assert "falls in the last 12 months not known" in says


def test_scores_stand_on_the_strip_in_their_order_and_inside_their_band() -> None:
    scores = {"t_lumbar_spine": "-2.6", "t_total_hip": "-1.8", "t_femoral_neck": "0.4"}
    strip = look({"age": "61", "sex": "female", "menopause": "post", **scores}).strip
    assert {score.field: score.value for score in strip.scores} == scores
    inside = {
        band.level: score.field
        for band in strip.bands
        for score in strip.scores
        if band.start < score.place <= band.start + band.width
    }
    assert inside == {
        "osteoporosis": "t_lumbar_spine",
        "low_bone_mass": "t_total_hip",
        "normal": "t_femoral_neck",
    }
    assert (strip.bands[0].start, strip.bands[-1].start + strip.bands[-1].width) == (0, pytest.approx(100))


@pytest.mark.parametrize(("score", "place"), [("-5.0", 0), ("-7.5", 0), ("+7.0", 100)])
def test_a_score_beyond_the_strip_stands_at_its_end(score: str, place: float) -> None:
    assert look({"age": "61", "t_lumbar_spine": score}).strip.scores[0].place == place


def test_the_strip_has_its_numbers_as_text(desk: Served) -> None:
    page = desk.browser().get("/person/1").text
    strip = re.search(r'<desc id="strip-says">(.*?)</desc>', page)
    assert strip is not None
    assert "lumbar spine T-score: -2.6; osteoporosis up to -2.5; low bone mass up to -1;" in strip[1]


def test_without_a_score_there_is_no_strip() -> None:
    assert look({"age": "61", "z_lumbar_spine": "-2.0"}).strip.scores == []


def test_each_movement_that_could_be_limited_stands_once_under_its_verdict() -> None:
    answers = {"age": "72", "sex": "female", "menopause": "post", "t_lumbar_spine": "-3.4"}
    profile = read_profile(book().vocabulary, answers, {name: name for name in answers})
    assessment = assess(book(), ReferenceEngine(book().strata), profile)
    groups = first_look(assessment, answers).groups
    assert [group.verdict for group in groups] == sorted(
        {group.verdict for group in groups}, key=lambda verdict: -verdict.rank
    )
    listed = [(limit.movement.id, group.verdict) for group in groups for limit in group.movements]
    assert sorted(listed) == sorted(
        (limit.movement.id, limit.verdict)
        for limit in assessment.movements
        if limit.possible is not Verdict.OK
    )


def test_the_way_back_keeps_filters_page_and_row(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/2?undecided=yes&after=4").text
    assert '<a href="/?undecided=yes&amp;after=4#p-2">Back to the worklist</a>' in page
    assert '<a href="/?undecided=yes&amp;after=4" data-key="l">' in page
    assert 'id="p-2"' in browser.get("/?undecided=yes&after=4").text
    assert '/person/2?undecided=yes&amp;after=4"' in browser.get("/?undecided=yes&after=4").text


def test_rules_and_book_link_both_ways(desk: Served) -> None:
    browser = desk.browser()
    assert '<a href="/person/4/why?#rule-R05">' in browser.get("/person/4").text
    page = browser.get("/person/4/why").text
    assert '<h3 id="rule-R05"' in page
    assert '<a href="/book#rule-R05">' in page


def test_states_are_told_by_shape_and_word(desk: Served) -> None:
    browser = desk.browser()
    desk.store.add([decision(desk.store, 1)])
    page = " ".join(html.unescape(re.sub("<[^>]+>", " ", browser.get("/").text)).split())
    assert "▲ emergency" in page
    assert "◐ Decided" in page
    assert "○ Pending" in page


def test_who_is_done_is_out_of_the_way_and_how_far_one_is_stands_there(desk: Served) -> None:
    """Signed people stayed on top of the list, and progress was two numbers in a sentence."""
    browser = desk.browser()
    browser.send("/person/4/sign", decide(browser, 4))
    page = browser.get("/").text
    assert '<progress max="5" value="1"' in page
    assert '<a href="/?undecided=yes">Only pending (4)</a>' in page
    assert "dora" not in names(browser.get("/?undecided=yes").text)


def test_an_emergency_shows_no_question_before_it_is_asked_for(desk: Served) -> None:
    """Z-scores of the forearm were asked first of somebody with numb legs."""
    browser = desk.browser()
    asked = browser.get("/person/4").text.split('id="open"')[1].split("</form>")[0]
    assert "<ul>" not in asked.split("<details>")[0]
    asked = browser.get("/person/5").text.split('id="open"')[1].split("</form>")[0]
    assert asked.split("<details>")[0].count("safety: could stop exercise") == 8


def test_a_clinician_is_spoken_to_as_one(desk: Served) -> None:
    """The page of an emergency told its reader to go to an emergency department now."""
    page = html.unescape(desk.browser().get("/person/4").text)
    refer = book().rules["R05"].refer
    assert refer is not None
    assert refer.say not in page
    assert f"{refer.to}: {book().rules['R05'].title}" in page
    desk_words = {
        key: re.sub("{.*?}", "", text) for key, text in book().phrases.items() if key.startswith("desk.")
    }
    for own_words in ("otherwise", "stands under", "spoke", "who is told"):
        assert not [key for key, text in desk_words.items() if own_words in text.casefold()], own_words


def test_the_file_comes_after_the_person(tmp_path: Path) -> None:
    """The line of the file was twice as prominent as age and sex, and an MRN stood under “Name”."""
    with served(*filled(tmp_path, "MRN,age,t_lumbar_spine\nM1,61,-1.0\n")) as desk:
        browser = desk.browser()
        listed = browser.get("/").text
        assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', listed)[0] == "Person"
        assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', listed)[-1] == "Line"
        assert "1 person from people.csv" in listed
        assert "<small>line 2</small>" in browser.get("/person/1").text


@pytest.mark.parametrize(
    ("path", "next_step"),
    [
        ("/?search=nobody", "No matching people. Back to the first page"),
        ("/agreement", "Nothing has been decided yet. Back to the worklist"),
        ("/audit", "Nothing has been decided yet. Back to the worklist"),
        ("/bulk", "Open people one by one from the worklist. Back to the worklist"),
        ("/changed", "Back to the worklist"),
        ("/left-out", "All rows of the file are on the worklist. Back to the worklist"),
        ("/person/99", "Go back to the worklist. Back to the worklist"),
    ],
)
def test_where_there_is_nothing_a_next_step_is_told(desk: Served, path: str, next_step: str) -> None:
    page = desk.browser().get(path)
    assert next_step in " ".join(html.unescape(re.sub("<[^>]+>", " ", page.text)).split())


def test_times_are_told_with_their_zone(desk: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """They were in UTC, and half of a clinic reads them as local."""
    import time

    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    try:
        page = decide(desk.browser(), 1).text
        at = desk.store.decisions_of(desk.run, 1)[0]["at"]
        shown = re.search(r"<li>(\d{4}-\d\d-\d\d \d\d:\d\d) (\w+), Ana", page)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert shown is not None
    assert shown[2] == "EST"
    assert (int(at[11:13]) - int(shown[1][11:13])) % 24 == 5
