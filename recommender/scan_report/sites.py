"""Which bone a row is about: by its own label, then its group, then the title; or that it does not count."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Row, Site
from recommender.scan_report.numbers import DATE, plain, tight

SPINE, NECK, HIP, RADIUS = "lumbar_spine", "femoral_neck", "total_hip", "radius33"
WHOLE_SPINE = frozenset((1, 2, 3, 4))
NOT_COUNTED, UNCLEAR, MEAN = "not counted", "unclear", "mean"
_LEVELS = re.compile(
    r"\bL(?:WK?|S)? ?([1-5])"
    r"((?:(?:-|, ?|\+| ?/ ?| ?& ?)?"
    r"(?:L(?:WK?)? ?)?[1-5](?![\d.,]\d|\d))*)(?![\d.])",
    re.IGNORECASE,
)
_STEP = re.compile(r"(-)?[^\d-]*([1-5])")
_MARKED = re.compile(r"[*†‡#(\[x]|\bL ?\d [a-z]", re.IGNORECASE)
_FILLER = re.compile(r"[\W\d_]+")
_OF_REGION = {
    ("radius33", "forearm"): RADIUS,
    ("femoral_neck", "hip"): NECK,
    ("femoral_neck", ""): NECK,
    ("total", "hip"): HIP,
    ("total", "spine"): SPINE,
}


class Verdict(NamedTuple):
    """A site, or why there is none."""

    site: Site | None
    reason: str = ""


def levels(text: str, lexicon: Lexicon) -> frozenset[int]:
    """Return the lumbar vertebrae that a label names: `L1-L3,L5` are 1, 2, 3 and 5; `L1-L4 (L3)` lacks 3."""
    text = lexicon.patterns["and"].sub(",", lexicon.patterns["up_to"].sub("-", plain(text)))
    text = tight(text)
    outside, _, inside = text.partition("(")
    named = _named(outside) or _named(text)
    left_out = _named(inside) if named and _named(outside) else frozenset()
    return named - left_out if left_out < named else named


def _named(text: str) -> frozenset[int]:
    result: set[int] = set()
    for match in _LEVELS.finditer(text):
        last = int(match[1])
        result.add(last)
        for dash, digit in _STEP.findall(match[2]):
            number = int(digit)
            result |= set(range(last, number + 1)) if dash else {number}
            last = number
    return frozenset(result)


def written(vertebrae: frozenset[int]) -> str:
    """Return vertebrae as a report writes them, such as `L2, L3, L4`."""
    return ", ".join(f"L{number}" for number in sorted(vertebrae))


def resolve(row: Row, mates: Iterable[str], lexicon: Lexicon) -> Verdict:
    """Return the site of a row; `mates` are the labels of all rows of its table.

    Only L1-L4, neck and total of the hip, and the third of the radius count.
    """
    label, group, title = (plain(text) for text in (row.label, row.group, row.title))
    is_older = any(lexicon.says("older", text) for text in (label, group))
    if is_older or any(lexicon.first("never", text) for text in (label, group, title)):
        return Verdict(None, NOT_COUNTED)
    worked_out = lexicon.first("worked_out", label) or lexicon.first("worked_out", group)
    if worked_out:
        return Verdict(None, MEAN if worked_out == "mean" else NOT_COUNTED)
    own = label
    if not levels(label, lexicon) and not lexicon.first("regions", tight(label)):
        if _unknown_words(label, lexicon):
            return Verdict(None, UNCLEAR)
        own = group or title
    if vertebrae := levels(own, lexicon):
        return _spine(vertebrae, own, mates if own is label else (), lexicon)
    regions = lexicon.all("regions", tight(own))
    if len(regions) != 1:
        return Verdict(None, UNCLEAR)
    region = regions[0]
    side, doubts = _side((label, group, title), lexicon)
    around = {bone for bone in (_bone_of_mates(mates, lexicon), _bone((title,), lexicon)) if bone}
    bone = _bone((label, group), lexicon) or (around.pop() if len(around) == 1 else "")
    if not bone and around:
        return Verdict(None, UNCLEAR)
    site = _OF_REGION.get((region, bone), "")
    if site == SPINE:
        return _whole_of_rows(levels(title, lexicon), _single_levels(mates, lexicon))
    if site:
        return Verdict(Site(site, side, "", doubts))
    return Verdict(None, NOT_COUNTED if bone == "forearm" else UNCLEAR)


def _spine(vertebrae: frozenset[int], label: str, mates: Iterable[str], lexicon: Lexicon) -> Verdict:
    if vertebrae == WHOLE_SPINE:
        single = _single_levels(mates, lexicon)
        doubts = ("vertebrae",) if len(single) > 1 and not single >= WHOLE_SPINE else ()
        if lexicon.says("excluded_vertebrae", label):
            doubts = ("excluded",)
        return Verdict(Site(SPINE, "", "", doubts))
    if len(vertebrae) == 1:
        return Verdict(None, NOT_COUNTED)
    return Verdict(Site(SPINE, "", written(vertebrae)))


def _whole_of_rows(title_levels: frozenset[int], single: frozenset[int]) -> Verdict:
    """Return the spine of a row `Total`: the whole only where all four vertebrae stand above it."""
    if title_levels and title_levels != WHOLE_SPINE:
        return Verdict(Site(SPINE, "", written(title_levels)))
    if single and single != WHOLE_SPINE:
        return Verdict(Site(SPINE, "", written(single)))
    return Verdict(Site(SPINE, "", "", () if single or title_levels else ("vertebrae",)))


def _single_levels(labels: Iterable[str], lexicon: Lexicon) -> frozenset[int]:
    """Return the vertebrae that have a row of their own, without those that are marked, such as `L3*`."""
    return frozenset(
        number
        for label in labels
        if len(own := levels(label, lexicon)) == 1 and not _MARKED.search(label)
        for number in own
    )


def _bone(texts: Iterable[str], lexicon: Lexicon) -> str:
    """Return the bone of the first text that names one; nothing where it names two."""
    for text in texts:
        bones = lexicon.all("bones", text)
        if bones:
            return bones[0] if len(bones) == 1 else ""
    return ""


def _bone_of_mates(labels: Iterable[str], lexicon: Lexicon) -> str:
    """Return the bone that the other rows of a table belong to, where all belong to one."""
    bones: set[str] = set()
    for label in map(plain, labels):
        if levels(label, lexicon):
            bones.add("spine")
        elif lexicon.says("regions.femoral_neck", label) or any(
            lexicon.says(f"never.{kind}", label) for kind in ("wards", "trochanter", "inter", "shaft")
        ):
            bones.add("hip")
        elif lexicon.says("regions.radius33", tight(label)) or lexicon.says("never.ultradistal", label):
            bones.add("forearm")
    return bones.pop() if len(bones) == 1 else ""


def _side(texts: Iterable[str], lexicon: Lexicon) -> tuple[str, tuple[str, ...]]:
    """Return the side that the nearest text names; doubted where another names the other one."""
    sides = [side for text in texts if (side := _one_side(text, lexicon))]
    if not sides:
        return "", ()
    return sides[0], ("side_unclear",) if len(set(sides)) > 1 else ()


def _one_side(text: str, lexicon: Lexicon) -> str:
    named = lexicon.all("sides", text)
    return named[0] if len(named) == 1 else ""


def _unknown_words(label: str, lexicon: Lexicon) -> bool:
    """Say whether a label without a region has words that are neither a side, a bone nor a date."""
    text = DATE.sub(" ", label)
    for name in ("both_sides", "sides.left", "sides.right", "bones.hip", "bones.spine", "bones.forearm"):
        text = lexicon.patterns[name].sub(" ", text)
    return bool(_FILLER.sub("", text))
