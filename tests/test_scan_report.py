"""Reports of bone-density scans: every number that is proposed is right, or doubted, or left out."""

import json
import random
import re
import stat
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from recommender.errors import ReportError
from recommender.rulebook import load_vocabulary
from recommender.rulebook.files import package
from recommender.scan_report import Reading, read_report
from recommender.scan_report.cutting import read_cutout
from recommender.scan_report.reading import lexicon_in_use

from .conftest import Run
from .scan_report_cases import CLEAR, DOUBTED, bundle, dicom, element, hl7, observation, result, simple
from .scan_reports import HOLOGIC_TRUTH, Paper, hologic
from .test_extras import run_without

pytest.importorskip("pdfminer")


def sure(reading: Reading) -> dict[str, str]:
    return {proposal.field: proposal.value for proposal in reading.proposals if not proposal.doubts}


@pytest.mark.parametrize("name", CLEAR)
def test_every_number_of_a_clear_report_is_proposed_without_a_doubt(name: str) -> None:
    report = CLEAR[name]

    assert sure(read_report(report.data, name, report.age)) == report.truth


@pytest.mark.parametrize("name", DOUBTED)
def test_no_wrong_number_is_proposed_without_a_doubt(name: str) -> None:
    report = DOUBTED[name]

    reading = read_report(report.data, name, report.age)

    assert sure(reading).items() <= report.truth.items()


@pytest.mark.parametrize("name", ["hologic", "a letter", "HL7 v2"])
def test_each_proposal_names_its_place(name: str) -> None:
    report = (CLEAR | DOUBTED)[name]

    reading = read_report(report.data, name, report.age)

    for proposal in reading.proposals:
        assert proposal.field in load_vocabulary().fields
        assert proposal.snippet
        assert proposal.page == 1
        assert proposal.printed.lstrip("-") in proposal.snippet
    assert json.loads(json.dumps(reading.to_dict()))["proposals"] == reading.to_dict()["proposals"]


def test_doubtful_numbers_come_first() -> None:
    proposals = read_report(DOUBTED["L3 left out, named"].data, "").proposals

    assert [bool(proposal.doubts) for proposal in proposals] == [True, True, False, False, False, False]


def test_the_lower_side_is_proposed_and_the_other_told() -> None:
    reading = read_report(hologic().pdf(), "")

    assert "Femoral neck T-score: left -2.2, right -2.3. The lower one counts." in reading.notes


def test_under_50_every_t_score_is_doubted_and_z_is_asked_for() -> None:
    report = Path(__file__).parent / "data" / "DiagnosticReport-102.json"

    reading = read_report(report.read_bytes(), report.name)

    assert reading.age == 34
    by_kind = {kind: [each for each in reading.proposals if each.field[0] == kind] for kind in "tz"}
    assert [each.value for each in by_kind["t"]] == ["-0.4", "-1.4", "-1.0"]
    assert all("Under 50" in each.doubts[0] for each in by_kind["t"])
    assert [each.value for each in by_kind["z"]] == ["-0.5", "-1.4", "-1.0"]
    without_z = simple((("Region", "BMD", "T-score"),), [("L1-L4", "0.9", "-1.9")], "AP Spine")
    assert any("ask the clinic for the Z-scores" in note for note in read_report(without_z, "", 40).notes)


def test_every_sentence_is_said_somewhere_and_every_one_said_is_there() -> None:
    rooms = [package() / "scan_report", package() / "cli" / "read.py"]
    files = [file for room in rooms for file in ([room] if room.is_file() else Path(str(room)).rglob("*.py"))]
    code = "".join(file.read_text(encoding="utf-8") for file in files)

    unsaid = [key for key in lexicon_in_use().sentences if f'{key.partition(".")[2]}"' not in code]
    assert [key for key in unsaid if f'"{key}"' not in code] == []
    said = re.findall(r"\b(doubt|note)\(\s*\"(\w+)\"", code)
    assert len(said) > 30
    assert [each for each in said if f"{each[0]}s.{each[1]}" not in lexicon_in_use().sentences] == []


