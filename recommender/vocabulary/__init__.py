"""The words of the program: every field that can be known of a person, and the measures computed from them.

All of it is read from `profiles/fields.yaml`.
"""

from recommender.vocabulary.model import Contradiction, Field, Measure, Vocabulary

__all__ = ["Contradiction", "Field", "Measure", "Vocabulary"]
