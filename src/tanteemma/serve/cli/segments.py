"""``emma segments``: groups of customers, stated once and used everywhere."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli import customer_groups, segment_hooks
from tanteemma.serve.cli.analyses.export import opened
from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.asking import ask_once, reading_house
from tanteemma.serve.cli.journey_options import Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, decimal, line, share, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

segments = typer.Typer(cls=SpeakingGroup, help="cli.segments", no_args_is_help=True, rich_markup_mode=None)
customer_groups.add_to(segments)
segment_hooks.add_to(segments)

_OWNER: Final = "owner"
_SHOWN: Final = 20

Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.segments.name")]
Names = Annotated[list[str], typer.Argument(metavar="NAME…", help="cli.segments.names")]
Other = Annotated[str, typer.Argument(metavar="[NAME]", help="cli.segments.other")]
ListFile = Annotated[Path | None, typer.Option("--list", metavar="FILE|-", help="cli.segments.listed")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="cli.segments.note")]
AnyOf = Annotated[bool, typer.Option("--any", help="cli.segments.any")]
Top = Annotated[int, typer.Option("--top", metavar="N", min=1, max=10_000, help="cli.segments.top")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE|-", help="cli.segments.output")]
Form = Annotated[str | None, typer.Option("--format", metavar="csv|parquet", help="cli.segments.format")]


@segments.command("list", cls=SpeakingCommand, help="cli.segments.list")
def list_segments(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every segment with its size."""
    from tanteemma.serve.worker.messages_segments import ListSegments

    answer(Caller(data, as_json), ask_once(data, ListSegments()), _show_list)


