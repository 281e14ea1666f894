"""How does an edit become undone? What was changed by others since stays: they are named, and whoever undoes chooses."""

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.applying import part_before, place_named, set_value
from tanteemma.workshop.document import Content, Part, Value, as_text, hanging_on
from tanteemma.workshop.edits import Back, Gone, Inverse, Lay, Was
from tanteemma.workshop.schema import DocumentKind


class Undoing(msgspec.Struct, frozen=True):
    """What is taken back: the version ``made_in``, by somebody whose versions are ``own``.

    ``touched``: (part, field) of everything that others changed since; a place is the field ``place``.
    """

    made_in: int
    own: frozenset[int]
    touched: frozenset[tuple[str, str]] = frozenset()

    def overtaken(self, version: int) -> bool:
        """Did somebody else change this since?"""
        return version > self.made_in and version not in self.own

    def took_over(self, part: str, field: str, version: int) -> bool:
        """Did somebody else change this field since, even if what they said was taken back meanwhile?"""
        return self.overtaken(version) or (part, field) in self.touched


def touched_by(inverse: Sequence[Inverse]) -> set[tuple[str, str]]:
    """Which (part, field) did an edit change, whose way back this is?"""
    found: set[tuple[str, str]] = set()
    for back in inverse:
        if isinstance(back, Was):
            found.add((back.at, back.field))
        elif isinstance(back, Lay):
            found.add((back.id, "place"))
    return found


def take_back(
    content: Content, inverse: Sequence[Inverse], version: int, undoing: Undoing | None = None
) -> tuple[Content, tuple[Inverse, ...]]:
    """The content as it was before, as version ``version``, and what takes *this* back (for doing it again).

    Without ``undoing`` nobody is asked: to look at an old version. Raises Problem EDIT_CONFLICT, PART_GONE (409).
    """
    if undoing is not None:  # what the steps before this one did is no surprise
        undoing = msgspec.structs.replace(undoing, own=undoing.own | {version})
    again: list[Inverse] = []
    for back in inverse:
        content, forward = _back(content, back, version, undoing)
        again[:0] = forward
    return content, tuple(again)


def _back(content: Content, back: Inverse, version: int, undoing: Undoing | None) -> tuple[Content, list[Inverse]]:
    match back:
        case Was():
            return _said_before(content, back, version, undoing)
        case Gone():
            return _gone(content, back, undoing)
        case Lay():
            return _lay_back(content, back, version, undoing)
        case Back():
            return _bring_back(content, back, version, undoing)


def _gone(content: Content, back: Gone, undoing: Undoing | None) -> tuple[Content, list[Inverse]]:
    going = list(hanging_on(content, back.id)) if content.part(back.id) is not None else []
    for part in going:
        if undoing is not None and undoing.overtaken(part.version):
            raise _overtaken(part.id, _name(part))
    gone = {part.id for part in going}
    again = Back(parts=tuple((part_before(content, part.id), part) for part in going))
    return msgspec.structs.replace(content, parts=tuple(one for one in content.parts if one.id not in gone)), [again]


def _bring_back(content: Content, back: Back, version: int, undoing: Undoing | None) -> tuple[Content, list[Inverse]]:
    again: list[Inverse] = []
    coming = {part.id for _, part in back.parts}
    for _, part in back.parts if undoing is not None else ():
        lost = next((mark for mark in part.place.values() if mark not in coming and _lost(content, mark)), None)
        if lost is not None:
            raise Problem(ProblemCode.PART_GONE, status=409, value=lost)
    for behind, part in back.parts:
        if content.part(part.id) is None:
            content = _insert(content, msgspec.structs.replace(part, moved=version), behind)
            again.insert(0, Gone(id=part.id))
    return content, again


def _said_before(content: Content, back: Was, version: int, undoing: Undoing | None) -> tuple[Content, list[Inverse]]:
    holder = content.part(back.at) if back.at else content
    if holder is None:
        if undoing is not None:
            raise Problem(ProblemCode.PART_GONE, status=409, value=back.at)
        return content, []
    now = holder.fields.get(back.field)
    if undoing is not None and now is not None and undoing.took_over(back.at, back.field, now.version):
        raise _overtaken(back.at, as_text(now.value), field=back.field, mine=as_text(back.value))
    again = Was(field=back.field, value=None if now is None else now.value, at=back.at)
    return set_value(content, back.at, back.field, Value(back.value, version)), [again]


def _lay_back(content: Content, back: Lay, version: int, undoing: Undoing | None) -> tuple[Content, list[Inverse]]:
    part = content.part(back.id)
    if part is None:
        if undoing is not None:
            raise Problem(ProblemCode.PART_GONE, status=409, value=back.id)
        return content, []
    if undoing is not None:
        if undoing.took_over(part.id, "place", part.moved):
            theirs, mine = (place_named(content, place) for place in (part.place, back.place))
            raise _overtaken(part.id, theirs, field="place", mine=mine)
        lost = next((mark for axis, mark in back.place.items() if part.place.get(axis) != mark and _lost(content, mark)), None)
        if lost is not None:
            raise Problem(ProblemCode.PART_GONE, status=409, value=lost)
    again = Lay(id=part.id, place=part.place, behind=part_before(content, part.id))
    rest = msgspec.structs.replace(content, parts=tuple(one for one in content.parts if one.id != part.id))
    return _insert(rest, msgspec.structs.replace(part, place=back.place, moved=version), back.behind), [again]


def _lost(content: Content, mark: str) -> bool:
    """Was the part that is this mark removed? Areas are marks too, and stay."""
    return bool(mark) and content.part(mark) is None and mark not in _areas()


@cache
def _areas() -> frozenset[str]:
    kinds: Mapping[str, DocumentKind] = document_kinds.all()
    return frozenset(area for kind in kinds.values() for part in kind.parts for axis in part.axes for area in axis.areas)


def _insert(content: Content, part: Part, behind: str) -> Content:
    parts = list(content.parts)
    where = 0 if not behind else next((at + 1 for at, one in enumerate(parts) if one.id == behind), len(parts))
    parts.insert(where, part)
    return msgspec.structs.replace(content, parts=tuple(parts))


def _name(part: Part) -> str:
    return part.text("text") or part.text("name")


def _overtaken(part: str, theirs: str, field: str = "undo", mine: str = "") -> Problem:
    return Problem(ProblemCode.EDIT_CONFLICT, status=409, field=field, part=part, theirs=theirs, mine=mine)
