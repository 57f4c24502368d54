"""What `rules check` finds in a usable rulebook: unused parts, unmet limits, hard or forbidden words."""

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_broken_rulebooks import SMALL, write

UNUSED_SOURCE = """\
  OLD:
    title: An old leaflet
    authors: A society
    where: A shelf
    year: "1990"
    checked: verified
    found: Nothing that is used.
"""
UNUSED_MOVEMENT = """\
  star_jump:
    family: bending
    name: Star jump
    what: Jumping with arms out.
    instead: March on the spot.
    mechanism: Impact.
    certainty: low
    sources: [UK22]
"""
SLIPS = {
    "a source that nothing cites": (
        {"sources.yaml": SMALL["sources.yaml"] + UNUSED_SOURCE},
        "rules/sources.yaml:16:3: nothing rests on the source `OLD`.",
    ),
    "a movement that stands alone": (
        {"movements.yaml": SMALL["movements.yaml"] + UNUSED_MOVEMENT},
        "the movement `star_jump` is in no exercise and in no rule.",
    ),
    "a movement that nothing limits": (
        {"limits.yaml": SMALL["limits.yaml"].replace("      modify: [hip_hinge]\n", "")},
        "nothing limits the movement `hip_hinge`.",
    ),
    "a limit with nothing to do instead": (
        {"movements.yaml": SMALL["movements.yaml"].replace("    instead: Fold less.\n", "")},
        "the movement `hip_hinge` can be limited, and nobody is told what to do `instead`.",
    ),
    "a level that is taken from everybody": (
        {
            "limits.yaml": SMALL["limits.yaml"]
            + "  - {id: H09, title: None of it, when: always, limit: {avoid: [bend_loaded]},\n"
            "     say: Leave it out., because: It harms., certainty: low, source_status: verified,\n"
            "     sources: [UK22], cases: {fires: [{age: 60}]}}\n"
        },
        "nobody can get `deadlift_light`: H09 takes `bend_loaded` away from everybody.",
    ),
    "an exercise that stays in an emergency": (
        {
            "exercises/strength.yaml": SMALL["exercises/strength.yaml"].replace(
                "shown_up_to: hold", "shown_up_to: emergency"
            )
        },
        "`hinge_chair` cannot be refused: it is shown even in an emergency.",
    ),
    "a hard sentence": (
        {
            "limits.yaml": SMALL["limits.yaml"].replace(
                "say: Bend at your hips.",
                "say: Utilise appropriate lumbopelvic dissociation during every functional activity.",
            )
        },
        "reads at grade",
    ),
    "a frightening word": (
        {
            "limits.yaml": SMALL["limits.yaml"].replace(
                "say: Bend at your hips.", "say: Your bones may shatter."
            )
        },
        "“shatter” is not said here. It frightens.",
    ),
}


@pytest.mark.parametrize(("changed", "told"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_at_its_place(run: Run, tmp_path: Path, changed: dict[str, str], told: str) -> None:
    ran = run("rules", "check", "--rules", write(tmp_path, changed))

    assert ran.code == 1
    assert told in ran.err
    assert all(line.startswith("rules/") for line in ran.err.splitlines())
    assert "to mend" in ran.out


def test_words_for_clinicians_may_be_hard(run: Run, tmp_path: Path) -> None:
    hard = (
        "because: Compressive anteriorly directed vertebral loading increases proportionally "
        "with lumbar flexion angulation."
    )
    changed = {"limits.yaml": SMALL["limits.yaml"].replace("because: Load bends the spine.", hard)}

    assert run("rules", "check", "--rules", write(tmp_path, changed)).code == 0
