"""What is asked after a week of training, and the rules for how each exercise goes on."""

from typing import NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document
from recommender.errors import RulebookError
from recommender.language.symbols import ScaleSymbol
from recommender.rulebook.model import Rule, Rulebook
from recommender.rulebook.rule_reading import RuleReader
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.profile import LEFT_OUT
from recommender.vocabulary.reading import SECTIONS, read_vocabulary

GOES_ON = "goes_on"
MOVED_ON, KEPT, TAKEN_BACK = "moved_on", "kept", "taken_back"
STEPS = (MOVED_ON, KEPT, TAKEN_BACK, LEFT_OUT)
_OWN = ("scales", "at_once", "words", "rules")
_AT_ONCE = range(1, 10)


class CheckIn(NamedTuple):
    """The questions of a check-in and its rules; `at_once` is how many exercises move on in one week."""

    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    words: dict[str, str]
    at_once: int


def read_checkin(document: Document, book: Rulebook) -> CheckIn:
    """Read `checkin.yaml`, whose rules cite the sources of a rulebook.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    check = Checker(document)
    data = check.mapping(document.data, (), (*SECTIONS, *_OWN), ())
    questions = {section: data.get(section) for section in SECTIONS}
    vocabulary = read_vocabulary(document._replace(data=questions), measures=())
    scales = check.mapping(data.get("scales"), ("scales",), (GOES_ON,), ())
    if check.texts(scales.get(GOES_ON), ("scales", GOES_ON)) != STEPS:
        check.fail(("scales", GOES_ON), f"the steps are {', '.join(STEPS)}.")
    symbols = {**vocabulary.symbols, GOES_ON: ScaleSymbol(GOES_ON, STEPS)}
    reader = RuleReader(vocabulary, symbols, {GOES_ON: STEPS}, (), book.sources)
    rules = []
    for path, raw in check.items(data.get("rules"), ("rules",)):
        entry = check.mapping(raw, path)
        check.owner = str(entry.get("id", ""))
        rules.append(reader.read(check, check.owner, entry, path))
        check.owner = ""
    words = check.mapping(data.get("words"), ("words",), STEPS, ())
    at_once = check.whole_number(data.get("at_once"), ("at_once",), _AT_ONCE, "number of exercises")
    if check.problems:
        raise RulebookError(check.problems)
    texts = {step: check.text(words[step], ("words", step)) for step in STEPS}
    return CheckIn(vocabulary, tuple(rules), texts, at_once)
