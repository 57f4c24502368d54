"""What several commands about the rulebook have in common."""

from pathlib import Path

import click

from recommender.errors import Problem, RecommenderError

rules_option = click.option(
    "--rules", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook."
)


def has_solver() -> bool:
    """Say whether z3 can be used."""
    try:
        import z3  # noqa: F401
    except ImportError:
        return False
    return True


def need_solver() -> None:
    """Refuse to go on without z3, with the way to get it.

    Raises:
        RecommenderError: where it is not installed.

    """
    if not has_solver():
        raise RecommenderError(
            Problem(
                "", "proofs need the solver z3, which is not installed.", "pip install 'recommender[prove]'"
            )
        )
