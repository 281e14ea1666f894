"""Files attached to a customer: on the page and as JSON, taken in, listed, given out, removed and brought back."""

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import msgspec
from litestar import Response, delete, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.identity.attachments import MOST, media_type_of, shown_name
from tanteemma.identity.keys import strongest
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.multipart_form import receive_form_file
from tanteemma.serve.edge.reading import AnyRequest, edge_of, visitor_of
from tanteemma.serve.edge.routes.people import person_page
from tanteemma.serve.edge.uploads import forget_upload
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.known_people import Known
from tanteemma.serve.pages.addresses import Address
from tanteemma.store.operational import Transaction, attachments, audit
from tanteemma.store.operational.attachments import Attachment, NewAttachment

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_UPLOAD: Final = {"permission": Permission.DATA_WRITE, "checks_form_itself": True}
#: what a form says around the file
_ENVELOPE: Final = 64 * 1024
_PAGE: Final = f"{Address.PEOPLE.value}/{{person:str}}/attachments"
_API: Final = "/v1/people/{person:str}/attachments"


@post(_PAGE, opt=_UPLOAD, request_max_body_size=None)
async def upload(request: AnyRequest, person: FromPath[str]) -> Response[str] | Redirect:
    """A file from a form; what cannot be taken comes back in words."""
    known = await asking_people.person(edge_of(request), person)
    try:
        file = await _received(request)
        await _keep(edge_of(request), known, *file)
    except Problem as problem:
        if problem.status in {401, 403}:
            raise
        return await person_page(request, known, problem)
    return _back(known.id, "attachment_kept")


async def _received(request: AnyRequest) -> tuple[str, bytes]:
    """Name and bytes of the file in a form. Raises Problem."""
    edge = edge_of(request)
    largest = edge.settings.largest_attachment_bytes
    with BodyReader(request.receive, largest=largest + _ENVELOPE, timeout_s=edge.settings.body_timeout_s) as reader:
        try:
            reader.check_length(request.headers.get("content-length"))
            token = visitor_of(request.scope).csrf_token
            file = await receive_form_file(edge, reader.pieces(), request.headers.get("content-type", ""), token)
        except Problem as problem:
            raise _too_large(problem, largest) from problem
    try:
        return file.name, await asyncio.to_thread(file.path.read_bytes)
    finally:
        forget_upload(file.path)


@get(f"{_PAGE}/{{number:int}}", opt=_READ)
async def give(request: AnyRequest, person: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The file, to be saved."""
    return await _given(request, person, number)


@post(f"{_PAGE}/{{number:int}}/remove", opt=_CHANGE)
async def take_away(request: AnyRequest, person: FromPath[str], number: FromPath[int]) -> Redirect:
    """Remove a file; the page offers to bring it back."""
    await _removed(request, person, number)
    return _back(person, "attachment_removed")


@post(f"{_PAGE}/{{number:int}}/restore", opt=_CHANGE)
async def bring_back(request: AnyRequest, person: FromPath[str], number: FromPath[int]) -> Redirect:
    """Bring a removed file back."""
    await _restored(request, person, number)
    return _back(person, "attachment_restored")


@get(_API, opt=_READ)
async def api_list(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
    """The files of a person, the newest first; ``removed`` those that can be brought back."""
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    found = await edge.access.read(lambda tx: attachments.of_subjects(tx, known.subjects, removed=True))
    there = [one for one in found if one.removed is None]
    return _told({"attachments": there, "removed": [one for one in found if one.removed is not None]})


@post(_API, opt=_CHANGE, request_max_body_size=None, status_code=201)
async def api_keep(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
    """Attach a file: the body is its bytes, ``?name=`` its name with its ending."""
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    name = request.query_params.get("name", "")
    if not name:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    largest = edge.settings.largest_attachment_bytes
    with BodyReader(request.receive, largest=largest, timeout_s=edge.settings.body_timeout_s) as reader:
        try:
            reader.check_length(request.headers.get("content-length"))
            raw = await reader.whole()
        except Problem as problem:
            raise _too_large(problem, largest) from problem
    return _told(await _keep(edge, known, name, raw), 201)


@get(f"{_API}/{{number:int}}", opt=_READ)
async def api_give(request: AnyRequest, person: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The bytes of a file."""
    return await _given(request, person, number)


@delete(f"{_API}/{{number:int}}", opt=_CHANGE, status_code=200)
async def api_remove(request: AnyRequest, person: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """Remove a file; for thirty days it can be brought back."""
    return _told(await _removed(request, person, number))


@post(f"{_API}/{{number:int}}/restore", opt=_CHANGE, status_code=200)
async def api_restore(request: AnyRequest, person: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """Bring a removed file back."""
    return _told(await _restored(request, person, number))


async def _keep(edge: Edge, known: Known, name: str, raw: bytes) -> Attachment:
    shown = shown_name(name)
    media_type = await asyncio.to_thread(media_type_of, shown, raw, edge.settings.largest_attachment_bytes)
    new = NewAttachment(strongest(known.subjects), shown, media_type, raw, OWNER)

    def kept(tx: Transaction) -> Attachment:
        found = attachments.attach(tx, new, known.subjects, MOST)
        audit.note(tx, OWNER, "attachment_kept", str(found.number))
        return found

    return await edge.access.write(kept)


async def _given(request: AnyRequest, person: str, number: int) -> Response[bytes]:
    edge = edge_of(request)
    known = await asking_people.person(edge, person)

    def looked(tx: Transaction) -> tuple[Attachment, bytes]:
        return _theirs(tx, known, number), attachments.content(tx, number)

    found, raw = await edge.access.read(looked)
    headers = {
        "cache-control": "no-store",
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(raw, media_type=found.media_type, headers=headers)


async def _removed(request: AnyRequest, person: str, number: int) -> Attachment:
    return await _turned(request, person, number, ("attachment_removed", attachments.remove))


async def _restored(request: AnyRequest, person: str, number: int) -> Attachment:
    return await _turned(request, person, number, ("attachment_restored", attachments.restore))


async def _turned(
    request: AnyRequest, person: str, number: int, how: tuple[str, Callable[[Transaction, int], Attachment]]
) -> Attachment:
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    noted, turn = how

    def turned(tx: Transaction) -> Attachment:
        _theirs(tx, known, number)
        audit.note(tx, OWNER, noted, str(number))
        return turn(tx, number)

    return await edge.access.write(turned)


def _theirs(tx: Transaction, known: Known, number: int) -> Attachment:
    """Nobody's file is reached by the page of somebody else. Raises Problem NOT_FOUND."""
    found = attachments.find(tx, number)
    if found.subject not in known.subjects:
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="attachment", value=number)
    return found


def _too_large(problem: Problem, largest: int) -> Problem:
    if problem.code is not ProblemCode.TOO_LARGE:
        return problem
    return Problem(ProblemCode.ATTACHMENT_TOO_LARGE, status=413, value="", limit=f"{largest:,}")


def _back(person: str, done: str) -> Redirect:
    return Redirect(f"{Address.PEOPLE.value}/{person}?done={done}#files-title", status_code=303)


def _told(document: object, status: int = 200) -> Response[bytes]:
    return Response(
        msgspec.json.encode(document), media_type=MediaType.JSON, status_code=status, headers={"cache-control": "no-store"}
    )


ROUTES = (upload, give, take_away, bring_back, api_list, api_keep, api_give, api_remove, api_restore)
