"""``emma journeys cells``: what is measured at the touchpoints of a map, from rules that say which events belong to each."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, decimal, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_NOTHING: Final = "–"

Touchpoint = Annotated[list[str] | None, typer.Option("--touchpoint", metavar="ID=RULE", help="cli.cells.touchpoint")]
Phase = Annotated[list[str] | None, typer.Option("--phase", metavar="ID=ID1,ID2", help="cli.cells.phase")]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="cli.cells.since")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="cli.cells.until")]
Again = Annotated[str | None, typer.Option("--again", metavar="7d", help="cli.cells.again")]
Quiet = Annotated[str | None, typer.Option("--quiet", metavar="7d", help="cli.cells.quiet")]
Believed = Annotated[list[str] | None, typer.Option("--believed", metavar="ID=-2…2", help="cli.cells.believed")]
Weights = Annotated[str | None, typer.Option("--weights", metavar="score=3,breaks=2", help="cli.cells.weights")]
Breaks = Annotated[bool | None, typer.Option("--breaks", help="cli.cells.breaks")]


def cells(
    touchpoint: Touchpoint = None,
    phase: Phase = None,
    since: Since = None,
    until: Until = None,
    again: Again = None,
    quiet: Quiet = None,
    believed: Believed = None,
    weights: Weights = None,
    breaks: Breaks = None,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """What is measured at each touchpoint."""
    asked = Asked(
        journey,
        where,
        touchpoint=touchpoint,
        phase=phase,
        since=since,
        until=until,
        again=again,
        quiet=quiet,
        believed=believed,
        weights=[weights] if weights else None,
        breaks=breaks,
    )
    analyse(Caller(data, as_json), "cells", asked, show_cells)


def show_cells(found: dict[str, Any], names: Mapping[str, str] | None = None) -> None:
    """The answer for people; ``names``: what the touchpoints and phases are called."""
    names = names or {}
    line(say("cli.cells.answer", **{name: count(found[name]) for name in ("events", "journeys", "persons", "unbound_events")}))
    for kind in ("phases", "touchpoints"):
        if found[kind]:
            heads = ("volume", "persons", "share", "waiting", "drop_off", "repeats", "trend", "emotion", "evidence")
            table((f"cli.cells.{kind}", *(f"cells.head.{head}" for head in heads)), [_row(cell, names) for cell in found[kind]])
    for one in found["disagreements"]:
        if one["clear"]:
            line(
                say(
                    "cli.cells.disagrees",
                    name=names.get(one["id"], one["id"]),
                    **{name: _felt(one[name]) for name in ("believed", "measured")},
                )
            )


def _row(cell: dict[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    felt = None if cell["emotion"] is None else [_felt(cell["emotion"][name]) for name in ("value", "low", "high")]
    return (
        names.get(cell["id"], cell["id"]),
        count(cell["volume"]),
        count(cell["persons"]),
        _share(cell["share"]),
        _NOTHING if cell["waiting"]["median_s"] is None else span(cell["waiting"]["median_s"]),
        _share(cell["drop_off"]),
        _share(cell["repeats"]),
        _share(cell["trend"]),
        _NOTHING if felt is None else f"{felt[0]} ({felt[1]} … {felt[2]})",
        ", ".join((say(f"cells.evidence.{cell['evidence']}"), *(say(f"cells.warned.{one}") for one in cell["warnings"]))),
    )


def _felt(value: float) -> str:
    return decimal(round(value, 1) + 0.0, 1)  # never "-0.0"


def _share(found: dict[str, Any] | None) -> str:
    return _NOTHING if found is None or found["value"] is None else share(found["value"])


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("cells", cls=SpeakingCommand, help="cli.journeys.cells")(cells)