@segments.command("define", cls=SpeakingCommand, help="cli.segments.define")
def define(
    name: Name,
    where: Where = None,
    any_of: AnyOf = False,
    listed: ListFile = None,
    note: Note = "",
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """State or change a segment: by conditions, or by a file with one id or e-mail address a line."""
    from tanteemma.serve.worker.messages_segments import DefineSegment

    if (listed is None) == (not where):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--where", value="", allowed="--where, --list")
    word = " or " if any_of else " and "
    condition = word.join(f"({one})" for one in where or ()) if len(where or ()) > 1 else (where or [""])[0]
    identifiers = None if listed is None else identifiers_of(listed)
    message = DefineSegment(name=name, condition=condition, note=note, identifiers=identifiers, who=_OWNER)
    answer(Caller(data, as_json), ask_once(data, message, write=True), _show_one)


@segments.command("show", cls=SpeakingCommand, help="cli.segments.show")
def show(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """One segment with its past."""
    from tanteemma.serve.worker.messages_segments import ShowSegment

    answer(Caller(data, as_json), ask_once(data, ShowSegment(name=name)), _show_one)


@segments.command("count", cls=SpeakingCommand, help="cli.segments.count")
def count_segment(where: Where = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """How many customers fulfil conditions, with a few of them; nothing is saved."""
    analyse(Caller(data, as_json), "segment_try", Asked(None, where), _show_tried)


@segments.command("members", cls=SpeakingCommand, help="cli.segments.members")
def members(name: Name, top: Top = _SHOWN, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """The members with the newest events first."""
    from tanteemma.model.condition_tokens import quoted

    analyse(Caller(data, as_json), "listed", Asked("person", [f"segment = {quoted(name)}"], top=top), _show_members)


@segments.command("overlap", cls=SpeakingCommand, help="cli.segments.overlap")
def overlap(names: Names, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """How many customers are in which of two to six segments at once."""
    analyse(Caller(data, as_json), "segment_overlap", Asked(None, None, segment=names), _show_overlap)


@segments.command("compare", cls=SpeakingCommand, help="cli.segments.compare")
def compare(name: Name, other: Other = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """How two segments differ over everything that is measured, corrected for many tests."""
    analyse(Caller(data, as_json), "segment_compare", Asked(None, None, one=name, other=other), _show_compared)


@segments.command("export", cls=SpeakingCommand, help="cli.segments.export")
def export(name: Name, output: Output, form: Form = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Write every member to a file, or with ``-`` to the standard output."""
    import msgspec

    from tanteemma.serve.worker.asked import Asked as Watch
    from tanteemma.serve.worker.messages_segments import ExportMembers
    from tanteemma.serve.worker.segments import write_members

    named = form or ("parquet" if output.suffix.lower() == ".parquet" else "csv")
    with reading_house(data) as house, opened(output) as sink:
        written = write_members(house, ExportMembers(path="", name=name, format=named), sink, Watch())
    if str(output) != "-":
        document = msgspec.json.encode({"members": written, "file": str(output)})
        answer(Caller(data, as_json), document, lambda found: line(say("cli.segments.exported", **found)))


@segments.command("remove", cls=SpeakingCommand, help="cli.segments.remove")
def remove(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Remove a segment that no other one uses."""
    from tanteemma.serve.worker.messages_segments import RemoveSegment

    answer(Caller(data, as_json), ask_once(data, RemoveSegment(name=name, who=_OWNER), write=True), _show_list)


def identifiers_of(file: Path) -> tuple[str, ...]:
    """The identifiers in a file, or on the standard input for ``-``. Raises Problem UNREADABLE_FILE."""
    from tanteemma.serve.pages.segment_lists import read_identifiers

    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=422, file=str(file)) from error
    return read_identifiers(raw)


def _show_list(found: dict[str, Any]) -> None:
    if not found["segments"]:
        line(say("cli.segments.none"))
        return
    heads = ("cli.head.segment", "cli.head.customers", "cli.head.share", "cli.head.week", "cli.head.condition")
    table(heads, [_row(one) for one in found["segments"]])


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    size = "–" if one["size"] is None else count(one["size"])
    part = share(one["size"] / one["people"]) if one["size"] is not None and one["people"] else "–"
    return (one["name"], size, part, f"+{count(one['entered'])} −{count(one['left'])}", sentence(one))


def sentence(one: dict[str, Any]) -> str:
    """What a segment says, as people read it."""
    from tanteemma.serve.pages.numbers import LOCALES
    from tanteemma.serve.pages.where_words import in_words

    return say("cli.segments.list_of") if one["kind"] == "list" else in_words(one["condition"], say, LOCALES[spoken()])


def _show_one(found: dict[str, Any]) -> None:
    _show_list({"segments": [found["segment"]]})
    if found["unknown_total"]:
        named = ", ".join(found["unknown"][:_SHOWN])
        line(say("cli.segments.unknown", unknown=count(found["unknown_total"]), listed=count(found["listed"]), names=named))
    if found["segment"]["by_the_clock"]:
        line(say("segments.by_the_clock"))
    if found["segment"]["used_by"]:
        line(say("cli.segments.used_by", names=", ".join(found["segment"]["used_by"])))


def _show_tried(found: dict[str, Any]) -> None:
    line(say("cli.segments.tried", size=count(found["size"]), people=count(found["people"])))
    for one in found["examples"]:
        line(f"  {one['subject'] or '–'}: {' → '.join(one['steps'])}")


def _show_members(found: dict[str, Any]) -> None:
    line(say("cli.segments.total", size=count(found["total"])))
    table(
        ("cli.head.customer", "cli.head.events", "cli.head.last"),
        [(one["subject"] or "–", count(one["events"]), one["ended_at"]) for one in found["journeys"]],
    )


def _show_overlap(found: dict[str, Any]) -> None:
    rows = [(" + ".join(one["segments"]), count(one["size"])) for one in found["intersections"]]
    table(("cli.head.exactly", "cli.head.customers"), [*rows, (say("cli.segments.in_none"), count(found["in_none"]))])
    if found["withheld"]:
        line(say("segments.withheld", count=found["withheld"]))


def _show_compared(found: dict[str, Any]) -> None:
    line(say("segments.compare.sizes", size=count(found["one"]), others=count(found["other"])))
    if found["too_few"]:
        line(say("segments.compare.too_few"))
        return
    rows = sorted(found["rows"], key=lambda row: row["corrected"])
    table(
        ("cli.head.what", "cli.head.one", "cli.head.other", "cli.head.verdict"),
        [
            (
                say(f"segments.measure.{row['name']}") if row["kind"] == "mean" else row["name"],
                *(share(row[side]) if row["unit"] == "share" else decimal(row[side], 2) for side in ("one", "other")),
                say("segments.compare.differs" if row["differs"] else "segments.compare.chance"),
            )
            for row in rows
        ],
    )


def add_to(app: typer.Typer) -> None:
    """The group among the commands of ``emma``."""
    app.add_typer(segments, name="segments")
