"""Does this JSON text say one thing only? Decoding that every later reader (SQL, browser, Spark) must agree with.

msgspec is strict about syntax but, like every quick parser, keeps the last of two equal names, rounds numbers to floats and
knows no limits. The proof that nothing of that happened is to write what was understood and compare: if the text that comes out
is the text that came in (white space aside), no name stood twice, every number is exact and no escape hid anything. Only texts
that fail this are looked at name by name. Both ways give the same verdict; the quick one costs about as much as decoding.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import msgspec

from tanteemma.model.problems import Problem, ProblemCode

#: deeper than this no envelope is read at all
DEEPEST_ENVELOPE: Final = 1024
_INFINITE_DIGITS: Final = 309
_STRIDE: Final = 30
_DIGIT_RUN: Final = b"0" * (_INFINITE_DIGITS // _STRIDE)
_DIGITS_AS_ZERO: Final = bytes(ord("0") if chr(code) in "123456789" else code for code in range(256))
_SHORTEST_MEMBER: Final = len('"":0')
_NOT_BRACKETS: Final = bytes(code for code in range(256) if chr(code) not in "[]{}")
_NOT_SHAPE: Final = bytes(code for code in range(128) if chr(code) not in "[]{}")
_NOT_NOTED: Final = bytes(code for code in range(128) if chr(code) not in "[{")

_decode: Final = msgspec.json.Decoder().decode
_decode_objects: Final = msgspec.json.Decoder(list[dict[str, Any]]).decode
_decode_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode: Final = msgspec.json.Encoder().encode
_encode_sorted: Final = msgspec.json.Encoder(order="sorted").encode

_BROKEN_AT: Final = re.compile(r"\(byte (\d+)\)")
_NON_FINITE: Final = re.compile(rb"-?(?:NaN|Infinity)")
_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_UNIT: Final = rb"u(?:[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[0-9a-fA-F]{4})"
#: Escapes in runs, so that a text full of them costs one look a run; the end of a run never cuts a surrogate pair. The pattern
#: begins with its backslash: searching for a fixed byte is a hundred times quicker than trying every place.
_ESCAPES: Final = re.compile(rb"\\(?:%b(?:\\%b){0,499}|[^u](?:\\[^u]){0,499})" % (_UNIT, _UNIT), re.DOTALL)
_MAYBE_UNSTORABLE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_KEEPS_ESCAPE: Final = re.compile('[\0-\x1f"\\\\\ud800-\udfff]')
#: characters nobody sees: joiners, direction marks, fillers, tags (UTF-8). The picture selectors U+FE0E and U+FE0F are seen.
_INVISIBLE: Final = re.compile(
    rb"\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1(?:\x85[\x9f\xa0]|\x9e[\xb4\xb5]|\xa0[\x8b-\x8f])|\xe2\x80[\x8b-\x8f\xaa-\xae]"
    rb"|\xe2\x81[\xa0-\xaf]|\xe3\x85\xa4|\xef\xb8[\x80-\x8d]|\xef\xbb\xbf|\xef\xbe\xa0|\xef\xbf[\xb9-\xbb]"
    rb"|\xf0\x9d\x85[\xb3-\xba]|\xf3\xa0[\x80-\x87]"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How far one object may go.

    ``depth``: levels, the object itself being the first. ``names``: different names in all of it.
    ``name_bytes``: length of one name in UTF-8. ``size``: bytes of the text as it came.
    """

    depth: int = 64
    names: int = 1000
    name_bytes: int = 1024
    size: int = 65_536


class Strict(msgspec.Struct, frozen=True, gc=False):
    """One object that says one thing only.

    ``text``: as it came. ``members``: the texts of its members, None where writing ``value`` again gives the same.
    """

    value: dict[str, Any]
    text: bytes
    members: dict[str, msgspec.Raw] | None = None
    invisible: bool = False

    def text_of(self, name: str) -> str:
        """The JSON text of one member, numbers as they were written."""
        if self.members is None:
            return _encode(self.value[name]).decode()
        return bytes(self.members[name]).decode()


