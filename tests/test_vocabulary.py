"""A small vocabulary is read as it stands, and a slip in it is told at its place."""

import pytest

from recommender.documents.yaml_json import read_yaml
from recommender.errors import RulebookError
from recommender.language.symbols import ChoiceSymbol, NumberSymbol, YesNoSymbol
from recommender.language.tree import Always
from recommender.vocabulary.reading import read_vocabulary

SMALL = """\
groups: {person: You, bones: Your bones}
spellings: {"yes": [Sure], "no": [Nope]}
units: {years: [Year, y], months: [mths]}
conversions:
  time: {days: 1, months: 30, years: 365.25}
  length: {cm: 10, inches: 25.4}
fields:
  age: {group: person, type: count, unit: years, range: [18, 110], time: birth, worse: higher,
        ask: How old are you?, unsure: Guess., label: age, never: "no"}
  sex: {group: person, type: choice, choices: [female, male], worse: first,
        ask: What is your sex?, unsure: Leave it., label: sex, spellings: {female: [Woman]}}
  hip: {group: bones, type: "yes_no", worse: "yes", silent_because: It is rare.,
        ask: Did a hip break?, unsure: Ask., label: a broken hip, where: In a letter., check: a broken hip}
  hip_months: {group: bones, type: number, unit: months, range: [0, 1200.5], decimals: 1, near: 1.5,
               worse: lower, only_if: hip, ask: When?, unsure: Guess., label: months,
               unlooked: [nobody looked]}
  t_hip: {group: bones, type: number, unit: T-score, range: [-8, 8], decimals: 2, doubt_above: 1,
          worse: lower, ask: Which score?, unsure: Look., label: hip score}
  t_neck: {group: bones, type: number, unit: T-score, range: [-8, 8], decimals: 3, worse: lower, time: "no",
           ask: Which score?, unsure: Look., label: neck score, never: "yes"}
measures:
  lowest: {type: number, is: "lowest(t_hip, t_neck)", label: lowest score}
  old_break: {type: yes_no, is: hip and age >= 50, label: broken and 50}
impossible:
  - {when: old_break and sex == male, say: These do not go together.}
months: [[jan, january]]
number_words: [[zero], [one, a]]
"""


