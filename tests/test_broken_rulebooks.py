"""A rulebook with one fault is refused at its line and column, in one sentence, often with a remedy.

Each break replaces a piece of a small, complete rulebook. The mark ¦ in the new text is where the problem
must be reported.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from recommender.rulebook.files import data_folder

from .conftest import Ran, Run

SMALL = {
    "rulebook.yaml": """\
version: "1"
scales:
  risk_tier: [unknown, moderate, high]
  care: [open, established]
  regime: [provisional, z]
  bone_density: [unclassified, osteoporosis]
supervised:
  when: supervision in (group, professional)
  opens: Somebody beside you would open this.
words:
  risk_tier: {unknown: not known, moderate: some, high: more}
  care: {open: not known, established: looked after}
  regime: {provisional: for now, z: by Z}
  bone_density: {unclassified: not named, osteoporosis: low}
  clearance: {clear: Start, clinician_led: Ask, hold: Pause, emergency: Call}
  screening: {clear: Answer, clinician_led: Ask if, hold: See if, emergency: Call if}
  urgency: {info: Good to know, routine: Next visit, soon: This week, urgent: Today, emergency: Now}
  verdict: {ok: fine, modify: with care, supervised: with help, avoid: not now}
  would_be: {clear: nothing waits, clinician_led: ask first, hold: it pauses, emergency: get help}
  certainty:
    {high: many, moderate: some, low: few, very_low: very few, consensus: experts, design_default: ours}
  source_status:
    {verified: read, abstract: a summary, secondary: second hand, from_memory: memory, design_default: ours}
  goals: {strength: Strength, balance: Balance}
  disclaimer: {person: This informs., clinician: For review.}
plain_words: {grade: 8, familiar: [somebody], never: [{words: shatter, because: It frightens.}]}
""",
    "session.yaml": """\
always:
  - Keep breathing.
stop:
  - Stop if it hurts.
week:
  - goal: strength
    serves: [strength]
    start_with: [hinge]
    say: Train twice a week.
    sources: [UK22]
""",
    "sources.yaml": """\
sources:
  UK22:
    title: A statement
    authors: A society
    where: A journal
    year: "2022"
    checked: verified
    numbers: {lowest_t: [-2.5, -3.0]}
    found: Bending under load is best spared.
  DD:
    title: Design default
    authors: The authors
    where: Here
    year: "2026"
    checked: design_default
    found: Chosen with care.
""",
    "movements.yaml": """\
families:
  bending:
    name: Bending
    do: Fold at your hips.
movements:
  bend_loaded:
    family: bending
    name: Bending with a load
    what: Lifting with a round back.
    instead: Lift with a long back.
    mechanism: Compression peaks in front.
    certainty: low
    sources: [UK22]
  hip_hinge:
    family: bending
    name: Hip hinge
    what: Folding at the hips.
    instead: Fold less.
    mechanism: The spine stays long.
    certainty: low
    sources: [UK22, DD]
""",
    "doses.yaml": """\
dose_words:
  of: {repeats: {one: repeat, seconds: 4}, breaths: {one: breath, seconds: 5}}
  each: [on each side]
  hold_where: [at the top]
  add: [load]
  manner: {small: {range: -1}, heavy: {load: 3}}
  load: {with no load: {load: -3}}
  pace: {at an easy pace: {pace: -1}}
  effort: {It should feel easy.: {effort: -1}}
  times_a_day: {as often as you like: 4}
  days_a_week: {on most days: 5}
  how: [sitting]
  then: [Rest after it.]
  whenever: [you get up]
  leave_out: [sit down]
dose_caps:
  - movements: [bend_loaded]
    at_most: {repeats: 12, load_kg: 3}
    because: A load presses on the spine.
  - movements: []
    at_most: {sets: 3, repeats: 15, repeats_a_week: 300, seconds: 60, hold_seconds: 10, minutes: 30,
              minutes_a_day: 40, metres: 40, load_kg: 3, times_a_day: 2, days_a_week: 7,
              effort: 0, load: 0, range: 0, pace: 0}
    because: More was not looked at.
""",
    "exercises/strength.yaml": """\
exercises:
  - id: deadlift
    name: Deadlift
    goals: [strength]
    why: It trains the hips.
    sources: [UK22]
    certainty: low
    shown_up_to: clear
    gentler: [hinge]
    stop_if: [It hurts.]
    levels:
      - id: deadlift_light
        name: Light
        movements: [bend_loaded]
        position: Standing.
        steps: [Lift it.]
        dose: {usual: {repeats: 10, days_a_week: 2}, gentle: {repeats: 5, days_a_week: 2}, source: DD}
        cautions: [Go slowly.]
  - id: hinge
    name: Hinge
    goals: [strength, balance]
    why: It teaches the fold.
    sources: [UK22]
    certainty: low
    shown_up_to: hold
    gentler: []
    stop_if: [It hurts.]
    levels:
      - id: hinge_chair
        name: By a chair
        movements: [hip_hinge]
        position: Standing.
        steps: [Fold.]
        dose: {usual: {repeats: 8, days_a_week: 2}, gentle: {repeats: 5, days_a_week: 2}, source: [DD]}
        cautions: [Go slowly.]
""",
    "limits.yaml": """\
