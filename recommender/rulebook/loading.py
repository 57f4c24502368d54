"""Load the rulebook: read, hash and check its files, or take the shipped one as it was prebuilt."""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.errors import DocumentError, Problem, RulebookError
from recommender.rulebook.files import (
    ACTIVITIES,
    CASES,
    FIGURES,
    SAFETY,
    SCAN_REPORT,
    VOCABULARY,
    WORDING,
    content_hash,
    is_apart,
    rule_files,
    shipped_files,
    vocabulary_file,
    with_phrases,
    within,
)
from recommender.rulebook.model import Rulebook
from recommender.rulebook.prebuilt import load_prebuilt
from recommender.vocabulary import Vocabulary

if TYPE_CHECKING:
    from recommender.documents.yaml_json import Document
    from recommender.rulebook.activities import Activities
    from recommender.rulebook.checkin import CheckIn
    from recommender.rulebook.questions import Questions

_LAWS, _CHANGELOG, _CHECKIN = "invariants.yaml", "changelog.yaml", "checkin.yaml"
_QUESTIONS, _SCAN_ERROR, _WEB = "questions.yaml", "scan_error.yaml", "phrases/web.yaml"
_FILES_APART = (_LAWS, _CHANGELOG, _CHECKIN, _QUESTIONS, _SCAN_ERROR, _WEB)
_NOT_FOR_ANSWERS = (CASES, ACTIVITIES, FIGURES, SAFETY, WORDING, SCAN_REPORT)


def load_vocabulary() -> Vocabulary:
    """Return the vocabulary of the shipped rulebook.

    Raises:
        RulebookError, DocumentError: when it cannot be used.

    """
    prebuilt = _prebuilt()
    return prebuilt.vocabulary if prebuilt else _read_vocabulary(vocabulary_file())


def load_rulebook(
    folder: Path | None = None, afresh: bool = False, fields: Path | None = None, former: bool = False
) -> Rulebook:
    """Read, check and hash a rulebook (by default the one that comes with the program).

    A rulebook takes the files of phrases that it lacks from the shipped one, and its hash covers them. With
    `afresh` the files are parsed even where the program ships them prebuilt. `fields` is the file of another
    vocabulary that it is written in. A `former` rulebook is only to be compared with, and may lack what came
    later.

    Raises:
        RulebookError, DocumentError: with every problem found, each at its place.

    """
    prebuilt = None if folder or fields or afresh else _prebuilt()
    if prebuilt:
        return prebuilt
    rules = rule_files(folder) if former else with_phrases(rule_files(folder))
    return _read_rulebook(vocabulary_file(fields), tuple(rules.items()), former)


@cache
def _prebuilt() -> Rulebook | None:
    return load_prebuilt()


@lru_cache(maxsize=4)
def _read_vocabulary(content: bytes, former: bool = False) -> Vocabulary:
    """Parse and check a vocabulary; the same content is not parsed twice in a process."""
    from recommender.vocabulary.reading import read_vocabulary

    return read_vocabulary(_parse({VOCABULARY: content}, former)[0])


@lru_cache(maxsize=4)
def _read_rulebook(fields: bytes, rules: tuple[tuple[str, bytes], ...], former: bool) -> Rulebook:
    """Parse and check a rulebook; the same content is not parsed twice in a process."""
    from recommender.rulebook.reading import read_rulebook

    files = dict(rules)
    documents = _parse(_for_answers(files), former)
    return read_rulebook(
        documents, _read_vocabulary(fields, former), content_hash({VOCABULARY: fields, **files})
    )


def load_documents(folder: Path | None = None) -> list["Document"]:
    """Read the rules as plain data with places, to check their words; with the vocabulary if shipped.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    return _parse(_for_answers(rule_files(folder) if folder else shipped_files()))


def load_activities(book: Rulebook, folder: Path | None = None) -> "Activities":
    """Read the activities of a rulebook: hashed with it, and read only when somebody asks about one.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    from recommender.rulebook.activity_reading import read_activities

    return read_activities(load_activity_documents(folder), book)


def load_activity_documents(folder: Path | None = None) -> list["Document"]:
    """Read the activities of a rulebook as plain data with places, to check their words.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    return _below(folder, ACTIVITIES)


def load_figure_documents(folder: Path | None = None) -> list["Document"]:
    """Read the figures of a rulebook as plain data with places, to draw them and to check their words.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    return _below(folder, FIGURES)


def load_report_documents(folder: Path | None = None) -> list["Document"]:
    """Read the words by which a scan report is read: hashed with a rulebook, read only for that.

    A rulebook without them takes those of the shipped one.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    return _below(folder, SCAN_REPORT) or _below(None, SCAN_REPORT)


def load_worded_documents(folder: Path | None = None, fields: Path | None = None) -> list["Document"]:
    """Read a rulebook with its vocabulary, but without its cases and what is said about it, to compare texts.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    files = {VOCABULARY: vocabulary_file(fields), **rule_files(folder)}
    return _parse(
        {
            name: content
            for name, content in files.items()
            if not is_apart(within(name)) and not within(name).startswith(CASES)
        }
    )


