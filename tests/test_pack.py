"""The review pack: cards that work on paper and without script, and answers that become signatures."""

import re
import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from recommender.authoring.safety.reading import read_harm, read_safety_case
from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_safety_documents
from recommender.rulebook.signing import SIGNED, UNSIGNED, state
from tests.conftest import Run
from tests.people import book
from tests.test_broken_rulebooks import write

pytestmark = pytest.mark.heavy  # the pack assesses all whole people
WORDS_IN_AN_HOUR = 30 * 95 / 60 * 200  # a card takes two minutes: 95 seconds to read, and 25 to decide
NS = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the pack of the shipped rulebook."""
    from click.testing import CliRunner

    from recommender.cli.rules.packing import pack

    file = tmp_path_factory.mktemp("pack") / "pack.html"
    assert CliRunner().invoke(pack, ["-o", str(file)]).exit_code == 0
    return file


def template(page: Path) -> str:
    """Return the text of answers as the page has it."""
    (area,) = (area for area in ElementTree.parse(page).iter("textarea") if area.get("id") == "text")
    return str(area.text)


def answered(text: str, cards: dict[int, str], by: str = "Ana Ruiz", note: str = "") -> str:
    """Return the text of answers with some cards answered."""
    head, *parts = re.split(r"(?m)^(?=  - card: )", text)
    head = head.replace("by:\n", f'by: "{by}"\n').replace("role:\n", 'role: "physiotherapist"\n')
    parts = [
        part.replace("answer:\n", f'answer: "{cards.get(number, "")}"\n').rstrip().removesuffix("note:")
        + f'note: "{note}"\n'
        for number, part in enumerate(parts, start=1)
    ]
    return head + "".join(parts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped rules."""
    return Path(shutil.copytree(data_folder("rules"), tmp_path / "rules"))


def signs(text: str, number: int) -> list[str]:
    return list(yaml.safe_load(text)["answers"][number - 1]["signs"])


def test_thirty_cards_can_be_read_in_an_hour(page: Path) -> None:
    cards = [each for each in ElementTree.parse(page).iter("article") if each.get("class") == "card"]
    words = [len(re.findall(r"[A-Za-z][\w'-]*", " ".join(card.itertext()))) for card in cards]

    assert len(cards) == 30
    assert sum(words) <= WORDS_IN_AN_HOUR
    assert all(card.find(".//fieldset") is not None for card in cards)


