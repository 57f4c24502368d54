"""Renders web pages from Jinja templates: structure stands there, sentences in the rulebook's phrases."""

from collections.abc import Iterable
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from recommender.rulebook.model import Rulebook

_SPACES = "\n\r\t"


class _Phrases:
    """The phrases of a rulebook as markup: values are escaped unless they are markup already."""

    def __init__(self, book: Rulebook) -> None:
        self.markup = {key: escape(_shown(text)) for key, text in book.phrases.items()}

    def phrase(self, key: str, **values: object) -> Markup:
        """Return the phrase `key` with its placeholders filled in."""
        markup = self.markup[key]
        if not values:
            return markup
        escaped = {name: escape(_shown(value)) for name, value in values.items()}
        return Markup(str(markup).format_map(escaped))  # twice as fast as the format of markup itself

    def counted(self, key: str, count: int, **values: object) -> Markup:
        """Return the phrase `key` in its form for one or for several, with `{count}` filled in."""
        return self.phrase(f"{key}.{'one' if count == 1 else 'other'}", count=f"{count:,}", **values)


class _Compiled(BytecodeCache):
    """Compiled templates, in memory: each list at a desk has an environment of its own."""

    def __init__(self) -> None:
        self.code: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code of a template, if its text is still the same."""
        bucket.code = self.code.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self.code[bucket.key + bucket.checksum] = bucket.code


@lru_cache(maxsize=8)
def _compiled(_rulebook: str, _packages: tuple[str, ...]) -> _Compiled:
    """Return the templates compiled for a rulebook (its hash), whose words filters of constants give."""
    return _Compiled()


def environment(book: Rulebook, *packages: str) -> Environment:
    """Return the environment of all templates; those in `pages` of the packages stand before the shared ones.

    Templates call `phrase` and `counted` for sentences, and read `book`. Undefined names are errors.
    """
    templates = Environment(
        loader=FunctionLoader(partial(_template, (*packages, "recommender"))),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        bytecode_cache=_compiled(book.sha256, packages),
    )
    phrases = _Phrases(book)
    templates.globals |= {"book": book, "phrase": phrases.phrase, "counted": phrases.counted}
    return templates


def render(book: Rulebook, template: str, **values: Any) -> str:
    """Return a page that is one self-contained file, well-formed as HTML and as XML."""
    return environment(book).get_template(template).render(**values)


def _template(packages: Iterable[str], name: str) -> str | None:
    """Return the first template of a name in `pages` of some packages: in folders or in one file."""
    places = (files(package) / "pages" / name for package in packages)
    return next((place.read_text(encoding="utf-8") for place in places if place.is_file()), None)


def _shown(value: object) -> object:
    """Write out control characters of text, and keep a percent sign on the line of its number."""
    if type(value) is Markup or not isinstance(value, str):
        return value
    if not value.isprintable():
        value = "".join(
            char if char.isprintable() or char in _SPACES else f"\\u{ord(char):04x}" for char in value
        )
    return value.replace(" %", "\N{NO-BREAK SPACE}%")
