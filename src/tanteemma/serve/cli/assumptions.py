"""``emma assumptions``: what a contact costs, what an order earns; each figure with its source and its history."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import count, line, show_document, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from tanteemma.model.assumptions import AssumptionKind
    from tanteemma.serve.figures import Figure
    from tanteemma.store.operational import Transaction
    from tanteemma.store.operational.records import StoredAssumption

assumptions = typer.Typer(cls=SpeakingGroup, help="cli.assumptions", no_args_is_help=True, rich_markup_mode=None)

Kind = Annotated[str, typer.Argument(metavar="KIND", help="cli.assumptions.kind")]
AnyKind = Annotated[str | None, typer.Argument(metavar="KIND", help="cli.assumptions.any_kind")]
AboutOption = Annotated[str, typer.Option("--about", metavar="NAME", help="cli.assumptions.about")]
AnyAbout = Annotated[str | None, typer.Option("--about", metavar="NAME", help="cli.assumptions.about")]
Low = Annotated[str | None, typer.Option("--low", metavar="N", help="cli.assumptions.low")]
Mid = Annotated[str, typer.Option("--mid", metavar="N", help="cli.assumptions.mid")]
High = Annotated[str | None, typer.Option("--high", metavar="N", help="cli.assumptions.high")]
Currency = Annotated[str, typer.Option("--currency", metavar="EUR", help="cli.assumptions.currency")]
Source = Annotated[str, typer.Option("--source", metavar="TEXT", help="cli.assumptions.source")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="2026-03-01", help="cli.assumptions.as_of")]
ApprovedBy = Annotated[str, typer.Option("--approved-by", metavar="NAME", help="cli.assumptions.approved_by")]
Version = Annotated[int, typer.Option("--version", metavar="N", min=0, help="cli.assumptions.version")]


@contextmanager
def _tables(data: "Path", *, write: bool) -> Iterator["Transaction"]:
    """The operational tables; a running server reads the same ones, so no lock is needed."""
    from tanteemma.serve.cli.asking import open_folder, settings_of
    from tanteemma.store.operational import Operational

    folder = open_folder(data)
    where = settings_of(folder).database_url or folder.operational_db
    with Operational.open(where) as tables, tables.begin() if write else tables.read() as tx:
        yield tx


@assumptions.command("list", cls=SpeakingCommand, help="cli.assumptions.list")
def list_assumptions(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """The figures in force."""
    from tanteemma.serve.figures import figure_of
    from tanteemma.store.operational import assumptions as kept

    with _tables(data, write=False) as tx:
        found = [figure_of(one) for one in kept.every(tx)]
    _show(found, as_json=as_json)


@assumptions.command("kinds", cls=SpeakingCommand, help="cli.assumptions.kinds")
def kinds(as_json: AsJson = False) -> None:
    """What can be assumed, and what for."""
    from tanteemma.model.assumptions import RULES, About
    from tanteemma.serve.pages.amounts import unit_of

    if as_json:
        rows = [
            {"kind": kind, "unit": rule.unit, "about": rule.about, "needs_about": rule.needs_about}
            for kind, rule in RULES.items()
        ]
        show_document({"kinds": rows})
        return
    table(
        (
            "assumptions.head.kind",
            "assumptions.head.assumption",
            "assumptions.head.unit",
            "assumptions.head.about",
            "assumptions.head.why",
        ),
        [
            (
                kind.value,
                say(f"assumptions.kind.{kind.value}"),
                unit_of(rule.unit, "EUR", spoken()),
                "" if rule.about is About.NOTHING else say(f"assumptions.about.{rule.about.value}"),
                say(f"assumptions.why.{kind.value}"),
            )
            for kind, rule in RULES.items()
        ],
        numbers=False,
    )


@assumptions.command("set", cls=SpeakingCommand, help="cli.assumptions.set")
def set_assumption(
    kind: Kind,
    mid: Mid,
    source: Source,
    about: AboutOption = "",
    low: Low = None,
    high: High = None,
    currency: Currency = "EUR",
    as_of: AsOf = "",
    approved_by: ApprovedBy = "",
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """State or change a figure; the old version stays. Without ``--low`` and ``--high`` the figure is certain."""
    from tanteemma.serve.figures import Stated, read_stated
    from tanteemma.store.operational import assumptions as kept

    stated = Stated(
        kind=kind,
        about=about,
        low=mid if low is None else low,
        mid=mid,
        high=mid if high is None else high,
        currency=currency,
        source=source,
        as_of=as_of,
        approved_by=approved_by,
    )
    new = read_stated(stated, None)
    _change(data, lambda tx: kept.state(tx, new, "owner"), as_json=as_json)


@assumptions.command("remove", cls=SpeakingCommand, help="cli.assumptions.remove")
def remove(kind: Kind, about: AboutOption = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """From now on there is no such figure; ``undo`` brings it back."""
    from tanteemma.store.operational import assumptions as kept

    named = _kind(kind)
    _change(data, lambda tx: kept.remove(tx, named, about, "owner"), as_json=as_json)


@assumptions.command("undo", cls=SpeakingCommand, help="cli.assumptions.undo")
def undo(kind: Kind, about: AboutOption = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Take the last change of a figure back."""
    from tanteemma.store.operational import assumptions as kept

    named = _kind(kind)
    _change(data, lambda tx: kept.undo(tx, named, about, "owner"), as_json=as_json)


