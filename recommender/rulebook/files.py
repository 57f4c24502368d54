"""The files of a rulebook: shipped with the program, or in a folder that somebody names."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.errors import Problem, RulebookError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

CASES, ACTIVITIES, FIGURES, SAFETY, WORDING = "cases/", "activities/", "figures/", "safety/", "wording/"
SCAN_REPORT = "scan_report/"
RECALLED = f"{SAFETY}recalled.yaml"
VOCABULARY = "profiles/fields.yaml"
_PHRASES = "phrases"
_APART = ("signed.yaml", "changelog.yaml")


def package() -> "Traversable":
    """Return the folder of this package, wherever it is: in a folder, in a zip file, in an executable."""
    folder = Path(__file__).parent.parent
    if folder.is_dir():  # nearly everywhere: importing importlib.resources would take as long as an answer
        return folder
    from importlib.resources import files

    return files("recommender")


def data_folder(name: str) -> "Traversable":
    """Return the folder `rules` or `profiles`: inside the package, or beside it in a checkout."""
    inside = package() / name
    return inside if inside.is_dir() else Path(__file__).parents[2] / name


def within(name: str) -> str:
    """Return the name of a file in its rulebook, without the folder of that."""
    return name.partition("/")[2]


def is_apart(name: str) -> bool:
    """Say whether a file is about its rulebook, and so no part of the hash: it may change, answers stay."""
    return name in _APART or name.startswith(SAFETY)


def vocabulary_file(fields: Path | None = None) -> bytes:
    """Read the file of a vocabulary, by default the shipped one.

    Raises:
        RulebookError: when it cannot be read.

    """
    return _content(fields or data_folder("profiles") / "fields.yaml")


def rule_files(folder: Path | None = None) -> dict[str, bytes]:
    """Read the YAML files of a rulebook, by default the shipped one, by name: `rules/limits.yaml`.

    Raises:
        RulebookError: when one cannot be read, or the folder holds no rules.

    """
    source = data_folder("rules") if folder is None else folder
    name = source.name if folder is None else folder.resolve().name
    files = dict(_yaml_files(source, f"{name}/")) if source.is_dir() else {}
    if all(within(file).startswith((CASES, ACTIVITIES, FIGURES, SAFETY, SCAN_REPORT)) for file in files):
        hint = "Name a folder that holds rules as .yaml files."
        raise RulebookError(Problem(str(source), "there is no rulebook here.", hint))
    return {file: _content(path) for file, path in files.items()}


def shipped_files() -> dict[str, bytes]:
    """Read every file that the shipped rulebook is made of, by name.

    Raises:
        RulebookError: when one cannot be read.

    """
    return {VOCABULARY: vocabulary_file(), **rule_files()}


def with_phrases(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Add each file of phrases that a rulebook lacks from the shipped rulebook."""
    own = {within(name) for name in files}
    shipped = dict(_yaml_files(data_folder("rules") / _PHRASES, f"{_PHRASES}/"))
    missing = {f"rules/{name}": _content(file) for name, file in shipped.items() if name not in own}
    return {**files, **missing}


def content_hash(files: Mapping[str, bytes]) -> str:
    """Hash a rulebook: names and bytes, with line endings normalised, so that every checkout has one hash.

    What is said about a rulebook does not count: signatures, changes, and the safety case with its recalls,
    which name this hash.
    """
    import hashlib

    digest = hashlib.sha256()
    for name, content in sorted((within(name), content) for name, content in files.items()):
        if not is_apart(name):
            lines = content.replace(b"\r\n", b"\n")
            digest.update(f"{name}\0{len(lines)}\0".encode())
            digest.update(lines)
    return digest.hexdigest()


def _yaml_files(folder: "Traversable", prefix: str) -> Iterator[tuple[str, "Traversable"]]:
    """Yield the YAML files in a folder and below it, sorted; links to folders are not followed."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith((".yaml", ".yml")):
            yield prefix + entry.name, entry
        elif entry.is_dir() and not (isinstance(entry, Path) and entry.is_symlink()):
            yield from _yaml_files(entry, f"{prefix}{entry.name}/")


def _content(file: "Traversable") -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise RulebookError(Problem(str(file), f"this file cannot be read: {error.strerror}.")) from None
