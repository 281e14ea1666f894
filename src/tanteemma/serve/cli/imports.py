"""``emma import``: files into the data folder, with a look and a question first where somebody sits at the terminal."""

import contextlib
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import Desk, desk
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder, Yes, columns_of
from tanteemma.serve.cli.output import count, line, sentence_of, share, show_document, span, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="cli.import.file")]
Format = Annotated[str | None, typer.Option("--format", metavar="csv|xlsx|parquet|jsonl|xes|ocel", help="cli.import.format")]
Columns = Annotated[str | None, typer.Option("--columns", metavar="ROLE=COL,…", help="cli.import.columns")]
Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help="cli.import.source")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="cli.import.dry_run")]

_COUNTS: Final = ("received", "accepted", "duplicate", "quarantined", "rejected")
_PLACE: Final = ("row", "field", "value")


@dataclass(frozen=True, slots=True)
class _Wish:
    """How the files are to be read."""

    format: str | None
    columns: dict[str, str]
    source: str | None
    dry_run: bool
    asks: bool
    shows_progress: bool


def import_files(
    files: Files,
    data: Folder = DEFAULT_FOLDER,
    format_: Format = None,
    columns: Columns = None,
    source: Source = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Read files in. A file that was read before changes nothing; rows that cannot be read go into quarantine."""
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    for path in files:
        if path.is_dir():
            raise Problem(ProblemCode.IS_FOLDER, status=422, file=str(path))
        if not path.is_file():
            raise Problem(ProblemCode.NOT_FOUND, status=404, file=str(path))
    wish = _Wish(format_, columns_of(columns), source, dry_run, terminal and not yes and not as_json, sys.stderr.isatty())
    began = time.monotonic()
    with _counting_desk(data) if dry_run else desk(data, write=True, create=True) as counter:
        results = [_one_file(counter, data, path.absolute(), wish) for path in files]
    asked_s = sum(result["asked_s"] for result in results)
    document = _together(results) | {"seconds": round(time.monotonic() - began - asked_s, 3)}
    if as_json:
        show_document(document)
    else:
        _show(document)
    if any(result["state"] == "failed" for result in results):
        raise typer.Exit(1)


@contextlib.contextmanager
def _counting_desk(data: Path) -> Iterator[Desk]:
    """Whoever counts rows without storing them. Where there is no data folder yet, none is left behind either."""
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        with desk(data) as counter:
            yield counter
        return
    from tanteemma.store.folder import DataFolder

    with (
        tempfile.TemporaryDirectory(prefix="emma-") as passing,
        desk(DataFolder.create(Path(passing) / "data").path) as counter,
    ):
        yield counter


def _one_file(counter: Desk, data: Path, path: Path, wish: _Wish) -> dict[str, Any]:
    """What became of one file; ``asked_s``: how long somebody was asked about it."""
    from tanteemma.serve.cli.following import ask_to_the_end
    from tanteemma.serve.cli.progress import progress_bar
    from tanteemma.serve.worker.messages import CountRows, StartImport

    mapping = None
    began = time.monotonic()
    if wish.asks:
        from tanteemma.serve.cli.preview import settle

        mapping = settle(counter, path, wish.format, wish.columns)
    asked = {"asked_s": time.monotonic() - began}
    wanted: dict[str, Any] = {"path": str(path), "name": path.name, "format": wish.format, "mapping": mapping}
    wanted["columns"] = {} if mapping is not None else wish.columns
    with progress_bar(path.name, shown=wish.shows_progress) as progress:
        try:
            if wish.dry_run:
                return _as_if(msgspec.json.decode(counter.ask(CountRows(**wanted), progress).body)) | asked
            source = wish.source or path.name.rsplit(".", 1)[0]
            message = StartImport(**wanted, source=source, ticket=secrets.token_hex(16))
            state: dict[str, Any] = msgspec.json.decode(ask_to_the_end(counter, data, message, progress))
        except Problem as problem:
            raise _with_file(problem, path) from problem
    return state | asked


def _with_file(problem: Problem, path: Path) -> Problem:
    """The same problem saying which file it is about, and how the question can be answered without a terminal."""
    params = {"file": path.name, **problem.params}
    if problem.code is ProblemCode.MAPPING_NEEDED:
        tell(say("cli.import.say_columns", file=path.name))
    return Problem(problem.code, status=problem.status, **params)


def _as_if(counted: dict[str, Any]) -> dict[str, Any]:
    """A trial run in the shape of a real one: nothing was stored."""
    rows, bad = counted.get("rows", 0), counted.get("quarantined", 0)
    counts = {"received": rows + bad, "accepted": rows, "duplicate": 0, "quarantined": bad, "rejected": 0}
    return {"state": "counted", "problems": counted.get("problems", []), **counts}


def _together(results: list[dict[str, Any]]) -> dict[str, Any]:
    """The document of ``--json``: counts of all files, and what went wrong in them."""
    document: dict[str, Any] = {name: sum(result.get(name, 0) for result in results) for name in _COUNTS}
    problems = [problem for result in results for problem in result.get("problems", ())]
    empty = {"code": "", "row": None, "field": None, "value": None, "count": 1}
    document["problems"] = [{**empty, **problem} for problem in problems]
    return document


def _show(document: dict[str, Any]) -> None:
    heads = tuple(f"cli.head.{name}" for name in _COUNTS)
    table(heads, [tuple(count(document[name]) for name in _COUNTS)])
    if document["received"]:
        kept = (document["accepted"] + document["duplicate"]) / document["received"]
        line(say("cli.import.done", share=share(kept), span=span(document["seconds"])))
    for problem in document["problems"]:
        place = {name: problem[name] for name in _PLACE if problem[name] is not None}
        line(f"{count(problem['count'])} × {sentence_of(problem['code'], **place)}")
    if document["quarantined"]:
        line(say("cli.import.quarantined"))


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("import", cls=SpeakingCommand, help="cli.import")(import_files)