def test_a_vocabulary_is_read_as_it_stands() -> None:
    read = read_vocabulary(read_yaml(SMALL, "fields.yaml"), ("lowest",))
    age, sex, hip, months, t_hip, t_neck = read.fields.values()

    assert dict(read.groups) == {"person": "You", "bones": "Your bones"}
    assert (age.kind, age.low, age.high, age.decimals, age.step) == ("count", 18_000, 110_000, 0, 1000)
    assert [field.decimals for field in (months, t_hip, t_neck)] == [1, 2, 3]
    assert (months.low, months.high, months.near, months.doubt_above) == (0, 1_200_500, 1500, None)
    assert (t_hip.near, t_hip.doubt_above) == (None, 1000)
    assert [field.never for field in read.fields.values()] == [False, False, False, False, False, True]
    assert (sex.choices, sex.spellings) == (
        ("female", "male"),
        {"sure": "yes", "nope": "no", "woman": "female"},
    )
    assert (hip.where, hip.check, hip.silent_because, hip.unit, hip.lengths) == (
        *("In a letter.", "a broken hip", "It is rare.", "", {}),
    )
    assert (sex.where, sex.check, sex.silent_because) == ("", "", "")
    assert (age.unit_words, t_hip.unit_words) == (("years", "year", "y"), ("t-score",))
    assert dict(months.lengths) == {
        **dict.fromkeys(("years", "year", "y"), "365.25"),
        **dict.fromkeys(("months", "mths"), "30"),
        "days": "1",
    }
    assert dict(t_hip.lengths) == {"t-score": "1"}
    assert [field.time for field in read.fields.values()] == ["birth", "", "", "ago", "", ""]
    assert [field.is_time for field in read.fields.values()] == [True, False, False, True, False, False]
    assert (months.only_if_text, months.unlooked) == ("hip", ("nobody looked",))
    assert [type(symbol) for symbol in read.symbols.values()] == [
        *(NumberSymbol, ChoiceSymbol, YesNoSymbol, NumberSymbol, NumberSymbol, NumberSymbol),
        *(NumberSymbol, YesNoSymbol),
    ]
    assert [read.symbols[name].term.may_not_apply for name in ("t_hip", "hip_months", "t_neck")] == [
        *(False, True, True),
    ]
    assert list(read.measures) == ["lowest", "old_break"]
    [contradiction] = read.impossible
    assert (contradiction.text, contradiction.fields) == ("old_break and sex == male", ("hip", "age", "sex"))
    assert not isinstance(contradiction.when, Always)
    assert (read.months, read.number_words) == ((("jan", "january"),), (("zero",), ("one", "a")))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("range: [18, 110]", "range: ¦[110, 18]", "a number needs `range: [low, high]`"),
        ("range: [18, 110]", "range: ¦[18, 18]", "a number needs `range: [low, high]`"),
        ("range: [18, 110]", "range: ¦[18]", "a number needs `range: [low, high]`"),
        ("range: [18, 110]", "range: ¦[18, 60, 110]", "a number needs `range: [low, high]`"),
        ("1200.5]", "¦1200.5005]", "`1200.5005` has more than 3 decimals"),
        ("decimals: 3", "decimals: ¦4", "`4` is not a known number of decimals. It is one of: 0, 1, 2, 3."),
        ("type: count", "type: ¦counts", "`counts` is not a known type of field"),
        ("worse: first", "worse: ¦second", "`second` is not a known direction"),
        ("time: birth", "time: ¦birthday", "`birthday` is not a known kind of time"),
        ("group: person, type: choice", "group: ¦persons, type: choice", "`persons` is not a known group"),
        ('never: "no"', "never: ¦perhaps", "`perhaps` must be yes or no"),
        ("only_if: hip,", "only_if: ¦t_hip >= 0,", "`t_hip` stands below `hip_months`. Move it above."),
        ("only_if: hip,", "only_if: ¦hips,", "`hips`"),
        ("Did a hip break?, unsure", "Did a hip break?, ¦unsur", "`hip` has the unknown key `unsur`"),
        ("  hip: {group: bones, ", "  hip: ¦{", "`hip` lacks `group`"),
        ("measures:\n", "  hop: ¦only_if\nmeasures:\n", "this must be a list of `key: value` lines"),
        ("female: [Woman]", "¦woman: [Woman]", "unknown key `woman`"),
        ("inches: 25.4", "inches: ¦an inch", "`an inch` is not a plain decimal number"),
        ("type: yes_no, is: hip", "type: ¦choice, is: hip", "`choice` is not a known type of measure"),
        ("lowest(t_hip, t_neck)", "¦lowest(t_hip, t_nek)", "`t_nek`"),
        ("is: hip and age", "is: ¦hips and age", "`hips`"),
        ("  old_break: {", "  ¦hip: {", "`hip` is a field and a measure"),
        ("  lowest: {", "  ¦least: {", "lacks `lowest`"),
        ("when: old_break", "when: ¦new_break", "`new_break`"),
        ("say: These do not go together.", "¦says: These do not.", "lacks `say`"),
    ],
)
def test_a_slip_in_a_vocabulary_is_told(old: str, new: str, says: str) -> None:
    assert SMALL.count(old) == 1
    before, mark, _ = SMALL.replace(old, new).partition("¦")
    with pytest.raises(RulebookError) as refused:
        read_vocabulary(read_yaml(SMALL.replace(old, new.replace(mark, "")), "fields.yaml"), ("lowest",))

    told = [problem for problem in refused.value.problems if says in f"{problem.message} {problem.hint}"]
    assert [problem.place.split(":")[1] for problem in told] == [str(before.count("\n") + 1)]
