"""Whole people, named as sentences: what each must be offered, must not, must be asked and must be told."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from recommender.authoring.cases.runner import CaseRunner
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import ProfileError, RulebookError
from recommender.person.assessment import Assessment
from recommender.report.clinician import clinician_report
from recommender.report.person import person_report
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Dose, Urgency, Verdict

WIDTH = 100
_OPTIONAL = (
    "risk_tier",
    "bone_density",
    "limits",
    "dose",
    "referred",
    "not_said",
    "not_asked",
    "said_to_clinician",
    "notes",
    "trap",
    "evidence",
)


class Expected(NamedTuple):
    """What a case says of one person; an empty word or list expects nothing in particular.

    `offered` and `withheld` name exercises or single levels; `limits` the verdict on movements; `asked` fields that are
    still open questions; `said` words that stand in the person's report, `not_said` words that do not even stand in the full
    one; `notes` rules that must fire; `referred` the urgency of each referral.
    """

    clearance: str
    risk_tier: str
    bone_density: str
    offered: tuple[str, ...]
    withheld: tuple[str, ...]
    limits: Mapping[str, str]
    dose: str
    asked: tuple[str, ...]
    not_asked: tuple[str, ...]
    said: tuple[str, ...]
    not_said: tuple[str, ...]
    said_to_clinician: tuple[str, ...]
    notes: tuple[str, ...]
    referred: tuple[str, ...]


class PersonCase(NamedTuple):
    """One person and what must come of it; where `refused` has words, the answers themselves must be refused with them.

    `trap` is the mistake that the case guards against, in the words of `rules/cases/traps.yaml`.
    """

    name: str
    place: str
    who: Mapping[str, Any]
    expected: Expected | None
    refused: str
    trap: str


def read_people(documents: list[Document], rulebook: Rulebook) -> tuple[PersonCase, ...]:
    """Read the people of every case file.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    cases: dict[str, PersonCase] = {}
    problems = []
    for document in documents:
        if not isinstance(document.data, dict) or "cases" not in document.data:
            continue
        reader = _Reader(Checker(document), rulebook)
        reader.check.mapping(document.data, (), ("cases",), ())
        for path, raw in reader.check.items(document.data["cases"], ("cases",)):
            case = reader.case(raw, path)
            if case.name in cases:
                reader.check.fail(path, f"the case “{case.name}” is written twice.")
            cases[case.name] = case
        problems += reader.check.problems
    if problems:
        raise RulebookError(problems)
    return tuple(cases.values())


class _Reader:
    def __init__(self, check: Checker, rulebook: Rulebook) -> None:
        self.check, self.book = check, rulebook
        self.parts = [
            *rulebook.exercises,
            *(level.id for ex in rulebook.exercises.values() for level in ex.levels),
        ]

    def case(self, raw: Any, path: Path_) -> PersonCase:
        refused = isinstance(raw, dict) and "refused" in raw
        needed = (
            ("name", "who", "refused")
            if refused
            else ("name", "who", "clearance", "offered", "withheld", "asked", "said")
        )
        data = self.check.mapping(raw, path, needed, ("trap", "evidence") if refused else _OPTIONAL)
        return PersonCase(
            name=self.check.text(data.get("name"), (*path, "name")),
            place=self.check.document.place(path),
            who=self.check.mapping(data.get("who"), (*path, "who")),
            expected=None if refused else self._expected(data, path),
            refused=self.check.text(data.get("refused"), (*path, "refused")),
            trap=self.check.text(data.get("trap"), (*path, "trap")),
        )

    def _expected(self, data: dict[str, Any], path: Path_) -> Expected:
        check, book = self.check, self.book

        def one(key: str, choices: Iterable[str]) -> str:
            return check.one_of(data.get(key), (*path, key), choices, key.replace("_", " "))

        def some(key: str, choices: Any, what: str) -> tuple[str, ...]:
            return check.some_of(data.get(key), (*path, key), choices, what)

        def texts(key: str) -> tuple[str, ...]:
            return check.texts(data.get(key), (*path, key))

        limits: dict[str, str] = {}
        for verdict, names in check.mapping(data.get("limits"), (*path, "limits"), (), Verdict).items():
            for movement in check.some_of(names, (*path, "limits", verdict), book.movements, "movement"):
                if movement in limits:
                    check.fail((*path, "limits", verdict), f"`{movement}` is given two verdicts.")
                limits[movement] = verdict
        return Expected(
            clearance=one("clearance", Clearance),
            risk_tier=one("risk_tier", book.scales["risk_tier"]),
            bone_density=one("bone_density", book.scales["bone_density"]),
            offered=some("offered", self.parts, "exercise or level"),
            withheld=some("withheld", self.parts, "exercise or level"),
            limits=limits,
            dose=one("dose", Dose),
            asked=some("asked", book.vocabulary.fields, "field"),
            not_asked=some("not_asked", book.vocabulary.fields, "field"),
            said=texts("said"),
            not_said=texts("not_said"),
            said_to_clinician=texts("said_to_clinician"),
            notes=some("notes", book.rules, "rule"),
            referred=some("referred", Urgency, "urgency"),
        )


