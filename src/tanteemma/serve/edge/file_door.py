"""The door for files: a body kept as it came, entered, and read in; small ones answered with their result."""

from typing import Any, Final
from urllib.parse import parse_qs, unquote

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.asgi import Headers
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.entering import enter_file, new_ticket
from tanteemma.serve.edge.knocking import Knock
from tanteemma.serve.edge.multipart_form import plain_name
from tanteemma.serve.edge.uploads import check_room, keep_upload
from tanteemma.serve.worker.documents import ImportState
from tanteemma.serve.worker.messages import StartImport

_ACCEPTED: Final = 202
_ENDED: Final = frozenset({"done", "failed", "undone"})
_SUFFIXES: Final = {
    "text/csv": ".csv",
    "application/xml": ".xes",
    "text/xml": ".xes",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/x-ndjson": ".jsonl",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.apache.parquet": ".parquet",
    "application/json": ".json",
    "application/vnd.sqlite3": ".sqlite",
    "application/x-sqlite3": ".sqlite",
}
_LONGEST_COLUMN: Final = 500


class _Line(msgspec.Struct, omit_defaults=True):
    code: str
    row: int | None
    field: str | None
    count: int


async def take_file(edge: Edge, knock: Knock) -> tuple[int, bytes, Headers]:
    """Keep the body, let the worker read it in, and say how far it is after a moment."""
    check_room(edge)
    said = {name: values[0] for name, values in parse_qs(knock.scope["query_string"].decode("latin-1")).items()}
    columns = columns_from(said.get("columns", ""))
    name = _name(knock, said)
    source = knock.visitor.source or said.get("source") or name.rsplit(".", 1)[0]
    with BodyReader(
        knock.receive, largest=edge.settings.largest_upload_bytes, timeout_s=edge.settings.body_timeout_s
    ) as reader:
        reader.check_length(knock.header(b"content-length"))
        path = await keep_upload(edge, reader.pieces())
    message = StartImport(
        path=str(path),
        name=name,
        source=source,
        format=said.get("format"),
        columns=columns,
        move=True,
        follow=False,
        wait_s=edge.settings.import_answer_s,
        ticket=new_ticket(),
    )
    state = await enter_file(edge, message)
    document = document_of(state)
    headers = [(b"location", document["follow"].encode())] if "follow" in document else []
    return _ACCEPTED, msgspec.json.encode(document), headers


def document_of(state: ImportState) -> dict[str, Any]:
    """What the sender of a file is told: counts and reasons, never what stood in the file. ``follow``: where the rest is told.

    Of a file that still waits for an answer only the rows that are no rows are settled: they are received and in quarantine.
    """
    follow = {} if state.state in _ENDED else {"follow": f"/api/imports/{state.number}"}
    return follow | {
        "import": state.number,
        "state": state.state,
        "rows": state.rows,
        "received": state.received or state.quarantined,
        "accepted": state.accepted,
        "duplicates": state.duplicate,
        "quarantined": state.quarantined,
        "rejected": state.rejected,
        "problems": [_Line(line.code, line.row, line.field, line.count) for line in state.problems],
    }


def columns_from(written: str) -> dict[str, str]:
    """``person=Kunde,time=Datum`` as on the command line: role -> column. Raises Problem MAPPING_NEEDED for anything else.

    >>> columns_from("person=Kunde,time=Datum")
    {'person': 'Kunde', 'time': 'Datum'}
    """
    found: dict[str, str] = {}
    for part in filter(None, written.split(",")):
        role, equals, column = part.partition("=")
        if not equals or not column.strip():
            raise Problem(ProblemCode.MAPPING_NEEDED, status=422, field="columns")
        found[role.strip()] = column.strip()[:_LONGEST_COLUMN]
    return found


def _name(knock: Knock, said: dict[str, str]) -> str:
    written = said.get("name") or unquote(knock.header(b"x-file-name") or "")
    if written:
        return plain_name(written)
    kind = (knock.header(b"content-type") or "").partition(";")[0].strip().lower()
    return f"import{_SUFFIXES.get(kind, '')}"
