"""Measure everything that has a goal, as ratios taken in one run, and write the table of docs/performance.md.

    make bench [ARGS="--quick"]

The whole takes about half an hour on two free cores, ``--quick`` about a minute (small logs, two rounds, nothing written).
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks import (
    cells,
    comparison,
    growth,
    import_section,
    intake,
    map_page,
    profiles,
    segments,
    server,
    sustained,
    touched,
    weak_spots,
)
from benchmarks.machine import facts
from benchmarks.peers import HOME, ROOT
from benchmarks.table import Measured, Section
from tanteemma.journeys.warm import warm

PAGE: Final = ROOT / "docs" / "performance.md"
THREADS: Final = 2
PARTS: Final = ("growth", "segments", "people", "others", "import", "server", "doors")
_M: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    growing: tuple[int, ...]
    sql: int
    pm4py: int
    rows: int
    rounds: int
    import_rounds: int
    door_s: float
    sustained_s: float


FULL: Final = Size(
    (_M, 10 * _M, 20 * _M), sql=10 * _M, pm4py=10 * _M, rows=_M, rounds=5, import_rounds=5, door_s=4.0, sustained_s=20.0
)
QUICK: Final = Size(
    (_M // 4, _M), sql=_M // 2, pm4py=_M // 4, rows=_M // 4, rounds=2, import_rounds=1, door_s=1.0, sustained_s=5.0
)


def measure(size: Size, parts: Sequence[str], rows: int | None, page: Path | None, *, hundred: bool) -> None:
    """Every part asked for; printed, and written on the page, as soon as it is there: one that fails later takes none along."""
    told = facts()
    warm()
    data = HOME / "data"
    growing = (*size.growing, 100 * _M) if hundred else size.growing

    def grown() -> list[Section]:
        lines = growth.lines_of(growing, size.rounds, THREADS)
        found = [growth.read_section(lines, max(size.growing)), growth.growth_section(lines)]
        found.append(weak_spots.section(max(size.growing), min(size.rounds, 3), THREADS))
        return [*found, cells.section(max(size.growing), size.rounds, THREADS)]

    asked: dict[str, Callable[[], list[Section]]] = {
        "growth": grown,
        "segments": lambda: [
            segments.section(min(size.growing[0], _M), min(size.rounds, 3)),
            touched.section(min(size.growing[0], _M), min(size.rounds, 3)),
        ],
        "people": lambda: [profiles.section(min(size.growing[0], _M), min(size.rounds, 3))],
        "others": lambda: [comparison.section(size.sql, size.pm4py, size.rounds, THREADS)],
        "import": lambda: import_section.sections(rows or size.rows, size.import_rounds, data),
        "server": lambda: [*server.sections(data, size.rounds, size.door_s), map_page.section(size.rounds)],
        "doors": lambda: [intake.section(size.rounds, size.door_s), sustained.section(size.sustained_s)],
    }
    for name in parts:
        began = time.monotonic()
        found = Measured(told, tuple(asked[name]()))
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        print(found.text(), flush=True)
        if page is not None:
            found.write(page)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small logs, two rounds, nothing written")
    parser.add_argument("--rows", type=int, help="rows of the imported file (the full measure: 10_000_000)")
    parser.add_argument("--growth-100m", action="store_true", help="let the log grow to 100 M events (needs about 8 GB)")
    parser.add_argument("--sustained", type=float, help="seconds the doors keep their pace (the full measure: 600)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some parts only")
    parser.add_argument("--dry", action="store_true", help="print only, write nothing")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page with the table")
    chosen = parser.parse_args()
    size = QUICK if chosen.quick else FULL
    if chosen.sustained:
        size = replace(size, sustained_s=chosen.sustained)
    parts = [part for part in PARTS if part in chosen.only]
    if "server" in parts and "import" not in parts and not (HOME / "data").exists():
        parser.error("the server runs on what the import left: add import")
    page = None if chosen.quick or chosen.dry else chosen.page
    measure(size, parts, chosen.rows, page, hundred=chosen.growth_100m)


if __name__ == "__main__":
    main()
