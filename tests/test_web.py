"""The person's pages: the way from the first question to the answer, and that nothing is kept on it."""

import gc
import html
import json
import re
import warnings
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import DocumentError
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.report.person import write_person_report
from recommender.report.screen.week import begin_with
from recommender.rulebook.files import package
from recommender.web.clinic import Clinic, read_clinic
from recommender.web.conversation import read_conversation
from recommender.web.outline import Outline
from recommender.web.request import Request

from .conftest import Run, examples
from .people import assessed, book
from .scan_reports import hologic
from .visitor import Visitor, handlers, over_http

SAFETY = 6
ORIGIN = "http://127.0.0.1:80"


def test_the_way_leads_from_the_number_over_safety_to_the_answer() -> None:
    visitor = Visitor().get("/number").begin()

    assert visitor.heading == "Emergencies first"
    for number in range(1, SAFETY + 1):
        visitor.say("no") if number != 4 else visitor.say("typed", systolic_bp="130", diastolic_bp="80")
        assert f"{number} of {SAFETY}" in visitor.text
    visitor.say("no")
    assert "To make it fit you" in visitor.text
    visitor.say_no_to_all()

    assert visitor.response.code == 200
    assert "you can start gently today" in visitor.text
    assert "Lowest T-score -3.9" in visitor.text


def test_the_answer_is_that_of_assess_for_the_same_answers() -> None:
    visitor = Visitor().begin("-2.6", "61").say_no_to_all()
    knowledge = handlers().knowledge

    known = read_conversation(visitor.conversation, knowledge, date.today()).interview.profile
    assessment = assess(book(), ReferenceEngine(book().strata), known)

    for offer in begin_with(assessment).values():
        assert offer.start.dose in visitor.text
    assert known.answers["t_score"] == -2.6
    assert known.answers["fever"] is False


def test_a_yes_to_an_emergency_ends_the_questions_with_help() -> None:
    visitor = Visitor().begin().say("ticked", item="1")

    assert "emergency" in visitor.text_of(r'<div class="verdict (.*?)</div>').lower()
    assert 'action="/ask"' not in visitor.page
    assert "Can I" not in visitor.text


def test_not_sure_about_an_emergency_asks_each_alone_and_warns() -> None:
    visitor = Visitor().begin().say("ticked", item="10")

    assert "cannot wait" in visitor.text
    while 'action="/ask"' in visitor.page:
        visitor.say("unsure")
    assert visitor.heading == "Get help now"


def test_not_sure_is_never_no() -> None:
    visitor = Visitor().begin()
    visitor.say("unsure").say("unsure")

    conversation = read_conversation(visitor.conversation, handlers().knowledge, date.today())

    assert set(conversation.known) == {"t_score", "age"}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"answer": "no", "item": "2"}, "said none of these"),
        ({"answer": "ticked"}, "Nothing is ticked"),
        ({"answer": "ticked", "item": "77"}, "There is no number 77 here"),
    ],
)
def test_a_form_that_cannot_be_meant_comes_back_with_what_was_ticked(form: dict[str, str], says: str) -> None:
    visitor = Visitor().begin()

    visitor.send("/ask", **form)

    assert visitor.response.code == 422
    assert says in visitor.text
    assert visitor.heading == "Emergencies first"
    assert "call your emergency number first" in visitor.text
    if form.get("item") == "2":
        assert 'value="2" checked' in visitor.page


def test_a_score_without_its_sign_is_asked_about_and_nothing_typed_is_lost() -> None:
    visitor = Visitor().begin("2.6", "61", "my mother")

    assert visitor.response.code == 422
    assert "+2.6" in visitor.text
    assert all(f'value="{text}"' in visitor.page for text in ("2.6", "61", "my mother"))


def test_back_returns_to_each_page_before() -> None:
    visitor = Visitor().begin()
    said = ("no", "no", "unsure", "unsure")
    headings = [visitor.heading, *(visitor.say(answer).heading for answer in said)]

    for heading in reversed(headings[:-1]):
        assert visitor.send("/back").heading == heading
    assert visitor.send("/back").heading == "What does your scan report say?"


