"""``emma serve``: the server on one data folder."""

from typing import Annotated

import typer

from tanteemma.serve.cli.asking import open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, Folder, Language
from tanteemma.serve.cli.speaking import SpeakingCommand, spoken
from tanteemma.serve.frugal import load_no_ornaments

Host = Annotated[str | None, typer.Option("--host", metavar="HOST", help="cli.option.host")]
Port = Annotated[int | None, typer.Option("--port", metavar="PORT", min=0, max=65535, help="cli.option.port")]
OpenBrowser = Annotated[bool, typer.Option("--open/--no-open", help="cli.option.open")]


def serve(
    data: Folder = DEFAULT_FOLDER,
    host: Host = None,
    port: Port = None,
    open_browser: OpenBrowser = False,
    language: Language = None,
) -> None:
    """Serve until Ctrl+C; the address is printed, a taken port gives way to the next free one."""
    folder = open_folder(data, create=True)
    settings = settings_of(folder, host=host, port=port, language=language)
    load_no_ornaments()
    from tanteemma.serve.run import Manner
    from tanteemma.serve.run import serve as run

    raise typer.Exit(run(folder, settings, Manner(open_browser, spoken=spoken())))


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("serve", cls=SpeakingCommand, help="cli.serve")(serve)
