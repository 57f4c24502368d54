"""Reading YAML and JSON as plain data with places, refusing what those formats hide.

Every scalar stays text: whether `3` is a number is for the reader of a field to say, not for YAML.
So `no` never turns into false, `012` never into ten and a date never into an object.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from recommender.errors import DocumentError, Problem

Path_ = tuple[str | int, ...]

_DEEPEST = 40
_ORDINARY_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "merge", "value"}


class Plain(str):
    """A YAML scalar that was written without quotes, so that other YAML readers may not see text."""

    __slots__ = ()


class Document(NamedTuple):
    """The plain data of one file (mappings, lists and text) and the place of every value in it."""

    name: str
    data: Any
    places: dict[Path_, tuple[int, int]]

    def place(self, path: Iterable[str | int] = (), column: int = 0) -> str:
        """Return `file:line:column` of the value at `path`, or of its nearest parent; only the file where no places are known."""
        if not self.places:
            return self.name
        steps = tuple(path)
        while steps and steps not in self.places:
            steps = steps[:-1]
        line, start = self.places.get(steps, (1, 1))
        return f"{self.name}:{line}:{start + column}"


def read_yaml(text: str, name: str) -> Document:
    """Read one YAML document.

    Raises:
        DocumentError: for broken YAML, duplicate or non-text keys, anchors, aliases, tags or several documents.

    """
    import yaml  # the parsed rulebook is cached, so most runs never need a YAML reader

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loading = loader(text)
        try:
            node = loading.get_single_node()
        finally:
            loading.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise DocumentError(Problem(place, f"this is not YAML that can be read: {error.problem}.")) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DocumentError(Problem(name, f"this is not YAML that can be read: {reason}.")) from None
    builder = _Builder(name)
    if "&" in text or "*" in text:
        builder.refuse_anchors(text, loader)
    data = None if node is None or builder.problems else builder.build(node, ())
    if builder.problems:
        raise DocumentError(builder.problems)
    return Document(name, data, builder.places)


def read_json(text: str, name: str) -> Document:
    """Read one JSON document; numbers keep the text they were written with.

    Raises:
        DocumentError: for broken JSON, duplicate keys, NaN or Infinity.

    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                raise DocumentError(Problem(name, f"the key `{key}` is given twice.", "Keep one of them."))
            seen[key] = value
        return seen

    def refuse(word: str) -> Any:
        raise DocumentError(Problem(name, f"{word} is not a number that can be used.", 'Write "unknown" instead.'))

    try:
        data = json.loads(text, object_pairs_hook=once, parse_float=Plain, parse_int=Plain, parse_constant=refuse)
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        raise DocumentError(Problem(place, f"this is not JSON that can be read: {error.msg}.")) from None
    except RecursionError:
        raise DocumentError(Problem(name, "this JSON is nested too deeply to be a profile.")) from None
    return Document(name, data, {})


def read_file(path: Path, name: str | None = None) -> Document:
    """Read a `.json` file as JSON and any other as YAML, both in UTF-8.

    Raises:
        DocumentError: when the file is missing, is not text, or cannot be read as data.

    """
    shown = name or str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DocumentError(Problem(shown, f"this file cannot be read: {error.strerror}.")) from None
    except UnicodeDecodeError as error:
        raise DocumentError(Problem(shown, f"byte {error.start + 1} is not UTF-8 text.", "Save the file as UTF-8.")) from None
    return read_json(text, shown) if path.suffix.lower() == ".json" else read_yaml(text, shown)


def quoting_needed(text: str) -> str:
    """Say as what YAML would read unquoted `text` if not as text ("a yes/no value", "a date"), or nothing."""
    import yaml

    resolver: Any = yaml.SafeLoader("")
    tag = resolver.resolve(yaml.ScalarNode, text, (True, False))
    kinds = {
        "bool": "a yes/no value", "null": "an empty value", "timestamp": "a date",
        "int": "a number", "float": "a number", "merge": "a merge key", "value": "a default value",
    }  # fmt: skip
    return kinds.get(tag.rsplit(":", 1)[-1], "")


class _Builder:
    """Turns YAML nodes into plain data, remembering where each value stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Path_, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def build(self, node: Any, path: Path_) -> Any:
        import yaml

        self.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if len(path) > _DEEPEST:
            return self.problem(node, "this is nested too deeply.")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _ORDINARY_TAGS:
            return self.problem(node, f"the tag {node.tag} has no meaning here.", "Remove it.")
        return str(node.value) if node.style else Plain(node.value)

    def _mapping(self, node: Any, path: Path_) -> dict[str, Any]:
        import yaml

        mapping: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problem(key, "a key must be a plain word.")
            elif key.value in mapping:
                self.problem(key, f"the key `{key.value}` is given twice here.", "Keep one of them.")
            elif key.value == "<<":
                self.problem(key, "merge keys are not allowed.", "Write the values out.")
            else:
                mapping[key.value] = self.build(value, (*path, key.value))
        return mapping

    def problem(self, node: Any, message: str, hint: str = "") -> None:
        mark = node.start_mark
        self.problems.append(Problem(f"{self.name}:{mark.line + 1}:{mark.column + 1}", message, hint))

    def refuse_anchors(self, text: str, loader: Any) -> None:
        import yaml

        event: Any
        for event in yaml.parse(text, Loader=loader):
            if getattr(event, "anchor", None):
                mark = event.start_mark
                place = f"{self.name}:{mark.line + 1}:{mark.column + 1}"
                self.problems.append(Problem(place, "anchors and aliases (& and *) are not allowed.", "Write the value out."))
