"""A map that begins with the starter kit of a branch."""

import contextlib
from datetime import UTC, datetime
from typing import Final

from litestar import post
from litestar.response import Redirect

from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.drawing import changed, editor_of, form_of
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.kits import drafts_from, kit_named

_SEE_OTHER: Final = 303


@post("/map/kit", opt={"permission": Permission.DATA_WRITE})
async def begin(request: AnyRequest) -> Redirect:
    """Make the documents of a kit, bound to the events that are there, and show its map."""
    said = await form_of(request)
    kit, editor, today = kit_named(said.get("kit", "")), editor_of(request), datetime.now(UTC).date()
    drafts = drafts_from(kit, language_for(request), today, await _events(request))

    def make(tx: Transaction) -> Document:
        return [keeping.make(tx, draft, editor) for draft in drafts][-1]

    document = await changed(request, make)
    return Redirect(f"/map/{document.key}?done=map_made", status_code=_SEE_OTHER)


async def _events(request: AnyRequest) -> list[str]:
    """The names of the events of the usual journey; none while nobody can say."""
    with contextlib.suppress(Problem):
        graph = await asking.graph(edge_of(request), JourneyFilter())
        return [node.name for node in graph.nodes]
    return []


ROUTES = (begin,)
