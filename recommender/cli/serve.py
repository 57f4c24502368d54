"""`recommender serve`: the person's pages, on this machine."""

from pathlib import Path

import click

from recommender.cli.rulebook import rulebook_in_use


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="[default: any that is free]")
@click.option(
    "--clinic",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Show the name and phone number in a file.",
)
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def serve(port: int, clinic: Path | None, rules: Path | None) -> None:
    """Open the questions and the answer as pages in a browser on this machine.

    Nothing is kept, nothing is logged, and only this machine can open them. They work without script, too:

        recommender serve

        recommender serve --clinic clinic.yaml

    Control-C closes them.
    """
    from recommender.cli.loopback import HOST, hosts_of, listening_at, serve_at
    from recommender.web.clinic import read_clinic
    from recommender.web.served import served_app
    from recommender.web.start import served_handlers

    book = rulebook_in_use(rules)
    handlers = served_handlers(book, rules, read_clinic(clinic) if clinic else None)
    with listening_at(port) as listening:
        click.echo(f"The pages are open at http://{HOST}:{listening.getsockname()[1]}/")
        click.echo("Only this machine can see them. Control-C closes them.")
        serve_at(listening, served_app(handlers, hosts_of(listening)))
