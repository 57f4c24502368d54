"""Figures: every picture is drawn from poses, and the picture cannot contradict the rule."""

import xml.etree.ElementTree as ET
from functools import cache

import pytest

from recommender.errors import RulebookError
from recommender.figures import figure_of, load_figures
from recommender.figures.model import Figures
from recommender.rulebook import load_rulebook

SVG = "{http://www.w3.org/2000/svg}"


@cache
def shipped() -> Figures:
    return load_figures(load_rulebook())


def test_a_picture_is_one_svg_that_says_what_it_is_and_shows():
    root = ET.fromstring(figure_of(None, "heel_raise", "heel_raise_two_hands"))

    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Heel raise: Both hands on a worktop"
    assert "rises onto the balls of the feet" in root.findtext(f"{SVG}desc", "")
    assert root.get("aria-labelledby", "").split() == [
        each.get("id") for each in (root.find(f"{SVG}title"), root.find(f"{SVG}desc")) if each is not None
    ]


def test_a_picture_of_a_level_that_is_not_there_is_refused_in_one_sentence():
    with pytest.raises(RulebookError, match="no picture of this level"):
        figure_of(None, "heel_raise", "no_such_level")
