"""Read `profiles/time.yaml`, the words of dates and of the time since an event; report every problem."""

from collections.abc import Mapping
from typing import Any

from recommender.cohort.mapping.conversion import DAYS
from recommender.cohort.mapping.names import normalised_values, plain_names
from recommender.cohort.mapping.time_names import TimeWords
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import RulebookError, quoted
from recommender.vocabulary import Vocabulary

_KEYS = ("events", "date", "since", "small_words", "units", "months")


def read_time_words(document: Document, vocabulary: Vocabulary, units: Mapping[str, Any]) -> TimeWords:
    """Build the words of time; `units` are the words for units from `columns.yaml`.

    Raises:
        RulebookError: every problem, each with its location.

    """
    check = Checker(document)
    data = check.mapping(document.data, (), _KEYS, ())
    fields = {id_: field for id_, field in vocabulary.fields.items() if field.unit in DAYS}
    events: dict[str, str] = {}
    dates: dict[str, str] = {}
    asked = set()
    for field, raw in check.mapping(data.get("events"), ("events",), (), tuple(fields)).items():
        path: Path_ = ("events", field)
        entry = check.mapping(raw, path, ("names",), ("ask", "dates"))
        for names, key in ((events, "names"), (dates, "dates")):
            for name_path, name in check.items(entry.get(key, []), (*path, key)):
                for form in plain_names(check.text(name, name_path)):
                    if names.setdefault(form, field) != field:
                        check.fail(name_path, f"{quoted(str(name))} is also an event of {names[form]}.")
        if "ask" in entry and check.yes_no(entry["ask"], (*path, "ask")):
            asked.add(field)

    def words(key: str) -> tuple[str, ...]:
        return _longest_first(check.texts(data.get(key), (key,)))

    more = check.mapping(data.get("units"), ("units",), (), tuple(DAYS))
    months = {
        form: number
        for number, (path, names) in enumerate(check.items(data.get("months"), ("months",)), 1)
        for name in check.texts(names, path)
        for form in normalised_values(name)
    }
    time = TimeWords(
        events=events,
        dates=dates,
        asked=frozenset(asked),
        date=words("date"),
        since=words("since"),
        small=words("small_words"),
        units={
            unit: _longest_first((*units.get(unit, ()), *check.texts(more.get(unit), ("units", unit))))
            for unit in DAYS
        },
        months=months,
    )
    if check.problems:
        raise RulebookError(check.problems)
    return time


def _longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    keys = {key for word in words for key in plain_names(word)}
    return tuple(sorted(keys, key=lambda key: (-len(key), key)))
