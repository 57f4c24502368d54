"""Which texts that keep people safe a change of the rules has touched: they are named, not weighed."""

from typing import Any

from recommender.rulebook.model import Rulebook


def changed_words(old: Rulebook, new: Rulebook) -> dict[str, tuple[str, ...]]:
    """Return which texts that keep people safe are other than they were, by what they belong to."""
    then, now = _words(old), _words(new)
    changed = {
        what: tuple(key for key in {**then[what], **now[what]} if then[what].get(key) != now[what].get(key))
        for what in {*then} & {*now}
    }
    return {what: keys for what, keys in sorted(changed.items()) if keys}


def _words(book: Rulebook) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {
        "every session": {"always": book.always, "stop": book.stop},
        "reports": dict(book.phrases),
    }
    for rule in book.rules.values():
        refer = rule.refer
        found[rule.id] = {
            "say": rule.say,
            "screen": rule.screen,
            "caution": rule.caution,
            "opens": rule.opens,
        }
        found[rule.id] |= {"refer to": refer.to if refer else "", "refer": refer.say if refer else ""}
    for movement in book.movements.values():
        found[movement.id] = {
            "name": movement.name,
            "what": movement.what,
            "instead": movement.instead,
            "differently": movement.differently,
        }
    for exercise in book.exercises.values():
        found[f"exercise {exercise.id}"] = {"stop_if": exercise.stop_if}
        for level in exercise.levels:
            found[f"level {level.id}"] = {
                "dose": dict(level.dose),
                "steps": level.steps,
                "cautions": level.cautions,
            }
    return found
