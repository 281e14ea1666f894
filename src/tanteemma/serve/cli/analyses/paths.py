"""``emma journeys paths``: where journeys go from a touchpoint, or how they come to it."""

from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_MOST_STEPS: Final = 20
_MOST_NODES: Final = 50


class Occurrence(StrEnum):
    """Which of several occurrences of a touchpoint is meant?"""

    FIRST = "first"
    LAST = "last"


From = Annotated[str | None, typer.Option("--from", metavar="T", help="cli.paths.from")]
To = Annotated[str | None, typer.Option("--to", metavar="T", help="cli.paths.to")]
StepsCount = Annotated[int, typer.Option("--steps-count", metavar="N", min=1, max=_MOST_STEPS, help="cli.paths.steps_count")]
Nodes = Annotated[int, typer.Option("--nodes", metavar="N", min=2, max=_MOST_NODES, help="cli.paths.nodes")]
OccurrenceOption = Annotated[Occurrence, typer.Option("--occurrence", metavar="first|last", help="cli.paths.occurrence")]
Merge = Annotated[bool, typer.Option("--merge", help="cli.paths.merge")]


def paths(
    source: From = None,
    target: To = None,
    steps_count: StepsCount = 4,
    nodes: Nodes = 8,
    occurrence: OccurrenceOption = Occurrence.FIRST,
    merge: Merge = False,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Step by step from a touchpoint, or to it; with neither, from the first event of each journey."""
    if source and target:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--to", value=target, allowed="--from T | --to T")
    ends = {"from": source, "to": target}
    asked = Asked(journey, where, **ends, steps=steps_count, occurrence=occurrence.value, merge=merge, nodes=nodes)
    analyse(Caller(data, as_json), "paths", asked, _show_paths)


def _show_paths(found: dict[str, Any]) -> None:
    line(say("cli.paths.size", reached=count(found["reached"]), journeys=count(found["journeys"])))
    table(
        ("cli.head.step", "cli.head.touchpoint", "cli.head.journeys", "cli.head.share", "cli.head.ended"),
        [
            (
                f"{column['place']:+d}" if column["place"] else "0",
                _name(node["name"], node["touchpoints"]),
                count(node["journeys"]),
                share(node["share"]),
                count(node["ended"]),
            )
            for column in found["columns"]
            for node in column["nodes"]
        ],
    )
    table(
        ("cli.head.step", "cli.head.connection", "cli.head.journeys", "cli.head.mean"),
        [
            (
                f"{flow['place']:+d}" if flow["place"] else "0",
                f"{_name(flow['from'])} → {_name(flow['to'])}",
                count(flow["journeys"]),
                span(flow["mean_s"]),
            )
            for flow in found["flows"]
        ],
    )


def _name(name: str | None, touchpoints: int | None = None) -> str:
    if name is not None:
        return name
    return say("cli.paths.others") if touchpoints is None else say("cli.paths.others_of", touchpoints=count(touchpoints))


def add_to(journeys: typer.Typer) -> None:
    """The commands under the word ``journeys``."""
    journeys.command("paths", cls=SpeakingCommand, help="cli.journeys.paths")(paths)