rules:
  - id: H01
    title: Spare the spine
    when: lowest_t <= -2.5 or fragility_fracture
    limit:
      avoid: [bend_loaded]
      modify: [hip_hinge]
    say: Bend at your hips.
    because: Load bends the spine.
    certainty: low
    source_status: verified
    sources: [UK22]
    cases:
      fires: [{t_score: -2.5}]
      silent: [{t_score: -2.4, vertebral_fractures: 0, hip_fracture: no, other_fractures: 0}]
      cannot_rule_out: [{age: 60}]
  - id: S01
    title: Wait for a picture
    unless: spine_imaged
    opens: A picture of your spine.
    limit:
      modify: [bend_loaded]
    say: Go gently at first.
    because: A silent break hides.
    certainty: design_default
    source_status: design_default
    sources: [DD]
    cases:
      fires: [{age: 60}, {vertebral_fractures: 1}, {hip_fracture: yes}, {other_fractures: 1}]
      silent: [{spine_imaged: yes}]
  - id: K01
    title: At least high
    when: lowest_t <= -3.0
    conclude: {risk_tier: high}
    because: Lower is weaker.
    certainty: low
    source_status: verified
    sources: [UK22]
    cases:
      fires: [{t_score: -3.0}]
      silent: [{t_score: -2.9}]
      cannot_rule_out: [{age: 60}]
  - id: K02
    title: Care goes with risk
    when: risk_tier >= high
    conclude: {care: established}
    because: It follows.
    certainty: low
    source_status: design_default
    sources: [DD]
    cases:
      fires: [{t_score: -3.0}]
      silent: [{t_score: -2.9}]
  - id: R01
    title: See somebody
    when: care >= established and age >= 50
    clearance: clinician_led
    say: Ask first.
    screen: Are you 50 or more?
    refer: {urgency: routine, to: a doctor, say: Book a visit.}
    dose: gentle
    because: It is kind.
    certainty: low
    source_status: design_default
    sources: [DD]
    cases:
      fires: [{t_score: -3.0, age: 50}]
      silent: [{age: 49}]
      cannot_rule_out: [{t_score: -3.0}]
