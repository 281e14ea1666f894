"""Options that every command of ``emma journeys`` has."""

from typing import Annotated

import typer

Journey = Annotated[str | None, typer.Option("--journey", metavar="NAME", help="cli.journeys.journey")]
Where = Annotated[list[str] | None, typer.Option("--where", metavar="EXPR", help="cli.journeys.where")]
#: Said where an answer is exact anyway: whoever asks for exactness everywhere is not refused.
AlwaysExact = Annotated[bool, typer.Option("--exact", help="cli.journeys.always_exact")]
