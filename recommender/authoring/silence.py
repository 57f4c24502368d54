"""Checks that no answer is heard and ignored: the worst one changes something, or a reason says why not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from recommender.authoring.locations import location
from recommender.documents.yaml_json import Document
from recommender.errors import Problem
from recommender.language.tree import fields_of, scales_of
from recommender.person.engines.on_demand import OnDemand
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary.extremes import extremes


def silent_answers(book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield the fields whose worst answer, told alone, does nothing that the best one does not do.

    Looked at are the fields that stand in `documents`: another rulebook need not hear all of this program's.
    """
    documents = tuple(documents)
    on_demand, hearing = OnDemand(book), _hearing(book)
    for field in book.vocabulary.fields.values():
        place = location(documents, "fields", field.id)
        if field.worse == "neither" or not place:
            continue
        known = (on_demand.facts({field.id: value}) for value in extremes(field))
        worst, best = ({rule.id for rule in hearing[field.id] if rule.truth(facts)} for facts in known)
        if worst <= best and not field.silent_because:
            yield Problem(
                place,
                f"the worst answer to `{field.id}` changes nothing when it stands alone.",
                "Let a rule hear it, or say why not under `silent_because`.",
            )
        elif field.silent_because and not worst <= best:
            yield Problem(
                place,
                f"`{field.id}` has a reason to be silent, and a rule hears it.",
                "Take `silent_because` out.",
            )


def _hearing(book: Rulebook) -> Mapping[str, list[Rule]]:
    """Return, for each field, the rules with an effect that read it, or a scale that depends on it."""
    behind_scale: defaultdict[str, set[str]] = defaultdict(set)
    hearing: defaultdict[str, list[Rule]] = defaultdict(list)
    for stratum in book.strata:
        read = {
            rule.id: set(fields_of(rule.condition)).union(
                *(behind_scale[scale] for scale in scales_of(rule.condition))
            )
            for rule in stratum
        }
        for rule in stratum:
            for scale in rule.concludes:
                behind_scale[scale] |= read[rule.id]
            if rule.has_effect:
                for field in read[rule.id]:
                    hearing[field].append(rule)
    return hearing
