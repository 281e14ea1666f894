"""``emma journeys rhythm``, ``concurrency`` and ``cohorts``: when things happen, what is open at a time, who comes back."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, share, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

_DAYS: Final = range(1, 8)
_HOURS: Final = range(24)


class Of(StrEnum):
    """What is counted by hour of the week?"""

    EVENTS = "events"
    STARTS = "starts"
    ENDS = "ends"


class Grain(StrEnum):
    """How long is a period?"""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


OfOption = Annotated[Of, typer.Option("--of", metavar="events|starts|ends", help="cli.rhythm.of")]
Touchpoint = Annotated[str | None, typer.Option("--touchpoint", metavar="T", help="cli.rhythm.touchpoint")]
Zone = Annotated[str | None, typer.Option("--time-zone", metavar="Europe/Berlin", help="cli.times.zone")]
GrainOption = Annotated[Grain | None, typer.Option("--grain", metavar="hour|day|week|month|year", help="cli.times.grain")]


def rhythm(
    of: OfOption = Of.EVENTS,
    touchpoint: Touchpoint = None,
    time_zone: Zone = None,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """At which hours of the week things happen, on the clocks of the company."""
    asked = Asked(journey, where, of=of.value, touchpoint=touchpoint, time_zone=time_zone)
    analyse(Caller(data, as_json), "rhythm", asked, _show_rhythm)


def _show_rhythm(found: dict[str, Any]) -> None:
    line(say(f"cli.rhythm.size.{found['of']}", events=count(found["events"]), zone=found["time_zone"]))
    events = {(cell["weekday"], cell["hour"]): cell["events"] for cell in found["cells"]}
    table(
        ("cli.head.hour", *(f"times.weekday.{day}" for day in _DAYS)),
        [(f"{hour:02}", *(count(events[day, hour]) if events[day, hour] else "·" for day in _DAYS)) for hour in _HOURS],
    )


def concurrency(
    grain: GrainOption = None,
    time_zone: Zone = None,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """How many journeys are open at a time."""
    asked = Asked(journey, where, grain=grain.value if grain else None, time_zone=time_zone)
    analyse(Caller(data, as_json), "concurrency", asked, _show_concurrency)


def _show_concurrency(found: dict[str, Any]) -> None:
    zone = found["time_zone"]
    at, until = (_moment(found[name], zone) for name in ("at", "until"))
    line(say("cli.concurrency.most", most=count(found["most"]), at=at, until=until, zone=zone))
    table(
        ("cli.head.period", "cli.head.open", "cli.head.most", "cli.head.began", "cli.head.closed"),
        [
            (period["label"], *(count(period[name]) for name in ("open", "most", "began", "ended")))
            for period in found["periods"]
        ],
    )


def cohorts(
    grain: GrainOption = None,
    time_zone: Zone = None,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Who comes back, by the week or month of the first event."""
    asked = Asked(journey, where, grain=grain.value if grain else None, time_zone=time_zone)
    analyse(Caller(data, as_json), "cohorts", asked, _show_cohorts)


def _show_cohorts(found: dict[str, Any]) -> None:
    line(
        say("cli.cohorts.size", journeys=count(found["journeys"]), since=_moment(found["incomplete_since"], found["time_zone"]))
    )
    table(
        ("cli.head.cohort", "cli.head.journeys", "cli.head.active"),
        [
            (
                cohort["label"],
                count(cohort["journeys"]),
                " · ".join(share(period["share"]) + ("*" if period["incomplete"] else "") for period in cohort["periods"]),
            )
            for cohort in found["cohorts"]
        ],
        numbers=False,
    )
    table(
        ("cli.head.period_number", "cli.head.journeys", "cli.head.active", "cli.head.share", "cli.head.interval"),
        [
            (
                mean["k"],
                count(mean["journeys"]),
                count(mean["active"]),
                share(mean["share"]),
                f"{share(mean['low'])} – {share(mean['high'])}",
            )
            for mean in found["together"]
        ],
    )


def _moment(at: str | None, zone: str) -> str:
    """A moment of an answer as people write it on their clocks."""
    from tanteemma.serve.pages.numbers import LOCALES, moment

    return moment(datetime.fromisoformat(at) if at else None, LOCALES[spoken()], zone)


def add_to(journeys: typer.Typer) -> None:
    """The commands under the word ``journeys``."""
    journeys.command("rhythm", cls=SpeakingCommand, help="cli.journeys.rhythm")(rhythm)
    journeys.command("concurrency", cls=SpeakingCommand, help="cli.journeys.concurrency")(concurrency)
    journeys.command("cohorts", cls=SpeakingCommand, help="cli.journeys.cohorts")(cohorts)
