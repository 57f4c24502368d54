"""Age by sex by risk tier, with numbers hidden that are so small that they could point to one person."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

HELD_BACK = "not shown"
_SEXES = ("female", "male", "other")
_UNKNOWN = ("", "unknown", "not known")


class Cell(NamedTuple):
    """A number of people as it is shown; `number` is 0 where it is hidden."""

    number: int
    words: str
    hidden: bool


class Group(NamedTuple):
    """People of one age band and sex, by risk tier; numbers below `smallest` are hidden."""

    band: str
    sex: str
    cells: Mapping[str, Cell]
    smallest: int

    @property
    def shown(self) -> int:
        """The sum of the numbers that are shown."""
        return sum(cell.number for cell in self.cells.values())

    @property
    def total(self) -> str:
        """The total as it is shown: subtraction must not give away what is hidden."""
        if self.few:
            return f"{fewer_than(self.smallest)} each"
        if any(cell.hidden for cell in self.cells.values()):
            return f"at least {self.shown:,}" if self.shown else HELD_BACK
        return f"{self.shown:,}"

    @property
    def few(self) -> bool:
        """Whether the number is too small to be shown in every tier."""
        return all(cell.words == fewer_than(self.smallest) for cell in self.cells.values())


def fewer_than(smallest: int) -> str:
    """Return what is shown instead of a number below `smallest`."""
    return f"fewer than {smallest}"


def groups_of(
    tiers: Mapping[tuple[str, str, str], int], scale: Sequence[str], smallest: int
) -> tuple[Group, ...]:
    """Return every sex by every age band of the cohort, unknown ones last, with each tier of the scale."""
    bands = sorted({band for band, _, _ in tiers}, key=_age)
    sexes = sorted({sex for _, sex, _ in tiers}, key=_order_of_sex)
    rows = [(band, sex) for sex in sexes for band in bands]
    columns = {tier: _column([tiers.get((*row, tier), 0) for row in rows], smallest) for tier in scale}
    return tuple(
        Group(band, sex, {tier: columns[tier][row] for tier in scale}, smallest)
        for row, (band, sex) in enumerate(rows)
    )


def _column(counts: Sequence[int], smallest: int) -> list[Cell]:
    """Hide small numbers and, where the total of the tier would still give them away, the next smallest."""
    small = [count for count in counts if count < smallest]
    deducible = any(small) and (len(small) == 1 or sum(small) == len(small) * (smallest - 1))
    large = [row for row, count in enumerate(counts) if count >= smallest]
    cells = [
        Cell(count, f"{count:,}", hidden=False)
        if count >= smallest
        else Cell(0, fewer_than(smallest), hidden=True)
        for count in counts
    ]
    if deducible and large:
        cells[min(large, key=counts.__getitem__)] = Cell(0, HELD_BACK, hidden=True)
    return cells


def band_name(band: str) -> str:
    """Return the label of an age band: `50-59` with a dash, or that the age is not known."""
    return "age not known" if band in _UNKNOWN else re.sub(r"(?<=\d)-(?=\d)", "–", band)  # noqa: RUF001


def sex_name(sex: str) -> str:
    """Return the heading of a sex."""
    return "Sex not known" if sex in _UNKNOWN else sex.replace("_", " ").capitalize()


def _age(band: str) -> tuple[bool, int, bool, str]:
    """Order bands by their first number, `under 50` before `50-59` and an unknown age last."""
    numbers = re.findall(r"\d+", band)
    return band in _UNKNOWN, int(numbers[0]) if numbers else -1, band[:1].isdigit(), band


def _order_of_sex(sex: str) -> tuple[int, str]:
    known = sex in _SEXES
    return _SEXES.index(sex) if known else len(_SEXES) + (sex in _UNKNOWN), sex
