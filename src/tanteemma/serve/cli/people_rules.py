"""``emma people rules``: parts of touchpoints, ranks of sources, limits of identifiers."""

from typing import Annotated, Any

import msgspec
import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, line, rows_table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

Roles = Annotated[list[str] | None, typer.Option("--part", metavar="TOUCHPOINT=PART", help="cli.rules.part")]
Sources = Annotated[str | None, typer.Option("--sources", metavar="A,B,…", help="cli.rules.sources")]
Limits = Annotated[list[str] | None, typer.Option("--limit", metavar="KIND=N", help="cli.rules.limit")]
Blocked = Annotated[list[str] | None, typer.Option("--block", metavar="ID", help="cli.rules.block")]
Priority = Annotated[str | None, typer.Option("--priority", metavar="A,B,…", help="cli.rules.priority")]
Lifetimes = Annotated[list[str] | None, typer.Option("--lifetime", metavar="KIND=DAYS", help="cli.rules.lifetime")]
Plus = Annotated[bool | None, typer.Option("--plus-addresses/--no-plus-addresses", help="cli.rules.plus")]
Freed = Annotated[list[str] | None, typer.Option("--unblock", metavar="ID", help="cli.rules.unblock")]


def rules(
    part: Roles = None,
    sources: Sources = None,
    limit: Limits = None,
    block: Blocked = None,
    unblock: Freed = None,
    priority: Priority = None,
    lifetime: Lifetimes = None,
    plus_addresses: Plus = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """The rules in force; with options they are changed first."""
    most = {name: _number(value) for name, value in map(_pair, limit or [])}
    options: dict[str, Any] = {"roles": dict(map(_pair, part or []))}
    options |= {"sources": sources.split(",")} if sources is not None else {}
    options |= {"most_subjects": most.pop("subjects")} if "subjects" in most else {}
    options |= {"most_users": most}
    if block or unblock:
        known = set(msgspec.json.decode(_ask(data, "rules", {}))["blocked"])
        options["blocked"] = sorted((known | set(block or [])) - set(unblock or []))
    options |= {"priority": [kind.strip() for kind in priority.split(",")]} if priority is not None else {}
    options |= {"lifetime_days": {name: _number(value) for name, value in map(_pair, lifetime or [])}}
    options |= {"plus_addresses": plus_addresses} if plus_addresses is not None else {}
    changes = any(value not in ({}, None) for value in options.values())
    body = _ask(data, "change_rules", options, write=True) if changes else _ask(data, "rules", {})
    answer(Caller(data, as_json), body, _shown)


def _pair(said: str) -> tuple[str, str]:
    name, sign, value = said.rpartition("=")
    if not sign:
        raise Problem(
            ProblemCode.QUESTION_INVALID, status=422, field="--part, --limit, --lifetime", value=said[:80], allowed="NAME=VALUE"
        )
    return name, value


def _number(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 8):  # noqa: PLR2004 - beyond any limit
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--limit", value=said[:80])
    return int(said)


def _ask(data: Folder, name: str, options: dict[str, Any], *, write: bool = False) -> bytes:
    from tanteemma.serve.worker.messages_people import AskPeople

    return ask_once(data, AskPeople(name=name, options=msgspec.json.encode(options)), write=write)


def _shown(found: dict[str, Any]) -> None:
    decided = [(one["touchpoint"], one["decided"] or f"{one['guessed'] or '–'} ?") for one in found["parts"]]
    rows_table(("", ""), decided)
    line(say("cli.rules.shown", sources=", ".join(found["sources"]) or "–", blocked=", ".join(found["blocked"]) or "–"))
    rows_table(
        ("", ""),
        [*((kind, str(most)) for kind, most in found["most_users"].items()), ("subjects", str(found["most_subjects"]))],
    )
    lifetimes = ", ".join(f"{kind} {days or '∞'}" for kind, days in found["lifetime_days"].items())
    plus = say("cli.rules.plus.on" if found["plus_addresses"] else "cli.rules.plus.off")
    line(say("cli.rules.identifiers", priority=", ".join(found["priority"]), lifetimes=lifetimes, plus=plus))


def add_to(app: typer.Typer) -> None:
    """The command beside those about people."""
    app.command("rules", cls=SpeakingCommand, help="cli.rules")(rules)
