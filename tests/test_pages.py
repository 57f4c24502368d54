"""Web pages made from templates: linked, escaped, self-contained, and without a sentence of their own."""

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jinja2
import pytest
from jinja2 import Environment, nodes

import recommender
from recommender.pages.rendering import environment, render
from tests.conftest import Run
from tests.people import book

TEMPLATES = sorted(Path(recommender.__file__).parent.rglob("*.html"))


def test_the_rulebook_is_a_book_whose_links_all_lead_somewhere(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "book.html"
    assert run("rules", "book", "-o", page).code == 0
    text = page.read_text(encoding="utf-8")
    anchors = re.findall(r' id="([^"]+)"', text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(anchors)
    assert {f"rule-{id_}" for id_ in book().rules} <= set(anchors)
    assert {f"exercise-{id_}" for id_ in book().exercises} <= set(anchors)
    assert {f"source-{id_}" for id_ in book().sources} <= set(anchors)
    assert "not yet reviewed by a clinician" in text
    assert "<script" not in text


def test_the_book_is_one_well_formed_file_that_asks_nothing_of_anybody(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "book.html"
    run("rules", "book", "-o", page)
    elements = list(ElementTree.parse(page).iter())

    assert {element.tag for element in elements}.isdisjoint({"script", "link", "img", "iframe", "form"})
    assert {str(element.get("href"))[0] for element in elements if element.tag == "a"} == {"#"}
    assert not [element for element in elements if element.get("src") or element.get("style")]


def test_values_in_a_phrase_are_escaped_unless_they_are_markup_already() -> None:
    page = environment(book()).from_string(
        '{% set link %}<a href="#x">{{ name }}</a>{% endset %}'
        '{{ phrase("book.named", name=link, id=name) }}{{ counted("book.contents.rules", 1200) }}'
    )

    assert page.render(name="<b>&\x1b") == (
        '<a href="#x">&lt;b&gt;&amp;\\u001b</a> (&lt;b&gt;&amp;\\u001b)1,200 rules'
    )


def test_a_percent_sign_stays_on_the_line_of_its_number() -> None:
    page = environment(book()).from_string('{{ text }}{{ phrase("cohort.percent_over") }}')

    assert page.render(text="5 %, ") == "5\N{NO-BREAK SPACE}%, over 99\N{NO-BREAK SPACE}%"


def test_a_name_that_no_page_gives_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="is undefined"):
        render(book(), "book.html", people=())


class Texts(HTMLParser):
    """Collects what a template itself would let a person read; what is filled in stands as `0`."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.code = 0
        tree = Environment().parse(file.read_text(encoding="utf-8"))
        self.feed("0".join(part.data for part in tree.find_all(nodes.TemplateData)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in ("code", "kbd")
        read_out = ("alt", "aria-label", "data-label", "label", "placeholder", "title")
        self.texts += [str(value) for name, value in attrs if name in read_out]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in ("code", "kbd")

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.texts.append(data)


@pytest.mark.parametrize("file", TEMPLATES, ids=[file.name for file in TEMPLATES])
def test_a_template_holds_no_word_of_its_own(file: Path) -> None:
    assert [text for text in Texts(file).texts if re.search("[A-Za-z]", text)] == []