def unsure_of_pressure_and_bones() -> Visitor:
    """Return a visitor at the answer, with "not sure" about blood pressure and broken bones, else no."""
    visitor = Visitor().begin()
    while 'action="/ask"' in visitor.page:
        open_ = "systolic_bp" in visitor.page or visitor.heading.startswith("Broken bones")
        visitor.say("unsure" if open_ or 'value="no"' not in visitor.page else "no")
    return visitor


def test_the_open_safety_questions_are_asked_one_at_a_time_and_nothing_else() -> None:
    visitor = unsure_of_pressure_and_bones()
    assert 'action="/safety"' in visitor.page
    visitor.send("/safety")

    headings = []
    while 'action="/ask"' in visitor.page:
        headings.append(visitor.heading)
        assert "To be safe" in visitor.text
        if "systolic_bp" in visitor.page:
            visitor.say("typed", systolic_bp="135/85")
        elif 'value="no"' in visitor.page:
            visitor.say("no")
        else:
            visitor.say(
                "typed", **dict.fromkeys(re.findall(r'<input class="short" id="(\w+)"', visitor.page), "0")
            )

    assert headings == [
        "What is your blood pressure at rest?",
        "Have you ever broken a hip by a small force?",
        "Since you turned 50, or since you were grown up if you are younger, how many other bones have you "
        "broken by a small force?",
        "How many bones in your spine have been found broken, or found to have lost height?",
    ]
    assert "You can start gently today" in visitor.text
    assert "/safety" not in visitor.page
    assert "safety questions" not in visitor.send("/can", asked="golf").text


def test_not_sure_again_leaves_the_safety_questions_open_and_askable() -> None:
    visitor = unsure_of_pressure_and_bones().send("/safety")
    first = visitor.heading
    while 'action="/ask"' in visitor.page:
        visitor.say("unsure")

    assert 'class="open"' in visitor.page
    assert visitor.send("/safety").heading == first
    assert visitor.send("/back").heading == "Your answer"


def test_safety_questions_that_were_not_reached_are_asked_in_their_groups() -> None:
    visitor = Visitor().begin().say("no").send("/answer").send("/safety")

    assert visitor.heading == "Your back"
    while 'action="/ask"' in visitor.page:
        assert "To be safe" in visitor.text
        assert "fit you" not in visitor.text
        visitor.say(
            "typed", systolic_bp="135", diastolic_bp="85"
        ) if "systolic_bp" in visitor.page else visitor.say(
            "no" if 'value="no"' in visitor.page else "unsure"
        )
    assert visitor.heading == "Your answer"


@pytest.mark.parametrize(
    "typed",
    [{"systolic_bp": "135/85", "diastolic_bp": ""}, {"systolic_bp": "", "diastolic_bp": "135 / 85"}],
)
def test_both_numbers_of_blood_pressure_may_be_typed_into_one_box(typed: dict[str, str]) -> None:
    visitor = Visitor().begin().say("no").say("no").say("no").say("typed", **typed)

    known = read_conversation(visitor.conversation, handlers().knowledge, date.today()).known
    assert visitor.response.code == 200
    assert (known["systolic_bp"], known["diastolic_bp"]) == (135_000, 85_000)


def test_one_number_of_blood_pressure_alone_is_asked_about() -> None:
    visitor = Visitor().begin().say("no").say("no").say("no").say("typed", systolic_bp="135", diastolic_bp="")

    assert visitor.response.code == 422
    assert "Type both numbers" in visitor.text
    assert 'value="135"' in visitor.page


def test_a_word_in_the_box_of_a_score_is_led_to_the_question_that_asks_for_it() -> None:
    assert "Only the word? Leave this empty." in Visitor().begin("osteoporosis").text
    assert "Only the word?" not in Visitor().begin("2.6").text

    visitor = Visitor().begin().say_no_to_all().send("/change", field="t_score")
    assert "Only the word?" in visitor.say("typed", t_score="osteopenia").text


