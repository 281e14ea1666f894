"""Maps that belong together: the one as it shall be, begun from the one as it is; and a part of a map as a map of its own."""

from typing import Final

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import text
from tanteemma.serve.edge.document_forms import title_of
from tanteemma.serve.edge.drawing import changed, editor_of
from tanteemma.serve.edge.map_reading import counterpart_of
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.visitor import Permission
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.counterparts import begin_counterpart, begin_part
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.schema import LONGEST_LINE

_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_SEE_OTHER: Final = 303


@post("/map/{key:str}/counterpart", opt=_CHANGE)
async def counterpart(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """The map as it shall be, begun as a copy; if there is one already, it is that one."""
    editor, language = editor_of(request), language_for(request)

    def begin(tx: Transaction) -> Document:
        document = keeping.open_document(tx, key)
        there = counterpart_of(tx, document)
        name = text("map.counterpart.name", language, name=document.name)[:LONGEST_LINE]
        return there or begin_counterpart(tx, document, name, editor)

    document = await changed(request, begin)
    return Redirect(f"/map/{document.key}?look=beside&done=map_made", status_code=_SEE_OTHER)


@post("/map/{key:str}/part/{part:str}/sub", opt=_CHANGE)
async def sub_map(request: AnyRequest, key: FromPath[str], part: FromPath[str]) -> Redirect:
    """A map of its own for a phase or a touchpoint; if there is one already, it is that one."""
    editor, language = editor_of(request), language_for(request)

    def begin(tx: Transaction) -> Document:
        document = keeping.open_document(tx, key)
        found = document.content.part(part)
        if found is None:
            raise Problem(ProblemCode.PART_GONE, status=404, value=part[:80])
        return begin_part(tx, document, found, (title_of(found, language), language), editor)

    document = await changed(request, begin)
    return Redirect(f"/map/{document.key}?done=map_made", status_code=_SEE_OTHER)


ROUTES = (counterpart, sub_map)
