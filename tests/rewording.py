"""Words of a rulebook turned round, one at a time: what a slip or a hurry could do to what people read.

    python -m tests.rewording [COUNT] [--seed N]

makes COUNT rewordings (150), as many of each kind, and says who notices each: the rulebook cannot be read,
`rules check` finds it, or only `rules diff` names it. A kind that `rules check` misses often wants a pattern
in `rules/wording/`; one that nobody notices is a hole.
"""

import argparse
import copy
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from recommender.authoring.activities import activity_problems
from recommender.authoring.lint import lint
from recommender.authoring.wording import wording_problems
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem, RulebookError
from recommender.proof.difference import differences
from recommender.proof.wording import reworded
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.activity_reading import read_activities
from recommender.rulebook.files import ACTIVITIES, CASES, VOCABULARY, WORDING, is_apart, within
from recommender.rulebook.loading import (
    load_activity_documents,
    load_checkin_documents,
    load_documents,
    load_law_documents,
    load_wording_documents,
)
from recommender.rulebook.reading import read_rulebook
from recommender.vocabulary.reading import read_vocabulary

CHECKIN, LAWS = "checkin.yaml", "invariants.yaml"
Documents = dict[str, Document]
Place = tuple[str, Path_]

_BAD_STEPS = (
    "Sit up fast with straight legs, and touch your toes.",
    "Bend forward and touch your toes.",
    "Jump as high as you can.",
    "Twist your trunk to both sides.",
    "Hold your breath and push.",
    "Close your eyes and let go of the worktop.",
    "Round your back and swing a heavy bag from the floor.",
    "Drop your heels hard onto the floor.",
    "Lean back until you see the ceiling.",
    "Kneel down on the floor.",
    "Stand on one leg with nothing to hold.",
    "Lie face down and lift both arms and legs.",
    "Squat down deep with a heavy weight overhead.",
    "Go on until it burns.",
    "Bounce a few times at the end.",
)
_PERMISSIONS = (
    "Nothing else is needed, so go on and do it.",
    "Whatever your answers, start today as hard as you like.",
    "It is nothing to worry about.",
    "Go on even if it hurts.",
    "Wait a few weeks and see how it goes.",
    "You need not see a doctor.",
    "Push through the pain.",
    "It is perfectly safe for everybody.",
)
_SWAPS = (
    (r"\bslowly\b", "fast"),
    (r"\bsoftly\b", "hard"),
    (r"\bgently\b", "with all your strength"),
    (r"\ba little\b", "as far as you can"),
    (r"\beasy pace\b", "fast pace"),
    (r"\bBoth hands on\b", "No hands on"),
    (r"\bfirm chair that cannot slide\b", "chair with wheels"),
    (r"\bfirm bed\b", "floor"),
    (r"\bKeep your back long\b", "Round your back"),
    (r"\bKeep breathing\b", "Hold your breath"),
    (r"\bkeep breathing\b", "hold your breath"),
    (r"\bin shoes that grip\b", "in socks"),
    (r"\bas far as your lower back stays still\b", "as far as you can"),
    (r"\bonly as (far|high) as is easy\b", r"as \1 as you can"),
)
_DENIALS = (
    (r"\b[Dd]o not (\w)", lambda found: found[1].upper()),
    (r"\bnever (\w)", lambda found: found[1]),
    (r", not (\w)", lambda found: f", {found[1]}"),
    (r"\b[Ww]ithout (\w+ing)\b", lambda found: found[1]),
    (r"\b[Ll]eave out (\w)", lambda found: f"do {found[1]}"),
)
_STOPS = (
    (r"\bstop\b", "go on"),
    (r"\bStop if\b", "Go on if"),
    (r"\bsit down and rest\b", "push through it"),
    (r"\bleave\b", "do more of"),
    (r"\blower\b", "press harder, and raise"),
)
_TIMES = (
    (r"\b(at once|now)\b", "when it suits you"),
    (r"\b(today or tomorrow|today|within a day or two)\b", "in a few months"),
    (r"\bwithin a (week|few days)( or so| at the latest)?", "at your next visit"),
    (r"\ban emergency department\b", "a gym"),
)
_PEOPLE = ("a gym trainer", "a friend who knows sport", "the internet", "nobody")
_IN_A_LEVEL = ("position", "steps", "cautions")


class Rewording(NamedTuple):
    """A rulebook with one text turned round."""

    kind: str
    what: str
    documents: Documents