def load_checkin(book: Rulebook, folder: Path | None = None) -> "CheckIn | None":
    """Read what is asked after a week of training, if a rulebook says: hashed with it, read only for that.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    from recommender.rulebook.checkin import read_checkin

    documents = load_checkin_documents(folder)
    return read_checkin(documents[0], book) if documents else None


def load_checkin_documents(folder: Path | None = None) -> list["Document"]:
    """Read the file of the check-in as plain data with places, if there is one, to check its words.

    Raises:
        RulebookError: when it cannot be read as data.

    """
    return _own(folder, _CHECKIN)


def load_questions(book: Rulebook, folder: Path | None = None) -> "Questions":
    """Read what a conversation asks; a rulebook without the file takes that of the shipped one.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    from recommender.rulebook.question_reading import read_questions

    return read_questions(_own_or_shipped(folder, _QUESTIONS), book.vocabulary)


def load_web_rulebook(book: Rulebook, folder: Path | None = None) -> Rulebook:
    """Return a rulebook with the phrases of the web pages, read only for those; some replace its own.

    A rulebook without their file takes that of the shipped one.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    from recommender.rulebook.phrases import read_web_phrases

    return book._replace(phrases={**book.phrases, **read_web_phrases(_own_or_shipped(folder, _WEB))})


def load_web_documents(folder: Path | None = None) -> list["Document"]:
    """Read a rulebook's own file of the phrases of web pages as plain data with places, to check its words.

    Raises:
        RulebookError: when it cannot be read as data.

    """
    return _own(folder, _WEB)


def load_question_documents(folder: Path | None = None) -> list["Document"]:
    """Read a rulebook's own file of what a conversation asks as plain data with places, to check its words.

    Raises:
        RulebookError: when it cannot be read as data.

    """
    return _own(folder, _QUESTIONS)


def load_scan_error(book: Rulebook, folder: Path | None = None) -> Mapping[str, int]:
    """Read how much each score may differ between two scans although nothing has changed, in thousandths.

    A rulebook without the file takes that of the shipped one.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    from recommender.rulebook.scan_error import read_scan_error

    return read_scan_error(_own_or_shipped(folder, _SCAN_ERROR), book.vocabulary)


def _own_or_shipped(folder: Path | None, file: str) -> "Document":
    """Read one file of a rulebook, or of the shipped one where it lacks the file."""
    [document] = _own(folder, file) or _own(None, file)
    return document


def _own(folder: Path | None, file: str) -> list["Document"]:
    return _parse({name: content for name, content in rule_files(folder).items() if within(name) == file})


def _below(folder: Path | None, part: str) -> list["Document"]:
    files = rule_files(folder)
    return _parse({name: content for name, content in files.items() if within(name).startswith(part)})


def load_case_documents(folder: Path | None = None) -> list["Document"]:
    """Read the case files of a rulebook: hashed with it, never needed for an answer.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    return _below(folder, CASES)


def load_safety_documents(folder: Path | None = None) -> list["Document"]:
    """Read what `safety/` of a rulebook says about it, if it has that: never part of its hash.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    return _below(folder, SAFETY)


def load_law_documents(folder: Path | None = None) -> list["Document"]:
    """Read the file of laws of a rulebook, if it has one.

    Raises:
        RulebookError: when it cannot be read as data.

    """
    return _own(folder, _LAWS)


def load_wording_documents(folder: Path | None = None) -> list["Document"]:
    """Read what the words of a rulebook are held to, if it says so.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    return _below(folder, WORDING)


def _for_answers(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without which nobody could be answered."""
    return {
        name: content
        for name, content in files.items()
        if within(name) not in _FILES_APART and not within(name).startswith(_NOT_FOR_ANSWERS)
    }


def _parse(files: Mapping[str, bytes], former: bool = False) -> list["Document"]:
    documents: list[Document] = []
    problems: list[Problem] = []
    for name, content in files.items():
        try:
            documents.append(_document(name, content)._replace(former=former))
        except UnicodeDecodeError as error:
            problems.append(
                Problem(name, f"byte {error.start + 1} is not UTF-8 text.", "Save the file as UTF-8.")
            )
        except DocumentError as error:
            problems.extend(error.problems)
    if problems:
        raise RulebookError(problems)
    return documents


@lru_cache(maxsize=128)
def _document(name: str, content: bytes) -> "Document":
    """Parse a file; the same content is not parsed twice in a process."""
    from recommender.documents.yaml_json import read_yaml

    return read_yaml(content.decode("utf-8-sig"), name)
