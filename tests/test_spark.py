"""On Spark: a real standalone master with two workers, on loopback, gives the answers of one machine."""

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import polars as pl
import pytest

from recommender import assess_frame
from recommender.cohort.answer_columns import COLUMNS
from recommender.rulebook import load_rulebook

from .conftest import Run
from .strategies import People

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("ignore")]

PEOPLE = 4_000
FILES = 4


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _listens(port: int, tries: int = 300) -> bool:
    for _ in range(tries):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return True
        Event().wait(0.2)
    return False


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a master and two workers of one core each, and stop them."""
    import pyspark

    home = Path(pyspark.__file__).parent
    folder = tmp_path_factory.mktemp("spark")
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    port, *worker_ports = (_free_port() for _ in range(3))
    url = f"spark://127.0.0.1:{port}"
    common = ["--host", "127.0.0.1", "--webui-port", "0"]
    work = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder)]
    commands = [["org.apache.spark.deploy.master.Master", *common, "--port", str(port)]]
    commands += [
        ["org.apache.spark.deploy.worker.Worker", *common, *work, "--port", str(own), url]
        for own in worker_ports
    ]
    with ExitStack() as running:
        for command, own in zip(commands, (port, *worker_ports), strict=True):
            log = running.enter_context((folder / f"{own}.log").open("w"))
            process = subprocess.Popen(
                [str(home / "bin" / "spark-class"), *command], env=environment, stdout=log, stderr=log
            )
            running.callback(process.wait)
            running.callback(process.terminate)
            assert _listens(own), (folder / f"{own}.log").read_text()
        yield url


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    made = People(load_rulebook())
    chance = random.Random(1)
    table = pl.DataFrame(
        [made.anyone(chance) for _ in range(PEOPLE)], schema=dict.fromkeys(made.fields, pl.String)
    )
    ages = pl.when(pl.col("id") % 50 == 0).then(pl.lit("161")).otherwise(pl.col("age"))
    scores = pl.col("^[tz]_.*$").replace("0", "0.001")  # of a pile of exact zeros it is asked what they mean
    return table.with_row_index("id").with_columns(pl.col("id").cast(pl.Int64), ages.alias("age"), scores)


def test_two_workers_answer_folders_of_parquet_as_one_machine_does(
    run: Run, master: str, people: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    source = tmp_path / "people"
    source.mkdir()
    size = PEOPLE // FILES
    for number in range(FILES):
        people[number * size : (number + 1) * size].write_parquet(source / f"{number}.parquet")

    ran = run("batch", source, tmp_path / "answered", "--engine", "spark", "--master", master)

    assert ran.code == 1
    assert f"{PEOPLE:,} rows read, {PEOPLE - PEOPLE // 50:,} answered" in ran.err
    assert (tmp_path / "answered" / "_SUCCESS").exists()
    found = pl.read_parquet(tmp_path / "answered" / "*.parquet").sort("id")
    assert found.equals(assess_frame(people))
    assert run("batch", source, tmp_path / "answered", "--engine", "spark", "--master", master).code == 3


def test_a_spark_frame_stays_lazy_and_keeps_the_order_of_its_rows(
    people: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.sql import SparkSession

    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        found = assess_frame(session.createDataFrame(people.head(500).to_arrow()))
        assert type(found).__name__ == "DataFrame"
        assert not found.isLocal()
        table = pl.DataFrame(found.toArrow())
        assert table.select("id", *COLUMNS).equals(assess_frame(people.head(500)).select("id", *COLUMNS))
    finally:
        session.stop()


@pytest.mark.parametrize("option", ["--audit 5", "--report r.html", "--delimiter ;"])
def test_what_spark_cannot_do_here_is_refused(run: Run, tmp_path: Path, option: str) -> None:
    ran = run("batch", tmp_path, tmp_path / "out", "--engine", "spark", *option.split())
    assert ran.code == 2
    assert "not for --engine spark" in ran.err


def test_a_master_that_does_not_answer_is_told(run: Run, tmp_path: Path) -> None:
    ran = run("batch", tmp_path / "nowhere", tmp_path / "out", "--engine", "spark")
    assert ran.code == 3
    assert "nowhere" in ran.err