def run_person(bench: CaseRunner, case: PersonCase) -> list[str]:
    """Return what went wrong with one case, in sentences."""
    try:
        found = bench.assess(case.who)
    except ProfileError as error:
        told = " ".join(str(error).split())
        if case.expected is None and case.refused.lower() in told.lower():
            return []
        return [f"the answers are refused: {told}"]
    if case.expected is None:
        return [f"the answers are accepted, and should be refused with “{case.refused}”."]
    return _differences(case.expected, found)


def _differences(expected: Expected, found: Assessment) -> list[str]:
    permitted = {offer.exercise.id for offer in found.offers} | {
        form.level.id for offer in found.offers for form in offer.permitted
    }
    verdicts = {entry.movement.id: entry.verdict for entry in found.movements}
    asked = {question.field for question in found.questions}
    report = _plain(person_report(found, WIDTH, colour=False))
    whole = _plain(person_report(found, WIDTH, colour=False, full=True)) if expected.not_said else ""
    for_clinician = _plain(clinician_report(found, WIDTH, colour=False)) if expected.said_to_clinician else ""
    referred = {rule.refer.urgency for rule in found.referrals if rule.refer}
    fired = {rule.id for rule in found.findings.fired}
    words = {
        "clearance": (expected.clearance, found.clearance),
        "risk tier": (expected.risk_tier, found.risk_tier),
        "bone density": (expected.bone_density, found.classification.bone_density),
        "dose": (expected.dose, found.dose),
    }
    return [
        *(
            f"the {what} is {now}, and should be {wanted}."
            for what, (wanted, now) in words.items()
            if wanted not in ("", now)
        ),
        *(f"{id_} is not offered." for id_ in expected.offered if id_ not in permitted),
        *(f"{id_} is offered." for id_ in expected.withheld if id_ in permitted),
        *(
            f"{id_} is {verdicts[id_]}, and should be {wanted}."
            for id_, wanted in expected.limits.items()
            if verdicts[id_] != wanted
        ),
        *(f"{name} is not asked." for name in expected.asked if name not in asked),
        *(f"{name} is asked." for name in expected.not_asked if name in asked),
        *(f"nobody says “{text}”." for text in expected.said if _plain(text) not in report),
        *(f"the person reads “{text}”." for text in expected.not_said if _plain(text) in whole),
        *(
            f"the clinician does not read “{text}”."
            for text in expected.said_to_clinician
            if _plain(text) not in for_clinician
        ),
        *(f"the note of {id_} is not told." for id_ in expected.notes if id_ not in fired),
        *(
            f"there is no referral that is {urgency}."
            for urgency in expected.referred
            if urgency not in referred
        ),
    ]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
