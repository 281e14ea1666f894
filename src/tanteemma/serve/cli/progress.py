"""How far is a long task? A bar with rate and remaining time, only where somebody looks at a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tanteemma.serve.cli.speaking import say

if TYPE_CHECKING:
    from tanteemma.serve.cli.asking import OnProgress
    from tanteemma.serve.worker.messages import Progress


@contextmanager
def progress_bar(name: str, *, shown: bool, sized: bool = True) -> Iterator["OnProgress | None"]:
    """A function that hears the progress and draws it; None if nobody looks. ``sized``: what is done is told in bytes."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        *((DownloadColumn(), TransferSpeedColumn()) if sized else ()),
        TextColumn("{task.fields[rows]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None, rows="")

        def hear(progress: "Progress") -> None:
            from tanteemma.serve.cli.output import count

            rows = say("cli.progress.rows", rows=count(progress.rows)) if progress.rows else ""
            bar.update(task, completed=progress.done_bytes, total=progress.total_bytes or None, rows=rows)

        yield hear
