"""``emma settings``: what is in force, and where it can be said."""

import re
from typing import Final

import msgspec
import typer

from tanteemma.serve.cli.asking import open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

_SECRET: Final = re.compile(r"(?<=:)[^:@/]+(?=@)")


def settings(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Show every setting with its value now; passwords in addresses are left out."""
    folder = open_folder(data)
    found = msgspec.to_builtins(settings_of(folder))
    found["database_url"] = _SECRET.sub("…", found["database_url"])
    if as_json:
        show_document({"file": str(folder.settings_file), "settings": found})
        return
    line(say("cli.settings.file", file=folder.settings_file))
    table(("cli.head.setting", "cli.head.value"), [(name, _shown(value)) for name, value in found.items()], numbers=False)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("settings", cls=SpeakingCommand, help="cli.settings")(settings)
