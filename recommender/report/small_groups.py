"""Age by sex by risk tier, with numbers hidden that are so small that they could point to one person."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

_SEXES = ("female", "male", "other")
_UNKNOWN = ("", "unknown", "not known")


class Hidden(Enum):
    """Why a number is not shown: it is below the smallest, or would give away one that is."""

    FEW = "few"
    HELD_BACK = "held back"


class Cell(NamedTuple):
    """A number of people as it is shown; `number` is 0 where it is hidden."""

    number: int
    hidden: Hidden | None = None


class Group(NamedTuple):
    """People of one age band and sex, by risk tier."""

    band: str
    sex: str
    cells: Mapping[str, Cell]

    @property
    def shown(self) -> int:
        """The sum of the numbers that are shown."""
        return sum(cell.number for cell in self.cells.values())

    @property
    def complete(self) -> bool:
        """Whether every number is shown; else subtraction must not give away what is hidden."""
        return not any(cell.hidden for cell in self.cells.values())

    @property
    def few(self) -> bool:
        """Whether the number is too small to be shown in every tier."""
        return all(cell.hidden is Hidden.FEW for cell in self.cells.values())


def groups_of(
    tiers: Mapping[tuple[str, str, str], int], scale: Sequence[str], smallest: int
) -> tuple[Group, ...]:
    """Return every sex by every age band of the cohort, unknown ones last, with each tier of the scale."""
    bands = sorted({band for band, _, _ in tiers}, key=_age)
    sexes = sorted({sex for _, sex, _ in tiers}, key=_order_of_sex)
    rows = [(band, sex) for sex in sexes for band in bands]
    columns = {tier: _column([tiers.get((*row, tier), 0) for row in rows], smallest) for tier in scale}
    return tuple(
        Group(band, sex, {tier: columns[tier][row] for tier in scale}) for row, (band, sex) in enumerate(rows)
    )


def _column(counts: Sequence[int], smallest: int) -> list[Cell]:
    """Hide small numbers and, where the total of the tier would still give them away, the next smallest."""
    small = [count for count in counts if count < smallest]
    deducible = any(small) and (len(small) == 1 or sum(small) == len(small) * (smallest - 1))
    large = [row for row, count in enumerate(counts) if count >= smallest]
    cells = [Cell(count) if count >= smallest else Cell(0, Hidden.FEW) for count in counts]
    if deducible and large:
        cells[min(large, key=counts.__getitem__)] = Cell(0, Hidden.HELD_BACK)
    return cells


def known(label: str) -> bool:
    """Say whether the label of a band or a sex names one."""
    return label not in _UNKNOWN


def _age(band: str) -> tuple[bool, int, bool, str]:
    """Order bands by their first number, `under 50` before `50-59` and an unknown age last."""
    numbers = re.findall(r"\d+", band)
    return not known(band), int(numbers[0]) if numbers else -1, band[:1].isdigit(), band


def _order_of_sex(sex: str) -> tuple[int, str]:
    return _SEXES.index(sex) if sex in _SEXES else len(_SEXES) + (not known(sex)), sex
