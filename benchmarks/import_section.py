"""From a CSV file to journeys: rows a second, memory, bytes an event, and what bounds it."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.importing import write_csv
from benchmarks.peers import HOME, ROOT
from benchmarks.table import Row, Section, at_least, at_most
from benchmarks.timing import Spread, ratios

ROWS_A_SECOND: Final = 200_000
INDEX_BYTES: Final = 14
PEAK_MIB: Final = 2048
_KIND: Final = {
    "lake": "event lake, all columns, event ids and original times included",
    "ids": "exact memory of every event id",
    "files": "the file as it came",
}


def sections(rows: int, rounds: int, keep: Path | None = None) -> list[Section]:
    """Import and bytes. ``keep``: where the data folder of the last round is left."""
    HOME.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as name:
        folder = Path(name)
        file = folder / "log.csv"
        write_csv(rows, file)
        found = [_run(file, folder / f"round{turn}") for turn in range(rounds)]
        staged = _run(file, folder / "stages", "--stages")
        if keep is not None:
            shutil.rmtree(keep, ignore_errors=True)
            shutil.move(folder / f"round{rounds - 1}" / "data", keep)
        size = file.stat().st_size / rows
    return [_import(found, staged), _bytes(found[-1], size)]


def _run(file: Path, folder: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.importing", str(file), str(folder), *more]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)  # noqa: S603 - a program of ours
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _import(found: list[dict[str, Any]], staged: dict[str, float]) -> Section:
    rate = Spread.of([one["rows"] / one["seconds"] for one in found])
    slower = ratios([one["seconds"] for one in found], [one["plain_seconds"] for one in found])
    cores = Spread.of([one["rows"] / one["cpu_seconds"] for one in found])
    peak = max(one["peak_mib"] for one in found)
    rows = [
        Row(
            "CSV to lake and index",
            rate.said("rows/s"),
            f"{slower.middle:.1f} × unchecked",
            *at_least(ROWS_A_SECOND, rate.middle, "rows/s"),
        ),
        Row("the same by processor time, one core", cores.said("rows/s")),
        Row("memory at most", f"{peak:,.0f} MiB", "", *at_most(PEAK_MIB, peak, "MiB")),
        Row("compaction behind it", Spread.of([one["compaction_seconds"] for one in found]).said("s", 1)),
    ]
    rows += [Row(f"stage: {name}", f"{seconds:.2f} s") for name, seconds in staged.items()]
    side = max(("reading (read and map)", staged["read"] + staged["map"]), ("storing", staged["store"]), key=lambda one: one[1])
    note = (
        f"{found[0]['rows']:,} rows of person, time, touchpoint, channel, value through the importer. Every row is durable and "
        "counts in answers when it is counted here. *Unchecked*: the same file turned into Parquet by Arrow and fsynced, "
        "nothing looked at. Stages are processor seconds for a million rows, one after the other; in the product the next "
        f"chunk is read and mapped while the last one is stored, so on two free cores the longer side is the bound: {side[0]}, "
        f"{1 / side[1] * 1e6:,.0f} rows/s. The look before it is taken once for each file."
    )
    return Section("Import", tuple(rows), note)


def _bytes(found: dict[str, Any], csv: float) -> Section:
    index = found["bytes"]["index"]
    rows = [Row("journey index", f"{index:.1f} bytes", "", *at_most(INDEX_BYTES, index, "bytes"))]
    rows += [
        Row(said, f"{found['bytes'][name]:.1f} bytes", f"{found['bytes'][name] / csv:.2f} × CSV")
        for name, said in _KIND.items()
    ]
    return Section("On disk, for each event", tuple(rows), f"After compaction; as CSV an event has {csv:.1f} bytes.")
