"""Read the meaning of cells from `profiles/columns.yaml`: words, sets of codes, answers of fields."""

from collections.abc import Mapping
from typing import Any

from recommender.cohort.mapping.names import WordSet, normalised_values
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.errors import ProfileError, quoted
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import read_answer

KEYS = ("words", "sets", "no_means", "part_years")


class CellWords:
    """Collects the meaning of cells for each field; problems are reported to `check`."""

    def __init__(
        self, check: Checker, vocabulary: Vocabulary, data: Mapping[str, Any], languages: tuple[str, ...]
    ) -> None:
        self.check, self.languages = check, languages
        yes_no = check.mapping(data.get("yes_no"), ("yes_no",), ("words", "sets"), ())
        any_yes_no = next(field for field in vocabulary.fields.values() if field.kind == "yes_no")
        self.yes_no = self._words(any_yes_no, yes_no.get("words"), ("yes_no", "words"))
        self.yes_no_sets = self._sets(any_yes_no, yes_no.get("sets"), ("yes_no", "sets"))
        self.never = self.texts(data.get("never"), ("never",))
        self.none = self.texts(data.get("none"), ("none",))
        self.words: dict[str, Mapping[str, str]] = {}
        self.sets: dict[str, tuple[WordSet, ...]] = {}
        self.completed: set[str] = set()

    def texts(self, value: Any, path: Path_) -> frozenset[str]:
        """Return all normalised spellings of a list of words."""
        return frozenset(form for text in self.check.texts(value, path) for form in normalised_values(text))

    def answer(self, field: Field, value: Any, path: Path_) -> str:
        """Return an answer as it is typed for one person; check that the field accepts it."""
        answer = self.check.text(value, path)
        try:
            read_answer(field, answer, "")
        except ProfileError as error:
            self.check.fail(path, error.problems[0].message)
        return answer

    def add(self, field: Field, entry: Mapping[str, Any]) -> None:
        """Add the meaning of a field's cells: its choices, the words of its kind, and its own words."""
        path = ("fields", field.id)
        words = {form: choice for choice in field.choices for form in (choice, choice.replace("_", " "))}
        if field.kind == "yes_no":
            words |= self.yes_no
        if "none" in field.choices:
            words |= dict.fromkeys(self.none, "none")
        if field.never:
            words |= dict.fromkeys(self.never, "never")
        if "no_means" in entry:
            words |= self._no_means(self.answer(field, entry["no_means"], (*path, "no_means")))
        self.words[field.id] = words | self._words(field, entry.get("words"), (*path, "words"))
        self.sets[field.id] = self._sets(field, entry.get("sets"), (*path, "sets"))
        if "part_years" in entry:
            self.check.one_of(
                entry["part_years"], (*path, "part_years"), ("completed",), "way to read part of a year"
            )
            self.completed.add(field.id)

    def _no_means(self, number: str) -> dict[str, str]:
        """Return "no" and "none" as a number.

        The English "none" is left out, as programs write it for a missing value.
        """
        no = [text for text, answer in self.yes_no.items() if answer == "no"]
        return dict.fromkeys([*(self.none - {"none"}), *no], number)

    def _words(self, field: Field, value: Any, path: Path_) -> dict[str, str]:
        """Return the answer for each word; the file lists the words of each answer."""
        answers: dict[str, str] = {}
        for key, texts in self.check.mapping(value, path).items():
            answer = self.answer(field, key, (*path, key))
            for word_path, word in self.check.items(texts, (*path, key)):
                for form in normalised_values(self.check.text(word, word_path)):
                    if answers.setdefault(form, answer) != answer:
                        self.check.fail(
                            word_path, f"{quoted(str(word))} is both {answers[form]} and {answer}."
                        )
        return answers

    def _sets(self, field: Field, value: Any, path: Path_) -> tuple[WordSet, ...]:
        return tuple(self._set(field, raw, set_path) for set_path, raw in self.check.items(value, path))

    def _set(self, field: Field, raw: Any, path: Path_) -> WordSet:
        entry = self.check.mapping(raw, path, ("means",), ("in", "outside", "known_as"))
        means = self.check.mapping(entry.get("means"), (*path, "means"))
        languages, outside = (
            frozenset(self.check.some_of(entry.get(key), (*path, key), self.languages, "language"))
            for key in ("in", "outside")
        )
        known_as = self.check.text(entry["known_as"], (*path, "known_as")) if "known_as" in entry else ""
        answers = {text: self.answer(field, answer, (*path, "means", text)) for text, answer in means.items()}
        return WordSet(answers, languages, outside, known_as)
