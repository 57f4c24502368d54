"""What a naive program gets wrong: rules that fall into a trap fail its cases in `rules/cases/traps.yaml`."""

import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from recommender.authoring.cases.people import PersonCase, read_people, run_person
from recommender.authoring.cases.runner import CaseRunner
from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_case_documents
from tests.people import book

TRAPS = 29


class Fall(NamedTuple):
    """A change that falls into a trap: in one entry of one file (`*`: in all of it), `old` becomes `new`."""

    trap: int
    file: str
    entry: str
    old: str
    new: str


_NOTHING_LEFT = (
    "    limit:\n      avoid: [neutral_spine, supine_supported, low_impact_wb, balance_two_hands]\n"
)
_SECOND_SET = (
    "movements: [spinal_extension_midrange, spinal_extension_standing, "
    "spinal_extension_end_range, balance_fingertips]"
)
_SPINE_KNOWN = "known(t_lumbar_spine) and"
_FRAGILE = "fragile_bone >= assumed"
_FRACTURE = "fragility_fracture or risk_tier >= high"
_SIGNS = "(weight_loss or night_pain)"
_STRETCH = "It is a stretch, so it does not build bone."
_AS_WELL = "Do this as well as strength and balance, not in their place."
_SMALLEST = "The smallest version is enough to be useful."
_SLOGAN = "    do: Everyday bending with empty hands is fine. Fold at your hips and knees,"
FALLS = [
    Fall(1, "limits.yaml", "H11", "    limit:\n", _NOTHING_LEFT),
    Fall(2, "limits.yaml", "H18", " or fragility_fracture or risk_tier >= high", ""),
    Fall(3, "limits.yaml", "G03", " or spine_suspect or risk", " or myeloma or risk"),
    Fall(4, "classification.yaml", "C23", "judged_by_z or age < 45", "age < 45 and age < 20"),
    Fall(5, "limits.yaml", "H11", "    limit:\n", "    limit:\n      avoid: [spinal_flexion_midrange]\n"),
    Fall(6, "movements.yaml", "", "    do: Fold at your hips and knees,", _SLOGAN),
    Fall(7, "classification.yaml", "C25", _SPINE_KNOWN, f"{_SPINE_KNOWN} myeloma and"),
    Fall(8, "classification.yaml", "C12", "lowest_t <= -2.5", "t_lumbar_spine <= -2.5"),
    Fall(9, "limits.yaml", "H30", "spinal_stenosis or ", ""),
    Fall(10, "limits.yaml", "H01", _FRAGILE, f"({_FRAGILE} and not spinal_stenosis)"),
    Fall(11, "exercises/seed.yaml", "", _STRETCH, "It spreads the joints and builds bone."),
    Fall(12, "exercises/seed.yaml", "", _SECOND_SET, _SECOND_SET.replace("spinal_extension_end_range, ", "")),
    Fall(13, "limits.yaml", "G09", "        - balance_fingertips\n", ""),
    Fall(14, "session.yaml", "", _AS_WELL, "This is all you need."),
    Fall(15, "limits.yaml", "G10", "avoid: [prone_position]", "avoid: [hip_rotation_forced]"),
    Fall(16, "limits.yaml", "H19", "supervised: [coached_heavy_lift]", "modify: [coached_heavy_lift]"),
    Fall(17, "classification.yaml", "C12", "lowest_t <= -2.5", "lowest_t < -2.5"),
    Fall(18, "risk.yaml", "T16", "    conclude: {fragile_bone: assumed}\n", ""),
    Fall(19, "referral.yaml", "R05", "clearance: emergency", "clearance: clinician_led"),
    Fall(20, "referral.yaml", "R04", f"back_pain_matter >= open and ((back_pain and {_SIGNS})", f"({_SIGNS}"),
    Fall(21, "referral.yaml", "R17", "thigh_or_groin_pain", "thigh_or_groin_pain and myeloma"),
    Fall(22, "referral.yaml", "R16", "new_back_pain and", "new_back_pain and myeloma and"),
    Fall(23, "referral.yaml", "R09", "clearance: clinician_led", "clearance: emergency"),
    Fall(24, "notices.yaml", "N09", "caution: ", "caution: You may stop your medicine. "),
    Fall(25, "limits.yaml", "*", "certainty: very_low", "certainty: moderate"),
    Fall(26, "exercises/seed.yaml", "", _SMALLEST, "It decompresses the spine and builds bone."),
    Fall(28, "limits.yaml", "H18", _FRACTURE, "(fragility_fracture and not osteoporosis_treatment)"),
    Fall(29, "limits.yaml", "H11", "    limit:\n", _NOTHING_LEFT),
]  # fmt: skip


@cache
def _everybody() -> tuple[PersonCase, ...]:
    return read_people(load_case_documents(), book())


def cases_of(trap: int) -> list[PersonCase]:
    """Return the whole people who guard against a trap."""
    return [case for case in _everybody() if case.trap.split(":")[0] == str(trap)]


@pytest.mark.parametrize("trap", range(1, TRAPS + 1))
def test_every_trap_has_somebody_who_guards_against_it(trap: int) -> None:
    assert cases_of(trap)


def test_the_list_of_traps_for_readers_names_every_case() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "evidence.md").read_text(encoding="utf-8")

    missing = [case.name for trap in range(1, TRAPS + 1) for case in cases_of(trap) if case.name not in text]
    assert missing == []


@pytest.mark.heavy
@pytest.mark.parametrize("fall", FALLS, ids=lambda fall: str(fall.trap))
def test_falling_into_a_trap_is_noticed(fall: Fall, tmp_path: Path) -> None:
    """Traps 8 and 27 also have guards outside the rules: in the vocabulary and in the reader of profiles."""
    folder = tmp_path / "rules"
    shutil.copytree(data_folder("rules"), folder)
    file = folder / fall.file
    text = file.read_text(encoding="utf-8")
    start = text.index(f"  - id: {fall.entry}\n") if fall.entry.isalnum() else 0
    end = text.find("\n  - id: ", start + 1) if fall.entry.isalnum() else len(text)
    assert fall.old in text[start:end], "the piece to change is not there"
    changed = text[start:end].replace(fall.old, fall.new, -1 if fall.entry == "*" else 1)
    file.write_text(text[:start] + changed + text[end:], encoding="utf-8")

    bench = CaseRunner(load_rulebook(folder))
    assert [case.name for case in cases_of(fall.trap) if run_person(bench, case)] != []
