"""Age by sex by risk tier, with numbers so small that they could point to one person kept back."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

FEWEST = 5
FEW = f"fewer than {FEWEST}"
HELD_BACK = "not shown"
_UNKNOWN = ("", "unknown", "not known")


class Cell(NamedTuple):
    """A number that may be told, or the words in its place; `number` is then 0."""

    number: int
    words: str

    @property
    def hidden(self) -> bool:
        """Say whether the number is kept back."""
        return self.words in (FEW, HELD_BACK)


class Group(NamedTuple):
    """People of one age band and sex, by risk tier."""

    band: str
    sex: str
    cells: Mapping[str, Cell]

    @property
    def shown(self) -> int:
        """Return how many of them may be told."""
        return sum(cell.number for cell in self.cells.values())

    @property
    def total(self) -> str:
        """Say how many they are, without giving away by subtraction what is kept back."""
        if self.few:
            return f"{FEW} each"
        if any(cell.hidden for cell in self.cells.values()):
            return f"at least {self.shown:,}" if self.shown else HELD_BACK
        return f"{self.shown:,}"

    @property
    def few(self) -> bool:
        """Say whether they are few in every tier."""
        return all(cell.words == FEW for cell in self.cells.values())


def groups_of(tiers: Mapping[tuple[str, str, str], int], scale: Sequence[str]) -> tuple[Group, ...]:
    """Return every sex by every age band of the cohort, unknown ones last, each with every tier of the scale."""
    bands = sorted({band for band, _, _ in tiers}, key=_age)
    sexes = sorted({sex for _, sex, _ in tiers}, key=_place_of_sex)
    places = [(band, sex) for sex in sexes for band in bands]
    columns = {tier: _column([tiers.get((band, sex, tier), 0) for band, sex in places]) for tier in scale}
    return tuple(
        Group(band, sex, {tier: columns[tier][row] for tier in scale})
        for row, (band, sex) in enumerate(places)
    )


def _column(counts: Sequence[int]) -> list[Cell]:
    """Keep small numbers back; where the total of the tier would still tell them, the next smallest number too."""
    few = [count for count in counts if count < FEWEST]
    told_by_total = any(few) and (len(few) == 1 or sum(few) == len(few) * (FEWEST - 1))
    next_row = min(
        (row for row, count in enumerate(counts) if count >= FEWEST), key=counts.__getitem__, default=-1
    )
    cells = [Cell(count, f"{count:,}") if count >= FEWEST else Cell(0, FEW) for count in counts]
    if told_by_total and next_row >= 0:
        cells[next_row] = Cell(0, HELD_BACK)
    return cells


def band_name(band: str) -> str:
    """Return an age band as it is read: `50-59` with a dash, and an unknown one named."""
    return "age not known" if band in _UNKNOWN else re.sub(r"(?<=\d)-(?=\d)", "–", band)  # noqa: RUF001


def sex_name(sex: str) -> str:
    """Return a sex as the heading over its people."""
    return "Sex not known" if sex in _UNKNOWN else sex.replace("_", " ").capitalize()


def _age(band: str) -> tuple[bool, int, bool, str]:
    """Order bands by their first number; `under 50` stands before `50-59`, an unknown age last."""
    numbers = re.findall(r"\d+", band)
    return band in _UNKNOWN, int(numbers[0]) if numbers else -1, band[:1].isdigit(), band


def _place_of_sex(sex: str) -> tuple[int, str]:
    order = ("female", "male", "other")
    return (len(order) + (sex in _UNKNOWN), sex) if sex not in order else (order.index(sex), sex)
