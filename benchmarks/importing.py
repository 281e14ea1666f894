"""How quickly does a CSV file become journeys, in how much memory, and what bounds it? Measured in a process of its own.

    python -m benchmarks.importing FILE.csv FOLDER [--stages]

Prints one JSON document. ``--stages`` times each stage alone, one after the other (in the product reading overlaps storing).
"""

import argparse
import cProfile
import json
import os
import pstats
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from benchmarks.logs import LogShape, generated
from tanteemma.ingest.importer import ImportContext, Wish, look_at_file, map_chunk, run_import
from tanteemma.ingest.importing.warm import warm_up
from tanteemma.model.hooks import file_formats
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.intake import Flush

WISH: Final = Wish(columns={name: name for name in ("person", "time", "touchpoint", "channel", "value")})
CHANNELS: Final = ("web", "shop", "phone", "mail")
LOOK: Final = "look at the file"
_START_US: Final = 1_735_689_600_000_000
_SPAN_US: Final = 300 * 86_400 * 1_000_000


def write_csv(events: int, path: Path) -> None:
    """A log as companies export it: person, time, touchpoint, channel, value; in the order of time."""
    buckets = generated(LogShape(events))
    person = np.concatenate([np.repeat(one.people, np.diff(one.offsets)) for one in buckets])
    kinds = np.concatenate([one.kinds for one in buckets])
    times = _START_US + np.concatenate([one.times for one in buckets]) % _SPAN_US
    order = np.argsort(times, kind="stable")
    chance = np.random.default_rng(1)
    names = pa.array([f"touchpoint {number:02}" for number in range(int(kinds.max()) + 1)])
    table = pa.table(
        {
            "person": pc.binary_join_element_wise("c-", pa.array(person[order]).cast(pa.string()), ""),
            "time": pa.array(times[order] // 1000).cast(pa.timestamp("ms")),
            "touchpoint": names.take(pa.array(kinds[order])),
            "channel": pa.array(CHANNELS).take(pa.array(chance.integers(0, len(CHANNELS), events))),
            "value": pa.array(np.round(chance.random(events) * 100, 2)),
        }
    )
    pcsv.write_csv(table, path)


def plainly(path: Path, folder: Path) -> float:
    """Seconds to turn the file into Parquet with nothing checked: what the same machine can do at best."""
    began = time.perf_counter()
    target = folder / "plain.parquet"
    pq.write_table(pcsv.read_csv(path), target, compression="zstd", compression_level=1)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())
    taken = time.perf_counter() - began
    target.unlink()
    return taken


def _most_memory() -> float:
    """MiB that this process held at most; what ``getrusage`` says begins with the memory of whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def imported(path: Path, folder: Path) -> dict[str, Any]:
    """Seconds of an import, of the compaction behind it, bytes an event in each part of the folder, most memory held."""
    warm_up()
    with Store.open(DataFolder.create(folder / "data"), write=True) as store:
        began, worked = time.perf_counter(), time.process_time()
        report = run_import(store, path, path.name, WISH)
        seconds, cores = time.perf_counter() - began, time.process_time() - worked
        began = time.perf_counter()
        store.compact()
        compacting = time.perf_counter() - began
    peak = _most_memory()
    plain = plainly(path, folder)  # last, for it takes all of the file into memory
    parts = ("index", "ids", "lake", "files")
    return {
        "rows": report.received,
        "accepted": report.accepted,
        "seconds": seconds,
        "cpu_seconds": cores,
        "plain_seconds": plain,
        "compaction_seconds": compacting,
        "bytes": {name: _size(folder / "data" / name) / report.received for name in parts},
        "peak_mib": peak,
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def stages(path: Path, folder: Path) -> dict[str, float]:
    """CPU seconds of each stage for a million rows, one after the other; of looking at the file once."""
    warm_up()
    taken = dict.fromkeys((LOOK, "read", "map", "store"), 0.0)
    clock = time.process_time
    profile = cProfile.Profile(clock)
    with Store.open(DataFolder.create(folder / "staged"), write=True) as store:
        began = clock()
        mapping = look_at_file(path, path.name, WISH).mapping
        taken[LOOK] = clock() - began
        context = ImportContext("file", "file:1", time.time_ns() // 1000)
        rows, chunks = 0, file_formats.named("csv").chunks(path, mapping)
        while True:
            marks = [clock()]
            chunk = next(chunks, None)
            marks.append(clock())
            if chunk is None:
                break
            events = map_chunk(chunk, mapping, context)
            marks.append(clock())
            received = events.table.num_rows + len(events.bad)
            profile.enable()
            store.commit(Flush("import:1", chunk.number, "file", events.table, events.bad, received))
            profile.disable()
            marks.append(clock())
            rows += received
            for name, begin, end in zip(("read", "map", "store"), marks[:-1], marks[1:], strict=True):
                taken[name] += end - begin
    taken |= _inside(profile)
    return {name: seconds if name == LOOK else seconds * 1e6 / rows for name, seconds in taken.items()}


def _inside(profile: cProfile.Profile) -> dict[str, float]:
    """What storing spends its time on."""
    asked = {
        ("intake.py", "settle"): "store: which rows are new",
        ("people.py", "of_column"): "store: whose rows they are",
        ("lakefiles.py", "write"): "store: write the file",
        ("rows.py", "rows_of"): "store: index rows",
        ("runs.py", "add"): "store: remember the ids",
        ("compute.py", "take"): "store: bring into order",
        ("lake.py", "commit"): "store: commit to the lake",
    }
    found: dict[str, float] = {}
    for (file, _, name), numbers in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]  # not in the stubs
        label = asked.get((Path(file).name, name))
        if label:
            found[label] = found.get(label, 0.0) + numbers[3]
    return found


def main() -> None:
    """Measure one import."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stages", action="store_true")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    json.dump((stages if chosen.stages else imported)(chosen.file, chosen.folder), sys.stdout)


if __name__ == "__main__":
    main()
