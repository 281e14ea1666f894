"""``emma journeys examples`` and ``emma journeys show``: the journeys behind a figure, and one of them as it happened."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say


class Sorted(StrEnum):
    """Which journeys come first?"""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    MOST_EVENTS = "most_events"


Top = Annotated[int, typer.Option("--top", metavar="N", min=1, max=10_000, help="cli.journeys.examples.top")]
Skip = Annotated[int, typer.Option("--skip", metavar="N", min=0, max=10_000, help="cli.journeys.examples.skip")]
Order = Annotated[
    Sorted, typer.Option("--order", metavar="newest|oldest|longest|most_events", help="cli.journeys.examples.order")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="cli.journeys.show.id")]


def examples(
    journey: Journey = None,
    where: Where = None,
    top: Top = 20,
    skip: Skip = 0,
    order: Order = Sorted.NEWEST,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Which journeys, and whose, are behind a figure."""
    analyse(Caller(data, as_json), "listed", Asked(journey, where, top=top, skip=skip, order=order.value), _show_list)


def show(wanted: Id, journey: Journey = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """One journey, event by event."""
    analyse(Caller(data, as_json), "one", Asked(journey, None, id=wanted), _show_one)


def _show_list(found: dict[str, Any]) -> None:
    line(say("cli.journeys.examples.total", count=count(found["total"])))
    table(
        (
            "cli.head.id",
            "cli.head.case",
            "cli.head.person",
            "cli.head.started",
            "cli.head.events",
            "cli.head.duration",
            "cli.head.way",
        ),
        [
            (
                one["id"],
                one["case"] or "",
                one["subject"] or "",
                one["started_at"],
                count(one["events"]),
                span(one["seconds"]),
                " → ".join(one["steps"]) + (" …" if one["events"] > len(one["steps"]) else ""),
            )
            for one in found["journeys"]
        ],
    )


def _show_one(found: dict[str, Any]) -> None:
    one = found["journey"]
    line(f"{one['case'] or ''} {one['subject'] or ''}".strip() or one["id"])
    table(
        ("cli.head.at", "cli.head.touchpoint", "cli.head.channel", "cli.head.value", "cli.head.said"),
        [
            (
                event["at"],
                event["name"],
                event["channel"] or "",
                f"{event['value'] or ''} {event['currency'] or ''}".strip(),
                event["properties"] or "",
            )
            for event in found["events"]
        ],
    )
    if found["left_out"]:
        line(say("cli.journeys.show.more", count=count(found["left_out"])))


def add_to(app: typer.Typer) -> None:
    """Both commands."""
    app.command("examples", cls=SpeakingCommand, help="cli.journeys.examples")(examples)
    app.command("show", cls=SpeakingCommand, help="cli.journeys.show")(show)
