"""Statistics of decisions: agreement as a library computes it, by tier, movement, rule and reviewer."""

import itertools
import json
import random
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from recommender.pages.rendering import environment
from recommender.review.agreement import (
    Interval,
    Table,
    agreement,
    alpha,
    coincidences,
    interval,
    paired,
    weighted_kappa,
)
from recommender.review.labels import Names
from recommender.review.plots import plots
from recommender.review.statistics import statistics
from tests.people import book

LEVELS = ("clear", "clinician_led", "hold", "emergency")


def test_statistics_are_those_of_a_library() -> None:
    from statsmodels.stats.inter_rater import cohens_kappa  # a second to import

    for seed in range(20):
        _hold_to_a_library(random.Random(seed), cohens_kappa)


def _hold_to_a_library(chance: random.Random, cohens_kappa: Any) -> None:
    """One decision for each person: then an interval by person is nearly that of independent decisions."""
    weights = [chance.random() for _ in LEVELS]
    pairs = [
        (one, one if chance.random() < 0.6 else chance.choices(LEVELS, weights)[0])
        for one in chance.choices(LEVELS, weights, k=chance.randint(100, 400))
    ]
    found = agreement(paired(pairs, LEVELS), LEVELS)
    table = np.array(found.table)
    for ours, kind in ((found.kappa, None), (found.weighted, "linear")):
        theirs = cohens_kappa(table, wt=kind)
        assert ours.estimate == pytest.approx(theirs.kappa)
        assert ours.low == pytest.approx(max(theirs.kappa_low, -1), abs=0.05)
        assert ours.high == pytest.approx(min(theirs.kappa_upp, 1), abs=0.05)


def test_alpha_of_as_many_ratings_each_is_the_kappa_of_fleiss_for_a_sample() -> None:
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    chance = random.Random(2)
    ratings = [[chance.choice(LEVELS[: 1 + chance.randrange(4)]) for _ in range(3)] for _ in range(40)]
    theirs = fleiss_kappa(aggregate_raters(np.array([[LEVELS.index(r) for r in row] for row in ratings]))[0])
    ours = interval(coincidences(ratings, LEVELS), alpha, 40)
    assert ours.estimate is not None
    assert 1 - ours.estimate == pytest.approx((1 - theirs) * (120 - 1) / 120)
    assert ours.low is not None
    assert ours.low < ours.estimate < (ours.high or 0)


def test_three_reviewers_have_one_measure_and_two_have_none() -> None:
    chance = random.Random(1)
    made = [
        row(number, "", by, "clear", chance.choice(LEVELS)) for number in range(20) for by in ("A", "B", "C")
    ]
    found = statistics(book(), made).several
    assert found is not None
    assert (found.reviewers, found.people, found.too_few) == (3, 20, False)
    assert statistics(book(), [each for each in made if each["by"] != "C"]).several is None


def test_statistics_of_nothing_and_of_one_level_are_told_as_such() -> None:
    assert agreement(paired([], LEVELS), LEVELS).observed is None
    alone = agreement(paired([("clear", "clear")] * 40, LEVELS), LEVELS)
    assert alone.observed == 1
    assert alone.kappa.estimate is None
    assert alone.ac1 == pytest.approx(1)


def test_a_common_level_pulls_kappa_down_and_ac1_not() -> None:
    pairs = [("clear", "clear")] * 93 + [("clear", "hold")] * 4 + [("hold", "clear")] * 3
    found = agreement(paired(pairs, ("clear", "hold")), ("clear", "hold"))
    assert found.observed == pytest.approx(0.93)
    assert found.kappa.estimate == pytest.approx(-0.0361, abs=1e-3)
    assert found.ac1 == pytest.approx(0.925, abs=2e-2)
    gwet = [("+", "+")] * 118 + [("+", "-")] * 5 + [("-", "+")] * 2  # the table of Gwet (2002)
    found = agreement(paired(gwet, ("+", "-")), ("+", "-"))
    assert found.kappa.estimate == pytest.approx(-0.0234, abs=1e-4)
    assert found.ac1 == pytest.approx(0.9408, abs=1e-4)


def test_no_interval_is_made_up_where_everything_is_the_same_or_people_are_few() -> None:
    same = agreement(paired([("clear", "clear")] * 25 + [("clear", "hold")] * 20, LEVELS), LEVELS)
    assert same.kappa == Interval(pytest.approx(0))  # type: ignore[arg-type]
    perfect = agreement(paired([("clear", "clear"), ("hold", "hold")] * 40, LEVELS), LEVELS)
    assert perfect.kappa == Interval(1.0)
    mixed = [("clear", "clear"), ("hold", "hold"), ("hold", "clear")] * 10
    assert agreement(paired(mixed[:29], LEVELS), LEVELS).kappa.low is None
    assert agreement(paired(mixed, LEVELS), LEVELS).kappa.low is not None
    assert not agreement(paired(mixed[:10], LEVELS), LEVELS).too_few
    assert agreement(paired(mixed[:9], LEVELS), LEVELS).too_few


