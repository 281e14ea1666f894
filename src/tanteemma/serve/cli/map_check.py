"""``emma map check``: what is missing on a map, and, measured, where its team is mistaken; ``emma map begin``: from a kit."""

from typing import TYPE_CHECKING, Annotated

import typer

from tanteemma.serve.cli.map_figures import ask_map
from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from tanteemma.journeys.answers_weights import WeightsAnswer
    from tanteemma.serve.map_check import Mistake
    from tanteemma.serve.pages.filters import JourneyFilter
    from tanteemma.workshop.completeness import Missing

Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.map.name")]
KitName = Annotated[str, typer.Argument(metavar="shop|machine_builder|insurance|energy|bank", help="cli.map.kit")]
Measured = Annotated[bool, typer.Option("--measured", help="cli.map.measured")]


def check(name: Name, measured: Measured = False, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """What is missing on a map; with ``--measured`` also where belief and measurement contradict each other."""
    import msgspec

    from tanteemma.journeys.answers_cells import CellsAnswer
    from tanteemma.serve.exporting.ordering import find_document
    from tanteemma.serve.map_asked import filter_of, measurable, options_of
    from tanteemma.serve.map_check import OUTCOME, missing_of, mistakes_of

    with tables_of(data, write=False) as tx:
        document = find_document(tx, name)
        missing = missing_of(tx, document.content)
        asked = measurable(tx, document)
    mistakes: tuple[Mistake, ...] | None = None
    if measured:
        options, wanted = options_of(asked, {}, spoken()), filter_of(asked)
        body = ask_map(data, "cells", options, wanted)
        answer = msgspec.json.decode(body, type=CellsAnswer)
        weights = _weights(data, {"touchpoint": options["touchpoint"], "outcome": OUTCOME}, wanted)
        mistakes = mistakes_of(document.content, answer, spoken(), weights)
    if as_json:
        show_document({"key": document.key, "missing": missing} | ({} if mistakes is None else {"mistakes": mistakes}))
        return
    _show_missing(missing)
    if mistakes is not None:
        _show_mistakes(mistakes)


def _weights(data: "Path", options: dict[str, object], wanted: "JourneyFilter") -> "WeightsAnswer | None":
    """The weight of each step by the usual outcome; None where too few answers say it."""
    import msgspec

    from tanteemma.journeys.answers_weights import WeightsAnswer
    from tanteemma.model.problems import Problem, ProblemCode

    try:
        body = ask_map(data, "cells_weights", options, wanted)
    except Problem as problem:
        if problem.code not in {ProblemCode.TOO_FEW_ROWS, ProblemCode.SCALES_MIXED}:
            raise
        return None
    return msgspec.json.decode(body, type=WeightsAnswer)


def begin(kit: KitName, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Map and persona from the starter kit of a branch."""
    from datetime import UTC, datetime

    from tanteemma.workshop import keeping
    from tanteemma.workshop.kits import drafts_from, kit_named

    drafts = drafts_from(kit_named(kit), spoken(), datetime.now(UTC).date())
    with tables_of(data, write=True) as tx:
        made = [keeping.make(tx, draft, keeping.Editor("owner")) for draft in drafts]
    if as_json:
        show_document({"documents": [{"key": one.key, "kind": one.kind.name, "name": one.name} for one in made]})
        return
    for one in made:
        line(say("cli.map.begun", name=one.name))


def _show_missing(missing: "tuple[Missing, ...]") -> None:
    from tanteemma.workshop.completeness import by_gap

    if not missing:
        line(say("map.check.none"))
    for gap, found in by_gap(missing).items():
        line(say(f"map.check.{gap.value}"))
        for one in found:
            line(f"  {_place(one)}")


def _place(one: "Missing") -> str:
    if one.part != one.phase:
        return say("map.check.at", name=one.name, phase=one.phase_name)
    return say("map.check.cell", lane=say(f"map.lane.{one.lane}"), phase=one.phase_name) if one.lane else one.phase_name


def _show_mistakes(mistakes: "tuple[Mistake, ...]") -> None:
    line(say("beliefs.title" if mistakes else "beliefs.none"))
    for one in mistakes:
        line(f"  {one.sentence}")


def add_to(maps: typer.Typer) -> None:
    """The command among those of maps."""
    maps.command("check", cls=SpeakingCommand, help="cli.map.check")(check)
    maps.command("begin", cls=SpeakingCommand, help="cli.map.begin")(begin)
