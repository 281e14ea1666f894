"""``emma people match``: which records of one or several tables are about the same person?"""

import csv
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder, columns_of
from tanteemma.serve.cli.output import count, decimal, line, share, show_document, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say

if TYPE_CHECKING:
    from tanteemma.serve.matching.starting import Hear
    from tanteemma.serve.matching.task import Answer, Explained, Task
    from tanteemma.store.operational import Operational

#: pairs for people of one run; more than that nobody looks through
_MOST_DOUBTS: Final = 1_000
_MEMORY: Final = 4 << 30
_CERTAIN: Final = 40.0
_COLUMNS: Final = "given_name=COL,family_name=COL,…"

Files = Annotated[list[Path], typer.Argument(metavar="FILE [FILE…]", help="cli.people.match.files")]
Columns = Annotated[str | None, typer.Option("--columns", metavar=_COLUMNS, help="cli.people.match.columns")]
Format = Annotated[str | None, typer.Option("--format", metavar="csv|xlsx|parquet|jsonl", help="cli.import.format")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="cli.people.match.output")]
Threshold = Annotated[float | None, typer.Option("--threshold", metavar="0…1", help="cli.people.match.threshold")]
Explain = Annotated[tuple[int, int] | None, typer.Option("--explain", metavar="I J", help="cli.people.match.explain")]
Across = Annotated[bool, typer.Option("--across", help="cli.people.match.across")]
Review = Annotated[bool, typer.Option("--review", help="cli.people.match.review")]


