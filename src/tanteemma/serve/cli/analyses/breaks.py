"""``emma journeys breaks``: where the experience breaks."""

from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, share, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

_DAY: Final = 10

Goal = Annotated[list[str] | None, typer.Option("--goal", metavar="TOUCHPOINT", help="cli.breaks.goal")]
Kind = Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help="cli.breaks.kind")]
NoCost = Annotated[bool, typer.Option("--no-cost", help="cli.breaks.no_cost")]


def breaks(
    goal: Goal = None,
    kind: Kind = None,
    no_cost: NoCost = False,
    where: Where = None,
    journey: Journey = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Weak spots and delight points: where, how many, since when, whom, what it costs."""
    asked = Asked(journey, where, goal=goal or None, kind=kind or None, cost=not no_cost, language=spoken())
    analyse(Caller(data, as_json), "breaks", asked, _show)


def _show(found: dict[str, Any]) -> None:
    goal = ", ".join(found["goal"])
    line(say("cli.breaks.goal_was", goal=goal) if goal else say("cli.breaks.no_goal"))
    if not found["breaks"]:
        line(say("cli.breaks.none"))
        return
    heads = ("cli.head.kind", "cli.head.place", "cli.head.journeys", "cli.head.persons", "cli.head.share", "cli.head.since")
    table((*heads, "cli.head.trend", "cli.head.cost"), [_row(one) for one in found["breaks"]], numbers=False)
    for one in found["breaks"]:
        line(f"{_name(one['kind'])}: {one['at']}")
        line(f"  {one['reason']}")


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        _name(one["kind"]),
        one["at"],
        count(one["journeys"]),
        count(one["persons"]),
        share(one["share"]),
        one["since"][:_DAY] if one["since"] else "–",
        say(f"breaks.trend.{one['trend']['direction']}"),
        _cost(one["cost"]),
    )


def _name(kind: str) -> str:
    """What a kind is called; a plug-in's own by its name."""
    from tanteemma.model.texts import catalogue

    key = f"breaks.kind.{kind}"
    return say(key) if key in catalogue(spoken()) else kind


def _cost(cost: dict[str, Any] | None) -> str:
    if cost is None:
        return "–"
    from tanteemma.model.money import rounded_money

    low, high = (rounded_money(cost[end], cost["currency"], spoken()) for end in ("low", "high"))
    return say("breaks.cost.from", low=low, high=high)


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("breaks", cls=SpeakingCommand, help="cli.journeys.breaks")(breaks)
