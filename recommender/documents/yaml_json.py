"""Reading YAML and JSON as plain data with places, refusing what those formats hide.

Every scalar stays text: whether `3` is a number is for the reader of a field to say, not for YAML.
So `no` never turns into false, `012` never into ten and a date never into an object.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from recommender.errors import DocumentError, Problem, quoted

Path_ = tuple[str | int, ...]

_DEEPEST = 40
LARGEST = 1_000_000
_ORDINARY_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "map", "seq", "!"}
_NUMBER_LIKE = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", re.ASCII)


class Plain(str):
    """A YAML scalar that was written without quotes, so that other YAML readers may not see text."""

    __slots__ = ()


class Block(str):
    """A YAML scalar written as a block over several lines; columns in it are not columns of the file."""

    __slots__ = ()


class Document(NamedTuple):
    """The plain data of one file (mappings, lists and text), with the place of every value and key.

    A `former` document was written for an earlier version of the program, and may lack what came later.
    """

    name: str
    data: Any
    places: dict[Path_, tuple[int, int]]
    keys: dict[Path_, tuple[int, int]]
    former: bool = False

    def place(self, path: Iterable[str | int] = (), column: int = 0) -> str:
        """Return `file:line:column` of the value at `path` or of its nearest parent (JSON: only the file)."""
        if not self.places:
            return self.name
        steps = tuple(path)
        while steps and steps not in self.places:
            steps = steps[:-1]
        line, start = self.places.get(steps, (1, 1))
        return f"{self.name}:{line}:{start + column}"

    def key_place(self, path: Iterable[str | int]) -> str:
        """Return `file:line:column` of the key at the end of `path`."""
        position = self.keys.get(tuple(path))
        return f"{self.name}:{position[0]}:{position[1]}" if position else self.place(path)


def read_yaml(text: str, name: str) -> Document:
    """Read one YAML document.

    Raises:
        DocumentError: for broken YAML, duplicate or non-text keys, anchors, aliases, tags or several
        documents.

    """
    import yaml  # the parsed rulebook is cached, so most runs never need a YAML reader

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        builder = _Builder(name, yaml.parse(text, Loader=loader))
        data = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        location = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise DocumentError(
            Problem(location, f"this is not YAML that can be read: {error.problem}.")
        ) from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DocumentError(Problem(name, f"this is not YAML that can be read: {reason}.")) from None
    if builder.refusals or builder.problems:
        raise DocumentError(builder.refusals or builder.problems)
    return Document(name, data, builder.places, builder.keys)


def read_json(text: str, name: str) -> Document:
    """Read one JSON document; numbers keep the text they were written with.

    Raises:
        DocumentError: for broken JSON, duplicate keys, NaN or Infinity.

    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                raise DocumentError(
                    Problem(name, f"the key {quoted(key)} is given twice.", "Keep one of them.")
                )
            seen[key] = value
        return seen

    def refuse(word: str) -> Any:
        raise DocumentError(
            Problem(name, f"{word} is not a number that can be used.", 'Write "unknown" instead.')
        )

    try:
        data = json.loads(
            text, object_pairs_hook=once, parse_float=Plain, parse_int=Plain, parse_constant=refuse
        )
    except json.JSONDecodeError as error:
        location = f"{name}:{error.lineno}:{error.colno}"
        raise DocumentError(Problem(location, f"this is not JSON that can be read: {error.msg}.")) from None
    except RecursionError:
        raise DocumentError(Problem(name, "this JSON is nested too deeply to be a profile.")) from None
    return Document(name, data, {}, {})


