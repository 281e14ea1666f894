"""What became of each client, and the table of it in the docs."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.clients.driven_clients import Client
from tests.conftest import ROOT

PAGE: Final = ROOT / "docs" / "doors.md"
BEGIN: Final = "<!-- clients: written by make clients -->"
END: Final = "<!-- clients: end -->"
_PIN: Final = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)$", re.MULTILINE)
_KINDS: Final = {"python": "Python", "node": "Node", "browser": "browser"}
DATABASES: Final = ("SQLite", "PostgreSQL")


def pinned() -> dict[tuple[str, str], str]:
    """The version of every package that is driven, by (where it comes from, name)."""
    asked = (ROOT / "requirements" / "clients.in").read_text(encoding="utf-8")
    told = json.loads((ROOT / "tests" / "clients" / "node" / "package.json").read_text(encoding="utf-8"))
    found = {("PyPI", name): version for name, version in _PIN.findall(asked)}
    return found | {("npm", name): version for name, version in told["dependencies"].items()}


def version_of(client: Client) -> str:
    """The version of the package of a client."""
    return pinned()["PyPI" if client.where == "python" else "npm", client.package]


@dataclass
class Outcomes:
    """Events and fields found, by client and database."""

    found: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def write(self, clients: Sequence[Client], page: Path = PAGE) -> bool:
        """Put the table between its markers, if every client was found on every database. Was it?"""
        if any((client.driver, database) not in self.found for client in clients for database in DATABASES):
            return False
        text = page.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        _, after = rest.split(END)
        page.write_text(f"{before}{BEGIN}\n\n{self._table(clients)}\n\n{END}{after}", encoding="utf-8")
        return True

    def _table(self, clients: Sequence[Client]) -> str:
        lines = ["| client | version | runs in | calls driven | again after 503 | SQLite | PostgreSQL |", "|" + "---|" * 7]
        for client in clients:
            cells = [
                f"{events} events, {fields} values" for events, fields in (self.found[client.driver, one] for one in DATABASES)
            ]
            again = "yes" if client.retries else "not asked"
            names = [f"`{client.package}`", version_of(client), _KINDS[client.where], client.calls, again]
            lines.append(f"| {' | '.join([*names, *cells])} |")
        return "\n".join(lines)
