"""``emma journeys compare``: how two selections of journeys differ."""

from typing import Annotated, Any, Final

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, names_of, seconds_of
from tanteemma.serve.cli.output import count, decimal, line, share, span, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_ROWS_SHOWN: Final = 30
_SMALLEST_P: Final = 0.001

Against = Annotated[list[str] | None, typer.Option("--against", metavar="EXPR", help="cli.compare.against")]
Steps = Annotated[str | None, typer.Option("--steps", metavar="A,B,C", help="cli.compare.steps")]
Within = Annotated[str | None, typer.Option("--within", metavar="7d", help="cli.journeys.within")]


def compare(
    where: Where = None,
    against: Against = None,
    steps: Steps = None,
    within: Within = None,
    journey: Journey = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Two selections side by side, with difference and interval; without ``--against``, everyone else."""
    asked = Asked(
        journey,
        where,
        against=against or None,
        step=names_of(steps) if steps else None,
        within_s=seconds_of(within, "--within"),
    )
    analyse(Caller(data, as_json), "comparison", asked, _show)


def _show(found: dict[str, Any]) -> None:
    line(say("cli.compare.size", one=count(found["one"]), other=count(found["other"])))
    line(say("cli.compare.holm") if not found["overlap"] else say("cli.compare.overlap", overlap=count(found["overlap"])))
    times = found["durations"]
    interval = f"{_signed_span(times['low_s'])} – {_signed_span(times['high_s'])}" if times["low_s"] is not None else "–"
    table(
        ("cli.head.median", "cli.head.against", "cli.head.difference", "cli.head.interval"),
        [(span(times["one"]["median_s"]), span(times["other"]["median_s"]), _signed_span(times["difference_s"]), interval)],
    )
    for head, rows in (
        ("cli.head.step", [(one["name"], one) for one in found["funnel"]]),
        ("cli.head.touchpoint", [(one["name"], one) for one in found["touchpoints"]]),
        ("cli.head.connection", [(f"{one['from']} → {one['to']}", one) for one in found["edges"]]),
    ):
        if rows:
            _show_table(head, rows)
    if max(len(found["touchpoints"]), len(found["edges"])) > _ROWS_SHOWN:
        line(say("cli.journeys.cut", shown=_ROWS_SHOWN))


def _show_table(head: str, rows: list[tuple[str, dict[str, Any]]]) -> None:
    heads = ("cli.head.share", "cli.head.against", "cli.head.difference", "cli.head.interval", "cli.head.p", "cli.head.differs")
    table((head, *heads), [(name, *_cells(one)) for name, one in rows[:_ROWS_SHOWN]])


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    difference = one["difference"]
    interval = f"{_points(difference['low'])} – {_points(difference['high'])}" if difference["low"] is not None else "–"
    p = difference["p"]
    return (
        share(one["one"]["share"]),
        share(one["other"]["share"]),
        _points(difference["value"]),
        interval,
        "–" if p is None else decimal(p, 3) if p >= _SMALLEST_P else f"< {decimal(_SMALLEST_P, 3)}",
        say("cli.compare.yes" if difference["differs"] else "cli.compare.given" if difference["given"] else "cli.compare.no"),
    )


def _points(value: float | None) -> str:
    """A difference of shares in percentage points."""
    return "–" if value is None else ("+" if value > 0 else "") + decimal(value * 100, 1)


def _signed_span(seconds: float | None) -> str:
    return span(seconds) if seconds is None or seconds >= 0 else f"−{span(-seconds)}"


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("compare", cls=SpeakingCommand, help="cli.journeys.compare")(compare)
