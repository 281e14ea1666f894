"""What can be changed in a document? Small edits; several of them happen together or not at all, and each knows its way back.

``seen``: the version of the document that whoever edits has on their screen. A value that somebody else changed since is not
overwritten: the problem EDIT_CONFLICT says both values, and whoever comes second chooses.
"""

import secrets
from typing import Final, Union

import msgspec

from tanteemma.workshop.document import Part, Place, Scalar

_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"


class _Edit(msgspec.Struct, frozen=True, tag_field="edit", tag=str.lower, forbid_unknown_fields=True, kw_only=True):
    """One edit."""


class Change(_Edit, frozen=True, kw_only=True):
    """Say something else in a field of the part ``at`` (empty: of the document itself)."""

    field: str
    value: Scalar
    at: str = ""
    seen: int = 0


class Add(_Edit, frozen=True, kw_only=True):
    """A new part: behind the part ``after``; None: as the last at its place, empty: as the first."""

    kind: str
    id: str = ""
    place: Place = {}
    after: str | None = None
    fields: dict[str, Scalar] = {}


class Move(_Edit, frozen=True, kw_only=True):
    """Put a part somewhere else; ``after`` as in Add."""

    id: str
    place: Place = {}
    after: str | None = None
    seen: int = 0


class Remove(_Edit, frozen=True, kw_only=True):
    """Take a part away, and everything that lies at it."""

    id: str
    seen: int = 0


Edit = Union[Change, Add, Move, Remove]  # noqa: UP007 - msgspec reads a union of tagged structs this way too


class Back(msgspec.Struct, frozen=True, tag_field="edit", tag="back", kw_only=True):
    """Parts that come back as they were, each behind the part it followed (empty: first of all)."""

    parts: tuple[tuple[str, Part], ...]


class Gone(msgspec.Struct, frozen=True, tag_field="edit", tag="gone", kw_only=True):
    """A part that an edit made goes again. Refused if somebody changed it meanwhile, or put something at it."""

    id: str


class Was(msgspec.Struct, frozen=True, tag_field="edit", tag="was", kw_only=True):
    """A field says what it said before; ``now``: the version that may be overwritten with it."""

    field: str
    value: Scalar
    at: str = ""


class Lay(msgspec.Struct, frozen=True, tag_field="edit", tag="lay", kw_only=True):
    """A part lies where it lay before, behind the part it followed in the whole list (empty: first of all)."""

    id: str
    place: Place
    behind: str


Inverse = Union[Back, Gone, Was, Lay]  # noqa: UP007 - as above


def new_identity() -> str:
    """An id for a new part or document: ten letters that cannot be mistaken for each other when read aloud."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))
