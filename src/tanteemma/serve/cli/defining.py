"""``emma journeys define``, ``list``, ``history``, ``default`` and ``remove``: what one journey is."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, seconds_of
from tanteemma.serve.cli.output import answer, count, show_document, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say


class By(StrEnum):
    """What one journey is."""

    PERSON = "person"
    CASE = "case"
    VISIT = "visit"


Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.journeys.name")]
AnyName = Annotated[str | None, typer.Argument(metavar="NAME", help="cli.journeys.name")]
ByOption = Annotated[By, typer.Option("--by", metavar="person|case|visit", help="cli.journeys.by")]
Key = Annotated[str | None, typer.Option("--key", metavar="KEY", help="cli.journeys.key")]
Gap = Annotated[str | None, typer.Option("--gap", metavar="30m", help="cli.journeys.gap")]
From = Annotated[str | None, typer.Option("--from", metavar="TOUCHPOINT", help="cli.journeys.from")]
To = Annotated[str | None, typer.Option("--to", metavar="TOUCHPOINT", help="cli.journeys.to")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="cli.journeys.define.dry_run")]


def define(
    name: Name,
    by: ByOption = By.PERSON,
    key: Key = None,
    gap: Gap = None,
    starts_at: From = None,
    ends_at: To = None,
    dry_run: DryRun = False,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Say what one journey is; ``--by case`` takes the case key ``--key`` (else the name), ``--by visit`` the ``--gap``."""
    from tanteemma.serve.worker.messages import DefineJourney

    case_key = (key or name) if by is By.CASE else None
    gap_s = seconds_of(gap or "30m", "--gap") if by is By.VISIT else None
    caller = Caller(data, as_json)
    if dry_run:
        asked = Asked(None, None, by=by.value, key=case_key, gap_s=gap_s, starts_at=starts_at, ends_at=ends_at)
        analyse(caller, "definition_preview", asked, _show_preview)
        return
    wanted = DefineJourney(name=name, by=by.value, key=case_key, gap_s=gap_s, starts_at=starts_at, ends_at=ends_at)
    answer(caller, ask_once(data, wanted, write=True), _show_definitions)


def list_definitions(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every definition, the default first."""
    from tanteemma.serve.worker.messages import ListJourneys

    answer(Caller(data, as_json), ask_once(data, ListJourneys()), _show_definitions)


def history(name: AnyName = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """What each definition said before, the newest first."""
    import msgspec

    from tanteemma.serve.worker.messages import ListJourneys

    found = msgspec.json.decode(ask_once(data, ListJourneys(history=True)))["history"]
    kept = [one for one in found if name is None or one["name"] == name]
    if as_json:
        show_document({"history": kept})
    else:
        _show_history(kept)


def default(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """From now on this definition counts where none is named."""
    from tanteemma.serve.worker.messages import DefaultJourney

    answer(Caller(data, as_json), ask_once(data, DefaultJourney(name=name), write=True), _show_definitions)


def remove(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Remove a definition. No event is touched, and what it said stays in its history."""
    from tanteemma.serve.worker.messages import RemoveJourney

    answer(Caller(data, as_json), ask_once(data, RemoveJourney(name=name), write=True), _show_definitions)


def _show_preview(found: dict[str, Any]) -> None:
    table(
        ("cli.head.journeys", "cli.head.mean", "cli.head.median", "cli.head.p90", "cli.head.longest"),
        [(count(found["journeys"]), *(span(found[name]) for name in ("mean_s", "median_s", "p90_s", "max_s")))],
    )


def _show_definitions(found: dict[str, Any]) -> None:
    table(
        ("cli.head.journey", *_SAID, "cli.head.version"),
        [(one["name"], *_said(one), one["version"]) for one in found["journeys"]],
    )


_SAID = ("cli.head.by", "cli.head.key", "cli.head.gap", "cli.head.from", "cli.head.to")


def _said(one: dict[str, Any]) -> tuple[str, ...]:
    gap = span(one["gap_s"]) if one["gap_s"] else ""
    return (say(f"cli.by.{one['by']}"), one["key"] or "", gap, one["starts_at"] or "", one["ends_at"] or "")


def _show_history(found: list[dict[str, Any]]) -> None:
    table(
        ("cli.head.at", "cli.head.journey", "cli.head.version", *_SAID),
        [
            (one["changed"], one["name"], one["version"], say("cli.journeys.removed"), "", "", "", "")
            if one["removed"]
            else (one["changed"], one["name"], one["version"], *_said(one))
            for one in found
        ],
        numbers=False,
    )


def add_to(app: typer.Typer) -> None:
    """All of them."""
    app.command("define", cls=SpeakingCommand, help="cli.journeys.define")(define)
    app.command("list", cls=SpeakingCommand, help="cli.journeys.list")(list_definitions)
    app.command("history", cls=SpeakingCommand, help="cli.journeys.history")(history)
    app.command("default", cls=SpeakingCommand, help="cli.journeys.default")(default)
    app.command("remove", cls=SpeakingCommand, help="cli.journeys.remove")(remove)
