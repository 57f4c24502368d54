"""The command line: one file a command."""

from recommender.cli.entry import main, program

__all__ = ["main", "program"]
