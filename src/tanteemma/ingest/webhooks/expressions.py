"""What is a field filled with? The small language of a mapping: a place, a constant, or words with places in them.

| written | means |
|---|---|
| ``customer.email`` | the value at that place |
| ``=Kauf`` | the word itself |
| ``Ticket {ticket.id}`` | words with values in them; nothing if one of them is missing |
| ``shipping.email || email`` | the first that is there |
| ``total | number`` | read in some way: see ``readings`` |
| ``status | table states`` | looked up in a table of the mapping |

Ways of reading may follow one another: ``amount | number | minor EUR``.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from tanteemma.ingest.webhooks.places import MISSING, Payload, Place, found_at, read_place
from tanteemma.ingest.webhooks.readings import READINGS, as_text
from tanteemma.model.problems import Problem, ProblemCode

_LONGEST: Final = 1_000
_MOST_PARTS: Final = 20
_CUT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\|\||\||[^|"]+|"')
_IN_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A way of reading, by name, with what follows the name."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class Part:
    """One alternative: a constant, a place, or a template (``words`` and ``inner`` alternating).

    Each of ``inner`` has its alternatives.
    """

    constant: str | None = None
    place: Place | None = None
    words: tuple[str, ...] = ()
    inner: "tuple[tuple[Part, ...], ...]" = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Expression:
    """The alternatives, the first that is there counts."""

    parts: tuple[Part, ...]
    written: str


@dataclass(slots=True)
class Seen:
    """Where values were taken from as they stand, so that the rest can be kept (with what was read in some way)."""

    places: list[Place] = field(default_factory=list)


def read_expression(written: str, tables: frozenset[str]) -> Expression:
    """An expression as it was written. Raises Problem MAPPING_PLACE, MAPPING_READING (422)."""
    if len(written) > _LONGEST:
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, limit=_LONGEST)
    if written.lstrip().startswith("="):
        return Expression((Part(constant=written.lstrip()[1:].strip()),), written)
    pieces = _split(written, "||")
    if len(pieces) > _MOST_PARTS:
        raise Problem(ProblemCode.MAPPING_PLACE, status=422, limit=_MOST_PARTS)
    return Expression(tuple(_part(piece, tables) for piece in pieces), written)


def _split(text: str, sign: str) -> list[str]:
    """Cut at a sign outside quotes and outside the braces of a template."""
    pieces, depth = [""], 0
    for found in _CUT.finditer(text):
        token = found[0]
        if token == sign and depth == 0:
            pieces.append("")
            continue
        if not token.startswith('"'):
            depth += token.count("{") - token.count("}")
        pieces[-1] += token
    return [piece.strip() for piece in pieces]


def _part(text: str, tables: frozenset[str]) -> Part:
    if text.startswith("="):
        return Part(constant=text[1:].strip())
    first, *rest = _split(text, "|")
    readings = tuple(_reading(one, tables) for one in rest)
    if "{" in first or "}" in first:
        words = tuple(_IN_TEMPLATE.split(first)[::2])
        inner = tuple(tuple(_part(piece, tables) for piece in _split(one, "||")) for one in _IN_TEMPLATE.findall(first))
        if any("{" in word or "}" in word for word in words) or len(inner) > _MOST_PARTS:
            raise Problem(ProblemCode.MAPPING_PLACE, status=422, value=first)
        return Part(words=words, inner=inner, readings=readings)
    return Part(place=read_place(first), readings=readings)


def _reading(text: str, tables: frozenset[str]) -> Reading:
    name, _, rest = text.partition(" ")
    rest = rest.strip()
    if name == "table" and rest in tables:
        return Reading(name, rest)
    if name not in READINGS:
        allowed = ", ".join(sorted({*READINGS, *(f"table {one}" for one in tables)}))
        raise Problem(ProblemCode.MAPPING_READING, status=422, value=text, allowed=allowed)
    return Reading(name, rest)


@dataclass(frozen=True, slots=True)
class Scene:
    """What expressions are read in: the element, the whole payload, the tables of the mapping."""

    here: object
    payload: Payload
    tables: dict[str, dict[str, str]]


def value_of(expression: Expression, scene: Scene, seen: Seen) -> object:
    """The value, MISSING if none of the alternatives is there.

    Raises Problem of the way of reading, with the place it stands at as ``path``.
    """
    return _first(expression.parts, scene, seen)


def _first(parts: tuple[Part, ...], scene: Scene, seen: Seen) -> object:
    for part in parts:
        value = _value(part, scene, seen)
        if value is not MISSING and value != "":
            return value
    return MISSING


def _value(part: Part, scene: Scene, seen: Seen) -> object:
    value: object
    if part.constant is not None:
        value = part.constant
    elif part.place is not None:
        value = found_at(part.place, scene.here, scene.payload)
        if value is not MISSING and not part.readings:
            seen.places.append(part.place)
    else:
        value = _filled(part, scene)
    for reading in part.readings:
        if value is MISSING:
            return MISSING
        try:
            value = _read(value, reading, scene)
        except Problem as problem:
            if part.place is not None:
                problem.params.setdefault("path", part.place.written)
            raise
    return value


def _filled(part: Part, scene: Scene) -> object:
    text = part.words[0]
    for inner, word in zip(part.inner, part.words[1:], strict=True):
        value = _first(inner, scene, Seen())
        if value is MISSING:
            return MISSING
        text += as_text(value) + word
    return text.strip()


def _read(value: object, reading: Reading, scene: Scene) -> object:
    if reading.name == "table":
        table = scene.tables[reading.rest]
        said = as_text(value)
        return table.get(said, table.get("*", said))
    rest = reading.rest
    if reading.name == "minor" and rest and not rest.isupper():
        found = found_at(read_place(rest), scene.here, scene.payload)
        rest = as_text(found).upper() if found is not MISSING else ""
    return READINGS[reading.name](value, rest)
