"""recommender: which movements are risky for a person with low bone density, and which exercises are safe.

It informs. It does not diagnose, prescribe, or change anybody's medicine.
"""

__version__ = "0.1.0"
