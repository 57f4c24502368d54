"""Reading what the first screen of an answer says: safety questions in groups, and what to leave out."""

from collections.abc import Collection, Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.rulebook.model import FirstScreen, LeaveOut, NextStep, SafetyGroup, SafetyItems

SECTION = "first_screen"


class FirstScreenReader:
    """Reads the first screen against the ids, the fields and the names of a result that a rulebook knows."""

    def __init__(
        self, ids: Mapping[str, set[str]], fields: Collection[str], results: Collection[str]
    ) -> None:
        self.ids, self.fields, self.results = ids, fields, results

    def read(self, check: Checker, data: Any) -> FirstScreen:
        """Read the section."""
        path: Path_ = (SECTION,)
        raw = check.mapping(data, path, FirstScreen._fields, ())
        return FirstScreen(
            emergency=self._texts(check, raw.get("emergency"), (*path, "emergency"), self.ids["rules"]),
            safety=tuple(
                self._group(check, item, item_path)
                for item_path, item in check.items(raw.get("safety"), (*path, "safety"))
            ),
            means=self._means(check, raw.get("means"), (*path, "means")),
            leave_out=tuple(
                self._leave_out(check, item, item_path)
                for item_path, item in check.items(raw.get("leave_out"), (*path, "leave_out"))
            ),
            next=tuple(
                self._next(check, item, item_path)
                for item_path, item in check.items(raw.get("next"), (*path, "next"))
            ),
            repeated=check.some_of(raw.get("repeated"), (*path, "repeated"), self.fields, "field"),
        )

    def _group(self, check: Checker, raw: Any, path: Path_) -> SafetyGroup:
        data = check.mapping(raw, path, ("name", "items"), ())
        items = check.items(data.get("items"), (*path, "items"))
        return SafetyGroup(
            check.text(data.get("name"), (*path, "name")),
            tuple(self._items(check, item, item_path) for item_path, item in items),
        )

    def _items(self, check: Checker, raw: Any, path: Path_) -> SafetyItems:
        data = check.mapping(raw, path, ("say",), ("of",))
        of = check.text(data["of"], (*path, "of")) if "of" in data else ""
        return SafetyItems(of, self._texts(check, data.get("say"), (*path, "say"), self.ids["rules"]))

    def _means(self, check: Checker, raw: Any, path: Path_) -> dict[str, str]:
        check.mapping(raw, path, self.results)
        return self._texts(check, raw, path, self.results)

    def _leave_out(self, check: Checker, raw: Any, path: Path_) -> LeaveOut:
        data = check.mapping(raw, path, ("say", "movements"), ())
        return LeaveOut(
            check.text(data.get("say"), (*path, "say")),
            check.some_of(data.get("movements"), (*path, "movements"), self.ids["movements"], "movement"),
        )

    @staticmethod
    def _next(check: Checker, raw: Any, path: Path_) -> NextStep:
        data = check.mapping(raw, path, ("say", "command"), ("options",))
        options = check.text(data["options"], (*path, "options")) if "options" in data else ""
        say, command = (check.text(data.get(key), (*path, key)) for key in ("say", "command"))
        return NextStep(say, command, options)

    @staticmethod
    def _texts(check: Checker, raw: Any, path: Path_, known: Collection[str]) -> dict[str, str]:
        entries = check.mapping(raw, path, (), known).items()
        return {key: check.text(text, (*path, key)) for key, text in entries if key in known}
