"""``emma init``: make a data folder ready."""

from typing import Final

import typer

from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_SETTINGS: Final = "cli.init.settings_file"


def init(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Create the folder with everything in it; one that is there already stays as it is."""
    from tanteemma.serve.cli.asking import settings_of
    from tanteemma.store.folder import DataFolder
    from tanteemma.store.operational import Operational

    created = not (data / "tante-emma.json").exists()
    folder = DataFolder.create(data)
    if not folder.settings_file.exists():
        folder.settings_file.write_text(f"# {say(_SETTINGS)}\n", encoding="utf-8")
    with Operational.open(settings_of(folder).database_url or folder.operational_db):
        pass
    if as_json:
        show_document({"folder": str(folder.path), "created": created})
    else:
        line(say("cli.init.made" if created else "cli.init.there", folder=folder.path))


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("init", cls=SpeakingCommand, help="cli.init")(init)
