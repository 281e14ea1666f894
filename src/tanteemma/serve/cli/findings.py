"""``emma findings``: what is said of weak spots: no problem, watched, grown."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tanteemma.serve.cli.journey_options import Journey
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, share, show_document, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from tanteemma.serve.findings import Alert, Marked
    from tanteemma.store.operational import Transaction

findings = typer.Typer(cls=SpeakingGroup, help="cli.findings", no_args_is_help=True, rich_markup_mode=None)

_WAITS_S: Final = 120.0
_LOOK_S: Final = 0.1

FindingId = Annotated[str, typer.Argument(metavar="ID", help="cli.findings.id")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="cli.findings.number")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="cli.findings.reason")]
EveryOne = Annotated[bool, typer.Option("--every", help="cli.findings.alerts.every")]


@contextmanager
def tables(data: "Path", *, write: bool) -> Iterator["Transaction"]:
    """The operational tables; a running server reads the same ones, so no lock is needed."""
    from tanteemma.serve.cli.asking import open_folder, settings_of
    from tanteemma.store.operational import Operational

    folder = open_folder(data)
    where = settings_of(folder).database_url or folder.operational_db
    with Operational.open(where) as tables, tables.begin() if write else tables.read() as tx:
        yield tx


@findings.command("list", cls=SpeakingCommand, help="cli.findings.list")
def list_findings(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """The marks that count now."""
    from tanteemma.serve.findings import every_mark

    with tables(data, write=False) as tx:
        found = every_mark(tx)
    _show(found, as_json=as_json)


@findings.command("aside", cls=SpeakingCommand, help="cli.findings.aside")
def aside(
    finding: FindingId, reason: Reason, journey: Journey = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """A finding is no problem, and why."""
    _say(data, (finding, journey), ("aside", reason), as_json=as_json)


@findings.command("watch", cls=SpeakingCommand, help="cli.findings.watch")
def watch(finding: FindingId, journey: Journey = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Put a finding on the watch list."""
    _say(data, (finding, journey), ("watched", ""), as_json=as_json)


@findings.command("clear", cls=SpeakingCommand, help="cli.findings.clear")
def clear(finding: FindingId, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Take a mark back."""
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.serve.findings import marked_of
    from tanteemma.store.operational import findings as kept
    from tanteemma.store.operational.findings import Named, unknown
    from tanteemma.store.operational.records import Mark

    with tables(data, write=True) as tx:
        one = next((one for one in kept.marks(tx) if one.finding == finding), None)
        if one is None:
            raise unknown(finding)
        named = Named(one.journey, one.finding, one.kind, one.at, one.spot)
        found = marked_of(tx, [kept.mark(tx, named, Mark.NONE, "", OWNER)])
    _show(found, as_json=as_json)


@findings.command("look", cls=SpeakingCommand, help="cli.findings.look")
def look(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Count all watched findings now; whoever works on the folder does it."""
    from tanteemma.serve.cli.asking import desk
    from tanteemma.serve.findings import every_mark, look_now
    from tanteemma.store.jobs import JobState, queue

    with desk(data, write=True):
        with tables(data, write=True) as tx:
            number = look_now(tx)
        end, pause = time.monotonic() + _WAITS_S, threading.Event()
        while time.monotonic() < end and not pause.wait(_LOOK_S):
            with tables(data, write=False) as tx:
                job = queue.get(tx, number)
            if job is None or job.state in {JobState.DONE, JobState.DEAD}:
                break
    with tables(data, write=False) as tx:
        found = [one for one in every_mark(tx) if one.mark == "watched"]
    _show(found, as_json=as_json)


@findings.command("alerts", cls=SpeakingCommand, help="cli.findings.alerts")
def alerts(every: EveryOne = False, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Watched findings that grew."""
    from tanteemma.serve.findings import every_alert

    with tables(data, write=False) as tx:
        found = every_alert(tx, every=every)
    _show_alerts(found, as_json=as_json)


@findings.command("acknowledge", cls=SpeakingCommand, help="cli.findings.acknowledge")
def acknowledge(number: Number, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Take note of an alert."""
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.serve.findings import every_alert
    from tanteemma.store.operational import findings as kept

    with tables(data, write=True) as tx:
        kept.acknowledge(tx, number, OWNER)
        found = [one for one in every_alert(tx, every=True) if one.number == number]
    _show_alerts(found, as_json=as_json)


def _say(data: "Path", which: tuple[str, str | None], said: tuple[str, str], *, as_json: bool) -> None:
    """Look the finding up among those there are now, and keep what is said of it."""
    import msgspec

    from tanteemma.serve.cli.asking import ask_once
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.serve.findings import mark_of, marked_of, named_in
    from tanteemma.serve.findings import say as keep
    from tanteemma.serve.worker.messages import Analyse

    message = Analyse(name="breaks", options=b'{"cost":false}', journey=which[1])
    named = named_in(msgspec.json.decode(ask_once(data, message)), which[0])
    with tables(data, write=True) as tx:
        found = marked_of(tx, [keep(tx, named, mark_of(said[0]), said[1], OWNER)])
    _show(found, as_json=as_json)


def _show(found: "list[Marked]", *, as_json: bool) -> None:
    if as_json:
        show_document({"findings": found})
        return
    if not found:
        line(say("cli.findings.none"))
        return
    heads = ("finding", "journey", "kind", "place", "mark", "share", "note")
    table([f"cli.head.{head}" for head in heads], [_row(one) for one in found], numbers=False)


def _row(one: "Marked") -> tuple[str, ...]:
    went = " → ".join(share(each.share) for each in (one.sights[0], one.sights[-1])) if one.sights else "–"
    mark = say(f"findings.mark.{one.mark}")
    return (one.id, one.journey, kind_name(one.kind), one.at, f"{mark} !" if one.grown else mark, went, one.note)


def _show_alerts(found: "list[Alert]", *, as_json: bool) -> None:
    if as_json:
        show_document({"alerts": found})
        return
    if not found:
        line(say("cli.findings.calm"))
        return
    heads = ("number", "journey", "kind", "place", "before", "after", "verdict", "created")
    table([f"cli.head.{head}" for head in heads], [_alert(one) for one in found], numbers=False)


def _alert(one: "Alert") -> tuple[str, ...]:
    when = one.seen.date().isoformat()
    word = say("cli.findings.gone" if one.gone else "cli.findings.grown")
    return (str(one.number), one.journey, kind_name(one.kind), one.at, share(one.before), share(one.since), word, when)


def kind_name(kind: str) -> str:
    """What a kind of weak spot is called."""
    from tanteemma.model.texts import catalogue

    key = f"breaks.kind.{kind}"
    found: Any = say(key) if key in catalogue(spoken()) else kind
    return str(found)


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(findings, name="findings")
