"""The JSON Schema of an assessment: every answer follows it, and it allows nothing else."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

import recommender
from recommender.authoring.cases.people import PersonCase, read_people
from recommender.authoring.cases.runner import CaseRunner
from recommender.report.json import assessment_as_json
from recommender.rulebook.loading import load_case_documents
from recommender.rulebook.model import CERTAINTIES, SOURCE_STATUSES
from recommender.rulebook.scales import Clearance, Urgency, Verdict

from .people import as_json, book

SCHEMA = recommender.assessment_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FIRST_FORM = jsonschema.Draft202012Validator(recommender.assessment_schema("v1"))
ANSWERED = [case for case in read_people(load_case_documents(None), book()) if not case.refused]


def objects(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every object in an answer, apart from the answers and facts by field."""
    if isinstance(data, dict):
        if path[-1:] not in (("profile",), ("facts",)):
            yield path
        for key, value in data.items():
            yield from objects(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from objects(value, (*path, index))


def shortened(data: Any) -> Any:
    """Return an answer with the first entry of each list only."""
    if isinstance(data, dict):
        return {key: shortened(value) for key, value in data.items()}
    return [shortened(value) for value in data[:1]] if isinstance(data, list) else data


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def test_it_is_a_schema_of_the_draft_it_names() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    assert SCHEMA["properties"]["schema"]["const"] == SCHEMA["title"] == as_json()["schema"]


def problems(cases: Iterable[PersonCase]) -> list[str]:
    runner = CaseRunner(book())
    return [
        f"{case.name}: {schema} {error.json_path} {error.message}"
        for case in cases
        for schema, validator in (("v2", VALIDATOR), ("v1", FIRST_FORM))
        for error in validator.iter_errors(assessment_as_json(runner.assess(case.who), "person", schema))
    ]


@pytest.mark.heavy
def test_answers_to_whole_people_follow_it() -> None:
    assert problems(ANSWERED[::40]) == []


@pytest.mark.heavy
def test_the_answer_to_every_whole_person_follows_it() -> None:
    assert len(ANSWERED) > 200
    assert problems(ANSWERED) == []


def test_it_is_strict_at_every_place() -> None:
    """A further key, and a missing one, is noticed wherever an answer has an object."""
    data = shortened(as_json(t_score="-3.9", age="54", vertebral_fractures="1", cancer_history="yes"))
    assert VALIDATOR.is_valid(data)

    for path in objects(data):
        longer = deepcopy(data)
        at(longer, path)["another"] = ""
        assert not VALIDATOR.is_valid(longer), path
        for key in at(data, path):
            shorter = deepcopy(data)
            del at(shorter, path)[key]
            assert VALIDATOR.is_valid(shorter) is (key == "guideline_year"), (path, key)


def test_its_words_are_those_of_the_scales() -> None:
    definitions, scales = SCHEMA["$defs"], book().scales
    classification = SCHEMA["properties"]["classification"]["properties"]
    reason = SCHEMA["properties"]["trace"]["items"]["properties"]

    assert definitions["verdict"]["enum"] == list(Verdict)
    assert definitions["clearance"]["enum"] == list(Clearance)
    assert SCHEMA["properties"]["referrals"]["items"]["properties"]["urgency"]["enum"] == list(Urgency)
    assert definitions["tier"]["enum"] == list(scales["risk_tier"])
    assert definitions["certainty"]["enum"] == list(CERTAINTIES)
    assert reason["source_status"]["enum"] == list(SOURCE_STATUSES)
    assert classification["bone_density"]["enum"] == list(scales["bone_density"])
    assert classification["regime"]["enum"] == list(scales["regime"])
