"""``emma map measured``: every cell of a map as it is measured; ``emma map compare``: two times, personas or segments."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from tanteemma.serve.cli.analyses.cells import show_cells
from tanteemma.serve.cli.map_figures import ask_map, names_on, opened_map
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

_NOTHING = "–"

Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.map.name")]
Since = Annotated[str, typer.Option("--since", metavar="DATE", help="cli.cells.since")]
Until = Annotated[str, typer.Option("--until", metavar="DATE", help="cli.map.until")]
Segment = Annotated[str, typer.Option("--segment", metavar="NAME", help="cli.map.segment")]
Persona = Annotated[str, typer.Option("--persona", metavar="NAME", help="cli.map.persona")]
OtherSince = Annotated[str, typer.Option("--other-since", metavar="DATE", help="cli.map.other")]
OtherUntil = Annotated[str, typer.Option("--other-until", metavar="DATE", help="cli.map.other")]
OtherSegment = Annotated[str, typer.Option("--other-segment", metavar="NAME", help="cli.map.other")]
OtherPersona = Annotated[str, typer.Option("--other-persona", metavar="NAME", help="cli.map.other")]


def measured(
    name: Name,
    since: Since = "",
    until: Until = "",
    segment: Segment = "",
    persona: Persona = "",
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """What is measured at each touchpoint and phase of a map."""
    from tanteemma.serve.map_asked import filter_of, options_of
    from tanteemma.serve.map_sides import segment_said

    with opened_map(data, name) as (tx, document, asked):
        wanted = filter_of(asked, segment_said(tx, {"segment": segment, "persona": persona}))
    options = options_of(asked, {"since": since, "until": until}, spoken())
    body, names = ask_map(data, "cells", options, wanted), names_on(document.content)

    def shown(found: dict[str, Any]) -> None:
        show_cells(found, names)

    answer(Caller(data, as_json), body, shown)


def compare(
    name: Name,
    since: Since = "",
    until: Until = "",
    segment: Segment = "",
    persona: Persona = "",
    other_since: OtherSince = "",
    other_until: OtherUntil = "",
    other_segment: OtherSegment = "",
    other_persona: OtherPersona = "",
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Two times, personas or segments side by side, cell by cell."""
    from tanteemma.serve.map_sides import SAID, sides_of

    values = (since, until, segment, persona, other_since, other_until, other_segment, other_persona)
    said = dict(zip(SAID, values, strict=True))
    with opened_map(data, name) as (tx, document, asked):
        sides = sides_of(tx, asked, said, spoken())
    body, names = ask_map(data, "cells_compare", sides.options, sides.filter), names_on(document.content)

    def shown(found: dict[str, Any]) -> None:
        _show_compared(found, names)

    answer(Caller(data, as_json), body, shown)


def _show_compared(found: dict[str, Any], names: dict[str, str]) -> None:
    line(say("cli.compare.size", one=count(found["journeys"]), other=count(found["other_journeys"])))
    if found["overlap"]:
        line(say("cli.compare.overlap", overlap=count(found["overlap"])))
    heads = tuple(f"cells.head.{head}" for head in ("volume", "share", "drop_off", "waiting"))
    for kind in ("phases", "touchpoints"):
        if found[kind]:
            table((f"cli.cells.{kind}", *heads), [_row(cell, names) for cell in found[kind]])


def _row(cell: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    return (
        names.get(cell["id"], cell["id"]),
        f"{count(cell['volume'])} | {count(cell['other_volume'])}",
        *(_both(cell[figure], read) for figure, read in (("share", share), ("drop_off", share), ("waiting", span))),
    )


def _both(apart: dict[str, Any], read: Callable[[float | None], str]) -> str:
    ends = [_NOTHING if apart[side] is None else read(apart[side]) for side in ("one", "other")]
    mark = "" if not apart["differs"] else " ▲" if apart["value"] > 0 else " ▼"
    return f"{ends[0]} | {ends[1]}{mark}"


def add_to(maps: typer.Typer) -> None:
    """The commands among those of maps."""
    maps.command("measured", cls=SpeakingCommand, help="cli.map.of_cells")(measured)
    maps.command("compare", cls=SpeakingCommand, help="cli.map.compare")(compare)
