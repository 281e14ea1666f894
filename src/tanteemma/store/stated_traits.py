"""What do customers say of themselves when they sign up? The newest of each trait, one row a customer."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from tanteemma.store.hashing import keys_of
from tanteemma.store.snapshot import Snapshot

#: what is looked at, and under which names (JSON pointers) it may stand, the first that is said counts
ASKED: Final[Mapping[str, Sequence[str]]] = {
    "place": ("/city", "/ort", "/stadt", "/town", "/address/city", "/adresse/ort"),
    "postcode": ("/postcode", "/plz", "/zip", "/postal_code", "/address/postalCode", "/address/postcode", "/address/zip"),
    "birth": ("/birthday", "/birthdate", "/birth_date", "/date_of_birth", "/geburtsdatum", "/geburtstag"),
    "age": ("/age", "/alter"),
    "gender": ("/gender", "/geschlecht", "/sex"),
    "job": ("/job", "/title", "/occupation", "/profession", "/beruf", "/position"),
}


def stated_traits(snapshot: Snapshot) -> dict[str, list[str]]:
    """For each of ``ASKED`` what customers say, each customer once: the newest word of any identifier."""
    if not snapshot.events:
        return {name: [] for name in ASKED}
    columns = ", ".join(
        f"coalesce({', '.join(f'json_extract_string(traits, {_quoted(pointer)})' for pointer in pointers)}) AS {name}"
        for name, pointers in ASKED.items()
    )
    newest = ", ".join(f"arg_max({name}, occurred_at) FILTER ({name} IS NOT NULL) AS {name}" for name in ASKED)
    select = (
        f"SELECT subject, max(occurred_at) AS at, {newest} FROM (SELECT subject, occurred_at, {columns} FROM events"  # noqa: S608 - our own names
        " WHERE traits IS NOT NULL AND subject IS NOT NULL AND type <> 'group') GROUP BY subject"
    )
    table = snapshot.rows(select)
    return {name: _by_person(snapshot, table, name) for name in ASKED}


def _by_person(snapshot: Snapshot, table: pa.Table, name: str) -> list[str]:
    said = table.filter(table[name].is_valid()).sort_by([("at", "descending")])
    if not said.num_rows:
        return []
    high, low = snapshot.person_keys(*keys_of(said["subject"].to_pylist()))
    _, first = np.unique(np.stack([high, low], axis=1), axis=0, return_index=True)
    words: list[str] = said[name].take(pa.array(np.sort(first))).to_pylist()
    return words


def _quoted(text: str) -> str:
    return f"'{text}'"
