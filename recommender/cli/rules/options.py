"""What several commands about the rulebook have in common."""

from pathlib import Path

import click

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
