"""What a rulebook is made of: frozen values, as a clinician wrote them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from recommender.language.meaning import Facts, Truth, evaluate
from recommender.language.tree import Always, Condition, scales_of
from recommender.rulebook.scales import Clearance, Dose, Urgency, Verdict
from recommender.vocabulary import Vocabulary

REPORTED_SCALES = ("regime", "bone_density", "risk_tier")
START_SCALES = BEGINNING, PACE, PROGRESS, MOVING_ON, SHOWN_FIRST, PRACTICE = (
    "beginning",
    "pace",
    "progress",
    "moving_on",
    "shown_first",
    "practice",
)  # on these rules conclude where to begin
CERTAINTIES = ("high", "moderate", "low", "very_low", "consensus", "design_default")
SOURCE_STATUSES = ("verified", "abstract", "secondary", "from_memory", "design_default")


class Source(NamedTuple):
    """Where a statement comes from, how far it was checked, and the numbers that it carries.

    `numbers` holds, by field or measure, the boundaries that stand in the source, in thousandths.
    """

    id: str
    title: str
    authors: str
    where: str
    year: str
    checked: str
    found: str
    population: str
    doi: str
    url: str
    numbers: Mapping[str, tuple[int, ...]] = {}


class Family(NamedTuple):
    """A kind of movement and what to do instead of fearing it.

    Of a `free` one nothing need limit the members; one `while_led` matters also to those who begin with a
    clinician.
    """

    name: str
    do: str
    free: bool
    while_led: bool


class Movement(NamedTuple):
    """A thing a body does. Rules limit movements, never exercises.

    `instead` is what to do where it is left out, and `uses` the movements which that contains; `differently`
    is how to go on with it where it is only to be changed. One that is `exercise_only` is a part of exercises
    and not of daily life. Nobody to whom a kind of exercise is new begins with one that is `practised_only`.
    """

    id: str
    family: str
    name: str
    what: str
    instead: str
    uses: tuple[str, ...]
    differently: str
    exercise_only: bool
    practised_only: bool
    mechanism: str
    certainty: str
    sources: tuple[str, ...]


class Level(NamedTuple):
    """One way of doing an exercise.

    `after` says what must be easy first. `shown_up_to` is the highest clearance at which it may be shown.
    """

    id: str
    name: str
    after: str
    movements: tuple[str, ...]
    position: str
    steps: tuple[str, ...]
    dose: Mapping[Dose, str]
    dose_sources: tuple[str, ...]
    cautions: tuple[str, ...]
    shown_up_to: Clearance


class Exercise(NamedTuple):
    """An exercise in levels, gentlest first; its verdict follows from the movements it contains alone.

    `kind` names the scale that says whether this kind of exercise is practised now, or new. In a rulebook
    without the scale `beginning`, everybody begins by effort. One with `only_if` is considered only where
    that condition is known to hold, and `made_for` says in words for whom.
    """

    id: str
    name: str
    goals: tuple[str, ...]
    kind: str
    why: str
    sources: tuple[str, ...]
    certainty: str
    gentler: tuple[str, ...]
    stop_if: tuple[str, ...]
    levels: tuple[Level, ...]
    only_if: Condition | None
    made_for: str


class Referral(NamedTuple):
    """Who to see, how soon and why; of several `about` one matter only the most urgent is shown.

    `brief` is the beginning of `say` that may stand for it where room is short: all of it unless a rule says.
    """

    urgency: Urgency
    to: str
    say: str
    about: str
    brief: str

    @property
    def matter(self) -> str:
        """Return what it is about; one without a name is a matter of its own."""
        return self.about or self.say


class Rule(NamedTuple):
    """When a condition holds, then effects; with why, how certain, and from where.

    A rule with `fails_closed` was written `unless:`: it fires unless its condition is *known* to be true, and
    `opens` says in words what would make it so. A caution that is `clear_only` is not told before a clinician
    agrees. `why_not` says why something waits, where `say` tells what to
    do. `numbers` tells apart the comparisons whose number is less well founded than the rule, each with the
    status of its own.
    """

    id: str
    title: str
    when: str
    condition: Condition
    fails_closed: bool
    limits: Mapping[str, Verdict]
    concludes: Mapping[str, str]
    clearance: Clearance | None
    screen: str
    refer: Referral | None
    caution: str
    clear_only: bool
    note: str
    opens: str
    why_not: str
    dose: Dose | None
    say: str
    because: str
    certainty: str
    source_status: str
    numbers: Mapping[str, str]
    sources: tuple[str, ...]
    guideline_year: str
    cases: Mapping[str, tuple[Mapping[str, Any], ...]]
    place: str

    @property
    def has_effect(self) -> bool:
        """Say whether the rule does more than conclude something for other rules."""
        return bool(self.limits or self.clearance or self.refer or self.caution or self.note or self.dose)

    @property
    def weight(self) -> tuple[int, int]:
        """Return the sort key of its referral: urgency, then how far the rule stops exercise."""
        urgency = self.refer.urgency if self.refer else Urgency.INFO
        return urgency.rank, self.clearance.rank if self.clearance else 0

    def truth(self, facts: Facts) -> Truth:
        """Return whether the rule fires (true), cannot be ruled out (`None`) or stays silent (false)."""
        truth = evaluate(self.condition, facts)
        return truth is not True if self.fails_closed else truth


class SignOff(NamedTuple):
    """Who vouched for an entry of the rulebook, as what, when, and for which content of it."""

    by: str
    role: str
    date: str
    sha256: str


class PlainWords(NamedTuple):
    """How plain the words for people must be: highest grade, long words that count as short, banned words.

    `never` holds patterns (regular expressions, case does not count), each with the reason.
    """

    grade: int
    familiar: tuple[str, ...]
    never: Mapping[str, str]


class LedSet(NamedTuple):
    """The levels shown also while a clinician leads.

    Where `to_ask` is true they are only ones to ask about, under `title` and with the advice `say`.
    """

    levels: frozenset[str]
    to_ask: Condition
    title: str
    say: str


class Glance(NamedTuple):
    """What the desk shows first: fields, and the upper end (in thousandths) of each band of T-scores."""

    fields: tuple[str, ...]
    bands: Mapping[str, int]


NO_GLANCE = Glance((), {})
NO_LED_SET = LedSet(frozenset(), Always(), "", "")


class WeekGoal(NamedTuple):
    """One line of the weekly scaffold: days a week, exercise goals that count towards it, what to begin with.

    Of `once_practised` comes what somebody begins with to whom its kind is not new, else of `start_with`.
    """

    goal: str
    days: int
    serves: tuple[str, ...]
    start_with: tuple[str, ...]
    once_practised: tuple[str, ...]
    say: str
    sources: tuple[str, ...]


class SessionPart(NamedTuple):
    """A part of a training session: what is chosen first where its kind is practised, and what else."""

    part: str
    choose: tuple[str, ...]
    once_practised: tuple[str, ...]


class Session(NamedTuple):
    """One training session: of each of `parts` the first exercise that is offered.

    `minutes` is how long it takes for those who begin with first steps, and for others. `trains_already` is
    said to those who train a kind of it. `going_on` says how hard to work, when to move on or back, and when
    to answer again.
    """

    minutes: tuple[int, int]
    warm_up: str
    parts: tuple[SessionPart, ...]
    cool_down: str
    say: str
    trains_already: str
    going_on: tuple[str, ...] = ()


class SafetyItems(NamedTuple):
    """Safety questions that share a beginning (it may be empty), and by rule how each goes on from there."""

    of: str
    say: Mapping[str, str]


class SafetyGroup(NamedTuple):
    """Safety questions put together under one name."""

    name: str
    items: tuple[SafetyItems, ...]


class LeaveOut(NamedTuple):
    """Everyday words for some movements, said where all of them are to be left out."""

    say: str
    movements: tuple[str, ...]


class NextStep(NamedTuple):
    """A command to type next: what for, the command, and the options after a person's answers."""

    say: str
    command: str
    options: str


