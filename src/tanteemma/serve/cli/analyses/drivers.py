"""``emma journeys drivers``: which facts go with an outcome, how strongly, and in which shape."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, names_of
from tanteemma.serve.cli.output import answer, count, line, number, percent_span, share, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_WORST: Final = 12
_ODDS_SHOWN: Final = 15
_NUMBERS: Final = ("longest_wait_d", "duration_d", "channel_switches", "repeats", "contacts")
_KINDS: Final = ("touchpoint", "property", "delay")


class Best(StrEnum):
    """Which end of the outcome is the good one?"""

    HIGH = "high"
    LOW = "low"


Outcome = Annotated[str | None, typer.Option("--outcome", metavar="SCORE|COL", help="cli.drivers.outcome")]
Goal = Annotated[str | None, typer.Option("--goal", metavar="TOUCHPOINT", help="cli.drivers.goal")]
Table = Annotated[Path | None, typer.Option("--table", metavar="FILE", help="cli.drivers.table")]
Drivers = Annotated[str | None, typer.Option("--drivers", metavar="A,B,C", help="cli.drivers.drivers")]
Weight = Annotated[str | None, typer.Option("--weight", metavar="COL", help="cli.drivers.weight")]
BestOption = Annotated[Best, typer.Option("--best", metavar="high|low", help="cli.drivers.best")]
Format = Annotated[str | None, typer.Option("--format", metavar="csv|xlsx|parquet|jsonl", help="cli.import.format")]
Shapes = Annotated[bool, typer.Option("--shapes/--no-shapes", help="cli.drivers.shapes")]


def drivers(
    outcome: Outcome = None,
    goal: Goal = None,
    table_file: Table = None,
    drivers_said: Drivers = None,
    weight: Weight = None,
    best: BestOption = Best.HIGH,
    format_: Format = None,
    shapes: Shapes = True,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Which facts of journeys, or columns of a file, go with the outcome; without ``--drivers`` all that can."""
    named = names_of(drivers_said or "")
    if table_file is None:
        asked = Asked(journey, where, outcome=_outcome_of(outcome, goal), drivers=named or None, shapes=shapes, adjusted=shapes)
        analyse(Caller(data, as_json), "drivers", asked, show)
        return
    if outcome is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--outcome", value="", allowed="COL")
    from tanteemma.serve.worker.without_pandas import keep_pandas_out

    keep_pandas_out()
    import msgspec

    from tanteemma.ingest.formats.table import read_table
    from tanteemma.journeys.drivers.reading import TableQuestion, analyse_table

    read = read_table(table_file, wanted=format_)
    found = analyse_table(read, TableQuestion(outcome, named, weight, best is Best.LOW, shapes))
    if read.bad_rows:
        tell(say("cli.table.bad_rows", count=read.bad_rows, rows=count(read.bad_rows)))
    answer(Caller(data, as_json), msgspec.json.encode(found), show)


def _outcome_of(outcome: str | None, goal: str | None) -> str:
    """The outcome of journeys. Raises Problem QUESTION_INVALID where none or both are said."""
    if (outcome is None) == (goal is None):
        allowed = "nps, csat, ces2 …, value | --goal TOUCHPOINT"
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--outcome", value=outcome or "", allowed=allowed)
    return outcome or f"goal:{goal}"


