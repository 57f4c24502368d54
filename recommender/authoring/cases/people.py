"""Reads and runs cases of whole people: what each must and must not be offered, asked and told."""

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
    """What a case expects of one person; an empty text or list expects nothing in particular.

    `offered` and `withheld` name exercises or levels; `limits` maps movements to verdicts; `asked` names open
    questions; `said` has texts of the person's report, `not_said` texts that even the full report lacks;
    `notes` names rules that must fire; `referred` lists urgencies.
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
    """One person and the expected result.

    Where `refused` is set, the answers themselves must be refused with this text. `trap` is the mistake that
    the case guards against, as `rules/cases/traps.yaml` lists it.
    """

    name: str
    location: str
    who: Mapping[str, Any]
    expected: Expected | None
    refused: str
    trap: str


def read_people(documents: list[Document], rulebook: Rulebook) -> tuple[PersonCase, ...]:
    """Read the people of every case file.

    Raises:
        RulebookError: with every problem found, each at its location.

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
            location=self.check.document.place(path),
            who=self.check.mapping(data.get("who"), (*path, "who")),
            expected=None if refused else self._expected(data, path),
            refused=self.check.text(data.get("refused"), (*path, "refused")),
            trap=self.check.text(data.get("trap"), (*path, "trap")),
        )

    def _expected(self, data: dict[str, Any], path: Path_) -> Expected:
        check, book = self.check, self.book

        def one_of(key: str, choices: Iterable[str]) -> str:
            return check.one_of(data.get(key), (*path, key), choices, key.replace("_", " "))

        def some_of(key: str, choices: Any, what: str) -> tuple[str, ...]:
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
            clearance=one_of("clearance", Clearance),
            risk_tier=one_of("risk_tier", book.scales["risk_tier"]),
            bone_density=one_of("bone_density", book.scales["bone_density"]),
            offered=some_of("offered", self.parts, "exercise or level"),
            withheld=some_of("withheld", self.parts, "exercise or level"),
            limits=limits,
            dose=one_of("dose", Dose),
            asked=some_of("asked", book.vocabulary.fields, "field"),
            not_asked=some_of("not_asked", book.vocabulary.fields, "field"),
            said=texts("said"),
            not_said=texts("not_said"),
            said_to_clinician=texts("said_to_clinician"),
            notes=some_of("notes", book.rules, "rule"),
            referred=some_of("referred", Urgency, "urgency"),
        )


def run_person(runner: CaseRunner, case: PersonCase) -> list[str]:
    """Run one case and return its failures as sentences."""
    try:
        assessment = runner.assess(case.who)
    except ProfileError as error:
        message = " ".join(str(error).split())
        if case.expected is None and case.refused.lower() in message.lower():
            return []
        return [f"the answers are refused: {message}"]
    if case.expected is None:
        return [f"the answers are accepted, and should be refused with “{case.refused}”."]
    return _differences(case.expected, assessment)


def _differences(expected: Expected, assessment: Assessment) -> list[str]:
    permitted = {offer.exercise.id for offer in assessment.offers} | {
        form.level.id for offer in assessment.offers for form in offer.permitted
    }
    verdicts = {entry.movement.id: entry.verdict for entry in assessment.movements}
    asked = {question.field for question in assessment.questions}
    report = _plain(person_report(assessment, WIDTH, colour=False))
    whole = _plain(person_report(assessment, WIDTH, colour=False, full=True)) if expected.not_said else ""
    for_clinician = (
        _plain(clinician_report(assessment, WIDTH, colour=False)) if expected.said_to_clinician else ""
    )
    referred = {rule.refer.urgency for rule in assessment.referrals if rule.refer}
    fired = {rule.id for rule in assessment.findings.fired}
    words = {
        "clearance": (expected.clearance, assessment.clearance),
        "risk tier": (expected.risk_tier, assessment.risk_tier),
        "bone density": (expected.bone_density, assessment.classification.bone_density),
        "dose": (expected.dose, assessment.dose),
    }
    return [
        *(
            f"the {what} is {actual}, and should be {wanted}."
            for what, (wanted, actual) in words.items()
            if wanted not in ("", actual)
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
