"""A conversation that a form carries from page to page, so that nothing is kept between two requests."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from recommender.errors import Problem, ProfileError, visible
from recommender.language.meaning import Value
from recommender.person.engines.inference import Engine
from recommender.person.interview.interview import Interview
from recommender.person.interview.written import read_state, write_state
from recommender.report.asking import Wording
from recommender.rulebook.model import Rulebook
from recommender.rulebook.questions import Questions
from recommender.vocabulary.keeping import read_practice
from recommender.vocabulary.profile import Profile, profile_of

LONGEST_NAME = 40
_LARGEST = 1_000_000  # bytes of the plain form


class Knowledge(NamedTuple):
    """What a conversation needs to know: the rules, the engine that asks them, and the questions."""

    book: Rulebook
    engine: Engine
    questions: Questions


class Conversation:
    """A conversation with somebody, or about `name`; `earlier` are answers of another day to look over.

    `only_safety` asks the open safety questions and then returns to the answer.
    """

    def __init__(self, knowledge: Knowledge, known: Profile, name: str, earlier: bool, today: date) -> None:
        self.interview = Interview(*knowledge, known, today)
        self.name = " ".join(visible(name).split())[:LONGEST_NAME]
        self.earlier = earlier
        self.only_safety = False
        self.practice = known.practice
        self.wording = Wording(knowledge.book, knowledge.questions, self.name)

    @property
    def known(self) -> Mapping[str, Value]:
        """Return every answer so far."""
        return self.interview.profile.answered

    def write(self) -> str:
        """Return the conversation as text for a form."""
        vocabulary = self.interview.book.vocabulary
        plain = {
            "states": [write_state(state, vocabulary) for state in self.interview.states],
            "name": self.name,
            "earlier": self.earlier,
            "only_safety": self.only_safety,
            "practice": dict(self.practice),
        }
        return urlsafe_b64encode(zlib.compress(json.dumps(plain).encode())).decode()


def read_conversation(text: str, knowledge: Knowledge, today: date) -> Conversation:
    """Return the conversation that a form carries.

    Raises:
        ProfileError: when it is not one that `write` wrote.

    """
    vocabulary = knowledge.book.vocabulary
    try:
        unpacked = zlib.decompressobj().decompress(urlsafe_b64decode(text.encode()), _LARGEST)
        plain = json.loads(unpacked)
        states = [read_state(state, knowledge.questions, vocabulary) for state in plain["states"]]
        practice = read_practice(plain["practice"], "practice")
        name, earlier, only_safety = (
            str(plain["name"]),
            plain["earlier"] is True,
            plain["only_safety"] is True,
        )
    except (ValueError, KeyError, TypeError, IndexError, zlib.error, RecursionError):
        states = []
    if not states:
        raise ProfileError(Problem("", "These answers cannot be read.", "Begin again."))
    known = profile_of(vocabulary, {}, {})._replace(practice=practice)
    conversation = Conversation(knowledge, known, name, earlier, today)
    conversation.only_safety = only_safety
    conversation.interview.resume(states)
    return conversation
