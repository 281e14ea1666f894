"""May a part lie there?"""

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.document import Content, Part, Place, hanging_on
from tanteemma.workshop.schema import Axis, DocumentKind, PartKind


def check_place(kind: DocumentKind, content: Content, declared: PartKind, place: Place, *, moving: str = "") -> None:
    """Raises Problem PLACE_WRONG if it may not, PART_GONE if the place itself was removed meanwhile.

    ``moving``: the part that is put there; it cannot lie at itself or at something that lies at it.
    """
    for name in place:
        if declared.axis(name) is None:
            raise _wrong(name, place[name], ", ".join(axis.name for axis in declared.axes))
    for axis in declared.axes:
        mark = place.get(axis.name, "")
        if not mark:
            if axis.optional:
                continue
            raise _wrong(axis.name, "", ", ".join(axis.areas))
        if axis.of is None:
            if mark not in axis.areas:
                raise _wrong(axis.name, mark, ", ".join(axis.areas))
            continue
        there = _there(content, axis, mark, moving)
        held = held_at(kind, axis, there)
        if held and declared.name not in held:
            raise _wrong(axis.name, there.text("name") or mark, ", ".join(held))


def _there(content: Content, axis: Axis, mark: str, moving: str) -> Part:
    there = content.part(mark)
    if there is None:
        raise Problem(ProblemCode.PART_GONE, status=409, value=mark[:80])
    if there.kind != axis.of or (moving and any(part.id == mark for part in hanging_on(content, moving))):
        raise _wrong(axis.name, mark, axis.of or "")
    return there


def check_held(kind: DocumentKind, content: Content, identity: str, field: str) -> None:
    """Raises Problem PLACE_WRONG if something lies at this part that may not, now that its ``field`` says something else."""
    there = content.part(identity)
    if there is None:
        return
    for declared in kind.parts:
        for axis in declared.axes:
            if axis.of != there.kind or axis.by != field:
                continue
            held = held_at(kind, axis, there)
            if held and declared.name not in held and content.at({axis.name: identity}, declared.name):
                raise _wrong(field, there.text(field), ", ".join(held))


def held_at(kind: DocumentKind, axis: Axis, there: Part) -> tuple[str, ...]:
    """Which kinds of parts may lie at this part? Empty: any that has the axis."""
    if not axis.holds:
        return ()
    said = there.text(axis.by)
    found = axis.holds.get(said)
    if found is not None:
        return (found,)
    taken = set(axis.holds.values())
    return tuple(one.name for one in kind.parts if one.axis(axis.name) is not None and one.name not in taken)


def _wrong(axis: str, mark: str, allowed: str) -> Problem:
    return Problem(ProblemCode.PLACE_WRONG, status=422, field=axis, value=mark[:80], allowed=allowed)
