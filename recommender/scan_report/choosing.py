"""Of all scores of one bone the one to propose: the newest, the whole, the lower side."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from recommender.language.numbers import shown
from recommender.scan_report.cutting import cutout_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Page, Proposal, Score
from recommender.scan_report.numbers import year
from recommender.vocabulary import Vocabulary

NO_BONE = "score"
_NUMBERS = re.compile(r"\d+")


class Chosen(NamedTuple):
    """Proposals in the order of the vocabulary, and what is told beside them."""

    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...]


def choose(
    scores: Sequence[Score],
    against_all: Mapping[str, Sequence[str]],
    pages: Sequence[Page],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
) -> Chosen:
    """Return one proposal a field; `against_all` are the doubts about every score of a kind.

    `pages` are those from which the places of the numbers are cut out.
    """
    notes: list[str] = []
    proposals = []
    for field in vocabulary.fields.values():
        own = [score for score in scores if f"{score.kind}_{score.site.name}" == field.id]
        if own:
            score = _best(own, field.label, notes, lexicon)
            doubts = tuple(dict.fromkeys((*score.doubts, *against_all[score.kind])))
            proposals.append(
                Proposal(
                    field.id,
                    _shown(score.value),
                    score.text,
                    score.page,
                    score.table,
                    score.row,
                    score.column,
                    score.snippet,
                    doubts,
                    cutout_of(score, pages),
                )
            )
    return Chosen(tuple(sorted(proposals, key=lambda proposal: not proposal.doubts)), tuple(notes))


def _best(scores: Sequence[Score], bone: str, notes: list[str], lexicon: Lexicon) -> Score:
    own = _newest(_whole(scores, notes, lexicon), notes, lexicon)
    lowest = min(own, key=lambda score: (score.value, not score.doubts))
    doubts = [doubt for score in own for doubt in score.doubts]
    by_side = {
        side: {score.value for score in own if score.site.side == side} for side in ("left", "right", "")
    }
    if (
        any(len(values) > 1 for values in by_side.values())
        or (by_side[""] and not by_side[""] & {lowest.value})
        or (by_side[""] and (by_side["left"] | by_side["right"]) - by_side[""])
    ):
        numbers = ", ".join(_shown(value) for value in sorted({score.value for score in own}))
        doubts.append(lexicon.doubt("two_numbers", numbers=numbers))
    elif by_side["left"] and by_side["right"] and lowest.kind == "t":
        left, right = (_shown(*by_side[side]) for side in ("left", "right"))
        notes.append(lexicon.note("lower_side", bone=_capital(bone), left=left, right=right))
    return lowest._replace(doubts=tuple(dict.fromkeys(doubts)))


def _shown(value: int) -> str:
    return shown(value, 1)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _whole(scores: Sequence[Score], notes: list[str], lexicon: Lexicon) -> list[Score]:
    """Return the scores of the whole spine where there are some, else those of its largest part."""
    parts = [score for score in scores if score.site.part]
    largest = max((len(score.site.part) for score in parts), default=0)
    own = [score for score in scores if not score.site.part]
    own = own or [score for score in parts if len(score.site.part) == largest]
    left_out = [score for score in parts if score not in own and score.kind == "t"]
    if left_out:
        lowest = min(left_out, key=lambda score: score.value)
        notes.append(lexicon.note("part", part=lowest.site.part, value=_shown(lowest.value)))
    return own


def _newest(scores: Sequence[Score], notes: list[str], lexicon: Lexicon) -> list[Score]:
    """Return the scores of the newest day; those without a day are of the report's own scan."""
    days = {score.date for score in scores}
    if len(days) == 1:
        return list(scores)
    undated = [score for score in scores if not score.date]
    dated = [score for score in scores if score.date]
    newest, is_clear = _latest({score.date for score in dated})
    recent = [score for score in dated if score.date == newest]
    notes += [lexicon.note("older", what=day) for day in sorted(days - {newest, ""})]
    if undated:
        same = {score.value for score in recent} & {score.value for score in undated}
        return undated if same else [*undated, *recent]
    doubt = lexicon.doubt("only_dated" if is_clear else "other_date")
    if is_clear:
        return [score._replace(doubts=(*score.doubts, doubt)) for score in recent]
    return [score._replace(doubts=(*score.doubts, doubt)) for score in dated]


def _latest(days: Iterable[str]) -> tuple[str, bool]:
    """Return the latest day, and whether it is so however day and month are ordered."""
    days = list(days)
    readings = [{day: _key(day, swapped) for day in days} for swapped in (False, True)]
    latest = {max(days, key=keys.__getitem__) for keys in readings if all(keys.values())}
    return (latest.pop(), True) if len(latest) == 1 else (days[0], False)


def _key(day: str, swapped: bool) -> tuple[int, ...]:
    """Return what a date is sorted by, its day and month in either order; empty where it cannot be read."""
    numbers = [int(number) for number in _NUMBERS.findall(day)]
    if len(numbers) != 3:
        return (known,) if (known := year(day)) and len(numbers) == 1 else ()
    if numbers[0] > 31:
        return tuple(numbers)
    first, second, last = numbers
    last += 2000 if last < 100 else 0
    return (last, first, second) if swapped else (last, second, first)
