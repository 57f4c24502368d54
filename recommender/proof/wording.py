"""Finds the safety texts that differ between two rulebooks, for a reader to judge."""

from collections.abc import Mapping
from typing import Any

from recommender.rulebook.activities import Activities
from recommender.rulebook.model import Rulebook

_ByOwner = Mapping[str, Mapping[str, Any]]


def changed_words(old: Rulebook, new: Rulebook) -> dict[str, tuple[str, ...]]:
    """Return the keys of changed safety texts, by the rule, movement, exercise or level they belong to."""
    return _changed(_texts(old), _texts(new))


def changed_activity_words(old: Activities, new: Activities) -> dict[str, tuple[str, ...]]:
    """Return the keys of changed texts, by the activity, part or symptom they belong to."""
    return _changed(_activity_texts(old), _activity_texts(new))


def _changed(then: _ByOwner, now: _ByOwner) -> dict[str, tuple[str, ...]]:
    changed = {
        what: tuple(key for key in {**then[what], **now[what]} if then[what].get(key) != now[what].get(key))
        for what in {*then} & {*now}
    }
    return {what: keys for what, keys in sorted(changed.items()) if keys}


def _texts(book: Rulebook) -> dict[str, dict[str, Any]]:
    texts: dict[str, dict[str, Any]] = {
        "every session": {"always": book.always, "stop": book.stop},
        "reports": dict(book.phrases),
    }
    for rule in book.rules.values():
        refer = rule.refer
        texts[rule.id] = {
            "say": rule.say,
            "screen": rule.screen,
            "caution": rule.caution,
            "opens": rule.opens,
        }
        texts[rule.id] |= {"refer to": refer.to if refer else "", "refer": refer.say if refer else ""}
    for movement in book.movements.values():
        texts[movement.id] = {
            "name": movement.name,
            "what": movement.what,
            "instead": movement.instead,
            "differently": movement.differently,
        }
    for exercise in book.exercises.values():
        texts[f"exercise {exercise.id}"] = {"stop_if": exercise.stop_if}
        for level in exercise.levels:
            texts[f"level {level.id}"] = {
                "dose": dict(level.dose),
                "steps": level.steps,
                "cautions": level.cautions,
            }
    return texts


def _activity_texts(known: Activities) -> dict[str, dict[str, Any]]:
    texts: dict[str, dict[str, Any]] = {
        f"activity {activity.id}": {"names": activity.names, "say": activity.say, "paused": activity.paused}
        for activity in known.activities.values()
    }
    texts |= {
        f"part {part.id}": {"name": part.name, "how": part.how, "instead": part.instead}
        for part in known.parts.values()
    }
    texts |= {
        f"symptom {symptom.id}": {"name": symptom.name, "say": symptom.say} for symptom in known.symptoms
    }
    return texts
