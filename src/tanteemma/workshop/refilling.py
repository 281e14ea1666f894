"""A filled workbook comes back: which edits bring the map it was made from to what the workbook says?

Phases, lanes and cards are known again by what they are called, in either language. What the workbook leaves empty stays as it
is; a card that it does not have any more is named, and goes only if that is wanted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tanteemma.model.texts import LANGUAGES
from tanteemma.workshop.document import Part
from tanteemma.workshop.drawing.picture import MapPicture
from tanteemma.workshop.drawing.showing import ToShow, picture_of
from tanteemma.workshop.edits import Add, Change, Edit, Move, Remove, new_identity

#: what a workbook may say about the map itself
_OWN: Final = ("scope",)
_FRAME: Final = frozenset({"phase", "lane"})


class Refilled(msgspec.Struct, frozen=True, kw_only=True):
    """The edits, and the cards that the workbook does not have any more."""

    edits: tuple[Edit, ...]
    missing: tuple[Part, ...] = ()

    def complete(self, *, remove_missing: bool) -> tuple[Edit, ...]:
        """All edits; ``remove_missing``: what the workbook does not have goes too."""
        return (*self.edits, *(Remove(id=part.id, seen=part.version) for part in self.missing if remove_missing))


def refill(there: ToShow, filled: ToShow) -> Refilled:
    """The edits from the map that is there to the one that was filled in."""
    return _Refilling(there, filled).done()


class _Refilling:
    def __init__(self, there: ToShow, filled: ToShow) -> None:
        self._there, self._filled = there.content, filled.content
        self._called = _names(there), _names(filled)
        self._edits: list[Edit] = []
        #: ids of the workbook -> ids of the map
        self._known: dict[str, str] = {}

    def done(self) -> Refilled:
        """Frame first, then cell by cell."""
        for name in _OWN:
            said = self._filled.text(name)
            if said and said != self._there.text(name):
                self._edits.append(self._change("", name, self._filled.said(name)))
        for kind in ("phase", "lane"):
            self._frame(kind)
        left, new = self._cells()
        missing = self._moved(left, new)
        return Refilled(edits=tuple(self._edits), missing=tuple(missing))

    def _change(self, at: str, field: str, value: object) -> Change:
        holder = self._there.part(at) or self._there
        stands = holder.fields.get(field)
        seen = 0 if stands is None else stands.version
        return Change(at=at, field=field, value=value, seen=seen)  # type: ignore[arg-type]  # it was checked when it was read

    def _frame(self, kind: str) -> None:
        """Phases or lanes that are there already are known again; others are added behind the one before."""
        free = self._there.of_kind(kind)
        before: str | None = ""
        for part in self._filled.of_kind(kind):
            found = self._same(free, part)
            if found is None:
                self._known[part.id] = identity = new_identity()
                fields = {name: value.value for name, value in part.fields.items()}
                self._edits.append(Add(kind=kind, id=identity, after=before, fields=fields))
            else:
                free.remove(found)
                self._known[part.id] = identity = found.id
            before = identity

    def _same(self, candidates: Iterable[Part], part: Part) -> Part | None:
        there, filled = self._called
        return next((one for one in candidates if there[one.id] & filled[part.id]), None)

    def _cells(self) -> tuple[list[Part], list[tuple[Part, Mapping[str, str]]]]:
        """Cards known again in their cell are brought up to date. Returns those left over, and the new ones."""
        left = [part for part in self._there.parts if part.kind not in _FRAME]
        new: list[tuple[Part, Mapping[str, str]]] = []
        for part in self._filled.parts:
            if part.kind in _FRAME:
                continue
            place = {axis: self._known[mark] for axis, mark in part.place.items()}
            found = self._same((one for one in left if one.kind == part.kind and one.place == place), part)
            if found is None:
                new.append((part, place))
            else:
                left.remove(found)
                self._up_to_date(found, part)
        return left, new

    def _up_to_date(self, card: Part, said: Part) -> None:
        for name, value in said.fields.items():
            if name != "text" and value.value is not None and value.value != card.said(name):
                self._edits.append(self._change(card.id, name, value.value))

    def _moved(self, left: list[Part], new: Sequence[tuple[Part, Mapping[str, str]]]) -> list[Part]:
        """A card that is gone here and stands there was moved. Returns what is gone for good."""
        for part, place in new:
            found = self._same((one for one in left if one.kind == part.kind), part)
            if found is None:
                fields = {name: value.value for name, value in part.fields.items()}
                self._edits.append(Add(kind=part.kind, id=new_identity(), place=dict(place), fields=fields))
            else:
                left.remove(found)
                self._edits.append(Move(id=found.id, place=dict(place), seen=found.version))
                self._up_to_date(found, part)
        return left


def _names(shown: ToShow) -> dict[str, frozenset[str]]:
    """What phases, lanes and cards are called on the map, in every language."""
    pictures = [picture_of(shown, language) for language in LANGUAGES]
    found: dict[str, frozenset[str]] = {}
    for picture in pictures:
        for identity, name in _called(picture):
            found[identity] = found.get(identity, frozenset()) | {" ".join(name.split()).casefold()}
    return found


def _called(picture: MapPicture) -> Iterable[tuple[str, str]]:
    yield from ((phase.id, phase.name) for phase in picture.phases)
    for lane in picture.lanes:
        yield lane.id, lane.title
        yield from ((card.id, card.text) for cell in lane.cells for card in cell)
