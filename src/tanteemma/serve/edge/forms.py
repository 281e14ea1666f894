"""Does a form come from one of our own pages? Its origin must be ours, its token the visitor's."""

from typing import Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.asgi import Scope
from tanteemma.serve.edge.body import header
from tanteemma.serve.edge.context import Edge

#: the hidden field of every form
FORM_TOKEN: Final = "_csrf_token"  # noqa: S105 - the name of a form field


def own_origin(edge: Edge, scope: Scope) -> str:
    """Under which origin was this request made? The public address if there is one, else scheme and host of the request."""
    if edge.settings.public_url:
        return edge.settings.public_url
    return f"{scope['scheme']}://{header(scope['headers'], b'host') or ''}"


def check_own_origin(edge: Edge, scope: Scope) -> None:
    """Raises Problem FOREIGN_ORIGIN unless the request comes from one of our own pages."""
    headers = scope["headers"]
    origin = header(headers, b"origin")
    own = own_origin(edge, scope)
    site = header(headers, b"sec-fetch-site")
    if origin is not None:
        fine = edge.own_only.lets_in(origin, own)
    elif site is not None:
        fine = site in {"same-origin", "none"}
    else:
        page = header(headers, b"referer")
        fine = page is not None and edge.own_only.lets_in(page, own)
    if not fine:
        raise Problem(ProblemCode.FOREIGN_ORIGIN, status=403)
