"""``emma people``: whom somebody means, what is known of them, who is who."""

from typing import Annotated, Any, Final

import msgspec
import typer

from tanteemma.serve.cli import people_files, people_match, people_rules
from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, rows_table, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

people = typer.Typer(cls=SpeakingGroup, help="cli.people", no_args_is_help=True, rich_markup_mode=None)
people_match.add_to(people)
people_rules.add_to(people)
people_files.add_to(people)

_SHOWN_IDS: Final = 3

Query = Annotated[str, typer.Argument(metavar="QUERY", help="cli.people.query")]
Person = Annotated[str, typer.Argument(metavar="ID", help="cli.people.id")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="cli.people.number")]
Reason = Annotated[str, typer.Option("--reason", help="cli.people.reason")]
Most = Annotated[int, typer.Option("--limit", min=1, max=200, help="cli.people.limit")]
Events = Annotated[int, typer.Option("--limit", min=1, max=1_000, help="cli.people.events.limit")]
Before = Annotated[str | None, typer.Option("--before", metavar="CURSOR", help="cli.people.before")]


def _ask(data: Folder, name: str, options: dict[str, Any], *, write: bool = False) -> bytes:
    from tanteemma.serve.worker.messages_people import AskPeople

    return ask_once(data, AskPeople(name=name, options=msgspec.json.encode(options)), write=write)


@people.command("find", cls=SpeakingCommand, help="cli.people.find")
def find(query: Query, limit: Most = 20, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """People who fit a name, address, telephone, customer or order number, the best first."""
    answer(Caller(data, as_json), _ask(data, "find", {"query": query, "limit": limit}), _found)


@people.command("show", cls=SpeakingCommand, help="cli.people.show")
def show(person: Person, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Everything known of one person."""
    answer(Caller(data, as_json), _ask(data, "show", {"person": person}), _shown)


@people.command("events", cls=SpeakingCommand, help="cli.people.events")
def events(
    person: Person, limit: Events = 50, before: Before = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """What happened to one person, newest first."""
    body = _ask(data, "tell", {"person": person, "limit": limit, "before": before})
    answer(Caller(data, as_json), body, _told)


@people.command("merge", cls=SpeakingCommand, help="cli.people.merge")
def merge(one: Person, other: Person, reason: Reason = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Two people are one. It can be taken back by its number."""
    answer(Caller(data, as_json), _ask(data, "merge", {"people": [one, other], "reason": reason}, write=True), _decided)


@people.command("unmerge", cls=SpeakingCommand, help="cli.people.unmerge")
def unmerge(number: Number, reason: Reason = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Take a merge or a cut back."""
    answer(Caller(data, as_json), _ask(data, "undo", {"number": number, "reason": reason}, write=True), _decided)


@people.command("cut", cls=SpeakingCommand, help="cli.people.cut")
def cut(subject: Person, reason: Reason = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """An identifier that several people share joins nobody any more. It can be taken back by its number."""
    answer(Caller(data, as_json), _ask(data, "cut", {"subject": subject, "reason": reason}, write=True), _decided)


def _found(document: dict[str, Any]) -> None:
    if not document["people"]:
        line(say("cli.people.nobody"))
        return
    rows = [
        (
            one["name"] or "–",
            one["id"],
            count(one["events"]),
            (one["last_at"] or "–")[:10],
            ", ".join(one["identifiers"][:_SHOWN_IDS]),
        )
        for one in document["people"]
    ]
    heads = (
        "cli.people.head.name",
        "cli.people.head.id",
        "cli.people.head.events",
        "cli.people.head.last",
        "cli.people.head.named",
    )
    table(heads, rows, numbers=False)


def _shown(profile: dict[str, Any]) -> None:
    from tanteemma.model.money import money

    line(f"{profile['name'] or '–'}  {profile['id']}")
    line(say("cli.people.events.count", count=profile["events"]))
    for one in profile["worth"]:
        line(say("cli.people.worth", net=money(one["net"], one["currency"] or "", spoken())))
    if profile["mood"] is not None:
        line(say("cli.people.mood", value=f"{profile['mood']['value']:+.2f}", count=profile["mood"]["n"]))
    rows_table(("", ""), [(one["kind"], one["value"]) for one in profile["identifiers"]])
    rows_table(
        ("", "", ""), [(one["name"], msgspec.json.encode(one["value"]).decode(), one["source"]) for one in profile["traits"]]
    )
    for one in profile["promises"]:
        line(say("cli.people.promise", kind=one["kind"], id=one["id"], step=one["step"], due=one["due"] or "–"))


def _told(document: dict[str, Any]) -> None:
    rows_table(("", "", ""), [(one["at"], one["name"], one["channel"] or "–") for one in document["events"]])
    if document["next"] is not None:
        line(say("cli.people.more", cursor=document["next"]))


def _decided(document: dict[str, Any]) -> None:
    line(say(f"cli.people.{document['kind']}.done", number=document["number"]))


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(people, name="people")