def read_object(text: bytes, shape: Shape, *, largest: int = 1_048_576) -> Strict:
    """One JSON object, strictly. ``text`` is UTF-8 and mended (see ``mend``).

    Raises Problem: 400 INVALID_JSON, NON_FINITE_NUMBER, TOO_DEEP (beyond any envelope); 413 EVENT_TOO_LARGE; 422 NOT_AN_OBJECT,
    DUPLICATE_KEY, NUMBER_OUT_OF_RANGE, TOO_DEEP, TOO_MANY_PROPERTIES, KEY_TOO_LONG. What is wrong inside is said before that it
    is too large, but a text beyond ``largest`` is not looked into.
    """
    if len(text) > largest:
        raise Problem(ProblemCode.EVENT_TOO_LARGE, status=413, limit=shape.size)
    value, again = _understood(text, shape)
    # one pass leaves only what opens a level and what is not ASCII: nearly always a handful of bytes
    noted = again.translate(None, _NOT_NOTED)
    if len(noted) > shape.depth:
        _check_depth(text, shape.depth)
    exact = _says_the_same(text, again)
    if not exact or len(again) > shape.name_bytes:
        _check_names(text, again, shape, exact=exact)
    if len(again) >= _INFINITE_DIGITS and b"00" in again[:: _STRIDE * 5].translate(_DIGITS_AS_ZERO):
        _check_long_numbers(text)
    if len(text) > shape.size:
        raise Problem(ProblemCode.EVENT_TOO_LARGE, status=413, limit=shape.size)
    invisible = not noted.isascii() and _INVISIBLE.search(noted) is not None
    return Strict(value, text, None if exact else _decode_members(text), invisible=invisible)


def read_objects(array: bytes, texts: Sequence[bytes], shape: Shape) -> list[Strict] | None:
    """All objects of an array at once, if all of them are beyond doubt; None: each wants to be looked at for itself.

    ``texts``: the texts of its elements. The same proof as in ``read_object``, for a batch of small events at half the cost.
    """
    if not texts or max(map(len, texts)) > min(shape.name_bytes, shape.size, shape.names * _SHORTEST_MEMBER):
        return None
    try:
        values = _decode_objects(array)
        again = _encode(values)
    except (msgspec.DecodeError, RecursionError):
        return None
    if (
        len(values) != len(texts)
        or not _says_the_same(array, again)
        or _DIGIT_RUN in again[::_STRIDE].translate(_DIGITS_AS_ZERO)
    ):
        return None
    noted = again.translate(None, _NOT_SHAPE)
    brackets = noted.translate(None, _NOT_BRACKETS)
    for _ in range(shape.depth):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if not brackets:
            break
    if brackets or (len(noted) > len(brackets) and _INVISIBLE.search(noted)):
        return None
    return [Strict(value, text) for value, text in zip(values, texts, strict=True)]


def read_only_one(array: bytes, shape: Shape) -> list[Strict] | None:
    """The one object of an array without white space around it, if it is beyond doubt; None: look closer."""
    if len(array) > shape.name_bytes or array[:2] != b"[{" or array[-2:] != b"}]":
        return None
    return read_objects(array, (array[1:-1],), shape)


def canonical(value: dict[str, Any]) -> bytes:
    """The same for every order of names and every way of writing white space, escapes and numbers."""
    return _encode_sorted(value)


def mend(text: bytes) -> bytes:
    r"""NUL and lone surrogates, which no store can hold, become U+FFFD. The length stays, so places stay.

    >>> mend(rb'"a\u0000b\ud800"')
    b'"a\\ufffdb\\ufffd"'
    """
    if b"\\" not in text or not _MAYBE_UNSTORABLE.search(text):
        return text
    return _ESCAPES.sub(_mended, text)


def say_what_is_broken(text: bytes, error: Exception) -> NoReturn:
    """Raise the Problem (400) that names the place of a syntax error."""
    place = _BROKEN_AT.search(str(error))
    offset = int(place[1]) if place else len(text)
    signed = offset - 1 if text[offset - 1 : offset] == b"-" else offset
    finite = _NON_FINITE.match(text, signed) is None
    raise Problem(ProblemCode.INVALID_JSON if finite else ProblemCode.NON_FINITE_NUMBER, status=400, offset=signed) from error


def depth_of(text: bytes, stop: int) -> int:
    """How many levels a JSON text has, at most ``stop + 1``: nothing deeper is counted."""
    depth = deepest = 0
    for found in _STRUCTURE.finditer(text):
        sign = found[0][:1]
        if sign in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > stop:
                return deepest
        elif sign != b'"':
            depth -= 1
    return deepest


