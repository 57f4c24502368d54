"""Score a folder of Parquet files on a Spark cluster."""

import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from recommender.cohort.dataframes import REJECTED, assess_spark
from recommender.cohort.mapping.overrides import Overrides
from recommender.errors import CohortError, Problem
from recommender.rulebook import Rulebook

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def answer_on_cluster(
    source: str, target: str, master: str, book: Rulebook, overrides: Overrides
) -> tuple[int, int]:
    """Score a folder of Parquet files into another folder; return the numbers of rows read and answered.

    The column `rejected` says why a row has no answer. Spark writes `_SUCCESS` when the folder is complete.

    Raises:
        CohortError: Spark or Java is missing, the master does not answer, or a folder is not usable.

    """
    if Path(target).exists():
        raise CohortError(
            Problem(
                target, "this exists already.", "Name a new folder: Spark does not write over an old one."
            )
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PySpark warns about pandas 3, which is not used here
        return _answer(source, target, master, book, overrides)


def _answer(source: str, target: str, master: str, book: Rulebook, overrides: Overrides) -> tuple[int, int]:
    session = _session(master)
    try:
        from pyspark.errors import PySparkException

        try:
            frame = session.read.parquet(source)
            assess_spark(frame, book, overrides).write.parquet(target)
            written = session.read.parquet(target)
            return written.count(), written.filter(written[REJECTED].isNull()).count()
        except PySparkException as error:
            raise CohortError(
                Problem(source, f"Spark stopped: {_first_line(error)}", "Its own log says more.")
            ) from None
    finally:
        session.stop()


def _session(master: str) -> "SparkSession":
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise CohortError(
            Problem(
                "--engine spark", "Spark is not installed.", "Install it: pip install 'recommender[spark]'."
            )
        ) from None
    builder = SparkSession.builder.master(master).appName("recommender")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    }
    if master.startswith("local") or urlparse(master).hostname in _LOCAL_HOSTS:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # local workers use this Python
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        message = f"Spark cannot be started there: {_first_line(error)}"
        raise CohortError(
            Problem(f"--master {master}", message, "It needs Java 17 or later, and a master that answers.")
        ) from None
    session.sparkContext.setLogLevel("ERROR")
    return session


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
