"""Where does each event of a request begin and end? The envelope taken apart, the events untouched."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec

from tanteemma.ingest.steps.strict_json import DEEPEST_ENVELOPE, depth_of, say_what_is_broken
from tanteemma.model.problems import Problem, ProblemCode

_decode_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_pieces: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode

#: the longest text that is taken apart sign by sign when it nests deeper than the parser goes
_LONGEST_DEEP: Final = 1_048_576
#: levels an envelope adds to those of its events
_ENVELOPE_LEVELS: Final = 2
#: more commas than this per allowed event, and the events are counted before they are taken apart
_COMMAS_EACH: Final = 100
_SIGNS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_NAME: Final = re.compile(rb'\s*("(?:[^"\\]|\\.)*")\s*:\s*', re.DOTALL)
_PLAIN_NAME: Final = re.compile(rb'[ \t\r\n]*"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*')
_AFTER: Final = re.compile(rb"[ \t\r\n]*([,}])")
_BETWEEN: Final = re.compile(rb"[ \t\r\n,]*")
_LINE: Final = re.compile(rb"[^\s][^\n]*")


def members_of(text: bytes) -> dict[str, bytes]:
    """The members of the outermost object as texts.

    Raises Problem: 400 INVALID_JSON, INVALID_UTF8, NON_FINITE_NUMBER, TOO_DEEP; 422 DUPLICATE_KEY.
    """
    try:
        found = {name: bytes(raw) for name, raw in _decode_members(text).items()}
    except RecursionError:
        return _deep_members(text)
    except UnicodeDecodeError as wrong:  # in a name; its start counts from the beginning of that name
        raise Problem(ProblemCode.INVALID_UTF8, status=400) from wrong
    except msgspec.DecodeError as broken:
        say_what_is_broken(text, broken)
    return found


def check_names(text: bytes, members: dict[str, bytes]) -> None:
    """Stands each name of the outermost object there once? Raises Problem DUPLICATE_KEY (422)."""
    if not _stand_in_this_order(text, members):
        outermost: list[str] = []

        def remember(pairs: list[tuple[str, object]]) -> None:
            outermost[:] = [name for name, _ in pairs]

        try:
            json.loads(text, object_pairs_hook=remember, parse_int=len, parse_float=len)
        except RecursionError as deep:
            raise Problem(ProblemCode.TOO_DEEP, status=400, limit=DEEPEST_ENVELOPE) from deep
        if len(outermost) != len(set(outermost)):
            raise Problem(ProblemCode.DUPLICATE_KEY, status=422)


def pieces_of(text: bytes, most: int) -> list[bytes]:
    """The elements of an array as texts. Raises Problem as ``members_of``, and 413 TOO_MANY_EVENTS."""
    commas = _COMMAS_EACH * most
    if len(text) > commas and text.count(b",") > commas and sum(1 for _ in zip(range(most), _cuts(text), strict=False)) == most:
        raise Problem(ProblemCode.TOO_MANY_EVENTS, status=413, limit=most)
    try:
        found = [bytes(raw) for raw in _decode_pieces(text)]
    except RecursionError:
        found = _inside(text)
    except msgspec.DecodeError as broken:
        say_what_is_broken(text, broken)
    if len(found) > most:
        raise Problem(ProblemCode.TOO_MANY_EVENTS, status=413, limit=most, events=len(found))
    return found


def lines_of(text: bytes, most: int) -> list[bytes]:
    """The lines of a text that hold something. Raises Problem TOO_MANY_EVENTS (413)."""
    found: list[bytes] = []
    for line in _LINE.finditer(text):
        found.append(line[0].rstrip())
        if len(found) > most:
            raise Problem(ProblemCode.TOO_MANY_EVENTS, status=413, limit=most)
    return found


def originals(text: bytes, pieces: list[bytes], mended: bytes) -> list[bytes]:
    """The bytes of each piece as they came, before ``mend`` replaced some (by as many)."""
    if text == mended:
        return pieces
    found: list[bytes] = []
    place = 0
    for piece in pieces:
        place = mended.index(piece, place)
        found.append(text[place : place + len(piece)])
        place += len(piece)
    return found


def _stand_in_this_order(text: bytes, members: dict[str, bytes]) -> bool:
    """Is the text exactly these members, one after the other? Then no name stands twice."""
    place = 1
    for name, told in members.items():
        head = _PLAIN_NAME.match(text, place)
        if head is None or head[1] != name.encode() or not text.startswith(told, head.end()):
            return False
        after = _AFTER.match(text, head.end() + len(told))
        if after is None:
            return False
        place = after.end()
    return not text[place:].strip()


def _cuts(text: bytes) -> Iterator[int]:
    """Places of the commas between the elements of an array."""
    depth = 0
    for found in _SIGNS.finditer(text):
        sign = found[0]
        if sign == b",":
            if depth == 1:
                yield found.start()
        elif sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1


def _inside(text: bytes) -> list[bytes]:
    """What stands between the outermost brackets, cut at its own commas. For texts too deep for the parser."""
    if len(text) > _LONGEST_DEEP or depth_of(text, DEEPEST_ENVELOPE + _ENVELOPE_LEVELS) > DEEPEST_ENVELOPE + _ENVELOPE_LEVELS:
        raise Problem(ProblemCode.TOO_DEEP, status=400, limit=DEEPEST_ENVELOPE)
    trimmed = text.strip()
    if trimmed[-1:] not in (b"]", b"}"):
        raise Problem(ProblemCode.INVALID_JSON, status=400, offset=len(trimmed))
    places = [0, *_cuts(trimmed), len(trimmed) - 1]
    parts = [trimmed[start + 1 : end].strip() for start, end in pairwise(places)]
    return [] if parts == [b""] else parts


def _deep_members(text: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in _inside(text):
        name = _NAME.match(part)
        if name is None:
            raise Problem(ProblemCode.INVALID_JSON, status=400)
        told = _text_of(name[1])
        if told in found:
            raise Problem(ProblemCode.DUPLICATE_KEY, status=422)
        found[told] = part[name.end() :]
    return found


def _text_of(quoted: bytes) -> str:
    try:
        return msgspec.json.decode(quoted, type=str)
    except msgspec.DecodeError as broken:
        say_what_is_broken(quoted, broken)
