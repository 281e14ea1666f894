"""Who answers for a source and what it is for: said the same way by page and interface."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.source_report import take_note
from tanteemma.store.operational import Transaction, audit, sources

LONGEST: Final = 500


def learning_of(request: AnyRequest) -> timedelta:
    """How long everything a new source sends is taken for usual."""
    return timedelta(seconds=edge_of(request).settings.schema_learning_s)


async def describe(request: AnyRequest, name: str, said: Mapping[str, str | None], *, noted: bool = False) -> None:
    """Keep ``department`` and ``purpose`` (None: as they are); ``noted``: the changes of the source are known now.

    Raises Problem SOURCE_UNKNOWN, TEXT_TOO_LONG.
    """
    for field, text in said.items():
        if text is not None and len(text) > LONGEST:
            raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field=field, limit=LONGEST)
    learning = learning_of(request)

    def change(tx: Transaction) -> None:
        sources.describe(tx, name, department=_kept(said.get("department")), purpose=_kept(said.get("purpose")))
        if noted:
            take_note(tx, name, learning)
        audit.note(tx, OWNER, "source_noted" if noted else "source_described", name)

    await edge_of(request).access.write(change)


def _kept(text: str | None) -> str | None:
    return None if text is None else text.strip()