def read_file(path: Path) -> Document:
    """Read a `.json` file as JSON and any other as YAML, both in UTF-8.

    Raises:
        DocumentError: when the file is missing, too large, not text, or cannot be read as data.

    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise DocumentError(Problem(str(path), f"this file cannot be read: {error.strerror}.")) from None
    return read_bytes(content, str(path), path.suffix.lower() == ".json")


def read_bytes(content: bytes, name: str, as_json: bool) -> Document:
    """Read the bytes of one document as JSON or YAML.

    Raises:
        DocumentError: when they are too many, not text, or cannot be read as data.

    """
    if len(content) > LARGEST:
        raise DocumentError(Problem(name, f"this is too large to be a profile: more than {LARGEST:,} bytes."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            Problem(name, f"byte {error.start + 1} is not UTF-8 text.", "Save the file as UTF-8.")
        ) from None
    return read_json(text, name) if as_json else read_yaml(text, name)


def quoting_needed(text: str) -> str:
    """Say as what YAML would read unquoted `text` if not as text ("a yes/no value", "a date"), or nothing."""
    import yaml

    if _NUMBER_LIKE.fullmatch(text):
        return "a number"
    tag = _resolver().resolve(yaml.ScalarNode, text, (True, False))
    kinds = {
        "bool": "a yes/no value", "null": "an empty value", "timestamp": "a date",
        "int": "a number", "float": "a number", "merge": "a merge key", "value": "a default value",
    }  # fmt: skip
    return kinds.get(tag.rsplit(":", 1)[-1], "")


@cache
def _resolver() -> Any:
    """Return a loader of which only the resolver of scalar types is used; building one per text is slow."""
    import yaml

    return yaml.SafeLoader("")


class _Builder:
    """Turns the events of a YAML reader into plain data, remembering where each value and each key stood.

    What may not be there is refused as it is met: of an alias nothing is built, so a small file stays small.
    """

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self.name = name
        self.places: dict[Path_, tuple[int, int]] = {}
        self.keys: dict[Path_, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self.refusals: list[Problem] = []
        self._events = events

    def document(self) -> Any:
        """Return the data of the only document, `None` if there is none."""
        from yaml import DocumentStartEvent

        documents: list[Any] = []
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if documents:
                    self._problem(event, "this is not YAML that can be read: but found another document.")
                documents.append(self._build(next(self._events), ()))
        return documents[0] if documents else None

    def _build(self, event: Any, path: Path_, depth: int = 1) -> Any:
        from yaml import CollectionEndEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

        self.places[path] = _start(event)
        self._refuse(event)
        if isinstance(event, ScalarEvent):
            return _text(event)
        if depth > _DEEPEST:
            self._refusal(event, "this is nested too deeply.")
            raise DocumentError(self.refusals)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, depth)
        items: list[Any] = []
        if isinstance(event, SequenceStartEvent):
            while not isinstance(item := next(self._events), CollectionEndEvent):
                items.append(self._build(item, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path_, depth: int) -> dict[str, Any]:
        from yaml import CollectionEndEvent, ScalarEvent

        mapping: dict[str, Any] = {}
        while not isinstance(key := next(self._events), CollectionEndEvent):
            if not isinstance(key, ScalarEvent):
                self._problem(key, "a key must be a plain word.")
                self._build(key, path, depth + 1)
                self._build(next(self._events), path, depth + 1)
                continue
            self._refuse(key)
            name = key.value
            if name in mapping:
                self._problem(key, f"the key {quoted(name)} is given twice here.", "Keep one of them.")
            elif name == "<<":
                self._problem(key, "merge keys are not allowed.", "Write the values out.")
            self.keys[(*path, name)] = _start(key)
            mapping[name] = self._build(next(self._events), (*path, name), depth + 1)
        return mapping

    def _refuse(self, event: Any) -> None:
        """Refuse an anchor, an alias or a tag."""
        if event.anchor:
            self._refusal(event, "anchors and aliases (& and *) are not allowed.", "Write the value out.")
        elif (tag := getattr(event, "tag", None)) and (
            tag.removeprefix("tag:yaml.org,2002:") not in _ORDINARY_TAGS
        ):
            self._refusal(event, f"the tag {tag} has no meaning here.", "Remove it.")

    def _refusal(self, event: Any, message: str, hint: str = "") -> None:
        self.refusals.append(Problem(self._place(event), message, hint))

    def _problem(self, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._place(event), message, hint))

    def _place(self, event: Any) -> str:
        line, column = _start(event)
        return f"{self.name}:{line}:{column}"


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _text(scalar: Any) -> str:
    if scalar.style in ("|", ">") or scalar.end_mark.line > scalar.start_mark.line:
        return Block(scalar.value)
    return str(scalar.value) if scalar.style else Plain(scalar.value)
