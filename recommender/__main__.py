"""`python -m recommender`."""

from recommender.cli import program

program()