""",
}

WHEN = "when: lowest_t <= -2.5 or fragility_fracture"
EXERCISES = "exercises/strength.yaml"
DOSE = "usual: {repeats: 10, days_a_week: 2}"


class Break(NamedTuple):
    """One fault: the piece replaced, its replacement with ¦ at the fault, and words of the message."""

    kind: str
    old: str
    new: str
    says: tuple[str, ...]
    file: str = "limits.yaml"
    rule: str = ""
    lines: int = 1


def when(kind: str, condition: str, *says: str) -> Break:
    """Break the condition of H01."""
    return Break(kind, WHEN, f"when: {condition}", says, rule="H01")


CONDITIONS = [
    when(
        "a field that does not exist",
        "lowest_t <= -2.5 or ¦fragility_fractur",
        "`fragility_fractur`",
        "Did you mean `fragility_fracture`?",
    ),
    when("a measure with a letter too many", "¦lowest_tt <= -2.5", "`lowest_tt`", "Did you mean `lowest_t`?"),
    when("an unknown function", "¦minimum(t_score, t_total_hip) <= -2.5", "`minimum(t_score, t_total_hip)`"),
    when("a misspelt function", "¦knwon(age)", "`knwon(…)`", "Did you mean `known`?"),
    when("a function of the wrong thing", "¦known(age + 1)", "`known`", "name of one field"),
    when("a number compared for equality", "¦vertebral_fractures == 2", "< <= > or >="),
    when("a choice compared by size", "¦sex < female", "`sex` is a choice", "==, != or in"),
    when(
        "a yes/no compared with a word",
        "¦hip_fracture == yes",
        "`hip_fracture`",
        "Write `hip_fracture` or `not hip_fracture`",
    ),
    when("one equals sign", "sex ¦= female", "`sex = female` is not a condition"),
    when("a threshold above the range", "age >= ¦150", "150", "18 to 110"),
    when("a threshold below the range", "lowest_t <= ¦-25", "-25", "-8 to 8"),
    when("a threshold finer than whole years", "age >= ¦54.5", "54.5", "finer", "steps of 1"),
    when("a threshold finer than two decimals", "lowest_t <= ¦-2.505", "-2.505", "finer", "steps of 0.01"),
    when(
        "a threshold of many decimals that would round",
        "lowest_t <= ¦-2.50000000000000000000000000000000001",
        "decimal",
    ),
    when("an unknown choice", "sex == ¦femal", "`femal`", "`sex`", "Did you mean `female`?"),
    when("an unknown choice in a list", "sex in (female, ¦woman)", "`woman`", "female, male, other"),
    when("a list without brackets", "sex in ¦female", "`in`", "(a, b)"),
    when(
        "an unknown level of a scale", "risk_tier >= ¦hihg", "`hihg`", "`risk_tier`", "Did you mean `high`?"
    ),
    when("a negated conclusion", "not ¦risk_tier >= high", "`risk_tier`", "floor"),
    when(
        "a negated conclusion in brackets", "not (age >= 50 and ¦risk_tier >= high)", "`risk_tier`", "floor"
    ),
    when("an upper bound on a conclusion", "¦risk_tier <= high", "`risk_tier`", "floor"),
    when("a reversed comparison", "¦-2.5 >= lowest_t", "left", "lowest_t <= -2.5"),
    when("a chained comparison", "¦-4.0 <= lowest_t <= -2.5", "more than two things", "`and`"),
    when(
        "and mixed with or",
        "fragility_fracture or ¦unsteady and walking_aid",
        "mixed without brackets",
        "( )",
    ),
    when(
        "and mixed with or where brackets stand elsewhere",
        "(unsteady) or ¦fever and (myeloma)",
        "mixed without brackets",
    ),
    when(
        "and mixed with or at the end of brackets",
        "(unsteady or ¦fever and myeloma)",
        "mixed without brackets",
    ),
    when(
        "and mixed with or at the beginning of brackets",
        "(¦unsteady and fever or myeloma)",
        "mixed without brackets",
    ),
    when(
        "an extreme with something by name",
        "¦max(t_score, t_total_hip, most=age) <= -2.5",
        "takes the names of two or more numeric fields",
    ),
    when("a field twice in one comparison", "¦lowest_t - t_score >= 1", "`t_score` stands twice"),
    when("a text as a number", "age >= ¦'60'", "`'60'` is not a plain decimal number", "-2.5"),
    when("a number turned bit by bit", "age >= ¦~60", "`~60` is not a plain decimal number", "-2.5"),
    when("a number alone", "¦age", "`age` is not a yes/no field", "age >= 1"),
    when("a choice as a number", "¦sex + 1 >= 1", "`sex`"),
    when("multiplication", "¦age * 2 >= 100", "`age * 2`", "not a number in this language"),
    when("an exponent", "lowest_t <= ¦1e-5", "`1e-5`", "plain decimal"),
    when("a leading zero", "age >= ¦050", "not a condition"),
    when("an underscore in a number", "vertebral_fractures >= ¦1_0", "`1_0`", "plain decimal"),
    when("a typographic minus sign", "lowest_t <= ¦\u22122.5", "U+2212"),
    when("a bracket left open", "¦(lowest_t <= -2.5", "never closed"),
    when("an attribute", "¦age.real >= 50", "`age.real`"),
    when("a call of Python's own", "¦__import__('os')", "`__import__(…)`"),
    when("a choice between values", "¦age if fever else unsteady", "is not a condition"),
    when("a lambda", "(¦lambda:fever)", "is not a condition"),
    when(
        "too many alternatives",
        "¦" + " and ".join(["(fever or myeloma)"] * 7),
        "128 alternatives",
        "Split the rule",
    ),
    when("a condition that is far too long", "¦" + " or ".join(["fever"] * 300), "longer than 2000", "Split"),
    when("a sum that goes on and on", "¦" + "+".join(["age"] * 490) + " >= 50", ""),
    when("brackets that go on and on", "(" * 900 + "fever" + ")" * 900, "nested"),
    when("an empty condition", '¦""', "empty"),
    when("a quoted condition", '"lowest_t <= -2.5 or ¦fragility_fractur"', "`fragility_fractur`"),
    when(
        "a condition with wide spaces",
        "lowest_t   <=   -2.5   or   ¦fragility_fractur",
        "`fragility_fractur`",
    ),
    when("a condition after a letter beyond ASCII", "sex == ¦é or fever", "`é`"),
    Break(
        "a conclusion in a rule written unless",
        "unless: spine_imaged",
        "unless: ¦risk_tier >= high",
        ("`risk_tier`",),
        rule="S01",
    ),
]

MANIFEST = "plain_words: {grade: 8"
DESK = [
    Break(
        "bands of T-scores that go down",
        MANIFEST,
        f"glance: {{fields: [age], bands: ¦{{osteoporosis: 2, unclassified: -2.5}}}}\n{MANIFEST}",
        ("the bands do not follow each other",),
        "rulebook.yaml",
    ),
    Break(
        "an unknown field at a glance",
        MANIFEST,
        f"glance: {{fields: [¦agee], bands: {{}}}}\n{MANIFEST}",
        ("`agee`",),
        "rulebook.yaml",
    ),
    Break(
        "an unknown group of dispositions",
        MANIFEST,
        f"dispositions: {{¦later: {{seen: Seen}}}}\n{MANIFEST}",
        ("`later`",),
        "rulebook.yaml",
    ),
]

RULES = [
    Break(
        "a misspelt key",
        "    because: Load",
        "    ¦becuase: Load",
        ("`becuase`", "Did you mean `because`?"),
        rule="H01",
        lines=2,
    ),
    Break(
        "a misspelt key above a block",
        "    limit:\n      avoid",
        "    ¦limits:\n      avoid",
        ("`limits`", "Did you mean `limit`?"),
        rule="H01",
        lines=2,
    ),
    Break("no reason", "  - id: H01", "  - ¦id: H01", ("`H01`", "`because`"), rule="H01"),
    Break(
        "no words for a limit", "    say: Bend at your hips.\n", "", ("`H01`", "`limit`", "`say`"), rule="H01"
    ),
    Break(
        "no words for a clearance", "    say: Ask first.\n", "", ("`R01`", "`clearance`", "`say`"), rule="R01"
    ),
    Break("no cases", "", "", ("`K02`", "`cases`"), rule="K02"),
    Break(
        "no case where it stays silent",
        "      silent: [{t_score: -2.9}]\n      cannot",
        "      cannot",
        ("`K01`", "silent"),
        rule="K01",
    ),
    Break(
        "no case where it is open",
        "      cannot_rule_out: [{age: 60}]\n  - id: S01",
        "  - id: S01",
        ("`H01`", "cannot_rule_out"),
        rule="H01",
    ),
    Break(
        "an empty list of cases",
        "fires: [{t_score: -3.0, age: 50}]",
        "fires: []",
        ("`R01`", "no case where it fires"),
        rule="R01",
    ),
    Break(
        "both when and unless",
        "    unless: spine_imaged",
        "    when: fever\n    unless: spine_imaged",
        ("`S01`", "either `when` or `unless`"),
        rule="S01",
    ),
    Break("neither when nor unless", f"    {WHEN}\n", "", ("`H01`", "either `when` or `unless`"), rule="H01"),
    Break("no effect", "    conclude: {risk_tier: high}\n", "", ("`K01`", "no effect", "limit"), rule="K01"),
    Break(
        "an effect left blank", "clearance: clinician_led", "clearance:¦", ("clearance", "blank"), rule="R01"
    ),
    Break(
        "a limit that limits nothing",
        "limit:\n      modify: [bend_loaded]",
        "limit: ¦{}",
        ("limits nothing",),
        rule="S01",
    ),
    Break(
        "words that open a rule written when",
        "    dose: gentle",
        "    dose: gentle\n    opens: ¦A visit.",
        ("`R01`", "unless"),
        rule="R01",
    ),
    Break("the same rule id twice", "  - id: S01", "  - id: ¦H01", ("`H01` is defined twice",), rule="H01"),
    Break(
        "the same key twice",
        "    because: Load bends the spine.\n    certainty: low\n",
        "    because: Load bends the spine.\n    certainty: low\n    ¦certainty: high\n",
        ("`certainty`", "twice"),
    ),
    Break(
        "an unknown movement",
        "avoid: [bend_loaded]",
        "avoid: [¦bend_load]",
        ("`bend_load`", "movement", "Did you mean `bend_loaded`?"),
        rule="H01",
    ),
    Break(
        "a movement with two verdicts",
        "modify: [hip_hinge]",
        "modify: ¦[bend_loaded]",
        ("`bend_loaded`", "two verdicts"),
        rule="H01",
    ),
    Break(
        "a movement listed twice",
        "modify: [hip_hinge]",
        "modify: ¦[hip_hinge, hip_hinge]",
        ("`hip_hinge`", "twice"),
        rule="H01",
    ),
    Break(
        "an unknown source",
        "sources: [UK22]\n    cases:\n      fires: [{t_score: -2.5}]",
        "sources: [¦UK23]\n    cases:\n      fires: [{t_score: -2.5}]",
        ("`UK23`", "source", "Did you mean `UK22`?"),
        rule="H01",
    ),
    Break(
        "no sources",
        "    sources: [UK22]\n    cases:\n      fires: [{t_score: -2.5}]",
        "    cases:\n      fires: [{t_score: -2.5}]",
        ("`H01` lacks `sources`",),
        rule="H01",
    ),
    Break(
        "a clearance that stops nobody",
        "clearance: clinician_led",
        "clearance: ¦clear",
        ("`clear` is not a known clearance", "clinician_led, hold, emergency"),
        rule="R01",
    ),
    Break(
        "the status of what is no number",
        "    because: It is kind.\n",
        "    because: It is kind.\n    numbers: {¦care >= established: verified}\n",
        ("unknown key `care >= established`", "age >= 50"),
        rule="R01",
    ),
    Break(
        "an empty list of sources",
        "sources: [UK22]\n    cases:\n      fires: [{t_score: -2.5}]",
        "sources: ¦[]\n    cases:\n      fires: [{t_score: -2.5}]",
        ("at least one source",),
        rule="H01",
    ),
    Break(
        "an unknown verdict",
        "      avoid: [bend_loaded]",
        "      ¦avoids: [bend_loaded]",
        ("`avoids`", "Did you mean `avoid`?"),
        rule="H01",
    ),
    Break(
        "a verdict that limits nothing",
        "      avoid: [bend_loaded]",
        "      ¦ok: [bend_loaded]",
        ("`ok`", "modify, supervised, avoid"),
        rule="H01",
    ),
    Break(
        "movements that are not a list",
        "avoid: [bend_loaded]",
        "avoid: ¦bend_loaded",
        ("must be a list",),
        rule="H01",
    ),
    Break(
        "a short referral in other words",
        "say: Book a visit.}",
        "say: Book a visit., brief: ¦Go now.}",
        ("`say` does not begin with these words",),
        rule="R01",
    ),
    Break(
        "an unknown urgency",
        "urgency: routine",
        "urgency: ¦rutine",
        ("`rutine`", "urgency", "Did you mean `routine`?"),
        rule="R01",
    ),
    Break(
        "an unknown clearance",
        "clearance: clinician_led",
        "clearance: ¦clinician",
        ("`clinician`", "clearance", "clinician_led"),
        rule="R01",
    ),
    Break("an unknown dose", "dose: gentle", "dose: ¦soft", ("`soft`", "dose", "usual, gentle"), rule="R01"),
    Break(
        "an unknown certainty",
        "certainty: design_default",
        "certainty: ¦sure",
        ("`sure`", "certainty"),
        rule="S01",
    ),
    Break(
        "an unknown source status",
        "source_status: design_default",
        "source_status: ¦checked",
        ("`checked`", "source status"),
        rule="S01",
    ),
    Break(
        "an unknown scale",
        "conclude: {risk_tier: high}",
        "conclude: {¦risk_teir: high}",
        ("`risk_teir`", "Did you mean `risk_tier`?"),
        rule="K01",
    ),
    Break(
        "an unknown level concluded",
        "conclude: {risk_tier: high}",
        "conclude: {risk_tier: ¦higher}",
        ("`higher`", "Did you mean `high`?"),
        rule="K01",
    ),
    Break(
        "a case with an impossible answer",
        "fires: [{t_score: -2.5}]",
        "fires: [¦{t_score: -25}]",
        ("no possible person", "t_score", "-25"),
        rule="H01",
    ),
    Break(
        "a case with contradicting answers",
        "fires: [{t_score: -3.0, age: 50}]",
        "fires: [¦{sex: female, menopause: pre, age: 70}]",
        ("no possible person", "60"),
        rule="R01",
    ),
    Break(
        "a case with an unknown field",
        "fires: [{t_score: -2.5}]",
        "fires: [¦{tscore: -2.5}]",
        ("`tscore`", "Did you mean `t_score`?"),
        rule="H01",
    ),
    Break(
        "a kind of case that does not exist",
        "      fires: [{t_score: -2.5}]",
        "      fires: [{t_score: -2.5}]\n      ¦fired: [{t_score: -2.6}]",
        ("`fired`", "Did you mean `fires`?"),
        rule="H01",
    ),
    Break(
        "an unquoted no", "title: Spare the spine", "title: ¦no", ("`no`", "yes/no", 'Write "no"'), rule="H01"
    ),
    Break(
        "an unquoted date",
        "title: Spare the spine",
        "title: ¦2026-11-22",
        ("`2026-11-22`", "date", 'Write "2026-11-22"'),
        rule="H01",
    ),
    Break(
        "an unquoted 012",
        "title: Spare the spine",
        "title: ¦012",
        ("`012`", "number", 'Write "012"'),
        rule="H01",
    ),
    Break(
        "an unquoted 1e-5",
        "title: Spare the spine",
        "title: ¦1e-5",
        ("`1e-5`", "number", 'Write "1e-5"'),
        rule="H01",
    ),
    Break(
        "a text that is a mapping", "title: Spare the spine", "title: ¦{a: b}", ("must be text",), rule="H01"
    ),
    Break("a blank text", "title: Spare the spine", 'title: ¦"  "', ("empty",), rule="H01"),
    Break("a rule that is only a word", "  - id: R01", "  - ¦hello\n  - id: R01", ("`key: value`",)),
]

OTHER_PARTS = [
    Break(
        "an exercise with an unknown movement",
        "movements: [hip_hinge]",
        "movements: [¦hip_hing]",
        ("`hip_hing`", "Did you mean `hip_hinge`?"),
        EXERCISES,
    ),
    Break(
        "an exercise with no movements",
        "- id: hinge_chair",
        "- ¦id: hinge_chair",
        ("`hinge_chair`", "no movement"),
        EXERCISES,
    ),
    Break("an exercise with no levels", "  - id: empty", "", ("`empty`", "no level"), EXERCISES),
    Break(
        "the same level id twice",
        "id: hinge_chair",
        "id: ¦deadlift_light",
        ("`deadlift_light`", "twice"),
        EXERCISES,
    ),
    Break("the same exercise id twice", "", "", ("`hinge`", "twice"), EXERCISES),
    Break(
        "an unknown gentler exercise",
        "gentler: [hinge]",
        "gentler: [¦hnige]",
        ("`hnige`", "Did you mean `hinge`?"),
        EXERCISES,
    ),
    Break(
        "an exercise for some people that does not say for whom",
        "gentler: [hinge]",
        "gentler: [hinge]\n    only_if: hip_fracture",
        ("`deadlift` lacks `made_for`",),
        EXERCISES,
    ),
    Break(
        "an exercise for some people that does not say when",
        "gentler: [hinge]",
        "gentler: [hinge]\n    made_for: people with a broken hip",
        ("`deadlift` lacks `only_if`",),
        EXERCISES,
    ),
    Break(
        "an unknown exercise to start with",
        "start_with: [hinge]",
        "start_with: [¦hnige]",
        ("`hnige`", "Did you mean `hinge`?"),
        "session.yaml",
    ),
    Break(
        "an unknown goal",
        "goals: [strength]",
        "goals: [¦strenght]",
        ("`strenght`", "Did you mean `strength`?"),
        EXERCISES,
    ),
    Break(
        "no gentle dose",
        "gentle: {repeats: 5, days_a_week: 2}, source: [DD]",
        "source: [DD]",
        ("`gentle`",),
        EXERCISES,
    ),
    Break(
        "a dose as a sentence", DOSE, "usual: ¦Ten times.", ("a dose is numbers, not a sentence",), EXERCISES
    ),
    Break("a dose as a list", DOSE, "usual: ¦[10]", ("list of `key: value` lines",), EXERCISES),
    Break(
        "an unknown key of a dose",
        DOSE,
        "usual: {¦repeat: 10, days_a_week: 2}",
        ("unknown key `repeat`", "Did you mean `repeats`?"),
        EXERCISES,
    ),
    Break(
        "a dose of nothing",
        DOSE,
        "usual: ¦{days_a_week: 2}",
        ("a dose needs `repeats` or `seconds` or `minutes`",),
        EXERCISES,
    ),
    Break(
        "a word for speed",
        DOSE,
        "usual: {repeats: 10, manner: ¦fast, days_a_week: 2}",
        ("`fast` is not a known `manner` of a dose", "small, heavy"),
        EXERCISES,
    ),
    Break(
        "two words for how",
        DOSE,
        "usual: {repeats: 10, manner: [small, ¦quick], days_a_week: 2}",
        ("`quick`",),
        EXERCISES,
    ),
    Break(
        "a remark of one's own",
        DOSE,
        "usual: {repeats: 10, how: ¦as often as you can, days_a_week: 2}",
        ("`as often as you can`", "sitting"),
        EXERCISES,
    ),
    Break(
        "ends that fall",
        DOSE,
        "usual: {repeats: ¦[12, 8], days_a_week: 2}",
        ("two numbers that rise",),
        EXERCISES,
    ),
    Break(
        "ends that are the same",
        DOSE,
        "usual: {repeats: ¦[8, 8], days_a_week: 2}",
        ("two numbers that rise",),
        EXERCISES,
    ),
    Break(
        "one end in brackets",
        DOSE,
        "usual: {repeats: ¦[8], days_a_week: 2}",
        ("two numbers that rise",),
        EXERCISES,
    ),
    Break(
        "a first end that is no number",
        DOSE,
        "usual: {repeats: [¦eight, 12], days_a_week: 2}",
        ("`eight` is not a number for a dose",),
        EXERCISES,
    ),
    Break(
        "a last end that is no number",
        DOSE,
        "usual: {repeats: [8, ¦twelve], days_a_week: 2}",
        ("`twelve` is not a number for a dose",),
        EXERCISES,
    ),
    Break(
        "no end at all",
        DOSE,
        "usual: {repeats: 10, days_a_week: ¦{}}",
        ("exactly one end",),
        EXERCISES,
    ),
    Break(
        "three ends",
        DOSE,
        "usual: {repeats: ¦[8, 10, 12], days_a_week: 2}",
        ("two numbers that rise",),
        EXERCISES,
    ),
    Break(
        "half a repeat",
        DOSE,
        "usual: {repeats: ¦7.5, days_a_week: 2}",
        ("`7.5` is not a number for a dose", "whole number"),
        EXERCISES,
    ),
    Break(
        "no repeat at all", DOSE, "usual: {repeats: ¦0, days_a_week: 2}", ("`0` is not a number",), EXERCISES
    ),
    Break(
        "repeats without an end",
        DOSE,
        "usual: {repeats: {¦at_least: 10}, days_a_week: 2}",
        ("unknown key `at_least`",),
        EXERCISES,
    ),
    Break(
        "two bounds",
        DOSE,
        "usual: {repeats: 10, days_a_week: ¦{at_least: 2, up_to: 3}}",
        ("exactly one end",),
        EXERCISES,
    ),
    Break(
        "an unknown word for how often",
        DOSE,
        "usual: {repeats: 10, days_a_week: ¦all day}",
        ("`all day`", "on most days"),
        EXERCISES,
    ),
    Break(
        "sets and times",
        DOSE,
        "usual: ¦{sets: 2, times: 2, repeats: 10, days_a_week: 2}",
        ("`sets` stands without `times`",),
        EXERCISES,
    ),
    Break(
        "a hold of nothing",
        DOSE,
        "usual: ¦{minutes: 5, hold_seconds: 5, days_a_week: 2}",
        ("`hold_seconds` needs `repeats`",),
        EXERCISES,
    ),
    Break(
        "an amount beside leaving it out",
        DOSE,
        "usual: ¦{leave_out: sit down, repeats: 10}",
        ("`leave_out` stands without `repeats`",),
        EXERCISES,
    ),
    Break(
        "what it builds up to, unknown",
        DOSE,
        "usual: {repeats: 10, days_a_week: 2, build_to: {¦sets: 9}}",
        ("unknown key `sets`",),
        EXERCISES,
    ),
    Break(
        "a number in a remark",
        "how: [sitting]",
        "how: [¦sitting for 90 minutes]",
        ("holds a number",),
        "doses.yaml",
    ),
    Break("an unknown axis", "{range: -1}", "{¦speed: -1}", ("unknown key `speed`",), "doses.yaml"),
    Break("a rank below the scale", "{load: -3}", "{load: ¦-4}", ("`-4` is not a known rank",), "doses.yaml"),
    Break("a rank above the scale", "{load: 3}", "{load: ¦4}", ("`4` is not a known rank",), "doses.yaml"),
    Break(
        "no day of the week",
        "start_with: [hinge]",
        "start_with: [hinge]\n    days: ¦0",
        ("`0` is not a known number of days", "1, 2, 3, 4, 5, 6, 7"),
        "session.yaml",
    ),
    Break(
        "eight days of a week",
        "start_with: [hinge]",
        "start_with: [hinge]\n    days: ¦8",
        ("`8` is not a known number of days",),
        "session.yaml",
    ),
    Break(
        "a unit without its time",
        "{one: repeat, seconds: 4}",
        "¦{one: repeat}",
        ("lacks `seconds`",),
        "doses.yaml",
    ),
    Break("no words for doses", "dose_words:", "¦dose_word:", ("`dose_word`",), "doses.yaml", lines=2),
    Break(
        "an unknown family",
        "    family: bending\n    name: Hip",
        "    family: ¦bendign\n    name: Hip",
        ("`bendign`", "Did you mean `bending`?"),
        "movements.yaml",
    ),
    Break(
        "a movement that is only a word",
        "families:",
        "families:\n  twisting: ¦Twisting",
        ("`key: value`",),
        "movements.yaml",
    ),
    Break("a source without a title", "    title: A statement\n", "", ("`UK22`", "`title`"), "sources.yaml"),
    Break(
        "a source with an unknown key",
        "    title: A statement\n",
        "    title: A statement\n    ¦pages: 1 to 9\n",
        ("`pages`", "UK22"),
        "sources.yaml",
    ),
    Break(
        "a source that is only a word",
        "sources:",
        "sources:\n  EC: ¦Experts",
        ("`key: value`",),
        "sources.yaml",
    ),
    Break(
        "an unknown state of checking",
        "checked: verified",
        "checked: ¦verifed",
        ("`verifed`", "Did you mean `verified`?"),
        "sources.yaml",
    ),
    Break("no words for a level", ", high: more}", "}", ("`high`",), "rulebook.yaml"),
    Break(
        "an unquoted version", 'version: "1"', "version: ¦1", ("`1`", "number", 'Write "1"'), "rulebook.yaml"
    ),
    Break(
        "a section that does not exist",
        "always:",
        "alwyas: []\nalways:",
        ("`alwyas`", "Did you mean `always`?"),
        "session.yaml",
    ),
    Break(
        "a gate that cannot be read",
        "supervision in (group, professional)",
        "¦supervison == group",
        ("`supervison`", "Did you mean `supervision`?"),
        "rulebook.yaml",
    ),
]

YAML = [
    Break("a tab", "    title: Spare", "¦\ttitle: Spare", ("not YAML",)),
    Break("an anchor", "avoid: [bend_loaded]", "avoid: ¦&all [bend_loaded]", ("anchors",)),
    Break("an alias", "modify: [hip_hinge]", "modify: ¦*all", ("",)),
    Break(
        "a merge key",
        "    title: Spare the spine",
        "    title: Spare the spine\n    ¦<<: {because: Hidden}",
        ("merge",),
    ),
    Break(
        "a tag on a text", "title: Spare the spine", "title: ¦!!python/name:os.system x", ("tag", "Remove it")
    ),
    Break("a tag on a list", "avoid: [bend_loaded]", "avoid: ¦!mine [bend_loaded]", ("tag", "Remove it")),
    Break(
        "a tag on a mapping",
        "conclude: {risk_tier: high}",
        "conclude: ¦!!python/object:os.environ {risk_tier: high}",
        ("tag", "Remove it"),
    ),
    Break("a list as a key", "    title: Spare the spine", "    ¦[a, b]: Spare the spine", ("plain word",)),
    Break("two documents", "  - id: S01", "¦---\n  - id: S01", ("not YAML",)),
    Break(
        "nested lists", "title: Spare the spine", "title: " + "[" * 300 + "]" * 300, ("nested too deeply",)
    ),
    Break("an unquoted colon", "because: It is kind.", "because: It is¦: kind.", ("not YAML",)),
]


def _by_hand(broken: Break) -> Break:
    """Complete the breaks whose replaced piece is long."""
    text = SMALL[broken.file]
    if broken.kind == "no reason":
        old = text[text.index("  - id: H01") : text.index("    certainty")]
        new = old.replace("    because: Load bends the spine.\n", "").replace("id: H01", "¦id: H01")
        return broken._replace(old=old, new=new)
    if broken.kind == "no cases":
        start = text.index("  - id: K02")
        old = text[start : text.index("  - id: R01")]
        return broken._replace(old=old, new=old[: old.index("    cases:")])
    if broken.kind == "an exercise with no levels":
        old = text[text.index("  - id: hinge\n") :]
        new = old[: old.index("    levels:")].replace("id: hinge\n", "id: empty\n") + "    levels: []\n" + old
        return broken._replace(old=old, new=new)
    if broken.kind == "the same exercise id twice":
        return broken._replace(
            old=text, new=text.replace("id: hinge\n", "id: ¦hinge\n").replace("id: deadlift\n", "id: hinge\n")
        )
    if broken.kind == "an exercise with no movements":
        old = text[text.index("- id: hinge_chair") :]
        return broken._replace(
            old=old, new=old.replace("[hip_hinge]", "[]").replace("id: hinge_chair", "¦id: hinge_chair")
        )
    return broken


BREAKS = [_by_hand(broken) for broken in CONDITIONS + DESK + RULES + OTHER_PARTS + YAML]
by_kind = pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.kind)


def write(folder: Path, changed: dict[str, str] | None = None) -> Path:
    """Write the small rulebook, with some files changed, to `folder/rules`."""
    for name, text in {**SMALL, **(changed or {})}.items():
        file = folder / "rules" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder / "rules"


def apply(broken: Break) -> tuple[str, str]:
    """Return the broken file's text, and the place where the mark stood (empty without a mark)."""
    text = SMALL[broken.file]
    assert text.count(broken.old) >= 1, f"{broken.kind}: the piece to break is not in {broken.file}"
    text = text.replace(broken.old, broken.new, 1)
    before, mark, _ = text.partition("¦")
    place = (
        f"rules/{broken.file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        if mark
        else ""
    )
    return text.replace("¦", ""), place


