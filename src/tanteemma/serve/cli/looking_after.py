"""``emma findings owner|owners|changed|worked|unchanged``: who looks after weak spots, and did what was changed work?"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanteemma.serve.cli.findings import FindingId, Number, findings, kind_name, tables
from tanteemma.serve.cli.journey_options import Journey
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, share, show_document, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

if TYPE_CHECKING:
    from pathlib import Path

    from tanteemma.serve.looking_after import Changed, Owned
    from tanteemma.store.operational.findings import Named

Owner = Annotated[str, typer.Argument(metavar="WHO", help="cli.findings.owner.who")]
What = Annotated[str, typer.Option("--what", metavar="TEXT", help="cli.findings.changed.what")]
Since = Annotated[str, typer.Option("--since", metavar="DAY", help="cli.findings.changed.since")]


def owner(
    finding: FindingId, who: Owner, journey: Journey = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """Somebody looks after a finding."""
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.serve.looking_after import owned_of
    from tanteemma.store.operational import looking_after

    named = _named(data, journey, finding)
    with tables(data, write=True) as tx:
        found = owned_of([looking_after.put_in_charge(tx, named, who, OWNER)])
    _show_owners(found, as_json=as_json)


def owners(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Who looks after what."""
    from tanteemma.serve.looking_after import owned_of
    from tanteemma.store.operational import looking_after

    with tables(data, write=False) as tx:
        found = owned_of(looking_after.owners(tx))
    _show_owners(found, as_json=as_json)


def changed(
    finding: FindingId,
    what: What,
    since: Since = "",
    journey: Journey = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Something was changed about a finding."""
    from datetime import datetime

    from tanteemma.serve.cli.asking import open_folder, settings_of
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.serve.looking_after import changed_of, day_in
    from tanteemma.store.operational import looking_after

    zone = settings_of(open_folder(data)).zone
    begin = day_in(since, zone, datetime.now(zone).date())
    named = _named(data, journey, finding)
    with tables(data, write=True) as tx:
        found = changed_of([looking_after.note_change(tx, named, what, begin, OWNER)])
    _show_changes(data, found, as_json=as_json)


def unchanged(number: Number, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """It was not so after all."""
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.serve.looking_after import changed_of
    from tanteemma.store.operational import looking_after

    with tables(data, write=True) as tx:
        found = changed_of([looking_after.remove_change(tx, number, OWNER)])
    if as_json:
        show_document({"changes": found})
    else:
        line(say("serve.done.finding_change_removed"))


def worked(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """What was changed, and what it brought."""
    from tanteemma.serve.looking_after import changed_of
    from tanteemma.store.operational import looking_after

    with tables(data, write=False) as tx:
        found = changed_of(looking_after.changes(tx))
    _show_changes(data, found, as_json=as_json)


def _named(data: "Path", journey: str | None, finding: str) -> "Named":
    """The finding among those somebody spoke of, else among those there are now."""
    import msgspec

    from tanteemma.serve.cli.asking import ask_once
    from tanteemma.serve.findings import named_in
    from tanteemma.serve.looking_after import known_finding
    from tanteemma.serve.worker.messages import Analyse

    with tables(data, write=False) as tx:
        known = known_finding(tx, journey, finding)
    if known is not None:
        return known
    message = Analyse(name="breaks", options=b'{"cost":false}', journey=journey)
    return named_in(msgspec.json.decode(ask_once(data, message)), finding)


def _measured(data: "Path", several: "list[Changed]") -> list[dict[str, Any]]:
    """Each change with who was hit before and after it."""
    import msgspec

    from tanteemma.serve.cli.asking import ask_once
    from tanteemma.serve.looking_after import microseconds
    from tanteemma.serve.worker.messages import Analyse

    found: dict[int, Any] = {}
    for journey in sorted({one.journey for one in several}):
        own = [one for one in several if one.journey == journey]
        asked = {"spot": [one.spot for one in own], "since": [microseconds(one.since) for one in own]}
        message = Analyse(name="worked", options=msgspec.json.encode(asked), journey=journey)
        told = msgspec.json.decode(ask_once(data, message))["changes"]
        found |= {one.number: each for one, each in zip(own, told, strict=True)}
    return [msgspec.to_builtins(one) | {"measured": found.get(one.number)} for one in several]


def _show_owners(found: "list[Owned]", *, as_json: bool) -> None:
    if as_json:
        show_document({"owners": found})
        return
    if not found:
        line(say("care.nobody"))
        return
    rows = [(one.id, one.journey, kind_name(one.kind), one.at, one.owner or "–") for one in found]
    table([f"cli.head.{head}" for head in ("finding", "journey", "kind", "place", "owner")], rows, numbers=False)


def _show_changes(data: "Path", several: "list[Changed]", *, as_json: bool) -> None:
    found = _measured(data, several)
    if as_json:
        show_document({"changes": found})
        return
    if not found:
        line(say("home.worked.none"))
        return
    heads = ("number", "kind", "place", "change", "before", "after", "verdict")
    table([f"cli.head.{head}" for head in heads], [_row(one) for one in found], numbers=False)


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    measured = one["measured"]
    shares = [_share(measured[side]) for side in ("before", "after")] if measured else ["–", "–"]
    verdict = say(f"home.worked.{measured['verdict']}") if measured else "–"
    return (str(one["number"]), kind_name(one["kind"]), one["at"], one["what"], *shares, verdict)


def _share(counted: dict[str, int]) -> str:
    return share(counted["hits"] / counted["came"]) if counted["came"] else "–"


def add_to(_app: typer.Typer) -> None:
    """The commands under the word of the findings."""
    for command in (owner, owners, changed, unchanged, worked):
        name = command.__name__
        findings.command(name, cls=SpeakingCommand, help=f"cli.findings.{name}")(command)