def test_comfort_is_given_once() -> None:
    visitor = Visitor().begin()
    while 'action="/ask"' in visitor.page:
        if "fear_of_movement" in visitor.page:
            visitor.say("typed", fear_of_movement="8")
        else:
            visitor.say("no" if 'value="no"' in visitor.page else "unsure")

    text = visitor.text.lower()
    assert text.count("afraid after") + text.count("to be afraid") == 1
    assert text.count("enough for this week") == 1


def test_a_key_or_a_slip_never_says_none() -> None:
    visitor = Visitor().begin()
    buttons = re.findall(r'<button([^>]*)name="answer" value="(\w+)"', visitor.page)

    assert buttons[0] == (' class="primary" ', "ticked")
    assert [value for _, value in buttons] == ["ticked", "no", "unsure"]


def test_it_is_said_how_many_questions_are_left_and_the_answer_is_beside_them() -> None:
    visitor = Visitor().begin()
    left = []
    while 'action="/ask"' in visitor.page:
        if place := re.search(r"fit you: about (\d+) to go", visitor.text):
            left.append(int(place[1]))
            assert '<button formaction="/answer" formnovalidate>' in visitor.page
        visitor.say("no" if 'value="no"' in visitor.page else "unsure")

    assert left == list(range(len(left), 0, -1))
    assert left


def test_the_question_can_i_stands_near_the_top_of_the_answer() -> None:
    page = Visitor().begin().say_no_to_all().page

    assert page.index('id="asked"') < page.index('class="cards"')


def test_the_plan_opens_as_a_page_and_can_be_saved_beside_it() -> None:
    visitor = Visitor().begin().say_no_to_all()
    assert '<button formaction="/plan" formtarget="_blank">' in visitor.page
    carried = f"conversation={visitor.conversation}".encode()
    kind = "application/x-www-form-urlencoded"

    opened = over_http("POST", "/plan", carried, origin=ORIGIN, content_type=kind)
    saved = over_http("POST", "/plan.html", carried, origin=ORIGIN, content_type=kind)

    assert opened.body == saved.body
    assert "content-disposition" not in opened.headers
    assert "script" not in opened.headers["content-security-policy"]
    assert saved.headers["content-disposition"] == 'attachment; filename="plan.html"'


def test_can_i_answers_each_of_several_things_and_names_what_it_does_not_know() -> None:
    visitor = Visitor().begin().say_no_to_all()

    text = visitor.send("/can", asked="gardening, zorbing and lifting my grandchildren").text

    assert "Gardening, for you" in text
    assert "Lifting a grandchild, for you" in text
    assert "“zorbing” is not known here" in text


def test_the_page_of_can_leads_to_the_open_safety_questions() -> None:
    visitor = unsure_of_pressure_and_bones().send("/can", asked="golf")

    assert "First the safety questions" in visitor.text
    assert visitor.send("/safety").heading == "What is your blood pressure at rest?"


def test_the_whole_answer_begins_with_what_stands_on_it() -> None:
    page = Visitor().begin().say_no_to_all().send("/all").page
    links = re.findall(r'<a href="#(part-\d+)">(.*?)</a>', page)

    assert len(links) > 5
    assert re.findall(r'<details class="part" id="(part-\d+)"[^>]*><summary><h2>(.*?)</h2>', page) == links


def test_the_answer_can_be_seen_early_and_grows_sharper() -> None:
    visitor = Visitor().begin()
    visitor.say("no").say("no").say("no").say("typed", systolic_bp="130", diastolic_bp="80")
    visitor.say("no").say("no").say("no")
    first = visitor.send("/answer").text
    assert "Answer these one at a time" in first

    visitor.send("/more").say_no_to_all()

    assert visitor.text != first


def test_an_answer_can_be_changed() -> None:
    visitor = Visitor().begin().say_no_to_all().send("/change", field="t_score")

    assert visitor.heading.startswith("What is your T-score")
    visitor.say("typed", t_score="-1.2")
    assert "-1.2" in visitor.send("/answer").text


