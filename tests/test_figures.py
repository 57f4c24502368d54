"""Figures: every level has one, drawn from poses, and no picture can contradict the rules."""

import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from recommender.authoring.figures import figure_problems, twin_problems
from recommender.documents.yaml_json import Document, read_yaml
from recommender.errors import RulebookError
from recommender.figures import figure_of, load_figures, twin_of
from recommender.figures.model import Figure, Figures, Hand, Panel, Pose
from recommender.figures.picture import bodies
from recommender.figures.reading import read_figures
from recommender.figures.signing import picture_entries
from recommender.proof.wording import reworded
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_figure_documents
from recommender.rulebook.signing import content_hash
from tests.conftest import Run

SVG = "{http://www.w3.org/2000/svg}"
PIXELS = 227
"""The width of a picture 6 cm wide on a screen, in CSS pixels."""


@cache
def book() -> Rulebook:
    return load_rulebook()


@cache
def shipped() -> Figures:
    return load_figures(book())


@cache
def documents() -> tuple[Document, ...]:
    return tuple(load_figure_documents())


def levels() -> list[tuple[str, str]]:
    return [(exercise.id, level.id) for exercise in book().exercises.values() for level in exercise.levels]


def problems(figures: Figures) -> list[str]:
    return [str(each) for each in (*figure_problems(figures, book(), documents()),
                                   *twin_problems(figures, book(), documents()))]  # fmt: skip


def about(figure: Figure) -> list[str]:
    found = figure_problems(shipped()._replace(figures={figure.id: figure}), book(), ())
    return [each.message for each in found if f"the picture `{figure.id}`" in each.message]


def read(text: str) -> Figures:
    return read_figures(
        [*documents(), read_yaml(text, "more.yaml")], [level for _, level in levels()], book().movements
    )


# Every picture


@cache
def pictures() -> Mapping[str, str]:
    drawn = {level: figure_of(None, exercise, level) for exercise, level in levels()}
    return {**drawn, **{f"twin of {id_}": twin_of(None, id_) or "" for id_ in shipped().twins}}


def test_every_level_has_a_picture_and_no_picture_contradicts_its_level():
    assert problems(shipped()) == []
    assert len(levels()) == sum(len(figure.levels) for figure in shipped().figures.values())


def test_every_picture_says_what_it_is_and_what_it_shows():
    for name, picture in pictures().items():
        root = ET.fromstring(picture)
        title, shows = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None, name
        assert shows is not None, name
        assert root.get("role") == "img", name
        assert root.get("aria-labelledby") == f"{title.get('id')} {shows.get('id')}", name
        assert title.text, name
        assert (shows.text or "").endswith("."), name


def test_pictures_on_one_page_share_no_id_and_load_nothing():
    ids = [id_ for picture in pictures().values() for id_ in re.findall(r'\bid="([^"]+)"', picture)]

    assert len(ids) == len(set(ids))
    assert not any(re.search(r"href|url\(|<image|<script|<text", picture) for picture in pictures().values())


def test_a_picture_is_small_and_its_style_reaches_nothing_else_on_the_page():
    for name, picture in pictures().items():
        assert len(picture) < (30_000 if name.startswith("twin") else 20_000), name
        rules = re.findall(r"([^{}]+)\{", picture[picture.index("<style>") + 7 : picture.index("</style>")])
        assert all(rule.startswith((".pose", "@supports", "@media")) for rule in rules), name


def test_a_round_spine_is_drawn_only_where_it_is_crossed_out():
    for name, picture in pictures().items():
        assert ("spine round" in picture) <= ('class="cross"' in picture), name
    assert "spine round" in pictures()["twin of spinal_flexion_loaded"]


def test_hands_and_feet_miss_their_targets_by_less_than_a_pixel():
    for figure in shipped().figures.values():
        width = float(re.findall(r'viewBox="0 0 (\d+)', pictures()[figure.levels[0]])[0]) / 10
        for panel in figure.panels:
            for body in bodies(panel, shipped().supports):
                assert max(body.misses.values()) < width / PIXELS, figure.id


def test_levels_that_differ_only_in_dose_share_a_picture():
    body = re.compile(r"<style>.*", re.DOTALL)
    one, other = (body.findall(pictures()[level]) for level in ("leg_press_learn", "leg_press_effort"))

    assert one == other


def test_a_level_that_is_not_there_is_refused_in_one_sentence():
    with pytest.raises(RulebookError, match="no picture of this level"):
        figure_of(None, "heel_raise", "no_such_level")


def test_a_movement_that_no_picture_can_show_has_no_twin():
    assert twin_of(None, "breath_hold_strain") is None


# What makes a picture wrong


def test_a_level_without_a_picture_fails():
    rest = {id_: figure for id_, figure in shipped().figures.items() if id_ != "chin_tuck_lying"}

    assert any(
        "no picture of `chin_tuck_lying`" in each for each in problems(shipped()._replace(figures=rest))
    )


