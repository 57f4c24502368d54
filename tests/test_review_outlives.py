"""A store that outlives accidents: what is no store is left alone, others work on, damage is told."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from recommender.cohort.files.options import ReadOptions
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.opening import open_cohort
from recommender.errors import Problem, ReviewError
from recommender.review.entering import enter
from recommender.review.import_people import Intake
from recommender.review.migration import OLDEST
from recommender.review.schema import SCHEMA
from recommender.review.store import Store, url_of
from tests.conftest import Run
from tests.desk import PEOPLE, decision, earlier_store, entered_from, filled, served
from tests.people import book


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in [folder, *folder.iterdir()]}


def test_what_is_no_store_keeps_its_mode_and_its_content(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(0o755)
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE people (name)")
    connection.close()
    for name in ("notes.csv", "other.sqlite"):
        (tmp_path / name).chmod(0o644)
    before, content = _modes(tmp_path), (tmp_path / "other.sqlite").read_bytes()
    for name in ("folder", "notes.csv", "other.sqlite"):
        for source in ([people], []):
            ran = run("review", *source, "--store", tmp_path / name)
            assert ran.code == 3, name
            assert str(tmp_path / name) in ran.err
    assert _modes(tmp_path) == before
    assert (tmp_path / "other.sqlite").read_bytes() == content


def test_lists_are_in_the_order_in_which_they_were_brought_whatever_the_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    store, first = filled(tmp_path)
    monkeypatch.setattr("recommender.review.entering._now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    second = entered_from(store, tmp_path, PEOPLE.replace("-2.6", "-2.7"))
    assert store.latest_run() == second
    assert [row["id"] for row in store.runs()] == [second, first]


class _Growing:
    """A list that looks at the store while it is imported."""

    digits = ([], [])
    shown = left_out = ()

    def __init__(self, store: Store, stops: bool = False) -> None:
        self.store, self.stops = store, stops

    def batches(self) -> object:
        yield []
        other = Store(self.store.location)
        assert other.latest_run() == 1  # what is not complete is not seen
        assert len(other.runs()) == 1
        other.add([decision(other, 2)])  # and nobody waits for it
        other.close()
        if self.stops:
            raise KeyboardInterrupt


def test_others_decide_while_a_list_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.review.store._BUSY_SECONDS", 0)
    store, run = filled(tmp_path)
    store = Store(f"sqlite:///{tmp_path / 'review.sqlite'}")
    with pytest.raises(KeyboardInterrupt):
        enter(store, "x", "0" * 64, _Growing(store, stops=True))  # type: ignore[arg-type]
    assert len(store.decisions_in(run)) == 1
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM runs").scalar() == 1


def test_a_disk_that_is_full_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    store, number = filled(tmp_path)
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    store.close()
    limited = Store(url_of(str(tmp_path / "review.sqlite")))
    from sqlalchemy import event

    event.listen(
        limited._engine,
        "connect",
        lambda connection, _: connection.execute(f"PRAGMA max_page_count={pages}"),
    )
    limited._engine.dispose()
    rows = "".join(f"p{number},61,-1.5\n" for number in range(2000))
    with pytest.raises(ReviewError, match="cannot be written now: database or disk is full") as refused:
        entered_from(limited, tmp_path, f"id,age,t_lumbar_spine\n{rows}")
    assert refused.value.exit_code == 3
    assert limited.latest_run() == number
    assert len(limited.runs()) == 1
    limited.close()


def _damaged(source: Path, place: Path, seed: int) -> None:
    """Flip some bits of a store: in the first seeds of its structure, then anywhere."""
    chance = random.Random(seed)
    content = bytearray(source.read_bytes())
    for _ in range(chance.choice((1, 4, 32))):
        where = chance.randrange(100 if seed % 4 == 0 else len(content))
        content[where] ^= 1 << chance.randrange(8)
    place.write_bytes(content)


_PRIVATE = ("anna", "dora", "saddle", '"age"', "-2.6", "SELECT", "Traceback")


def _told_without_answers(run: Run, tmp_path: Path, seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    store, _ = filled(tmp_path)
    for number in (1, 2, 3):
        store.add([decision(store, number, str(number))])
    store.close()
    with closing(sqlite3.connect(tmp_path / "review.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = tmp_path / "whole.sqlite"
    shutil.copy(tmp_path / "review.sqlite", whole)
    for seed in seeds:
        place = tmp_path / f"{seed}.sqlite"
        _damaged(whole, place, seed)
        for arguments in (("review", "verify"), ("review",)):
            ran = run(*arguments, "--store", place)
            assert ran.code in (0, 1, 3), (seed, arguments, ran.err)
            assert not [word for word in _PRIVATE if word in ran.err + ran.out], (seed, arguments, ran.err)
        for file in tmp_path.glob(f"{seed}.sqlite*"):
            file.unlink()


def test_a_damaged_store_is_told_in_a_sentence_without_answers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _told_without_answers(run, tmp_path, range(4), monkeypatch)


@pytest.mark.heavy
def test_four_hundred_damaged_stores_are_told_in_a_sentence_without_answers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _told_without_answers(run, tmp_path, range(4, 404), monkeypatch)


_DERIVED = {
    "the order": ("UPDATE people SET place = place - 10 WHERE number = 3", "person 3: the place"),
    "the clearance": ("UPDATE people SET clearance = 0 WHERE number = 4", "person 4: the order, verdicts"),
    "a verdict to filter by": (
        "UPDATE people SET verdicts = replace(verdicts, '3', '0') WHERE number = 2",
        "person 2: the order, verdicts or rules",
    ),
    "a rule to filter by": (
        "UPDATE people SET fired = replace(fired, '1', '0') WHERE number = 1",
        "person 1: the order, verdicts or rules",
    ),
    "the plan": ("UPDATE people SET plan = 'x' WHERE number = 1", "person 1: the order, verdicts"),
    "answers of somebody undecided": (
        "UPDATE details SET answers = replace(answers, '61', '62') WHERE number = 1",
        "list 1 does not hold the people who were imported",
    ),
    "a mark": ("UPDATE people SET repeated = 1 WHERE number = 5", "person 5: the mark"),
    "whom decisions follow": ("UPDATE people SET content = 'x' WHERE number = 5", "person 5: the hash"),
    "the hash of the list": ("UPDATE runs SET sha256 = 'x'", "list 1 does not hold the people"),
    "a row that could not be read": (
        "INSERT INTO unreadable (run, place, line, name, shown, cells, clearance, flags) "
        "VALUES (1, 1, 9, 'x', '', '[]', 0, '[]')",
        "list 1 does not hold all",
    ),
    "the ids of the filters": ("UPDATE runs SET rules = '{'", "to filter by are incomplete"),
}


@pytest.mark.parametrize(("statement", "told"), _DERIVED.values(), ids=_DERIVED)
def test_what_is_kept_of_the_lists_is_verified_too(
    run: Run, tmp_path: Path, statement: str, told: str
) -> None:
    place = tmp_path / "review.sqlite"
    filled(tmp_path)[0].close()
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute(statement)
    ran = run("review", "verify", "--store", place)
    assert ran.code == 1
    assert told in ran.err
    assert "something is wrong" in ran.out


def test_a_list_of_another_rulebook_is_told_and_is_no_fault(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "review.sqlite"
    store, _ = filled(tmp_path)
    entered_from(store, tmp_path, PEOPLE, book()._replace(sha256="f00"))
    store.close()
    ran = run("review", "verify", "--store", place)
    assert ran.code == 0
    assert "list 1 was sorted under another rulebook (f00)" in ran.err
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("UPDATE runs SET rulebook = 'f11'")
    ran = run("review", "verify", "--store", place)
    assert ran.code == 1
    assert "what is told of list 1, such as its rulebook, was changed after it was imported" in ran.err


class _Interrupted:
    """A store that is taken away while a list is replaced, after so many transactions."""

    def __init__(self, store: Store, transactions: int) -> None:
        self.store, self.left = store, transactions

    def __getattr__(self, name: str) -> object:
        if name in ("writing", "locked"):
            self.left -= 1
            if self.left < 0:
                raise ReviewError(Problem("", "the disk is gone.", ""))
        return getattr(self.store, name)


@pytest.mark.heavy
def test_people_who_are_brought_again_keep_others_waiting_for_a_thousand_at_most(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All were replaced in one transaction, beside which decisions failed; an end between parts shows."""
    monkeypatch.setattr("recommender.review.entering._AT_ONCE", 2)
    place = tmp_path / "review.sqlite"
    store, number = filled(tmp_path)
    store.add([decision(store, 1)])
    other = book()._replace(sha256="f00")
    for transactions in range(40):
        interrupted: Any = _Interrupted(store, transactions)
        source = tmp_path / "people.csv"
        intake = Intake(open_cohort(str(source), ReadOptions(), Overrides(), other.vocabulary), other, None)
        try:
            enter(interrupted, str(source), other.sha256, intake)
        except ReviewError:
            assert len(store.runs()) == 1
            with store.reading() as connection:
                count = connection.exec_driver_sql(
                    f"SELECT count(*) FROM people WHERE run = {number}"
                ).scalar()
            assert count == 5
            assert run("review", "verify", "--store", place).code == 0
            continue
        break
    else:
        raise AssertionError
    assert transactions > 8
    assert store.run(number)["rulebook"] == "f00"
    store.close()
    assert "under another rulebook (f00)" in run("review", "verify", "--store", place).err


