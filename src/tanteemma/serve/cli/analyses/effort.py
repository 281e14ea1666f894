"""``emma journeys effort``: how much effort journeys are for the customers, by component, by stage, and the worst of them."""

from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, names_of
from tanteemma.serve.cli.output import count, decimal, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_TIMES: Final = frozenset({"waiting", "elapsed"})
_NOTHING: Final = "–"

Goal = Annotated[str | None, typer.Option("--goal", metavar="TOUCHPOINT", help="cli.effort.goal")]
Stages = Annotated[str | None, typer.Option("--stages", metavar="A,B,C", help="cli.effort.stages")]
Weights = Annotated[str | None, typer.Option("--weights", metavar="repeats=50,elapsed=0", help="cli.effort.weights")]
Halves = Annotated[str | None, typer.Option("--halves", metavar="contacts=4,waiting=3d", help="cli.effort.halves")]
Pause = Annotated[str | None, typer.Option("--pause", metavar="1d", help="cli.effort.pause")]
Top = Annotated[int, typer.Option("--top", metavar="N", help="cli.effort.top")]
Band = Annotated[str | None, typer.Option("--band", metavar="20-40", help="cli.effort.band")]
By = Annotated[str | None, typer.Option("--by", metavar="DIMENSION", help="cli.effort.by")]


def effort(
    goal: Goal = None,
    stages: Stages = None,
    weights: Weights = None,
    halves: Halves = None,
    pause: Pause = None,
    top: Top = 20,
    band: Band = None,
    by: By = None,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """How much effort journeys are for the customers."""
    asked = Asked(
        journey,
        where,
        goal=goal,
        stage=names_of(stages) if stages else None,
        weights=[weights] if weights else None,
        halves=[halves] if halves else None,
        pause=pause,
        top=top,
        band=band,
        by=by,
    )
    analyse(Caller(data, as_json), "effort", asked, _show)


def _show(found: dict[str, Any]) -> None:
    whole = found["whole"]
    _show_stage(say("cli.effort.whole"), whole)
    if whole["reached"] is not None:
        line(say("cli.effort.reached", reached=count(whole["reached"]), goal=found["goal"]))
    table(
        ("cli.head.effort_band", "cli.head.journeys", "cli.head.share"),
        [(f"{band['from']} – {band['to']}", count(band["journeys"]), share(band["share"])) for band in whole["bands"]],
    )
    for stage in found["stages"]:
        ends = {"start": stage["from"] or say("effort.begin"), "end": stage["to"] or say("effort.end")}
        _show_stage(say("effort.stage", **ends), stage)
    if found["by"]:
        heads = ("place", "journeys", "mean", "effort_interval", "median", "p90")
        table([f"cli.head.{head}" for head in heads], [_group(one) for one in found["by"]])
    table(
        ("cli.head.effort_journey", "cli.head.effort", *(f"effort.component.{name}" for name in found["weights"])),
        [(one["case"] or one["subject"] or one["id"], *_figures(one)) for one in found["most"]],
    )
    if not found["has_channels"]:
        line(say("effort.no_channels"))


def _group(one: dict[str, Any]) -> tuple[str, ...]:
    within = one["within"]
    ends = f"{_points(within['mean_low'])} – {_points(within['mean_high'])}" if within else _NOTHING
    return (one["name"], count(one["journeys"]), _points(one["mean"]), ends, _points(one["median"]), _points(one["p90"]))


def _show_stage(title: str, stage: dict[str, Any]) -> None:
    index = {name: _points(stage[name]) for name in ("mean", "median", "p90")}
    line(say("cli.effort.stage", title=title, journeys=count(stage["journeys"]), **index))
    table(
        ("effort.component", "cli.head.weight", "cli.head.mean", "cli.head.median", "cli.head.p90", "cli.head.effort_points"),
        [
            (
                say(f"effort.component.{one['name']}"),
                decimal(one["weight"], 1),
                *(_amount(one["name"], one[name]) for name in ("mean", "median", "p90")),
                _points(one["points"]),
            )
            for one in stage["components"]
        ],
    )


def _figures(one: dict[str, Any]) -> tuple[str, ...]:
    steps = _NOTHING if one["steps"] is None else count(one["steps"])
    counts = [count(one[name]) for name in ("contacts", "switches", "repeats")]
    return (_points(one["index"]), *counts[:2], span(one["waiting_s"]), counts[2], steps, span(one["elapsed_s"]))


def _amount(name: str, value: float | None) -> str:
    if value is None:
        return _NOTHING
    return span(value) if name in _TIMES else decimal(value, 1)


def _points(value: float | None) -> str:
    return _NOTHING if value is None else decimal(value, 1)


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("effort", cls=SpeakingCommand, help="cli.journeys.effort")(effort)
