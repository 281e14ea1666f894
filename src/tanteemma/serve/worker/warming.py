"""The first question and the first file are as fast as the second: what must be compiled is compiled at the start."""

import threading

from tanteemma.serve.worker.house import House


def start_warming(house: House) -> None:
    """Compile the loops of analyses and imports, or fetch them from the last time; says so when it is done."""

    def warm_all() -> None:
        from tanteemma.ingest.importing.warm import warm_up  # noqa: PLC0415 - loaded on this thread, not needed before
        from tanteemma.journeys.warm import warm  # noqa: PLC0415 - loaded on this thread, not needed before

        try:
            warm()
            warm_up()
        finally:
            house.warm.set()

    threading.Thread(target=warm_all, name="warm", daemon=True).start()
