"""The table of real clients in the docs is about the packages and versions that are pinned."""

import re
from typing import Final

from tests.clients.driven_clients import CLIENTS
from tests.clients.outcome import BEGIN, END, PAGE, Outcomes, pinned, version_of
from tests.house.tree import ROOT, one_a_line

#: what is installed to drive others and is driven by nobody
TOOLS: Final = {("npm", "esbuild")}
DRIVEN: Final = ROOT / "tests" / "clients" / "driven"


def _rows() -> set[tuple[str, str]]:
    text = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    return set(re.findall(r"^\| `([^`]+)` \| (\S+) \|", text, re.MULTILINE))


def test_the_table_in_the_docs_names_every_client_in_its_pinned_version() -> None:
    other = _rows() ^ {(client.package, version_of(client)) for client in CLIENTS}
    assert not other, one_a_line([*map(str, sorted(other)), "make clients writes the table"])


def test_every_pinned_client_is_driven_by_a_script_of_its_own() -> None:
    driven = {("PyPI" if client.where == "python" else "npm", client.package) for client in CLIENTS}
    assert set(pinned()) - TOOLS == driven
    scripts = {path.stem for path in DRIVEN.glob("*/*") if path.stem != "telling" and "__" not in path.name}
    assert scripts == {client.driver for client in CLIENTS}


def test_every_version_of_a_client_is_exact() -> None:
    loose = [f"{name} {version}" for (_, name), version in pinned().items() if not re.fullmatch(r"[0-9]+(\.[0-9]+)+", version)]
    assert not loose, one_a_line(loose)


def test_the_lock_of_npm_pins_by_hash_and_names_no_host() -> None:
    lock = (ROOT / "tests" / "clients" / "node" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert lock.count('"integrity"') >= len([name for place, name in pinned() if place == "npm"])


def test_a_table_is_written_only_when_every_client_passed_on_both_databases() -> None:
    assert not Outcomes({(CLIENTS[0].driver, "SQLite"): (1, 1)}).write(CLIENTS)
