"""The sentences and labels of reports: the keys that `phrases.yaml` must hold, and the placeholders of each.

The words are data; the structure on which the reports rest is code. A plural has the keys `one` and `other`.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.errors import did_you_mean, quoted
from recommender.rulebook.model import ReportLimits

SECTION, LIMITS = "phrases", "report_limits"
_AGES = "age_bands"
_COUNTS = tuple(name for name in ReportLimits._fields if name != _AGES)
_WHOLE = re.compile("[1-9][0-9]{0,2}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def read_phrases(check: Checker, raw: Any) -> dict[str, str]:
    """Return the phrases by key, such as `report.title`; record each wrong key and placeholder.

    Those of a former rulebook have the keys and placeholders of their time.
    """
    return dict(_former(raw, "") if check.document.former else _group(check, raw, (SECTION,), ""))


def _former(raw: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in raw.items() if isinstance(raw, Mapping) else ():
        if isinstance(value, str):
            yield f"{prefix}{key}", " ".join(value.split())
        else:
            yield from _former(value, f"{prefix}{key}.")


def _group(check: Checker, raw: Any, path: Path_, prefix: str) -> Iterator[tuple[str, str]]:
    keys = [key.removeprefix(prefix).partition(".")[0] for key in PLACEHOLDERS if key.startswith(prefix)]
    known = tuple(dict.fromkeys(keys))
    for key, value in check.mapping(raw, path, known, ()).items():
        if f"{prefix}{key}" in PLACEHOLDERS:
            yield f"{prefix}{key}", _phrase(check, value, (*path, key), f"{prefix}{key}")
        elif key in known:
            yield from _group(check, value, (*path, key), f"{prefix}{key}.")


def _phrase(check: Checker, raw: Any, path: Path_, key: str) -> str:
    text, expected = check.text(raw, path), PLACEHOLDERS[key]
    names = _PLACEHOLDER.findall(text)
    if set("{}") & set(_PLACEHOLDER.sub("", text)):
        check.fail(path, f"the braces of `{key}` do not match.", "Write a placeholder as {name}.")
        return ""
    for name in dict.fromkeys(names):
        if name not in expected:
            known = ", ".join(f"{{{each}}}" for each in expected)
            hint = did_you_mean(name, expected) or (f"Known here: {known}." if known else "It takes none.")
            check.fail(path, f"`{key}` has the unknown placeholder {{{name}}}.", hint)
    for name in expected:
        if text and name not in names:
            check.fail(path, f"`{key}` lacks the placeholder {{{name}}}.")
    return text


def read_limits(check: Checker, raw: Any) -> ReportLimits:
    """Return how much a report shows: whole numbers of 1 or more, and ages that rise."""
    path: Path_ = (LIMITS,)
    data = check.mapping(raw, path, ReportLimits._fields, ())
    counts = {name: _whole(check, data.get(name), (*path, name)) for name in _COUNTS}
    ages = tuple(
        _whole(check, age, item_path) for item_path, age in check.items(data.get(_AGES), (*path, _AGES))
    )
    if _AGES in data and (not ages or any(low >= high for low, high in pairwise(ages))):
        check.fail((*path, _AGES), "these must be ages that rise, such as [50, 60, 70].")
    return ReportLimits(**counts, age_bands=ages)


def _whole(check: Checker, raw: Any, path: Path_) -> int:
    if isinstance(raw, str) and _WHOLE.fullmatch(raw):
        return int(raw)
    if raw is not None:
        check.fail(path, f"{quoted(str(raw))} is not a whole number from 1 to 999.")
    return 0


PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    "answer.yes": (),
    "answer.no": (),
    "review.unsigned": (),
    "review.signed": (),
    "review.partly_signed": ("signed", "rules"),
    "report.title": (),
    "report.in_short": (),
    "report.first": (),
    "report.instead": (),
    "report.t_score": (),
    "report.lowest_t_score": (),
    "report.lowest_z_score": (),
    "report.bone_density": (),
    "report.care": (),
    "report.exercises_suit": ("count",),
    "report.more_wait.one": ("count",),
    "report.more_wait.other": ("count",),
    "report.before_you_start": (),
    "report.help_sooner": (),
    "report.long_list": (),
    "report.every_session": (),
    "report.stop_signs": (),
    "report.waits": (),
    "report.would_open": (),
    "report.would_open_all": (),
    "report.movements": (),
    "report.avoid": (),
    "report.supervised": (),
    "report.modify": (),
    "report.do_instead": ("instead",),
    "report.who_to_see": (),
    "report.better_fit": (),
    "report.add_answers": (),
    "report.more_questions": (),
    "report.about": (),
    "report.rulebook": ("version", "hash", "reviewed"),
    "exercises.can_do": (),
    "exercises.session": ("minutes",),
    "exercises.start_with": (),
    "exercises.later": (),
    "exercises.start_advice": (),
    "exercises.add_next": (),
    "exercises.written_out": (),
    "exercises.more": (),
    "exercises.with_care": (),
    "exercises.check_first": (),
    "exercises.check_numbers": ("numbers",),
    "exercises.whole_list": (),
    "exercises.check_advice": (),
    "exercises.in_list": ("numbers",),
    "exercises.number_range": ("first", "last"),
    "exercises.not_for_now": (),
    "exercises.dose": (),
    "exercises.position": (),
    "exercises.take_care": (),
    "exercises.stop_if": (),
    "exercises.next": (),
    "exercises.next_level": ("level", "after"),
    "exercises.up_to": (),
    "exercises.steps_command": ("exercise",),
    "exercises.not_sure": (),
    "exercises.leave_out": (),
    "exercises.leave_out_and_do": ("exercise",),
    "why.not_for_now": ("exercise",),
    "why.modify": (),
    "why.for_clinician": (),
    "why.safe": (),
    "why.made_of": (),
    "why.how_to": (),
    "why.next": ("level",),
    "why.next_after": ("after",),
    "why.next_if": (),
    "why.not_further": ("level",),
    "why.waits": (),
    "why.contains": ("movements",),
    "why.list_item": ("name",),
    "why.list": ("names", "last"),
    "why.do_instead": (),
    "why.ask_why": ("exercise", "id"),
    "why.unknown_answers": ("count",),
    "why.because": (),
    "why.rests_on": (),
    "why.how_sure": (),
    "why.rule_certainty": ("certainty", "rule"),
    "why.unknown": ("fact",),
    "why.fact": ("fact", "value"),
    "why.all_needed": (),
    "why.it_waits": (),
    "why.open": (),
    "why.open_up_to": ("level",),
    "why.answers": (),
    "why.safety_questions": (),
    "why.how_well_known": (),
    "change.title": (),
    "change.open_more": (),
    "change.answers": (),
    "change.open_now": ("open",),
    "change.exercises_open.one": ("count",),
    "change.exercises_open.other": ("count",),
    "change.new": ("exercises",),
    "change.without": ("exercises",),
    "change.without_more": ("exercises", "count"),
    "change.gentler": (),
    "clinician.title": (),
    "clinician.findings": (),
    "clinician.profile": (),
    "clinician.no_answers": (),
    "clinician.lowest_t_score": (),
    "clinician.sites": ("score", "site", "used"),
    "clinician.lowest_z_score": (),
    "clinician.regime": (),
    "clinician.bone_density": (),
    "clinician.risk_tier": (),
    "clinician.tier_range": ("tier", "possible"),
    "clinician.clearance": (),
    "clinician.clearance_range": ("clearance", "possible"),
    "clinician.clearance_rules": ("clearance", "rules", "possible"),
    "clinician.unknown": (),
    "clinician.referrals": (),
    "clinician.offered": (),
    "clinician.benefit": (),
    "clinician.benefit_certainty": ("certainty", "sources"),
    "clinician.now": (),
    "clinician.form": ("level", "dose"),
    "clinician.next": (),
    "clinician.following": ("level", "after"),
    "clinician.not_beyond": (),
    "clinician.check_first": (),
    "clinician.could_become": ("field", "verdict"),
    "clinician.withheld": (),
    "clinician.because_of": (),
    "clinician.instead": (),
    "clinician.would_need": (),
    "clinician.movements": (),
    "clinician.possibly": ("verdict", "possible"),
    "clinician.no_rule": (),
    "clinician.questions": (),
    "clinician.safety": (),
    "clinician.sharpen": (),
    "clinician.opens": (),
    "clinician.fired": (),
    "clinician.when": (),
    "clinician.unless": (),
    "clinician.decided_by": (),
    "clinician.values": (),
    "clinician.because": (),
    "clinician.certainty": (),
    "clinician.certainty_sources": ("certainty", "status", "sources"),
    "clinician.guideline": ("year",),
    "clinician.about": (),
    "clinician.rulebook": ("version", "hash", "reviewed"),
    "clinician.signed": ("signed", "fired"),
}
