"""``emma journeys``: what journeys are, and which ways customers really take."""

from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli import defining
from tanteemma.serve.cli.analysing import add_analyses, wanted_of
from tanteemma.serve.cli.engines import Engine, ask_engine
from tanteemma.serve.cli.journey_options import AlwaysExact, Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say

journeys = typer.Typer(cls=SpeakingGroup, help="cli.journeys", no_args_is_help=True, rich_markup_mode=None)

_ROWS_SHOWN: Final = 30


Exact = Annotated[bool, typer.Option("--exact", help="cli.journeys.exact")]
Top = Annotated[int, typer.Option("--top", metavar="1-100000", min=1, max=100_000, help="cli.journeys.top")]


@journeys.command("graph", cls=SpeakingCommand, help="cli.journeys.graph")
def graph(
    journey: Journey = None,
    where: Where = None,
    exact: Exact = False,
    engine: Engine = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Which ways customers take: touchpoints, connections, how often and how long."""
    from tanteemma.serve.worker.messages import AskGraph

    message = AskGraph(journey=journey, exact=exact, filter=wanted_of(where))
    answer(Caller(data, as_json), ask_engine(engine, data, message), _show_graph)


def _show_graph(found: dict[str, Any]) -> None:
    line(say("cli.journeys.size", events=count(found["events"]), journeys=count(found["journeys"])))
    table(
        ("cli.head.touchpoint", "cli.head.events", "cli.head.journeys", "cli.head.starts", "cli.head.ends"),
        [
            (one["name"], count(one["events"]), count(one["journeys"]), count(one["starts"]), count(one["ends"]))
            for one in found["nodes"][:_ROWS_SHOWN]
        ],
    )
    table(
        ("cli.head.connection", "cli.head.count", "cli.head.journeys", "cli.head.mean", "cli.head.median", "cli.head.p90"),
        [
            (
                f"{one['from']} → {one['to']}",
                count(one["count"]),
                count(one["journeys"]),
                *(span(one[name]) for name in ("mean_s", "median_s", "p90_s")),
            )
            for one in found["edges"][:_ROWS_SHOWN]
        ],
    )
    _tell_cut(max(len(found["nodes"]), len(found["edges"])))


def _tell_cut(rows: int) -> None:
    if rows > _ROWS_SHOWN:
        line(say("cli.journeys.cut", shown=_ROWS_SHOWN))


@journeys.command("variants", cls=SpeakingCommand, help="cli.journeys.variants")
def variants(
    journey: Journey = None,
    where: Where = None,
    top: Top = 20,
    exact: AlwaysExact = False,
    engine: Engine = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """The most frequent whole ways."""
    from tanteemma.serve.worker.messages import AskVariants

    message = AskVariants(journey=journey, top=top, exact=exact, filter=wanted_of(where))
    answer(Caller(data, as_json), ask_engine(engine, data, message), _show_variants)


def _show_variants(found: dict[str, Any]) -> None:
    line(say("cli.journeys.variants_total", variants=count(found["variants_total"])))
    table(
        ("cli.head.way", "cli.head.count", "cli.head.share", "cli.head.median"),
        [
            (" → ".join(one["steps"]), count(one["count"]), share(one["share"]), span(one["median_s"]))
            for one in found["variants"]
        ],
    )


@journeys.command("durations", cls=SpeakingCommand, help="cli.journeys.durations")
def durations(
    journey: Journey = None,
    where: Where = None,
    exact: AlwaysExact = False,
    engine: Engine = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """How long journeys take from their first to their last event."""
    from tanteemma.serve.worker.messages import AskDurations

    message = AskDurations(journey=journey, exact=exact, filter=wanted_of(where))
    answer(Caller(data, as_json), ask_engine(engine, data, message), _show_durations)


def _show_durations(found: dict[str, Any]) -> None:
    table(
        ("cli.head.journeys", "cli.head.mean", "cli.head.median", "cli.head.p90", "cli.head.longest"),
        [(count(found["journeys"]), *(span(found[name]) for name in ("mean_s", "median_s", "p90_s", "max_s")))],
    )


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    defining.add_to(journeys)
    add_analyses(journeys)
    app.add_typer(journeys, name="journeys")
