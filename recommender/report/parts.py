"""The parts of the long answer that can be asked for alone."""

from enum import StrEnum


class Part(StrEnum):
    """A part of the long answer to a person."""

    SAFETY = "safety"
    EXERCISES = "exercises"
    DAILY = "daily"
    WHY = "why"
    ALL = "all"