def test_the_small_rulebook_is_sound_before_anything_is_broken(run: Run, tmp_path: Path) -> None:
    assert run("rules", "check", "--rules", write(tmp_path)).code == 0
    assert run("rules", "test", "--rules", tmp_path / "rules").code == 0


_TOLD: dict[str, Ran] = {}


def told(run: Run, tmp_path: Path, broken: Break) -> Ran:
    """Check the small rulebook with one fault; cached, because several tests look at the same answer."""
    if broken.kind not in _TOLD:
        _TOLD[broken.kind] = run(
            "rules",
            "check",
            "--rules",
            write(tmp_path / broken.kind.replace("/", " "), {broken.file: apply(broken)[0]}),
        )
    return _TOLD[broken.kind]


@by_kind
def test_a_broken_rulebook_is_refused_at_its_place_in_a_clear_sentence(
    run: Run, tmp_path: Path, broken: Break
) -> None:
    place = apply(broken)[1]

    ran = told(run, tmp_path, broken)

    assert (ran.code, ran.out) == (3, "")
    found = [error for error in ran.errors if all(word in error for word in broken.says)]
    assert found, ran.err
    assert all(error.startswith(f"rules/{broken.file}:") for error in found), ran.err
    if place:
        assert any(error.startswith(f"{place}: ") for error in found), (place, ran.err)


