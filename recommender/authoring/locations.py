"""Where an entry of a rulebook or a vocabulary stands in its files."""

from collections.abc import Iterable

from recommender.documents.yaml_json import Document


def location(documents: Iterable[Document], section: str, id_: str) -> str:
    """Return the location of an entry: under its id in a mapping, or the list item that has this id."""
    for document in documents:
        entries = document.data.get(section) if isinstance(document.data, dict) else None
        if isinstance(entries, dict) and id_ in entries:
            return document.key_place((section, id_))
        if isinstance(entries, list):
            for index, entry in enumerate(entries):
                if entry.get("id") == id_:
                    return document.place((section, index, "id"))
    return ""
