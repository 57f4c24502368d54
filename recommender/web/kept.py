"""Answers that somebody keeps in a file of their own, `me.yaml` or `me.json`, and brings back another day."""

import json
from datetime import date

from recommender.documents.yaml_json import read_bytes
from recommender.errors import Problem, ProfileError
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.keeping import PRACTICE, read_practice, text_to_keep, yaml_to_keep
from recommender.vocabulary.profile import Profile, read_profile
from recommender.web.conversation import Conversation

JSON, YAML = "me.json", "me.yaml"


def kept_file(conversation: Conversation, name: str, today: date) -> str:
    """Return the file `name` with all answers but those about safety, which are asked each time."""
    vocabulary, values = conversation.interview.book.vocabulary, conversation.interview.to_keep()
    texts = {
        field: text_to_keep(vocabulary, vocabulary.fields[field], value, today)
        for field, value in values.items()
    }
    if name == YAML:
        return yaml_to_keep(texts, conversation.practice, today)
    practice = {PRACTICE: dict(conversation.practice)} if conversation.practice else {}
    return json.dumps({**texts, **practice}, ensure_ascii=False, indent=2) + "\n"


def read_kept(content: bytes, vocabulary: Vocabulary, today: date) -> Profile:
    """Return the answers in a file that somebody brings back.

    Raises:
        DocumentError, ProfileError: when it cannot be understood.

    """
    document = read_bytes(content, "your file", content.lstrip().startswith(b"{"))
    if not isinstance(document.data, dict) or not document.data:
        message = "this is not a list of `field: answer` lines."
        raise ProfileError(Problem("your file", message, "Choose a me.yaml or me.json that was kept here."))
    answers = dict(document.data)
    practice = read_practice(answers.pop(PRACTICE, {}), f"your file: {PRACTICE}")
    places = {name: f"{document.place((name,))}: {name}" for name in answers}
    return read_profile(vocabulary, answers, places, today)._replace(practice=practice)
