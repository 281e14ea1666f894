"""``emma snippet``: the lines a web site puts into its pages."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say
from tanteemma.serve.settings import Settings

if TYPE_CHECKING:
    from tanteemma.store.folder import DataFolder


class Mode(StrEnum):
    """What happens before a visitor agreed."""

    REQUIRED = "required"
    COOKIELESS = "cookieless"
    AUTO = "auto"


Source = Annotated[str, typer.Option("--source", metavar="NAME", help="cli.snippet.source")]
ConsentMode = Annotated[Mode, typer.Option("--consent", metavar="required|cookieless|auto", help="cli.snippet.consent")]
Key = Annotated[str | None, typer.Option("--key", metavar="wk_…", help="cli.snippet.key")]
Host = Annotated[str | None, typer.Option("--host", metavar="URL", help="cli.snippet.host")]
Share = Annotated[float, typer.Option("--share", metavar="PERCENT", help="cli.snippet.share")]
Without = Annotated[str, typer.Option("--without", metavar="PART,PART", help="cli.snippet.without")]
Params = Annotated[str, typer.Option("--params", metavar="NAME,NAME", help="cli.snippet.params")]
Titles = Annotated[bool, typer.Option("--titles", help="cli.snippet.titles")]
Fixed = Annotated[bool, typer.Option("--fixed", help="cli.snippet.fixed")]


def snippet(
    source: Source,
    consent: ConsentMode = Mode.REQUIRED,
    key: Key = None,
    host: Host = None,
    share: Share = 100.0,
    without: Without = "",
    params: Params = "",
    titles: Titles = False,
    fixed: Fixed = False,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Print the code; without ``--key`` a new key is made, seen this once."""
    from tanteemma.serve.snippet.code import PARTS, Consent, Wanted, code_for, is_address, names_in

    folder = open_folder(data, create=True)
    settings, left_out = settings_of(folder), names_in(without)
    address = host or _address_of(settings)
    if not is_address(address):
        raise _wrong("--host", address, "https://emma.example.de")
    if not 0 < share <= 100:  # noqa: PLR2004 - a share of hundred
        raise _wrong("--share", share, "0 < PERCENT ≤ 100")
    if not set(left_out) <= set(PARTS):
        raise _wrong("--without", without, ", ".join(PARTS))
    secret = _key_of(folder, settings, source, key)
    wanted = Wanted(
        host=address,
        key=secret,
        consent=Consent(consent.value),
        sample=share / 100,
        left_out=left_out,
        params=names_in(params),
        titles=titles,
        fixed=fixed,
    )
    if as_json:
        show_document({"source": source, "key": secret, "code": code_for(wanted)})
        return
    tell(say("cli.snippet.put"))
    line(code_for(wanted))


def _address_of(settings: Settings) -> str:
    """Where browsers find us: the public address, else where we listen."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _key_of(folder: "DataFolder", settings: Settings, source: str, key: str | None) -> str:
    """The key that was given, if it is one of this source; else a new one. Raises Problem QUESTION_INVALID."""
    from tanteemma.store.operational import Operational, audit
    from tanteemma.store.operational import keys as kept
    from tanteemma.store.operational.records import KeyKind

    with Operational.open(settings.database_url or folder.operational_db) as operational, operational.begin() as tx:
        if key is None:
            issued = kept.issue(tx, KeyKind.WRITE, source)
            audit.note(tx, "owner", "key_issued", str(issued.key.number))
            return issued.secret
        found = kept.find(tx, key)
        if found is None or found.kind is not KeyKind.WRITE or found.source != source:
            raise _wrong("--key", "…", f"wk_… ({source})")
        return key


def _wrong(option: str, value: object, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=option, value=value, allowed=allowed)


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("snippet", cls=SpeakingCommand, help="cli.snippet")(snippet)
