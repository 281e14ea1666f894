"""What does a document say after these edits, and what would take them back? Nothing is applied unless everything can be."""

from collections.abc import Collection, Sequence

import msgspec

from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.workshop.checking import IDENTITY, fitting, fitting_all
from tanteemma.workshop.document import Content, Part, Place, Value, as_text, hanging_on, is_at
from tanteemma.workshop.edits import Add, Back, Change, Edit, Gone, Inverse, Lay, Move, Remove, Was, new_identity
from tanteemma.workshop.placing import check_held, check_place
from tanteemma.workshop.schema import DocumentKind, Field


class Applied(msgspec.Struct, frozen=True):
    """The document after the edits, what takes them back (in the order to apply), and the parts they made, in order."""

    content: Content
    inverse: tuple[Inverse, ...]
    made: tuple[str, ...] = ()


def apply_edits(
    kind: DocumentKind, content: Content, edits: Sequence[Edit], version: int, own: Collection[int] = ()
) -> Applied:
    """Apply them one after the other as version ``version``; ``own``: versions that whoever edits made and so has seen.

    Raises Problem or Problems: EDIT_CONFLICT (409) where somebody else was quicker, PART_GONE (409) for a part that was
    removed meanwhile, and what is wrong with a value (422).
    """
    own = {*own, version}  # what an edit before this one did is no surprise either
    inverse: list[Inverse] = []
    back: Inverse | None
    made: list[str] = []
    for edit in edits:
        match edit:
            case Change():
                content, back = _change(kind, content, edit, version, own)
            case Add():
                content, gone = _add(kind, content, edit, version)
                made.append(gone.id)
                back = gone
            case Move():
                content, back = _move(kind, content, edit, version, own)
            case Remove():
                content, back = _remove(content, edit, own)
        if back is not None:
            inverse.insert(0, back)
    return Applied(content, tuple(inverse), tuple(made))


def fields_of(kind: DocumentKind, content: Content, at: str) -> tuple[Field, ...]:
    """The fields that a part has, or the document itself. Raises Problem PART_GONE."""
    if not at:
        return kind.fields
    part = _there(content, at)
    declared = kind.part(part.kind)
    return () if declared is None else declared.fields


def _there(content: Content, identity: str) -> Part:
    part = content.part(identity)
    if part is None:
        raise Problem(ProblemCode.PART_GONE, status=409, value=identity[:80])
    return part


def _is_news(version: int, seen: int, own: Collection[int]) -> bool:
    """Was this said after what somebody has seen, by somebody else?"""
    return version > seen and version not in own


def _change(
    kind: DocumentKind, content: Content, edit: Change, version: int, own: Collection[int]
) -> tuple[Content, Inverse | None]:
    field = next((one for one in fields_of(kind, content, edit.at) if one.name == edit.field), None)
    if field is None:
        allowed = ", ".join(one.name for one in fields_of(kind, content, edit.at))
        raise Problem(ProblemCode.FIELD_UNKNOWN, status=422, field=edit.field[:80], allowed=allowed)
    value = fitting(field, edit.value)
    before = (content.part(edit.at) or content) if edit.at else content
    old = before.fields.get(edit.field)
    if (None if old is None else old.value) == value:
        return content, None
    if old is not None and _is_news(old.version, edit.seen, own):
        both = {"theirs": as_text(old.value), "mine": as_text(value)}
        raise Problem(ProblemCode.EDIT_CONFLICT, status=409, field=edit.field, part=edit.at, **both)
    changed = set_value(content, edit.at, edit.field, Value(value, version))
    check_held(kind, changed, edit.at, edit.field)
    return changed, Was(field=edit.field, value=None if old is None else old.value, at=edit.at)


def set_value(content: Content, at: str, field: str, value: Value) -> Content:
    """The content with this value in a field of the part ``at``, or of the document."""
    if not at:
        return msgspec.structs.replace(content, fields=content.fields | {field: value})
    parts = tuple(
        msgspec.structs.replace(part, fields=part.fields | {field: value}) if part.id == at else part for part in content.parts
    )
    return msgspec.structs.replace(content, parts=parts)


