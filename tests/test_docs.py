"""The documentation's site: made at each build, of what the program and the rulebook are today."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from recommender.cli.entry import _group

from .people import book

ROOT = Path(__file__).resolve().parent.parent
LOADS = re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


def page(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


@pytest.mark.heavy
def test_the_reference_has_everything_there_is(site: Path) -> None:
    listed = {
        "fields": book().vocabulary.fields,
        "rules": book().rules,
        "movements": book().movements,
        "exercises": book().exercises,
        "sources": book().sources,
    }
    for name, ids in listed.items():
        text = page(site, f"reference/{name}.html")
        assert [id_ for id_ in ids if f' id="{id_}"' not in text] == []
    text, commands = page(site, "reference/commands.html"), _group.list_commands(click.Context(_group))
    assert len(commands) > 5
    assert [name for name in commands if f' id="recommender-{name}"' not in text] == []


@pytest.mark.heavy
def test_every_report_can_be_looked_at(site: Path) -> None:
    for name in ("person.html", "clinician.html", "why.html", "answer.json", "summary.html", "book.html"):
        assert len(page(site, f"examples/{name}")) > 1_000


@pytest.mark.heavy
def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))

    assert len(pages) > 25
    assert [path.name for path in pages if LOADS.search(path.read_text(encoding="utf-8"))] == []
