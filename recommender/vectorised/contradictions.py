"""Find contradictory answers in a table: those that `vocabulary/profile.py` refuses for one person."""

from typing import NamedTuple

from recommender.language.tree import fields_of
from recommender.vectorised.circuit import FALSE, Bit
from recommender.vectorised.leaves import Holds
from recommender.vectorised.rules import Columns
from recommender.vocabulary import Field


class Clash(NamedTuple):
    """A contradiction between answers; `bit` marks its rows, `field` is the one to name in the message."""

    field: str
    code: str
    message: str
    bit: Bit


def clashes(columns: Columns) -> tuple[Clash, ...]:
    """Return every contradiction that the present columns allow."""
    candidates = [
        clash for field in columns.book.vocabulary.fields.values() for clash in _field_clashes(columns, field)
    ]
    for impossible in columns.book.vocabulary.impossible:
        name = next((name for name in impossible.fields if name in columns.present), "")
        candidates.append(
            Clash(name, "contradiction", impossible.say, columns.truth(impossible.when).certain)
        )
    return tuple(clash for clash in candidates if clash.bit != FALSE)


def _field_clashes(columns: Columns, field: Field) -> list[Clash]:
    """Return the clashes of a field that is answered though it does not apply, or may not apply."""
    if field.only_if is None or field.id not in columns.present:
        return []
    circuit, applies = columns.circuit, columns.fields[field.id].applies
    positive = _positive(columns, field)
    ruled_out = circuit.all_of((positive, circuit.negate(applies.possible)))
    message = f"this applies only if {field.only_if_text}, and other answers say no."
    field_clashes = [Clash(field.id, "does_not_apply", message, ruled_out)]
    if field.kind in ("number", "count"):
        others = ", ".join(fields_of(field.only_if))
        message = f"this only means something together with {others}."
        alone = circuit.all_of((positive, columns.undecided(applies)))
        field_clashes.append(Clash(field.id, "needs_another_answer", message, alone))
    return field_clashes


def _positive(columns: Columns, field: Field) -> Bit:
    """Return where an answer is not "no", "none" or zero; these are harmless if the field does not apply."""
    circuit = columns.circuit
    if field.kind == "choice" or (field.kind != "yes_no" and field.worse != "higher"):
        return columns.fields[field.id].answered
    above = circuit.leaf(Holds(field.id, ">", 0))
    return above if field.kind == "yes_no" else circuit.any_of((above, circuit.leaf(Holds(field.id, "<", 0))))