@by_kind
def test_one_thing_broken_is_told_once(run: Run, tmp_path: Path, broken: Break) -> None:
    """Two lines where one slip makes two faults: a misspelt key is unknown, and the right one is missing."""
    ran = told(run, tmp_path, broken)

    assert len(ran.errors) == len(ran.err.splitlines()) == broken.lines, ran.err
    assert len(ran.err) < 500


def test_a_problem_inside_a_rule_names_the_rule(run: Run, tmp_path: Path) -> None:
    """All kinds at once: whoever reads the sentence in a log should know which rule it is about."""
    inside = [broken for broken in BREAKS if broken.rule and broken.kind != "a sum that goes on and on"]

    nameless = [
        broken.kind
        for broken in inside
        if not any(f"`{broken.rule}`" in error for error in told(run, tmp_path, broken).errors)
    ]

    assert nameless == []


def test_several_problems_are_all_told_at_once(run: Run, tmp_path: Path) -> None:
    chosen = [
        "an unknown movement",
        "an unknown urgency",
        "an unquoted no",
        "an unknown source",
        "an unknown certainty",
    ]
    changed = dict(SMALL)
    for broken in BREAKS:
        if broken.kind in chosen:
            changed[broken.file] = changed[broken.file].replace(broken.old, broken.new.replace("¦", ""), 1)
    changed["sources.yaml"] = changed["sources.yaml"].replace("checked: verified", "checked: verifed")

    ran = run("rules", "check", "--rules", write(tmp_path, changed))

    assert ran.code == 3
    for word in ("bend_load", "rutine", "no", "UK23", "sure", "verifed"):
        assert sum(f"`{word}`" in error for error in ran.errors) == 1, word
    assert len(ran.errors) == 6


