"""Reading the frame of training: the goals of a week, and one session to follow."""

from collections.abc import Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.rulebook.model import Session, SessionPart, WeekGoal
from recommender.rulebook.rule_reading import cited

_DAYS = range(1, 8)
_MINUTES = range(5, 61)


class SessionReader:
    """Reads week and session against the goals and ids of a rulebook."""

    def __init__(self, goals: tuple[str, ...], ids: Mapping[str, set[str]]) -> None:
        self.goals, self.ids = goals, ids

    def week(self, check: Checker, data: Any, within: Path_) -> tuple[WeekGoal, ...]:
        """Read the lines of the weekly scaffold."""
        goals = []
        for path, raw in check.items(data, within):
            entry = check.mapping(
                raw, path, ("goal", "serves", "start_with", "say", "sources"), ("days", "once_practised")
            )
            goals.append(
                WeekGoal(
                    goal=check.one_of(entry.get("goal"), (*path, "goal"), self.goals, "goal"),
                    days=check.whole_number(entry.get("days"), (*path, "days"), _DAYS, "number of days"),
                    serves=check.some_of(entry.get("serves"), (*path, "serves"), self.goals, "goal"),
                    start_with=check.some_of(
                        entry.get("start_with"), (*path, "start_with"), self.ids["exercises"], "exercise"
                    ),
                    once_practised=check.some_of(
                        entry.get("once_practised"),
                        (*path, "once_practised"),
                        self.ids["exercises"],
                        "exercise",
                    ),
                    say=check.text(entry.get("say"), (*path, "say")),
                    sources=cited(check, entry.get("sources"), (*path, "sources"), self.ids["sources"]),
                )
            )
        return tuple(goals)

    def session(self, check: Checker, data: Any, path: Path_) -> Session:
        """Read the training session."""
        needed = ("minutes", "warm_up", "parts", "cool_down", "say", "trains_already")
        raw = check.mapping(data, path, needed, ("going_on",))
        minutes = check.mapping(raw.get("minutes"), (*path, "minutes"), ("first_steps", "by_effort"), ())
        first, usual = (
            check.whole_number(minutes.get(key), (*path, "minutes", key), _MINUTES, "number of minutes")
            for key in ("first_steps", "by_effort")
        )
        return Session(
            minutes=(first, usual),
            warm_up=check.text(raw.get("warm_up"), (*path, "warm_up")),
            parts=tuple(
                self._part(check, part, part_path)
                for part_path, part in check.items(raw.get("parts"), (*path, "parts"))
            ),
            cool_down=check.text(raw.get("cool_down"), (*path, "cool_down")),
            say=check.text(raw.get("say"), (*path, "say")),
            trains_already=check.text(raw.get("trains_already"), (*path, "trains_already")),
            going_on=check.texts(raw.get("going_on", []), (*path, "going_on")),
        )

    def _part(self, check: Checker, raw: Any, path: Path_) -> SessionPart:
        data = check.mapping(raw, path, ("part", "choose"), ("once_practised",))
        choose, practised = (
            check.some_of(data.get(key), (*path, key), self.ids["exercises"], "exercise")
            for key in ("choose", "once_practised")
        )
        return SessionPart(check.text(data.get("part"), (*path, "part")), choose, practised)
