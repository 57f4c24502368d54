"""The words and sentences of `rules/scan_report/`, by which a report is read and spoken of."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import RulebookError
from recommender.language.numbers import UNIT, thousandths
from recommender.rulebook.model import SOURCE_STATUSES

_WORDS, _SENTENCES, _REFERENCE = (f"scan_report_{name}" for name in ("words", "sentences", "reference"))
_WORD_GROUPS: Mapping[str, tuple[str, ...]] = {
    "headings": (
        "old",
        "tbs",
        "t",
        "z",
        "young_percent",
        "age_percent",
        "bmd",
        "bmc",
        "area",
        "date",
        "age",
        "words",
    ),
    "bones": ("spine", "hip", "forearm"),
    "regions": ("femoral_neck", "total", "radius33"),
    "never": (
        "wards",
        "trochanter",
        "inter",
        "shaft",
        "part_of_neck",
        "ultradistal",
        "mid_forearm",
        "ulna",
        "heel",
        "finger",
        "body",
        "lateral",
        "tbs",
        "qct",
        "geometry",
        "phantom",
        "implant",
    ),
    "worked_out": ("mean", "difference", "predicted"),
    "sides": ("left", "right"),
    "conclusion": ("begins", "ends", "osteoporosis", "osteopenia", "normal", "denials"),
}
_WORD_LISTS = (
    "first_column",
    "either_score",
    "half_headings",
    "not_final",
    "both_sides",
    "older",
    "definitions",
    "excluded_vertebrae",
    "age",
    "male",
    "female",
    "scan_date",
    "hologic",
    "minus_words",
    "up_to",
    "and",
    "ranges",
    "not_this_age",
)
_LETTERS = ("t", "z")
_SEXES = ("female", "male")
_REFERENCE_SITES = ("femoral_neck", "total_hip", "lumbar_spine")


class Lexicon:
    """Compiled patterns by name, such as `headings.t`, sentences by key, and Hologic's reference."""

    def __init__(
        self,
        patterns: Mapping[str, re.Pattern[str]],
        letters: Mapping[str, str],
        sentences: Mapping[str, str],
        within: int,
        reference: Mapping[str, Mapping[str, tuple[int, int]]],
    ) -> None:
        self.patterns, self.letters, self.sentences = patterns, letters, sentences
        self.within, self.reference = within, reference

    def says(self, name: str, text: str) -> bool:
        """Say whether the pattern `name` is found in `text`."""
        return self.patterns[name].search(text) is not None

    def first(self, group: str, text: str) -> str:
        """Return the first kind of a group of patterns that is found in `text`, or nothing."""
        return next((kind for kind in _WORD_GROUPS[group] if self.says(f"{group}.{kind}", text)), "")

    def all(self, group: str, text: str) -> tuple[str, ...]:
        """Return all kinds of a group of patterns that are found in `text`."""
        return tuple(kind for kind in _WORD_GROUPS[group] if self.says(f"{group}.{kind}", text))

    def sentence(self, key: str, **values: Any) -> str:
        """Return the sentence of a key such as `doubts.rare`, with its placeholders filled in."""
        return self.sentences[key].format(**values)

    def doubt(self, key: str, **values: Any) -> str:
        """Return why a number is doubted."""
        return self.sentence(f"doubts.{key}", **values)

    def note(self, key: str, **values: Any) -> str:
        """Return what is told beside the numbers."""
        return self.sentence(f"notes.{key}", **values)

    @cached_property
    def heading_words(self) -> re.Pattern[str]:
        """What can begin a heading of its own, where headings stand close together."""
        kinds = (self.patterns[f"headings.{kind}"].pattern for kind in ("t", "z", "bmd", "bmc"))
        return re.compile("|".join(kinds), re.IGNORECASE)