def test_two_wrong_words_in_one_list_are_two_problems(run: Run, tmp_path: Path) -> None:
    text = SMALL["limits.yaml"].replace("avoid: [bend_loaded]", "avoid: [bend_load, hip_hing]")

    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": text}))

    assert [error.split(": ")[2].split()[0] for error in ran.errors] == ["`bend_load`", "`hip_hing`"]


def test_broken_yaml_in_two_files_is_told_for_both(run: Run, tmp_path: Path) -> None:
    ran = run(
        "rules", "check", "--rules", write(tmp_path, {"limits.yaml": "rules: [", "session.yaml": "always: {"})
    )

    assert ran.code == 3
    assert sorted(error.split(":")[0] for error in ran.errors) == ["rules/limits.yaml", "rules/session.yaml"]


def test_a_rule_id_that_two_files_share_is_told_in_the_later_file(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "check", "--rules", write(tmp_path, {"more.yaml": SMALL["limits.yaml"]}))

    assert ran.code == 3
    assert ran.errors[0].startswith("rules/more.yaml:2:9: `H01` is defined twice")
    assert len(ran.errors) == 5


@pytest.mark.parametrize(
    "loop", ["risk_tier >= high", "care >= established"], ids=["through another rule", "on itself"]
)
def test_conclusions_that_rest_on_themselves_are_refused_by_name(run: Run, tmp_path: Path, loop: str) -> None:
    text = (
        SMALL["limits.yaml"]
        .replace("when: lowest_t <= -3.0", "when: care >= established")
        .replace("when: risk_tier >= high", f"when: {loop}")
    )

    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": text}))

    assert ran.code == 3
    assert any("circle" in error and "K02" in error for error in ran.errors), ran.err


