"""``emma demo``: the server with the sample company, in a browser."""

import asyncio
from typing import TYPE_CHECKING, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, Folder, Language
from tanteemma.serve.cli.output import tell
from tanteemma.serve.cli.serve import Host, OpenBrowser, Port
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken
from tanteemma.serve.frugal import load_no_ornaments

if TYPE_CHECKING:
    from tanteemma.serve.edge.context import Edge

_LOOK_S: Final = 0.1
_LOADS_S: Final = 600.0


def demo(
    data: Folder = DEFAULT_FOLDER,
    host: Host = None,
    port: Port = None,
    open_browser: OpenBrowser = True,
    language: Language = None,
) -> None:
    """Load the sample company (once) and show it; real data may lie beside it, one click removes it again."""
    folder = open_folder(data, create=True)
    settings = settings_of(folder, host=host, port=port, language=language)
    load_no_ornaments()
    from tanteemma.serve.run import Manner
    from tanteemma.serve.run import serve as run

    raise typer.Exit(run(folder, settings, Manner(open_browser, _load_sample, spoken())))


async def _load_sample(edge: "Edge") -> None:
    """Ask for the sample company as soon as the worker answers."""
    from tanteemma.serve.worker.messages import LoadSample

    tell(say("serve.demo.loading"))
    while not edge.stopping.is_set():
        try:
            await edge.worker.call(LoadSample(follow=True), timeout_s=_LOADS_S)
        except Problem as problem:
            if problem.code is not ProblemCode.WORKER_AWAY:
                raise
            await asyncio.sleep(_LOOK_S)
        else:
            tell(say("serve.demo.ready"))
            return


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("demo", cls=SpeakingCommand, help="cli.demo")(demo)
