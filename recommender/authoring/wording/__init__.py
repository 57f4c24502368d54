"""Checks what the words of a rulebook say, against `rules/wording/`.

Logic is proved elsewhere; these checks hold the words to it: that a level says what it does, that nothing
tells a person to go on where they should stop, that each level of a scale speaks its own sense, and that a
question names the same thing wherever it stands.
"""

from collections.abc import Iterable, Iterator

from recommender.authoring.wording.movements import movement_problems
from recommender.authoring.wording.questions import question_problems
from recommender.authoring.wording.reading import read_wording
from recommender.authoring.wording.texts import text_problems
from recommender.documents.yaml_json import Document
from recommender.errors import Problem
from recommender.rulebook.model import Rulebook


def wording_problems(
    book: Rulebook, documents: Iterable[Document], about_words: Iterable[Document]
) -> Iterator[Problem]:
    """Yield every text of `documents` that `about_words`, the files of `rules/wording/`, do not allow.

    A rulebook without such files is held to nothing.

    Raises:
        RulebookError: when `about_words` cannot be read.

    """
    documents, about_words = tuple(documents), tuple(about_words)
    if not about_words:
        return
    wording = read_wording(about_words, book)
    yield from movement_problems(wording, documents)
    yield from text_problems(wording, documents)
    yield from question_problems(wording, book, documents)
