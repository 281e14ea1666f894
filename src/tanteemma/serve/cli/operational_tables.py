"""The operational tables for a command; a running server reads the same ones, so no lock is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tanteemma.store.operational import Transaction


@contextmanager
def tables_of(data: "Path", *, write: bool) -> Iterator["Transaction"]:
    """One transaction on the tables of a data folder. Raises Problem DATA_MISSING."""
    from tanteemma.serve.cli.asking import open_folder, settings_of
    from tanteemma.store.operational import Operational

    folder = open_folder(data)
    where = settings_of(folder).database_url or folder.operational_db
    with Operational.open(where) as tables, tables.begin() if write else tables.read() as tx:
        yield tx
