"""One Spark session with two executors for all tests of the tier."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest

from tanteemma.store.engines.spark import spark_session

ROOT: Final = Path(__file__).parents[2]
MASTER: Final = "local-cluster[2,1,1024]"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Java or Spark the tier says what it needs."""
    missing = "Java" if shutil.which("java") is None else None
    if find_spec("pyspark") is None:
        missing = 'pyspark: pip install "tanteemma[spark]"'
    for item in items:
        if missing is not None and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.skip(reason=f"Spark needs {missing}"))


@pytest.fixture(scope="session", autouse=True)
def _loopback() -> None:
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    os.environ["PYTHONPATH"] = f"{ROOT / 'src'}:{ROOT}"


@pytest.fixture(scope="session")
def session(_loopback: None) -> Iterator[Any]:
    with spark_session(MASTER) as found:
        yield found
