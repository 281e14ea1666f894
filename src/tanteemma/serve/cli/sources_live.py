"""``emma sources live``: what arrives at the running server, line by line, as the page shows it."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urlsplit

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

_LASTS: Final = timedelta(hours=12)
_SILENCE_S: Final = 60.0
_OK: Final = 200

OnlySource = Annotated[str | None, typer.Option("--source", metavar="NAME", help="cli.sources.live.source")]
Result = Annotated[
    str | None, typer.Option("--result", metavar="accepted|duplicate|quarantined|refused", help="cli.sources.live.result")
]
At = Annotated[str | None, typer.Option("--address", metavar="ADDRESS", help="cli.sources.live.address")]
Most = Annotated[int | None, typer.Option("--count", min=1, metavar="N", help="cli.sources.live.count")]


def live(
    source: OnlySource = None,
    result: Result = None,
    address: At = None,
    count: Most = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Each arrival from now on as one line, until Ctrl+C or ``--count`` lines."""
    wanted = urlencode({name: said for name, said in (("source", source), ("result", result)) if said})
    with _session(data) as (where, cookie):
        for place, told in enumerate(_arrivals(address or where, f"/api/arrivals/live?{wanted}", cookie), 1):
            line(json.dumps(told, ensure_ascii=False) if as_json else _sentence(told))
            if place == count:
                return


@contextlib.contextmanager
def _session(data: Path) -> Iterator[tuple[str, str]]:
    """The server's address and a session of its own for whoever owns the data folder; it ends with the block."""
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.serve.edge.cookies import set_session
    from tanteemma.store.operational import Operational, sessions

    folder = open_folder(data)
    settings = settings_of(folder)
    https = settings.public_url.startswith("https://")
    with Operational.open(settings.database_url or folder.operational_db) as operational:
        with operational.begin() as tx:
            token = sessions.sign_in(tx, OWNER, _LASTS)
        try:
            yield f"http://127.0.0.1:{settings.port}", set_session(token, https=https, seconds=1).partition(";")[0]
        finally:
            with operational.begin() as tx:
                sessions.sign_out(tx, token)


def _arrivals(address: str, path: str, cookie: str) -> Iterator[dict[str, Any]]:
    """What the server says, one document after the other. Raises Problem SERVER_AWAY."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc or address, timeout=_SILENCE_S)
    try:
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": spoken()})
        answer = connection.getresponse()
        if answer.status != _OK:
            raise Problem(ProblemCode.SERVER_AWAY, value=address)
        tell(say("cli.sources.live.begun", address=address))
        for said in answer:
            if said.strip():
                yield json.loads(said)
    except (OSError, http.client.HTTPException) as away:
        raise Problem(ProblemCode.SERVER_AWAY, value=address) from away
    finally:
        connection.close()


def _sentence(told: dict[str, Any]) -> str:
    parts = (told["at"][11:19], told["result"], told["source"], told["dialect"], told["name"], told["code"], told["field"])
    said = "  ".join(str(part) for part in parts if part)
    return "".join(letter if letter.isprintable() else "·" for letter in said)


def add_to(app: typer.Typer) -> None:
    """The command beside the others of sources."""
    app.command("live", cls=SpeakingCommand, help="cli.sources.live")(live)