def test_the_page_asks_nothing_of_anybody_and_runs_only_its_own_script(page: Path) -> None:
    text, elements = page.read_text(encoding="utf-8"), list(ElementTree.parse(page).iter())
    (script,) = (element for element in elements if element.tag == "script")
    (policy,) = (element.get("content") for element in elements if element.get("http-equiv"))

    digest = b64encode(sha256(str(script.text).encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert {element.tag for element in elements}.isdisjoint({"link", "img", "iframe"})
    assert not [element for element in elements if element.get("src") or element.get("action")]
    anchors = re.findall(r' id="([^"]+)"', text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(anchors)


def test_what_a_card_signs_stands_whole_on_the_page(page: Path) -> None:
    anchors = set(re.findall(r' id="([^"]+)"', page.read_text(encoding="utf-8")))
    names = yaml.safe_load(template(page))["texts"]

    assert len(names) > 30
    for name in names:
        kind, _, id_ = name.rpartition(":")
        assert f"{kind or 'rule'}-{id_}" in anchors


def test_the_cards_stand_in_the_order_of_people_times_harm(page: Path) -> None:
    harm = read_harm(load_safety_documents(), book())
    counts = re.findall(r'<p class="aside">(\d+) of \d+ example people', page.read_text(encoding="utf-8"))
    firsts = [card["permits"][0] for card in yaml.safe_load(template(page))["answers"]]
    products = [int(count) * harm[id_].weight for count, id_ in zip(counts, firsts, strict=True)]

    assert products == sorted(products, reverse=True)
    assert len(set(firsts)) == 30


def test_yes_signs_the_rules_that_were_shown_and_no_other_answer_does(
    run: Run, page: Path, folder: Path
) -> None:
    text = template(page)
    answers = folder.parent / "answers.yaml"
    answers.write_text(
        answered(text, {1: "yes", 2: "no", 3: "change"}, note='Not "so"'.replace('"', "'")), encoding="utf-8"
    )
    ran = run("rules", "pack", "--answers", answers, "--rules", folder)

    signed = load_rulebook(folder)
    doubted = {*signs(text, 2), *signs(text, 3)}
    assert ran.code == 0
    assert "3 of 30 cards are answered: 1 yes, 1 no, 1 change." in ran.out
    assert {name: state(signed, name) for name in signs(text, 1)} == dict.fromkeys(signs(text, 1), SIGNED)
    assert {state(signed, name) for name in doubted} == {UNSIGNED}
    assert set(signed.signed) == set(signs(text, 1))
    assert {(each.by, each.role) for entries in signed.signed.values() for each in entries} == {
        ("Ana Ruiz", "physiotherapist")
    }
    findings = yaml.safe_load((folder / "safety" / "findings.yaml").read_text(encoding="utf-8"))["findings"]
    assert [(entry["answer"], entry["note"]) for entry in findings] == [
        ("no", "Not 'so'"),
        ("change", "Not 'so'"),
    ]
    assert load_rulebook(folder).sha256 == book().sha256
    assert read_safety_case(load_safety_documents(folder)) is not None


def test_a_rule_that_another_card_doubts_is_signed_on_none(run: Run, page: Path, folder: Path) -> None:
    text = template(page)
    both = next(
        (yes, no)
        for yes in range(1, 31)
        for no in range(yes + 1, 31)
        if set(signs(text, yes)) & set(signs(text, no))
    )
    answers = folder.parent / "answers.yaml"
    answers.write_text(answered(text, {both[0]: "yes", both[1]: "no"}), encoding="utf-8")
    ran = run("rules", "pack", "--answers", answers, "--rules", folder)

    shared = set(signs(text, both[0])) & set(signs(text, both[1]))
    assert "Not signed, because another card doubts it: " in ran.out
    assert shared.isdisjoint(load_rulebook(folder).signed)


def test_a_rule_that_changed_since_the_pack_was_made_is_not_signed(
    run: Run, page: Path, folder: Path
) -> None:
    text = template(page)
    name = next(name for name in signs(text, 1) if ":" not in name)
    shown = str(yaml.safe_load(text)["texts"][name])
    answers = folder.parent / "answers.yaml"
    answers.write_text(answered(text, {1: "yes"}).replace(shown, "0" * 16), encoding="utf-8")
    ran = run("rules", "pack", "--answers", answers, "--rules", folder)

    assert f"Not signed, because it no longer says what the pack showed: {name}." in ran.out
    assert name not in load_rulebook(folder).signed


def test_the_same_answers_twice_add_nothing(run: Run, page: Path, folder: Path) -> None:
    answers = folder.parent / "answers.yaml"
    answers.write_text(answered(template(page), {1: "yes", 2: "no"}), encoding="utf-8")
    run("rules", "pack", "--answers", answers, "--rules", folder)
    files = [folder / "signed.yaml", folder / "safety" / "findings.yaml"]
    before = [file.read_bytes() for file in files]
    ran = run("rules", "pack", "--answers", answers, "--rules", folder)

    assert "were signed already" in ran.out
    assert [file.read_bytes() for file in files] == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('by: "Ana Ruiz"', "by:", "`by` is empty. A signature has a name and a role."),
        ('answer: "yes"', 'answer: "perhaps"', "`perhaps` is not a known answer."),
        ("signs: [H", "signs: [Q9, H", "`Q9` is not a known entry under `texts`."),
        ("rulebook:", "rulbook:", "unknown key `rulbook`"),
    ],
)
def test_answers_that_cannot_be_read_are_refused_at_their_place(
    run: Run, page: Path, folder: Path, old: str, new: str, told: str
) -> None:
    text = answered(template(page), {1: "yes"})
    assert old in text
    answers = folder.parent / "answers.yaml"
    answers.write_text(text.replace(old, new, 1), encoding="utf-8")
    ran = run("rules", "pack", "--answers", answers, "--rules", folder)

    assert ran.code == 3
    assert told in ran.err
    assert "answers.yaml:" in ran.err
    assert not (folder / "signed.yaml").exists()


def test_what_was_not_asked_for_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    assert run("rules", "pack").code == 2
    assert run("rules", "pack", "-o", tmp_path / "a.html", "--answers", tmp_path / "b.yaml").code == 2


def test_a_rulebook_without_whole_people_says_so(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "pack", "-o", tmp_path / "pack.html", "--rules", write(tmp_path))

    assert ran.code == 3
    assert "this rulebook has no whole people." in ran.err


def test_the_page_in_a_browser_saves_what_was_ticked(run: Run, page: Path, folder: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 320, "height": 800})
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page.as_uri())
        tab.get_by_label("Your name").fill("Ana Ruiz")
        tab.get_by_label("Your role, such as physiotherapist").fill("physiotherapist")
        tab.locator("#card-1").get_by_label("Yes").check()
        tab.locator("#card-2").get_by_label("With a change").check()
        tab.locator("#card-2 textarea").fill('Hold "both" rails: always')
        assert tab.locator("#count").inner_text() == "2"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        with tab.expect_download() as saved:
            tab.locator("#save").click()
        answers = folder.parent / "answers.yaml"
        saved.value.save_as(answers)
        browser.close()
    ran = run("rules", "pack", "--answers", answers, "--rules", folder)

    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert "2 of 30 cards are answered: 1 yes, 0 no, 1 change." in ran.out
    findings = yaml.safe_load((folder / "safety" / "findings.yaml").read_text(encoding="utf-8"))["findings"]
    assert [entry["note"] for entry in findings] == ['Hold "both" rails: always']
