"""Say where the name of a column contradicts a field: another field, another unit, kind of score or bone."""

import re
from collections.abc import Iterator

from recommender.cohort.mapping.names import ColumnDictionary, Name, Role, T, Z, plain_name, plain_words
from recommender.cohort.mapping.score_guards import NO_SITE
from recommender.cohort.mapping.score_kinds import SCORE_KINDS, is_score
from recommender.vocabulary import Field, Vocabulary

_KNOWN = (Role.FIELD, Role.COUNTED, Role.FLAG, Role.ASK)
_LONGEST_PHRASE = 4
_LONG_WORD = 4


def contradiction(field: Field, column: str, dictionary: ColumnDictionary, vocabulary: Vocabulary) -> str:
    """Return what the name of a column says that the field is not; an empty text if nothing."""
    name = dictionary.lookup(column)
    if name is not None and field.id in name.fields:
        return ""
    return (
        _another_field(field, name, vocabulary)
        or _another_kind(field, column, dictionary)
        or (_another_site(field, column, dictionary) if is_score(field) else "")
        or _another_unit(field, column, dictionary)
    )


def _another_field(field: Field, name: Name | None, vocabulary: Vocabulary) -> str:
    if name is None:
        return ""
    if name.role in _KNOWN:
        if not (is_score(field) and name.fields == (NO_SITE,)):
            return f"its name is that of {' or '.join(f'`{other}`' for other in name.fields)}"
    elif name.role is Role.APART:
        offered = {vocabulary.fields[id_].unit for id_ in re.findall(r"--map (\w+)=", name.say)}
        named = set(re.findall(r"--map (\w+)=", name.say))
        if field.id not in named and not (is_score(field) and field.unit in offered):
            return f"its name is that of something else. {name.say}"
    return ""


def _another_kind(field: Field, column: str, dictionary: ColumnDictionary) -> str:
    kinds = {kind for kind in (T, Z) if dictionary.mentions_score(column, kind)}
    own = SCORE_KINDS.get(field.unit)
    if kinds and own not in kinds:
        return f"its name is that of a {max(kinds).upper()}-score"
    if own and not kinds and dictionary.mentions_density(column):
        return "its name is that of a bone density"
    return ""


def _another_site(field: Field, column: str, dictionary: ColumnDictionary) -> str:
    sites = dictionary.scores.sites
    for phrase in _phrases(column):
        if phrase in sites:
            site = sites[phrase]
            return "" if field.id in (*site.t, *site.z) else "its name is that of another bone"
    return ""


def _another_unit(field: Field, column: str, dictionary: ColumnDictionary) -> str:
    if not field.unit:
        return ""
    own = {*dictionary.unit_words.get(field.unit, ()), plain_name(field.unit)}
    words = plain_words(column).split()
    for phrase in _phrases(column):
        at_the_end = any(plain_name("".join(words[-count:])) == phrase for count in range(1, len(words)))
        unit = dictionary.foreign_unit(phrase, field.unit)
        if unit and phrase not in own and (at_the_end or len(phrase) >= _LONG_WORD):
            return f"its name has the unit {unit}, and `{field.id}` is in {field.unit}"
    return ""


def _phrases(column: str) -> Iterator[str]:
    """Yield the plain forms of a name's phrases, long ones first."""
    words = plain_words(column).split()
    for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield plain_name("".join(words[start : start + length]))
