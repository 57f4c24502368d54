"""The table of exercises in the clinical evidence, against what the rules work out; every difference stands with its reason.

A column is a person of one risk tier, a tag a person with one condition. What the rules say of an exercise there is the
verdict on its best permitted level that needs nobody beside it; a gentler level than the highest is itself a modification.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from recommender.assessment import Assessment
from recommender.cases.bench import Bench
from recommender.decision import most_cautious
from recommender.documents import Document, Path_
from recommender.errors import ProfileError, RulebookError
from recommender.rulebook.model import VERDICTS, Exercise, Rulebook
from recommender.schema import Checker

_FAMILIES = ("closed_for", "supervised_for", "changed_for")
_AT_LEAST = dict(zip(_FAMILIES, ("avoid", "supervised", "modify"), strict=True))


class Difference(NamedTuple):
    """Where the rules say something else than the evidence's table on purpose: `here` is what they say, `because` why."""

    here: str
    laxer: bool
    because: str


class Row(NamedTuple):
    """One exercise, level or movement: the least cautious verdict the evidence allows for each person of the table."""

    id: str
    place: str
    exact: Mapping[str, str]
    at_least: Mapping[str, str]
    differences: Mapping[str, Difference]


class Catalogue(NamedTuple):
    """The people of the table, and its rows."""

    people: Mapping[str, Mapping[str, Any]]
    exercises: tuple[Row, ...]
    movements: tuple[Row, ...]


