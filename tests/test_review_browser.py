"""The desk in a real Chromium: by keyboard alone, without script, at 320 px, and by WCAG as axe checks it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from recommender.person.explanation import decisive
from recommender.review.deciding import decision
from recommender.review.desk import Desk, Reviewer
from tests.desk import Served, filled, served
from tests.people import book

pytest.importorskip("playwright")  # the extra [dev]

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.heavy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a Chromium; CI installs Debian's, and there is no passing without one."""
    assert CHROMIUM, "Install chromium (Debian: apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people."""
    with served(*filled(tmp_path)) as found:
        yield found


def sit_down(desk: Served, chromium: Browser, script: bool = True, width: int = 1280) -> Page:
    """Follow the link and say who one is, by keyboard."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script, bypass_csp=False
    )
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{desk.port}/open?token={desk.door.token}")
    page.locator("#name").focus()
    page.keyboard.type("Ana Ruiz")
    page.keyboard.press("Tab")
    page.keyboard.type("physiotherapist")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text('Worklist')")
    return page


def keep(desk: Served, name: str, number: int, **form: str) -> None:
    """Keep a decision of somebody on the whole plan; they agree where no verdict is given."""
    at_desk = Desk(desk.store, book(), desk.run, False)
    review = at_desk.review(number)
    assert review is not None
    form = {"verdict": review.assessment.clearance, "disposition": "called", "about": "", **form}
    desk.store.add([decision(at_desk, review, Reviewer(name, "GP"), {"form": f"{name}-{number}", **form})])


def press(page: Page, key: str) -> None:
    """Press a key once the page is there with its script."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_a_person_is_decided_and_signed_by_keyboard_alone(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('dora')")
    for key in ("a", "s"):  # no letter decides, and nothing is signed before it is decided
        press(page, key)
    assert desk.store.decisions_of(desk.run, 4) == []
    press(page, "4")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Agreed, The whole plan: emergency")
    press(page, "s")
    page.wait_for_selector("h1:not(:has-text('dora'))")
    assert [one["kind"] for one in desk.store.decisions_of(desk.run, 4)] == ["agree", "signed"]
    press(page, "w")
    page.wait_for_selector("h1:text('What if')")
    press(page, "k")
    page.wait_for_selector("text=Your decision on the whole plan")
    press(page, "l")
    page.wait_for_selector("h1:text('Worklist')")
    press(page, "/")
    page.keyboard.type("anna")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 person, most urgent first")
    assert complaints == []