def test_a_picture_of_no_level_is_refused_at_its_place():
    with pytest.raises(
        RulebookError, match=r"more\.yaml:2:3.*unknown_level|unknown_level.*not a known level"
    ):
        read("figures:\n  unknown_level:\n    shows: A person stands.\n    pose: {like: standing}\n")


def test_two_pictures_of_one_level_fail():
    twice = shipped().figures["chin_tuck_lying"]._replace(id="again")
    more = {**shipped().figures, "again": twice}

    assert any(
        "more than one picture of `chin_tuck_lying`" in each
        for each in problems(shipped()._replace(figures=more))
    )


def test_a_limited_movement_without_a_twin_fails():
    rest = {id_: twin for id_, twin in shipped().twins.items() if id_ != "spinal_flexion_loaded"}

    assert any(
        "`spinal_flexion_loaded` has no safe twin" in each
        for each in problems(shipped()._replace(twins=rest))
    )


def test_twins_that_were_exchanged_fail():
    twin = shipped().twins["spinal_flexion_loaded"]
    swapped = twin._replace(risky=twin.safe, safe=twin.risky)
    found = problems(shipped()._replace(twins={**shipped().twins, twin.movement: swapped}))

    assert any("the risky twin" in each for each in found)
    assert any("the safe twin" in each for each in found)


def changed(figure: Figure, change: Callable[[Panel], Panel]) -> Figure:
    return figure._replace(panels=tuple(change(panel) for panel in figure.panels))


def posed(change: Callable[[Pose], Pose]) -> Callable[[Panel], Panel]:
    def both(panel: Panel) -> Panel:
        return panel._replace(end=change(panel.end), start=panel.start and change(panel.start))

    return both


def moved(pose: Pose, up: float, feet: float = 0.0) -> Pose:
    x, y, z = pose.hip
    soles = tuple(foot._replace(at=(foot.at[0], foot.at[1] + feet, foot.at[2])) for foot in pose.feet)
    return pose._replace(hip=(x, y + up, z), feet=(soles[0], soles[1]))


def pulled_away(panel: Panel) -> Panel:
    away = {name: each._replace(at=(each.at[0] + 45, *each.at[1:])) for name, each in panel.placed.items()}
    return panel._replace(placed=away)


def hands_off(pose: Pose) -> Pose:
    return pose._replace(hands=(Hand("hang"), Hand("hang")))


SPINES = {
    "rounded": lambda pose: pose._replace(lumbar=pose.lumbar + 25, thorax=pose.thorax + 25),
    "arched": lambda pose: pose._replace(lumbar=pose.lumbar - 40, thorax=pose.thorax - 40),
    "twisted": lambda pose: pose._replace(twist=25.0),
    "bent to the side": lambda pose: pose._replace(aside=25.0),
}


@pytest.mark.parametrize("change", SPINES.values(), ids=SPINES)
def test_every_picture_fails_with_another_spine(change: Callable[[Pose], Pose]):
    bent = {id_: changed(figure, posed(change)) for id_, figure in shipped().figures.items()}
    found = "\n".join(map(str, figure_problems(shipped()._replace(figures=bent), book(), ())))

    assert [id_ for id_ in bent if f"the picture `{id_}`" not in found] == []


WRONG: dict[str, Callable[[Panel], Panel]] = {
    "hips too high for the feet": posed(lambda pose: moved(pose, 9)),
    "hips too low to stand": posed(lambda pose: moved(pose, -60)),
    "feet in the floor": posed(lambda pose: moved(pose, -4, feet=-4)),
    "feet in the air": posed(lambda pose: moved(pose, 6, feet=6)),
    "the support out of reach": pulled_away,
    "the hands on nothing": posed(hands_off),
    "the head dropped back": posed(lambda pose: pose._replace(nod=-60.0)),
    "lying where it says standing": posed(lambda pose: pose._replace(lean=-90.0)),
}
STANDING = (
    "heel_raise_two_hands",
    "chair_pose_shallow",
    "single_leg_fingertips",
    "hip_hinge_hands",
    "heel_drop",
)


@pytest.mark.parametrize("id_", STANDING)
@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_forty_wrong_poses_fail(id_: str, change: Callable[[Panel], Panel]):
    assert about(changed(shipped().figures[id_], change))


