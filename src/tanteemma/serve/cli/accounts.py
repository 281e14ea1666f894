"""``emma accounts``: firms and households, who belongs to them in which role, which are the same."""

from typing import Annotated, Any

import msgspec
import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, rows_table, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

accounts = typer.Typer(cls=SpeakingGroup, help="cli.accounts", no_args_is_help=True, rich_markup_mode=None)

Query = Annotated[str, typer.Argument(metavar="[QUERY]", help="cli.accounts.query")]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="cli.accounts.id")]
Person = Annotated[str, typer.Argument(metavar="ID", help="cli.people.id")]
Role = Annotated[str | None, typer.Option("--role", metavar="ROLE", help="cli.accounts.role")]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="cli.accounts.name")]
Reason = Annotated[str, typer.Option("--reason", help="cli.people.reason")]
Most = Annotated[int, typer.Option("--limit", min=1, max=200, help="cli.people.limit")]
Events = Annotated[int, typer.Option("--limit", min=1, max=1_000, help="cli.people.events.limit")]
Before = Annotated[str | None, typer.Option("--before", metavar="CURSOR", help="cli.people.before")]


def _ask(data: Folder, name: str, options: dict[str, Any], *, write: bool = False) -> bytes:
    from tanteemma.serve.worker.messages_people import AskPeople

    return ask_once(data, AskPeople(name=name, options=msgspec.json.encode(options)), write=write)


@accounts.command("find", cls=SpeakingCommand, help="cli.accounts.find")
def find(query: Query = "", limit: Most = 50, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Accounts whose name or number begins so."""
    answer(Caller(data, as_json), _ask(data, "find_accounts", {"query": query, "limit": limit}), _found)


@accounts.command("show", cls=SpeakingCommand, help="cli.accounts.show")
def show(account: Account, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """One account with its members and what they did together."""
    answer(Caller(data, as_json), _ask(data, "show_account", {"account": account}), _shown)


@accounts.command("events", cls=SpeakingCommand, help="cli.accounts.events")
def events(
    account: Account, limit: Events = 50, before: Before = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """What the members did, newest first."""
    body = _ask(data, "tell_account", {"account": account, "limit": limit, "before": before})
    answer(Caller(data, as_json), body, _told)


@accounts.command("join", cls=SpeakingCommand, help="cli.accounts.join")
def join(
    account: Account,
    person: Person,
    role: Role = None,
    name: Name = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Somebody belongs to an account in a role."""
    options = {"account": account, "person": person, "role": role, "traits": {"name": name} if name else {}}
    answer(Caller(data, as_json), _ask(data, "state_account", options, write=True), _stated)


@accounts.command("leave", cls=SpeakingCommand, help="cli.accounts.leave")
def leave(account: Account, person: Person, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Somebody does not belong to an account any more."""
    options = {"account": account, "person": person, "left": True}
    answer(Caller(data, as_json), _ask(data, "state_account", options, write=True), _stated)


@accounts.command("merge", cls=SpeakingCommand, help="cli.accounts.merge")
def merge(one: Account, other: Account, reason: Reason = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Two accounts are one. It can be taken back by its number."""
    body = _ask(data, "merge_accounts", {"accounts": [one, other], "reason": reason}, write=True)
    answer(Caller(data, as_json), body, lambda document: line(say("cli.accounts.merged", number=document["number"])))


def _found(document: dict[str, Any]) -> None:
    if not document["accounts"]:
        line(say("cli.accounts.nobody"))
        return
    rows = [(one["name"] or "–", one["id"], count(one["identifiers"])) for one in document["accounts"]]
    table(("cli.people.head.name", "cli.people.head.id", "cli.accounts.head.members"), rows, numbers=False)


def _shown(document: dict[str, Any]) -> None:
    from tanteemma.model.money import money

    line(f"{document['name'] or '–'}  {', '.join(document['subjects'])}")
    rows = [
        (one["name"] or one["known_as"] or "–", say(f"accounts.role.{one['role']}"), count(one["events"]), one["id"])
        for one in document["members"]
        if not one["left"]
    ]
    rows_table(("", "", "", ""), rows)
    together = document["together"]
    line(say("cli.people.events.count", count=together["events"]))
    for one in together["worth"]:
        line(say("cli.people.worth", net=money(one["net"], one["currency"] or "", spoken())))


def _told(document: dict[str, Any]) -> None:
    rows = [(one["at"], one["name"], one["channel"] or "–", one["subject"] or "–") for one in document["events"]]
    rows_table(("", "", "", ""), rows)
    if document["next"] is not None:
        line(say("cli.people.more", cursor=document["next"]))


def _stated(document: dict[str, Any]) -> None:
    key = "cli.accounts.gone" if document["left"] else "cli.accounts.joined"
    line(say(key, subject=document["subject"], account=document["account"]))


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(accounts, name="accounts")