def _says_the_same(text: bytes, again: bytes) -> bool:
    """Is ``again`` the text itself, but for white space and for escapes that need not be there?"""
    if again == text:
        return True
    tight = msgspec.json.format(text, indent=-1)
    return again == tight or (b"\\" in tight and again == _ESCAPES.sub(_unescaped, tight))


def _unescaped(found: re.Match[bytes]) -> bytes:
    """The characters a run of escapes stands for, where JSON text may hold them as they are."""
    run = found[0]
    if not run.startswith(b"\\u"):
        return run.replace(b"\\/", b"/") if b"\\\\" not in run else run
    letters = _letters_of(run)
    return run if _KEEPS_ESCAPE.search(letters) else letters.encode()


def _letters_of(run: bytes) -> str:
    return bytes.fromhex(run.replace(b"\\u", b"").decode()).decode("utf-16-be", "surrogatepass")


def _understood(text: bytes, shape: Shape) -> tuple[dict[str, Any], bytes]:
    """The object a text says, and how it would be written again."""
    try:
        value = _decode(text)
        if type(value) is not dict:
            raise Problem(ProblemCode.NOT_AN_OBJECT, status=422)
        return value, _encode(value)
    except msgspec.ValidationError as beyond:
        raise Problem(ProblemCode.NUMBER_OUT_OF_RANGE, status=422) from beyond
    except msgspec.DecodeError as broken:
        say_what_is_broken(text, broken)
    except RecursionError as deep:
        _check_depth(text, shape.depth)
        raise Problem(ProblemCode.TOO_DEEP, status=400, limit=shape.depth) from deep


def _check_depth(text: bytes, allowed: int) -> None:
    depth = depth_of(text, DEEPEST_ENVELOPE)
    if depth > allowed:
        raise Problem(ProblemCode.TOO_DEEP, status=400 if depth > DEEPEST_ENVELOPE else 422, limit=allowed)


def _check_long_numbers(text: bytes) -> None:
    """A whole number of 309 digits can be infinite for a reader that computes with doubles.

    So long a run of digits
    meets two samples 150 bytes apart and ten samples 30 bytes apart; only then the text is searched.
    """
    if _DIGIT_RUN not in text[::_STRIDE].translate(_DIGITS_AS_ZERO):
        return
    _by_name(text, lambda _: None)


def _check_names(text: bytes, again: bytes, shape: Shape, *, exact: bool) -> None:
    """Look at each name, unless the text is exact and too small to break a limit."""
    longest = max(map(len, again.split(b'"')))
    plain = longest <= shape.name_bytes and b'\\"' not in again
    if exact and plain and again.count(b":") <= shape.names:
        return
    seen: set[str] = set()

    def check(names: list[str]) -> None:
        seen.update(names)
        if len(seen) > shape.names:
            raise Problem(ProblemCode.TOO_MANY_PROPERTIES, status=422, limit=shape.names)
        for name in names:
            if len(name) > shape.name_bytes // 4 and len(name.encode()) > shape.name_bytes:
                raise Problem(ProblemCode.KEY_TOO_LONG, status=422, limit=shape.name_bytes)

    _by_name(text, check)


def _by_name(text: bytes, check: Callable[[list[str]], None]) -> None:
    def members(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise Problem(ProblemCode.DUPLICATE_KEY, status=422)
        check(names)

    json.loads(text.decode(), object_pairs_hook=members, parse_int=_whole_number, parse_float=_finite)


def _whole_number(digits: str) -> None:
    if len(digits) >= _INFINITE_DIGITS:
        _finite(digits)


def _finite(number: str) -> None:
    if float(number) in (float("inf"), float("-inf")):
        raise Problem(ProblemCode.NUMBER_OUT_OF_RANGE, status=422)


def _mended(found: re.Match[bytes]) -> bytes:
    run = found[0]
    if not _MAYBE_UNSTORABLE.match(run) and not _MAYBE_UNSTORABLE.search(run):
        return run
    units = _UNSTORABLE.sub("\ufffd", _letters_of(run)).encode("utf-16-be").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4)).encode()
