"""How much of an answer is decided by a conversation of a dozen questions, beside asking everything.

    python -m benchmarks.asking [PEOPLE]

Made-up people answer everything truthfully: mostly as a healthy person does, now and then at random. For each
the answer after a stage of the conversation is held to that of the same person who was asked everything: for
how many exercises is where to begin, and up to where, the same, and for how many movements the verdict.
"""

import random
import sys
from datetime import date
from statistics import mean

from recommender.errors import ProfileError
from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.person.interview.interview import Interview
from recommender.person.interview.prompts import Prompt
from recommender.rulebook import load_rulebook
from recommender.rulebook.loading import load_questions
from recommender.vocabulary import Field
from recommender.vocabulary.answers import read_answer, write_answer
from recommender.vocabulary.profile import Profile, profile_of

BOOK = load_rulebook()
QUESTIONS = load_questions(BOOK)
ENGINE = ReferenceEngine(BOOK.strata)
FIELDS = BOOK.vocabulary.fields
TODAY = date(2026, 11, 27)
ORDINARY = {"age": "61", "sex": "female", "menopause": "post", "t_score": "-2.6", "activity": "regular"}
ORDINARY |= {
    "systolic_bp": "130",
    "diastolic_bp": "80",
    "vertebral_fractures": "0",
    "scan_months": "2",
    "equipment": "gym",
}
_LEFT_OUT = ("z_", "t_", "frax")  # most people have one score


def healthy(field: Field) -> Value | None:
    """Return the better end of a field, as a person without trouble answers."""
    if field.id in ORDINARY:
        return read_answer(field, ORDINARY[field.id], "")
    if field.never:
        return NOT_APPLICABLE
    if field.kind == "yes_no":
        return field.worse == "no"
    if field.kind == "choice":
        return field.choices[-1 if field.worse == "first" else 0]
    return field.low if field.worse == "higher" else 20 * field.step


def somebody(chance: random.Random, trouble: float) -> Profile:
    """Make up somebody who can answer everything; each answer is at random with the chance `trouble`."""
    values: dict[str, Value] = {}
    for field in FIELDS.values():
        if field.id.startswith(_LEFT_OUT) and field.id not in ORDINARY:
            continue
        value = healthy(field)
        if chance.random() < trouble and field.id not in ("sex", "menopause", "age"):
            value = at_random(field, chance)
        if value is None:
            continue
        try:
            profile_of(BOOK.vocabulary, {**values, field.id: value}, {})
        except ProfileError:
            continue
        values[field.id] = value
    return profile_of(BOOK.vocabulary, values, {})


def at_random(field: Field, chance: random.Random) -> Value:
    """Return any answer to a field."""
    if field.kind == "yes_no":
        return chance.random() < 0.5
    if field.kind == "choice":
        return chance.choice(field.choices)
    lowest = field.low // field.step
    return (lowest + chance.randint(0, min(field.high // field.step - lowest, 40))) * field.step


def reply(prompt: Prompt, person: Profile) -> str:
    """Return what somebody types who answers truthfully."""
    values = person.facts.values
    if not prompt.items:
        texts = [
            ""
            if values.get(name) in (None, NOT_APPLICABLE) and name not in person.never
            else write_answer(FIELDS[name], values[name])
            for name in prompt.step.fields
        ]
        return "/".join(texts) if all(texts) else ""
    true = [
        str(number)
        for number, item in enumerate(prompt.items, 1)
        if item.no is not None and values.get(item.fields[0], item.no) not in (item.no, NOT_APPLICABLE)
    ]
    return " ".join(true) or "no"


def same(early: Assessment, whole: Assessment) -> tuple[float, float]:
    """Return the shares of exercises and of movements of which two answers say the same."""
    exercises = [_exercise(early, id_) == _exercise(whole, id_) for id_ in BOOK.exercises]
    pairs = zip(early.movements, whole.movements, strict=True)
    return mean(exercises), mean(before.verdict == after.verdict for before, after in pairs)


def _exercise(assessment: Assessment, id_: str) -> tuple[str, str] | None:
    offer = assessment.offer(id_)
    return (offer.start.level.id, offer.level.id) if offer else None


def talk(person: Profile, most: int | None = None) -> tuple[Interview, int, int]:
    """Hold a conversation; return it with how much was asked for safety, and after it."""
    questions = QUESTIONS if most is None else QUESTIONS._replace(most=most)
    if most == 0:
        questions = questions._replace(early=())
    interview = Interview(BOOK, ENGINE, questions, profile_of(BOOK.vocabulary, {}, {}), TODAY)
    safety = others = 0
    while (prompt := interview.next()) is not None:
        interview.answer(prompt, reply(prompt, person))
        safety += prompt.is_safety or prompt.is_urgent
        others += not (prompt.is_safety or prompt.is_urgent)
    return interview, safety, others


def main(people: int) -> None:
    """Measure, and print a table."""
    print("trouble  stage             asked  exercises as after all  movements as after all")
    for trouble in (0.0, 0.03, 0.1):
        chance = random.Random(7)
        persons = [somebody(chance, trouble) for _ in range(people if trouble else 1)]
        whole = [assess(BOOK, ENGINE, person) for person in persons]
        for stage, most in (("safety only", 0), ("a dozen", None), ("all it asks", 500)):
            talks = [talk(person, most) for person in persons]
            shares = [
                same(interview.assessment, all_) for (interview, _, _), all_ in zip(talks, whole, strict=True)
            ]
            asked = f"{mean(safety for _, safety, _ in talks):.1f}+{mean(other for *_, other in talks):.1f}"
            exercises, movements = (100 * mean(part) for part in zip(*shares, strict=True))
            print(f"{trouble:7.2f}  {stage:16} {asked:>7} {exercises:16.1f} % {movements:20.1f} %")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 40)
