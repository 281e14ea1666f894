"""What stands in a document now? Values that know in which version they were set, and parts in their order."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

Scalar = str | int | float | bool | tuple[str, ...] | None
Place = dict[str, str]
NO_PARTS: Final[tuple["Part", ...]] = ()


class Value(msgspec.Struct, frozen=True, array_like=True):
    """What was said last, and the version of the document in which it was said."""

    value: Scalar
    version: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One card, phase, lane, step. ``place``: a mark for each axis; ``moved``: the version that put it there."""

    id: str
    kind: str
    place: Place = {}
    fields: dict[str, Value] = {}
    moved: int = 0

    def said(self, field: str) -> Scalar:
        """The value of a field, None while nobody said any."""
        found = self.fields.get(field)
        return None if found is None else found.value

    def text(self, field: str) -> str:
        """The value of a field as text, empty while nobody said any."""
        return as_text(self.said(field))

    def number(self, field: str) -> float | None:
        """The value of a field as a number."""
        return as_number(self.said(field))

    @property
    def version(self) -> int:
        """The version of its last change."""
        return max([self.moved, *(value.version for value in self.fields.values())])


class Content(msgspec.Struct, frozen=True):
    """The fields of a document and its parts, in order."""

    fields: dict[str, Value] = {}
    parts: tuple[Part, ...] = ()

    def part(self, identity: str) -> Part | None:
        """The part of this id, None if there is none (any more)."""
        return next((part for part in self.parts if part.id == identity), None)

    def said(self, field: str) -> Scalar:
        """The value of a field of the document, None while nobody said any."""
        found = self.fields.get(field)
        return None if found is None else found.value

    def text(self, field: str) -> str:
        """The value of a field of the document as text."""
        return as_text(self.said(field))

    def of_kind(self, kind: str) -> list[Part]:
        """The parts of one kind, in order."""
        return [part for part in self.parts if part.kind == kind]

    def at(self, place: Mapping[str, str], kind: str | None = None) -> list[Part]:
        """The parts at a place, in order; ``place`` may name some of the axes only."""
        return [part for part in self.parts if (kind is None or part.kind == kind) and is_at(part, place)]


def is_at(part: Part, place: Mapping[str, str]) -> bool:
    """Does the part lie at this place?"""
    return all(part.place.get(axis) == mark for axis, mark in place.items())


def as_text(value: Scalar) -> str:
    """A value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def as_number(value: Scalar) -> float | None:
    """A value as a number, None if it is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def hanging_on(content: Content, identity: str) -> Iterator[Part]:
    """The part itself and everything that lies at it, at that, and so on; in order."""
    wanted = {identity}
    while True:
        more = {part.id for part in content.parts if wanted.intersection(part.place.values())} - wanted
        if not more:
            break
        wanted |= more
    return (part for part in content.parts if part.id in wanted)
