"""The safety questions that are open at an answer, as prompts."""

from collections.abc import Collection, Iterable

from recommender.person.interview.prompts import Prompt, single
from recommender.rulebook.questions import Questions


def safety_prompts(questions: Questions, asked: Collection[str], open_fields: Iterable[str]) -> list[Prompt]:
    """Return prompts for open fields: in the group of a step if that was not `asked` yet, else one by one."""
    left = dict.fromkeys(open_fields)
    steps = (questions.emergencies, *questions.safety, *questions.early, *questions.later)
    groups = [step for step in steps if step.items and step.id not in asked]
    grouped = {name for step in groups for name in step.names}
    prompts: list[Prompt] = []
    for step in steps:
        is_group, is_urgent = step in groups, step is questions.emergencies
        names = [name for name in step.names if name in left and (is_group or name not in grouped)]
        if names and is_group:
            items = tuple(item for item in step.items if left.keys() & set(item.fields))
            prompts.append(Prompt(step, items, is_urgent, is_safety=True))
        elif len(names) > 1 and names == list(step.fields):
            prompts.append(Prompt(step, (), is_urgent, is_safety=True))
        else:
            prompts += [_alone(name, is_urgent) for name in names]
        for name in names:
            del left[name]
    return [*prompts, *(_alone(name, is_urgent=False) for name in left)]


def _alone(name: str, is_urgent: bool) -> Prompt:
    return single(name)._replace(is_urgent=is_urgent, is_safety=True, opened=True)
