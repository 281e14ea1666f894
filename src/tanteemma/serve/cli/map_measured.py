"""``emma map measured``: every cell of a map as it is measured; ``emma map compare``: two times, personas or segments."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanteemma.serve.cli.analyses.cells import show_cells
from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

if TYPE_CHECKING:
    from tanteemma.workshop.document import Content

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
    import msgspec

    from tanteemma.serve.cli.asking import ask_once
    from tanteemma.serve.exporting.ordering import find_document
    from tanteemma.serve.map_asked import filter_of, measurable, options_of
    from tanteemma.serve.map_sides import segment_said
    from tanteemma.serve.worker.messages import Analyse

    with tables_of(data, write=False) as tx:
        document = find_document(tx, name, "map")
        asked = measurable(tx, document)
        wanted = filter_of(asked, segment_said(tx, {"segment": segment, "persona": persona}))
    options = options_of(asked, {"since": since, "until": until}, spoken())
    body = ask_once(data, Analyse("cells", msgspec.json.encode(options), wanted.journey, wanted))
    names = _names(document.content)

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
    import msgspec

    from tanteemma.serve.cli.asking import ask_once
    from tanteemma.serve.exporting.ordering import find_document
    from tanteemma.serve.map_asked import measurable
    from tanteemma.serve.map_sides import SAID, sides_of
    from tanteemma.serve.worker.messages import Analyse

    values = (since, until, segment, persona, other_since, other_until, other_segment, other_persona)
    said = dict(zip(SAID, values, strict=True))
    with tables_of(data, write=False) as tx:
        document = find_document(tx, name, "map")
        sides = sides_of(tx, measurable(tx, document), said, spoken())
    message = Analyse("cells_compare", msgspec.json.encode(sides.options), sides.filter.journey, sides.filter)
    body = ask_once(data, message)
    names = _names(document.content)

    def shown(found: dict[str, Any]) -> None:
        _show_compared(found, names)

    answer(Caller(data, as_json), body, shown)


def _names(content: "Content") -> dict[str, str]:
    return {part.id: part.text("text") or part.text("name") or part.id for part in content.parts}


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


def _both(apart: dict[str, Any], read: Any) -> str:  # noqa: ANN401 - how a figure reads
    ends = [_NOTHING if apart[side] is None else read(apart[side]) for side in ("one", "other")]
    mark = "" if not apart["differs"] else " ▲" if apart["value"] > 0 else " ▼"
    return f"{ends[0]} | {ends[1]}{mark}"


def add_to(maps: typer.Typer) -> None:
    """The commands among those of maps."""
    maps.command("measured", cls=SpeakingCommand, help="cli.map.of_cells")(measured)
    maps.command("compare", cls=SpeakingCommand, help="cli.map.compare")(compare)
