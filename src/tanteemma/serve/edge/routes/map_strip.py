"""The strip of phases on the page Start, when its figures took longer than the page."""

from typing import Final

from litestar import Response, get
from litestar.enums import MediaType

from tanteemma.serve.edge.map_strip import strip_of
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_start import StartView

_READ: Final = {"permission": Permission.DATA_READ}


@get("/start/phases", opt=_READ)
async def phases(request: AnyRequest) -> Response[str]:
    """The phases with their figures."""
    strip, _ = await strip_of(request, patient=True)
    shell = Shell(path="/", csrf_token="", time_zone=edge_of(request).settings.time_zone)
    view = StartView(address="", strip=strip)
    return Response(renderer(language_for(request)).render("partials/map_strip.html", view, shell), media_type=MediaType.HTML)


ROUTES = (phases,)
