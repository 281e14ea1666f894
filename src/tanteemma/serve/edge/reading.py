"""What a route reads from its request: the edge, who asks, in which language, where the page stands."""

from typing import Any

from litestar import Request

from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.edge.answers import language_of
from tanteemma.serve.edge.asgi import Scope
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.cookies import GUIDE_STATES, guide_cookie, language_cookie
from tanteemma.serve.edge.visitor import NOBODY, Visitor

AnyRequest = Request[Any, Any, Any]


def edge_of(request: AnyRequest) -> Edge:
    """What the edge has."""
    edge: Edge = request.app.state["edge"]
    return edge


def visitor_of(scope: Scope) -> Visitor:
    """Who asks, as the gate found out."""
    visitor: Visitor = scope["state"].get("visitor", NOBODY)
    return visitor


def language_for(request: AnyRequest) -> str:
    """The language of this page: said in the address, else chosen before, else what the browser prefers."""
    said = request.query_params.get("language") or request.query_params.get("lang")
    if said in LANGUAGES:
        return str(said)
    chosen = language_cookie(request.scope["headers"])
    return chosen or language_of(request.headers.get("accept-language"), edge_of(request).settings.language)


def own_address(request: AnyRequest) -> str:
    """Under which address did this visitor reach us? For the examples they copy."""
    edge = edge_of(request)
    return edge.settings.public_url.rstrip("/") or f"{request.url.scheme}://{request.headers.get('host', '')}"


def guide_for(request: AnyRequest) -> bool:
    """Is the guide open beside this page: said in the address, else left so before?"""
    said = request.query_params.get("guide")
    return said == GUIDE_STATES[0] if said in GUIDE_STATES else guide_cookie(request.scope["headers"])