def test_a_support_that_the_position_names_must_be_drawn():
    figure = shipped().figures["thoracic_extension_across"]
    without = changed(figure, lambda panel: panel._replace(placed={}))

    assert any("shows none of" in each for each in about(without))
    assert any("rests on anything" in each for each in about(without))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("pose: {like: flying}", "`flying` is not a known pose"),
        ("pose: {like: standing, lean: bent}", "`bent` is not a plain decimal number"),
        ("pose: {like: standing, hip: [0, 1]}", "this must be 3 numbers"),
        ("pose: {like: standing, hands: flat on ceiling}", "`ceiling` is not a known place for a hand"),
        ("pose: {like: standing, hands: glued on thigh}", "`glued` is not a known grip"),
        ("pose: {like: standing, feet: {toes: sideways}}", "`sideways` is not a known direction"),
        ("with: {throne: [0, 0, 0]}", "`throne` is not a known support"),
        ("things: [{sword: right hand}]", "unknown key `sword`"),
        ("arrows: [{of: right ear}]", "`right ear` is not a known part of the body"),
        ("like: chin_tuck", "`chin_tuck` is not a known figure"),
        ("view: upstairs", "`upstairs` is not a plain decimal number"),
        ("colour: red", "unknown key `colour`"),
    ],
)
def test_what_a_figure_cannot_mean_is_refused_at_its_place(line: str, message: str):
    with pytest.raises(RulebookError) as refused:
        read(f"figures:\n  more:\n    levels: []\n    shows: A person stands.\n    {line}\n")

    assert message in str(refused.value)
    assert "more.yaml:" in str(refused.value)


# Where pictures are shown


def test_the_pictures_of_an_exercise_are_written_side_by_side(run: Run, tmp_path: Path):
    file = tmp_path / "lean_back.svg"

    assert run("exercises", "show", "lean_back", "-o", file).code == 0
    root = ET.parse(file).getroot()
    assert root.findtext(f"{SVG}title") == "Standing lean-back"
    assert len(root.findall(f"{SVG}g")) == 3


def test_the_picture_of_one_level_is_written_as_png(run: Run, tmp_path: Path):
    file = tmp_path / "lean_back.png"

    assert run("exercises", "show", "lean_back_stage1", "-o", file).code == 0
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "what", [("lean_back", "heel_raise", "-o", "two.svg"), ("lean_back", "-o", "plan.pdf")]
)
def test_a_picture_is_of_one_exercise_in_a_file_of_a_picture(run: Run, what: tuple[str, ...]):
    answer = run("exercises", "show", *what)

    assert answer.code == 2
    assert "in a file named .svg or .png" in answer.err


def test_every_picture_stands_on_one_page(run: Run, tmp_path: Path):
    file = tmp_path / "all.html"

    assert run("exercises", "sheet", "-o", file).code == 0
    page = file.read_text(encoding="utf-8")
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="pose"') == len(pictures())
    assert page.count("<style>") == 1


def test_a_rulebook_of_ones_own_has_the_pictures_of_what_is_the_same_in_it():
    chin = book().exercises["chin_tuck"]
    other = chin.levels[0]._replace(steps=("Nod.",))
    changed_book = book()._replace(
        sha256="0" * 64,
        exercises={**book().exercises, "chin_tuck": chin._replace(levels=(other, *chin.levels[1:]))},
    )

    assert figure_of(changed_book, "chin_tuck", chin.levels[1].id) == pictures()[chin.levels[1].id]
    with pytest.raises(RulebookError, match="no picture of this level"):
        figure_of(changed_book, "chin_tuck", other.id)


def test_a_rulebook_without_pictures_has_those_of_what_is_the_same_in_it(run: Run, tmp_path: Path):
    folder = Path(shutil.copytree(data_folder("rules"), tmp_path / "rules"))
    shutil.rmtree(folder / "figures")
    file = tmp_path / "chin.svg"

    assert run("exercises", "show", "chin_tuck_lying", "-o", file, "--rules", folder).code == 0
    assert file.read_text(encoding="utf-8") == pictures()["chin_tuck_lying"]


def test_a_picture_is_signed_as_it_is_drawn(run: Run, tmp_path: Path):
    folder = Path(shutil.copytree(data_folder("rules"), tmp_path / "rules"))
    by = ("--by", "Ana Ruiz", "--role", "physiotherapist", "--rules", folder)
    assert "1 signed" in run("rules", "sign", "figure:chin_tuck_lying", *by).out

    figure = shipped().figures["chin_tuck_lying"]
    moved_head = changed(figure, posed(lambda pose: pose._replace(nod=pose.nod + 1)))
    hashes = {
        content_hash(picture_entries(with_(each))["figure:chin_tuck_lying"]) for each in (figure, moved_head)
    }

    assert len(hashes) == 2
    assert load_rulebook(folder).signed["figure:chin_tuck_lying"][0].sha256 in hashes


def test_a_change_of_a_figure_is_a_change_of_the_rulebook(tmp_path: Path):
    folder = Path(shutil.copytree(data_folder("rules"), tmp_path / "rules"))
    before = load_figure_documents(folder)
    lying = folder / "figures" / "lying.yaml"
    text = lying.read_text(encoding="utf-8")
    lying.write_text(text.replace("neck: 2, nod: 17}", "neck: 2, nod: 16}"), encoding="utf-8")

    assert [
        each for each in reworded(before, load_figure_documents(folder)) if "chin_tuck_lying" in str(each)
    ]


def with_(figure: Figure) -> Figures:
    return shipped()._replace(figures={figure.id: figure})
