"""Compares the verdicts of the rules with the table of exercises in the clinical evidence.

A column of the table is a person of one risk tier, a tag a person with one condition. The rules' verdict on
an exercise is that on its highest permitted level that needs no supervision; a level below the highest counts
as `modify`. Every difference needs a reason in the case file.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from recommender.authoring.cases.runner import CaseRunner
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem, ProfileError, RulebookError
from recommender.person.assessment import Assessment
from recommender.rulebook.model import Exercise, Rulebook
from recommender.rulebook.scales import Verdict

_FAMILIES = ("closed_for", "supervised_for", "changed_for")
_AT_LEAST = dict(zip(_FAMILIES, (Verdict.AVOID, Verdict.SUPERVISED, Verdict.MODIFY), strict=True))


class Difference(NamedTuple):
    """An intended difference from the evidence: `here` is the verdict of the rules, `because` the reason."""

    here: str
    laxer: bool
    because: str


class Row(NamedTuple):
    """One exercise, level or movement, with the verdict of the evidence for each person of the table.

    `exact` has the verdicts for the columns; `at_least` the least cautious ones allowed for the tags.
    """

    id: str
    location: str
    exact: Mapping[str, str]
    at_least: Mapping[str, str]
    differences: Mapping[str, Difference]


class Beyond(NamedTuple):
    """Exercises that the rules change for a tag although the evidence does not name it, and the reason."""

    location: str
    exercises: frozenset[str]
    because: str


class Catalogue(NamedTuple):
    """The people of the table, its rows, and by tag the changes beyond it.

    `base` is the first column: the person without a condition.
    """

    people: Mapping[str, Mapping[str, Any]]
    base: str
    exercises: tuple[Row, ...]
    movements: tuple[Row, ...]
    beyond: Mapping[str, Beyond]


def read_catalogue(documents: list[Document], rulebook: Rulebook) -> Catalogue:
    """Read the table from the one case file that holds it.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    tables = [
        document for document in documents if isinstance(document.data, dict) and "columns" in document.data
    ]
    if not tables:
        return Catalogue({}, "", (), (), {})
    check = Checker(tables[0])
    catalogue = _Reader(check, rulebook).read(tables[0].data)
    check.problems += [
        Problem(other.place(), f"there is a table in {tables[0].name} already.", "Put both in one.")
        for other in tables[1:]
    ]
    if check.problems:
        raise RulebookError(check.problems)
    return catalogue


class _Reader:
    def __init__(self, check: Checker, rulebook: Rulebook) -> None:
        self.check, self.book = check, rulebook
        self.columns: list[str] = []
        self.people: dict[str, Mapping[str, Any]] = {}

    def read(self, raw: Any) -> Catalogue:
        data = self.check.mapping(
            raw, (), ("everybody", "columns", "tags", "closed_to_all", "exercises", "movements", "beyond"), ()
        )
        everybody = self.check.mapping(data.get("everybody"), ("everybody",))
        for group in ("columns", "tags"):
            for name, answers in self.check.mapping(data.get(group), (group,)).items():
                if name in self.people:
                    self.check.fail_key(
                        (group, name), f"`{name}` is a column too.", "Give the tag a name of its own."
                    )
                self.people[name] = {**everybody, **self.check.mapping(answers, (group, name))}
        self.columns = list(self.check.mapping(data.get("columns"), ("columns",)))
        parts = [
            *self.book.exercises,
            *(level.id for ex in self.book.exercises.values() for level in ex.levels),
        ]
        closed = {
            tag: self.check.some_of(open_, ("closed_to_all", tag), parts, "exercise or level")
            for tag, open_ in self.check.mapping(
                data.get("closed_to_all"), ("closed_to_all",), (), self.people
            ).items()
        }
        return Catalogue(
            people=self.people,
            base=next(iter(self.columns), ""),
            exercises=self._rows(data, "exercises", parts, closed),
            movements=self._rows(data, "movements", list(self.book.movements), {}),
            beyond={
                tag: self._beyond(raw, ("beyond", tag), parts)
                for tag, raw in self.check.mapping(data.get("beyond"), ("beyond",), (), self.people).items()
            },
        )

    def _beyond(self, raw: Any, path: Path_, parts: list[str]) -> Beyond:
        data = self.check.mapping(raw, path, ("exercises", "because"), ())
        exercises = self.check.some_of(
            data.get("exercises"), (*path, "exercises"), parts, "exercise or level"
        )
        return Beyond(
            self.check.document.place(path),
            frozenset(exercises),
            self.check.text(data.get("because"), (*path, "because")),
        )

    def _rows(
        self, data: dict[str, Any], section: str, known: list[str], closed: Mapping[str, tuple[str, ...]]
    ) -> tuple[Row, ...]:
        rows = []
        for id_, raw in self.check.mapping(data.get(section), (section,), (), known).items():
            path = (section, id_)
            entry = self.check.mapping(raw, path, ("tiers",), (*_FAMILIES, "laxer", "stricter"))
            tiers = [
                self.check.member_of(raw_verdict, tier_path, tuple(Verdict), "verdict")
                for tier_path, raw_verdict in self.check.items(entry.get("tiers"), (*path, "tiers"))
            ]
            if len(tiers) != len(self.columns):
                self.check.fail(
                    (*path, "tiers"), f"this needs {len(self.columns)} verdicts: {', '.join(self.columns)}."
                )
                continue
            tags = [name for name in self.people if name not in self.columns]
            at_least: dict[str, str] = {}
            for family, verdict in _AT_LEAST.items():
                for tag in self.check.some_of(entry.get(family), (*path, family), tags, "tag of the table"):
                    if tag in at_least:
                        self.check.fail(
                            (*path, family), f"`{tag}` is given twice for `{id_}`.", "Keep one of them."
                        )
                    at_least[tag] = verdict
            at_least |= {tag: Verdict.AVOID for tag, open_ in closed.items() if id_ not in open_}
            differences = {
                person: difference
                for direction in ("laxer", "stricter")
                for item_path, item in self.check.items(entry.get(direction), (*path, direction))
                for person, difference in self._difference(item, item_path, direction == "laxer").items()
            }
            for person in differences.keys() - at_least.keys() - set(self.columns):
                self.check.fail(
                    path, f"a difference is explained for `{person}`, of which the table says nothing here."
                )
            rows.append(
                Row(
                    id_,
                    self.check.document.place(path),
                    dict(zip(self.columns, tiers, strict=True)),
                    at_least,
                    differences,
                )
            )
        return tuple(rows)

    def _difference(self, raw: Any, path: Path_, laxer: bool) -> dict[str, Difference]:
        data = self.check.mapping(raw, path, ("for", "here", "because"), ())
        here = self.check.member_of(data.get("here"), (*path, "here"), tuple(Verdict), "verdict")
        because = self.check.text(data.get("because"), (*path, "because"))
        people = self.check.some_of(data.get("for"), (*path, "for"), self.people, "person of the table")
        return {person: Difference(here, laxer, because) for person in people}


