"""``emma journeys conformance``: how far do journeys follow the one that was drawn?"""

from typing import Annotated, Any

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import AlwaysExact, Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, share, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

Drawn = Annotated[str | None, typer.Option("--drawn", metavar="'A > (B, C) optional > D'", help="cli.conformance.drawn")]
Map = Annotated[str | None, typer.Option("--map", metavar="KEY", help="cli.conformance.map")]


def conformance(
    drawn: Drawn = None,
    map_: Map = None,
    journey: Journey = None,
    where: Where = None,
    exact: AlwaysExact = False,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """How many conform entirely, how well they fit, what is skipped, added, out of order, repeated, late."""
    asked = Asked(journey, where, drawn=drawn, map=map_, exact=exact or None)
    analyse(Caller(data, as_json), "conformance", asked, _show)


def _show_map(found: dict[str, Any]) -> None:
    """Which journeys are laid beside the map, and what of it is no step."""
    if found["map"]:
        line(say("cli.conformance.of_map", map=found["map"], journey=found["journey"]))
        for one in found["where"]:
            line(f"  {one}")
    for one in found["left_out"]:
        line(say(f"map.drawn.{one['why']}", names=one["name"]))


def _show(found: dict[str, Any]) -> None:
    _show_map(found)
    line(
        say(
            "cli.conformance.answer",
            conforming=count(found["conforming"]),
            journeys=count(found["journeys"]),
            share=share(found["share"]),
            low=share(found["low"]),
            high=share(found["high"]),
            fitness=share(found["fitness"]),
        )
    )
    heads = ("step", "reached", "share", "skipped", "misplaced", "repeated", "late")
    table(
        tuple(f"cli.conformance.{head}" for head in heads),
        [
            (
                f"{place}. {' / '.join(one['touchpoints'])}",
                count(one["reached"]),
                share(one["share"]),
                count(one["skipped"]),
                count(one["misplaced"]),
                count(one["repeated"]),
                f"{count(one['late'])} / {count(one['timed'])}" if one["within_s"] is not None else "–",
            )
            for place, one in enumerate(found["steps"], 1)
        ],
    )
    if found["added"]:
        rows = [(one["touchpoint"], str(one["after"]), count(one["journeys"]), count(one["events"])) for one in found["added"]]
        table(("cli.conformance.added", "cli.conformance.after", "cli.head.journeys", "cli.head.events"), rows)
    for example in found["examples"]:
        row = "  ".join(f"{_SIGNS[move['move']]}{move['touchpoint'] or move['step']}" for move in example["moves"])
        named = example["case"] or example["subject"] or example["id"]
        line(f"{share(example['fitness'])}  {named}  {row}{' …' if example['left'] else ''}")


#: matched and again as drawn, + added, − skipped (the number of the step)
_SIGNS = {"matched": "", "again": "↺", "added": "+", "skipped": "−"}


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("conformance", cls=SpeakingCommand, help="cli.journeys.conformance")(conformance)
