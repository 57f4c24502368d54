"""What speaks against a number, without any model: its own row, its table, and the whole report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from recommender.language.numbers import UNIT, shown
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Row, Score, Site
from recommender.scan_report.numbers import Printed
from recommender.scan_report.sites import SPINE, levels

ADULT = 50
_ABOVE_Z, _FAR_ABOVE_Z = 200, 500  # thousandths of a score
_Z_ABOVE_T = 1_500, 3_500  # at any age, and where the age is not known
_YOUNG, _Z_MARGIN = 30, 1_000
_NEAR_ZERO = 150
_PERCENT = 7, 19  # of young adults, for one score
_HUNDRED = 100 * UNIT
_BMC_OFF = 6  # thousandths of g/cm2
_RARE = 1_000
_SIDES_APART = 1_500
_NEAR = 100
_DENSITY_APART, _SCORE_APART = 30, 4
_AREA_OFF = 300  # thousandths of cm2
_DENSITY = (200, 2_000)  # thousandths of g/cm2


class Candidate(NamedTuple):
    """A row with its numbers by the kind of their heading, and the score that is taken from it, if any."""

    row: Row
    numbers: Mapping[str, Printed]
    score: Score | None


class Machine(NamedTuple):
    """Whose machine and whose scan: is it Hologic's, the sexes its reference may be of, the age if known."""

    is_hologic: bool
    sexes: tuple[str, ...]
    age: int | None


def _shown(value: int) -> str:
    return shown(value, 1)


def of_row(
    kind: str, site: Site, numbers: Mapping[str, Printed], lexicon: Lexicon, machine: Machine
) -> list[str]:
    """Return what the other numbers of its row say against a score."""
    value = numbers[kind].value
    doubts = []
    if kind == "t" and "z" in numbers:
        z = numbers["z"].value
        names = {"t": _shown(value), "z": _shown(z)}
        if machine.age is None or machine.age >= ADULT:
            if value - z > _ABOVE_Z:
                doubts.append(lexicon.doubt("t_above_z", **names))
        elif value - z > _FAR_ABOVE_Z:
            doubts.append(lexicon.doubt("t_far_from_z", **names))
    if kind == "z" and "t" in numbers and numbers["t"].value - value > _FAR_ABOVE_Z:
        doubts.append(lexicon.doubt("t_far_from_z", t=_shown(numbers["t"].value), z=_shown(value)))
    percent = numbers.get("young_percent" if kind == "t" else "age_percent")
    below = (_HUNDRED - percent.value) if percent else 0
    is_far = kind == "t" and abs(value) >= UNIT and not _PERCENT[0] <= -below / value <= _PERCENT[1]
    if percent and (is_far or (below * value > 0 and abs(value) > _NEAR_ZERO)):
        key = "young_percent" if kind == "t" else "age_percent"
        doubts.append(lexicon.doubt(key, percent=shown(percent.value), **{kind: _shown(value)}))
    bmd = _density(numbers)
    if bmd and {"bmc", "area"} <= numbers.keys() and numbers["area"].value > 0:
        ratio = numbers["bmc"].value * UNIT // numbers["area"].value
        if abs(ratio - bmd) > _BMC_OFF:
            doubts.append(lexicon.doubt("bmc_over_area"))
    if kind == "t" and bmd and machine.is_hologic:
        doubts += _against_reference(site, value, bmd, lexicon, machine)
    if kind == "t" and "z" in numbers and numbers["z"].value - value > _most_above_t(machine.age):
        doubts.append(lexicon.doubt("z_far_from_t", t=_shown(value), z=_shown(numbers["z"].value)))
    if kind == "z" and "t" in numbers and value - numbers["t"].value > _most_above_t(machine.age):
        doubts.append(lexicon.doubt("z_far_from_t", t=_shown(numbers["t"].value), z=_shown(value)))
    is_checked = {"z", "young_percent"} & numbers.keys() or (machine.is_hologic and bmd)
    if kind == "t" and value > 0 and not is_checked:
        doubts.append(lexicon.doubt("lone_plus"))
    if value > _RARE:
        doubts.append(lexicon.doubt("rare"))
    if numbers[kind].decimals > 2:
        doubts.append(lexicon.doubt("decimals"))
    return doubts


