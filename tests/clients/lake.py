"""What lies in the lake of a running server, and who is one person there."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deltalake import DeltaTable

from tanteemma.store.operational import Operational, people, quarantine
from tests.server.running import EMMA, Running, environment

Row = Mapping[str, Any]


def write_key(server: Running, source: str) -> str:
    """A write key of a source, made where the server keeps its keys."""
    command = [*EMMA, "keys", "create", source, "--kind", "write", "--json", "--data", str(server.data)]
    made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment(server.settings))
    return str(json.loads(made.stdout)["key"])


def rows_of(server: Running, source: str) -> list[Row]:
    """The events of one source as they are stored now."""
    folder = server.data / "lake"
    if not folder.is_dir():
        return []
    found = DeltaTable(str(folder)).to_pyarrow_table().to_pylist()
    return [_read(row) for row in found if row["source"] == source]


def _read(row: dict[str, Any]) -> Row:
    texts = {name: json.loads(row[name] or "{}") for name in ("properties", "traits", "context")}
    return row | texts | {"keys": dict(row["keys"] or ()), "value": None if row["value"] is None else float(row["value"])}


def persons_of(server: Running, subjects: Iterable[str]) -> Sequence[bytes]:
    """The persons that these keys name."""
    with _tables(server) as tables, tables.read() as tx:
        return sorted(set(people.person_of(tx, subjects).values()))


def quarantined(server: Running) -> int:
    """How many events of any source could not be used."""
    with _tables(server) as tables, tables.read() as tx:
        return quarantine.count(tx, quarantine.Filter())


def _tables(server: Running) -> Operational:
    return Operational.open(server.settings["database_url"] or server.data / "operational.db")
