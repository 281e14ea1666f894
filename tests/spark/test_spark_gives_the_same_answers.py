"""Two executors, one task per bucket: every kernel answers as on one machine, with touched people and merges under way."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tanteemma.journeys.kernels.durations import DurationsKernel, DurationsQuestion
from tanteemma.journeys.kernels.graph import GraphKernel, GraphQuestion
from tanteemma.store.engines.spark import ask_on_spark
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tests.store.made_events import Made, flush_of

pytestmark = pytest.mark.spark
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    sql = pytest.importorskip("pyspark.sql", reason="Spark is an extra: pip install tanteemma[spark]")
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    builder = sql.SparkSession.builder.master("local-cluster[2,1,1024]").appName("emma").config("spark.ui.enabled", "false")
    builder = builder.config("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"]).config("spark.driver.host", "127.0.0.1")
    started = builder.config("spark.sql.execution.arrow.pyspark.enabled", "true").getOrCreate()
    yield started
    started.stop()


def test_every_kernel_answers_as_on_one_machine(session: Any, tmp_path: Path) -> None:
    dice = np.random.default_rng(7)
    events = [
        Made(n, f"user:{dice.integers(300)}", str(dice.integers(200)), "ABCDEFG"[dice.integers(7)], int(dice.integers(10**9)))
        for n in range(1, 4000)
    ]
    orders, visits = JourneyDefinition("order", "case", "order"), JourneyDefinition("visit", "visit", gap_s=20.0)
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.ensure_case_definition("order")
        store.commit(flush_of(0, events[:3000]))
        store.compact()
        store.commit(flush_of(1, events[3000:]))
        store.link([("user:1", "user:2"), ("user:3", "user:4")])
        with store.snapshot() as snapshot:
            for journey in (WHOLE_LIFE, orders, visits):
                graph = snapshot.ask(GraphKernel(), GraphQuestion(), journey=journey)
                assert ask_on_spark(session, snapshot, GraphKernel(), GraphQuestion(), journey) == graph
                durations = snapshot.ask(DurationsKernel(), DurationsQuestion(), journey=journey)
                assert ask_on_spark(session, snapshot, DurationsKernel(), DurationsQuestion(), journey) == durations
