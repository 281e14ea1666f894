"""Pictures on maps and storyboards: taken in small enough, without what a camera wrote into them, and given out again."""

import asyncio
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.drawing import editor_of
from tanteemma.serve.edge.pictures import LARGEST, measured
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.store.operational import document_pictures

_READ: Final = {"permission": Permission.DATA_READ}
_UPLOAD: Final = {"permission": Permission.DATA_WRITE}


@post("/documents/pictures", opt=_UPLOAD, request_max_body_size=None, status_code=201)
async def keep(request: AnyRequest) -> Response[bytes]:
    """Keep a picture: the body is its bytes. Answers its key, width and height."""
    edge = edge_of(request)
    with BodyReader(request.receive, largest=LARGEST + 1, timeout_s=edge.settings.body_timeout_s) as reader:
        try:
            reader.check_length(request.headers.get("content-length"))
            raw = await reader.whole()
        except Problem as problem:
            if problem.code is not ProblemCode.TOO_LARGE:
                raise
            raise Problem(ProblemCode.PICTURE_TOO_LARGE, status=413) from problem
    picture = await asyncio.to_thread(measured, raw)
    who = editor_of(request).who
    size = (picture.width, picture.height)
    key = await edge.access.write(lambda tx: document_pictures.keep(tx, picture.bytes, picture.media_type, size, who))
    answer = {"key": key, "width": picture.width, "height": picture.height}
    return Response(msgspec.json.encode(answer), media_type=MediaType.JSON, status_code=201)


@get("/documents/pictures/{picture:str}", opt=_READ)
async def give(request: AnyRequest, picture: FromPath[str]) -> Response[bytes]:
    """The picture."""
    found = await edge_of(request).access.read(lambda tx: document_pictures.find(tx, picture))
    if found is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404)
    headers = {
        "cache-control": "private, max-age=31536000, immutable",
        "content-disposition": "inline",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(found.bytes, media_type=found.media_type, headers=headers)


ROUTES = (keep, give)
