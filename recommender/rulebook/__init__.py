"""The rulebook: everything in `rules/`, loaded, checked and hashed."""

from recommender.rulebook.loading import load_rulebook, load_vocabulary
from recommender.rulebook.model import Exercise, Level, Movement, Rule, Rulebook, Source

__all__ = ["Exercise", "Level", "Movement", "Rule", "Rulebook", "Source", "load_rulebook", "load_vocabulary"]
