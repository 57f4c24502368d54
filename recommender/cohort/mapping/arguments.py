"""What the user states about columns as arguments of Python."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.cohort.mapping.overrides import Overrides, OverridesReader
from recommender.cohort.mapping.spelling import ARGUMENTS
from recommender.errors import CohortError, Problem
from recommender.vocabulary import Vocabulary

_MAP = "a mapping of field to column, such as {'hip_fracture': 'Hip fx'}"
_VALUES = "a mapping of field to the meaning of its cells, such as {'hip_fracture': {'X': 'yes'}}"
_MISSING = "a mapping of field (or 'any') to cells that mean not known, such as {'falls_12m': ['9']}"
_LIST = "a list of texts"


def read_arguments(
    vocabulary: Vocabulary,
    columns: Mapping[str, str],
    values: Mapping[str, Mapping[Any, Any]],
    missing: Mapping[str, Iterable[Any]],
    ignore: Iterable[str],
    accept: Iterable[str],
) -> Overrides:
    """Read the arguments of `assess_frame`, which are built like a saved mapping.

    Cells and answers may be numbers or booleans.

    Raises:
        CohortError: naming the argument that cannot be understood.

    """
    reader = OverridesReader(vocabulary, ARGUMENTS)
    map_, values_, missing_, ignore_, accept_ = map(
        ARGUMENTS.name, ("map", "values", "missing", "ignore", "accept")
    )
    for field, column in _entries(map_, columns, _MAP):
        reader.map(map_, field, str(column))
    for field, meanings in _entries(values_, values, _VALUES):
        for cell, answer in _entries(values_, meanings, _VALUES):
            reader.value(values_, field, str(cell), _text(answer))
    for field, cells in _entries(missing_, missing, _MISSING):
        for cell in _listed(missing_, cells, _MISSING):
            reader.token(missing_, field, str(cell))
    for word in _listed(accept_, accept, _LIST):
        reader.accept(accept_, str(word))
    return reader.overrides(map(str, _listed(ignore_, ignore, _LIST)))


def _entries(argument: str, value: Any, expected: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        raise CohortError(Problem(argument, f"this must be {expected}."))
    return ((str(key), entry) for key, entry in value.items())


def _listed(argument: str, value: Any, expected: str) -> Iterable[Any]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise CohortError(Problem(argument, f"this must be {expected}."))
    return value


def _text(answer: Any) -> str:
    return ("no", "yes")[answer] if isinstance(answer, bool) else str(answer)