def test_keys_do_nothing_while_somebody_writes(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1")
    page.locator("#comment").focus()
    page.keyboard.type("a long story also moves")
    assert page.input_value("#comment") == "a long story also moves"
    assert not desk.store.decisions_of(desk.run, 1)


def test_a_key_that_is_held_down_counts_once(desk: Served, chromium: Browser) -> None:
    for number in range(1, 6):
        keep(desk, "Ana Ruiz", number)
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/4")
    page.wait_for_load_state()
    for _ in range(8):
        page.keyboard.down("s")  # what is held down repeats
        page.wait_for_timeout(100)
    assert sum(one["kind"] == "signed" for one in desk.store.decisions_in(desk.run)) == 1


def test_no_key_acts_while_a_control_has_the_focus(desk: Served, chromium: Browser) -> None:
    """Typing a to choose “avoid” recorded an agreement with a laxer rule."""
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1/decide?about=movement:spinal_flexion_midrange")
    page.wait_for_load_state()
    for control in ("#reason", "#comment", "[name=verdict]", "button.primary"):
        page.locator(control).first.focus()
        page.keyboard.type("amosvklwgnp2")
    page.wait_for_timeout(200)
    assert "/decide" in page.url
    assert not desk.store.decisions_in(desk.run)


def test_digits_choose_the_verdict_and_a_rule_opens_its_reason(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/2")
    press(page, "3")
    assert page.evaluate("document.activeElement.value") == "hold"
    assert page.is_checked("[name=verdict][value=hold]")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.select_option("#reason", "need-more-info")
    page.locator("[name=verdict][value=hold]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Overridden, The whole plan: hold")
    page.click("tbody a:text('G01'):visible >> nth=0")
    page.wait_for_selector("#rule-G01", state="visible")


def test_everything_works_without_script(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium, script=False)
    page.click("tbody a:has-text('bea')")
    page.check("[name=verdict][value=hold]")
    page.check("[name=disposition][value=called]")
    page.fill("#comment", "See the scan first.")
    page.click("button:text('Save my decision')")
    page.wait_for_selector("text=needs a reason")
    assert page.input_value("#comment") == "See the scan first."
    page.select_option("#reason", "need-more-info")
    page.click("button:text('Save my decision')")
    page.wait_for_selector("text=Overridden, The whole plan: hold")
    page.click("button:text('Undo: Overridden')")
    page.wait_for_selector("li:has-text('Withdrawn, The whole plan: hold')")
    page.check("[name=verdict][value=hold]")
    page.check("[name=disposition][value=called]")
    page.select_option("#reason", "need-more-info")
    page.click("button:text('Save my decision')")
    page.click("button:text('Sign as')")
    page.click("text=Agreement")
    assert "More has to be known first (1)" in page.inner_text("main")


def test_what_another_answer_would_change_leaves_no_trace_in_the_address(
    desk: Served, chromium: Browser
) -> None:
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1")
    press(page, "w")
    page.wait_for_selector("h1:text('What if')")
    page.fill("#t_lumbar_spine", "-1.1")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:text('What would change')")
    assert "low bone mass" in page.inner_text("main")
    assert "1.1" not in page.url


def test_a_second_reviewer_sees_where_both_differ(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1")
    press(page, "1")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Agreed, The whole plan: clear")
    page.click("text=(change)")
    page.fill("#name", "Ben Okafor")
    page.fill("#role", "GP")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Ben Okafor")
    page.goto(f"http://127.0.0.1:{desk.port}/")  # who signs in goes on with the page they came from
    page.click("summary:text('Filters')")
    page.check("text=Pending for me")
    page.click("button:text('Show')")
    page.click("tbody a:has-text('anna')")
    page.check("[name=verdict][value=hold]")
    page.check("[name=disposition][value=called]")
    page.select_option("#reason", "adaptation")
    page.click("button:text('Save my decision')")
    page.wait_for_selector("text=Reviewers differ on The whole plan")
    page.goto(f"http://127.0.0.1:{desk.port}/?differ=yes")
    assert "reviewers differ" in page.inner_text("tbody")


def test_a_blind_reviewer_speaks_before_the_rules(tmp_path: Path, chromium: Browser) -> None:
    with served(*filled(tmp_path), blind=True) as desk:
        page = sit_down(desk, chromium)
        assert "emergency" not in page.inner_text("main")
        page.click("tbody a:has-text('dora')")
        page.wait_for_selector("text=Say first what you would do")
        assert_accessible(page, f"http://127.0.0.1:{desk.port}/person/4", chromium)
        page.check("text=hold: they are told")
        page.click("text=Single movements (optional)")
        page.select_option("#lift_heavy", "avoid")
        page.click("button:text('Save, and show the rules')")
        page.wait_for_selector("text=Your decision on the whole plan")
        assert "emergency" in page.inner_text("main")
        page.goto(f"http://127.0.0.1:{desk.port}/agreement")
        assert "judged before the rules were shown" in page.inner_text("main")


def assert_accessible(
    page: Page, address: str, chromium: Browser, scheme: Literal["light", "dark"] = "light"
) -> None:
    """Look at a page at 320 px with the eyes of axe, in the session of another."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 900},
        bypass_csp=True,  # axe is a script of its own
        color_scheme=scheme,
    )
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    looked_at = context.new_page()
    looked_at.goto(address)
    assert looked_at.evaluate("document.documentElement.scrollWidth") <= 320
    looked_at.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert looked_at.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(looked_at, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    context.close()


PAGES = [
    "/",
    "/person/2",
    "/person/2/decide?about=movement:lift_heavy",
    "/person/2?line=movement:lift_heavy=modify",
    "/person/2/why",
    "/person/2/answers",
    "/person/2/what-if",
    "/agreement",
    "/who",
    "/left-out",
    "/lists",
    "/bulk",
    "/changed",
    "/audit",
    "/person/2/note",
    "/person/99",
    "/book",
]


@pytest.mark.parametrize(
    ("path", "scheme"),
    [*((path, scheme) for path in PAGES for scheme in ("light", "dark")), ("/person/4", "dark")],
)
def test_pages_reflow_at_320_px_and_meet_wcag(
    desk: Served, chromium: Browser, path: str, scheme: Literal["light", "dark"]
) -> None:
    for name in ("Ben", "Ana"):
        for number in (1, 2):
            form = {"verdict": "hold", "reason": "need-more-info"} if number == 2 else {}
            keep(desk, name, number, **form)
    page = sit_down(desk, chromium, width=320)
    assert_accessible(page, f"http://127.0.0.1:{desk.port}{path}", chromium, scheme)


DOUBTS = """\
id,age,sex,t_lumbar_spine,saddle_numbness,vertebral_fractures,fracture_months
a,400,F,-2.6,Y,,3
b,70,F,-1.6,,0,
c,71,F,-1.7,,0,
d,72,F,-1.8,,0,
ragged,1,2,3,4,5,6,7,8,9
,,,,,,
Total,613,,,,,
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/?doubtful=yes", "/person/1", "/person/5", "/left-out"])
def test_pages_of_rows_in_doubt_reflow_and_meet_wcag(
    tmp_path: Path, chromium: Browser, path: str, scheme: Literal["light", "dark"]
) -> None:
    with served(*filled(tmp_path, DOUBTS)) as desk:
        page = sit_down(desk, chromium, width=320)
        assert_accessible(page, f"http://127.0.0.1:{desk.port}{path}", chromium, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_answers_would_change_reflows_and_meets_wcag(
    desk: Served, chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = sit_down(desk, chromium, width=320)
    context = chromium.new_context(
        viewport={"width": 320, "height": 900}, bypass_csp=True, color_scheme=scheme
    )
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    shown = context.new_page()
    shown.goto(f"http://127.0.0.1:{desk.port}/person/5/what-if")
    shown.select_option("#saddle_numbness", "yes")
    shown.click("button >> nth=0")
    shown.wait_for_selector("#changes")
    shown.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 320
    checked = Axe().run(shown, options=RULES)
    assert checked.violations_count == 0, checked.generate_report()
    context.close()


@pytest.mark.parametrize(
    "path", ["/", "/person/2", "/person/2/why", "/agreement", "/lists", "/audit", "/person/2/note"]
)
def test_paper_has_no_controls(desk: Served, chromium: Browser, path: str) -> None:
    keep(desk, "Ana Ruiz", 2)
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}{path}")
    page.emulate_media(media="print")
    for controls in ("button", "input", "select", "textarea", "nav", ".bar"):
        assert not page.locator(f"{controls}:visible").count(), controls
    assert page.inner_text("main h1").strip()


@pytest.mark.parametrize(
    "path", ["/", "/?doubtful=yes", "/person/1", "/person/2?line=movement:lift_heavy=modify"]
)
def test_forced_colours_leave_every_row_in_doubt_told(tmp_path: Path, chromium: Browser, path: str) -> None:
    with served(*filled(tmp_path, DOUBTS)) as desk:
        assert_told_in_forced_colours(sit_down(desk, chromium), f"http://127.0.0.1:{desk.port}{path}")


@pytest.mark.parametrize("path", ["/", "/person/1", "/person/4", "/person/2?line=movement:lift_heavy=modify"])
def test_forced_colours_leave_every_state_told_and_every_control_seen(
    desk: Served, chromium: Browser, path: str
) -> None:
    assert_told_in_forced_colours(sit_down(desk, chromium), f"http://127.0.0.1:{desk.port}{path}")


def assert_told_in_forced_colours(page: Page, address: str) -> None:
    """Look whether states are told by words and shapes, and controls have an edge."""
    page.emulate_media(forced_colors="active")
    page.goto(address)
    seen = """cells => cells.filter(cell => cell.checkVisibility()).map(cell => {
        const style = getComputedStyle(cell);
        return [cell.innerText.trim(), style.borderTopStyle, style.borderTopColor == style.backgroundColor];
    })"""
    for what in (".tag", "button:not(.link):not([hidden])", ".segments label", "mark, .chip"):
        for words, border, hidden in page.eval_on_selector_all(what, seen):
            assert words, what
            assert what.startswith("mark") or (border != "none" and not hidden), (what, words)
    shapes = set(page.eval_on_selector_all(".tag [aria-hidden]", "tags => tags.map(tag => tag.innerText)"))
    assert len(shapes) > 1


def test_a_phone_is_not_told_of_keys(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium, width=375)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1")
    page.wait_for_load_state("networkidle")
    assert page.locator("kbd:visible").count() == 0


@pytest.mark.parametrize("width", [1280, 375])
def test_the_first_screen_says_why_and_leads_to_the_decision(
    desk: Served, chromium: Browser, width: int
) -> None:
    """The reason for an emergency stood below the fold, and on a phone the decision too."""
    page = sit_down(desk, chromium, width=width)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"http://127.0.0.1:{desk.port}/person/4")
    for what in (".status .tag", ".made-by strong", ".facts", "#deciding" if width > 1000 else ".bar a"):
        box = page.locator(what).first.bounding_box()
        assert box is not None, what
        assert box["y"] + box["height"] <= 800, what
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    box = page.locator("aside" if width > 1000 else ".bar a").bounding_box()
    assert box is not None
    assert box["y"] < 800
    assert box["y"] + box["height"] > 0


def test_a_link_to_a_rule_lands_on_its_title(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/4")
    page.click(".made-by a")
    page.wait_for_selector("#rule-R05", state="visible")
    box = page.locator("#rule-R05").bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 800


def test_rows_are_walked_by_keys_and_the_keys_are_told(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    for key in ("j", "j", "k"):
        press(page, key)
    assert page.evaluate("document.activeElement.textContent") == "dora"
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('dora')")
    press(page, "?")
    assert page.is_visible("text=next and previous row, or person")
    press(page, "l")
    page.wait_for_selector("h1:text('Worklist')")
    press(page, "/")
    page.keyboard.type("jk?s")
    assert page.input_value("#search") == "jk?s"


MANY = "id,age,sex,t_lumbar_spine,saddle_numbness\nx,400,,-1.0,yes\np001,60,,-1.0,\n" + "".join(
    f"p{number:03},{50 + number},female,-2.{number % 10},{'yes' if number % 9 == 0 else ''}\n"
    for number in range(40)
)


def test_twenty_five_people_stand_on_the_first_screen_of_a_laptop(tmp_path: Path, chromium: Browser) -> None:
    with served(*filled(tmp_path, MANY)) as desk:
        page = sit_down(desk, chromium)
        page.set_viewport_size({"width": 1280, "height": 800})
        bottoms = page.eval_on_selector_all(
            "tbody tr", "rows => rows.map(row => row.getBoundingClientRect().bottom)"
        )
        assert sum(bottom <= 800 for bottom in bottoms) >= 25


def test_a_long_id_does_not_widen_the_list(tmp_path: Path, chromium: Browser) -> None:
    with served(*filled(tmp_path, f"id,age,t_lumbar_spine\n{'x' * 3000},61,-1.0\ny,62,-1.1\n")) as desk:
        page = sit_down(desk, chromium)
        page.wait_for_load_state("networkidle")  # a width is that of the page with its styles
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_an_answer_is_not_broken_letter_by_letter(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1")
    heights = page.eval_on_selector_all(
        ".known dd",
        "cells => cells.map(cell => [cell.textContent.trim(), cell.getBoundingClientRect().height])",
    )
    assert all(height < 30 for answer, height in heights if answer in ("no", "yes"))


@pytest.mark.parametrize("number", [2, 4, 5])
def test_a_person_prints_on_two_pages_with_every_title_and_no_form(
    desk: Served, chromium: Browser, number: int
) -> None:
    """A person was thirty pages, with forms, and the titles of the rules were missing."""
    keep(desk, "Ana", number)
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/{number}")
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", prefer_css_page_size=True))
    assert 1 <= len(pages) <= 2
    page.emulate_media(media="print")
    assert not page.locator("button:visible, input:visible, select:visible, nav:visible").count()
    paper = page.inner_text("body")
    for title in ("Movements", "Decisions", "rules that decided", "Decision support for review"):
        assert title in paper
    person = desk.store.person(desk.run, number)
    assert person is not None
    decided = decisive(Desk(desk.store, book(), desk.run, False).assessed(person["answers"]))
    assert all(f"{rule.id} {rule.title}" in paper for rule in decided)


@pytest.mark.parametrize("number", [1, 4])
def test_a_person_is_read_in_a_few_screens(desk: Served, chromium: Browser, number: int) -> None:
    """A person was 9,100 pixels, and 2,151 words in an emergency or 2,932 where clear."""
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/{number}")
    assert page.evaluate("document.documentElement.scrollHeight") <= 5_000
    assert len(page.inner_text("main").split()) <= 1_250


@pytest.mark.parametrize("path", [*PAGES[:-1], "/person/4"])
def test_one_act_is_the_primary_one(desk: Served, chromium: Browser, path: str) -> None:
    keep(desk, "Ana Ruiz", 4)
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}{path}")
    primary = page.locator(".primary:visible").all_inner_texts()
    assert len(set(primary)) <= 1, primary


def test_answers_are_filled_in_and_kept_by_mouse_and_without_script(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium, script=False)
    page.goto(f"http://127.0.0.1:{desk.port}/person/5")
    page.get_by_role("radiogroup", name=book().vocabulary.fields["saddle_numbness"].ask).get_by_text(
        "yes"
    ).click()
    page.click("form.ask button")
    page.wait_for_selector("text=becomes")
    assert not desk.store.decisions_of(desk.run, 5)
    page.click("button:has-text('Keep these answers')")
    page.wait_for_selector("text=as told to Ana Ruiz on")
    assert "emergency" in page.inner_text(".status")
    page.goto(f"http://127.0.0.1:{desk.port}/")
    assert "eve" in page.inner_text("tbody tr:nth-child(1)")
    page.goto(f"http://127.0.0.1:{desk.port}/person/5")
    page.click("button:has-text('Take back: numbness between the legs: yes')")
    page.wait_for_selector("text=Withdrawn")
    assert "emergency" not in page.inner_text(".status")


class Counted:
    """Counts what a hand does."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.clicks = page, 0, 0

    def press(self, *keys: str) -> None:
        """Press keys, each once the page is there."""
        for key in keys:
            press(self.page, key)
            self.keys += 1

    def click(self, selector: str) -> None:
        """Click once."""
        self.page.click(selector)
        self.clicks += 1


def test_one_line_is_overridden_in_three_clicks(desk: Served, chromium: Browser) -> None:
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1")
    hand = Counted(page)
    hand.click("tr[id='movement:lift_heavy'] button:text-is('modify')")
    hand.click("#line option[value='risk-benefit-ratio']")
    hand.click("#line button:text('Save my decision')")
    page.wait_for_selector("tr[id='movement:lift_heavy'] >> text=Overridden: modify")
    assert hand.clicks <= 3
    assert [row["reason"] for row in desk.store.decisions_of(desk.run, 1)] == ["risk-benefit-ratio"]
    in_view = "e => e.getBoundingClientRect().top >= 0 && e.getBoundingClientRect().bottom <= innerHeight"
    assert page.locator("tr[id='movement:lift_heavy']").evaluate(in_view)


def test_one_line_is_overridden_in_eight_keys(desk: Served, chromium: Browser) -> None:
    """It took 56 tabs to the line, and then some ten keys."""
    page = sit_down(desk, chromium)
    page.goto(f"http://127.0.0.1:{desk.port}/person/1")
    hand = Counted(page)
    hand.press("/", "j", "o", "Enter")
    page.wait_for_selector("#line")
    hand.press("2", "Tab", "T", "Enter")
    page.wait_for_selector("tr[id='movement:impact_moderate'] >> text=Modified: modify")
    assert hand.keys <= 8
    row = desk.store.decisions_of(desk.run, 1)[0]
    assert (row["kind"], row["verdict"]) == ("modify", "modify")


THIRTY = (
    "id,age,sex,menopause,t_lumbar_spine,vertebral_fractures,falls_12m,saddle_numbness,chest_pain\n"
    + "".join(
        f"p{number:02},{50 + number},female,post,-{1 + number % 3}.{number % 10},{number % 2},{number % 4},"
        f"{'yes' if number % 11 == 3 else ''},{'yes' if number % 7 == 2 else ''}\n"
        for number in range(30)
    )
)


@pytest.mark.parametrize("by", ["keys", "mouse"])
def test_thirty_people_are_reviewed(tmp_path: Path, chromium: Browser, by: str) -> None:
    with served(*filled(tmp_path, THIRTY)) as desk:
        page = sit_down(desk, chromium)
        page.goto(f"http://127.0.0.1:{desk.port}/?unsigned=yes")
        hand = Counted(page)
        if by == "keys":
            hand.press("j", "Enter")
        else:
            hand.click("tbody a >> nth=0")
        for _ in range(30):
            page.wait_for_selector("#deciding")
            name = page.inner_text("h1 bdi")
            says = page.get_attribute("aside [data-says]", "value")
            if by == "keys":
                hand.press(page.locator("aside [data-says]").get_attribute("data-key") or "")
                hand.press("Tab", "Space", "Enter")
            else:
                hand.click(f"aside [value={says}]")
                hand.click("aside [name=disposition][value=called]")
                hand.click("aside button:text('Save my decision')")
            page.wait_for_selector("aside .stands")
            if by == "keys":
                hand.press("s")
            else:
                hand.click("aside button:text('Sign as')")
            page.wait_for_selector(f"main:not(:has(h1 bdi:text-is('{name}')))")
        page.wait_for_selector("h1:text('Worklist')")
        rows = desk.store.decisions_in(desk.run)
        assert len({row["number"] for row in rows if row["kind"] == "signed"}) == 30
        assert all(row["verdict"] == row["rules_say"] for row in rows)
        assert "30 decided, 30 signed off" in page.inner_text("main")
        assert hand.keys + hand.clicks <= 30 * 5 + 2
        assert desk.store.check().problems == []


def test_a_page_of_another_site_can_do_nothing(desk: Served, chromium: Browser, tmp_path: Path) -> None:
    page = sit_down(desk, chromium)
    evil = tmp_path / "evil.html"
    target = f"http://127.0.0.1:{desk.port}/person/1/decide"
    evil.write_text(
        f'<form method="post" action="{target}"><input name="about"><input name="kind" value="agree"></form>'
        "<p>x</p>",
        "utf-8",
    )
    page.goto(evil.as_uri())
    page.evaluate("document.forms[0].submit()")
    page.wait_for_url("**/decide")
    assert "<h1>Worklist</h1>" not in page.content()
    assert not desk.store.decisions_of(desk.run, 1)