def run_catalogue(runner: CaseRunner, catalogue: Catalogue) -> tuple[int, list[str]]:
    """Compare every cell; return their number, and the unexplained differences and outdated reasons."""
    try:
        assessments = {name: runner.assess(answers) for name, answers in catalogue.people.items()}
    except ProfileError as error:
        return 0, [f"somebody in the table is no possible person: {error}"]
    failures, count = [], 0
    for rows, verdict in ((catalogue.exercises, _of_exercise), (catalogue.movements, _of_movement)):
        for row in rows:
            for person, wanted in {**row.at_least, **row.exact}.items():
                count += 1
                failure = _compare(row, person, wanted, verdict(assessments[person], row.id))
                if failure:
                    failures.append(f"{row.location}: {row.id} for {person}: {failure}")
    failures += _beyond_the_table(catalogue, assessments)
    listed = {row.id for row in catalogue.exercises}
    missing = [
        ex.id
        for ex in runner.rulebook.exercises.values()
        if ex.only_if is None and not {ex.id, *(level.id for level in ex.levels)} & listed
    ]
    return count, failures + [f"the table says nothing of {id_}." for id_ in missing if catalogue.people]


def _beyond_the_table(catalogue: Catalogue, assessments: Mapping[str, Assessment]) -> list[str]:
    """Return the tags whose changes beyond the table are unexplained, or explained but gone."""
    failures = []
    columns = {name for row in catalogue.exercises for name in row.exact}
    for tag in catalogue.people.keys() - columns:
        changed = {
            row.id
            for row in catalogue.exercises
            if tag not in row.at_least
            and _of_exercise(assessments[tag], row.id) > _of_exercise(assessments[catalogue.base], row.id)
        }
        explained = catalogue.beyond.get(tag, Beyond("", frozenset(), ""))
        if unexplained := sorted(changed - explained.exercises):
            names = ", ".join(unexplained)
            failures.append(f"{tag} changes what the evidence does not name, and nobody says why: {names}.")
        if gone := sorted(explained.exercises - changed):
            failures.append(f"{explained.location}: {tag} no longer changes: {', '.join(gone)}.")
    return failures


def _compare(row: Row, person: str, expected: str, actual: str) -> str:
    strict, laxer = actual > expected, actual < expected
    differs = laxer or (strict and person in row.exact)
    difference = row.differences.get(person)
    if not differs:
        return f"a difference is explained, but there is none: both say {actual}." if difference else ""
    direction = "laxer" if laxer else "stricter"
    if difference is None:
        return f"the evidence says {expected}, the rules {actual}: {direction}, and nobody says why."
    if (difference.here, difference.laxer) != (actual, laxer):
        return f"the reason given is for {difference.here}, and the rules say {actual} ({direction})."
    return ""


def _of_exercise(assessment: Assessment, id_: str) -> Verdict:
    """Return the verdict of the rules on an exercise or on one level."""
    exercise = assessment.rulebook.exercises.get(id_)
    if exercise is None:
        return _of_level(assessment, id_)
    offer = assessment.offer(id_)
    if offer is None:
        return _withheld(assessment, exercise)
    alone = [form for form in offer.permitted if form.verdict is not Verdict.SUPERVISED]
    best = (alone or offer.permitted)[-1]
    return max(best.verdict, Verdict.OK if best.level == exercise.levels[-1] else Verdict.MODIFY)


def _of_level(assessment: Assessment, id_: str) -> Verdict:
    forms = {form.level.id: form.verdict for offer in assessment.offers for form in offer.permitted}
    exercise = next(
        ex for ex in assessment.rulebook.exercises.values() if id_ in [level.id for level in ex.levels]
    )
    return forms.get(id_) or _withheld(assessment, exercise)


def _withheld(assessment: Assessment, exercise: Exercise) -> Verdict:
    entry = assessment.withheld_for(exercise.id)
    return entry.verdict if entry and entry.verdict is Verdict.SUPERVISED else Verdict.AVOID


def _of_movement(assessment: Assessment, id_: str) -> Verdict:
    return assessment.movement(id_).verdict
