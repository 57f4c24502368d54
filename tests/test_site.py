"""The static site: what is in it, that it says what the command line says, and what is refused."""

import json
import random
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from recommender.authoring.cases.people import read_people
from recommender.errors import ProfileError, SiteError
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.report.json import assessment_as_json
from recommender.report.screen.text import first_screen
from recommender.rulebook.loading import load_case_documents
from recommender.scan_report import read_report
from recommender.vocabulary.profile import read_profile
from recommender.web.clinic import Clinic
from recommender.web.compiling import LIBRARY
from recommender.web.runtime import integrity, runtime_files
from recommender.web.site import PROGRAM, RUNTIME, site_files

from .conftest import Run
from .people import book
from .scan_reports import hologic
from .strategies import People

TODAY = date(2026, 11, 27)
MADE_UP = 1000


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the files of a site whose Python is two bytes long."""
    return site_files(book(), Clinic("St Example", "020 7946 0000"), {LIBRARY: b"PK"}, None)


def test_every_file_is_held_to_its_hash(files: dict[str, bytes]) -> None:
    service = files["service.js"].decode()
    hashes = json.loads(re.findall(r"const FILES = (\{.*?\});", service, re.DOTALL)[0])

    assert hashes == {name: integrity(content) for name, content in files.items() if name != "service.js"}
    for name in ("app.js", "style.css"):
        assert f'{name}" integrity="{hashes[name]}"' in files["index.html"].decode()


def test_the_first_page_is_general_advice_with_a_strict_policy(files: dict[str, bytes]) -> None:
    page = files["index.html"].decode()

    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[0]
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "unsafe" not in policy
    assert book().always[0] in page.replace("&#39;", "'")
    assert "recommender serve" in page
    assert "St Example" in page
    assert book().sha256[:12] in page
    assert not re.search(r'(?:src|href)="(?:https?:)?/', page)


@pytest.mark.heavy
def test_the_same_rules_make_the_same_site(files: dict[str, bytes]) -> None:
    again = site_files(book(), Clinic("St Example", "020 7946 0000"), {LIBRARY: b"PK"}, None)

    assert {name: again[name] == content for name, content in files.items()} == dict.fromkeys(files, True)


def test_another_python_than_the_known_one_makes_no_site(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyodide.mjs").write_text("export {}", encoding="utf-8")

    ran = run("site", tmp_path / "out", "--runtime", tmp_path)

    assert ran.code == 3
    assert "this is not the file of Pyodide" in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("holds", ["thesis.txt", "index.html"])
def test_a_folder_with_something_else_is_not_written_into(run: Run, tmp_path: Path, holds: str) -> None:
    (tmp_path / holds).write_text("mine", encoding="utf-8")

    ran = run("site", tmp_path)

    assert ran.code == 3
    assert "something else" in ran.err
    assert [file.name for file in tmp_path.iterdir()] == [holds]


@pytest.mark.heavy
def test_a_browser_says_what_the_command_line_says_letter_by_letter(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "Install node."
    shipped, chance = book(), random.Random(7)
    engine = best_engine()(shipped.strata)
    cases, made_up = read_people(load_case_documents(), shipped), People(shipped)
    people = [*(dict(case.who) for case in cases), *(made_up.anyone(chance) for _ in range(MADE_UP))]
    answers, understood = [], []
    for who in people:
        try:
            profile = read_profile(shipped.vocabulary, who, {}, TODAY)
        except ProfileError:
            continue
        assessment = assess(shipped, engine, profile)
        understood.append(who)
        answers.append(
            [first_screen(assessment, 80, False), json.dumps(assessment_as_json(assessment, "person"))]
        )
    assert len(understood) > MADE_UP

    site = site_files(shipped, None, runtime_files(None), node)
    for name, content in site.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    asked = {
        "people": understood,
        "phrases": dict(shipped.phrases),
        "today": TODAY.isoformat(),
        "report": hologic().pdf().hex(),
    }
    (tmp_path / "people.json").write_text(json.dumps(asked), encoding="utf-8")
    script = Path(__file__).parent / "browser_answers.mjs"
    runtime = tmp_path / RUNTIME
    command = [node, script, runtime, runtime / LIBRARY, tmp_path / PROGRAM, tmp_path / "people.json"]
    subprocess.run([*command, tmp_path / "answers.json"], check=True)

    said = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert len(said["answers"]) == len(answers)
    assert [number for number, each in enumerate(said["answers"]) if each != answers[number]] == []
    proposals = read_report(hologic().pdf(), "", 61).proposals
    assert said["report"] == json.loads(json.dumps([proposal.to_dict() for proposal in proposals]))
    assert said["sheet"] == 200


def test_a_runtime_folder_that_lacks_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"pyodide\.mjs"):
        runtime_files(tmp_path)