def test_the_questions_are_asked_about_somebody_else() -> None:
    visitor = Visitor().begin(name="my mother").say("no")

    assert visitor.heading == "Their back"
    assert "my mother" in visitor.send("/answer").text


def test_each_question_says_why_and_what_an_item_would_mean() -> None:
    visitor = Visitor().begin()
    assert "something comes before exercise" in visitor.text

    assert "If this is true, " in visitor.send("/meaning").text


def test_can_i_is_answered_part_by_part_and_speaks_of_no_command() -> None:
    visitor = Visitor().begin().say_no_to_all().send("/can", asked="I play golf")

    assert "Golf, for you (54, T-score -3.9)" in visitor.text
    assert "putting" in visitor.text
    assert '<option value="golf">' in visitor.page
    assert "recommender " not in visitor.text


@pytest.mark.parametrize("path", ["/answer", "/all"])
def test_no_page_speaks_of_commands(path: str) -> None:
    for score in ("-3.9", "-1.2", ""):
        text = Visitor().begin(t_score=score).send(path).text
        assert re.findall(r"recommender [a-z]+|(?<!\w)--[a-z]+", text) == []


def test_answers_are_kept_in_a_file_without_safety_and_brought_back() -> None:
    visitor = Visitor().begin("-2.6", "61").say_no_to_all()
    for name in ("me.yaml", "me.json"):
        visitor.begin("-2.6", "61").say_no_to_all()
        kept = visitor.send(f"/{name}").response
        assert kept.name == name
        assert "t_score" in kept.body
        assert "fever" not in kept.body
        assert name != "me.json" or json.loads(kept.body)["frailty"] == "robust"

        again = Visitor().send("/return", files={"kept": kept.body.encode()})
        assert again.heading == "Emergencies first"
        while again.heading != "Which of these have changed?":
            pressed = "systolic_bp" in again.page
            again.say("typed", systolic_bp="130", diastolic_bp="80") if pressed else again.say("no")
        again.send("/earlier", changed=["t_score"])
        assert again.heading.startswith("What is your T-score")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "No file was chosen"),
        (b"- a\n- b\n", "not a list of `field: answer` lines"),
        (b"t_score: minus two\n", "t_score"),
        (b"\xff\xfe", "not UTF-8"),
        (b"practice: 3\nage: 61\n", "practice"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(content: bytes, says: str) -> None:
    visitor = Visitor().send("/return", files={"kept": content})

    assert visitor.response.code == 422
    assert says in visitor.text


@given(st.text(max_size=60))
@settings(max_examples=examples(20))
def test_whatever_a_form_carries_there_is_a_page_and_no_fault(text: str) -> None:
    for path in ("/ask", "/back", "/answer", "/can", "/all", "/more", "/change", "/earlier", "/meaning"):
        response = handlers().answer(Request("POST", path, {"conversation": [text]}))
        assert response.code == 422


@given(
    st.lists(st.sampled_from(["no", "unsure", "ticked", "typed", "yes", "back", "12", "never"]), max_size=12)
)
@settings(max_examples=examples(10))
def test_any_way_through_the_pages_ends_without_a_fault(answers: list[str]) -> None:
    visitor = Visitor().begin()
    for answer in answers:
        if 'action="/ask"' not in visitor.page:
            break
        fields = dict.fromkeys(re.findall(r'<input class="short" id="(\w+)"', visitor.page), "7")
        path = "/back" if answer == "back" else "/ask"
        visitor.send(path, answer=answer, item=["1"], **fields)
        if visitor.heading == "What does your scan report say?":
            break
        assert visitor.response.code in (200, 422)
        assert "Something went wrong" not in visitor.text


def test_what_is_typed_is_shown_escaped() -> None:
    visitor = Visitor().begin(name="<b>x").say_no_to_all()

    assert "<b>x" not in visitor.page
    assert "<script>1" not in visitor.send("/can", asked="<script>1</script>").page


def test_no_form_puts_an_answer_into_an_address() -> None:
    visitor = Visitor()
    for page in (
        visitor.page,
        visitor.get("/number").page,
        visitor.begin().page,
        visitor.send("/answer").page,
    ):
        for form in re.findall(r"<form[^>]*>", page):
            assert 'method="post"' in form
        assert "?" not in "".join(re.findall(r'(?:action|href|formaction)="([^"]*)"', page))


def test_a_clinic_is_named_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_text("name: Bone & Joint\nphone: 020 7946 0000\nline: 9 to 5\n", encoding="utf-8")

    page = Visitor(handlers(read_clinic(file))).page

    assert "Bone &amp; Joint" in page
    assert 'href="tel:02079460000"' in page


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: A\n", "lacks `phone`"),
        ("name: A\nphone: 1\nfax: 2\n", "unknown key `fax`"),
        ("[]\n", "`key: value`"),
        (f"name: {'a' * 200}\nphone: 1\n", "longer than 120"),
    ],
)
def test_a_clinics_file_that_is_wrong_is_refused_at_its_place(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError, match=r"clinic\.yaml") as refused:
        read_clinic(file)

    assert says in str(refused.value)


