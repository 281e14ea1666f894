"""A server that is changed in one respect before it starts: a journal that is slow or broken, a way that is closed."""

import sys
from dataclasses import dataclass
from typing import Final

from tests.server.running import Running

_PROGRAM: Final = """
import sys
from tanteemma.serve import run
real = run.open_journal
def opened(*said):
    journal = real(*said)
    {of_journal}
    return journal
run.open_journal = opened
{change}
from tanteemma.serve.cli import main
sys.exit(main())
"""


@dataclass
class Altered(Running):
    """``change``: done before the start; ``of_journal``: done to ``journal`` once it is open (indented by four)."""

    change: str = ""
    of_journal: str = "pass"

    def program(self) -> list[str]:
        return [sys.executable, "-c", _PROGRAM.format(change=self.change, of_journal=self.of_journal.strip() or "pass")]
