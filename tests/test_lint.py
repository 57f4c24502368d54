"""What `rules check` finds in a usable rulebook: unused parts, unmet limits, hard or forbidden words."""

import re
from pathlib import Path

import pytest

from recommender.authoring.silence import silent_answers
from recommender.rulebook.loading import load_documents
from tests.conftest import Run
from tests.people import book
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
        "rules/sources.yaml:17:3: nothing rests on the source `OLD`.",
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
    "a status above that of every source": (
        {"sources.yaml": SMALL["sources.yaml"].replace("checked: verified", "checked: abstract")},
        "H01 says `verified`, and its best source is `abstract`.",
    ),
    "a number that no source carries": (
        {"sources.yaml": SMALL["sources.yaml"].replace("[-2.5, -3.0]", "[-3.0]")},
        "H01: no source that it cites carries the number of `lowest_t <= -2.5`.",
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


def test_a_number_of_our_own_is_told_apart_under_numbers(run: Run, tmp_path: Path) -> None:
    changed = {
        "sources.yaml": SMALL["sources.yaml"].replace("[-2.5, -3.0]", "[-3.0]"),
        "limits.yaml": SMALL["limits.yaml"].replace(
            "    source_status: verified\n",
            "    source_status: verified\n    numbers: {lowest_t <= -2.5: design_default}\n",
            1,
        ),
    }

    assert run("rules", "check", "--rules", write(tmp_path, changed)).code == 0


def test_an_answer_that_changes_nothing_needs_a_reason() -> None:
    fields = dict(book().vocabulary.fields)
    fields["lives_alone"] = fields["lives_alone"]._replace(silent_because="")
    fields["fever"] = fields["fever"]._replace(silent_because="It is only a fever.")
    deaf = book()._replace(vocabulary=book().vocabulary._replace(fields=fields))

    problems = list(map(str, silent_answers(deaf, load_documents())))

    assert len(problems) == 2
    assert "the worst answer to `lives_alone` changes nothing when it stands alone." in problems[0]
    assert "`fever` has a reason to be silent, and a rule hears it." in problems[1]
    assert all(re.match(r"profiles/fields\.yaml:\d+:\d+: ", problem) for problem in problems)


CUE = """\
laws: []
cues:
  - words: hips
    limits: {avoid: [bend_loaded], modify: [hip_hinge]}
    said_by: [H01]
"""
CUES = {
    "words and limits that agree": ({}, ""),
    "a limit that was taken away": (
        {"limits.yaml": SMALL["limits.yaml"].replace("avoid: [bend_loaded]", "supervised: [bend_loaded]", 1)},
        "H01 says “hips”, and `bend_loaded` may be less than `avoid`.",
    ),
    "words that were taken away": (
        {"limits.yaml": SMALL["limits.yaml"].replace("say: Bend at your hips.", "say: Bend well.")},
        "H01 no longer says what this cue expects.",
    ),
    "another rule that says so": (
        {"limits.yaml": SMALL["limits.yaml"].replace("say: Go gently at first.", "say: Spare your hips.")},
        "S01 says “hips”, and no cue names it.",
    ),
    "a limit on what is recommended": (
        {"invariants.yaml": CUE.replace("limits: {avoid: [bend_loaded], modify", "at_most: {ok")},
        "H01 says “hips”, and limits `hip_hinge` to more than `ok`.",
    ),
}


@pytest.mark.parametrize(("changed", "told"), CUES.values(), ids=CUES)
def test_words_and_limits_agree(run: Run, tmp_path: Path, changed: dict[str, str], told: str) -> None:
    pytest.importorskip("z3")
    ran = run("rules", "check", "--rules", write(tmp_path, {"invariants.yaml": CUE, **changed}))

    assert ran.code == (1 if told else 0)
    assert told in ran.err


def test_a_cue_that_is_no_pattern_is_refused_at_its_place(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("z3")
    broken = {"invariants.yaml": CUE.replace("words: hips", 'words: "hips("')}
    ran = run("rules", "check", "--rules", write(tmp_path, broken))

    assert ran.code == 3
    assert "rules/invariants.yaml:3:12: this pattern cannot be read" in ran.err


def test_words_for_clinicians_may_be_hard(run: Run, tmp_path: Path) -> None:
    hard = (
        "because: Compressive anteriorly directed vertebral loading increases proportionally "
        "with lumbar flexion angulation."
    )
    changed = {"limits.yaml": SMALL["limits.yaml"].replace("because: Load bends the spine.", hard)}

    assert run("rules", "check", "--rules", write(tmp_path, changed)).code == 0
