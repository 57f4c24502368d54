"""What the words of the rulebook are held to (`rules/wording/`), and who notices words turned round."""

import re
from collections.abc import Callable
from functools import cache

import pytest

from recommender.authoring.wording import wording_problems
from recommender.authoring.wording.reading import read_wording
from recommender.authoring.wording.sense import Sense
from recommender.documents.yaml_json import Path_, read_yaml
from recommender.errors import RulebookError
from recommender.proof.wording import reworded
from recommender.rulebook.leaves import leaves, patient_texts
from recommender.rulebook.loading import load_wording_documents
from tests.people import book
from tests.rewording import KINDS, Documents, Shipped, check, noticed_by, rewordings, shipped

FILE = """\
rules:
  - {title: For authors, id: A1, when: age >= 50, say: "Ask  first.", sources: [UK22, DD]}
  - {sources: [DD], title: Without an id, say: Go on.}
  - {cases: [{age: "60"}]}
exercises:
  - id: hinge
    levels:
      - {id: chair, movements: [bend], dose: {usual: {repeats: ["8", "12"], manner: slow}, source: DD}}
stop: [It hurts., You feel faint.]
recalled: [A line, {id: B, do: Update.}, {dates: ["1", "2"]}]
words:
  clearance: {hold: Pause}
  disclaimer: {person: This informs., clinician: For review.}
phrases:
  report: {title: Your plan}
  clinician: {title: For a clinician}
"""


def test_what_people_read_of_a_file_is_told_apart_from_what_steers_and_what_clinicians_read() -> None:
    assert dict(patient_texts(read_yaml(FILE, "a.yaml"))) == {
        ("rules", 0, "say"): "Ask first.",
        ("rules", 1, "say"): "Go on.",
        ("stop", 0): "It hurts.",
        ("stop", 1): "You feel faint.",
        ("recalled", 1, "do"): "Update.",
        ("words", "clearance", "hold"): "Pause",
        ("words", "disclaimer", "person"): "This informs.",
        ("phrases", "report", "title"): "Your plan",
    }


def test_what_a_comparison_does_not_judge_stands_under_names_that_stay_where_it_moves() -> None:
    assert leaves([read_yaml(FILE, "a.yaml")]) == {
        ("rules", "A1", "id"): "A1",
        ("rules", "A1", "title"): "For authors",
        ("rules", "A1", "say"): "Ask first.",
        ("rules", "A1", "sources"): "UK22 | DD",
        ("rules", "Without an id", "sources"): "DD",
        ("rules", "Without an id", "title"): "Without an id",
        ("rules", "Without an id", "say"): "Go on.",
        ("exercises", "hinge", "id"): "hinge",
        ("exercises", "hinge", "levels", "chair", "id"): "chair",
        ("exercises", "hinge", "levels", "chair", "dose", "usual"): "repeats 8 | 12, manner slow",
        ("exercises", "hinge", "levels", "chair", "dose", "source"): "DD",
        ("stop",): "It hurts. | You feel faint.",
        ("recalled", "0"): "A line",
        ("recalled", "B", "id"): "B",
        ("recalled", "B", "do"): "Update.",
        ("recalled", "2", "dates"): "1 | 2",
        ("words", "clearance", "hold"): "Pause",
        ("words", "disclaimer", "person"): "This informs.",
        ("words", "disclaimer", "clinician"): "For review.",
        ("phrases", "report", "title"): "Your plan",
        ("phrases", "clinician", "title"): "For a clinician",
    }


SENSE = Sense([r"\bnot\b", r"\bnever\b", r"\bbefore\b", r"\bif\b", r"\bleave out\b"])
_shipped = cache(shipped)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jump a little.", "jump"),
        ("Do not jump.", ""),
        ("Do not stop. Jump.", "jump"),
        ("Never stop, jump.", "jump"),
        ("Never bend, twist or jump.", ""),
        ("Leave out kicks, low stances or jumps.", ""),
        ("If you sway, jump.", "jump"),
        ("Stop before you jump.", ""),
        ("Do not sit down but jump.", "jump"),
        ("Jump, but do not run.", "jump"),
        ("Walk.", ""),
    ],
)
def test_words_count_only_where_no_denial_turns_them_round(text: str, found: str) -> None:
    """A denial reaches to the end of its clause, or of a list with "or"."""
    assert SENSE.affirmed(re.compile("jump"), text) == found


