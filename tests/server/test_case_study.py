"""The case study of the docs: its five commands run as they stand there, and give every figure that stands there."""

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.server.running import EMMA, environment

pytestmark = pytest.mark.slow
ROOT: Final = Path(__file__).parents[2]
UNITS: Final = {"s": 1.0, "min": 60.0, "h": 3_600.0, "days": 86_400.0}


def page() -> str:
    return (ROOT / "docs" / "case-study.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def answers(real_logs: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What each command of the first block says, as JSON."""
    folder = tmp_path_factory.mktemp("case")
    (folder / "bpic2012.xes.gz").symlink_to(real_logs / "eventlogs" / "bpic2012.xes.gz")
    commands = [line for line in page().split("```")[1].splitlines() if line.startswith("emma ")]
    assert len(commands) == 5
    told = []
    for command in commands:
        words = [*EMMA, *shlex.split(command)[1:], "--json", "--data", str(folder / "data")]
        ran = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=300, env=environment({}))
        assert ran.returncode == 0, ran.stderr
        told.append(json.loads(ran.stdout))
    return told


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    lines = [line for line in page().split(f"## {heading}")[1].split("\n## ")[0].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def number(text: str) -> float:
    found = re.search(r"[\d,]+(\.\d+)?", text)
    assert found is not None, text
    return float(found[0].replace(",", ""))


def seconds(text: str) -> float:
    found = re.search(r"([\d.]+) (s|min|h|days)", text)
    assert found is not None, text
    return float(found[1]) * UNITS[found[2]]


def close(written: float, measured: float) -> bool:
    """As it is rounded on the page."""
    return abs(written - measured) <= 0.02 * abs(measured)


def test_the_import_loses_nothing(answers: list[Any]) -> None:
    counts = answers[0]
    assert (counts["received"], counts["accepted"], counts["quarantined"]) == (262_200, 262_200, 0)


def test_the_funnel_is_that_of_the_page(answers: list[Any]) -> None:
    steps = answers[1]["steps"]
    written = rows("What happens")
    assert len(written) == len(steps) == 6
    for cells, step, before in zip(written, steps, [None, *steps], strict=False):
        assert step["name"] in cells[0]
        assert number(cells[1]) == step["journeys"]
        assert number(cells[2]) == pytest.approx(100 * step["share_of_start"], abs=0.05)
        if before is not None:
            assert close(seconds(cells[3]), step["median_s"]), cells
    assert steps[3]["journeys"] - steps[4]["journeys"] == 1761


def test_the_weak_spots_are_those_of_the_page_in_their_order(answers: list[Any]) -> None:
    found = answers[4]["breaks"]
    names = {"time sink": "time_eater", "abandonment": "abandonment", "contradiction": "contradiction"}
    written = rows("Where it breaks")
    assert [names[cells[0]] for cells in written] == [one["kind"] for one in found]
    assert [number(cells[2]) for cells in written] == [one["journeys"] for one in found]
    for cells, one in zip(written, found, strict=True):
        assert one["steps"][0] in cells[1]
        if one["kind"] == "abandonment":
            assert number(cells[3]) == pytest.approx(100 * one["share"], abs=0.05)
            assert f"{one['came']:,}" in cells[3]
        if one["kind"] == "contradiction":
            assert f"{100 * one['share']:.1f} %" in cells[3]


def test_the_costs_are_those_of_the_page(answers: list[Any]) -> None:
    text = page()
    costs = [one["cost"] for one in answers[4]["breaks"] if one["kind"] == "abandonment"]
    assert [cost["claim"] for cost in costs] == ["goes_with", "goes_with"]
    written = [(383_000, 1_350_000), (133_000, 501_000)]
    for (low, high), cost in zip(written, costs, strict=True):
        assert f"{low:,}" in text
        assert f"{high:,}" in text
        assert close(low, cost["low"])
        assert close(high, cost["high"])
    loss = costs[0]["estimate"]["parts"][0]["loss"]
    assert f"{100 * loss:.1f} % less" in text.replace("\n", " ")
    assert all(one["cost"] is None for one in answers[4]["breaks"] if one["kind"] != "abandonment")
