"""``emma map counts``: what is counted a day where nobody is known; ``emma map first``: which first contacts lead where."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanteemma.serve.cli.analyses.first_contacts import show_firsts
from tanteemma.serve.cli.map_figures import ask_map, names_on, opened_map
from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, decimal, line, show_document, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

if TYPE_CHECKING:
    from tanteemma.serve.daily_counts import CountsDocument, Taken

Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.map.name")]
File = Annotated[Path | None, typer.Argument(metavar="FILE", help="cli.counts.file")]
Series = Annotated[str, typer.Option("--series", metavar="NAME", help="cli.counts.series")]
Columns = Annotated[str, typer.Option("--columns", metavar="day=COL,contacts=COL,…", help="cli.counts.columns")]
Try = Annotated[bool, typer.Option("--dry-run", help="cli.counts.try")]
Undo = Annotated[int | None, typer.Option("--undo", metavar="N", help="cli.counts.undo")]
Restore = Annotated[int | None, typer.Option("--restore", metavar="N", help="cli.counts.restore")]
Goal = Annotated[str, typer.Option("--goal", metavar="NAME", help="cli.firsts.goal")]
Since = Annotated[str, typer.Option("--since", metavar="DATE", help="cli.cells.since")]
Until = Annotated[str, typer.Option("--until", metavar="DATE", help="cli.map.until")]
_OWNER = "owner"


def counts(
    file: File = None,
    series: Series = "",
    columns: Columns = "",
    only_try: Try = False,
    undo: Undo = None,
    restore: Restore = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """What is counted a day; with a file: read it in."""
    from tanteemma.serve.daily_counts import counts_document, mark_file

    if file is not None:
        taken = _taken(data, file, (series, columns), only_try=only_try)
        show_document(taken) if as_json else _show_taken(taken)
        return
    with tables_of(data, write=undo is not None or restore is not None) as tx:
        for number, undone in ((undo, True), (restore, False)):
            if number is not None:
                mark_file(tx, number, _OWNER, undone=undone)
        found = counts_document(tx)
    show_document(found) if as_json else _show(found)


def _taken(data: Path, file: Path, said: tuple[str, str], *, only_try: bool) -> "Taken":
    from tanteemma.model.problems import Problem, ProblemCode
    from tanteemma.serve.cli.asking import open_folder, settings_of
    from tanteemma.serve.daily_counts import keep_file, read_file, wanted_counts

    zone = settings_of(open_folder(data)).time_zone
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=422, file=file.name) from error
    found, taken = read_file(raw, file.name, wanted_counts(zone, file.name, *said), spoken())
    if only_try:
        return taken
    with tables_of(data, write=True) as tx:
        return keep_file(tx, found, taken, _OWNER)


def _show_taken(taken: "Taken") -> None:
    for one in taken.problems[:20]:
        tell(one.sentence)
    line(
        say(
            "counts.taken" if taken.number is not None else "cli.counts.would",
            days=taken.days,
            rows=taken.rows,
            file=taken.file,
        )
    )
    read = ", ".join(f"{say(f'counts.role.{role}')} = „{name}“" for role, name in taken.columns.items())
    line(f"{say('counts.read_as')} {read}")
    if taken.bad:
        line(say("counts.bad", count=taken.bad))


def _show(found: "CountsDocument") -> None:
    if not found.files:
        line(say("counts.none"))
        return
    rows = [
        (
            one.name,
            count(one.contacts),
            ", ".join(f"{decimal(amount, 2)} {currency}" for currency, amount in one.spend.items()) or "–",
            count(one.days),
            f"{one.first_day} – {one.last_day}",
            one.rule,
        )
        for one in found.series
    ]
    heads = ("counts.role.series", "counts.role.contacts", "counts.role.spend", "counts.days", "cli.counts.from", "counts.rule")
    table(heads, rows, numbers=False)
    files = [
        (
            one.number,
            one.file,
            f"{one.loaded:%Y-%m-%d %H:%M}",
            one.days,
            one.bad,
            "" if one.undone is None else say("counts.undone"),
        )
        for one in found.files
    ]
    heads = ("cli.counts.number", "counts.file", "counts.loaded", "counts.days", "counts.left_out", "cli.counts.state")
    table(heads, files, numbers=False)


def first(
    name: Name,
    goal: Goal = "",
    since: Since = "",
    until: Until = "",
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Which first touchpoints of a map lead where, and what they cost."""
    from tanteemma.serve.first_contacts import firsts_asked
    from tanteemma.serve.map_asked import filter_of, through

    with opened_map(data, name) as (_, document, asked):
        options = firsts_asked(document.content, asked.rules, goal) | {"since": since, "until": through(until)}
    body = ask_map(data, "first_contacts", options, filter_of(asked))
    names = names_on(document.content)

    def shown(found: dict[str, Any]) -> None:
        show_firsts(found, names)

    answer(Caller(data, as_json), body, shown)


def add_to(maps: typer.Typer) -> None:
    """The commands among those of maps."""
    maps.command("counts", cls=SpeakingCommand, help="cli.map.counts")(counts)
    maps.command("first", cls=SpeakingCommand, help="cli.map.first")(first)
