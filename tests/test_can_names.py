"""`recommender can`: names that nobody listed are taken for their kind, and never for something milder."""

from functools import cache

import pytest

from recommender.activities.answer import Answer, answer
from recommender.activities.matching import By, Match, Subject
from recommender.person.assessment import Assessment
from recommender.report.can.text import MOST_LINES, can_report
from recommender.rulebook.activities import Symptom
from recommender.rulebook.scales import Verdict
from tests.people import assessed
from tests.test_can import catalogue


@cache
def people() -> dict[str, Assessment]:
    """Return people whose bones allow more and more."""
    return {
        "broken spine": assessed(
            t_score="-3.0", age="70", vertebral_fractures="1", vertebral_fracture_months="24"
        ),
        "low": assessed(t_score="-3.0", age="60"),
        "a little low": assessed(t_score="-1.5", age="60"),
    }


def matched(name: str) -> Match:
    """Return what a name that must be known was taken for."""
    match = catalogue().match(name)
    assert match is not None, name
    return match


@cache
def answered(name: str, person: str = "low") -> Answer:
    """Return the answer to a name that must be known and no symptom."""
    subject = matched(name).subject
    assert isinstance(subject, Subject), name
    return answer(people()[person], subject)


def listed(names: str) -> list[str]:
    """Return the names of a text, between semicolons."""
    return [name.strip() for name in names.split(";")]


# ── What bends or twists under load ─────────────────────────────────────────────────────────────────────────

CURLS = listed("sit-up; sit ups; situps; SIT-UP; crunch; crunches; ab crunch; good morning; good-mornings")
LOADED_TWISTS = listed("twist; twists; trunk rotation; torso twist; woodchop; wood chops; Russian twist")
TOE_TOUCHES = listed("toe touch; toe-touches; toe touching; touch my toes")
EQUIPMENT = listed("barbell; dumbbell; dumbell; cable; kettlebell; band; weighted; smith machine; plate")
POSITIONS = listed("seated; standing; kneeling; incline; decline; alternating; one-arm; slow; swiss ball")


def fine(*names: str) -> list[str]:
    """Return the names of which everything may go on."""
    return [name for name in names if not answered(name).waiting]


@pytest.mark.parametrize("name", CURLS)
def test_no_sit_up_crunch_or_good_morning_is_fine_at_minus_three(name: str) -> None:
    words = ["", *EQUIPMENT, *POSITIONS]

    assert (
        fine(*(f"{word} {name}" for word in words), *(f"{name} with feet held, {word}" for word in words))
        == []
    )


@pytest.mark.parametrize("name", LOADED_TWISTS)
def test_no_loaded_twist_is_fine_at_minus_three(name: str) -> None:
    names = [f"{word} {name}" for word in EQUIPMENT]

    assert fine(*names, *(f"standing {name} with a {word}" for word in EQUIPMENT)) == []


@pytest.mark.parametrize("name", TOE_TOUCHES)
def test_no_toe_touch_is_fine_at_minus_three(name: str) -> None:
    assert fine(*(f"{word} {name}" for word in ("", "fast", *EQUIPMENT, *POSITIONS))) == []


# ── A further word is never a permission ────────────────────────────────────────────────────────────────────

PLAIN = listed("""
squat; walking lunge; step up; calf raise; deadlift; bent over row; bench press; shoulder press; hammer curl;
lateral raise; pull up; dips; chest fly; sit up; leg raise; Russian twist; side bend; windmill; side plank;
push up; glute bridge; leg kickback; pistol squat; box jump; kettlebell swing; thruster; quad stretch; hike
""")
WORDS = listed("""
barbell; dumbbell; kettlebell; cable; weighted; smith machine; sandbag; heavy; overhead; one leg; decline;
bent over; twisting; prone; seated
""")


@pytest.mark.parametrize(
    "word",
    [*WORDS[::4], *(pytest.param(word, marks=pytest.mark.heavy) for word in WORDS if word not in WORDS[::4])],
)
def test_a_further_word_never_makes_an_answer_milder(word: str) -> None:
    """Or the longer name is not known, and said to be unknown."""
    milder = [
        (longer, person)
        for name in PLAIN
        if catalogue().match(longer := f"{word} {name}")
        for person in people()
        if _milder(answered(name, person), answered(longer, person))
    ]

    assert milder == []


def _milder(before: Answer, after: Answer) -> bool:
    return _strictest(after) < _strictest(before) or bool(before.waiting and not after.waiting)


def _strictest(given: Answer) -> Verdict:
    return max(each.verdict for each in given.parts)


ADDED = {
    "reverse lunge with a barbell": "weights_heavy",
    "step-ups with a heavy bag": "bag_heavy",
    "hip hinge deadlift on one leg": "one_leg",
    "lunge and twist": "twist_fast",
    "hammer curl on a decline bench": "sit_straight_up",
    "triceps extension, bent over": "bent_weight",
    "squat on a wobble board": "balance_free",
    "military press behind the neck": "behind_neck",
    "jog with my puppy": "pulled",
    "cycle home in the dark": "slippery",
    "pick fruit up a ladder": "climb",
    "running with a weighted vest": "vest",
}