class Shipped(NamedTuple):
    """The shipped rulebook as data: what answers need, the activities, and what its words are held to."""

    documents: Documents

    def texts(self, section: str, *keys: str) -> list[Place]:
        """Return where the texts of a section stand that lie under one of some keys."""
        return [
            (name, path)
            for name, document in self.documents.items()
            for path in _ends(document.data, ())
            if path[0] == section and set(keys) & set(path)
        ]

    def at(self, place: Place) -> Any:
        """Return what stands at a place."""
        name, path = place
        value: Any = self.documents[name].data
        for step in path:
            value = value[step]
        return value

    def changed(self, *changes: tuple[Place, Any]) -> Documents:
        """Return the documents with other values at some places; `None` takes the entry out."""
        documents = dict(self.documents)
        for (name, path), new in changes:
            data = copy.deepcopy(documents[name].data)
            parent = data
            for step in path[:-1]:
                parent = parent[step]
            if new is None:
                del parent[path[-1]]
            else:
                parent[path[-1]] = new
            documents[name] = documents[name]._replace(data=data)
        return documents


def shipped() -> Shipped:
    """Read the shipped rulebook."""
    documents = [
        *load_documents(),
        *load_activity_documents(),
        *load_checkin_documents(),
        *load_wording_documents(),
        *load_law_documents(),
    ]
    return Shipped({document.name: document for document in documents})


def _ends(data: Any, path: Path_) -> Iterator[Path_]:
    if isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _ends(value, (*path, step))
    else:
        yield path


Maker = Callable[[Shipped, random.Random], tuple[str, Documents]]
KINDS: dict[str, Maker] = {}


def _kind(name: str) -> Callable[[Maker], Maker]:
    def keep(maker: Maker) -> Maker:
        KINDS[name] = maker
        return maker

    return keep


def _replaced(
    book: Shipped, rng: random.Random, places: Sequence[Place], swaps: Sequence[tuple[str, Any]]
) -> tuple[str, Documents]:
    """Replace the first fit of one swap in one of the texts that have it."""
    fits = [(place, swap) for place in places for swap in swaps if re.search(swap[0], book.at(place))]
    place, (pattern, new) = rng.choice(fits)
    text = re.sub(pattern, new, book.at(place), count=1)
    return f"{_named(place)}: {text}", book.changed((place, text))


def _exchanged(book: Shipped, rng: random.Random, places: Sequence[Place]) -> tuple[str, Documents]:
    """Put the text of another place into one."""
    place, other = rng.choice(places), rng.choice(places)
    while book.at(place) == book.at(other):
        place, other = rng.choice(places), rng.choice(places)
    return f"{_named(place)}: {book.at(other)}", book.changed((place, book.at(other)))


def _named(place: Place) -> str:
    return f"{place[0]} {'.'.join(map(str, place[1]))}"


