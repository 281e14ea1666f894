"""A form with a file in it, read as it arrives: the fields first, the file straight to the disk."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
from multipart import MultipartError, PushMultipartParser, parse_options_header  # type: ignore[import-untyped]  # it ships none

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.forms import FORM_TOKEN
from tanteemma.serve.edge.secrets import same
from tanteemma.serve.edge.uploads import keep_upload

_LARGEST_FIELD: Final = 4096
_MOST_PARTS: Final = 20


class UploadedFile(msgspec.Struct, frozen=True):
    """A file that lies in the data folder now, and what its owner calls it; ``fields``: what stood before it in the form."""

    path: Path
    name: str
    fields: dict[str, str] = {}


class _Reader:
    """Pulls parts out of the stream one after the other."""

    def __init__(self, pieces: AsyncIterator[bytes], content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        if kind != "multipart/form-data" or not options.get("boundary"):
            raise Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, status=415)
        self._pieces = pieces
        self._parser = PushMultipartParser(options["boundary"], max_segment_count=_MOST_PARTS)
        self._events = self._run()

    async def _run(self) -> AsyncIterator[object]:
        try:
            async for piece in self._pieces:
                for event in self._parser.parse(piece):
                    yield event
            self._parser.close()
        except MultipartError as broken:
            raise Problem(ProblemCode.BAD_REQUEST, status=400) from broken

    async def parts(self) -> AsyncIterator[object]:
        """Part, pieces of its body, None; and the next part."""
        async for event in self._events:
            yield event


async def receive_form_file(edge: Edge, pieces: AsyncIterator[bytes], content_type: str, token: str) -> UploadedFile:
    """The uploaded file of a form. Raises Problem FORBIDDEN when the token does not come first or is not the visitor's."""
    events = _Reader(pieces, content_type).parts()
    fields: dict[str, bytearray] = {}
    async for event in events:
        name, file_name = getattr(event, "name", None), getattr(event, "filename", None)
        if name is None:
            continue
        if file_name is None:
            fields[name] = await _field(events)
            continue
        if not same(fields.get(FORM_TOKEN, bytearray()).decode("ascii", "replace"), token):
            raise Problem(ProblemCode.FORBIDDEN, status=403)
        path = await keep_upload(edge, _body(events))
        async for _ in events:
            pass
        said = {field: value.decode("utf-8", "replace") for field, value in fields.items() if field != FORM_TOKEN}
        return UploadedFile(path, plain_name(file_name), said)
    raise Problem(ProblemCode.EMPTY_BODY, status=400)


async def _field(events: AsyncIterator[object]) -> bytearray:
    value = bytearray()
    async for piece in _body(events):
        value += piece
        if len(value) > _LARGEST_FIELD:
            raise Problem(ProblemCode.TOO_LARGE, status=413, limit=_LARGEST_FIELD)
    return value


async def _body(events: AsyncIterator[object]) -> AsyncIterator[bytes]:
    async for event in events:
        if not isinstance(event, bytes | bytearray):
            return
        yield bytes(event)


def plain_name(name: str) -> str:
    r"""The last part of a file name as a browser sent it, printable; never used as a path.

    >>> plain_name("C:\\Daten\\..\\Mai.csv")
    'Mai.csv'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:200] or "file"
