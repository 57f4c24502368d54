"""Reading one exercise: levels from gentle to demanding, with doses, steps and what must be easy first."""

from collections.abc import Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.language.parsing import parse_condition
from recommender.language.symbols import Symbol
from recommender.rulebook.dose_sentences import DoseSentences
from recommender.rulebook.doses import DoseWords, read_amount
from recommender.rulebook.model import BEGINNING, CERTAINTIES, Exercise, Level
from recommender.rulebook.rule_reading import cited
from recommender.rulebook.scales import Clearance, Dose


class ExerciseReader:
    """Reads exercises against goals, symbols, scales, ids and dose words of a rulebook.

    Doses are written in its phrases; where words or phrases are missing, the rulebook is refused anyway.
    `levels` are the ids of levels read.
    """

    def __init__(
        self,
        goals: tuple[str, ...],
        symbols: Mapping[str, Symbol],
        scales: Mapping[str, tuple[str, ...]],
        ids: Mapping[str, set[str]],
        phrases: Mapping[str, str],
        dose_words: DoseWords | None,
    ) -> None:
        self.goals, self.symbols, self.scales, self.ids = goals, symbols, scales, ids
        self.phrases, self.dose_words = phrases, dose_words
        self.levels: set[str] = set()

    def read(self, check: Checker, id_: str, raw: Any, path: Path_) -> Exercise:
        """Read one exercise with its levels, recording every problem in `check`."""
        keys = (
            "id",
            "name",
            "goals",
            "why",
            "sources",
            "certainty",
            "shown_up_to",
            "gentler",
            "stop_if",
            "levels",
        )
        data = check.mapping(raw, path, keys, ("kind", "only_if", "made_for"))
        shown = check.member_of(
            data.get("shown_up_to"), (*path, "shown_up_to"), tuple(Clearance), "clearance"
        )
        if "only_if" in data or "made_for" in data:
            check.mapping(raw, path, ("only_if", "made_for"))
        levels = [
            self._level(check, item, level_path, shown)
            for level_path, item in check.items(data.get("levels"), (*path, "levels"))
        ]
        if not levels:
            check.fail(path, f"`{id_}` has no level.")
        if BEGINNING in self.scales:
            check.mapping(raw, path, ("kind",))
            for level in levels[1:]:
                if not level.after:
                    check.fail(path, f"`{level.id}` does not say what must be easy first (`after`).")
        return Exercise(
            id=id_,
            name=check.text(data.get("name"), (*path, "name")),
            goals=check.some_of(data.get("goals"), (*path, "goals"), self.goals, "goal"),
            kind=check.one_of(data.get("kind"), (*path, "kind"), self.scales, "scale"),
            why=check.text(data.get("why"), (*path, "why")),
            sources=cited(check, data.get("sources"), (*path, "sources"), self.ids["sources"]),
            certainty=check.one_of(data.get("certainty"), (*path, "certainty"), CERTAINTIES, "certainty"),
            gentler=check.some_of(data.get("gentler"), (*path, "gentler"), self.ids["exercises"], "exercise"),
            stop_if=check.texts(data.get("stop_if"), (*path, "stop_if")),
            levels=tuple(levels),
            only_if=check.attempt(
                (*path, "only_if"), data.get("only_if"), lambda text: parse_condition(text, self.symbols)
            ),
            made_for=check.text(data.get("made_for"), (*path, "made_for")),
        )

    def _level(self, check: Checker, raw: Any, path: Path_, shown_up_to: Clearance) -> Level:
        data = check.mapping(
            raw,
            path,
            ("id", "name", "movements", "position", "steps", "dose", "cautions"),
            ("after", "shown_up_to"),
        )
        id_ = check.text(data.get("id"), (*path, "id"))
        if id_ in self.levels:
            check.fail((*path, "id"), f"the level `{id_}` is defined twice.")
        self.levels.add(id_)
        dose = check.mapping(data.get("dose"), (*path, "dose"), (*Dose, "source"), ())
        source, source_path = dose.get("source"), (*path, "dose", "source")
        own = (
            check.member_of(data["shown_up_to"], (*path, "shown_up_to"), tuple(Clearance), "clearance")
            if "shown_up_to" in data
            else shown_up_to
        )
        movements = check.some_of(
            data.get("movements"), (*path, "movements"), self.ids["movements"], "movement"
        )
        if data.get("movements") == []:
            check.fail(
                path,
                f"`{id_}` contains no movement.",
                "An exercise that contains nothing can never be limited.",
            )
        return Level(
            id=id_,
            name=check.text(data.get("name"), (*path, "name")),
            after=check.text(data.get("after"), (*path, "after")),
            movements=movements,
            position=check.text(data.get("position"), (*path, "position")),
            steps=check.texts(data.get("steps"), (*path, "steps")),
            dose={key: self._dose(check, dose[key], (*path, "dose", key)) for key in Dose if key in dose},
            dose_sources=cited(
                check, source if isinstance(source, list) else [source], source_path, self.ids["sources"]
            ),
            cautions=check.texts(data.get("cautions"), (*path, "cautions")),
            shown_up_to=own,
        )

    def _dose(self, check: Checker, raw: Any, path: Path_) -> str:
        """Return the sentence of a dose, or nothing where it cannot be written and the rulebook is refused.

        A former rulebook is compared by its data, and may hold the sentence itself.
        """
        if check.document.former or not self.dose_words:
            return ""
        problems = len(check.problems)
        amount = read_amount(check, raw, path, self.dose_words)
        can_be_written = len(check.problems) == problems and self.phrases
        return DoseSentences(self.phrases, self.dose_words).write(amount) if can_be_written else ""