REFUSED = {
    "nothing": (b"", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n0000", "picture"),
    "a photo": (b"\xff\xd8\xff\xe0" + b"0" * 99, "picture"),
    "a packed file": (b"PK\x03\x04" + b"0" * 99, "packed"),
    "a PDF of a picture": (Paper().pdf(), "no text"),
    "a broken PDF": (b"%PDF-1.7\nnothing more", "damaged"),
    "half a PDF": (hologic().pdf()[:300], "damaged"),
    "a locked PDF": (
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <</Encrypt 9 0 R /Root 1 0 R>>\n%%EOF",
        "locked",
    ),
    "bytes": (bytes(range(256)) * 9, "no PDF"),
    "a DICOM picture": (dicom(element(0x00101010, b"AS", b"063Y")), "picture"),
    "a broken DICOM file": (b"\0" * 128 + b"DICM" + b"\x02\x00\x10\x00UI\xff\xff", "damaged"),
    "JSON of something else": (b'{"resourceType": "Patient"}', "no scan report"),
    "broken JSON": (b'{"resourceType": ', "damaged"),
    "deep JSON": (b"[" * 100_000, "damaged"),
    "a preliminary report": (hl7(result("L1-L4 T-score", "-2.8"), status="P"), "preliminary"),
    "a deleted result": (hl7(result("L1-L4 T-score", "-2.8", "D")), "deleted"),
    "a FHIR result entered in error": (
        bundle(observation("T-score", "-2.3", "Left femoral neck", "entered-in-error")),
        "entered-in-error",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_one_sentence(name: str, run: Run, tmp_path: Path) -> None:
    data, word = REFUSED[name]
    file = tmp_path / "report"
    file.write_bytes(data)

    ran = run("read", file)

    assert ran.code == 2
    assert len(ran.errors) == 1
    assert word in ran.errors[0]


def pdf_of(content: bytes, filters: str = "/FlateDecode", extra: bytes = b"") -> bytes:
    """A PDF of one page with packed content."""
    head = b"%PDF-1.4\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n"
    head += b"2 0 obj\n<</Type /Pages /Count 1 /Kids [3 0 R]>>\nendobj\n"
    head += (
        b"3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents 4 0 R "
        + extra
        + b">>\nendobj\n"
    )
    stream = f"4 0 obj\n<</Length {len(content)} /Filter [{filters}]>>\nstream\n".encode() + content
    return head + stream + b"\nendstream\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF"


def bombs() -> dict[str, bytes]:
    zeros = zlib.compress(b"\n" * 60_000_000, 9)
    form = (
        b"<</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 60 /Resources <</XObject <</A %d 0 R>>>>>>"
    )
    forms = b"".join(
        b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (n, form % (n + 1), b"/A Do " * 10)
        for n in range(5, 30)
    )
    laughs = pdf_of(zlib.compress(b"/A Do"), extra=b"/Resources <</XObject <</A 5 0 R>>>> ")
    return {
        "zeros": pdf_of(zeros),
        "zeros packed twice": pdf_of(zlib.compress(zeros, 9), "/FlateDecode /FlateDecode"),
        "runs": pdf_of(b"\x81 " * 4_000_000, "/RunLengthDecode"),
        "LZW": pdf_of(bytes(4_000_000), "/LZWDecode"),
        "forms in forms": laughs.replace(b"trailer", forms + b"trailer"),
        "operands": pdf_of(zlib.compress(b"1 " * 7_000_000)),
        "a long text": b"T-score " * 900_000,
        "lines": b"Region T-score Z-score\n" * 300_000,
        "tables": b"<table><tr>" + b"<td colspan=50 rowspan=50>T-score" * 100_000,
        "nested lists": b"[" + b"[]," * 2_600_000 + b"[]]",
        "too large": b"%PDF-1.4" + bytes(21_000_000),
    }


@pytest.mark.heavy
@pytest.mark.parametrize("name", list(bombs()))
def test_a_file_that_unpacks_to_too_much_ends_soon(name: str, tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(bombs()[name])
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (900_000_000,) * 2); "
    code = f"{limited}from recommender.cli.entry import main; main('read', {str(file)!r})"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "went wrong" not in done.stderr


@pytest.mark.heavy
def test_two_thousand_mutated_files_end_in_proposals_or_a_sentence() -> None:
    chance = random.Random(20261127)
    names = ("hologic", "hologic, not packed", "lunar", "a PDF inside DICOM", "a structured report in DICOM",
             "HL7 v2", "FHIR observations", "a web page", "HL7 v2 with a PDF in it")  # fmt: skip
    for number in range(2_000):
        data = mutated(CLEAR[names[number % len(names)]].data, chance)
        began = time.process_time()
        with suppress(ReportError):
            read_report(data, "a report")
        assert time.process_time() - began < 5, number


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place, other = (chance.randrange(len(changed) or 1) for _ in range(2))
        act = chance.randrange(5)
        if act == 0 and changed:
            changed[place] = chance.randrange(256)
        elif act == 1:
            del changed[place : place + chance.randint(1, 40)]
        elif act == 2:
            changed[place:place] = chance.randbytes(chance.randint(1, 20))
        elif act == 3:
            changed[place:place] = changed[other : other + chance.randint(1, 300)]
        elif chance.random() < 0.3:
            del changed[place:]
    return bytes(changed)


# At the command line


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.pdf"
    file.write_bytes(hologic().pdf())
    return file


def test_the_command_to_copy_holds_only_numbers_without_a_doubt(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(DOUBTED["L3 left out, named"].data)

    ran = run("read", file, "--age", "66")

    assert ran.code == 0
    command = next(line for line in ran.out.splitlines() if "recommender assess" in line)
    assert command.strip() == (
        "recommender assess --t-total-hip -1.8 --t-femoral-neck -2.1 "
        "--z-total-hip 0.5 --z-femoral-neck 0.3 --age 66"
    )
    assert ran.out.index("Doubtful: This is a part of the spine") < ran.out.index(
        "Lumbar spine T-score: -2.4"
    )
    assert run(*command.split()[1:]).code == 0


def test_the_place_of_each_number_is_said(run: Run, report: Path) -> None:
    words = " ".join(run("read", report).out.split())

    assert "page 1, table “Scan Type: a Lumbar Spine”, row “L1-L4”, column “T - score”" in words


def test_json_holds_the_proposals(run: Run, report: Path) -> None:
    data = json.loads(run("read", report, "--format", "json").out)

    assert data["schema"] == "recommender.reading.v1"
    assert {each["field"]: each["value"] for each in data["proposals"]} == HOLOGIC_TRUTH


def test_nothing_read_is_said_with_what_to_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear patient, your scan was fine.")

    ran = run("read", file)

    assert ran.code == 1
    assert "recommender ask" in ran.out


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.cli.read.is_at_terminal", lambda: True)


@pytest.mark.usefixtures("at_terminal")
def test_only_confirmed_numbers_are_kept(run: Run, report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "me.yaml"
    kept.write_text("age: 63\nt_total_hip: -1.5\n")

    ran = run("read", report, "--save", kept, stdin=b"yes\nno\n-2.0\nnot sure\n\nno\n\nyes\n")

    assert ran.code == 0, ran
    answers = yaml.safe_load(kept.read_text())
    assert str(answers.pop("age")).startswith("63")
    assert answers == {"t_lumbar_spine": -2.8, "t_total_hip": -2.0, "z_femoral_neck": -0.8}


@pytest.mark.usefixtures("at_terminal")
def test_a_new_profile_is_its_owners_alone(run: Run, report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "me.yaml"

    run("read", report, "--age", "63", "--save", kept, stdin=b"yes\n" * 6)

    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert yaml.safe_load(kept.read_text()).keys() == {"age", *HOLOGIC_TRUTH}
    assert run("assess", "--profile", kept).code == 0


@pytest.mark.usefixtures("at_terminal")
def test_nothing_confirmed_keeps_nothing(run: Run, report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "me.yaml"

    ran = run("read", report, "--save", kept, stdin=b"\n" * 6)

    assert not kept.exists()
    assert "nothing was kept" in ran.out


def test_what_takes_too_long_is_refused(run: Run, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.cli.read._SECONDS", 0.001)

    ran = run("read", report)

    assert ran.code == 2
    assert "takes too long" in ran.errors[0]


def test_only_a_pdf_needs_the_extra(report: Path) -> None:
    text = report.with_suffix(".txt")
    text.write_bytes(CLEAR["pasted text in columns"].data)

    assert "recommender[report]" in run_without(["pdfminer"], "read", str(report)).stderr
    assert run_without(["pdfminer"], "read", str(text)).returncode == 0


def test_a_pdf_is_read_without_cryptography_as_in_a_browser(report: Path) -> None:
    without, usual = (run_without(missing, "read", str(report)) for missing in (["cryptography"], []))

    assert (without.returncode, without.stdout) == (0, usual.stdout)


def test_without_a_terminal_nothing_can_be_confirmed(run: Run, report: Path, tmp_path: Path) -> None:
    ran = run("read", report, "--save", tmp_path / "me.yaml")

    assert ran.code == 2
    assert "needs a terminal" in ran.err


def test_batch_reads_no_report_and_says_what_does(run: Run, report: Path, tmp_path: Path) -> None:
    ran = run("batch", report, tmp_path / "answers.csv")

    assert ran.code == 3
    assert "recommender read" in ran.errors[0]


def test_a_file_that_is_not_there_is_one_sentence(run: Run) -> None:
    ran = run("read", "nowhere.pdf")

    assert ran.code == 2
    assert ran.errors == ["nowhere.pdf: this file cannot be read: No such file or directory."]


def test_the_place_of_a_number_is_cut_out_of_its_page_whole_words_only() -> None:
    for proposal in read_report(hologic().pdf(), "", 61).proposals:
        cutout = proposal.cutout
        assert cutout is not None
        assert cutout.number.text == proposal.printed
        assert cutout.number in cutout.words
        texts = [word.text for word in cutout.words]
        assert proposal.row.split()[-1] in texts
        for word in (*cutout.words, cutout.number):
            assert 0 <= word.x0 < word.x1 <= cutout.width
            assert 0 <= word.y0 < word.y1 <= cutout.height
        assert read_cutout(json.loads(json.dumps(cutout))) == cutout


def test_a_number_whose_place_is_not_known_has_no_cut_out() -> None:
    (proposal,) = read_report(b"Site  T-score\nTotal hip  -1.4\n", "").proposals
    assert proposal.cutout is None
