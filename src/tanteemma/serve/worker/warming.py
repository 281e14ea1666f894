"""The first question and the first file are as fast as the second: what must be compiled is compiled at the start."""

import tempfile
import threading
from pathlib import Path
from typing import Final

import structlog

from tanteemma.model.problems import Problem
from tanteemma.serve.worker.house import House

_log = structlog.get_logger(__name__)
_FILE: Final = "Kunde;Zeit;Ereignis;Betrag\nA-1;01.02.2026 10:00:00;Anruf;1.234,50\nA-1;13.02.2026 11:30:00;Bestellung;10,00\n"


def start_warming(house: House) -> None:
    """Compile the loops of analyses and imports, or fetch them from the last time; says so when it is done."""

    def warm_all() -> None:
        from tanteemma.ingest.formats.find import preview_file  # noqa: PLC0415 - loaded on this thread, not needed before
        from tanteemma.ingest.importing.run import dry_run  # noqa: PLC0415 - loaded on this thread, not needed before
        from tanteemma.journeys.warm import warm  # noqa: PLC0415 - loaded on this thread, not needed before

        try:
            warm()
            with tempfile.TemporaryDirectory(prefix="emma-") as folder:
                path = Path(folder) / "warm.csv"
                path.write_text(_FILE, encoding="utf-8")
                dry_run(path, preview_file(path, path.name).mapping)
        except Problem as problem:
            _log.warning("warming_failed", code=problem.code.value)
        finally:
            house.warm.set()

    threading.Thread(target=warm_all, name="warm", daemon=True).start()
