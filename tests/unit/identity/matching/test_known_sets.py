"""Sets of records whose truth is known: FEBRL, splink's, and German people with households made for this."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import made_people
from tanteemma.serve.matching.starting import matched
from tanteemma.serve.matching.task import Task

pytestmark = pytest.mark.slow


def f1(person: Sequence[int], truth: Sequence[object]) -> float:
    """F1 of pairs: two times the pairs in both over the pairs of each."""

    def pairs(groups: Counter[object]) -> int:
        return sum(count * (count - 1) // 2 for count in groups.values())

    both = pairs(Counter(zip(person, truth, strict=True)))
    return 2 * both / (pairs(Counter(person)) + pairs(Counter(truth)))


def people(files: Sequence[Path], folder: Path) -> list[int]:
    found = matched(Task(files=tuple(map(str, files)), folder=str(folder), memory_bytes=2 << 30), lambda _step: None)
    return [int(number) for number in np.frombuffer(found.person, np.int64)]


def column(file: Path, name: str) -> list[str]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        return [row[name] for row in csv.DictReader(stream)]


def febrl(file: Path) -> list[str]:
    return [re.sub(r"^rec-(\d+)-.*", r"\1", record) for record in column(file, "rec_id")]


@pytest.mark.parametrize(("names", "least"), [(("1",), 0.99), (("2",), 0.98), (("3",), 0.98), (("4a", "4b"), 0.98)])
def test_febrl_with_shipped_settings(real_logs: Path, tmp_path: Path, names: tuple[str, ...], least: float) -> None:
    files = [real_logs / "identity" / f"febrl_dataset{name}.csv.gz" for name in names]
    truth = [record for file in files for record in febrl(file)]
    assert f1(people(files, tmp_path), truth) >= least


def test_the_set_of_splink(real_logs: Path, tmp_path: Path) -> None:
    file = real_logs / "identity" / "splink_fake_1000.csv.gz"
    assert f1(people([file], tmp_path), column(file, "cluster")) >= 0.94


@pytest.mark.parametrize("seed", [23, 42])
def test_german_people_with_households(tmp_path: Path, seed: int) -> None:
    rows, truth = made_people.records(2_000, seed)
    file = tmp_path / "kunden.csv"
    with file.open("w", encoding="cp1252", errors="replace", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([made_people.HEAD, *rows])
    assert f1(people([file], tmp_path), truth) >= 0.96