def test_no_interval_is_made_up_where_most_people_are_the_same() -> None:
    """One draw in eight has nobody but those of one level, and no kappa."""
    pairs = [("clear", "clear")] * 38 + [("hold", "hold"), ("hold", "clear")]
    nearly = agreement(paired(pairs, LEVELS), LEVELS).kappa
    assert nearly.estimate == pytest.approx(0.655, abs=1e-3)
    assert nearly.low is None


def test_an_interval_is_that_of_a_thousand_draws_of_whole_people_and_the_same_each_time() -> None:
    """Of more than 400 people, those who stand 400 places apart are drawn together."""
    chance = random.Random(4)
    rules = chance.choices(LEVELS, k=900)
    pairs = [(level, level if chance.random() < 0.8 else chance.choice(LEVELS)) for level in rules]
    tables = paired(pairs, LEVELS)
    groups = np.array([tables[first::400].sum(axis=0) for first in range(400)])
    drawn = np.random.default_rng(1).multinomial(400, [1 / 400] * 400, 1000)
    draws = [weighted_kappa(np.tensordot(times, groups, 1)[None])[0] for times in drawn]
    ours = interval(tables, weighted_kappa, 900)

    assert (ours.low, ours.high) == pytest.approx(tuple(np.percentile(draws, [2.5, 97.5])))


def test_decisions_about_one_person_are_one_piece_of_evidence() -> None:
    """30 people, four of them judged laxer throughout: the interval was four times too narrow."""
    movements = [f"movement:{id_}" for id_ in book().movements]
    made = [
        row(
            number,
            about,
            "Ana",
            "avoid" if index % 2 else "ok",
            "avoid" if index % 2 and number > 4 else "ok",
        )
        for number in range(1, 31)
        for index, about in enumerate(movements)
    ]
    found = statistics(book(), made).movements.weighted
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low > 0.15


def test_what_was_decided_is_told_apart_from_what_was_implied() -> None:
    lift = "movement:lift_heavy"
    made = [row(number, "", "Ana", "clear", "clear") for number in range(12)]
    made += [row(1, lift, "Ana", "avoid", "modify"), row(20, lift, "Ana", "avoid", "avoid")]
    found = statistics(book(), made)
    assert (found.movements.number, found.movements.decided, found.one_by_one.number) == (25, 2, 2)
    assert found.one_by_one.too_few
    assert found.movements.people == 13
    by_movement = {one.name: one.agreement for one in found.by_movement}
    assert (by_movement[lift].number, by_movement[lift].decided) == (13, 2)


@pytest.mark.heavy
@pytest.mark.parametrize(("people", "least"), [(30, 0.88), (100, 0.91), (300, 0.925)])
def test_intervals_cover_the_truth_about_as_often_as_they_say(people: int, least: float) -> None:
    """One in eight people is judged laxer on half of 84 movements: decisions hang together, as they do."""
    chance = np.random.default_rng(5)
    truth = weighted_kappa(_hanging_together(chance, 40_000).sum(axis=0)[None])[0]
    reaches = [interval(_hanging_together(chance, people), weighted_kappa, people) for _ in range(500)]
    covered = [reach.low <= truth <= (reach.high or 0) for reach in reaches if reach.low is not None]
    assert len(covered) > 480
    assert least <= np.mean(covered) <= 0.975


def _hanging_together(chance: np.random.Generator, people: int) -> Table:
    laxer = np.where(chance.random(people) < 1 / 8, 0.5, 0.02)
    rules = chance.choice(4, size=(people, 84), p=[0.55, 0.25, 0.1, 0.1])
    verdicts = np.where(chance.random((people, 84)) < laxer[:, None], np.maximum(rules - 1, 0), rules)
    tables = np.zeros((people, 4, 4))
    np.add.at(tables, (np.arange(people)[:, None], rules, verdicts), 1)
    return tables


_IDS = itertools.count(1)


def row(number: int, about: str, by: str, rules_say: str, verdict: str, **more: Any) -> dict[str, Any]:
    kind = "agree" if rules_say == verdict else "override"
    bend, lift = "movement:spinal_flexion_loaded", "movement:lift_heavy"
    plan = {"says": {bend: "avoid", lift: "avoid"}, "fired": ["H01", "H13"]}
    said = {
        "reason": "",
        "tier": "high",
        "rules": "",
        "kind": kind,
        "said": "" if about else json.dumps(plan),
    }
    return {
        "listed": number,
        "about": about,
        "by": by,
        "rules_say": rules_say,
        "verdict": verdict,
        "id": next(_IDS),
        "withdraws": 0,
        "together": 0,
        "disposition": "",
        **said,
        **more,
    }


