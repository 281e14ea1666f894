"""``emma people``: who is who."""

import typer

from tanteemma.serve.cli import people_match
from tanteemma.serve.cli.speaking import SpeakingGroup

people = typer.Typer(cls=SpeakingGroup, help="cli.people", no_args_is_help=True, rich_markup_mode=None)

people_match.add_to(people)


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(people, name="people")
