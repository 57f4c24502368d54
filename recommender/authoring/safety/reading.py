"""Reads `rules/safety/`: hazards in files by claim, the scales they are judged on, harm, intended use."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.authoring.safety.model import (
    KINDS,
    Claim,
    Control,
    Excuse,
    Harm,
    Hazard,
    IntendedUse,
    Risk,
    SafetyCase,
    Scales,
)
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem, RulebookError
from recommender.rulebook.files import SAFETY, within
from recommender.rulebook.model import Rulebook

SCALES, HARM, INTENDED_USE = "scales.yaml", "harm.yaml", "intended_use.yaml"
_HAZARDS = "hazards/"
_BY_FILE = ("cases", "lints", "tests")


def read_safety_case(documents: Iterable[Document]) -> SafetyCase | None:
    """Read the hazards of a rulebook, or nothing where it has none.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    checkers = {_name(document): Checker(document) for document in documents}
    files = {name: check for name, check in checkers.items() if name.startswith(_HAZARDS)}
    if not files:
        return None
    scales, excuses = _scales(_required(checkers, SCALES))
    claims = tuple(
        _claim(check, name.removeprefix(_HAZARDS), scales) for name, check in sorted(files.items())
    )
    ids: set[str] = set()
    for claim in claims:
        for hazard in claim.hazards:
            if hazard.id in ids:
                files[_HAZARDS + claim.file].problems.append(
                    Problem(hazard.location, f"the hazard `{hazard.id}` is written twice.")
                )
            ids.add(hazard.id)
    _refuse(checkers.values())
    return SafetyCase(scales, claims, excuses)


def read_harm(documents: Iterable[Document], book: Rulebook) -> Mapping[str, Harm]:
    """Read the worst harm of each movement of a rulebook: its own, or that of its family.

    Raises:
        RulebookError: with every problem found; also where a family has none, or the file is missing.

    """
    checkers = {_name(document): Checker(document) for document in documents}
    scales, _ = _scales(_required(checkers, SCALES))
    check = _required(checkers, HARM)
    data = check.mapping(check.document.data, (), ("weights", "families", "movements"), ())
    weights = check.mapping(data.get("weights"), ("weights",), scales.severity, ())
    weight = {level: _whole(check, raw, ("weights", level), range(1, 1001)) for level, raw in weights.items()}

    def harms(section: str, required: Iterable[str], optional: Iterable[str]) -> dict[str, Harm]:
        raw = check.mapping(data.get(section), (section,), required, optional)
        return {id_: harm(check.mapping(entry, (section, id_), ("severity", "harm"), ()), (section, id_))
                for id_, entry in raw.items()}  # fmt: skip

    def harm(raw: Mapping[str, Any], path: Path_) -> Harm:
        severity = check.one_of(raw.get("severity"), (*path, "severity"), scales.severity, "severity")
        return Harm(severity, check.text(raw.get("harm"), (*path, "harm")), weight.get(severity, 0))

    families, own = harms("families", book.families, ()), harms("movements", (), book.movements)
    _refuse(checkers.values())
    return {id_: own.get(id_) or families[movement.family] for id_, movement in book.movements.items()}


def read_intended_use(documents: Iterable[Document]) -> IntendedUse:
    """Read what a rulebook is for.

    Raises:
        RulebookError: with every problem found; also where the file is missing.

    """
    checkers = {_name(document): Checker(document) for document in documents}
    check = _required(checkers, INTENDED_USE)
    data = check.mapping(check.document.data, (), IntendedUse._fields, ())
    lists = {
        key: check.texts(data.get(key), (key,))
        for key in ("users", "population", "not_for", "environment", "never")
    }
    what, basis = (check.text(data.get(key), (key,)) for key in ("what", "basis"))
    position = tuple(_pairs(check, data.get("position"), ("position",), ("title", "text")))
    populations = tuple(_pairs(check, data.get("populations"), ("populations",), ("name", "words")))
    _refuse(checkers.values())
    return IntendedUse(what=what, **lists, position=position, basis=basis, populations=populations)


