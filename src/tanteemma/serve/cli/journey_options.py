"""Options that every command of ``emma journeys`` has."""

from typing import Annotated

import typer

Journey = Annotated[str | None, typer.Option("--journey", metavar="NAME", help="cli.journeys.journey")]
Where = Annotated[list[str] | None, typer.Option("--where", metavar="EXPR", help="cli.journeys.where")]
