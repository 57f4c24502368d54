"""The report of a cohort: text on a terminal, and one page without script, colour or requests."""

import re
from itertools import pairwise
from random import Random
from xml.etree import ElementTree

import pytest

from recommender.cohort.model import Summary
from recommender.report.cohort import summary_page, summary_words
from recommender.report.cohort_sections import Sections
from recommender.report.small_groups import groups_of
from tests.people import book

EVIL = '"><script>alert(1)</script><img src=x onerror=y> \x1b[31m\u202egnp.\x00'
FEW = "fewer than 5"
NOBODY = Summary("nobody.csv", 0, 0, 0, 0.0, {}, {}, {}, {}, {}, {}, {}, {}, ())
TIERS = {
    ("50-59", "female", "very_high"): 7,
    ("50-59", "female", "high"): 200,
    ("50-59", "female", "unknown"): 3,
    ("under 50", "female", "low"): 40,
    ("90 and over", "female", "high"): 55,
    ("100 and over", "male", "very_high"): 1,
    ("50-59", "male", "high"): 80,
    ("not known", "male", "high"): 30,
    ("not known", "not known", "high"): 584,
}
COHORT = Summary(
    source="exports/of_jane/registry.csv",
    read=1020,
    accepted=1000,
    rejected=20,
    seconds=1.25,
    densities={"osteoporosis": 300, "low_bone_mass": 400, "unclassified": 300},
    tiers=TIERS,
    clearances={"clear": 900, "clinician_led": 80, "hold": 17, "emergency": 3},
    urgencies={"emergency": 3, "urgent": 17, "soon": 100, "routine": 400, "": 480},
    verdicts={
        "lift_heavy": {"avoid": 100, "modify": 50},
        "spinal_flexion_loaded": {"avoid": 700, "supervised": 20, "modify": 10},
        "impact_high": {"supervised": 400},
        "prone_position": {"avoid": 10, "modify": 140},
        "breathing": {},
    },
    offered={"walking_short": 900, "bridge_small": 950, "low_jump": 2, "bridge_full": 0},
    missing={"systolic_bp": (812, 640), "myeloma": (999, 5), "sex": (584, 0), "age": (0, 0)},
    rejects={("not_a_number", "t_total_hip"): 12, ("too_many_cells", ""): 9, ("lost_sign", "t_score"): 14},
    notes=("Read as UTF-8.", "Columns are separated by semicolons."),
)
EVERY = (COHORT, NOBODY, NOBODY._replace(read=4, rejected=4, rejects={("not_a_number", "age"): 4}))


def page_of(summary: Summary) -> ElementTree.Element:
    return ElementTree.fromstring(summary_page(summary, book()))