def test_the_served_pages_keep_nothing_and_load_nothing_from_elsewhere() -> None:
    arrived = over_http("GET", "/")

    assert arrived.status == 200
    assert arrived.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in arrived.headers["content-security-policy"]
    assert "unsafe" not in arrived.headers["content-security-policy"]
    assert "set-cookie" not in arrived.headers
    assert not re.search(r'(?:src|href)="(?:https?:)?//', arrived.body)


def test_a_form_is_answered_over_http_and_a_file_comes_back_as_one() -> None:
    form = b"t_score=-2.6&age=61&name="
    kind = "application/x-www-form-urlencoded"
    page = over_http("POST", "/number", form, origin=ORIGIN, content_type=kind)
    assert "Emergencies first" in page.body

    carried = re.search(r'name="conversation" value="([^"]*)"', page.body)
    assert carried
    kept = over_http(
        "POST",
        "/me.yaml",
        f"conversation={html.unescape(carried[1])}".encode(),
        origin=ORIGIN,
        content_type=kind,
    )
    assert kept.headers["content-disposition"] == 'attachment; filename="me.yaml"'


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example", "origin": ORIGIN}, 400),
        ({"origin": "http://evil.example"}, 403),
        ({}, 403),
        ({"origin": ORIGIN, "content_length": str(22 * 1024 * 1024)}, 413),
    ],
)
def test_other_names_other_pages_and_large_forms_are_refused(headers: dict[str, str], status: int) -> None:
    assert over_http("POST", "/number", b"t_score=-2.6", **headers).status == status


def test_a_clinic_in_the_pages_needs_a_name() -> None:
    assert Clinic("A", "1").line == ""


def test_a_port_that_is_no_port_is_refused(run: Run) -> None:
    assert run("serve", "--port", "99999").code == 2


def test_a_report_is_read_and_counts_only_as_far_as_it_is_confirmed() -> None:
    pytest.importorskip("pdfminer")
    visitor = Visitor().send("/number", age="61", name="", t_score="", files={"report": hologic().pdf()})
    assert visitor.heading == "Compare these with your report"
    proposed = re.findall(r'name="is-(\w+)" value="yes"', visitor.page)
    assert "t_lumbar_spine" in proposed
    assert "page 1" in visitor.text
    carried = html.unescape(re.findall(r'name="reading" value="([^"]*)"', visitor.page)[0])
    values = {each["field"]: each["value"] for each in json.loads(carried)["proposals"]}

    told = {"is-t_lumbar_spine": "yes", "is-t_total_hip": "no", "typed-t_total_hip": ""}
    asked_again = visitor.send("/confirm", reading=carried, age="61", **told)
    assert asked_again.response.code == 422
    assert "You said no" in asked_again.text
    visitor.send("/confirm", reading=carried, age="61", **{**told, "typed-t_total_hip": "-1.4"})

    known = read_conversation(visitor.conversation, handlers().knowledge, date.today()).known
    assert visitor.heading == "Emergencies first"
    assert known == {
        "age": 61000,
        "t_lumbar_spine": round(float(values["t_lumbar_spine"]) * 1000),
        "t_total_hip": -1400,
    }


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b"\x00\x01", b"nothing of a scan"])
def test_a_report_without_scores_leads_to_typing_them(content: bytes) -> None:
    pytest.importorskip("pdfminer")
    visitor = Visitor().send("/number", age="61", name="my mother", t_score="", files={"report": content})

    assert visitor.response.code == 422
    assert visitor.heading == "What does your scan report say?"
    assert 'value="my mother"' in visitor.page