@pytest.mark.parametrize(("name", "part"), ADDED.items())
def test_a_word_beside_a_kind_adds_its_part(name: str, part: str) -> None:
    assert part in {each.part.id for each in answered(name, "broken spine").parts}


def test_what_a_word_adds_is_not_told_where_it_is_fine() -> None:
    """“With a weight: fine” would read as a permission for what the weight is used for."""
    given = answered("oblique crunch holding a dumbbell")

    assert [each.part.id for each in given.added_fine] == ["weights_medium"]
    assert "with a weight" not in {each.part.name for each in given.parts}


def test_what_a_word_adds_is_not_told_twice() -> None:
    parts = [each.part.id for each in answered("heavy barbell deadlift off the floor, max weight").parts]

    assert len(parts) == len(set(parts))


def test_the_answer_keeps_to_fifteen_lines_with_all_that_words_add() -> None:
    words = "heavy barbell overhead twisting jumping bent over decline prone one leg"
    for person in people().values():
        for name in ("gym", "circuit", "lunge", "squat", "dancing", "yoga", "core exercise", "hiking"):
            question = f"{words} {name}"
            match = catalogue().match(question)
            text = can_report(person, question, match, 80, colour=False)
            assert len(text.splitlines()) <= MOST_LINES, text


# ── Which kind ──────────────────────────────────────────────────────────────────────────────────────────────

KINDS = {
    "cable presses": "weight_press",
    "cable flies, lying": "chest_fly",
    "glute kickbacks with a cable": "kickback",
    "kickbacks with dumbbells": "triceps",
    "kneeling nordic curls": "nordic_curl",
    "bent-over donkey raises for my calves": "donkey_calf_raise",
    "trx rows": "trx",
    "slow jefferson curls": "jefferson_curl",
    "zercher carry squat": "squat_from_floor",
    "ski erg intervals": "ski_machine",
    "weekly core workout": "core_training",
    "child's pose with a side stretch": "childs_pose",
    "brush and floss my teeth": "basin",
    "help my wife out of bed": "caring_adult",
    "throw my grandson in the air": "tossing_child",
    "get the roast out of the oven": "cooking",
    "pull up weeds by hand": "weeding",
    "ride pillion to work": "motorbike",
    "push the pram uphill": "pushchair",
    "kneel down in church": "kneeling",
    "take the lift": "escalator",
    "fell running": "running",
    "butterfly": "butterfly",
    "clean": "clean",
}


@pytest.mark.parametrize(("name", "id_"), KINDS.items())
def test_a_name_nobody_listed_is_taken_for_its_kind(name: str, id_: str) -> None:
    assert matched(name).subject.id == id_


NOT_THAT = {
    "hobby horse": "horse_riding",
    "horse stance": "horse_riding",
    "pommel horse": "horse_riding",
    "pull up my sleeves": "pull_up",
    "curl up with a book": "crunch",
    "curl my hair": "biceps_curl",
    "lift my arms": "heavy_lifting",
    "take the lift to the top": "heavy_lifting",
    "roll out pastry": "ab_wheel",
    "french press coffee": "triceps",
    "press the button": "weight_press",
    "skip lunch": "squat_jump",
    "chop salad": "wood_chop",
    "two flights of steps": "flying",
    "farmers market": "loaded_carry_gym",
    "drag the sofa": "sled",
}


@pytest.mark.parametrize(("name", "id_"), NOT_THAT.items())
def test_a_word_of_another_trade_is_not_taken_for_it(name: str, id_: str) -> None:
    match = catalogue().match(name)

    assert match is None or match.subject.id != id_


@pytest.mark.parametrize("name", ["I had a stroke while swimming", "my leg drops when I exercise"])
def test_a_symptom_among_the_words_of_an_exercise_is_still_a_symptom(name: str) -> None:
    match = matched(name)

    assert match.by is By.SYMPTOM
    assert isinstance(match.subject, Symptom)


@pytest.mark.parametrize(
    ("name", "id_"),
    [("pressups", "push_ups"), ("kettle bell swing", "kettlebell_swing"), ("tire flips", "strongman")],
)
def test_another_spelling_of_a_word_is_the_same_name(name: str, id_: str) -> None:
    match = matched(name)

    assert (match.by, match.subject.id) == (By.NAME, id_)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("gardening and lifting my grandchildren", ["gardening", "lifting a grandchild"]),
        ("golf, yoga and zorbing", ["golf", "yoga", None]),
        ("weed and dig", ["gardening"]),
        ("golf with back pain and fever", ["back pain"]),
        ("walking and jumping", ["walking"]),
        ("arms and legs", [None]),
    ],
)
def test_several_things_are_found_each_where_that_loses_nothing(asked: str, names: list[str | None]) -> None:
    each = catalogue().match_each(asked)

    assert [match and match.subject.name for _, match in each] == names
