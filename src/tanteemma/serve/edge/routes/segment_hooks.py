"""Who is told when somebody enters or leaves a segment: on the segment's page, and as JSON."""

from typing import Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, delete, get, post
from litestar.enums import MediaType
from litestar.params import JSONBody
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.answering import whole_number
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.customer_tabs import SEGMENT_ONE
from tanteemma.serve.pages.views_hooks import HookMadeView, MadeHook

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_MOST: Final = 2**53


class NewHook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which segment, and the address that is told."""

    segment: str
    url: str


@get("/api/segments/hooks", opt=_READ)
async def api_hooks(request: AnyRequest) -> Response[bytes]:
    """Those of the segment ``name`` of the address, else all; with what was told last and why not since."""
    options = {"segment": request.query_params.get("name")}
    answered = await asking_people.ask(edge_of(request), "segment_hooks", options)
    return Response(answered.body, media_type=MediaType.JSON, headers={"cache-control": "no-store"})


@post("/api/segments/hooks", opt=_CHANGE, status_code=201)
async def api_add_hook(request: AnyRequest, data: JSONBody[NewHook]) -> Response[bytes]:
    """Tell an address; the answer says the ``secret`` its requests are signed with, once."""
    options = msgspec.structs.asdict(data) | {"by": OWNER}
    answered = await asking_people.ask(edge_of(request), "add_segment_hook", options)
    return Response(answered.body, status_code=201, media_type=MediaType.JSON, headers={"cache-control": "no-store"})


@delete("/api/segments/hooks", opt=_CHANGE, status_code=200)
async def api_remove_hook(request: AnyRequest) -> Response[bytes]:
    """Tell the one with the ``number`` of the address no more."""
    if "number" not in request.query_params:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="number")
    options = {"number": whole_number(request, "number", 1, _MOST), "by": OWNER}
    answered = await asking_people.ask(edge_of(request), "remove_segment_hook", options)
    return Response(answered.body, media_type=MediaType.JSON, headers={"cache-control": "no-store"})


@post("/segments/hooks", opt=_CHANGE, status_code=200)
async def add_hook_page(request: AnyRequest) -> Response[str]:
    """Tell an address; its key is shown once."""
    form = await request.form()
    options = {"segment": str(form.get("segment", "")), "url": str(form.get("url", "")), "by": OWNER}
    made = msgspec.json.decode((await asking_people.ask(edge_of(request), "add_segment_hook", options)).body, type=MadeHook)
    return await show(request, Page(template="pages/segment_hook.html", view=HookMadeView(made=made), section="customers"))


@post("/segments/hooks/remove", opt=_CHANGE)
async def remove_hook_page(request: AnyRequest) -> Redirect:
    """Tell it no more."""
    form = await request.form()
    number = str(form.get("number", ""))
    if not (number.isascii() and number.isdecimal() and len(number) < 12):  # noqa: PLR2004 - beyond any number there is
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="number", value=number[:80])
    await asking_people.ask(edge_of(request), "remove_segment_hook", {"number": int(number), "by": OWNER})
    query = urlencode({"name": str(form.get("segment", "")), "done": "hook_removed"})
    return Redirect(f"{SEGMENT_ONE}?{query}", status_code=303)


ROUTES = (api_hooks, api_add_hook, api_remove_hook, add_hook_page, remove_hook_page)