def match(
    files: Files,
    columns: Columns = None,
    output: Output = None,
    threshold: Threshold = None,
    explain: Explain = None,
    across: Across = False,
    review: Review = False,
    format_: Format = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Compare all records of the files; without ``--review`` nothing is stored anywhere."""
    from tanteemma.serve.matching.starting import matched
    from tanteemma.serve.matching.task import Task

    weight = None if threshold is None else _weight_of(threshold)
    _check(files, output, across=across)
    began = time.monotonic()
    with _queue(data, wanted=review) as queue, _bar(shown=sys.stderr.isatty()) as hear:
        task = Task(
            files=tuple(str(path.absolute()) for path in files),
            folder=tempfile.gettempdir(),
            memory_bytes=queue.memory_bytes,
            format=format_,
            columns=columns_of(columns),
            threshold=weight,
            explain=explain,
            doubts=_MOST_DOUBTS if review else 0,
            across=across,
            decided=queue.decided(),
        )
        found = matched(task, hear)
        entered = queue.enter(found, ", ".join(path.name for path in files))
    if output is not None:
        _write(output, found, several=len(files) > 1)
    _show(_document(task, found, entered, time.monotonic() - began), found.explained, as_json=as_json, output=output)


class _Queue:
    """The pairs that people decide, if the data folder is wanted at all."""

    def __init__(self, tables: "Operational | None", memory_bytes: int) -> None:
        self._tables = tables
        self.memory_bytes = memory_bytes

    def decided(self) -> Any:  # noqa: ANN401 - loaded when it is needed
        """What people decided until now."""
        if self._tables is None:
            return ()
        from tanteemma.serve.matching.reviewing import decisions

        with self._tables.read() as tx:
            return decisions(tx)

    def enter(self, found: "Answer", name: str) -> int | None:
        """Enter what nobody decided. Returns how many pairs are new."""
        if self._tables is None:
            return None
        from tanteemma.serve.matching.reviewing import enter_doubts

        with self._tables.begin() as tx:
            return enter_doubts(tx, found.doubts, name)


@contextmanager
def _queue(data: Path, *, wanted: bool) -> Iterator[_Queue]:
    if not wanted:
        yield _Queue(None, _MEMORY)
        return
    from tanteemma.serve.cli.asking import open_folder, settings_of
    from tanteemma.store.operational import Operational

    folder = open_folder(data)
    settings = settings_of(folder)
    with Operational.open(settings.database_url or folder.operational_db) as tables:
        yield _Queue(tables, settings.matching_memory_bytes)


def _check(files: list[Path], output: Path | None, *, across: bool) -> None:
    """Before anything is read. Raises Problem."""
    if across and len(files) == 1:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--across", value=files[0].name, allowed="FILE FILE")
    if output is not None and not output.absolute().parent.is_dir():
        raise Problem(ProblemCode.OUTPUT_UNWRITABLE, status=422, file=str(output), reason="ENOENT")


def _weight_of(probability: float) -> float:
    """A probability as a weight (log2 of the odds). Raises Problem QUESTION_INVALID for what is none."""
    if not 0 < probability < 1:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--threshold", value=probability, allowed="0.01 … 0.99")
    return math.log2(probability / (1 - probability))


def _probability(weight: float) -> float:
    return 1 / (1 + 2 ** -max(-_CERTAIN, min(weight, _CERTAIN)))


def _document(task: "Task", found: "Answer", entered: int | None, seconds: float) -> dict[str, Any]:
    document: dict[str, Any] = {
        "records": found.records,
        "people": found.people,
        "pairs": found.pairs,
        "threshold": round(_probability(found.threshold), 4),
        "columns": [{"file": Path(file).name, "columns": named} for file, named in zip(task.files, found.columns, strict=True)],
        "equal": found.equal,
        "left_out": found.left_out,
        "bad_rows": found.bad_rows,
        "seconds": round(seconds, 2),
    }
    if entered is not None:
        document |= {"undecided": len(found.doubts), "new_for_review": entered}
    if found.explained is not None:
        one = found.explained
        from tanteemma.serve.pages.reviewing import likeness_key

        told = [{"field": each.respect, "likeness": likeness_key(each), "weight": each.weight} for each in one.told]
        document["explained"] = {
            "left": one.left,
            "right": one.right,
            "weight": one.weight,
            "probability": round(_probability(one.weight), 4),
            "same": one.same,
            "fields": told,
        }
    return document


def _write(output: Path, found: "Answer", *, several: bool) -> None:
    """Record number (the row below the head, from 1) and person, for each record. Raises Problem OUTPUT_UNWRITABLE."""
    import numpy as np

    people = np.frombuffer(found.person, np.int64).tolist()
    rows = np.frombuffer(found.row, np.int64).tolist()
    files = np.frombuffer(found.file, np.int32).tolist()
    try:
        with output.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(("file", "record", "person") if several else ("record", "person"))
            numbers = zip(files, rows, people, strict=True)
            writer.writerows((file + 1, row, person) if several else (row, person) for file, row, person in numbers)
    except OSError as error:
        raise Problem(ProblemCode.OUTPUT_UNWRITABLE, status=422, file=str(output), reason=error.strerror or "") from error


def _show(found: dict[str, Any], explained: "Explained | None", *, as_json: bool, output: Path | None) -> None:
    if as_json:
        show_document(found)
        return
    numbers = {name: count(found[name]) for name in ("records", "people", "pairs")}
    line(say("cli.people.match.found", threshold=share(found["threshold"]), **numbers))
    for one in found["columns"]:
        table(
            ("cli.head.column", "cli.people.match.head.field"),
            [(name, say(f"people.field.{field}")) for name, field in one["columns"].items()],
            numbers=False,
        )
    for key, records in found["left_out"].items():
        tell(say("cli.people.match.left_out", by=say(f"people.key.{key}"), count=records, records=count(records)))
    if found["equal"]:
        line(say("cli.people.match.equal", count=found["equal"], records=count(found["equal"])))
    if found["bad_rows"]:
        tell(say("cli.table.bad_rows", count=found["bad_rows"], rows=count(found["bad_rows"])))
    if "new_for_review" in found:
        new = found["new_for_review"]
        line(say("cli.people.match.entered", count=new, pairs=count(new), address="/people/review"))
    if output is not None:
        line(say("cli.people.match.written", file=output))
    if explained is not None:
        _show_explained(found["explained"])


def _show_explained(one: dict[str, Any]) -> None:
    verdict = "same" if one["same"] else "different"
    line(say(f"cli.people.match.explained.{verdict}", weight=decimal(one["weight"], 1), share=share(one["probability"])))
    table(
        (
            "cli.people.match.head.field",
            "cli.people.match.head.left",
            "cli.people.match.head.right",
            "cli.people.match.head.likeness",
            "cli.people.match.head.weight",
        ),
        [
            (
                say(f"people.respect.{each['field']}"),
                _said(one["left"], each["field"]),
                _said(one["right"], each["field"]),
                say(f"people.likeness.{each['likeness']}"),
                f"{'+' if each['weight'] > 0 else ''}{decimal(each['weight'], 1)}",
            )
            for each in one["fields"]
        ],
        numbers=False,
    )


def _said(record: dict[str, str], respect: str) -> str:
    from tanteemma.serve.pages.reviewing import fields_of

    return " ".join(record[name] for name in fields_of(respect) if name in record)


@contextmanager
def _bar(*, shown: bool) -> Iterator["Hear"]:
    """Hears the steps; draws them where somebody looks at a terminal."""
    if not shown:
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step: bar.update(task, completed=step.share, description=say(f"people.step.{step.step}"))


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("match", cls=SpeakingCommand, help="cli.people.match")(match)