def test_only_an_export_is_an_export(run: Run, tmp_path: Path) -> None:
    store, _ = filled(tmp_path)
    store.add([decision(store)])
    store.close()
    export = tmp_path / "decisions.json"
    for text in ("{}", '""', "[" * 100_000, '[{"id": "1", "sha256": "x"}]', '{"id": 1}', "[1]"):
        export.write_text(text, encoding="utf-8")
        ran = run("review", "verify", "--store", tmp_path / "review.sqlite", "--against", export)
        assert ran.code == 3, text[:20]
        assert "this is no export of decisions" in ran.err
    export.write_text("[]", encoding="utf-8")
    ran = run("review", "verify", "--store", tmp_path / "review.sqlite", "--against", export)
    assert "has 0 of 1 decisions." in ran.out


def test_answers_that_were_filled_in_at_the_desk_are_no_fault(run: Run, tmp_path: Path) -> None:
    store, number = filled(tmp_path)
    with served(store, number) as desk:
        browser = desk.browser()
        page = browser.get("/person/1/answers")
        assert browser.send("/person/1/answers", page, keep="yes", saddle_numbness="yes").status == 200
    place = tmp_path / "review.sqlite"
    ran = run("review", "verify", "--store", place)
    assert (ran.code, ran.err) == (0, "")
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("UPDATE people SET amended = '' WHERE number = 1")
    assert "person 1: the order, verdicts" in run("review", "verify", "--store", place).err
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("UPDATE people SET doubts = '[[' WHERE number = 1")
    assert run("review", "verify", "--store", place).code == 1


