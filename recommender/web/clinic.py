"""A clinic's name and phone number on the pages, from a small file; it changes no rule."""

from pathlib import Path
from typing import NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import read_file
from recommender.errors import DocumentError

_LONGEST = 120


class Clinic(NamedTuple):
    """Whom to call: the name and phone number of a clinic, and a line of its own, such as its hours."""

    name: str
    phone: str
    line: str = ""


def read_clinic(file: Path) -> Clinic:
    """Read a clinic's file: `name`, `phone`, and `line` if it likes.

    Raises:
        DocumentError: with every problem found, each at its place.

    """
    check = Checker(read_file(file))
    data = check.mapping(check.document.data, (), ("name", "phone"), ("line",))
    texts = {name: check.text(data[name], (name,)) for name in Clinic._fields if name in data}
    for name, text in texts.items():
        if len(text) > _LONGEST:
            check.fail((name,), f"this is longer than {_LONGEST} letters.", "Shorten it.")
    if check.problems:
        raise DocumentError(check.problems)
    return Clinic(**texts)