INTO_THE_CIRCLE = """\
  - id: K00
    title: Before the circle
    when: age >= 50
    conclude: {regime: z}
    because: It leads there.
    certainty: low
    source_status: design_default
    sources: [DD]
    cases:
      fires: [{age: 50}]
      silent: [{age: 49}]
      cannot_rule_out: [{sex: female}]
"""


def test_a_circle_names_a_file_and_line_and_only_the_rules_in_it(run: Run, tmp_path: Path) -> None:
    text = SMALL["limits.yaml"].replace("when: lowest_t <= -3.0", "when: care >= established and regime >= z")

    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": text + INTO_THE_CIRCLE}))

    (error,) = ran.errors
    assert "K00" not in error
    assert error.startswith("rules/limits.yaml:")
    assert "K01" in error
    assert "K02" in error
    assert "R01" not in error


def test_a_scale_that_is_read_but_never_concluded_is_refused(run: Run, tmp_path: Path) -> None:
    text = (
        SMALL["limits.yaml"]
        .replace("conclude: {care: established}", "conclude: {risk_tier: high}")
        .replace("when: risk_tier >= high", "when: known(age)")
    )

    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": text}))

    assert ran.code == 3
    assert any("`R01`" in error and "`care`" in error for error in ran.errors)


def test_a_file_that_is_not_utf8_is_refused_by_name(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "limits.yaml").write_bytes(SMALL["limits.yaml"].replace("spine", "sp\xefne").encode("latin-1"))

    ran = run("rules", "check", "--rules", folder)

    assert ran.code == 3
    assert [("rules/limits.yaml" in error, "UTF-8" in error) for error in ran.errors] == [(True, True)]