class FirstScreen(NamedTuple):
    """The words of the first screen of an answer.

    `emergency` has the safety questions of emergencies by rule, `safety` the others in groups, `means` what
    each name of a result means, `leave_out` the words for movements, those for several at once first.
    `next` are the commands shown last, and `repeated` the fields whose answers they repeat.
    """

    emergency: Mapping[str, str]
    safety: tuple[SafetyGroup, ...]
    means: Mapping[str, str]
    leave_out: tuple[LeaveOut, ...]
    next: tuple[NextStep, ...]
    repeated: tuple[str, ...]


NO_FIRST_SCREEN = FirstScreen({}, (), {}, (), (), ())


class ReportLimits(NamedTuple):
    """How much a report shows: questions, checks, unknown answers, exercises, and the `few` to begin with.

    A number of people below `smallest_group` is not shown. A new band begins at each age of `age_bands`. A
    sign-off is due again after `signature_years`.
    """

    questions: int
    checks: int
    unknown_answers: int
    exercises: int
    few: int
    smallest_group: int
    signature_years: int
    age_bands: tuple[int, ...]


DONE, DATED = DISPOSITIONS = ("done", "dated")
"""The groups of dispositions: what was done, and what is to be done on a day that is named with it."""


class Rulebook(NamedTuple):
    """All of `rules/`, with the vocabulary it is written in and one hash over both.

    `phrases` are the sentences and labels of reports by key, such as `report.title`. `override_reasons` are
    those of a clinician who decides otherwise: code and words, in groups. `dispositions` are what was done
    for a person who must not wait, in the groups of `DISPOSITIONS`. `signed` holds sign-offs by the name of
    what is signed (see `signing`); they are due again after `report_limits.signature_years`.
    """

    version: str
    sha256: str
    words: Mapping[str, Mapping[str, str]]
    scales: Mapping[str, tuple[str, ...]]
    plain_words: PlainWords
    supervised: Condition
    supervised_opens: str
    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    families: Mapping[str, Family]
    movements: Mapping[str, Movement]
    exercises: Mapping[str, Exercise]
    rules: Mapping[str, Rule]
    always: tuple[str, ...]
    stop: tuple[str, ...]
    week: tuple[WeekGoal, ...]
    session: Session | None
    phrases: Mapping[str, str]
    report_limits: ReportLimits
    led_set: LedSet = NO_LED_SET
    first_screen: FirstScreen = NO_FIRST_SCREEN
    override_reasons: Mapping[str, Mapping[str, str]] = {}
    dispositions: Mapping[str, Mapping[str, str]] = {}
    glance: Glance = NO_GLANCE
    signed: Mapping[str, tuple[SignOff, ...]] = {}

    @property
    def strata(self) -> tuple[tuple[Rule, ...], ...]:
        """Return the rules in layers: all that concludes on a scale stands before all that reads it."""
        return stratify(self.rules)

    def phrase(self, key: str, **values: object) -> str:
        """Return the phrase `key` with its placeholders filled in."""
        return self.phrases[key].format_map(values)

    def counted(self, key: str, count: int, **values: object) -> str:
        """Return the phrase `key` in its form for one or for several, with `{count}` filled in."""
        return self.phrase(f"{key}.{'one' if count == 1 else 'other'}", count=f"{count:,}", **values)


def stratify(rules: Mapping[str, Rule]) -> tuple[tuple[Rule, ...], ...]:
    """Sort rules into layers, each complete before the next; circular rulebooks are refused when read."""
    layers: list[tuple[Rule, ...]] = []
    read = {id_: scales_of(rule.condition) for id_, rule in rules.items()}
    waiting = dict(rules)
    while waiting:
        pending = {scale for rule in waiting.values() for scale in rule.concludes}
        ready = tuple(rule for rule in waiting.values() if not read[rule.id] & pending)
        layers.append(ready)
        for rule in ready:
            del waiting[rule.id]
    return tuple(layers)
