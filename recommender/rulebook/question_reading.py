"""From the plain data of `rules/questions.yaml` to the questions of a conversation."""

from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import ProfileError, RulebookError
from recommender.language.meaning import Value
from recommender.language.parsing import parse_condition
from recommender.rulebook.questions import Item, Questions, Step
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.answers import read_answer

SECTION = "questions"
_PAIR, _MOST = 2, range(1, 100)


def read_questions(document: Document, vocabulary: Vocabulary) -> Questions:
    """Build the questions of a conversation.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    return _Reader(document, vocabulary).read()


class _Reader:
    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.check, self.vocabulary = Checker(document), vocabulary

    def read(self) -> Questions:
        check = self.check
        whole = check.mapping(check.document.data, (), (SECTION,), ())
        path: Path_ = (SECTION,)
        keys = ("most", "each_time", "no_words", "emergencies", "safety", "early", "later", "about_somebody")
        data = check.mapping(whole.get(SECTION), path, keys, ())
        questions = Questions(
            most=check.whole_number(data.get("most"), (*path, "most"), _MOST, "number of questions"),
            each_time=check.some_of(
                data.get("each_time"), (*path, "each_time"), self.vocabulary.groups, "group"
            ),
            no_words=tuple(word.lower() for word in check.texts(data.get("no_words"), (*path, "no_words"))),
            emergencies=self._step(data.get("emergencies"), (*path, "emergencies")),
            safety=self._steps(data.get("safety"), (*path, "safety")),
            early=self._steps(data.get("early"), (*path, "early")),
            later=self._steps(data.get("later"), (*path, "later")),
            about_somebody=self._about(data.get("about_somebody"), (*path, "about_somebody")),
        )
        if check.problems:
            raise RulebookError(check.problems)
        return questions

    def _steps(self, raw: Any, path: Path_) -> tuple[Step, ...]:
        return tuple(self._step(item, item_path) for item_path, item in self.check.items(raw, path))

    def _step(self, raw: Any, path: Path_) -> Step:
        check = self.check
        if isinstance(raw, dict) and "items" in raw:
            data = check.mapping(raw, path, ("id", "title", "ask", "items"), ("when", "each_time"))
        else:
            data = check.mapping(raw, path, ("fields",), ("id", "ask", "when", "each_time"))
        fields = check.some_of(data.get("fields"), (*path, "fields"), self.vocabulary.fields, "field")
        if len(fields) > _PAIR:
            check.fail((*path, "fields"), "one answer can hold two numbers at most.")
        when = check.attempt(
            (*path, "when"), data.get("when"), lambda text: parse_condition(text, self.vocabulary.symbols)
        )
        return Step(
            id=check.text(data["id"], (*path, "id")) if "id" in data else next(iter(fields), ""),
            title=check.text(data.get("title"), (*path, "title")),
            ask=check.text(data.get("ask"), (*path, "ask")),
            fields=fields,
            items=tuple(
                self._item(item, item_path)
                for item_path, item in check.items(data.get("items"), (*path, "items"))
            ),
            when=when,
            each_time="each_time" in data and check.yes_no(data["each_time"], (*path, "each_time")),
        )

    def _item(self, raw: Any, path: Path_) -> Item:
        check = self.check
        if isinstance(raw, str):
            raw = {"field": raw}
        if isinstance(raw, dict) and "fields" in raw:
            data = check.mapping(raw, path, ("fields", "say"), ("yes", "no"))
            fields = check.some_of(data.get("fields"), (*path, "fields"), self.vocabulary.fields, "field")
            yes = check.some_of(data.get("yes"), (*path, "yes"), fields, "field of this item")
            no = self._no(fields[0], data, path) if fields and "no" in data else None
            return Item(fields, check.text(data.get("say"), (*path, "say")), yes, no)
        data = check.mapping(raw, path, ("field",), ("say", "no"))
        name = check.one_of(data.get("field"), (*path, "field"), self.vocabulary.fields, "field")
        if not name:
            return Item((), "", (), None)
        field = self.vocabulary.fields[name]
        say = check.text(data["say"], (*path, "say")) if "say" in data else field.check or field.label
        yes = (name,) if field.kind == "yes_no" else ()
        return Item((name,), say, yes, self._no(name, data, path))

    def _no(self, name: str, data: dict[str, Any], path: Path_) -> Value | None:
        """Return what "no" to the group answers here: of a yes/no whose worse answer is no, that is yes."""
        field = self.vocabulary.fields[name]
        if field.kind == "yes_no":
            return field.worse == "no"
        try:
            value = read_answer(field, data.get("no"), "")
        except ProfileError as error:
            [problem] = error.problems
            self.check.fail((*path, "no"), problem.message)
            return None
        if value is None:
            self.check.fail(
                path, f"`{name}` is not answered with yes or no.", "Say what no stands for: `no:`."
            )
        return value

    def _about(self, raw: Any, path: Path_) -> dict[str, str]:
        about: dict[str, str] = {}
        for item_path, item in self.check.items(raw, path):
            pair = self.check.texts(item, item_path)
            if len(pair) == _PAIR:
                about[pair[0].lower()] = pair[1]
            else:
                self.check.fail(item_path, "this must be words to the person, and words about them.")
        return about
