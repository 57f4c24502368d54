"""From the plain data of `rules/*.yaml` to a rulebook, telling every problem at its place."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_, Plain
from recommender.errors import Problem, RulebookError, quoted
from recommender.language.numbers import thousandths
from recommender.language.parsing import parse_condition
from recommender.language.symbols import NumberSymbol, ScaleSymbol, Symbol
from recommender.language.tree import Always, scales_of
from recommender.rulebook import doses
from recommender.rulebook.exercise_reading import ExerciseReader
from recommender.rulebook.first_screen_reading import SECTION as FIRST_SCREEN
from recommender.rulebook.first_screen_reading import FirstScreenReader
from recommender.rulebook.model import (
    CERTAINTIES,
    DISPOSITIONS,
    NO_FIRST_SCREEN,
    NO_GLANCE,
    NO_LED_SET,
    REPORTED_SCALES,
    SOURCE_STATUSES,
    Family,
    FirstScreen,
    Glance,
    LedSet,
    Movement,
    PlainWords,
    ReportLimits,
    Rule,
    Rulebook,
    SignOff,
    Source,
)
from recommender.rulebook.phrases import LIMITS, SECTION, read_limits, read_phrases
from recommender.rulebook.rule_reading import RuleReader, cited
from recommender.rulebook.scales import Clearance, Urgency, Verdict
from recommender.rulebook.session_reading import SessionReader
from recommender.vocabulary import Vocabulary

_SIGNED = "signed"
_FORMER = "reviewed"  # where older rulebooks, which are still compared, say what signatures say now
_SECTIONS = ("families", "movements", "sources", "exercises", "rules")
_MANIFEST = ("version", "scales", "words", "plain_words", "supervised")
_OVERRIDES = "override_reasons"
_DISPOSITIONS = "dispositions"
_GLANCE = "glance"
_LED = "led_set"
_SESSION = ("always", "stop", "week")
_TRAINING = "session"
_DOSES = (doses.WORDS, doses.CAPS)
_OWN = (_OVERRIDES, _DISPOSITIONS, _GLANCE, _LED, _TRAINING, FIRST_SCREEN, *_DOSES)
_KEYS = (*_SECTIONS, *_MANIFEST, *_OWN, *_SESSION, SECTION, LIMITS, _FORMER)
_GRADES = tuple(map(str, range(1, 19)))
_AUDIENCES = ("person", "clinician")


def read_rulebook(documents: Iterable[Document], vocabulary: Vocabulary, sha256: str) -> Rulebook:
    """Build a rulebook from its documents.

    Raises:
        RulebookError: with every problem found, each with its file, line and column.

    """
    return _Reader([Checker(document) for document in documents], vocabulary).read(sha256)


class _Reader:
    def __init__(self, checkers: list[Checker], vocabulary: Vocabulary) -> None:
        self.checkers = checkers
        self.vocabulary = vocabulary
        self.symbols: dict[str, Symbol] = dict(vocabulary.symbols)
        self.scales: dict[str, tuple[str, ...]] = {}
        self.goals: tuple[str, ...] = ()
        self.ids: dict[str, set[str]] = {}

    def read(self, sha256: str) -> Rulebook:
        self._check_sections()
        manifest = self._manifest()
        self.ids |= {section: set(self._raw_ids(section)) for section in _SECTIONS}
        check, session = self._single(_SESSION)
        phrases, limits = self._reports()
        rules = RuleReader(
            self.vocabulary, self.symbols, self.scales, self.ids["movements"], self.ids["sources"]
        )
        dose_words = self._dose_words()
        usable = {} if any(checker.problems for checker in self.checkers) else phrases
        exercises = ExerciseReader(self.goals, self.symbols, self.scales, self.ids, usable, dose_words)
        training = SessionReader(self.goals, self.ids)
        book = Rulebook(
            version=manifest["version"],
            sha256=sha256,
            words=manifest["words"],
            plain_words=manifest["plain_words"],
            override_reasons=manifest["override_reasons"],
            dispositions=manifest["dispositions"],
            scales=self.scales,
            supervised=manifest["supervised"][0],
            supervised_opens=manifest["supervised"][1],
            vocabulary=self.vocabulary,
            sources=self._keyed("sources", self._source),
            families=self._keyed("families", self._family),
            movements=self._keyed("movements", self._movement),
            exercises=self._listed("exercises", exercises.read),
            rules=self._listed("rules", rules.read),
            always=check.texts(session.get("always"), ("always",)),
            stop=check.texts(session.get("stop"), ("stop",)),
            week=training.week(check, session.get("week"), ("week",)),
            session=training.session(check, session[_TRAINING], (_TRAINING,))
            if _TRAINING in session
            else None,
            led_set=self._led_set(exercises.levels),
            first_screen=self._first_screen(),
            glance=self._glance(),
            phrases=phrases,
            report_limits=limits,
            signed=self._signed(),
        )
        problems = [problem for checker in self.checkers for problem in checker.problems]
        if not problems:
            problems = _cross_check(book)
        if problems:
            raise RulebookError(problems)
        return book

    def _check_sections(self) -> None:
        for checker in self.checkers:
            signatures = checker.document.name.partition("/")[2] == f"{_SIGNED}.yaml"
            if signatures and checker.document.data is None:
                continue  # nothing is signed yet
            checker.mapping(checker.document.data, (), (), [_SIGNED] if signatures else _KEYS)

    def _single(self, keys: tuple[str, ...]) -> tuple[Checker, dict[str, Any]]:
        """Return the one file that holds `keys` (the manifest, or the frame of every session).

        Where there is no such file, the keys count as missing.
        """
        documents = [
            c for c in self.checkers if isinstance(c.document.data, dict) and keys[0] in c.document.data
        ]
        if not documents and self.checkers[0].document.former:
            return self.checkers[0], {}
        if len(documents) != 1:
            names = ", ".join(c.document.name for c in documents) or "no file"
            self.checkers[0].problems.append(Problem(names, f"exactly one file must hold `{keys[0]}`."))
            return self.checkers[0], {}
        [check] = documents
        return check, check.mapping(check.document.data, (), keys)

    def _reports(self) -> tuple[dict[str, str], ReportLimits]:
        """Read what reports say and how much they show."""
        check, data = self._single((LIMITS,))
        return read_phrases(self.checkers), read_limits(check, data.get(LIMITS))

    def _dose_words(self) -> doses.DoseWords | None:
        check, data = self._single(_DOSES)
        return doses.read_words(check, data[doses.WORDS]) if doses.WORDS in data else None

    def _signed(self) -> dict[str, tuple[SignOff, ...]]:
        """Read who vouched for what; an entry that is gone may still stand there."""
        signatures: dict[str, tuple[SignOff, ...]] = {}
        for check in self.checkers:
            raw = check.document.data.get(_SIGNED) if isinstance(check.document.data, dict) else None
            for path, item in check.items(raw or None, (_SIGNED,)):
                data = check.mapping(item, path, ("entry", *SignOff._fields), ())
                entry, *words = (
                    check.text(data.get(key), (*path, key)) for key in ("entry", *SignOff._fields)
                )
                signatures[entry] = (*signatures.get(entry, ()), SignOff(*words))
        return signatures

    def _manifest(self) -> dict[str, Any]:
        check, data = self._single(_MANIFEST)
        for scale, levels in check.mapping(data.get("scales"), ("scales",), REPORTED_SCALES).items():
            self.scales[scale] = check.texts(levels, ("scales", scale))
            self.symbols[scale] = ScaleSymbol(scale, self.scales[scale])
        words = _grouped(check, data.get("words"), ("words",))
        required = {
            **self.scales,
            "verdict": tuple(Verdict),
            "clearance": tuple(Clearance),
            "screening": tuple(Clearance),
            "would_be": tuple(Clearance),
            "urgency": tuple(Urgency),
            "certainty": CERTAINTIES,
            "source_status": SOURCE_STATUSES,
            "disclaimer": _AUDIENCES,
            "goals": (),
        }
        check.mapping(data.get("words"), ("words",), required)
        for group, levels in required.items():
            check.mapping(words.get(group), ("words", group), levels, None if group == "goals" else ())
        self.goals = tuple(words.get("goals", {}))
        raw = check.mapping(data.get("supervised"), ("supervised",), ("when", "opens"), ())
        supervised = check.attempt(
            ("supervised", "when"),
            raw.get("when"),
            lambda text: parse_condition(text, self.vocabulary.symbols),
        )
        return {
            "version": check.text(data.get("version"), ("version",)),
            "words": words,
            "plain_words": self._plain_words(check, data.get("plain_words")),
            "supervised": (supervised or Always(), check.text(raw.get("opens"), ("supervised", "opens"))),
            "override_reasons": _grouped(
                check, data.get(_OVERRIDES, {}), (_OVERRIDES,)
            ),  # older rulebooks have none
            "dispositions": self._dispositions(check, data.get(_DISPOSITIONS, {})),
        }

    @staticmethod
    def _dispositions(check: Checker, raw: Any) -> Mapping[str, Mapping[str, str]]:
        check.mapping(raw, (_DISPOSITIONS,), (), DISPOSITIONS)
        return _grouped(check, raw, (_DISPOSITIONS,))

    @staticmethod
    def _plain_words(check: Checker, raw: Any) -> PlainWords:
        path: Path_ = ("plain_words",)
        data = check.mapping(raw, path, ("grade", "familiar", "never"), ())
        never: dict[str, str] = {}
        for item_path, item in check.items(data.get("never"), (*path, "never")):
            entry = check.mapping(item, item_path, ("words", "because"), ())
            pattern = check.text(entry.get("words"), (*item_path, "words"))
            try:
                re.compile(pattern)
            except re.error as error:
                check.fail((*item_path, "words"), f"this pattern cannot be read: {error}.")
                continue
            never[pattern] = check.text(entry.get("because"), (*item_path, "because"))
        grade = (
            check.text(data.get("grade"), (*path, "grade"))
            if not isinstance(data.get("grade"), Plain)
            else str(data["grade"])
        )
        if grade and grade not in _GRADES:
            check.fail(
                (*path, "grade"),
                f"{quoted(grade)} is not a grade.",
                "Write a whole number of years of schooling, from 1 to 18.",
            )
        return PlainWords(
            int(grade) if grade in _GRADES else 0,
            check.texts(data.get("familiar"), (*path, "familiar")),
            never,
        )

    def _sections(self, section: str) -> Iterable[tuple[Checker, Any]]:
        for checker in self.checkers:
            if isinstance(checker.document.data, dict) and section in checker.document.data:
                yield checker, checker.document.data[section]

    def _raw_ids(self, section: str) -> Iterable[str]:
        for _, data in self._sections(section):
            if isinstance(data, dict):
                yield from data
            elif isinstance(data, list):
                yield from (str(item.get("id")) for item in data if isinstance(item, dict))

    def _keyed(self, section: str, read: Callable[[Checker, str, Any, Path_], Any]) -> dict[str, Any]:
        """Read a section written as a mapping from id to entry."""
        entries: dict[str, Any] = {}
        for check, data in self._sections(section):
            for id_, raw in check.mapping(data, (section,)).items():
                self._entry(entries, check, id_, raw, (section, id_), read)
        return entries

    def _listed(self, section: str, read: Callable[[Checker, str, Any, Path_], Any]) -> dict[str, Any]:
        """Read a section written as a list of entries with an `id`."""
        entries: dict[str, Any] = {}
        for check, data in self._sections(section):
            for path, raw in check.items(data, (section,)):
                if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
                    check.fail(path, "this must be an entry with an `id` and more `key: value` lines.")
                    continue
                self._entry(entries, check, check.text(raw["id"], (*path, "id")), raw, path, read)
        return entries

    def _entry(
        self,
        entries: dict[str, Any],
        check: Checker,
        id_: str,
        raw: Any,
        path: Path_,
        read: Callable[[Checker, str, Any, Path_], Any],
    ) -> None:
        check.owner = id_
        if not isinstance(raw, dict):
            check.fail(path, "this must be a list of `key: value` lines.")
        elif id_ in entries:
            check.fail((*path, "id"), f"`{id_}` is defined twice.", "Give one of them another id.")
        else:
            entries[id_] = read(check, id_, raw, path)
        check.owner = ""

    def _source(self, check: Checker, id_: str, raw: Any, path: Path_) -> Source:
        data = check.mapping(
            raw,
            path,
            ("title", "authors", "where", "year", "checked", "found"),
            ("population", "doi", "url", "numbers"),
        )
        check.one_of(data.get("checked"), (*path, "checked"), SOURCE_STATUSES, "source status")
        texts = {key: check.text(data.get(key), (*path, key)) for key in Source._fields[1:-1]}
        return Source(
            id=id_, numbers=self._carried(check, data.get("numbers", {}), (*path, "numbers")), **texts
        )

    def _carried(self, check: Checker, raw: Any, path: Path_) -> dict[str, tuple[int, ...]]:
        """Read the numbers that a source carries: boundaries of fields and measures."""
        numeric = [name for name, symbol in self.symbols.items() if isinstance(symbol, NumberSymbol)]
        return {
            name: tuple(
                thousandths(check.number(number, item_path))
                for item_path, number in check.items(numbers, (*path, name))
            )
            for name, numbers in check.mapping(raw, path, (), numeric).items()
        }

    def _family(self, check: Checker, _: str, raw: Any, path: Path_) -> Family:
        data = check.mapping(raw, path, ("name", "do"), ("free", "while_led"))
        return Family(
            name=check.text(data.get("name"), (*path, "name")),
            do=check.text(data.get("do"), (*path, "do")),
            free="free" in data and check.yes_no(data["free"], (*path, "free")),
            while_led="while_led" in data and check.yes_no(data["while_led"], (*path, "while_led")),
        )

    def _movement(self, check: Checker, id_: str, raw: Any, path: Path_) -> Movement:
        optional = ("instead", "uses", "differently", "exercise_only", "practised_only")
        data = check.mapping(
            raw, path, ("family", "name", "what", "mechanism", "sources", "certainty"), optional
        )
        return Movement(
            id=id_,
            family=check.one_of(data.get("family"), (*path, "family"), self.ids["families"], "family"),
            name=check.text(data.get("name"), (*path, "name")),
            what=check.text(data.get("what"), (*path, "what")),
            instead=check.text(data["instead"], (*path, "instead")) if "instead" in data else "",
            uses=check.some_of(data.get("uses"), (*path, "uses"), self.ids["movements"], "movement"),
            differently=check.text(data["differently"], (*path, "differently"))
            if "differently" in data
            else "",
            exercise_only="exercise_only" in data
            and check.yes_no(data["exercise_only"], (*path, "exercise_only")),
            practised_only="practised_only" in data
            and check.yes_no(data["practised_only"], (*path, "practised_only")),
            mechanism=check.text(data.get("mechanism"), (*path, "mechanism")),
            certainty=check.one_of(data.get("certainty"), (*path, "certainty"), CERTAINTIES, "certainty"),
            sources=cited(check, data.get("sources"), (*path, "sources"), self.ids["sources"]),
        )

    def _first_screen(self) -> FirstScreen:
        """Read the words of the first screen; a rulebook without them shows its own names and questions."""
        reader = FirstScreenReader(self.ids, self.vocabulary.fields, self.scales.get("bone_density", ()))
        for check, raw in self._sections(FIRST_SCREEN):
            return reader.read(check, raw)
        return NO_FIRST_SCREEN

    def _led_set(self, known: set[str]) -> LedSet:
        """Read which levels are shown while a clinician leads; older rulebooks show none."""
        for check, raw in self._sections(_LED):
            data = check.mapping(raw, (_LED,), ("to_ask", "title", "say", "levels"), ())
            levels = check.some_of(data.get("levels"), (_LED, "levels"), known, "level")
            to_ask = check.attempt(
                (_LED, "to_ask"), data.get("to_ask"), lambda text: parse_condition(text, self.symbols)
            )
            title, say = (check.text(data.get(key), (_LED, key)) for key in ("title", "say"))
            return LedSet(frozenset(levels), to_ask or Always(), title, say)
        return NO_LED_SET

    def _glance(self) -> Glance:
        """Read what the desk shows first; older rulebooks have nothing there."""
        for check, raw in self._sections(_GLANCE):
            data = check.mapping(raw, (_GLANCE,), ("fields", "bands"), ())
            path: Path_ = (_GLANCE, "bands")
            levels = check.mapping(data.get("bands"), path, (), self.scales.get("bone_density", ()))
            bands = {level: thousandths(check.number(end, (*path, level))) for level, end in levels.items()}
            if list(bands.values()) != sorted(bands.values()):
                check.fail(path, "the bands do not follow each other.", "Write the lowest end first.")
            return Glance(
                check.some_of(data.get("fields"), (_GLANCE, "fields"), self.vocabulary.fields, "field"), bands
            )
        return NO_GLANCE


def _grouped(check: Checker, raw: Any, path: Path_) -> dict[str, dict[str, str]]:
    """Read texts by key, in groups."""
    groups = check.mapping(raw, path).items()
    return {
        group: {
            key: check.text(text, (*path, group, key))
            for key, text in check.mapping(of, (*path, group)).items()
        }
        for group, of in groups
    }


def _cross_check(book: Rulebook) -> list[Problem]:
    """Check what only the whole rulebook shows: circles, and scales that nothing concludes."""
    concluded = {scale for rule in book.rules.values() for scale in rule.concludes}
    problems = [
        Problem(rule.place, f"`{rule.id}` reads `{scale}`, which no rule concludes.")
        for rule in book.rules.values()
        for scale in sorted(scales_of(rule.condition) - concluded)
    ]
    circle = _circle(list(book.rules.values()))
    if circle:
        names = ", ".join(f"`{rule.id}`" for rule in circle)
        message = f"these rules conclude in a circle: {names}."
        problems.append(Problem(circle[0].place, message, "A conclusion may not rest on itself."))
    return problems


def _circle(rules: list[Rule]) -> list[Rule]:
    """Return the rules that read a scale which, through others, rests on what they conclude themselves."""
    while True:
        concluded = {scale for rule in rules for scale in rule.concludes}
        read = {scale for rule in rules for scale in scales_of(rule.condition)}
        left = [
            rule for rule in rules if scales_of(rule.condition) & concluded and set(rule.concludes) & read
        ]
        if left == rules:
            return rules
        rules = left