def _most_above_t(age: int | None) -> int:
    """Return how far Z may be above T: bone is lost with age, about 0.5 of a score in ten years."""
    if age is None:
        return _Z_ABOVE_T[1]
    return max(_Z_ABOVE_T[0], _Z_MARGIN + (age - _YOUNG) * UNIT // 20)


def _density(numbers: Mapping[str, Printed]) -> int:
    """Return the bone density of a row in thousandths of g/cm2, or 0; some reports print mg/cm2."""
    if "bmd" not in numbers:
        return 0
    value = numbers["bmd"].value
    return value // UNIT if value > _DENSITY[1] * 10 else value


def _against_reference(site: Site, value: int, bmd: int, lexicon: Lexicon, machine: Machine) -> list[str]:
    reference = lexicon.reference.get(site.name)
    if reference is None or site.part:
        return []
    expected = [(bmd - reference[sex][0]) * UNIT // reference[sex][1] for sex in machine.sexes]
    if min(abs(value - each) for each in expected) <= lexicon.within:
        return []
    nearest = min(expected, key=lambda each: abs(value - each))
    return [
        lexicon.doubt("reference", bmd=shown(bmd, 3), expected=_shown(round(nearest, -2)), t=_shown(value))
    ]


def of_table(candidates: Sequence[Candidate], lexicon: Lexicon) -> list[Score]:
    """Return the scores of a table with the doubts that its other rows raise."""
    result = []
    for candidate in candidates:
        score, doubts = candidate.score, []
        if score is None:
            continue
        column = [other.numbers[score.kind] for other in candidates if score.kind in other.numbers]
        if _is_oddly_written(candidate.numbers[score.kind], column):
            doubts.append(lexicon.doubt("decimals"))
        if score.site.name == SPINE:
            doubts += _against_vertebrae(score, candidate, candidates, lexicon)
        doubts += _against_other_side(candidate, candidates, lexicon)
        result.append(score._replace(doubts=tuple(dict.fromkeys((*score.doubts, *doubts)))))
    return result


def _is_oddly_written(number: Printed, column: Sequence[Printed]) -> bool:
    """Say whether a number has no decimals, or another count than most of its column."""
    same = sum(other.decimals == number.decimals for other in column)
    return number.decimals == 0 or same * 2 < len(column)


def _against_vertebrae(
    score: Score, candidate: Candidate, candidates: Iterable[Candidate], lexicon: Lexicon
) -> list[str]:
    single = [
        other.numbers
        for other in candidates
        if other.row.title == candidate.row.title and len(levels(other.row.label, lexicon)) == 1
    ]
    values = [numbers[score.kind].value for numbers in single if score.kind in numbers]
    doubts = []
    if len(values) > 2 and not min(values) - _NEAR <= score.value <= max(values) + _NEAR:
        doubts.append(lexicon.doubt("outside_parts"))
    areas = [numbers["area"].value for numbers in single if "area" in numbers]
    whole = candidate.numbers.get("area")
    if len(areas) > 2 and whole and not score.site.part and abs(sum(areas) - whole.value) > _AREA_OFF:
        doubts.append(lexicon.doubt("area_sum"))
    return doubts


def _against_other_side(
    candidate: Candidate, candidates: Iterable[Candidate], lexicon: Lexicon
) -> Iterator[str]:
    """Yield what the other side says: too far apart, or against the order of the densities."""
    score = candidate.score
    for other in candidates:
        if score is None or other.score is None:
            continue
        is_pair = (other.score.kind, other.score.site.name) == (score.kind, score.site.name)
        sides = {score.site.side: candidate, other.score.site.side: other}
        if not is_pair or sides.keys() != {"left", "right"}:
            continue
        left, right = (sides[side].numbers for side in ("left", "right"))
        values = left[score.kind].value, right[score.kind].value
        if abs(values[0] - values[1]) > _SIDES_APART:
            yield lexicon.doubt("sides", left=_shown(values[0]), right=_shown(values[1]))
        apart = _density(left) - _density(right) if _density(left) and _density(right) else 0
        score_apart = values[0] - values[1]
        if score.kind == "t" and abs(apart) > _DENSITY_APART and apart * score_apart < -_SCORE_APART * UNIT:
            yield lexicon.doubt("sides_density")
