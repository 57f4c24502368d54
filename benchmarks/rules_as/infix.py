"""Plain conditions written with infix operators, which Zen, rule-engine, Python and pandas masks all have."""

from typing import NamedTuple

from benchmarks.rules_as.plain import NEVER, All, Any, Plain, Reached, Ready, Test


class Dialect(NamedTuple):
    """The templates of a language: `{x}` stands for a fact, `{v}` for a value, `{op}` for a comparison.

    `yes`, `no`, `number`, `among` and `other` must be false where the answer is missing.
    """

    both: str
    either: str
    always: str
    missing: str
    given: str
    yes: str
    no: str
    number: str
    among: str
    other: str
    choices: str = "[{v}]"


def written(plain: Plain, dialect: Dialect) -> str:
    """Write a condition, with brackets around every part."""
    if isinstance(plain, All | Any):
        sign = dialect.both if isinstance(plain, All) else dialect.either
        return _joined(sign, *(written(part, dialect) for part in plain.of)) if plain.of else dialect.always
    if isinstance(plain, Ready):
        return f"({dialect.yes.format(x=plain.name)})"
    if isinstance(plain, Reached):
        return f"({plain.scale} >= {plain.level})"
    return _test(plain, dialect)


def _test(test: Test, dialect: Dialect) -> str:
    """Write what a comparison says of an answer, widened or narrowed by what a missing one counts as."""
    found = _answered(test, dialect)
    if test.unknown:
        missing = f"({dialect.missing.format(x=test.field)})"
        found = _joined(dialect.either, missing, found) if found else missing
    if test.unknown == test.never:
        return found
    if test.never:
        return _joined(dialect.either, f"({dialect.yes.format(x=NEVER + test.field)})", found)
    return _joined(dialect.both, f"({dialect.no.format(x=NEVER + test.field)})", found)


def _answered(test: Test, dialect: Dialect) -> str:
    """Write what a comparison says of an answer; nothing where it is false of every answer."""
    if test.operator == "any":
        return f"({dialect.given.format(x=test.field)})" if test.value else ""
    if test.operator == "is":
        return f"({(dialect.yes if test.value else dialect.no).format(x=test.field)})"
    if isinstance(test.value, frozenset):
        choices = dialect.choices.format(v=", ".join(f'"{choice}"' for choice in sorted(test.value)))
        return (
            f"({(dialect.among if test.operator == 'in' else dialect.other).format(x=test.field, v=choices)})"
        )
    return f"({dialect.number.format(x=test.field, op=test.operator, v=test.value)})"


def _joined(sign: str, *parts: str) -> str:
    return f"({f' {sign} '.join(parts)})"
