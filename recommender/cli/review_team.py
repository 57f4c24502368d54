"""`recommender review serve`, `import` and `account`: the desk of a team."""

import os
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.reading import reading_options
from recommender.cli.rulebook import rulebook_in_use
from recommender.cli.taking_in import columns_options, opened_people, take_in
from recommender.errors import Problem, ReviewError, did_you_mean

if TYPE_CHECKING:
    from recommender.review.team.accounts import Account, Accounts
    from recommender.review.team.settings import Settings

_settings_option = click.option(
    "--settings",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Settings in TOML. [default: RECOMMENDER_REVIEW_SETTINGS, and the environment]",
)


@click.command()
@_settings_option
def serve(file: Path | None) -> None:
    """Serve the desk to a team, behind a proxy that speaks HTTPS.

    Reviewers sign in; nobody types a name. The settings, among them where the store is and by which address
    browsers know the desk, stand in a file or in the environment: docs/desk_team.md.
    """
    import uvicorn

    from recommender.review.store import Store, url_of
    from recommender.review.team.app import team_app

    settings = _settings(file)
    book = rulebook_in_use(Path(settings.rules) if settings.rules else None)
    with closing(Store(url_of(settings.store), make=False)) as store:  # so that a mistake is told here
        team_app(store, book, settings)
    where = f"{settings.host}:{settings.port}"
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((settings.host, settings.port))
        except OSError as error:
            message = f"this address cannot be used: {error.strerror}."
            raise ReviewError(Problem(where, message, "Set another host or port.")) from None
    click.echo(f"{settings.origin} is served on {where}. Control-C ends it.")
    sys.stdout.flush()
    uvicorn.run(
        "recommender.review.team.serving:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


@click.command("import")
@click.argument("source", metavar="COHORT")
@_settings_option
@reading_options
@columns_options
@click.option(
    "--for", "logins", metavar="LOGIN", multiple=True, help="Who may open the list, beside administrators."
)
def import_people(
    source: str,
    file: Path | None,
    id_column: str | None,
    shown: tuple[str, ...],
    logins: tuple[str, ...],
    **options: Any,
) -> None:
    """Bring the people of COHORT to the desk of a team; reviewers work on meanwhile.

    COHORT is a file as `recommender batch` reads it, or one that it wrote, or a folder of scan reports.
    """
    from recommender.review.desk import Desk
    from recommender.review.store import Store, url_of
    from recommender.review.team.accounts import Accounts
    from recommender.review.team.members import Members

    settings = _settings(file)
    book = rulebook_in_use(Path(settings.rules) if settings.rules else None)
    with (
        opened_people(source, book, id_column, shown, options) as (intake, notes),
        closing(Store(url_of(settings.store))) as store,
    ):
        accounts = [_known_account(Accounts(store), login) for login in logins]
        run = take_in(store, source, intake, notes)
        Desk(store, book, run, settings.blind).catch_up()
        Members(store).put_on(run, [account.id for account in accounts])
        if not Members(store).of(run):
            click.echo("Only administrators may open this list yet: name others with --for, or at the desk.")


@click.command()
@click.argument("login")
@_settings_option
@click.option("--name", help="The name under decisions.")
@click.option("--role", help="The profession under decisions.")
@click.option(
    "--may",
    "duty",
    type=click.Choice(["reviewer", "adjudicator", "administrator"]),
    default="administrator",
    show_default=True,
    help="What the account may do.",
)
@click.option("--provider", is_flag=True, help="No password: the organisation signs them in.")
def account(
    login: str, file: Path | None, name: str | None, role: str | None, duty: str, provider: bool
) -> None:
    """Make an account, such as that of the first administrator; the desk makes all others.

    An account that is there is opened again, with a new password. The password is asked for, and never
    stands on the command line.
    """
    from recommender.review.store import Store, url_of
    from recommender.review.team.accounts import Accounts

    settings = _settings(file)
    with closing(Store(url_of(settings.store))) as store:
        accounts = Accounts(store)
        known = accounts.find(login)
        if known is None:
            name, role = name or click.prompt("Name"), role or click.prompt("Role")
        password = "" if provider else click.prompt("Password", hide_input=True, confirmation_prompt=True)
        if known is None:
            known = accounts.create(login, str(name), str(role), duty, password)
        else:
            accounts.set_password(known, password)
            accounts.reopen(known)
    click.echo(f"{known.name} ({known.login}) may sign in.")


def _known_account(accounts: "Accounts", login: str) -> "Account":
    account = accounts.find(login)
    if account is None:
        logins = [each.login for each in accounts.everybody()]
        hint = did_you_mean(login, logins) or "Make the account first: recommender review account."
        raise ReviewError(Problem(login, "there is no account with this login.", hint))
    return account


def _settings(file: Path | None) -> "Settings":
    """Read the settings; workers find the same file in the environment."""
    from recommender.review.team.settings import FILE, read_settings

    if file is not None:
        os.environ[FILE] = str(file.absolute())
    known = os.environ.get(FILE)
    return read_settings(Path(known) if known else None)
