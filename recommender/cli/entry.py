"""The `recommender` command: finds its commands only when they are asked for, so that each starts quickly."""

import io
import os
import sys
from importlib import import_module
from itertools import takewhile
from typing import Any, NoReturn

import click

from recommender.errors import RecommenderError, did_you_mean, quoted, visible
from recommender.version import __version__

_COMMANDS = {
    "ask": "Ask one question at a time, then say what is safe.",
    "assess": "Say what is safe for one person.",
    "sheet": "Write a sheet to print: two pages with pictures, or a week for a calendar.",
    "read": "Read the report of a scan, and propose its numbers.",
    "compare": "Say what has opened and closed between two profiles.",
    "can": "Say whether you can do something, part by part, and how.",
    "checkin": "Tell how the last week went, and see how each exercise goes on.",
    "batch": "Answer every row of a file of people.",
    "why": "Say why something is safe or waits, and what would change it.",
    "rules": "List, show, check and test the rulebook.",
    "exercises": "List and show the exercises.",
    "fields": "List what can be told about a person.",
    "serve": "Open the questions and the answer as pages, on this machine.",
    "site": "Write those pages as a static site that needs no server.",
    "review": "Review what the rules said about many people, and decide.",
}

EXTRAS = {
    **dict.fromkeys(("pandas", "polars", "numpy", "pyarrow", "openpyxl", "pyreadstat"), "batch"),
    **dict.fromkeys(("starlette", "uvicorn", "python_multipart"), "web"),
    "sqlalchemy": "review",
    **dict.fromkeys(("psycopg", "authlib", "httpx2", "joserfc"), "team"),
    **dict.fromkeys(("jinja2", "markupsafe"), "pages"),
    **dict.fromkeys(("typst", "fontpkg_atkinson_hyperlegible"), "pdf"),
    "pdfminer": "report",
    "z3": "prove",
    "pyspark": "spark",
}
"""The extra of the package that brings each library which the core does without."""
_INSTALL = "{} -m pip install 'recommender[{}]'"


class _Commands(click.Group):
    """A group whose commands are imported by name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; of an unknown word, say which one is near, or how to ask about the word."""
        if args[0] in _COMMANDS or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        raise click.UsageError(f"There is no command {quoted(visible(args[0]))}. {_hint(args)}", ctx)

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the commands in the order of help."""
        return list(_COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"recommender.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _hint(args: list[str]) -> str:
    """Return what to type in place of an unknown command: how to ask about a known word, or a command."""
    import shlex

    from recommender.activities.matching import Catalogue
    from recommender.rulebook import load_rulebook
    from recommender.rulebook.loading import load_activities

    if args[0] == "help":
        return "Type: recommender --help"
    rulebook = load_rulebook()
    words = " ".join(takewhile(lambda word: not word.startswith("-"), args))
    ask = visible(f"To ask about it: recommender can {shlex.join(args)}")
    if Catalogue(load_activities(rulebook), rulebook).match(words):
        return ask
    return did_you_mean(args[0], _COMMANDS) or ask


def _no_such_option(error: click.NoSuchOption) -> click.UsageError:
    """Return the error with a hint at the one option that is likely meant, if there is one.

    A score that begins with a minus looks like an option: it is said how to name it.
    """
    hint = ""
    if error.option_name[1:2].isdigit():
        hint = "Write each answer with its name, as in --t-score -2.6 --age 61."
    elif error.ctx:
        options = (option for option in error.ctx.command.get_params(error.ctx))
        names = [name.lstrip("-") for option in options for name in option.opts]
        near = did_you_mean(error.option_name.lstrip("-"), [name for name in names if len(name) > 1])
        hint = near.replace("`", "`--", 1)
    message = f"There is no option {quoted(visible(error.option_name))}. {hint}".rstrip()
    return click.UsageError(message, error.ctx)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from recommender.person.engines import best_engine
    from recommender.rulebook import load_rulebook
    from recommender.rulebook.signing import reviewed

    rulebook = load_rulebook()
    click.echo(f"recommender {__version__}")
    click.echo(f"rulebook {rulebook.version}, sha256 {rulebook.sha256}, {reviewed(rulebook)}")
    click.echo(f"engine {best_engine().name}")
    ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show program, rulebook and engine.",
)
def _group() -> None:
    """Say which movements are risky with low bone density, and which exercises are safe.

    This is information to talk over with a clinician. It is not a diagnosis.
    """


def main(*arguments: Any) -> None:
    """Run the command line and exit.

    0 done, 1 a check failed or rows were rejected, 2 usage, 3 input refused, 4 internal, 130 interrupted.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without some sign shows a question mark
    try:
        if not arguments and not sys.argv[1:] and _is_at_terminal():
            arguments = ("ask",)
        code = _group.main(args=list(arguments) or None, prog_name="recommender", standalone_mode=False)
    except click.ClickException as error:
        (_no_such_option(error) if isinstance(error, click.NoSuchOption) else error).show()
        sys.exit(error.exit_code)
    except RecommenderError as error:
        for problem in error.problems:
            click.echo(f"Error: {problem}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stdout = None
        sys.exit(0)
    except Exception as error:
        _stop_inside(error)
    sys.exit(code if isinstance(code, int) else 0)


def _is_at_terminal() -> bool:
    from recommender.cli.person import is_at_terminal

    return is_at_terminal()


def _stop_inside(error: Exception) -> NoReturn:
    """Exit: name the extra to install where a library is missing, else say that there is a fault inside."""
    extra = (
        EXTRAS.get((error.name or "").partition(".")[0]) if isinstance(error, ModuleNotFoundError) else None
    )
    if extra is not None:
        import shlex

        install = _INSTALL.format(shlex.quote(sys.executable), extra)  # another pip may be first on the path
        click.echo(f"Error: this needs more than is installed. Type: {install}", err=True)
        sys.exit(2)
    if os.environ.get("RECOMMENDER_TRACEBACK"):
        raise error
    name = type(error).__name__
    click.echo(f"Error: something went wrong inside the program ({name}). No answer was given.", err=True)
    click.echo("RECOMMENDER_TRACEBACK=1 shows where; please report it without any health data.", err=True)
    sys.exit(4)
