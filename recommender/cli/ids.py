"""Ids that are typed on the command line."""

from collections.abc import Collection, Iterable

from recommender.errors import Problem, RulebookError, did_you_mean, quoted


def refuse_unknown(what: str, ids: Iterable[str], known: Collection[str], hint: str) -> None:
    """Refuse unknown ids, all at once, each with the nearest known one or else with the hint.

    Raises:
        RulebookError: where there are any.

    """
    unknown = [id_ for id_ in ids if id_ not in known]
    if unknown:
        raise RulebookError(
            Problem("", f"there is no {what} {quoted(id_)}.", did_you_mean(id_, known) or hint)
            for id_ in unknown
        )