def show(found: dict[str, Any]) -> None:
    """The answer in words."""
    line(say("cli.drivers.size", n=count(found["n"]), r2=share(found["r2"]), outcome=_outcome(found)))
    table(
        (
            "cli.drivers.head.driver",
            "cli.drivers.head.share_of_r2",
            "cli.drivers.head.interval",
            "cli.drivers.head.importance",
            "cli.drivers.head.direction",
            "cli.drivers.head.form",
        ),
        [
            (
                driver_name(one["name"]) + (" !" if one["leak"] else ""),
                share(one["share"]),
                percent_span(one["low"], one["high"]),
                number(one["lmg"] if one["lmg"] is not None else one["relative_weight"], 4),
                _direction(one),
                _form(one),
            )
            for one in found["drivers"]
        ],
    )
    for one in found["drivers"]:
        _tell_cliff(one, found["outcome"])
    line(say(f"cli.drivers.method.{found['method']}"))
    if found["nothing_before"]:
        line(say("cli.drivers.nothing_before", count=found["nothing_before"], n=count(found["nothing_before"])))
    if found["rows_left_out"]:
        line(say("cli.drivers.rows_left_out", count=found["rows_left_out"], rows=count(found["rows_left_out"])))
    for leak in found["leaks"][:_WORST]:
        line("! " + say(f"drivers.{leak['code']}", driver=driver_name(leak["driver"]), auc=number(leak["auc"], 2)))
    for left in found["left_out"][:_WORST]:
        line(say("cli.drivers.left_out", name=driver_name(left["name"]), reason=say(f"drivers.left_out.{left['reason']}")))
    if found["together"]:
        line(say("drivers.together", names=", ".join(map(driver_name, found["together"]))))
    _tell_ordinal(found["ordinal"])
    line(say("drivers.claim"))


def driver_name(name: str) -> str:
    """A driver as people say it: numbers of a journey have words of their own, the rest stands after its kind."""
    if name in _NUMBERS:
        return say(f"drivers.number.{name}")
    kind, colon, rest = name.partition(":")
    return say(f"drivers.kind.{kind}", name=rest) if colon and kind in _KINDS else name


def _outcome(found: dict[str, Any]) -> str:
    word = found["outcome_word"]
    return found["outcome"] if word is None else f"{found['outcome']} = {word}"


def _direction(one: dict[str, Any]) -> str:
    is_flat = one["shape"] is not None and one["shape"]["form"] == "flat"
    return (
        ""
        if one["correlation"] is None or is_flat
        else say("cli.drivers.up" if one["correlation"] >= 0 else "cli.drivers.down")
    )


def _form(one: dict[str, Any]) -> str:
    shown = one["adjusted"] or one["shape"]
    if shown is None or one["words"]:
        return ""
    means = one["shape"]
    return say(f"drivers.form.{means['form'] if means['cliff'] is not None else shown['form']}")


def _tell_cliff(one: dict[str, Any], outcome: str) -> None:
    """A cliff in one sentence: up to where all is well, from where it is not."""
    cliff = (one["shape"] or {}).get("cliff")
    if cliff is None:
        return
    ends = {name: number(cliff[name], 2) for name in ("from", "to", "before", "after")}
    key = "drivers.cliff.must_be" if cliff["must_be"] else "drivers.cliff.reached"
    line(
        say(
            key,
            driver=driver_name(one["name"]),
            outcome=outcome,
            share=share(cliff["share_worse"]),
            start=ends["from"],
            end=ends["to"],
            before=ends["before"],
            after=ends["after"],
        )
    )


def _tell_ordinal(found: dict[str, Any] | None) -> None:
    if found is None:
        return
    line(say("cli.drivers.ordinal", ranks=count(found["ranks"]), r2=share(found["pseudo_r2"])))
    table(
        ("cli.drivers.head.driver", "cli.drivers.head.odds", "cli.drivers.head.interval"),
        [
            (
                driver_name(one["driver"]) + one["name"].removeprefix(one["driver"]),
                number(one["odds_ratio"], 2),
                f"{number(one['low'], 2)} – {number(one['high'], 2)}",
            )
            for one in sorted(found["odds"], key=_sureness)[:_ODDS_SHOWN]
        ],
    )


def _sureness(one: dict[str, Any]) -> float:
    """The odds whose interval lies farthest from "no difference" first."""
    return -float(max(one["low"], 1 / one["high"] if one["high"] else 0.0))


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("drivers", cls=SpeakingCommand, help="cli.journeys.drivers")(drivers)
