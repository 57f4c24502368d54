"""Details that people read in answers and refusals, each once left to chance: nothing failed when it was wrong."""

import pytest

from tests.conftest import Run


@pytest.mark.parametrize(
    ("option", "accepted"),
    [
        ("--wrist-fracture-months", "0 to 1200 months (at most one decimal) or unknown, or never."),
        ("--age", "18 to 110 years (a whole number) or unknown."),
        ("--t-score", "-8 to 8 T-score (at most two decimals) or unknown."),
        ("--sex", "female, male, other or unknown."),
        ("--hip-fracture", "yes, no or unknown."),
    ],
)
def test_a_refused_answer_is_told_all_that_may_be_answered(run: Run, option: str, accepted: str) -> None:
    assert run("assess", option, "perhaps").err.strip().endswith(f"Accepted: {accepted}")


@pytest.mark.parametrize(
    ("option", "text", "hint"),
    [
        (
            "--t-score",
            "0.912",
            "or unknown. It looks like a bone density in g/cm2, which stands in another column of the report.",
        ),
        ("--t-score", "-2.555", "or unknown."),
        ("--height-loss-cm", "1.25", "or unknown."),
        ("--t-score", "39", "or unknown. Did you mean -3.9?"),
        ("--t-score", "-80", "or unknown. Did you mean -8?"),
        ("--t-score", "810", "or unknown."),
        ("--height-loss-cm", "39", "or unknown."),
    ],
)
def test_a_slip_of_the_pen_is_guessed_at_for_scores_and_nothing_else(
    run: Run, option: str, text: str, hint: str
) -> None:
    assert run("assess", option, text).err.strip().endswith(hint)


def test_none_of_what_does_not_apply_is_harmless_and_some_of_it_contradicts(run: Run) -> None:
    no_steroids = ("assess", "--age", "60", "--glucocorticoid-mg", "0")

    assert run(*no_steroids, "--glucocorticoid-months", "0").code == 0
    assert run("assess", "--age", "60", "--falls-12m", "0", "--injurious-fall", "no").code == 0
    assert "this contradicts glucocorticoid_mg" in run(*no_steroids, "--glucocorticoid-months", "1").err
    fresh = run("assess", "--age", "60", "--vertebral-fractures", "0", "--vertebral-fracture-months", "0")
    assert "this contradicts vertebral_fractures" in fresh.err


def test_a_name_that_no_field_has_is_told_what_it_could_be(run: Run) -> None:
    ran = run("assess", "--profile", "-", stdin=b"t_scor: -2\nlowest_t: -2\nxyzzy: 1\n")

    assert [line.rpartition(" is not a field that can be given. ")[2] for line in ran.errors] == [
        "Did you mean `t_score`?",
        "It is computed from t_score, t_lumbar_spine, t_total_hip, t_femoral_neck, t_radius33; give those.",
        "`recommender fields` lists what can be given.",
    ]