@assumptions.command("restore", cls=SpeakingCommand, help="cli.assumptions.restore")
def restore(
    kind: Kind, version: Version, about: AboutOption = "", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """Make an earlier version count again."""
    from tanteemma.store.operational import assumptions as kept

    named = _kind(kind)
    _change(data, lambda tx: kept.restore(tx, named, about, version, "owner"), as_json=as_json)


@assumptions.command("history", cls=SpeakingCommand, help="cli.assumptions.history")
def history(kind: AnyKind = None, about: AnyAbout = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every version ever, the newest first."""
    from tanteemma.serve.figures import figure_of
    from tanteemma.store.operational import assumptions as kept

    named = None if kind is None else _kind(kind)
    with _tables(data, write=False) as tx:
        found = [figure_of(one) for one in kept.history(tx, named, about)]
    _show(found, as_json=as_json, versions=True)


@assumptions.command("suggest", cls=SpeakingCommand, help="cli.assumptions.suggest")
def suggest(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """What the data themselves say; nothing of it counts before somebody states it with ``set``."""
    analyse(Caller(data, as_json), "suggestions", Asked(None, None), _show_suggestions)


def _show_suggestions(found: dict[str, Any]) -> None:
    table(
        (
            "assumptions.head.assumption",
            "assumptions.head.about",
            "assumptions.head.low",
            "assumptions.head.mid",
            "assumptions.head.high",
            "assumptions.head.n",
            "assumptions.head.from",
        ),
        [
            (
                say(f"assumptions.kind.{one['kind']}"),
                one["about"],
                *(f"{one['computed'][end]:.2f}" for end in ("low", "value", "high")),
                count(one["computed"]["n"]),
                one["computed"]["what"],
            )
            for one in found["suggestions"]
        ],
    )


def _kind(said: str) -> "AssumptionKind":
    from tanteemma.serve.figures import kind_of

    return kind_of(said)


def _change(data: "Path", change: "Callable[[Transaction], StoredAssumption]", *, as_json: bool) -> None:
    """Make a change and say what counts now."""
    from tanteemma.serve.figures import figure_of
    from tanteemma.store.operational import audit

    with _tables(data, write=True) as tx:
        kept = change(tx)
        audit.note(tx, "owner", "assumption_changed", kept.key)
    _show([figure_of(kept)], as_json=as_json, versions=True)


def _show(found: "list[Figure]", *, as_json: bool, versions: bool = False) -> None:
    from tanteemma.serve.figures import packed

    if as_json:
        show_document(packed({"assumptions": found}))
        return
    if not found:
        line(say("cli.assumptions.none"))
        return
    heads = ("assumption", "about", "low", "mid", "high", "unit", "source", "as_of", "approved_by", "version")
    more = ("changed", "changed_by") if versions else ()
    rows = [(*_row(one), *((one.changed.date().isoformat(), one.changed_by) if versions else ())) for one in found]
    table([f"assumptions.head.{head}" for head in (*heads, *more)], rows, numbers=False)


def _row(one: "Figure") -> tuple[str, ...]:
    from tanteemma.serve.pages.amounts import amount, unit_of

    ends = (
        ("–", "–", "–")
        if one.removed
        else tuple(amount(getattr(one, end), one.unit, spoken()) for end in ("low", "mid", "high"))
    )
    return (
        say(f"assumptions.kind.{one.kind.value}"),
        one.about,
        *ends,
        unit_of(one.unit, one.currency, spoken()),
        one.source,
        "" if one.as_of is None else one.as_of.isoformat(),
        one.approved_by or say("assumptions.not_approved"),
        str(one.version),
    )


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(assumptions, name="assumptions")
