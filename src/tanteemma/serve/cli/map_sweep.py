"""``emma map sweep``: take away pictures that nothing shows any more, and links of workshops that are over."""

import typer

from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document
from tanteemma.serve.cli.speaking import SpeakingCommand, say


def sweep_drawn(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """What a running server does every night."""
    from tanteemma.serve.cli.asking import open_folder
    from tanteemma.store.vault import Vault
    from tanteemma.workshop.sweeping import sweep

    vault = Vault(open_folder(data).secrets)
    with tables_of(data, write=True) as tx:
        swept = sweep(tx, vault)
    if as_json:
        show_document({"pictures": swept.pictures, "links": swept.links})
    else:
        line(say("cli.map.swept", pictures=swept.pictures, links=swept.links))


def add_to(maps: typer.Typer) -> None:
    """The command among those of maps."""
    maps.command("sweep", cls=SpeakingCommand, help="cli.map.sweep")(sweep_drawn)