@given(st.text(max_size=40) | st.just('{"proposals": [{"field": "x"}], "notes": []}'))
@settings(max_examples=examples(10))
def test_a_reading_that_no_page_wrote_is_refused(text: str) -> None:
    assert handlers().answer(Request("POST", "/confirm", {"reading": [text]})).code == 422


@pytest.mark.parametrize("path", ["/answer", "/can", "/all", "/safety", "/plan", "/plan.html", "/plan.ics"])
def test_where_an_emergency_may_be_true_no_page_says_anything_else(path: str) -> None:
    visitor = Visitor().begin().say("ticked", item="10")
    while 'action="/ask"' in visitor.page:
        visitor.say("unsure")
    carried = visitor.conversation

    assert visitor.send(path, conversation=carried, asked="golf").heading == "Get help now"


def test_a_file_that_is_sent_is_let_go_of() -> None:
    body = (
        b'--edge\r\ncontent-disposition: form-data; name="age"\r\n\r\n61\r\n'
        b'--edge\r\ncontent-disposition: form-data; name="report"; filename=""\r\n'
        b"content-type: application/octet-stream\r\n\r\n\r\n--edge--\r\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page = over_http(
            "POST", "/number", body, origin=ORIGIN, content_type="multipart/form-data; boundary=edge"
        )
        gc.collect()

    assert "Emergencies first" in page.body


def test_larger_type_and_more_contrast_are_carried_from_form_to_form_and_not_kept() -> None:
    visitor = Visitor().send("/begin", display=["large"])
    assert 'value="large" form="go" checked' in visitor.page
    visitor.send("/number", t_score="-2.6", age="61", display=["large", "huge"])
    assert 'id="display-large" name="display" value="large" form="go" checked' in visitor.page
    assert 'value="contrast" form="go">' in visitor.page
    visitor.send("/answer", display=["large"])
    assert visitor.page.count('<input type="hidden" name="display" value="large">') >= 2
    assert "checked" not in Visitor().page.split("</header>")[0]


@pytest.mark.parametrize(
    "page", ["welcome", "number", "question", "earlier", "report", "answer", "all", "can", "alarm"]
)
def test_each_page_has_the_form_to_which_the_boxes_of_the_display_belong(page: str) -> None:
    source = (package() / "web" / "pages" / f"{page}.html").read_text(encoding="utf-8")
    assert source.count('id="go"') == 1


def test_nothing_moves_on_the_pages() -> None:
    style = handlers().rendering.style()
    assert not re.search(r"transition|animation|scroll-behavior", style)


@pytest.mark.parametrize(
    "answers",
    [
        {"t_score": "-3.9"},
        {"systolic_bp": "190"},
        {"vertebral_fractures": "1", "vertebral_fracture_months": "2"},
    ],
    ids=["clear", "hold", "led"],
)
def test_the_parts_of_the_whole_answer_hold_all_but_its_title(answers: dict[str, str]) -> None:
    outline = Outline()
    write_person_report(outline, assessed(**answers), full=True)

    title, *others = outline.blocks
    parts = [block for _, under in outline.parts() for block in under]
    assert title.kind == "title"
    assert parts == [block for block in others if block.kind != "heading"]