@_kind("a denial taken out")
def _denial(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [
        *book.texts("exercises", *_IN_A_LEVEL),
        *book.texts("parts", "how", "instead"),
        *book.texts("always", "always"),
    ]
    return _replaced(book, rng, places, _DENIALS)


@_kind("soft words made hard")
def _hard(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [
        *book.texts("exercises", *_IN_A_LEVEL),
        *book.texts("movements", "instead", "differently"),
        *book.texts("parts", "how", "instead"),
    ]
    return _replaced(book, rng, places, _SWAPS)


@_kind("a bad step put in")
def _bad_step(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [place for place in book.texts("exercises", "steps") if place[1][-1] == 0]
    place, step = rng.choice(places), rng.choice(_BAD_STEPS)
    return f"{_named(place)}: {step}", book.changed((place, f"{book.at(place)} {step}"))


@_kind("steps of another exercise")
def _steps(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    levels = [
        (name, path[: path.index("steps") + 1])
        for name, path in book.texts("exercises", "steps")
        if path[-1] == 0
    ]
    while True:
        place, other = rng.choice(levels), rng.choice(levels)
        if place[0] != other[0] and set(book.at((place[0], place[1][:-1]))["movements"]) != set(
            book.at((other[0], other[1][:-1]))["movements"]
        ):
            return f"{_named(place)}: those of {_named(other)}", book.changed((place, book.at(other)))


@_kind("a movement taken out of a level that says it, or put in unsaid")
def _movement(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    levels = {(name, path[:4]) for name, path in book.texts("exercises", "steps")}
    place = rng.choice(sorted(levels, key=str))
    listed = book.at(place)["movements"]
    if rng.random() < 0.5 and len(listed) > 1:
        out = rng.choice(listed)
        new, what = [each for each in listed if each != out], f"without {out}"
    else:
        more = rng.choice(["impact_moderate", "prone_position", "spinal_flexion_loaded", "single_leg_load"])
        new, what = [*listed, more], f"with {more}"
    return f"{_named(place)}: {what}", book.changed(((place[0], (*place[1], "movements")), new))


@_kind("a sign to stop turned round")
def _stop(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [*book.texts("exercises", "stop_if"), *book.texts("stop", "stop")]
    return _replaced(book, rng, places, _STOPS)


@_kind("a sign to stop taken out")
def _stop_gone(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    place = rng.choice([*book.texts("stop", "stop"), *book.texts("always", "always")])
    return _named(place), book.changed((place, None))


@_kind("a referral put off")
def _later(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [place for place in book.texts("rules", "refer") if place[1][-1] == "say"]
    return _replaced(book, rng, places, _TIMES)


@_kind("a referral about something else")
def _referral(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    return _exchanged(book, rng, [place for place in book.texts("rules", "refer") if place[1][-1] == "say"])


@_kind("a referral to nobody who may judge")
def _to(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    place = rng.choice([place for place in book.texts("rules", "refer") if place[1][-1] == "to"])
    person = rng.choice(_PEOPLE)
    return f"{_named(place)}: {person}", book.changed((place, person))


@_kind("a safety question about something else")
def _screen(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    return _exchanged(book, rng, book.texts("rules", "screen"))


@_kind("words of a scale exchanged")
def _scale(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = book.texts("words", "words")
    while True:
        place, other = rng.choice(places), rng.choice(places)
        if place != other and place[1][:2] == other[1][:2] and place[1][1] not in ("goals", "regime"):
            return f"{_named(place)} and {other[1][-1]}", book.changed(
                (place, book.at(other)), (other, book.at(place))
            )


@_kind("a permission put in")
def _permission(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [
        *book.texts("rules", "say", "caution", "note", "opens", "why_not"),
        *book.texts("words", "clearance", "verdict"),
        *book.texts("supervised", "opens"),
        *book.texts("week", "say"),
        *book.texts("exercises", "stop_if"),
        *book.texts("fields", "unsure", "ask"),
        *book.texts("symptoms", "say"),
    ]
    place, permission = rng.choice(places), rng.choice(_PERMISSIONS)
    return f"{_named(place)}: {permission}", book.changed((place, f"{book.at(place)} {permission}"))


@_kind("something harmful instead")
def _instead(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [place for place in book.texts("movements", "instead") if place[1][-1] == "instead"]
    place, step = rng.choice(places), rng.choice(_BAD_STEPS)
    return f"{_named(place)}: {step}", book.changed((place, step))


@_kind("a gentler exercise that is heavy")
def _gentler(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    place = rng.choice([place for place in book.texts("exercises", "gentler") if place[1][-1] == 0])
    heavy = rng.choice(["deadlift_supervised", "low_jump", "wall_walk_back", "heel_drop", "prone_press_up"])
    return f"{_named(place)}: {heavy}", book.changed((place, heavy))


@_kind("a dose ten times as large")
def _dose(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [
        place for place in book.texts("exercises", "dose") if re.search(r"\d", book.at(place).split(".")[0])
    ]
    places = [place for place in places if "source" not in place[1]]
    return _replaced(book, rng, places, [(r"\d+", lambda found: str(10 * int(found[0])))])


@_kind("a question that asks for the good answer")
def _asks(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [
        (name, (*path[:-1], "ask"))
        for name, path in book.texts("fields", "worse")
        if book.at((name, path)) == "yes"
    ]
    swaps = [
        (r"^Do you have (a |any )?", "Are you free of "),
        (r"^Have you", "Have you never"),
        (r"^Do you\b(?! have)", "Do you not"),
        (r"^(Is|Are|Does|Did) (\w+)", r"\1 \2 not"),
    ]
    return _replaced(book, rng, places, swaps)


@_kind("a question about something else")
def _question(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    key = rng.choice(["ask", "label", "check"])
    return _exchanged(book, rng, [place for place in book.texts("fields", key) if place[1][-1] == key])


@_kind("another unit in the question")
def _unit(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    swaps = [
        (r"How many months", "How many years"),
        (r"how many weeks", "how many months"),
        (r"How many days", "How many weeks"),
        (r"centimetres", "inches"),
        (r"T-score", "Z-score"),
    ]
    return _replaced(book, rng, book.texts("fields", "ask"), swaps)


@_kind("the worse answer exchanged")
def _worse(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    other = {"yes": "no", "no": "yes", "higher": "lower", "lower": "higher", "first": "last", "last": "first"}
    place = rng.choice([place for place in book.texts("fields", "worse") if book.at(place) in other])
    return _named(place), book.changed((place, other[book.at(place)]))


@_kind("a guard of the words weakened")
def _guard(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    places = [
        *{(name, path[:3]) for name, path in book.texts("plain_words", "never")},
        *((name, path) for name, path in book.texts("fields", "doubt_above")),
        *{(name, path[:2]) for name, path in book.texts("shown", "shown")},
        *{(name, path[:2]) for name, path in book.texts("about", "about")},
    ]
    place = rng.choice(sorted(places, key=str))
    return _named(place), book.changed((place, None))


@_kind("how to do a part of an activity, of another part")
def _how(book: Shipped, rng: random.Random) -> tuple[str, Documents]:
    place, step = rng.choice(book.texts("parts", "how")), rng.choice(_BAD_STEPS)
    return f"{_named(place)}: {step}", book.changed((place, step))


def rewordings(count: int, seed: int) -> Iterator[Rewording]:
    """Yield so many rewordings, as many of each kind."""
    book, rng = shipped(), random.Random(seed)
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        yield Rewording(kind, *KINDS[kind](book, rng))


def noticed_by(before: Documents, after: Documents) -> str:
    """Return who notices a rewording first: `reading`, `rules check`, `rules diff` or nobody (nothing).

    Of `rules check` only what reads words runs here, without the solver and without rendering.
    """
    try:
        book, problems = check(after)
    except RulebookError:
        return "reading"
    if next(problems, None):
        return "rules check"
    compared = [[each for each in some.values() if _is_compared(each)] for some in (before, after)]
    if reworded(*compared) or next(differences(load_rulebook(), book), None):
        return "rules diff"
    return ""


def check(documents: Documents) -> tuple[Rulebook, Iterator[Problem]]:
    """Return a rulebook, and what `rules check` finds in it without the solver and without rendering.

    Raises:
        RulebookError: when the rulebook cannot be used.

    """
    rules = [document for name, document in documents.items() if not _is_apart(name)]
    activities, checkin, wording = (
        [document for name, document in documents.items() if within(name).startswith(start)]
        for start in (ACTIVITIES, CHECKIN, WORDING)
    )
    vocabulary = read_vocabulary(documents[VOCABULARY])
    book = read_rulebook([each for each in rules if each.name != VOCABULARY], vocabulary, "")
    known = read_activities(activities, book)
    worded = [*rules, *activities, *checkin]
    return book, chain(wording_problems(book, worded, wording), activity_problems(known), lint(book, worded))


def _is_apart(name: str) -> bool:
    return within(name).startswith((ACTIVITIES, WORDING, CHECKIN, LAWS))


def _is_compared(document: Document) -> bool:
    name = within(document.name)
    return not is_apart(name) and not name.startswith(CASES)


def main() -> int:
    """Make rewordings, say who notices them, and return how many nobody notices."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    before = shipped().documents
    score: dict[str, Counter[str]] = defaultdict(Counter)
    for rewording in rewordings(chosen.count, chosen.seed):
        by = noticed_by(before, rewording.documents)
        score[rewording.kind][by or "nobody"] += 1
        if by not in ("reading", "rules check"):
            print(f"{by or 'NOBODY'}: {rewording.kind}: {rewording.what}", flush=True)
    total: Counter[str] = sum(score.values(), Counter())
    for kind, counts in score.items():
        print(f"{kind}: {', '.join(f'{by} {count}' for by, count in counts.items())}")
    refused = total["reading"] + total["rules check"]
    print(
        f"{total.total()} rewordings of {len(score)} kinds: rules check alone notices {refused} "
        f"({refused / total.total():.0%}), with rules diff {total.total() - total['nobody']}."
    )
    return total["nobody"]


if __name__ == "__main__":
    sys.exit(main() > 0)
