"""``emma journeys funnel``: how many get from step to step, who drops and where do they go instead."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from tanteemma.serve.cli.analyses.times import GrainOption
from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.engines import Engine
from tanteemma.serve.cli.journey_options import AlwaysExact, Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, names_of, seconds_of
from tanteemma.serve.cli.output import count, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say


class Order(StrEnum):
    """How must the steps of a funnel follow each other?"""

    STRICT = "strict"
    LOOSE = "loose"
    ANY = "any"


Steps = Annotated[str, typer.Option("--steps", metavar="A,B,C", help="cli.journeys.steps")]
Within = Annotated[str | None, typer.Option("--within", metavar="7d", help="cli.journeys.within")]
OrderOption = Annotated[Order, typer.Option("--order", metavar="strict|loose|any", help="cli.journeys.order")]
Exclude = Annotated[str | None, typer.Option("--exclude", metavar="X,Y", help="cli.funnel.exclude")]
Detail = Annotated[bool, typer.Option("--detail", help="cli.funnel.detail")]
By = Annotated[str | None, typer.Option("--by", metavar="channel|property.NAME", help="cli.funnel.by")]


def funnel(
    steps: Steps,
    within: Within = None,
    order: OrderOption = Order.LOOSE,
    exclude: Exclude = None,
    detail: Detail = False,
    grain: GrainOption = None,
    by: By = None,
    journey: Journey = None,
    where: Where = None,
    exact: AlwaysExact = False,
    engine: Engine = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """How many get from step to step; with ``--detail``, ``--grain`` or ``--by`` also who drops, over time, by group."""
    asked = Asked(
        journey,
        where,
        step=names_of(steps),
        within_s=seconds_of(within, "--within"),
        order=order.value,
        exclude=names_of(exclude) if exclude else None,
        detail=detail or None,
        grain=grain.value if grain else None,
        by=by,
        exact=exact or None,
    )
    analyse(Caller(data, as_json), "funnel", asked, _show, engine=engine)


def _show(found: dict[str, Any]) -> None:
    table(
        ("cli.head.step", "cli.head.journeys", "cli.head.of_start", "cli.head.of_previous", "cli.head.median"),
        [
            (
                one["name"] or str(place),
                count(one["journeys"]),
                share(one["share_of_start"]),
                share(one["share_of_previous"]),
                span(one["median_s"]),
            )
            for place, one in enumerate(found["steps"], 1)
        ],
    )
    if "dropped" in found:
        _show_dropped(found)
        _show_rows("cli.head.period", [(row["label"], row["journeys"]) for row in found["periods"]])
        _show_rows("cli.head.group", [(_group(row), row["journeys"]) for row in found["groups"]])


def _show_dropped(found: dict[str, Any]) -> None:
    for dropped, step in zip(found["dropped"], found["steps"], strict=False):
        name = step["name"] or str(dropped["step"])
        line(say("cli.funnel.dropped", step=name, journeys=count(dropped["journeys"]), ended=count(dropped["ended"])))
        went = [
            (one["name"] or say("cli.paths.others_of", touchpoints=count(one["touchpoints"])), count(one["journeys"]))
            for one in dropped["went"]
            if one["name"] or one["journeys"]
        ]
        table(("cli.head.went", "cli.head.journeys"), went)
        if dropped["late"]:
            line(say("cli.funnel.late", step=name, journeys=count(dropped["late"]), within=span(found["within_s"])))


def _show_rows(head: str, rows: list[tuple[str, list[int]]]) -> None:
    """How many reached each step, and their share, one row for each period or group."""
    if rows:
        told = [(name, " → ".join(_of_start(reached, journeys[0]) for reached in journeys)) for name, journeys in rows]
        table((head, "cli.head.reached"), told, numbers=False)


def _of_start(reached: int, start: int) -> str:
    return f"{count(reached)} ({share(reached / start if start else None)})"


def _group(row: dict[str, Any]) -> str:
    if row["value"] is not None:
        return str(row["value"])
    return say("cli.funnel.others", count=row["others"]) if row["others"] else say("cli.funnel.unsaid")


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("funnel", cls=SpeakingCommand, help="cli.journeys.funnel")(funnel)
