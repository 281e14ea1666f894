"""On what was it measured? Absolute figures mean nothing without it."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_MIB = 1 << 20
_GIB = 1 << 30


def facts() -> str:
    """One sentence: processor, memory, system, versions, how busy the machine was with other things."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    versions = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "duckdb", "deltalake", "pyarrow"))
    busy = os.getloadavg()[0]
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d}: {len(os.sched_getaffinity(0))} cores ({_processor()}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}, {versions}; "
        f"load of the machine at the start {busy:.1f}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_of(process: int, what: str = "VmRSS") -> float:
    """MiB of memory a process holds."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024 / _MIB
    raise LookupError(what)
