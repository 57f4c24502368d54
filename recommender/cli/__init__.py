"""The command line: one file a command."""

from recommender.cli.main import main

__all__ = ["main"]
