"""How much a score may differ between two scans of the same bone, from `rules/scan_error.yaml`."""

from collections.abc import Mapping

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document
from recommender.errors import RulebookError
from recommender.language.numbers import DECIMALS, thousandths
from recommender.rulebook.model import SOURCE_STATUSES
from recommender.vocabulary import Vocabulary

_SECTION = "scan_error"


def read_scan_error(document: Document, vocabulary: Vocabulary) -> Mapping[str, int]:
    """Return the least significant change of each score, in thousandths.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    check, path = Checker(document), (_SECTION,)
    whole = check.mapping(document.data, (), (_SECTION,), ())
    data = check.mapping(whole.get(_SECTION), path, ("source_status", "because", "sources", "scores"), ())
    check.one_of(data.get("source_status"), (*path, "source_status"), SOURCE_STATUSES, "source status")
    check.text(data.get("because"), (*path, "because"))
    for source_path, raw in check.items(data.get("sources"), (*path, "sources")):
        source = check.mapping(raw, source_path, ("title", "authors", "where", "checked"), ("doi", "url"))
        check.one_of(source.get("checked"), (*source_path, "checked"), SOURCE_STATUSES, "source status")
    scores = [field.id for field in vocabulary.fields.values() if field.doubt_above is not None]
    errors = {}
    for name, raw in check.mapping(data.get("scores"), (*path, "scores"), (), scores).items():
        number = check.number(raw, (*path, "scores", name))
        try:
            errors[name] = thousandths(number)
        except ValueError:
            check.fail((*path, "scores", name), f"`{number}` has more than {DECIMALS} decimals.")
    if check.problems:
        raise RulebookError(check.problems)
    return errors
