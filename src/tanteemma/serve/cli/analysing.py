"""What the analyses of ``emma journeys`` have in common, and where each of them adds its command."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from tanteemma.serve.cli import analyses
from tanteemma.serve.cli.engines import ask_engine
from tanteemma.serve.cli.options import Caller
from tanteemma.serve.cli.output import answer

if TYPE_CHECKING:
    from tanteemma.serve.pages.filters import JourneyFilter


def wanted_of(where: list[str] | None) -> "JourneyFilter":
    """The journeys that fulfil every ``--where``."""
    from tanteemma.serve.pages.filters import JourneyFilter

    return JourneyFilter(where=tuple(where or ()))


def analyse(caller: Caller, name: str, asked: "Asked", show: Callable[[Any], None], *, engine: str | None = None) -> None:
    """Put a question by its name and show the answer. Raises Problem."""
    import msgspec

    from tanteemma.serve.worker.messages import Analyse

    options = msgspec.json.encode({key: value for key, value in asked.options.items() if value is not None})
    message = Analyse(name=name, options=options, journey=asked.journey, filter=wanted_of(asked.where))
    answer(caller, ask_engine(engine, caller.folder, message), show)


class Asked:
    """Over which journeys, which of them, with which options (None = not said)."""

    def __init__(self, journey: str | None, where: list[str] | None, **options: Any) -> None:  # noqa: ANN401 - what JSON can say
        self.journey = journey
        self.where = where
        self.options = options


def add_analyses(app: typer.Typer) -> None:
    """The command of every module in ``serve.cli.analyses``: each has ``add_to``."""
    for module in pkgutil.iter_modules(analyses.__path__, f"{analyses.__name__}."):
        importlib.import_module(module.name).add_to(app)
