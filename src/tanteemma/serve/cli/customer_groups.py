"""``emma segments rfm | behaviour | signups``: groups that are found, not stated."""

from typing import Annotated, Any

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, rows_table, share
from tanteemma.serve.cli.speaking import SpeakingCommand, say

Touchpoint = Annotated[str, typer.Option("--touchpoint", metavar="TOUCHPOINT", help="cli.groups.touchpoint")]
Groups = Annotated[int | None, typer.Option("--groups", metavar="N", min=2, max=12, help="cli.groups.count")]


def rfm(touchpoint: Touchpoint = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """How recently, how often and for how much customers buy."""
    analyse(Caller(data, as_json), "rfm", Asked(None, None, touchpoint=touchpoint), _show_rfm)


def behaviour(groups: Groups = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Who behaves alike."""
    analyse(Caller(data, as_json), "behaviour", Asked(None, None, groups=groups), _show_behaviour)


def signups(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """What customers say of themselves."""
    analyse(Caller(data, as_json), "signed_up", Asked(None, None), _show_signed_up)


def _show_rfm(found: dict[str, Any]) -> None:
    line(say("groups.rfm.of", count=found["buyers"], touchpoint=found["touchpoint"]))
    named = [(say(f"groups.rfm.{one['name']}"), one) for one in found["groups"]]
    rows_table(("", "", "", ""), [(name, count(one["size"]), share(one["share"]), one["condition"]) for name, one in named])


def _show_behaviour(found: dict[str, Any]) -> None:
    rows_table(("", "", ""), [(_signs(one["signs"]), count(one["size"]), one["condition"]) for one in found["groups"]])


def _signs(signs: list[dict[str, Any]]) -> str:
    return ", ".join(f"{sign['measure']} {sign['deviations']:+.1f}" for sign in signs)


def _show_signed_up(found: dict[str, Any]) -> None:
    rows = [
        (say(f"groups.asked.{asked['name']}"), one["word"] or say("groups.others"), count(one["count"]), share(one["share"]))
        for asked in found["asked"]
        for one in asked["answers"]
    ]
    rows_table(("", "", "", ""), rows)


def add_to(app: typer.Typer) -> None:
    """The commands beside those of segments."""
    app.command("rfm", cls=SpeakingCommand, help="cli.groups.rfm")(rfm)
    app.command("behaviour", cls=SpeakingCommand, help="cli.groups.behaviour")(behaviour)
    app.command("signups", cls=SpeakingCommand, help="cli.groups.signups")(signups)
