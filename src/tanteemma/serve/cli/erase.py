"""``emma erase``: everything about a person gone, everywhere."""

from typing import Annotated, Any, Final

import msgspec
import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, Yes
from tanteemma.serve.cli.output import answer, confirm, count, line
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_KINDS: Final = ("user", "anon", "mail", "phone", "card", "social", "event", "case", "device")

Subjects = Annotated[list[str], typer.Argument(metavar="SUBJECT", help="cli.erase.subject")]


def erase(subjects: Subjects, data: Folder = DEFAULT_FOLDER, yes: Yes = False, as_json: AsJson = False) -> None:
    """Erase people with every name they are known by. It cannot be undone."""
    from tanteemma.serve.worker.messages import EraseSubjects

    meant = tuple(subject_of(one) for one in subjects)
    confirm(say("cli.erase.sure", subjects=", ".join(meant)), yes=yes)
    body = ask_once(data, EraseSubjects(subjects=meant), write=True)
    answer(Caller(data, as_json), body, _tell)
    if not msgspec.json.decode(body)["complete"]:
        raise typer.Exit(1)


def subject_of(written: str) -> str:
    """The key of a person as somebody types it: ``user:4711`` as it is, a bare id or mail address as the doors would read it.

    Raises Problem ID_TYPE for what names nobody.
    """
    from tanteemma.identity.keys import canonical

    kind, colon, rest = written.partition(":")
    if colon and kind in _KINDS and rest:
        return written if kind not in {"user", "mail", "anon"} else canonical(kind, rest) or written
    found = canonical("user", written.strip())
    if found is None:
        raise Problem(ProblemCode.ID_TYPE, status=422, field="SUBJECT", value=written)
    return found


def _tell(report: dict[str, Any]) -> None:
    line(say("cli.erase.done", events=count(report["events"]), rows=count(report["rows_in_tables"])))
    line(say("cli.erase.complete" if report["complete"] else "cli.erase.held"))


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("erase", cls=SpeakingCommand, help="cli.erase")(erase)
