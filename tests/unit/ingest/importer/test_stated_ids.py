"""A column that says which message a row is: its id counts, within its source, whatever else the row says."""

import pyarrow as pa

from tanteemma.ingest.formats.shape import Chunk, Mapping, Role
from tanteemma.ingest.importing.context import ImportContext, Mapped
from tanteemma.ingest.importing.mapping import map_chunk

COLUMNS = {Role.PERSON: "who", Role.TIME: "when", Role.TOUCHPOINT: "what", Role.MESSAGE_ID: "number"}


def events(rows: list[tuple[str | None, str]], source: str = "shop") -> Mapped:
    """Rows of (number, touchpoint) as events."""
    cells = {"who": ["k1"] * len(rows), "when": ["2026-11-01T10:00:00Z"] * len(rows)}
    table = pa.table(cells | {"number": pa.array([row[0] for row in rows], pa.string()), "what": [row[1] for row in rows]})
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    chunk = Chunk(number=0, table=table, row_numbers=numbers, bad=(), done_bytes=0, total_bytes=0)
    return map_chunk(chunk, Mapping(format="jsonl", columns=COLUMNS), ImportContext(source, "file:1", 1 << 60))


def test_one_number_is_one_event_and_other_content_is_seen() -> None:
    found = events([("7", "Kauf"), ("7", "Storno"), ("8", "Kauf")]).table
    ids, contents = found["event_id"].to_pylist(), found["content"].to_pylist()
    assert ids[0] == ids[1] != ids[2]
    assert contents[0] != contents[1], "the store tells a conflict from a duplicate by it"


def test_the_same_row_again_is_the_same_event_with_the_same_content() -> None:
    first, again = events([("7", "Kauf")]).table, events([("7", "Kauf")]).table
    assert first.select(["event_id", "content"]) == again.select(["event_id", "content"])


def test_another_source_may_count_from_one_as_well() -> None:
    assert events([("7", "Kauf")]).table["event_id"] != events([("7", "Kauf")], "erp").table["event_id"]


def test_a_row_without_a_number_is_known_by_its_content() -> None:
    ids = events([(None, "Kauf"), (None, "Kauf"), (None, "Storno")]).table["event_id"].to_pylist()
    assert len(set(ids)) == 3