def _add(kind: DocumentKind, content: Content, edit: Add, version: int) -> tuple[Content, Gone]:
    declared = kind.part(edit.kind)
    if declared is None:
        allowed = ", ".join(one.name for one in kind.parts)
        raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="kind", value=edit.kind[:80], allowed=allowed)
    identity = edit.id or new_identity()
    if not IDENTITY.fullmatch(identity):
        raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="id", value=identity[:80], allowed="a-z, 0-9")
    if content.part(identity) is not None:
        raise Problem(ProblemCode.PART_THERE, status=409, value=identity)
    if len(content.of_kind(edit.kind)) >= declared.most:
        raise Problem(ProblemCode.TOO_MANY_PARTS, status=422, limit=declared.most)
    values, problems = fitting_all(declared.fields, edit.fields)
    if problems:
        raise Problems(problems)
    check_place(kind, content, declared, edit.place)
    fields = {name: Value(value, version) for name, value in values.items()}
    part = Part(id=identity, kind=edit.kind, place=edit.place, fields=fields, moved=version)
    return _laid(content, part, edit.after), Gone(id=identity)


def _move(
    kind: DocumentKind, content: Content, edit: Move, version: int, own: Collection[int]
) -> tuple[Content, Inverse | None]:
    part = _there(content, edit.id)
    declared = kind.part(part.kind)
    place = part.place | edit.place
    if declared is None or edit.after == part.id:
        return content, None
    if _is_news(part.moved, edit.seen, own) and part.place != place:
        both = {"theirs": place_named(content, part.place), "mine": place_named(content, place)}
        raise Problem(ProblemCode.EDIT_CONFLICT, status=409, field="place", part=edit.id, **both)
    check_place(kind, content, declared, place, moving=part.id)
    back = Lay(id=part.id, place=part.place, behind=part_before(content, part.id))
    rest = msgspec.structs.replace(content, parts=tuple(one for one in content.parts if one.id != part.id))
    moved = _laid(rest, msgspec.structs.replace(part, place=place, moved=version), edit.after)
    return (content, None) if _same_order(content, moved, part) else (moved, back)


def place_named(content: Content, place: Place) -> str:
    """A place in words, as far as its marks have any."""
    marks = [(mark, content.part(mark)) for mark in place.values()]
    return " · ".join(mark if part is None else part.text("name") or part.text("kind") for mark, part in marks)


def _same_order(before: Content, after: Content, part: Part) -> bool:
    there = after.part(part.id)
    same = [one.id for one in before.parts] == [one.id for one in after.parts]
    return same and there is not None and there.place == part.place


def _remove(content: Content, edit: Remove, own: Collection[int]) -> tuple[Content, Inverse | None]:
    if content.part(edit.id) is None:
        return content, None  # twice removed is removed
    going = list(hanging_on(content, edit.id))
    for part in going:
        if _is_news(part.version, edit.seen, own):
            name = part.text("text") or part.text("name")
            raise Problem(ProblemCode.EDIT_CONFLICT, status=409, field="remove", part=part.id, theirs=name, mine="")
    back = Back(parts=tuple((part_before(content, part.id), part) for part in going))
    gone = {part.id for part in going}
    return msgspec.structs.replace(content, parts=tuple(part for part in content.parts if part.id not in gone)), back


def part_before(content: Content, identity: str) -> str:
    """The id of the part before this one in the whole list, empty for the first."""
    before = ""
    for part in content.parts:
        if part.id == identity:
            return before
        before = part.id
    return before


def _laid(content: Content, part: Part, after: str | None) -> Content:
    """The content with the part put in: behind ``after``, as the first (empty) or the last (None) at its place."""
    parts = list(content.parts)
    where = len(parts)
    if after == "":
        where = next((at for at, one in enumerate(parts) if one.kind == part.kind and is_at(one, part.place)), where)
    elif after is not None:
        where = next((at + 1 for at, one in enumerate(parts) if one.id == after), where)
    parts.insert(where, part)
    return msgspec.structs.replace(content, parts=tuple(parts))
