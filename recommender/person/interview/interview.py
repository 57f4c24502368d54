"""What is asked next: emergencies, safety, the early questions, then what matters most by the rules."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from recommender.language.meaning import Value, evaluate
from recommender.language.tree import fields_of
from recommender.person.assessment import Assessment, Question
from recommender.person.decision import assess
from recommender.person.engines.inference import Engine
from recommender.person.interview.answers import answer_fields, answer_group
from recommender.person.interview.prompts import Prompt, State, applies, asked_each_time, resting_on, single
from recommender.person.interview.safety import safety_prompts
from recommender.person.what_if import with_answers, worst_answer
from recommender.rulebook.model import Rulebook
from recommender.rulebook.questions import Questions, Step
from recommender.rulebook.scales import Clearance
from recommender.vocabulary.profile import Profile, profile_of


class Interview:
    """A conversation about one person, of whom something may be `known` from another day."""

    def __init__(
        self, book: Rulebook, engine: Engine, questions: Questions, known: Profile, as_of: date
    ) -> None:
        self.book, self.engine, self.questions, self.as_of = book, engine, questions, as_of
        self.each_time = asked_each_time(questions, book.vocabulary)
        answered = known.answered.items()
        earlier = {name: value for name, value in answered if name not in self.each_time}
        self._practice = known.practice
        self._enter(State(earlier, frozenset(), (), 0, questions.most, alarmed=False))
        self._history: list[State] = []

    def _enter(self, state: State) -> None:
        """Go to a state.

        Raises:
            ProfileError: where its answers contradict each other; the state is not entered then.

        """
        profile = profile_of(self.book.vocabulary, state.values, {})
        self.profile: Profile = profile._replace(practice=self._practice)
        self._state = state
        self._assessment: Assessment | None = None

    @property
    def assessment(self) -> Assessment:
        """Return what the rules say so far."""
        if self._assessment is None:
            self._assessment = assess(self.book, self.engine, self.profile)
        return self._assessment

    @property
    def is_emergency(self) -> bool:
        """Say whether help comes before any further question."""
        return self.assessment.clearance is Clearance.EMERGENCY

    @property
    def has_unnamed_alarm(self) -> bool:
        """Say whether one of the emergencies may be true, and which one is not known."""
        fields = (self.book.vocabulary.fields[name] for name in self.questions.emergencies.names)
        facts = self.profile.facts
        return self._state.alarmed and any(
            field.id not in self._state.values and applies(field, facts) for field in fields
        )

    def next(self) -> Prompt | None:
        """Return the next question, or `None` where enough was asked, or where help comes first."""
        if self.is_emergency:
            return None
        for prompt in self._state.opened:
            if self._waits(prompt):
                return prompt
        if self.has_unnamed_alarm:
            return None
        for step in (self.questions.emergencies, *self.questions.safety, *self.questions.early):
            if put := self._prompt(step):
                return put
        return self._most_telling() if self._state.counted < self._state.most else None

    def questions_left(self) -> int:
        """Return how many open questions could still change something."""
        return sum(1 for _ in self._open_questions())

    def most_left(self) -> int:
        """Return about how many questions are asked at most, if all goes on as it is."""
        steps = (*self.questions.safety, *self.questions.early)
        early = sum(1 for step in steps if self._prompt(step))
        later = max(0, self._state.most - self._state.counted - early)
        return self.opened_left() + early + min(later, self.questions_left())

    def opened_left(self) -> int:
        """Return how many opened questions wait."""
        return sum(map(self._waits, self._state.opened))

    def open_safety(self) -> tuple[str, ...]:
        """Return the fields that open safety rules wait for, also those that somebody is not sure of."""
        return tuple(question.field for question in self.assessment.questions if question.kind == "safety")

    def ask_safety(self) -> None:
        """Open what open safety rules wait for: in its group if that was not asked yet, else one by one."""
        before = self._state
        opened = safety_prompts(self.questions, before.asked, self.open_safety())
        again = {name for prompt in opened for name in prompt.names}
        self._history.append(before)
        self._enter(before._replace(asked=before.asked - again, opened=(*opened, *before.opened)))

    def close_settled_safety(self) -> None:
        """Close the opened questions that no safety rule waits for any longer."""
        left = set(self.open_safety())
        opened = tuple(prompt for prompt in self._state.opened if left & set(prompt.names))
        self._state = self._state._replace(opened=opened)

    def go_on(self) -> None:
        """Ask as many questions again as were asked after the safety part."""
        self._state = self._state._replace(most=self._state.counted + self.questions.most)

    def reopen(self, names: Iterable[str]) -> None:
        """Forget answers from another day with all that rests on them, to ask about them again."""
        before, again = self._state.values, resting_on(self.book.vocabulary, names)
        values = {name: value for name, value in before.items() if name not in again}
        opened = tuple(single(name)._replace(opened=True) for name in before if name in again)
        self._enter(self._state._replace(values=values, opened=(*opened, *self._state.opened)))

    @property
    def states(self) -> tuple[State, ...]:
        """Return where the conversation stands, after every state before it."""
        return (*self._history, self._state)

    def resume(self, states: Sequence[State]) -> None:
        """Go on from the last of some states; the others are what `back` returns to.

        Raises:
            ProfileError: where its answers contradict each other.

        """
        *self._history, state = states
        self._enter(state)

    def answer(self, prompt: Prompt, text: str) -> tuple[str, ...]:
        """Take the answer to what `next` returned; return how it was read, where that is to be told.

        An empty answer is unknown, and never no.

        Raises:
            ProfileError: when it cannot be understood, or contradicts another one; nothing has changed then.

        """
        before, vocabulary, text = self._state, self.book.vocabulary, text.strip()
        understood = (
            answer_group(prompt, text, self.questions, vocabulary)
            if prompt.items
            else answer_fields(prompt, text, vocabulary, self.as_of)
        )
        reopened = {name for opens in understood.opens for name in opens.names}
        waiting = before.opened
        counts = not (prompt.opened or prompt.is_urgent or prompt.is_safety)
        self._enter(
            State(
                values={**before.values, **understood.values},
                asked=(before.asked | {prompt.step.id, *prompt.settles}) - (reopened - {prompt.step.id}),
                opened=(*understood.opens, *(other for other in waiting if other != prompt)),
                counted=before.counted + counts,
                most=before.most,
                alarmed=before.alarmed or (prompt.is_urgent and bool(understood.opens)),
            )
        )
        self._history.append(before)
        if understood.values and not self.is_emergency:
            details = sum(not opens.items for opens in understood.opens)
            self._open_what_follows(prompt, understood.values.keys(), after=details)
        return understood.told

    def back(self) -> bool:
        """Return to the question before; say whether there is one."""
        if not self._history:
            return False
        self._enter(self._history.pop())
        return True

    def consequences(self, prompt: Prompt) -> tuple[Clearance | None, ...]:
        """Return for each item what its worst answer, alone, would raise the clearance to, if it would."""
        now, fields = self.assessment, self.book.vocabulary.fields
        raised = []
        for item in prompt.items:
            worst = {name: worst_answer(fields[name]) for name in item.fields}
            after = with_answers(now, self.engine, worst)
            raised.append(after.clearance if after and after.clearance > now.clearance else None)
        return tuple(raised)

    def importance(self, prompt: Prompt) -> Question | None:
        """Return what the rules say of the most important open field of a question."""
        names = prompt.names
        return next((question for question in self.assessment.questions if question.field in names), None)

    def to_keep(self) -> dict[str, Value]:
        """Return the answers that may be kept for another day."""
        answered = self.profile.answered.items()
        return {name: value for name, value in answered if name not in self.each_time}

    def _prompt(self, step: Step) -> Prompt | None:
        """Return what of a step is still to be asked."""
        if step.id in self._state.asked or (
            step.when is not None and evaluate(step.when, self.profile.facts) is not True
        ):
            return None
        items = tuple(item for item in step.items if self._is_open(item.fields[0]))
        if not items and not any(map(self._is_open, step.fields)):
            return None
        is_safety = step.each_time or step in self.questions.safety
        return Prompt(step, items, step is self.questions.emergencies, is_safety)

    def _waits(self, prompt: Prompt) -> bool:
        """Say whether an opened question is still to be asked."""
        return bool(prompt.items) or any(map(self._is_open, prompt.step.fields))

    def _is_open(self, name: str) -> bool:
        """Say whether a field is not known, was not asked already, and may apply."""
        if name in self._state.values or name in self._state.asked:
            return False
        return applies(self.book.vocabulary.fields[name], self.profile.facts)

    def _open_questions(self) -> Iterator[Question]:
        for question in self.assessment.questions:
            if question.could_change and self._is_open(question.field):
                yield question

    def _most_telling(self) -> Prompt | None:
        """Return the question with most harm if wrong, else that which opens most, with what stands by it."""
        for question in self._open_questions():
            for step in self.questions.later:
                if question.field in step.names and (prompt := self._prompt(step)):
                    return prompt
            return single(question.field)
        return None

    def _open_what_follows(self, prompt: Prompt, new: Iterable[str], after: int) -> None:
        """Open the questions that these answers have made apply, where they could change something.

        They come behind the first `after` that are open, which are details of the answers themselves. What is
        part of a step comes in its own turn.
        """
        telling = {question.field for question in self.assessment.questions} - self.questions.in_steps
        facts, answered = self.profile.facts, set(new)
        follow = tuple(
            single(field.id, prompt)
            for field in self.book.vocabulary.fields.values()
            if field.only_if is not None
            and answered & set(fields_of(field.only_if))
            and field.id in telling
            and self._is_open(field.id)
            and evaluate(field.only_if, facts)
        )
        opened = self._state.opened
        self._state = self._state._replace(opened=(*opened[:after], *follow, *opened[after:]))
