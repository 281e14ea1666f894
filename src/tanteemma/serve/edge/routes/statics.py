"""Style sheets, scripts and pictures of the pages: read once at the start, named by their content, cached for ever."""

import gzip
import mimetypes
from functools import cache
from typing import Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.reading import AnyRequest
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.render import STATIC, static_version

_WORTH_PACKING: Final = frozenset({".css", ".js", ".svg"})
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_FOR_NOW: Final = "public, max-age=60"


class _File(msgspec.Struct, frozen=True):
    content: bytes
    packed: bytes | None
    media_type: str


@cache
def _files() -> dict[str, _File]:
    found = {}
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            packed = gzip.compress(content, mtime=0) if path.suffix in _WORTH_PACKING else None
            found[path.relative_to(STATIC).as_posix()] = _File(content, packed, kind)
    return found


@get("/static/{version:str}/{name:path}", opt={"permission": Permission.PUBLIC})
async def static_file(request: AnyRequest, version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """One file of the pages. Only what was there at the start exists; a path cannot lead anywhere else."""
    file = _files().get(name.lstrip("/"))
    if file is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404)
    headers = {"cache-control": _FOR_EVER if version == static_version() else _FOR_NOW, "vary": "Accept-Encoding"}
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(file.content, media_type=file.media_type, headers=headers)


ROUTES = (static_file,)
