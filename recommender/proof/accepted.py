"""Reads which findings of `rules check` are kept, each with the reason, from beside the laws."""

from collections.abc import Iterable

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document
from recommender.errors import Problem, RulebookError
from recommender.proof.law_reading import BESIDE
from recommender.rulebook.model import Rulebook


def read_accepted_findings(documents: Iterable[Document], book: Rulebook) -> dict[tuple[str, str], str]:
    """Read the findings that are kept with a reason: (rule, finding), each with its location.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    accepted: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for document in documents:
        check = Checker(document)
        data = check.mapping(document.data, (), (), ("laws", *BESIDE))
        for path, item in check.items(data.get("kept"), ("kept",)):
            entry = check.mapping(item, path, ("rule", "what", "because"), ())
            rule = check.one_of(entry.get("rule"), (*path, "rule"), book.rules, "rule")
            check.text(entry.get("because"), (*path, "because"))
            accepted |= {
                (rule, check.text(what, item_path)): check.document.place(item_path)
                for item_path, what in check.items(entry.get("what"), (*path, "what"))
            }
        problems += check.problems
    if problems:
        raise RulebookError(problems)
    return accepted
