"""``emma metrics``: what customers answered, with number, interval and definition."""

from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, number, share, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

_ROWS_SHOWN: Final = 60

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="cli.metrics.name")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="touchpoint|channel|source|day|week|month|year|property:NAME", help="cli.metrics.by"),
]
Against = Annotated[list[str] | None, typer.Option("--against", metavar="EXPR", help="cli.metrics.against")]
Invited = Annotated[int | None, typer.Option("--invited", metavar="N", min=1, help="cli.metrics.invited")]


def metrics(
    name: Name = None,
    by: By = None,
    where: Where = None,
    against: Against = None,
    invited: Invited = None,
    journey: Journey = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """One metric, or every one that has answers. Without ``--where`` and ``--journey`` every answer counts."""
    common = {"language": spoken(), "every": journey is None and not where}
    caller = Caller(data, as_json)
    if name is None:
        analyse(caller, "metrics", Asked(journey, where, **common), _show_all)
        return
    asked = Asked(journey, where, name=name, by=by, against=against or None, invited=invited, **common)
    analyse(caller, "metric", asked, _show_against if against else _show)


def _show_all(found: dict[str, Any]) -> None:
    table(
        ("cli.metrics.head.metric", "cli.metrics.head.value", "cli.metrics.head.interval", "cli.metrics.head.n"),
        [
            (f"{one['name']}: {one['title']}", _value(one, one["unit"]), _interval(one, one["unit"]), count(one["n"]))
            for one in found["metrics"]
        ],
    )
    for one in found["mixed"]:
        line(say("cli.metrics.mixed", name=one))
    for other in found["unread"]:
        line(say("cli.metrics.unread", name=other["asked"] or "–", scale=_scale(other["scale"]), n=count(other["n"])))
    if found["without_scale"]:
        line(say("cli.metrics.without_scale", count=found["without_scale"], n=count(found["without_scale"])))


def _show(found: dict[str, Any]) -> None:
    unit = found["unit"]
    line(found["title"])
    if not found["n"]:
        line(say("cli.metrics.none"))
    else:
        line(say("cli.metrics.whole", value=_value(found, unit), interval=_interval(found, unit), n=count(found["n"])))
    if found["few"] and found["n"]:
        line(say("cli.metrics.few"))
    if found["by"]:
        table(
            (
                "cli.metrics.head.group",
                "cli.metrics.head.value",
                "cli.metrics.head.interval",
                "cli.metrics.head.n",
                "cli.metrics.head.difference",
            ),
            [
                (
                    one["name"],
                    say("cli.metrics.hidden") if one["hidden"] else _value(one, unit),
                    _interval(one, unit),
                    "" if one["hidden"] else count(one["n"]),
                    _difference(one["difference"], unit),
                )
                for one in found["by"][:_ROWS_SHOWN]
            ],
        )
        if len(found["by"]) > _ROWS_SHOWN:
            line(say("cli.journeys.cut", shown=_ROWS_SHOWN))
        line(say("cli.metrics.difference"))
    _tell_rest(found)


def _tell_rest(found: dict[str, Any]) -> None:
    """What does not count, and how it was computed."""
    if found["left_out"]:
        line(say("cli.metrics.left_out", count=found["left_out"], n=count(found["left_out"])))
    for other in found["other_scales"]:
        line(say("cli.metrics.other_scale", scale=_scale(other["scale"]), n=count(other["n"])))
    line(say("cli.metrics.definition", definition=found["definition"], version=found["version"]))


def _show_against(found: dict[str, Any]) -> None:
    unit = found["one"]["unit"]
    table(
        ("cli.metrics.head.group", "cli.metrics.head.value", "cli.metrics.head.interval", "cli.metrics.head.n"),
        [
            (say(f"cli.metrics.{side}"), _value(found[side], unit), _interval(found[side], unit), count(found[side]["n"]))
            for side in ("one", "other")
        ],
    )
    difference = found["difference"]
    if difference is not None:
        key = "cli.metrics.differ" if difference["clear"] else "cli.metrics.may_not_differ"
        ends = f"{_signed(difference['low'], unit)} – {_signed(difference['high'], unit)}"
        line(say(key, difference=_signed(difference["value"], unit), interval=ends))
    elif found["overlap"]:
        line(say("cli.metrics.overlap", count=found["overlap"], n=count(found["overlap"])))
    else:
        line(say("cli.metrics.few"))
    _tell_rest(found["one"])


def _number(value: float, unit: str) -> str:
    if unit == "share":
        return share(value)
    return number(value, 1 if unit == "points" else 2)


def _value(one: dict[str, Any], unit: str) -> str:
    """The figure; below 30 answers the interval alone speaks."""
    return "–" if one["value"] is None or one["few"] else _number(one["value"], unit)


def _interval(one: dict[str, Any], unit: str) -> str:
    return "–" if one["low"] is None else f"{_number(one['low'], unit)} – {_number(one['high'], unit)}"


def _signed(value: float, unit: str) -> str:
    sign = "+" if value > 0 else ""
    return sign + (number(value * 100, 1) if unit == "share" else _number(value, unit))


def _difference(difference: dict[str, Any] | None, unit: str) -> str:
    if difference is None:
        return ""
    return _signed(difference["value"], unit) + (" *" if difference["clear"] else "")


def _scale(scale: dict[str, Any]) -> str:
    return say("cli.metrics.scale", low=scale["low"], high=scale["high"], best=scale["best"])


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("metrics", cls=SpeakingCommand, help="cli.metrics")(metrics)
