"""Find, hash and read the rulebook, or take it from the cache where exactly these files were read."""

import functools
import hashlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.errors import DocumentError, Problem, RulebookError
from recommender.rulebook import cache
from recommender.rulebook.cache import Cached
from recommender.rulebook.model import Rulebook
from recommender.version import __version__
from recommender.vocabulary import Vocabulary

if TYPE_CHECKING:
    from recommender.documents.yaml_json import Document

_PACKAGE = Path(__file__).resolve().parent.parent
_CASES = "cases/"
_LAWS = "invariants.yaml"
_PHRASES = "phrases.yaml"
_SIGNATURES, _CHANGELOG = (
    "signed.yaml",
    "changelog.yaml",
)  # what is said about a rulebook, and so not part of its hash
_READERS = (".", "documents", "language", "vocabulary", "rulebook")


def data_folder(name: str) -> Path:
    """Return the folder `rules` or `profiles`: inside the installed package, or beside it in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@functools.cache
def load_vocabulary() -> Vocabulary:
    """Read the vocabulary alone.

    Raises:
        RulebookError, DocumentError: when it cannot be used.

    """

    def read(documents: list["Document"], _: str) -> Vocabulary:
        from recommender.vocabulary.reading import read_vocabulary

        return read_vocabulary(documents[0])

    return _load(_vocabulary_file(), Vocabulary, read)


def load_rulebook(folder: Path | None = None, afresh: bool = False, fields: Path | None = None) -> Rulebook:
    """Read, check and hash a rulebook (by default the one that comes with the program).

    A rulebook without phrases of its own takes the shipped ones, and its hash covers them. With `afresh` its
    files are read and checked now, even where exactly these were read before. `fields` is the file of another
    vocabulary that it is written in.

    Raises:
        RulebookError, DocumentError: with every problem found, each at its place.

    """

    def read(documents: list["Document"], sha256: str) -> Rulebook:
        from recommender.rulebook.reading import read_rulebook
        from recommender.vocabulary.reading import read_vocabulary

        return read_rulebook(documents[1:], read_vocabulary(documents[0]), sha256)

    rules = _with_phrases(_rule_files(folder or data_folder("rules")))
    return _load({**_vocabulary_file(fields), **rules}, Rulebook, read, afresh)


def _load(
    files: Mapping[str, bytes],
    kind: type[Cached],
    read: Callable[[list["Document"], str], Cached],
    afresh: bool = False,
) -> Cached:
    """Return the cached form of exactly these files, or read them; only what passes every check is cached."""
    sha256 = _content_hash(
        {name: content for name, content in files.items() if _within(name) not in (_SIGNATURES, _CHANGELOG)}
    )
    key = hashlib.sha256(
        "\0".join([kind.__name__, _content_hash(files), _readers(), *files]).encode()
    ).hexdigest()
    if not afresh and (cached := cache.get(key, kind)) is not None:
        return cached
    value = read(_parse(_for_answers(files)), sha256)
    cache.put(key, value)
    return value


def load_documents(folder: Path | None = None) -> list["Document"]:
    """Read the rules as plain data with places, to check their words; with the vocabulary if shipped.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    files = _rule_files(folder) if folder else {**_vocabulary_file(), **_rule_files(data_folder("rules"))}
    return _parse(_for_answers(files))


def load_case_documents(folder: Path | None = None) -> list["Document"]:
    """Read the case files of a rulebook: hashed with it, never needed for an answer.

    Raises:
        RulebookError: with every file that cannot be read as data.

    """
    files = _rule_files(folder or data_folder("rules"))
    return _parse({name: content for name, content in files.items() if _within(name).startswith(_CASES)})


def load_law_documents(folder: Path | None = None) -> list["Document"]:
    """Read the file of laws of a rulebook, if it has one.

    Raises:
        RulebookError: when it cannot be read as data.

    """
    files = _rule_files(folder or data_folder("rules"))
    return _parse({name: content for name, content in files.items() if _within(name) == _LAWS})


def _for_answers(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without which nobody could be answered."""
    apart = (_LAWS, _CHANGELOG)
    return {
        name: content
        for name, content in files.items()
        if _within(name) not in apart and not _within(name).startswith(_CASES)
    }


def _within(name: str) -> str:
    """Return the name of a file in its rulebook, without the folder of that."""
    return name.partition("/")[2]


def _readers() -> str:
    """Return a text that changes with the code that reads rules, so that no cache entry outlives it."""
    states = [
        (file.name, file.stat()) for room in _READERS for file in sorted((_PACKAGE / room).glob("*.py"))
    ]
    return "\0".join(
        [__version__, sys.version, *(f"{name} {state.st_size} {state.st_mtime_ns}" for name, state in states)]
    )


def _vocabulary_file(fields: Path | None = None) -> dict[str, bytes]:
    return _contents({"profiles/fields.yaml": fields or data_folder("profiles") / "fields.yaml"})


def _contents(paths: Mapping[str, Path]) -> dict[str, bytes]:
    try:
        return {name: path.read_bytes() for name, path in paths.items()}
    except OSError as error:
        raise RulebookError(
            Problem(str(error.filename), f"this file cannot be read: {error.strerror}.")
        ) from None


def _rule_files(folder: Path) -> dict[str, bytes]:
    paths = (
        sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))
        if folder.is_dir()
        else []
    )
    if not [path for path in paths if path.relative_to(folder).parts[0] != "cases"]:
        hint = "Name a folder that holds rules as .yaml files."
        raise RulebookError(Problem(str(folder), "there is no rulebook here.", hint))
    name = folder.resolve().name
    return _contents({f"{name}/{path.relative_to(folder).as_posix()}": path for path in paths})


def _with_phrases(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Add the phrases of the shipped rulebook to one that has none."""
    if any(_within(name) == _PHRASES for name in files):
        return files
    return {**files, **_contents({f"rules/{_PHRASES}": data_folder("rules") / _PHRASES})}


def _content_hash(files: Mapping[str, bytes]) -> str:
    """Hash names and bytes, with line endings normalised: every checkout of the same rules has one hash."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items(), key=lambda file: _within(file[0])):
        lines = content.replace(b"\r\n", b"\n")
        digest.update(f"{_within(name)}\0{len(lines)}\0".encode())
        digest.update(lines)
    return digest.hexdigest()


def _parse(files: Mapping[str, bytes]) -> list["Document"]:
    from recommender.documents.yaml_json import read_yaml

    documents: list[Document] = []
    problems: list[Problem] = []
    for name, content in files.items():
        try:
            documents.append(read_yaml(content.decode("utf-8-sig"), name))
        except UnicodeDecodeError as error:
            problems.append(
                Problem(name, f"byte {error.start + 1} is not UTF-8 text.", "Save the file as UTF-8.")
            )
        except DocumentError as error:
            problems.extend(error.problems)
    if problems:
        raise RulebookError(problems)
    return documents
