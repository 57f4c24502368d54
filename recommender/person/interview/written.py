"""Where a conversation stands, as plain data: for whoever carries it from one question to the next."""

from collections.abc import Mapping
from typing import Any

from recommender.errors import Problem, ProfileError
from recommender.language.meaning import Value
from recommender.person.interview.prompts import Prompt, State, single
from recommender.rulebook.questions import Questions, Step
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.answers import read_answer, write_answer

_FLAGS = ("is_urgent", "is_safety", "which", "opened")


def write_state(state: State, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return a state as plain data, ready for `json.dumps`."""
    fields = vocabulary.fields
    return {
        "values": {name: write_answer(fields[name], value) for name, value in state.values.items()},
        "asked": sorted(state.asked),
        "opened": [_write_prompt(prompt) for prompt in state.opened],
        "counted": state.counted,
        "most": state.most,
        "alarmed": state.alarmed,
    }


def _write_prompt(prompt: Prompt) -> dict[str, Any]:
    return {
        "step": prompt.step.id,
        "single": prompt.step == single(prompt.step.id).step,
        "items": [prompt.step.items.index(item) for item in prompt.items],
        "flags": [name for name in _FLAGS if getattr(prompt, name)],
    }


def read_state(data: Any, questions: Questions, vocabulary: Vocabulary) -> State:
    """Return the state that `write_state` wrote.

    Raises:
        ProfileError: when it is something else.

    """
    steps = {
        step.id: step
        for step in (questions.emergencies, *questions.safety, *questions.early, *questions.later)
    }
    known = {*steps, *vocabulary.fields}
    try:
        return State(
            values=_read_values(data["values"], vocabulary),
            asked=frozenset(name for name in data["asked"] if name in known),
            opened=tuple(_read_prompt(prompt, steps, vocabulary) for prompt in data["opened"]),
            counted=int(data["counted"]),
            most=int(data["most"]),
            alarmed=data["alarmed"] is True,
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise ProfileError(Problem("", "These answers cannot be read.", "Begin again.")) from None


def _read_values(data: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, Value]:
    read = {name: read_answer(vocabulary.fields[name], text, name) for name, text in data.items()}
    return {name: value for name, value in read.items() if value is not None}


def _read_prompt(data: Mapping[str, Any], steps: Mapping[str, Step], vocabulary: Vocabulary) -> Prompt:
    name = data["step"]
    step = single(vocabulary.fields[name].id).step if data["single"] is True else steps[name]
    items = tuple(step.items[int(number)] for number in data["items"])
    is_urgent, is_safety, which, opened = (flag in data["flags"] for flag in _FLAGS)
    return Prompt(step, items, is_urgent, is_safety, which, opened)
