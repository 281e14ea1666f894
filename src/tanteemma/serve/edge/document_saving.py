"""What a whole form of a document says: only the fields that somebody changed in it are edits."""

from collections.abc import Mapping
from typing import Final

from tanteemma.workshop.document import Scalar
from tanteemma.workshop.edits import Add, Change, Edit

_FIELD: Final = "field."
_PLACE: Final = "place."
_WAS: Final = "was."
_DIGITS: Final = 12


def said_edits(said: Mapping[str, str]) -> list[Edit]:
    """The edits of a form: ``edit=add`` makes a part; else every field that differs from what it was (``was.<field>``).

    >>> said_edits({"field.owner": "Ada", "was.owner": "", "field.what": "x", "was.what": "x", "seen": "3"})
    [Change(field='owner', value='Ada', at='', seen=3)]
    """
    fields = {name.removeprefix(_FIELD): value for name, value in said.items() if name.startswith(_FIELD)}
    if said.get("edit") == "add":
        place = {name.removeprefix(_PLACE): mark for name, mark in said.items() if name.startswith(_PLACE) and mark}
        typed: dict[str, Scalar] = dict(fields)
        return [Add(kind=said.get("kind", ""), place=place, after=said.get("after"), fields=typed)]
    seen = said.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < _DIGITS else 0
    at = said.get("at", "")
    return [
        Change(field=name, value=value, at=at, seen=version)
        for name, value in fields.items()
        if value.replace("\r\n", "\n") != said.get(_WAS + name, "\0").replace("\r\n", "\n")
    ]
