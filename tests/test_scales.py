"""Scales are ordered by rank, within their own kind only."""

from itertools import combinations, permutations

import pytest

from recommender.rulebook.scales import Clearance, Dose, Scale, Urgency, Verdict

SCALES: tuple[type[Scale], ...] = (Verdict, Clearance, Urgency, Dose)


@pytest.mark.parametrize("scale", SCALES)
def test_members_are_ordered_as_they_are_written(scale: type[Scale]) -> None:
    for milder, stricter in combinations(scale, 2):
        assert milder < stricter
        assert stricter > milder
        assert milder <= stricter
        assert stricter >= milder
        assert not stricter < milder
        assert not milder > stricter
        assert not milder >= stricter
        assert not stricter <= milder
    assert [member.above for member in scale] == [*list(scale)[1:], None]
    assert [member.below for member in scale] == [None, *list(scale)[:-1]]


@pytest.mark.parametrize(("one", "other"), list(permutations(SCALES, 2)))
def test_members_of_two_scales_are_never_equal_and_cannot_be_compared(
    one: type[Scale], other: type[Scale]
) -> None:
    """`emergency` is a clearance and an urgency."""
    for here, there in zip(one, other, strict=False):
        assert here != there
        with pytest.raises(TypeError):
            _ = here < there
    assert Clearance.EMERGENCY != Urgency.EMERGENCY


def test_a_member_is_the_text_that_rules_write() -> None:
    assert Verdict("avoid") is Verdict.AVOID
    assert {"avoid": 1}[Verdict.AVOID] == 1
    with pytest.raises(TypeError):
        _ = Verdict.OK < "avoid"  # type: ignore[operator]


@pytest.mark.parametrize("scale", SCALES)
def test_below_each_member_stands_the_one_written_before_it(scale: type[Scale]) -> None:
    members = list(scale)
    assert [member.below for member in members] == [None, *members[:-1]]


def test_a_clearance_is_read_by_its_word_whether_or_not_safety_questions_are_open() -> None:
    for clearance in Clearance:
        assert Clearance.read(clearance.value) is clearance
    assert Clearance.read("clear_if_screened") is Clearance.CLEAR
    with pytest.raises(ValueError, match="fine"):
        Clearance.read("fine")


def test_what_takes_an_exercise_away() -> None:
    assert [verdict.blocks(alone=True) for verdict in Verdict] == [False, False, True, True]
    assert [verdict.blocks(alone=False) for verdict in Verdict] == [False, False, False, True]


def test_which_clearance_has_a_plan_and_which_urgency_comes_first() -> None:
    assert [clearance.has_plan for clearance in Clearance] == [True, True, False, False]
    assert [urgency.comes_first for urgency in Urgency] == [False, False, True, True, True]
    assert [urgency.is_today for urgency in Urgency] == [False, False, False, True, True]