def text_of(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def words_of(summary: Summary) -> str:
    return " ".join(summary_words(summary, book()).split())


def table(page: ElementTree.Element, caption: str) -> list[list[str]]:
    """Return the rows of the table with a caption, its head first."""
    found = next(each for each in page.iter("table") if text_of(each[0]) == caption)
    return [[text_of(cell) for cell in row] for row in found.iter("tr")]


def charts(page: ElementTree.Element) -> list[ElementTree.Element]:
    return [svg for svg in page.iter("svg") if svg.get("role") == "img"]


def chart(page: ElementTree.Element, title: str) -> ElementTree.Element:
    return next(svg for svg in charts(page) if svg.findtext("title") == title)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG defines it."""

    def light(colour: str) -> float:
        digits = colour.lstrip("#")
        digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("summary", EVERY)
def test_the_page_asks_nothing_of_anybody_outside_and_runs_nothing(summary: Summary) -> None:
    text, page = summary_page(summary, book()), page_of(summary)

    assert page.get("lang") == "en-GB"
    assert page.findtext("head/title")
    policy = next(meta for meta in page.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy.get("content") == "default-src 'none'; style-src 'unsafe-inline'"
    assert {element.tag for element in page.iter()}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "a", "form", "foreignObject"}
    )
    assert not [
        name
        for element in page.iter()
        for name in element.attrib
        if name.startswith("on") or name in {"src", "href", "style"}
    ]
    assert "//" not in text
    assert "@import" not in text
    assert set(re.findall(r"url\((.)", text)) <= {"#"}


@pytest.mark.parametrize("summary", EVERY)
def test_headings_go_down_by_one_step_at_most_and_every_name_in_the_page_is_there_once(
    summary: Summary,
) -> None:
    page = page_of(summary)
    levels = [int(element.tag[1]) for element in page.iter() if re.fullmatch("h[1-6]", element.tag)]
    names = [element.get("id") for element in page.iter() if element.get("id")]
    used = [name for svg in charts(page) for name in str(svg.get("aria-labelledby")).split()]
    used += re.findall(r"url\(#([^)]+)\)", summary_page(summary, book()))

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(names) == len(set(names))
    assert set(used) <= set(names)


@pytest.mark.parametrize("summary", EVERY)
def test_page_and_words_say_that_they_inform_and_how_far_the_rulebook_was_reviewed(summary: Summary) -> None:
    for text in (text_of(page_of(summary)), words_of(summary)):
        assert book().words["disclaimer"]["clinician"] in text
        assert f"Rulebook {book().version}, not yet reviewed by a clinician." in text
    assert book().sha256 in text_of(page_of(summary))


def test_the_page_is_the_same_whenever_and_wherever_it_is_made() -> None:
    elsewhere = COHORT._replace(seconds=77.7, source="C:\\Users\\somebody\\registry.csv")

    assert summary_page(elsewhere, book()) == summary_page(COHORT, book())
    assert "of_jane" not in summary_page(COHORT, book())


def test_what_was_read_answered_and_not_answered_is_told_with_counts_and_percentages() -> None:
    for text in (text_of(page_of(COHORT)), words_of(COHORT)):
        assert "1,020 rows read" in text
        assert "1,000 of 1,020 (98 %)" in text
        assert "20 of 1,020 (2 %)" in text


@pytest.mark.parametrize(
    ("clear", "said"),
    [
        (0, "none"),
        (1, "under 1 %"),
        (9, "under 1 %"),
        (10, "1 %"),
        (124, "12 %"),
        (125, "13 %"),
        (995, "over 99 %"),
        (1000, "100 %"),
    ],
)
def test_a_percentage_never_turns_some_into_none_or_nearly_all_into_all(clear: int, said: str) -> None:
    number = f"{clear:,} of 1,000 ({said})" if clear else "none of 1,000"

    assert f"- clear: {number}." in words_of(COHORT._replace(clearances={"clear": clear}))


def test_who_needs_somebody_today_comes_before_every_other_number_of_people() -> None:
    page = text_of(page_of(COHORT))
    order = [
        "To be seen now: 3 of 1,000",
        "To be seen today or tomorrow: 17 of 1,000",
        "Risk tier, at least",
        "Bone density",
    ]

    assert sorted(order, key=page.index) == order
    assert "Rows without an answer were not assessed. Somebody there may need help too" in page


def test_nobody_is_said_to_be_well_where_somebody_was_not_assessed() -> None:
    calm = COHORT._replace(urgencies={"soon": 1000})

    assert "To be seen now: none of 1,000" in text_of(page_of(calm))
    assert "Somebody there may need help too" in text_of(page_of(calm))
    assert "Somebody there" not in text_of(page_of(calm._replace(read=1000, rejected=0, rejects={})))


def test_every_chart_has_a_title_a_description_with_its_numbers_and_a_table_with_the_same() -> None:
    page = page_of(COHORT)

    for svg in charts(page):
        assert svg.findtext("title")
        assert "bar" in str(svg.findtext("desc"))
    assert "hold: 17 (2 %)" in text_of(chart(page, "People by clearance")[1])
    assert all(svg.get("aria-hidden") == "true" for svg in page.iter("svg") if svg not in charts(page))
    main = next(page.iter("main"))
    after = [main[place + 1] for place, element in enumerate(main) if element.tag == "figure"]
    assert len(after) == 8
    assert [element.tag for element in after] == ["details"] * len(after)
    assert all(any(element.iter("table")) for element in after)


def test_the_tables_of_people_add_up_to_everybody_with_an_answer() -> None:
    page = page_of(COHORT)

    for caption in ("People by bone density", "People by clearance", "People by when they should be seen"):
        counts = [cell.split(" of ")[0].replace("none", "0") for _, cell, *_ in table(page, caption)[1:]]
        assert sum(int(count.replace(",", "")) for count in counts) == COHORT.accepted, caption


def test_the_gravest_stands_first_and_a_word_no_scale_knows_is_still_shown() -> None:
    page = page_of(COHORT._replace(densities={"normal": 900, "osteoporosis": 60, "something_new": 40}))

    density = [row[0] for row in table(page, "People by bone density")[1:]]
    assert density[0] == "osteoporosis"
    assert density[-2:] == ["unclassified", "something new"]
    assert [row[0] for row in table(page, "People by clearance")[1:]] == [
        "emergency",
        "hold",
        "clinician led",
        "clear if screened",
        "clear",
    ]


def test_limited_movements_are_shown_with_every_verdict_most_often_limited_first_and_others_counted() -> None:
    page, names = page_of(COHORT), book().movements

    assert table(page, "Limited movements") == [
        ["Movement", "avoid", "supervised", "modify", "Limited at all"],
        [names["spinal_flexion_loaded"].name, "700", "20", "10", "730 of 1,000 (73 %)"],
        [names["impact_high"].name, "0", "400", "0", "400 of 1,000 (40 %)"],
        [names["lift_heavy"].name, "100", "0", "50", "150 of 1,000 (15 %)"],
        [names["prone_position"].name, "10", "0", "140", "150 of 1,000 (15 %)"],
    ]
    assert f"left out below: {len(names) - 4} of {len(names)} movements" in text_of(page)
    assert f"Limited most often: {names['spinal_flexion_loaded'].name}, 730 of 1,000 (73 %)" in words_of(
        COHORT
    )


def test_where_there_are_many_movements_the_chart_says_how_many_it_leaves_to_the_table() -> None:
    page = page_of(
        COHORT._replace(verdicts={id_: {"avoid": 1 + number} for number, id_ in enumerate(book().movements)})
    )
    total = len(book().movements)

    assert len(table(page, "Limited movements")) == total + 1
    assert f"Movements limited most often: 12 of {total}, and all in the table below" in text_of(page)
    assert len(chart(page, "Movements limited most often").findall("rect[@fill='#ffffff']")) == 12


def test_levels_are_named_with_their_exercise_most_often_offered_first() -> None:
    levels = sum(len(exercise.levels) for exercise in book().exercises.values())
    page = page_of(COHORT)

    assert table(page, "Levels offered most often")[1:] == [
        ["Bridge: Small lift, a hand's width", "950 of 1,000 (95 %)"],
        ["Walking: Short walks, several times a day", "900 of 1,000 (90 %)"],
        ["Low jump", "2 of 1,000 (under 1 %)"],
    ]
    assert f"left out below: {levels - 3} of {levels} levels" in text_of(page)


def test_what_is_missing_is_told_with_what_it_costs_the_dearest_first() -> None:
    page = page_of(COHORT)
    said = (
        "blood pressure, top number: not answered in 812 of 1,000 rows; "
        "in 640 its answer is to be checked before something is begun."
    )

    assert said in text_of(page)
    assert [row[0] for row in table(page, "Missing answers")[1:]] == [
        "blood pressure, top number",
        "myeloma",
        "sex",
    ]
    assert "blood pressure, top number: missing in 812 of 1,000, to be checked first in 640" in words_of(
        COHORT
    )


def test_reasons_for_rows_without_an_answer_are_told_by_column_the_commonest_first() -> None:
    assert table(page_of(COHORT), "Reasons")[1:] == [
        ["t_score", "lost sign", "14"],
        ["t_total_hip", "not a number", "12"],
        ["the whole row", "too many cells", "9"],
    ]
    assert (
        "- lost sign in t_score: 14 - not a number in t_total_hip: 12 - too many cells in the whole row: 9"
        in words_of(COHORT)
    )


def test_the_notes_on_how_the_file_was_read_are_told() -> None:
    for text in (text_of(page_of(COHORT)), words_of(COHORT)):
        assert all(note in text for note in COHORT.notes)


def test_names_from_strangers_files_are_only_ever_text() -> None:
    hostile = COHORT._replace(
        source=f"{EVIL}.csv",
        notes=(EVIL,),
        rejects={("not_a_number", EVIL): 20, (EVIL, "age"): 3},
        tiers={(EVIL, EVIL, "high"): 1000},
        densities={EVIL: 1000},
        offered={EVIL: 9},
        missing={EVIL: (9, 9)},
        verdicts={EVIL: {"avoid": 9}},
        clearances={EVIL: 1000},
    )
    page = page_of(hostile)

    assert {element.tag for element in page.iter()}.isdisjoint({"script", "img"})
    assert "<script>alert(1)</script>" in text_of(page)
    assert not {"\x1b", "\x00", "\u202e"} & set(
        summary_page(hostile, book()) + summary_words(hostile, book())
    )


def test_a_long_name_of_a_column_is_cut_short() -> None:
    named = COHORT._replace(rejects={("not_a_number", "column" * 5000): 20})

    assert len(summary_page(named, book())) < len(summary_page(COHORT, book()))
    assert max(map(len, summary_words(named, book()).splitlines())) <= 92


def test_age_bands_stand_in_the_order_of_age_and_unknown_age_and_sex_are_shown_last() -> None:
    rows = [row[0] for row in table(page_of(COHORT), "Risk tier by sex and age")[1:]]

    bands = ["under 50", "50–59", "90 and over", "100 and over", "age not known"]  # noqa: RUF001
    assert rows == [f"{sex}, {band}" for sex in ("Female", "Male", "Sex not known") for band in bands]


def test_a_small_group_is_given_as_fewer_than_five_in_table_and_chart_alike() -> None:
    page = page_of(COHORT)
    head, *rows = table(page, "Risk tier by sex and age")
    cells = [cell for row in rows for cell in row[1:-1]]
    svg = chart(page, "Risk tier by age: Male")

    assert {cell for cell in cells if not cell[0].isdigit()} == {FEW}
    assert min(int(cell) for cell in cells if cell[0].isdigit()) >= 5
    assert dict(zip(head, rows[8], strict=True))["very high"] == FEW
    assert rows[8][-1] == "fewer than 5 each"
    assert "100 and over: fewer than 5 each" in text_of(svg)
    assert len(svg.findall("rect")) == 5 + 2
    assert "a number under 5 is given below as “fewer than 5”" in text_of(page)


def test_the_smallest_number_that_is_shown_is_one_of_the_limits_of_the_rulebook() -> None:
    limits = book().report_limits._replace(smallest_group=60)
    page = ElementTree.fromstring(summary_page(COHORT, book()._replace(report_limits=limits)))
    cells = [cell for row in table(page, "Risk tier by sex and age")[1:] for cell in row[1:-1]]

    assert {cell for cell in cells if not cell[0].isdigit()} == {"fewer than 60"}
    assert min(int(cell) for cell in cells if cell[0].isdigit()) >= 60
    assert "a number under 60 is given below as “fewer than 60”" in text_of(page)


def test_a_sex_of_which_nothing_can_be_shown_is_still_named() -> None:
    page = page_of(COHORT._replace(tiers=TIERS | {("50-59", "other", "high"): 2}))

    assert "Other Fewer than 5 in each tier at every age" in text_of(page)
    assert ["Other, every age", *[FEW] * 5, "fewer than 5 each"] in table(page, "Risk tier by sex and age")


def test_a_number_that_the_total_of_its_tier_would_tell_takes_another_with_it() -> None:
    old, young = "60 and over", "under 60"
    tiers = {
        (old, "female", "high"): 90,
        (old, "male", "high"): 3,
        (young, "female", "high"): 12,
        (young, "male", "high"): 40,
    }
    rows = table(page_of(COHORT._replace(tiers=tiers)), "Risk tier by sex and age")[1:]

    assert [(row[0], row[2], row[-1]) for row in rows] == [
        ("Female, under 60", "not shown", "not shown"),
        ("Female, 60 and over", "90", "at least 90"),
        ("Male, under 60", "40", "at least 40"),
        ("Male, 60 and over", FEW, "fewer than 5 each"),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_no_small_group_can_be_worked_out_from_the_total_of_its_tier(seed: int) -> None:
    """The total of a tier is told, so one hidden number alone would be what is missing from it."""
    random = Random(seed)
    tiers = {
        (str(age), sex, tier): random.choice([0, 2, 4, 7, 30, 400])
        for age in (50, 60)
        for sex in "fm"
        for tier in ("low", "high")
    }
    groups = groups_of(tiers, ("low", "high"), 5)

    for tier in ("low", "high"):
        hidden = [tiers[group.band, group.sex, tier] for group in groups if group.cells[tier].hidden]
        small = [count for count in hidden if count < 5]
        everything = len(hidden) == len(groups)
        assert not any(small) or everything or len(hidden) > 1
        assert not any(small) or everything or sum(hidden) != 4 * len(hidden)
        assert sum(group.cells[tier].number for group in groups) + sum(hidden) == sum(
            n for (_, _, t), n in tiers.items() if t == tier
        )
    rows = Sections(COHORT._replace(tiers=tiers), book()).tiers().table.rows
    guarded = [row[-1] for row in rows if not all(cell[0].isdigit() for cell in row[1:-1])]
    assert all(total.startswith(("at least", FEW, "not shown")) for total in guarded)


def test_a_chart_is_read_without_colour() -> None:
    """Every part of a bar has its own fill, named in the key; every bar has its name and number as text."""
    page = page_of(COHORT)
    keys = [each for each in page.iter("ul") if each.get("class") == "key"]
    fills = [[rect.get("fill") for rect in key.iter("rect")] for key in keys]
    drawn = {rect.get("fill") for rect in chart(page, "Movements limited most often").iter("rect")} - {
        "#ffffff"
    }
    marks = [ElementTree.tostring(pattern[1]) for pattern in page.iter("pattern") if len(pattern[1])]
    grounds = [str(pattern[0].get("fill")) for pattern in page.iter("pattern") if not len(pattern[1])]

    assert all(len(each) == len(set(each)) for each in fills)
    assert drawn == set(fills[1])
    assert [text_of(item) for item in keys[1]] == [
        "avoid: not for now",
        "supervised: only with somebody trained beside you",
        "modify: with care",
    ]
    assert len(set(marks)) == 3
    assert contrast(*grounds) >= 3
    letters = [text_of(text) for text in chart(page, "People by clearance").iter("text")]
    assert {
        "emergency: 3 (under 1 %)",
        "hold: 17 (2 %)",
        "clinician led: 80 (8 %)",
        "clear: 900 (90 %)",
    } <= set(letters)


def test_the_parts_of_a_bar_are_as_long_as_their_share_and_begin_where_the_one_before_ends() -> None:
    svg = chart(page_of(COHORT), "Movements limited most often")
    parts = [rect for rect in svg.findall("rect") if rect.get("fill") != "#ffffff"]
    starts, widths = ([float(str(rect.get(name)).rstrip("%")) for rect in parts] for name in ("x", "width"))

    assert widths == [70, 2, 1, 40, 10, 5, 1, 14]
    assert starts == [0, 70, 72, 0, 0, 10, 0, 1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_and_lines_stand_out_from_what_is_behind_them(scheme: str) -> None:
    text = summary_page(COHORT, book())
    roots = dict(re.findall(r":root \{ color-scheme: (light|dark); (.*?) \}", text))
    colours = dict(re.findall(r"--(\w+): (#\w+);", roots[scheme]))

    assert all(contrast(colours[name], colours["paper"]) >= 4.5 for name in ("ink", "accent"))
    assert all(contrast(colours[name], colours["paper"]) >= 3 for name in ("line", "edge"))
    assert set(re.findall(r"(?<![-\w])(?:color|fill): (#\w+)", text)) == {"#1b1b1b", "#fff"}  # inside of bars
    dark = next(str(rect.get("fill")) for rect in page_of(COHORT).findall(".//pattern[@id='fill-dark']/rect"))
    assert contrast("#fff", dark) >= 4.5


def test_no_line_of_a_chart_is_wider_than_a_narrow_page() -> None:
    levels = {level.id: 500 for exercise in book().exercises.values() for level in exercise.levels}
    verdicts = {id_: {"avoid": 500} for id_ in book().movements}
    page = page_of(
        COHORT._replace(offered=levels, verdicts=verdicts, rejects={("not_a_number", "x" * 300): 20})
    )

    assert max(len(text_of(text)) for svg in charts(page) for text in svg.iter("text")) <= 40
    assert not [svg for svg in charts(page) if svg.get("viewBox") or svg.get("width") != "100%"]


def test_a_file_without_rows_gives_sensible_words_and_a_sensible_page() -> None:
    page = text_of(page_of(NOBODY))

    assert "0 rows read in 0.0 seconds. Answered: none of 0 Not answered: none of 0 Rulebook" in words_of(
        NOBODY
    )
    assert "0 rows read; each stands for one person. With an answer: none of 0." in page
    assert "No row was read." in page
    assert not charts(page_of(NOBODY))


def test_a_file_of_rejects_alone_says_why_and_that_nobody_was_assessed() -> None:
    refused = EVERY[-1]
    page = text_of(page_of(refused))

    assert "Answered: none of 4 Not answered: 4 of 4 (100 %) Each is in the file of rejects" in words_of(
        refused
    )
    assert "- not a number in age: 4" in words_of(refused)
    assert "age: not a number: 4" in page
    assert "To be seen" not in page + words_of(refused)
    assert "Somebody there may need help too" in page


def test_words_for_the_terminal_are_few_and_short() -> None:
    lines = summary_words(COHORT, book()).splitlines()

    assert len(lines) <= 30
    assert max(map(len, lines)) <= 92
    assert lines[0] == "exports/of_jane/registry.csv: 1,020 rows read in 1.2 seconds."


def test_one_row_is_a_row() -> None:
    assert "1 row read" in words_of(NOBODY._replace(read=1, rejected=1))
