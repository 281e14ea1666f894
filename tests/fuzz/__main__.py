"""Coverage-guided fuzzing of our parsers: ``make fuzz`` (ARGS="--seconds 600 --only where"), each in a process of its own.

What is found goes to ``.fuzz/TARGET/found`` with what reaches new lines beside it; copied to ``tests/fuzz/found/TARGET`` as
``WHAT.bin`` it is a test from then on.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Final

import atheris

HERE: Final = Path(__file__).parent
GROWN: Final = HERE.parent.parent / ".fuzz"
_LARGEST: Final = 4096
_SLOWEST_S: Final = 10
_WATCHED: Final = ("tanteemma.ingest", "tanteemma.journeys.where", "tanteemma.serve.edge.secrets")


def _compiled() -> list[str]:
    """Modules that become machine code: they cannot be watched."""
    source = HERE.parent.parent / "src"
    files = [path for path in source.glob("tanteemma/ingest/**/*.py") if "numba" in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(source).with_suffix("").parts) for path in files]


def _one(name: str, seconds: int) -> None:
    """Fuzz one target in this process; libFuzzer ends it."""
    with atheris.instrument_imports(include=list(_WATCHED), exclude=_compiled()):
        from tests.fuzz.targets import TARGETS, survives  # noqa: PLC0415 - imported here to be watched
    found, grown = GROWN / name / "found", GROWN / name / "corpus"
    found.mkdir(parents=True, exist_ok=True)
    grown.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", f"-max_len={_LARGEST}", f"-timeout={_SLOWEST_S}", f"-artifact_prefix={found}/"]
    options += ["-rss_limit_mb=1500", "-verbosity=0", "-print_final_stats=1", str(grown), str(HERE / "corpus" / name)]
    atheris.Setup([sys.argv[0], *options], lambda said: survives(TARGETS[name], said), internal_libfuzzer=True)
    atheris.Fuzz()


def main() -> int:
    """One target after the other; 1 if anything was found."""
    names = sorted(folder.name for folder in (HERE / "corpus").iterdir() if folder.is_dir())
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--here", choices=names, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        _one(chosen.here, chosen.seconds)
        return 0
    failed = []
    for name in chosen.only:
        command = [sys.executable, "-m", "tests.fuzz", "--here", name, "--seconds", str(chosen.seconds)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=HERE.parent.parent)
        runs = next((line.rpartition(":")[2].strip() for line in done.stderr.splitlines() if "executed_units" in line), "?")
        sys.stdout.write(f"{name}: {runs} inputs{'' if done.returncode == 0 else ', FOUND'}\n")
        sys.stdout.flush()
        if done.returncode:
            failed.append(name)
            sys.stdout.write(done.stdout[-3000:] + done.stderr[-3000:])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
