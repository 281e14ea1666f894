"""``emma journeys first-contacts``: which first touchpoints lead where, whether they reach the goal, what they cost."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, decimal, line, share, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_NOTHING: Final = "–"

Touchpoint = Annotated[list[str] | None, typer.Option("--touchpoint", metavar="ID=RULE", help="cli.cells.touchpoint")]
Goal = Annotated[str | None, typer.Option("--goal", metavar="NAME", help="cli.firsts.goal")]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="cli.cells.since")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="cli.cells.until")]
Top = Annotated[int | None, typer.Option("--top", metavar="N", help="cli.firsts.top")]


def first_contacts(
    touchpoint: Touchpoint = None,
    goal: Goal = None,
    since: Since = None,
    until: Until = None,
    top: Top = None,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Which first touchpoints lead where."""
    asked = Asked(journey, where, touchpoint=touchpoint, goal=goal, since=since, until=until, top=top)
    analyse(Caller(data, as_json), "first_contacts", asked, show_firsts)


def show_firsts(found: dict[str, Any], names: Mapping[str, str] | None = None) -> None:
    """The answer as a table; ``names``: what touchpoints are called by their ids."""
    called = {} if names is None else names
    line(say("cli.firsts.answer", journeys=count(found["journeys"]), goal=found["goal"] or _NOTHING))
    heads = ("touchpoint", "journeys", "share", "next", "reached", "brought", "counted", "per_journey", "per_goal")
    table([f"firsts.head.{head}" for head in heads], [_row(one, called) for one in found["firsts"]])


def _row(one: dict[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    following = [
        f"{names.get(step['id'], step['id']) if step['id'] else say('firsts.nowhere')} {share(step['share']['value'])}"
        for step in one["following"]
    ]
    counted = one["counted"]
    currency = "" if counted is None else counted["currency"] or ""
    return (
        names.get(one["id"], one["id"]),
        count(one["journeys"]),
        _rate(one["share"]),
        ", ".join(following) or _NOTHING,
        _rate(one["reached"]),
        ", ".join(f"{_between(money, 'mean')} {money['currency']}" for money in one["brought"]) or _NOTHING,
        _NOTHING if counted is None else _counted(counted),
        _NOTHING if one["per_journey"] is None else f"{_between(one['per_journey'], 'value')} {currency}",
        _NOTHING if one["per_goal"] is None else f"{_between(one['per_goal'], 'value')} {currency}",
    )


def _rate(found: dict[str, Any] | None) -> str:
    if found is None or found["value"] is None:
        return _NOTHING
    return f"{share(found['value'])} ({share(found['low'])}–{share(found['high'])})"


def _between(found: dict[str, Any], middle: str) -> str:
    ends = "" if found["low"] is None or found["high"] is None else f" ({decimal(found['low'], 2)}–{decimal(found['high'], 2)})"
    return f"{decimal(found[middle], 2)}{ends}"


def _counted(counted: dict[str, Any]) -> str:
    spend = ", ".join(f"{decimal(amount, 2)} {currency}" for currency, amount in counted["spend"].items())
    return f"{count(counted['contacts'])}{f' ({spend})' if spend else ''}"


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("first-contacts", cls=SpeakingCommand, help="cli.journeys.first_contacts")(first_contacts)
