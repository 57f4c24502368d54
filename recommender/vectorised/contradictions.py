"""Answers of one row that cannot hold together: the same that `profile.py` refuses of one person, found for a whole table."""

from typing import NamedTuple

from recommender.language.tree import fields_of
from recommender.vectorised.circuit import FALSE, Bit
from recommender.vectorised.leaves import Holds
from recommender.vectorised.rules import Columns
from recommender.vocabulary import Field


class Clash(NamedTuple):
    """Where answers contradict each other; `field` is the one whose column is named."""

    field: str
    code: str
    message: str
    bit: Bit


def clashes(columns: Columns) -> tuple[Clash, ...]:
    """Return every contradiction that some row could have."""
    found = [
        clash for field in columns.book.vocabulary.fields.values() for clash in _of_field(columns, field)
    ]
    for impossible in columns.book.vocabulary.impossible:
        name = next((name for name in impossible.fields if name in columns.present), "")
        found.append(Clash(name, "contradiction", impossible.say, columns.truth(impossible.when).certain))
    return tuple(clash for clash in found if clash.bit != FALSE)


def _of_field(columns: Columns, field: Field) -> list[Clash]:
    """Say where a field has an answer although it does not apply, or although nobody can know whether it does."""
    if field.only_if is None or field.id not in columns.present:
        return []
    circuit, applies = columns.circuit, columns.fields[field.id].applies
    told = _told(columns, field)
    ruled_out = circuit.all_of((told, circuit.negate(applies.possible)))
    found = [
        Clash(
            field.id,
            "does_not_apply",
            f"this applies only if {field.only_if_text}, and other answers say no.",
            ruled_out,
        )
    ]
    if field.kind in ("number", "count"):
        others = ", ".join(fields_of(field.only_if))
        alone = circuit.all_of((told, columns.undecided(applies)))
        found.append(
            Clash(
                field.id, "needs_another_answer", f"this only means something together with {others}.", alone
            )
        )
    return found


def _told(columns: Columns, field: Field) -> Bit:
    """Return where an answer says more than "no" or "none", which is harmless where the field does not apply."""
    circuit = columns.circuit
    if field.kind == "choice" or (field.kind != "yes_no" and field.worse != "higher"):
        return columns.fields[field.id].answered
    above = circuit.leaf(Holds(field.id, ">", 0))
    return above if field.kind == "yes_no" else circuit.any_of((above, circuit.leaf(Holds(field.id, "<", 0))))