def _pairs(check: Checker, raw: Any, path: Path_, keys: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Read a list of entries that have two texts each."""
    for place, item in check.items(raw, path):
        entry = check.mapping(item, place, keys, ())
        first, second = (check.text(entry.get(key), (*place, key)) for key in keys)
        yield first, second


def _name(document: Document) -> str:
    return within(document.name).removeprefix(SAFETY)


def _required(checkers: Mapping[str, Checker], name: str) -> Checker:
    if name not in checkers:
        raise RulebookError(Problem(f"{SAFETY}{name}", "this file of the rulebook is missing."))
    return checkers[name]


def _refuse(checkers: Iterable[Checker]) -> None:
    problems = [problem for check in checkers for problem in check.problems]
    if problems:
        raise RulebookError(problems)


def _scales(check: Checker) -> tuple[Scales, tuple[Excuse, ...]]:
    data = check.mapping(check.document.data, (), (*Scales._fields, "no_control"), ())

    def levels(key: str) -> dict[str, str]:
        raw = check.mapping(data.get(key), (key,)).items()
        return {level: check.text(text, (key, level)) for level, text in raw}

    severity, likelihood, acceptability = map(levels, ("severity", "likelihood", "acceptability"))
    grades = range(1, len(acceptability) + 1)
    ratings = {}
    for level, raw in check.mapping(data.get("ratings"), ("ratings",), likelihood, ()).items():
        path: Path_ = ("ratings", level)
        ratings[level] = tuple(_whole(check, item, where, grades) for where, item in check.items(raw, path))
        if len(ratings[level]) != len(severity):
            check.fail(path, f"this needs {len(severity)} ratings, one for each severity.")
    scales = Scales(
        severity=severity,
        likelihood=likelihood,
        ratings=ratings,
        acceptability=dict(zip(grades, acceptability.values(), strict=True)),
        controlled_up_to=_whole(check, data.get("controlled_up_to"), ("controlled_up_to",), grades),
        statuses=levels("statuses"),
        owners=levels("owners"),
    )
    return scales, tuple(_excuses(check, data.get("no_control")))


def _excuses(check: Checker, raw: Any) -> Iterator[Excuse]:
    for kind, entries in check.mapping(raw, ("no_control",), (), KINDS).items():
        for id_, because in check.mapping(entries, ("no_control", kind)).items():
            path: Path_ = ("no_control", kind, id_)
            yield Excuse(Control(kind, id_, check.document.key_place(path)), check.text(because, path))


def _whole(check: Checker, raw: Any, path: Path_, allowed: range) -> int:
    """Read a whole number; record a problem and return the lowest one where it is none of those allowed."""
    if isinstance(raw, str) and raw.isdecimal() and int(raw) in allowed:
        return int(raw)
    if raw is not None:
        check.fail(path, f"this must be a whole number from {allowed[0]} to {allowed[-1]}.")
    return allowed[0] if allowed else 0


def _claim(check: Checker, file: str, scales: Scales) -> Claim:
    data = check.mapping(check.document.data, (), ("claim", "argument", "hazards"), ())
    claim, argument = (check.text(data.get(key), (key,)) for key in ("claim", "argument"))
    hazards = tuple(
        _hazard(check, raw, path, scales) for path, raw in check.items(data.get("hazards"), ("hazards",))
    )
    return Claim(file, claim, argument, hazards)


def _hazard(check: Checker, raw: Any, path: Path_, scales: Scales) -> Hazard:
    keys = ("id", "hazard", "cause", "harm", "who", "before", "after", "owner", "status", "residual")
    data = check.mapping(raw, path, keys, ("controls",))
    texts = {
        key: check.text(data.get(key), (*path, key))
        for key in ("id", "hazard", "cause", "harm", "who", "residual")
    }
    check.owner = texts["id"]
    hazard = Hazard(
        **texts,
        before=_risk(check, data.get("before"), (*path, "before"), scales),
        after=_risk(check, data.get("after"), (*path, "after"), scales),
        controls=tuple(_controls(check, data.get("controls", {}), (*path, "controls"))),
        owner=check.one_of(data.get("owner"), (*path, "owner"), scales.owners, "owner"),
        status=check.one_of(data.get("status"), (*path, "status"), scales.statuses, "status"),
        location=check.document.place((*path, "id")),
    )
    check.owner = ""
    return hazard


def _risk(check: Checker, raw: Any, path: Path_, scales: Scales) -> Risk:
    data = check.mapping(raw, path, ("severity", "likelihood"), ())
    severity = check.one_of(data.get("severity"), (*path, "severity"), scales.severity, "severity")
    likelihood = check.one_of(data.get("likelihood"), (*path, "likelihood"), scales.likelihood, "likelihood")
    row = scales.ratings.get(likelihood, ())
    column = list(scales.severity).index(severity) if severity else 0
    return Risk(severity, likelihood, row[column] if column < len(row) else 0)


def _controls(check: Checker, raw: Any, path: Path_) -> Iterator[Control]:
    for kind, entries in check.mapping(raw, path, (), KINDS).items():
        by_file = check.mapping(entries, (*path, kind)) if kind in _BY_FILE else {"": entries}
        for file, names in by_file.items():
            where = (*path, kind, file) if file else (*path, kind)
            for place, name in check.items(names, where):
                id_ = check.text(name, place)
                yield Control(kind, f"{file}::{id_}" if file else id_, check.document.place(place))