def read_lexicon(documents: Iterable[Document]) -> Lexicon:
    """Build the lexicon from the documents of `rules/scan_report/`.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    checks = [Checker(document) for document in documents]
    sections: dict[str, tuple[Checker, Any]] = {}
    for check in checks:
        for name, raw in check.mapping(check.document.data, (), (), (_WORDS, _SENTENCES, _REFERENCE)).items():
            sections[name] = check, raw
    missing = [name for name in (_WORDS, _SENTENCES, _REFERENCE) if name not in sections]
    for name in missing:
        checks[0].fail((), f"no file has `{name}`.")
    if missing:
        raise RulebookError([problem for check in checks for problem in check.problems])
    patterns, letters = _words(*sections[_WORDS])
    sentences = _sentences(*sections[_SENTENCES])
    within, reference = _reference(*sections[_REFERENCE])
    problems = [problem for check in checks for problem in check.problems]
    if problems:
        raise RulebookError(problems)
    return Lexicon(patterns, letters, sentences, within, reference)


def _words(check: Checker, raw: Any) -> tuple[dict[str, re.Pattern[str]], dict[str, str]]:
    data = check.mapping(raw, (_WORDS,), (*_WORD_GROUPS, *_WORD_LISTS, "letters"), ())
    patterns = {}
    for group, kinds in _WORD_GROUPS.items():
        entries = check.mapping(data.get(group), (_WORDS, group), kinds, ())
        for kind in kinds:
            patterns[f"{group}.{kind}"] = _pattern(check, entries.get(kind), (_WORDS, group, kind))
    for name in _WORD_LISTS:
        patterns[name] = _pattern(check, data.get(name), (_WORDS, name))
    letters = check.mapping(data.get("letters"), (_WORDS, "letters"), _LETTERS, ())
    return patterns, {kind: check.text(letters.get(kind), (_WORDS, "letters", kind)) for kind in _LETTERS}


def _pattern(check: Checker, raw: Any, path: Path_) -> re.Pattern[str]:
    """Return one pattern that finds any of a list of regular expressions."""
    texts = [item for _, item in check.items(raw, path) if isinstance(item, str)]
    for index, text in enumerate(texts):
        try:
            re.compile(text)
        except re.error as error:
            check.fail((*path, index), f"this is no regular expression: {error}.")
            return re.compile("(?!)")
    return re.compile("|".join(f"(?:{text})" for text in texts), re.IGNORECASE)


def _sentences(check: Checker, raw: Any) -> dict[str, str]:
    return {
        f"{group}.{key}": check.text(text, (_SENTENCES, group, key))
        for group, entries in check.mapping(raw, (_SENTENCES,)).items()
        for key, text in check.mapping(entries, (_SENTENCES, group)).items()
    }


def _reference(check: Checker, raw: Any) -> tuple[int, dict[str, dict[str, tuple[int, int]]]]:
    path = (_REFERENCE,)
    data = check.mapping(raw, path, ("source_status", "because", "within", "scores"), ())
    check.one_of(data.get("source_status"), (*path, "source_status"), SOURCE_STATUSES, "source status")
    check.text(data.get("because"), (*path, "because"))
    within = check.number(data.get("within"), (*path, "within"))
    reference: dict[str, dict[str, tuple[int, int]]] = {}
    for site, entry in check.mapping(data.get("scores"), (*path, "scores"), _REFERENCE_SITES, ()).items():
        sexes = check.mapping(entry, (*path, "scores", site), _SEXES, ())
        reference[site] = {
            sex: _pair(check, pair, (*path, "scores", site, sex)) for sex, pair in sexes.items()
        }
    return thousandths(within or "0"), reference


def _pair(check: Checker, raw: Any, path: Path_) -> tuple[int, int]:
    numbers: Sequence[str] = [check.number(item, item_path) for item_path, item in check.items(raw, path)]
    if len(numbers) != 2:
        check.fail(path, "this must be [mean, standard deviation].")
        return 0, UNIT
    return thousandths(numbers[0]), thousandths(numbers[1])