def read_catalogue(documents: list[Document], rulebook: Rulebook) -> Catalogue:
    """Read the table from the one case file that holds it.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    for document in documents:
        if isinstance(document.data, dict) and "columns" in document.data:
            check = Checker(document)
            catalogue = _Reader(check, rulebook).read(document.data)
            if check.problems:
                raise RulebookError(check.problems)
            return catalogue
    return Catalogue({}, (), ())


class _Reader:
    def __init__(self, check: Checker, rulebook: Rulebook) -> None:
        self.check, self.book = check, rulebook
        self.columns: list[str] = []
        self.people: dict[str, Mapping[str, Any]] = {}

    def read(self, raw: Any) -> Catalogue:
        data = self.check.mapping(raw, (), ("everybody", "columns", "tags", "closed_to_all", "exercises", "movements"), ())
        everybody = self.check.mapping(data.get("everybody"), ("everybody",))
        for group in ("columns", "tags"):
            for name, answers in self.check.mapping(data.get(group), (group,)).items():
                self.people[name] = {**everybody, **self.check.mapping(answers, (group, name))}
        self.columns = list(self.check.mapping(data.get("columns"), ("columns",)))
        parts = [*self.book.exercises, *(level.id for ex in self.book.exercises.values() for level in ex.levels)]
        closed = {tag: self.check.texts(open_, ("closed_to_all", tag)) for tag, open_ in (data.get("closed_to_all") or {}).items()}
        return Catalogue(
            people=self.people,
            exercises=self._rows(data, "exercises", parts, closed),
            movements=self._rows(data, "movements", list(self.book.movements), {}),
        )

    def _rows(self, data: dict[str, Any], section: str, known: list[str], closed: Mapping[str, tuple[str, ...]]) -> tuple[Row, ...]:
        rows = []
        for id_, raw in self.check.mapping(data.get(section), (section,), (), known).items():
            path = (section, id_)
            entry = self.check.mapping(raw, path, ("tiers",), (*_FAMILIES, "laxer", "stricter"))
            tiers = [self.check.one_of(v, p, VERDICTS, "verdict") for p, v in self.check.items(entry.get("tiers"), (*path, "tiers"))]
            if len(tiers) != len(self.columns):
                self.check.fail((*path, "tiers"), f"this needs {len(self.columns)} verdicts: {', '.join(self.columns)}.")
                continue
            at_least = {
                tag: verdict
                for family, verdict in _AT_LEAST.items()
                for tag in self.check.some_of(entry.get(family), (*path, family), self.people, "person of the table")
            }
            at_least |= {tag: "avoid" for tag, open_ in closed.items() if id_ not in open_}
            differences = {
                person: difference
                for direction in ("laxer", "stricter")
                for place, item in self.check.items(entry.get(direction), (*path, direction))
                for person, difference in self._difference(item, place, direction == "laxer").items()
            }
            rows.append(Row(id_, self.check.document.place(path), dict(zip(self.columns, tiers, strict=True)), at_least, differences))
        return tuple(rows)

    def _difference(self, raw: Any, path: Path_, laxer: bool) -> dict[str, Difference]:
        data = self.check.mapping(raw, path, ("for", "here", "because"), ())
        here = self.check.one_of(data.get("here"), (*path, "here"), VERDICTS, "verdict")
        because = self.check.text(data.get("because"), (*path, "because"))
        people = self.check.some_of(data.get("for"), (*path, "for"), self.people, "person of the table")
        return {person: Difference(here, laxer, because) for person in people}


def run_catalogue(bench: Bench, catalogue: Catalogue) -> tuple[int, list[str]]:
    """Compare every cell; return how many there are, and what differs without a reason or no longer does."""
    try:
        found = {name: bench.assess(answers) for name, answers in catalogue.people.items()}
    except ProfileError as error:
        return 0, [f"somebody in the table is no possible person: {error}"]
    failures, count = [], 0
    for rows, verdict in ((catalogue.exercises, _of_exercise), (catalogue.movements, _of_movement)):
        for row in rows:
            for person, wanted in {**row.at_least, **row.exact}.items():
                count += 1
                told = _compare(row, person, wanted, verdict(found[person], row.id))
                if told:
                    failures.append(f"{row.place}: {row.id} for {person}: {told}")
    listed = {row.id for row in catalogue.exercises}
    missing = [ex.id for ex in bench.rulebook.exercises.values() if not {ex.id, *(level.id for level in ex.levels)} & listed]
    return count, failures + [f"the table says nothing of {id_}." for id_ in missing if catalogue.people]


def _compare(row: Row, person: str, wanted: str, here: str) -> str:
    strict, laxer = VERDICTS.index(here) > VERDICTS.index(wanted), VERDICTS.index(here) < VERDICTS.index(wanted)
    differs = laxer or (strict and person in row.exact)
    given = row.differences.get(person)
    if not differs:
        return f"a difference is explained, but there is none: both say {here}." if given else ""
    if given is None:
        return f"the evidence says {wanted}, the rules {here}: {'laxer' if laxer else 'stricter'}, and nobody says why."
    if (given.here, given.laxer) != (here, laxer):
        return f"the reason given is for {given.here}, and the rules say {here} ({'laxer' if laxer else 'stricter'})."
    return ""


def _of_exercise(found: Assessment, id_: str) -> str:
    """Return the verdict on an exercise or on one level."""
    exercise = found.rulebook.exercises.get(id_)
    if exercise is None:
        return _of_level(found, id_)
    offer = next((offer for offer in found.offers if offer.exercise.id == id_), None)
    if offer is None:
        return _withheld(found, exercise)
    alone = [form for form in offer.permitted if form.verdict != "supervised"]
    best = (alone or offer.permitted)[-1]
    return most_cautious(VERDICTS, (best.verdict, "ok" if best.level == exercise.levels[-1] else "modify"))


def _of_level(found: Assessment, id_: str) -> str:
    forms = {form.level.id: form.verdict for offer in found.offers for form in offer.permitted}
    exercise = next(ex for ex in found.rulebook.exercises.values() if id_ in [level.id for level in ex.levels])
    return forms.get(id_) or _withheld(found, exercise)


def _withheld(found: Assessment, exercise: Exercise) -> str:
    entry = next((entry for entry in found.withheld if entry.exercise.id == exercise.id), None)
    return entry.verdict if entry and entry.verdict == "supervised" else "avoid"


def _of_movement(found: Assessment, id_: str) -> str:
    return next(entry.verdict for entry in found.movements if entry.movement.id == id_)