@pytest.mark.parametrize(
    "content",
    [b"", b"# nothing but a comment\n", b"- a list\n", b"a word\n"],
    ids=["empty", "comment", "list", "word"],
)
def test_a_file_with_nothing_in_it_that_is_a_rulebook_is_refused(
    run: Run, tmp_path: Path, content: bytes
) -> None:
    folder = write(tmp_path)
    (folder / "extra.yaml").write_bytes(content)

    ran = run("rules", "check", "--rules", folder)

    assert ran.code == 3
    assert [error.split(":")[0] for error in ran.errors] == ["rules/extra.yaml"]


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.65, 0.8, 0.95])
def test_a_file_that_was_cut_off_is_refused(run: Run, tmp_path: Path, share: float) -> None:
    text = SMALL["limits.yaml"]
    cut = text[: int(len(text) * share)]
    assert not cut.endswith("\n")

    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": cut}))

    assert ran.code == 3
    assert all(error.startswith("rules/limits.yaml:") for error in ran.errors), ran.err


@pytest.mark.parametrize("name", ["rulebook.yaml", "session.yaml", "sources.yaml", "movements.yaml"])
def test_a_file_that_is_missing_is_noticed(run: Run, tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    (folder / name).unlink()

    ran = run("rules", "check", "--rules", folder)

    assert ran.code == 3
    assert ran.errors


@pytest.mark.parametrize("kind", ["missing", "empty", "a file"])
def test_a_folder_without_a_rulebook_is_refused_by_name(run: Run, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "nowhere"
    if kind == "empty":
        folder.mkdir()
    elif kind == "a file":
        folder.write_text("rules: []")

    for command in (
        ("rules", "check"),
        ("rules", "list"),
        ("exercises", "list"),
        ("assess", "--t-score", "-2.6"),
    ):
        ran = run(*command, "--rules", folder)

        assert ran.code == 3
        assert len(ran.errors) == 1
        assert ran.errors[0].startswith(f"{folder}: ")
        assert ".yaml" in ran.errors[0]


def test_rules_in_a_file_ending_in_yml_are_not_left_out_in_silence(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path, {"extra.yml": "rules: [{id: X01}]\n"})

    ran = run("rules", "check", "--rules", folder)

    assert ran.code == 3
    assert any("extra.yml" in error for error in ran.errors)


def test_a_rule_file_that_points_nowhere_is_not_left_out_in_silence(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "limits.yaml").unlink()
    (folder / "limits.yaml").symlink_to(tmp_path / "gone.yaml")

    ran = run("rules", "check", "--rules", folder)

    assert ran.code == 3
    assert any("limits.yaml" in error for error in ran.errors)


def test_a_bomb_of_nested_lists_is_refused_and_not_fallen_for(tmp_path: Path) -> None:
    """In a process of its own: a reader written in C that runs out of stack takes everything down with it."""
    folder = write(tmp_path, {"bomb.yaml": "rules: " + "[" * 200_000 + "]" * 200_000})

    done = subprocess.run(
        [sys.executable, "-m", "recommender", "rules", "check", "--rules", folder],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "rules/bomb.yaml" in done.stderr


def test_a_bomb_of_aliases_is_refused_quickly(run: Run, tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40))]

    ran = run("rules", "check", "--rules", write(tmp_path, {"bomb.yaml": "\n".join(lines)}))

    assert ran.code == 3
    assert ran.errors[0].startswith("rules/bomb.yaml:1:5: anchors")


@pytest.mark.parametrize(
    "command",
    [("rules", "list"), ("rules", "test"), ("exercises", "list"), ("assess", "--t-score", "-2.6")],
    ids=" ".join,
)
def test_no_command_uses_a_broken_rulebook(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = write(tmp_path, {"limits.yaml": SMALL["limits.yaml"].replace("bend_loaded", "bend_load")})

    ran = run(*command, "--rules", folder)

    assert (ran.code, ran.out) == (3, "")
    assert "`bend_load`" in ran.err


def test_a_rulebook_that_was_sound_a_moment_ago_is_read_again_once_it_is_broken(
    run: Run, tmp_path: Path
) -> None:
    """What is kept from an earlier run must never stand in for a file that has changed."""
    folder = write(tmp_path)
    assert run("rules", "check", "--rules", folder).code == 0
    write(tmp_path, {"limits.yaml": SMALL["limits.yaml"].replace("lowest_t <= -2.5", "lowest_t <= -25.0")})

    assert run("rules", "check", "--rules", folder).code == 3
    write(tmp_path)
    assert run("rules", "check", "--rules", folder).code == 0


SHIPPED = [
    ("limits.yaml", "avoid: [", "avoid: [¦flying, ", "`flying`"),
    ("referral.yaml", "urgency: urgent", "urgency: ¦urgnet", "Did you mean `urgent`?"),
    ("classification.yaml", "when: sex == female", "when: sex == ¦femal", "Did you mean `female`?"),
    ("sources.yaml", "  checked: verified", "  checked: ¦verifed", "Did you mean `verified`?"),
]


@pytest.mark.heavy
@pytest.mark.parametrize(("file", "old", "new", "says"), SHIPPED, ids=[row[0] for row in SHIPPED])
def test_one_slip_in_a_copy_of_the_shipped_rules_is_found_at_its_place(
    run: Run, tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(data_folder("rules"), folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    before, _, _ = text.replace(old, new, 1).partition("¦")
    (folder / file).write_text(text.replace(old, new.replace("¦", ""), 1), encoding="utf-8")

    ran = run("rules", "check", "--rules", folder)

    assert ran.code == 3
    assert len(ran.errors) == 1
    assert ran.errors[0].startswith(
        f"rules/{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
    )
    assert says in ran.errors[0]
