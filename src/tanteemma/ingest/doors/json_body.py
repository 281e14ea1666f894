"""A body of JSON as the dialects take it apart: one object, a list, a list inside an object, or the same inside a form."""

import base64
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, text_of
from tanteemma.ingest.doors.lz64 import unpacked_lz64
from tanteemma.ingest.doors.split import check_names, members_of, originals, pieces_of
from tanteemma.ingest.doors.unpack import as_utf8
from tanteemma.ingest.steps.strict_json import mend
from tanteemma.ingest.steps.times import parse_time
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode

_UNREADABLE: Final = 400
_REFUSED: Final = 422
_OPENS: Final = (b"{", b"[")
#: with which half a character begins, and a few whole ones
_HALF: Final = b"\xed"


class Text(NamedTuple):
    """JSON as it came, and with what no store can hold replaced."""

    came: bytes
    mended: bytes

    @property
    def is_object(self) -> bool:
        """Does it begin like an object?"""
        return self.mended.startswith(b"{")

    @property
    def is_array(self) -> bool:
        """Does it begin like a list?"""
        return self.mended.startswith(b"[")


def json_in(request: Foreign, field: str = "data") -> Text:
    """The JSON of a request: its body, or the form or address field of that name, plain, in base64, or in lz64 if it says so.

    Raises Problem EMPTY_BODY (400), INVALID_UTF8 (400), NOT_AN_OBJECT (400) if it is neither an object nor a list, and those
    of ``unpacked_lz64``.
    """
    came = as_utf8(request.body, "utf-8").strip()
    if not came.startswith(_OPENS):
        came = _in_form(request, came, field)
    if not came:
        raise Problem(ProblemCode.EMPTY_BODY, status=_UNREADABLE)
    if not came.startswith(_OPENS):
        raise Problem(ProblemCode.NOT_AN_OBJECT, status=_UNREADABLE)
    return Text(came, mend(came))


def _in_form(request: Foreign, body: bytes, field: str) -> bytes:
    pairs = [*parse_qsl(body.decode("utf-8"), keep_blank_values=True), *request.query]
    said = next((value for name, value in pairs if name == field), "").strip()
    if not said:
        return body
    if ("compression", "lz64") in pairs:
        return unpacked_lz64(said.replace(" ", "+")).strip()
    if said[:1] in "{[":
        return said.encode("utf-8", "replace")
    try:
        return whole_characters(base64.b64decode(said.replace(" ", "+"), validate=False)).strip()
    except ValueError:
        return said.encode("utf-8", "replace")


def whole_characters(text: bytes) -> bytes:
    """UTF-8, also where a script encoded the two halves of a character (an emoji) each by itself, as Mixpanel's does.

    Raises Problem INVALID_UTF8 (400).

    >>> whole_characters(bytes.fromhex("eda0bdedbb92")).decode()
    '🛒'
    """
    if _HALF not in text:
        return as_utf8(text, "utf-8")
    try:
        return text.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    except UnicodeError:
        return as_utf8(text, "utf-8")


def members(text: bytes, *, status: int = _UNREADABLE) -> dict[str, bytes]:
    """The members of an object as texts. Raises Problem NOT_AN_OBJECT, INVALID_JSON, DUPLICATE_KEY."""
    if not text.startswith(b"{"):
        raise Problem(ProblemCode.NOT_AN_OBJECT, status=status)
    found = members_of(text)
    check_names(text, found)
    return found


def elements(text: Text, array: bytes, most: int) -> list[tuple[bytes, bytes]]:
    """The elements of a list within a text: each mended, and as it came. Raises Problem BATCH_NOT_ARRAY, TOO_MANY_EVENTS."""
    if not array.startswith(b"["):
        raise Problem(ProblemCode.BATCH_NOT_ARRAY, status=_UNREADABLE)
    pieces = pieces_of(array, most)
    return list(zip(pieces, originals(text.came, pieces, text.mended), strict=True))


def inside(text: bytes | None) -> dict[str, bytes]:
    """The members of an object, none if it is something else or not there."""
    return members_of(text) if text is not None and text.startswith(b"{") else {}


def from_address(query: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    """What stands in an address as members of an object; a name with one dot lies in an object: ``properties.preis=3``.

    >>> from_address([("event", "Kauf"), ("properties.preis", "3")])
    {'event': b'"Kauf"', 'properties': b'{"preis":"3"}'}
    """
    found: dict[str, str | dict[str, str]] = {}
    for name, value in query:
        outer, dot, inner = name.partition(".")
        if not dot:
            found[name] = value
            continue
        held = found.setdefault(outer, {})
        if isinstance(held, dict):
            held[inner] = value
    return {name: msgspec.json.encode(value) for name, value in found.items()}


def sent_us(said: dict[str, bytes], name: str, zone: str) -> int:
    """When the request was sent by its sender's clock (microseconds), NO_TIME if it does not say so readably."""
    sent = text_of(said.get(name))
    try:
        return parse_time(sent, zone).at_us if sent is not None else NO_TIME
    except Problem:
        return NO_TIME
