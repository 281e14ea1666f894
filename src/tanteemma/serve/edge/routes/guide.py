"""The page of the guide: twelve stops from the first question to a proven effect."""

from litestar import Response, get

from tanteemma.serve.edge import asking
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address


@get(Address.GUIDE.value, opt={"permission": Permission.DATA_READ})
async def guide(request: AnyRequest) -> Response[str]:
    """Every stop with why, how long, who, with what, when it is done, and how far it is."""
    edge = edge_of(request)
    events = (await asking.freshness(edge)).events
    view = await edge.access.read(lambda tx: edge.guiding.look(tx, events))
    return await show(request, Page(template="pages/guide.html", view=view))


ROUTES = (guide,)
