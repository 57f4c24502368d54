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