def test_the_shipped_words_agree_with_all_that_is_written_of_them() -> None:
    """No false alarm: what cannot be said otherwise is exempt with a reason."""
    _, problems = check(_shipped().documents)
    assert list(problems) == []


def test_files_about_words_are_read_strictly() -> None:
    """What cannot be read is told with its place: patterns, movements, keys."""
    document = read_yaml(
        "cues:\n  - {words: '(', needs: [flying]}\nnever:\n  - {words: x, reason: y}\nkept: []\n",
        "rules/wording/x.yaml",
    )
    with pytest.raises(RulebookError) as refused:
        read_wording([document], book())
    told = str(refused.value)
    for words in (
        "x.yaml:2:13: this pattern cannot be read",
        "x.yaml:2:26: `flying` is not a known movement",
        "x.yaml:4:5: `never` lacks `because`",
        "`kept`",
    ):
        assert words in told, told


def test_a_rulebook_without_files_about_words_is_held_to_nothing() -> None:
    """The files are a guard that a rulebook may have."""
    assert list(wording_problems(book(), list(_shipped().documents.values()), [])) == []


# What `rules check` let pass before there was `rules/wording/`: each row turns one text round.
def _place(section: str, *path: str) -> Callable[[Shipped], tuple[str, Path_]]:
    """Find a text by the ids and keys that lead to it."""

    def find(rulebook: Shipped) -> tuple[str, Path_]:
        for name, document in rulebook.documents.items():
            if not isinstance(document.data, dict) or section not in document.data:
                continue
            value, steps = document.data[section], [section]
            for step in path:
                if isinstance(value, list):
                    ids = [str(entry.get("id")) if isinstance(entry, dict) else "" for entry in value]
                    key = ids.index(step) if step in ids else int(step) if step.isdigit() else None
                else:
                    key = step if isinstance(value, dict) else None
                if key is None:
                    break
                value = value.get(key) if isinstance(value, dict) else value[key]
                steps.append(key)
            else:
                return name, tuple(steps)
        raise LookupError(path)

    return find


_TILT = ("exercises", "pelvic_tilt_supine", "levels", "pelvic_tilt_supine")
_ROWS = {
    "a dose of 100 sets": (
        _place(*_TILT, "dose", "usual"),
        {"sets": "100", "repeats": "80", "of": "tilts", "per_day": "10"},
    ),
    "a step that jerks": (
        _place(*_TILT, "steps", "0"),
        "Sit up fast with straight legs, and touch your toes as hard as you can.",
    ),
    "a stop sign that is gone": (_place("stop", "4"), None),
    "a stop sign that says go on": (
        _place("stop", "0"),
        "Go on if you have sharp or new back pain. Push through it, and it will settle.",
    ),
    "a screen about a cold": (_place("rules", "R05", "screen"), "a cold or a runny nose"),
    "a referral that plays down": (
        _place("rules", "R05", "refer", "say"),
        "This is nothing to worry about. Wait a few weeks.",
    ),
    "a referral to a trainer": (_place("rules", "R25", "refer", "to"), "a gym trainer"),
    "a leg to be walked on": (_place("rules", "R25", "refer", "say"), "Walk on that leg until it is better."),
    "an emergency that may start": (
        _place("words", "clearance", "emergency"),
        "You can start gently today.",
    ),
    "an avoid that is fine": (
        _place("words", "verdict", "avoid"),
        "fine for you, and good to do often",
    ),
    "a lift with a round back instead": (
        _place("movements", "spinal_flexion_loaded", "instead"),
        "Lift with straight legs and a round back, and be fast.",
    ),
    "a start for everybody": (
        _place("words", "screening", "clear"),
        "Whatever your answers, start today as hard as you like.",
    ),
    "a stop sign that presses harder": (
        _place("exercises", "pelvic_tilt_supine", "stop_if", "0"),
        "Back pain that grows with each tilt: press harder until it goes.",
    ),
    "an opening that asks for nothing": (
        _place("supervised", "opens"),
        "Nothing else is needed, so go on and do it.",
    ),
    "a guard of bending that is gone": (_place("plain_words", "never", "0"), None),
    "a reading age of eighteen": (_place("plain_words", "grade"), "18"),
    "a level that hides its movement": (
        _place("exercises", "dead_bug_mod", "levels", "dead_bug_arm_and_leg", "movements"),
        ["supine_supported"],
    ),
    "a score with half its range": (_place("fields", "t_score", "range", "0"), "-4.0"),
    "a score whose lost sign passes": (_place("fields", "t_score", "doubt_above"), None),
}