@pytest.mark.parametrize(
    "schema",
    [OLDEST, *(pytest.param(later, marks=pytest.mark.heavy) for later in range(OLDEST + 1, SCHEMA))],
)
def test_a_store_that_an_earlier_program_made_is_opened_checked_and_gone_on_with(
    run: Run, tmp_path: Path, schema: int
) -> None:
    place = earlier_store(tmp_path, schema)
    before = rows_of(place)
    ran = run("review", "verify", "--store", place)
    assert ran.code == 0, ran.err
    assert rows_of(place, before) == before  # nothing is lost, and nothing old has changed
    store = Store(url_of(str(place)))
    assert len(store.check().decisions) == len(before["decisions"]) > 3
    assert store.latest_run() == 1
    entered_from(store, tmp_path, PEOPLE.replace("anna", "ines"))
    assert [row["id"] for row in store.runs()] == [2, 1]
    with served(store, 1) as desk:
        browser = desk.browser("Nina Ruiz", "GP")
        page = browser.send("/person/2/decide", browser.get("/person/2"), about="", verdict="emergency")
        assert page.status in (200, 422)
    assert run("review", "verify", "--store", place).code == 0


Rows = dict[str, list[dict[str, object]]]


def rows_of(place: Path, before: Rows | None = None) -> Rows:
    """Return all rows of a store by table; with `before`, only its tables and columns, old rows first."""
    with closing(sqlite3.connect(place)) as connection:
        connection.row_factory = sqlite3.Row
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'schema'")
        rows: Rows = {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
            for (table,) in named.fetchall()
        }
    if before is None:
        return rows
    return {
        table: [{name: row[name] for name in old} for row, old in zip(rows[table], known, strict=True)]
        for table, known in before.items()
    }