def test_agreement_is_told_by_tier_movement_rule_and_reviewer() -> None:
    bend, lift = "movement:spinal_flexion_loaded", "movement:lift_heavy"
    made = [
        row(1, "", "Ana", "clear", "hold"),
        row(1, "", "Ana", "clear", "clear", tier="low"),  # the last word counts
        row(2, "", "Ana", "hold", "hold", rules="R01"),
        row(1, "", "Ben", "clear", "hold", tier="low", reason="need-more-info"),
        row(2, "", "Ben", "hold", "hold", rules="R01"),
        row(1, bend, "Ana", "avoid", "modify", rules="H01 H11", reason="expert-contradicts"),
        row(2, bend, "Ana", "avoid", "avoid", rules="H01"),
        row(2, lift, "Ana", "ok", "avoid", reason="patient-contraindication"),
        row(3, "exercise:lean_back", "Ana", "lean_back_stage1", "withheld", rules="H08"),
        row(4, "exercise:lean_back", "Ana", "withheld", "lean_back_stage2", rules="H08"),
        row(5, "exercise:lean_back", "Ana", "withheld", "gone_since", rules="H08"),
        row(9, "", "Ana", "hold", "emergency", kind="blind"),
        row(9, "", "Ana", "hold", "hold", kind="blind"),  # only what was thought first counts
    ]
    found = statistics(book(), made)
    assert (found.people, found.reviewers) == (5, ("Ana", "Ben"))
    assert (found.clearance.number, found.clearance.observed) == (4, 0.75)
    assert [(one.name, one.agreement.number) for one in found.clearance_by_tier] == [("low", 2), ("high", 2)]
    by_movement = {one.name: one.agreement for one in found.by_movement}
    assert (by_movement[bend].number, by_movement[bend].observed) == (3, 2 / 3)
    assert (by_movement[lift].number, by_movement[lift].observed) == (
        3,
        2 / 3,
    )
    assert found.blind_clearance.number == 1
    assert found.blind_clearance.observed == 0
    assert [(one.name, one.agreement.observed) for one in found.between] == [("Ana and Ben", 0.5)]
    by_rule = {one.name: one for one in found.by_rule}
    assert (by_rule["H01"].otherwise, by_rule["H01"].decided, by_rule["H01"].laxer) == (1, 4, 1)
    assert by_rule["H01"].reasons == (("expert-contradicts", 1),)
    assert (by_rule[""].otherwise, by_rule[""].stricter) == (2, 2)
    assert (by_rule["H08"].otherwise, by_rule["H08"].stricter, by_rule["H08"].laxer) == (3, 1, 1)
    assert {"R01", "H13"}.isdisjoint(by_rule)  # nothing that they brought was decided otherwise
    assert found.by_rule[0].name == "H08"
    by_line = {one.name: one for one in found.by_line}
    assert (by_line[bend].otherwise, by_line[bend].decided) == (1, 3)
    assert [(one.name, one.decided, one.otherwise) for one in found.tiers] == [("low", 1, 1), ("high", 6, 5)]
    assert any("H08" in chart.numbers for chart in plots(Names(book()), found).charts)


def test_agreeing_with_the_whole_plan_decides_every_line_without_a_word_of_its_own() -> None:
    bend, lift = "movement:spinal_flexion_loaded", "movement:lift_heavy"
    made = [
        row(1, "", "Ana", "clear", "clear"),
        row(1, lift, "Ana", "avoid", "modify"),
        row(2, bend, "Ana", "avoid", "modify"),
        row(3, "", "Ana", "clear", "hold"),
    ]
    by_line = {one.name: (one.otherwise, one.decided) for one in statistics(book(), made).by_line}

    assert by_line == {"": (1, 2), lift: (1, 1), bend: (1, 2)}


def test_an_interval_is_drawn_where_there_is_one() -> None:
    chance = random.Random(3)
    made = [row(number, "", "Ana", chance.choice(LEVELS), chance.choice(LEVELS)) for number in range(60)]
    *_, chart = plots(Names(book()), statistics(book(), made)).charts
    drawing = environment(book()).get_template("charts.html").module.drawing  # type: ignore[attr-defined]
    drawn = ElementTree.fromstring(drawing(chart))

    assert drawn.findtext("title") == "Weighted kappa with 95\u00a0% interval"
    assert len(drawn.findall("circle")) == len(chart.reaches) >= 2
    assert not plots(Names(book()), statistics(book(), [])).charts


def test_what_was_withdrawn_or_agreed_in_bulk_is_counted_as_what_it_is() -> None:
    wrong = row(1, "", "Ana", "hold", "clear", reason="need-more-info")
    made = [
        row(1, "", "Ana", "hold", "hold", disposition="called"),
        wrong,
        row(1, "", "Ana", "hold", "clear", kind="withdrawn", withdraws=wrong["id"]),
        *(row(number, "", "Ana", "clear", "clear", together=9) for number in range(2, 11)),
    ]
    found = statistics(book(), made)

    assert (found.people, found.in_bulk) == (1, 9)
    assert (found.clearance.number, found.clearance.observed) == (1, 1.0)
    assert found.movements.number == len(made[0]["said"] and json.loads(made[0]["said"])["says"])
    assert found.dispositions == (("called", 1),)
    assert not found.by_rule