@pytest.mark.heavy
@pytest.mark.parametrize("row", _ROWS)
def test_rules_check_notices_words_that_are_turned_round(row: str) -> None:
    """Each of these is found by `rules check` alone, without the solver."""
    find, new = _ROWS[row]
    name, path = find(_shipped())
    after = _shipped().changed(((name, path), new))
    if path[-1] in ("screen", "usual"):  # held against the condition of its rule; a dose is read
        assert noticed_by(_shipped().documents, after) in ("reading", "rules check"), row
    else:
        problems = wording_problems(book(), [after[name]], load_wording_documents())
        assert any(problem.place.startswith(name) for problem in problems), row


_STEERED = {
    "a source that nobody read": (_place("rules", "R05", "source_status"), "from_memory"),
    "bending that nothing need limit": (_place("families", "bending", "free"), "yes"),
    "a gentler exercise that is heavy": (
        _place("exercises", "isometric_extension_wall", "gentler"),
        ["deadlift_supervised"],
    ),
}


@pytest.mark.parametrize("row", _STEERED)
def test_rules_diff_names_what_steers_the_words(row: str) -> None:
    """What no word shows is named by `rules diff`, at least."""
    find, new = _STEERED[row]
    after = _shipped().changed((find(_shipped()), new))
    assert reworded(_shipped().documents.values(), after.values()), row


_LOGIC = {
    "falls that count the other way": (_place("fields", "falls_12m", "worse"), "lower"),
    "a red flag that is not asked": (_place("fields", "saddle_numbness", "only_if"), "leg_weakness"),
    "a red flag that no rule reads": (
        _place("rules", "R05", "when"),
        "bladder_bowel_change or bilateral_leg_symptoms or leg_weakness",
    ),
    "levels from the heaviest on": (_place("exercises", "bird_dog", "levels"), [2, 1, 0]),
}


@pytest.mark.heavy
@pytest.mark.parametrize("row", _LOGIC)
def test_rules_diff_names_what_steers_the_answers(row: str) -> None:
    """What decides is compared for everybody."""
    find, new = _LOGIC[row]
    place = find(_shipped())
    if isinstance(new, list):
        new = [_shipped().at(place)[index] for index in new]
    assert noticed_by(_shipped().documents, _shipped().changed((place, new)))


@pytest.mark.heavy
def test_each_kind_of_rewording_can_be_made_and_read() -> None:
    """Rewordings of every kind differ from what is shipped."""
    made = list(rewordings(len(KINDS), seed=3))
    assert [each.kind for each in made] == list(KINDS)
    assert all(_differ(each.documents) for each in made)


def _differ(documents: Documents) -> bool:
    return any(documents[name].data != document.data for name, document in _shipped().documents.items())


@pytest.mark.heavy
def test_every_rewording_is_noticed() -> None:
    """Nobody turns a text round unseen: `rules check` or `rules diff` notices each, of each kind."""
    unseen = [
        (each.kind, each.what)
        for each in rewordings(2 * len(KINDS), seed=4)
        if not noticed_by(_shipped().documents, each.documents)
    ]
    assert unseen == []
