"""The store of decisions: many writers, a hash chain against tampering, and exact filters of the list."""

import random
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from recommender.errors import ReviewError
from recommender.review.desk import Desk
from recommender.review.export import as_json
from recommender.review.snapshot import plan_hash
from recommender.review.store import Store, url_of
from recommender.review.worklist import Wanted, Worklist
from tests.conftest import Run
from tests.desk import PEOPLE, decision, entered_from, filled, sign_at_once
from tests.people import book
from tests.strategies import People


def _checked(store: Store) -> tuple[int, list[str]]:
    checked = store.check()
    return len(checked.decisions), checked.problems


@pytest.mark.heavy
def test_many_signers_at_once_lose_nothing(tmp_path: Path) -> None:
    store, _ = filled(tmp_path)
    sign_at_once(url_of(str(tmp_path / "review.sqlite")), 50, 4)
    assert _checked(store) == (200, [])


TAMPERING = {
    "a verdict is changed": ("UPDATE decisions SET verdict = 'hold' WHERE id = 2", "decision 2 was changed"),
    "a name is changed": ("UPDATE decisions SET \"by\" = 'Eve' WHERE id = 1", "decision 1 was changed"),
    "one is taken out": ("DELETE FROM decisions WHERE id = 2", "decision 2 is missing"),
    "the last is taken out": ("DELETE FROM decisions WHERE id = 3", "the last decisions are missing"),
    "the answers of somebody are changed": (
        "UPDATE details SET answers = '{}' WHERE number = 3",
        "decision 3 was made about other answers",
    ),
    "what stood in the file is changed": (
        'UPDATE details SET given = \'{"age": "50"}\' WHERE number = 1',
        "decision 1 was made about other answers",
    ),
    "answers that are no JSON": (
        "UPDATE details SET answers = 'x' WHERE number = 2",
        "decision 2 was made about other answers",
    ),
    "a comment that is no text": (
        "UPDATE decisions SET comment = x'00ff' WHERE id = 2",
        "decision 2 was changed",
    ),
    "somebody is taken out": (
        "DELETE FROM people WHERE number = 3",
        "decision 3 was made about other answers",
    ),
    "two change places": (
        "UPDATE decisions SET id = CASE id WHEN 1 THEN 12 WHEN 2 THEN 11 ELSE 13 END",
        "decision 1 is missing",
    ),
}


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the file of a store with three decisions."""
    folder = tmp_path_factory.mktemp("decided")
    store, _ = filled(folder)
    for number in (1, 2, 3):
        store.add([decision(store, number, str(number))])
    store.close()
    return (folder / "review.sqlite").read_bytes()


def test_a_store_that_nobody_touched_is_verified(run: Run, tmp_path: Path, decided: bytes) -> None:
    place = tmp_path / "review.sqlite"
    place.write_bytes(decided)
    assert run("review", "verify", "--store", place).code == 0


@pytest.mark.parametrize(("statement", "told"), TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_found(run: Run, tmp_path: Path, decided: bytes, statement: str, told: str) -> None:
    place = tmp_path / "review.sqlite"
    place.write_bytes(decided)
    with sqlite3.connect(place) as connection:
        connection.execute(statement)
    ran = run("review", "verify", "--store", place)
    assert ran.code == 1
    assert told in ran.err


def test_a_chain_that_was_made_anew_is_found_by_an_earlier_export(run: Run, tmp_path: Path) -> None:
    place, export = tmp_path / "review.sqlite", tmp_path / "decisions.json"
    store, number = filled(tmp_path)
    for person in (1, 2, 3):
        store.add([decision(store, person, str(person))])
    export.write_text(as_json(store.decisions_in(number)), encoding="utf-8")
    store.close()
    assert run("review", "verify", "--store", place, "--against", export).code == 0
    with sqlite3.connect(place) as connection:
        connection.execute("DELETE FROM decisions WHERE id = 3")
        connection.execute("UPDATE chain SET last = 2, sha256 = (SELECT sha256 FROM decisions WHERE id = 2)")
    assert run("review", "verify", "--store", place).code == 0  # nothing in the store itself can tell
    ran = run("review", "verify", "--store", place, "--against", export)
    assert ran.code == 1
    assert "decision 3 is not as it was when it was exported." in ran.err
    export.write_text("[1]", encoding="utf-8")
    assert (
        "this is no export of decisions" in run("review", "verify", "--store", place, "--against", export).err
    )


def test_verify_makes_no_store(run: Run, tmp_path: Path) -> None:
    ran = run("review", "verify", "--store", tmp_path / "typo.sqlite")
    assert ran.code == 3
    assert "there is no store here" in ran.err
    assert not (tmp_path / "typo.sqlite").exists()
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    assert "there is no store here" in run("review", "verify", "--store", tmp_path / "empty.sqlite").err


@pytest.mark.heavy
def test_what_is_brought_is_told_in_the_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    monkeypatch.chdir(tmp_path)
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    ran = run("review", people)
    assert ran.code == 0
    assert "5 people are on the desk." in ran.out
    assert "People are found by `id`." in ran.err
    store = Store(url_of("review.sqlite"))
    store.add([decision(store, 2)])
    store.close()
    assert "what was decided about them is still there" in run("review", people).out
    people.write_text(PEOPLE.replace("-2.6", "-2.7"), encoding="utf-8")
    ran = run("review", people)
    assert "1 person was decided on in another list with the same answers" in ran.out
    people.write_text("id,age\n", encoding="utf-8")
    ran = run("review", people, "--store", "other.sqlite")
    assert ran.code == 3
    assert "nobody" in ran.err or "no rows" in ran.err
    ran = run("review", "--store", "fourth.sqlite")
    assert ran.code == 3
    assert "there is no store here" in ran.err
    assert not (tmp_path / "fourth.sqlite").exists()
    (tmp_path / "bad.csv").write_bytes(b"\x00")
    assert run("review", tmp_path / "bad.csv", "--store", "third.sqlite").code == 3
    assert not (tmp_path / "third.sqlite").exists()


def test_people_are_found_by_a_column_that_is_called_so_and_never_by_an_answer(tmp_path: Path) -> None:
    letters = (
        "age,t_lumbar_spine,referral letter,exercises\n61,-1.5,has cancer,walking\n62,-1.6,has hiv,rowing\n"
    )
    store, run = filled(tmp_path, letters)
    assert [one["name"] for one in _worklist(store, run).page(Wanted()).rows] == ["row 2", "row 3"]
    other = entered_from(store, tmp_path, "age,Patient ID,t_lumbar_spine\n61,p7,-1.5\n62, ,-1.6\n")
    assert [one["name"] for one in _worklist(store, other).page(Wanted()).rows] == ["p7", "row 3"]
    third = entered_from(store, tmp_path, "code,Name,id,age\nx,Ana,7,61\nx,Ana,8,62\n")
    assert {one["name"] for one in _worklist(store, third).page(Wanted()).rows} == {"7", "8"}


@pytest.mark.heavy
def test_what_columns_say_in_short_is_what_the_rules_say_one_by_one(tmp_path: Path) -> None:
    people, chance = People(book()), random.Random(5)
    names = [name for name in book().vocabulary.fields if name != "t_score"]
    drawn = [people.anyone(chance) for _ in range(60)]
    rows = [  # of a pile of exact zeros the reader asks what they mean
        {name: answer for name, answer in row.items() if not (name[:2] in ("t_", "z_") and answer == "0")}
        for row in drawn
    ]
    text = "\n".join([",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)])
    store, run = filled(tmp_path, text + "\n")
    desk = Desk(store, book(), run, False)
    with store.reading() as connection:
        kept = dict(connection.exec_driver_sql("SELECT number, plan FROM people").all())
    assert len(kept) > 40
    for number, plan in kept.items():
        person = store.person(run, number)
        assert person is not None
        assert plan_hash(desk.plans.of(desk.assessed(person["answers"]))) == plan


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "other.sqlite"
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE people (name)")
    with pytest.raises(ReviewError, match="a table `people` already"):
        Store(url_of(str(place)))
    with pytest.raises(ReviewError, match="cannot be opened"):
        Store("postgresql+psycopg://u:p@h:abc/x")


def test_a_store_opens_while_somebody_else_writes(tmp_path: Path) -> None:
    """Opening began a write transaction, so on a busy machine another reviewer's desk could not open."""
    store, run = filled(tmp_path)
    place = tmp_path / "review.sqlite"
    with closing(sqlite3.connect(place, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        other = Store(url_of(str(place)), make=False)
        assert other.latest_run() == run
        other.close()
    store.close()


def test_an_existing_file_becomes_its_owners_only(tmp_path: Path) -> None:
    (tmp_path / "review.sqlite").touch(mode=0o644)
    filled(tmp_path)
    assert (tmp_path / "review.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.heavy
def test_a_process_that_is_killed_loses_no_acknowledged_decision(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    program = (
        "from tests.desk import decision\nfrom recommender.review.store import Store, url_of\n"
        f"store = Store(url_of({str(tmp_path / 'review.sqlite')!r}))\n"
        "for form in range(10_000):\n"
        "    store.add([decision(store, 1, str(form))])\n    print(form, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
    ) as writing:
        assert writing.stdout is not None
        acknowledged = [int(writing.stdout.readline()) for _ in range(25)]
        writing.kill()
        acknowledged += [int(line) for line in writing.stdout if line.endswith("\n")]
    kept = {int(one["form"]) for one in store.decisions_in(run)}
    assert set(acknowledged) <= kept
    assert store.check().problems == []


def test_a_form_that_is_sent_again_with_another_decision_is_told_and_not_dropped(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    first = decision(store)
    store.add([first])
    store.add([first])
    for other in (
        first._replace(kind="override", verdict="hold"),
        first._replace(about="movement:lift_heavy"),
        decision(store, 2),
    ):
        with pytest.raises(ReviewError, match="which stands"):
            store.add([other])
    with pytest.raises(ReviewError, match="which stands"):
        store.add([first, first._replace(about="movement:lift_heavy")])
    assert [one["kind"] for one in store.decisions_in(run)] == ["agree"]


def test_a_store_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    store, _ = filled(tmp_path)
    store.add([decision(store)])
    assert {file.stat().st_mode & 0o077 for file in tmp_path.glob("review.sqlite*")} == {0}


def test_what_cannot_be_opened_never_tells_a_password() -> None:
    with pytest.raises(ReviewError) as refused:
        Store("postgresql+nothing://desk:secret@localhost/desk")
    assert "secret" not in str(refused.value)
    with pytest.raises(ReviewError, match="cannot be opened"):
        Store("://")


def test_a_run_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    assert _worklist(store, run).page(Wanted()).in_all == 5

    class Stumbling:
        digits = ([], [])
        shown = left_out = ()

        def batches(self) -> object:
            yield []
            raise RuntimeError

    with pytest.raises(RuntimeError):
        store.enter("x", "0" * 64, Stumbling())  # type: ignore[arg-type]
    assert store.latest_run() == run


def _worklist(store: Store, run: int, blind: bool = False) -> Worklist:
    return Worklist(store, run, blind)


def test_the_same_people_brought_again_keep_what_was_decided(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    store.add([decision(store, 2)])
    assert entered_from(store, tmp_path, PEOPLE) == run
    assert [one["name"] for one in store.decisions_in(run)] == ["bea"]
    assert _worklist(store, run).page(Wanted()).in_all == 5
    other = entered_from(store, tmp_path, PEOPLE.replace("-2.6", "-2.7"))
    assert other != run
    assert [one["name"] for one in store.decisions_in(other)] == ["bea"]  # whose answers are the same
    assert store.latest_run() == other
    assert entered_from(store, tmp_path, PEOPLE) == run
    assert store.latest_run() == run
    assert _checked(store) == (1, [])


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(undecided=True), Wanted(missing=True), Wanted(movement="lift_heavy")]
)
def test_neighbours_follow_the_list(tmp_path: Path, wanted: Wanted, blind: bool) -> None:
    store, run = filled(tmp_path)
    worklist = _worklist(store, run, blind)
    order = [row["number"] for row in worklist.page(wanted).rows]
    assert order
    around = [worklist.neighbours(wanted, number) for number in order]
    assert [before for before, _ in around] == [None, *order[:-1]]
    assert [after for _, after in around] == [*order[1:], None]


@pytest.mark.heavy
def test_the_list_finds_exactly_those_whom_a_rule_or_a_limit_concerns(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    worklist, desk = _worklist(store, run), Desk(store, book(), run, False)
    found = {}
    for number in range(1, 6):
        person = store.person(run, number)
        assert person is not None
        found[number] = desk.assessed(person["answers"])
    for id_ in book().movements:
        limited = {
            number
            for number, one in found.items()
            for v in one.movements
            if v.movement.id == id_ and v.verdict != "ok"
        }
        assert {row["number"] for row in worklist.page(Wanted(movement=id_)).rows} == limited
    for id_ in book().rules:
        fired = {
            number for number, one in found.items() if any(rule.id == id_ for rule in one.findings.fired)
        }
        assert {row["number"] for row in worklist.page(Wanted(rule=id_)).rows} == fired
    assert worklist.page(Wanted(rule="X99")).in_all == 0


def test_a_store_that_several_make_at_once_is_made_once(tmp_path: Path) -> None:
    url = url_of(str(tmp_path / "r.sqlite"))
    with ThreadPoolExecutor(8) as pool:
        for store in pool.map(Store, [url] * 16):
            assert _checked(store) == (0, [])
            store.close()


def test_opening_waits_for_a_writer_who_keeps_sqlite_from_its_write_ahead_log(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "review.sqlite")) as writing:
        writing.execute("CREATE TABLE notes (text)")
        writing.execute("BEGIN IMMEDIATE")

        def end_when_waited_for(statement: str) -> None:
            if statement == "BEGIN IMMEDIATE" and writing.in_transaction:
                writing.rollback()

        def watch(connection: sqlite3.Connection, _: object) -> None:
            connection.set_trace_callback(end_when_waited_for)

        event.listen(Pool, "connect", watch)
        try:
            store = Store(url_of(str(tmp_path / "review.sqlite")))
        finally:
            event.remove(Pool, "connect", watch)
        assert store.latest_run() is None
        store.close()
    with closing(sqlite3.connect(tmp_path / "review.sqlite")) as reading:
        assert reading.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_store_that_cannot_be_written_or_read_says_so_without_what_people_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.review.store._BUSY_SECONDS", 0)
    store, run = filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / "review.sqlite")) as writing:
        writing.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReviewError, match="cannot be written now: database is locked") as refused:
            entered_from(store, tmp_path, PEOPLE.replace("-2.6", "-2.7"))
        assert "anna" not in str(refused.value)
        writing.execute("ROLLBACK")
        writing.execute("DROP TABLE details")
    with pytest.raises(ReviewError, match="cannot be read now: no such table: details") as refused:
        store.person(run, 1)
    assert "SELECT" not in str(refused.value)
    store.close()


def test_a_store_of_another_schema_or_no_store_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "r.sqlite"
    Store(url_of(str(place))).close()
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE schema SET version = 99")
    with pytest.raises(ReviewError, match="schema 99"):
        Store(url_of(str(place)))
    (tmp_path / "text").write_text("no database", encoding="utf-8")
    with pytest.raises(ReviewError, match="cannot be opened"):
        Store(url_of(str(tmp_path / "text")))
    with pytest.raises(ReviewError, match="cannot be opened"):
        Store(url_of(str(tmp_path / "missing" / "r.sqlite")))
