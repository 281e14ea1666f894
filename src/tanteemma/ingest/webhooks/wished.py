"""What does a sender want to hear? Some repeat a message for days until the answer says words of their own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final
from xml.sax.saxutils import escape

import msgspec

from tanteemma.ingest.webhooks.places import MISSING, Payload, Place, found_at, read_place
from tanteemma.ingest.webhooks.readings import as_text
from tanteemma.model.problems import Problem, ProblemCode

_LONGEST: Final = 2_000
_LONGEST_VALUE: Final = 500


def _in_xml(value: str) -> str:
    return escape(value, {'"': "&quot;"})


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


#: how a value is written into an answer of each kind
_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {
    "application/xml": _in_xml,
    "text/xml": _in_xml,
    "application/json": _in_json,
    "text/plain": str,
}


KINDS_OF_ANSWER: Final = ("text/plain", "application/xml", "text/xml", "application/json")


class Wished(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The answer to what was kept: its ``type`` and the ``body``, in which ``{place}`` is a value of the message."""

    type: str = "text/plain"
    body: str


@dataclass(frozen=True, slots=True)
class ReadWish:
    """An answer, ready to be filled in: words, and the place of the value after each (None: nothing)."""

    type: str
    parts: tuple[tuple[str, Place | None], ...]

    def filled(self, payload: Payload) -> bytes:
        """The body for this message; what is missing in it is left out, long values are shortened."""
        write = _WRITTEN[self.type]
        said = ""
        for words, place in self.parts:
            value = MISSING if place is None else found_at(place, payload.root, payload)
            said += words + ("" if value is MISSING else write(as_text(value)[:_LONGEST_VALUE]))
        return said.encode("utf-8", "replace")


def read_wish(wished: Wished) -> ReadWish:
    """The answer, ready to be filled in. Raises Problem MAPPING_INVALID, MAPPING_PLACE, TEXT_TOO_LONG (422).

    >>> read_wish(Wished(type="text/xml", body="<ok>{id}</ok>")).filled(Payload({"id": "a&b"}, {}, {}))
    b'<ok>a&amp;b</ok>'
    """
    if wished.type not in _WRITTEN:
        raise Problem(ProblemCode.MAPPING_INVALID, status=422, field="answer.type", allowed=", ".join(_WRITTEN))
    if len(wished.body) > _LONGEST:
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field="answer.body", limit=_LONGEST)
    try:
        pieces = [(words, name) for words, name, _, _ in Formatter().parse(wished.body)]
    except ValueError as wrong:
        raise Problem(ProblemCode.MAPPING_INVALID, status=422, field="answer.body", hint=str(wrong)) from wrong
    try:
        return ReadWish(wished.type, tuple((words, None if name is None else read_place(name)) for words, name in pieces))
    except Problem as problem:
        problem.params["field"] = "answer.body"
        raise
