"""`recommender site`: the person's pages as a folder for any https host, which needs no server."""

import gzip
from pathlib import Path

import click

from recommender.cli.rulebook import rulebook_in_use
from recommender.errors import Problem, SiteError


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--runtime",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Take Python from a folder: the npm package pyodide, unpacked. Else npm fetches it.",
)
@click.option(
    "--clinic",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Show the name and phone number in a file.",
)
@click.option(
    "--compile/--no-compile", "compiles", default=None, help="Compile the program with node, if it is here."
)
def site(out: Path, runtime: Path | None, clinic: Path | None, compiles: bool | None) -> None:
    """Write the questions and the answer as a static site into the folder OUT.

    The whole program runs in the visitor's browser: no answer leaves their device, and once it was loaded it
    works without the network. Put the folder on any https host:

        recommender site public/

        recommender site public/ --clinic clinic.yaml
    """
    from recommender.web.clinic import read_clinic
    from recommender.web.compiling import node
    from recommender.web.runtime import runtime_files
    from recommender.web.site import site_files

    if out.exists() and not out.is_dir():
        raise SiteError(Problem(str(out), "this is a file.", "Name a folder."))
    own = ("index.html", "service.js")
    if out.is_dir() and any(out.iterdir()) and not all((out / name).exists() for name in own):
        message = "this folder holds something else."
        raise SiteError(Problem(str(out), message, "Name an empty folder, or one that holds the site."))
    book = rulebook_in_use(None)
    compiler = None if compiles is False else node()
    if compiles and compiler is None:
        raise SiteError(Problem("--compile", "node is not installed.", "Leave the option out."))
    files = site_files(book, read_clinic(clinic) if clinic else None, runtime_files(runtime), compiler)
    for name, content in files.items():
        file = out / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    size = sum(len(gzip.compress(content)) for content in files.values()) / 1e6
    click.echo(
        f"The site is in {out}: {len(files)} files, {size:.1f} MB compressed. Put it on any https host."
    )
    if compiler is None:
        click.echo("It is not compiled, so it starts more slowly: with node it would be.", err=True)
