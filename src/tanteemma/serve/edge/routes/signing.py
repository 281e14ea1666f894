"""The set-up link, signing in with it, signing out."""

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect

from tanteemma.serve.edge.access import SESSION_LASTS
from tanteemma.serve.edge.cookies import session_cookie, set_session
from tanteemma.serve.edge.forms import check_own_origin
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, visitor_of
from tanteemma.serve.edge.visitor import Kind, Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import SetupView, Shell


@get(Address.SETUP.value, opt={"permission": Permission.PUBLIC})
async def setup(request: AnyRequest, token: FromQuery[str] = "") -> Response[str]:
    """The page behind the link on the terminal. Looking at it spends nothing: a mail scanner or a preview may, too."""
    return _page(request, SetupView(state="ready" if token else "closed", token=token))


@post(Address.SETUP.value, opt={"permission": Permission.PUBLIC})
async def claim(request: AnyRequest) -> Response[str] | Redirect:
    """Spend the link: a new session begins, whatever session the browser brought."""
    edge = edge_of(request)
    check_own_origin(edge, request.scope)
    form = await request.form()
    session = await edge.access.claim_setup(str(form.get("token", "")))
    if session is None:
        return _page(request, SetupView(state="wrong"), status=403)
    old = session_cookie(request.scope["headers"], https=edge.https)
    if old is not None:
        await edge.access.sign_out(old)
    line = set_session(session, https=edge.https, seconds=int(SESSION_LASTS.total_seconds()))
    return Redirect(Address.START.value, status_code=303, headers={"set-cookie": line})


@post(Address.SIGN_OUT.value, opt={"permission": Permission.PUBLIC})
async def sign_out(request: AnyRequest) -> Redirect:
    """End the session, on the server and in the browser."""
    edge = edge_of(request)
    token = session_cookie(request.scope["headers"], https=edge.https)
    if token is not None and visitor_of(request.scope).kind is Kind.OWNER:
        await edge.access.sign_out(token)
    return Redirect(Address.SETUP.value, status_code=303, headers={"set-cookie": set_session("", https=edge.https, seconds=0)})


def _page(request: AnyRequest, view: SetupView, status: int = 200) -> Response[str]:
    visitor = visitor_of(request.scope)
    shell = Shell(path=Address.SETUP.value, csrf_token=visitor.csrf_token, signed_in=False)
    content = renderer(language_for(request)).render("pages/setup.html", view, shell)
    return Response(content, status_code=status, media_type=MediaType.HTML)


ROUTES = (setup, claim, sign_out)
