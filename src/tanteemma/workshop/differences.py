"""What is different between two versions of a document?"""

from enum import StrEnum

import msgspec

from tanteemma.workshop.document import Content, Part, Scalar


class Changed(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    SAID = "said"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference. ``part``: as it is now (as it was, if removed; None: the document itself); ``before``: as it was.

    ``field``, ``old``, ``new``: what is said otherwise.
    """

    what: Changed
    part: Part | None = None
    before: Part | None = None
    field: str = ""
    old: Scalar = None
    new: Scalar = None


def differences(old: Content, new: Content) -> list[Difference]:
    """Every difference, in the order of the new version; what was removed comes last."""
    found = [
        Difference(what=Changed.SAID, field=field, old=was, new=now)
        for field in sorted(old.fields.keys() | new.fields.keys())
        if (was := old.said(field)) != (now := new.said(field))
    ]
    before = {part.id: part for part in old.parts}
    for part in new.parts:
        was_part = before.pop(part.id, None)
        if was_part is None:
            found.append(Difference(what=Changed.ADDED, part=part))
            continue
        if part.place != was_part.place:
            found.append(Difference(what=Changed.MOVED, part=part, before=was_part))
        found += [
            Difference(what=Changed.SAID, part=part, before=was_part, field=field, old=was, new=now)
            for field in sorted(part.fields.keys() | was_part.fields.keys())
            if (was := was_part.said(field)) != (now := part.said(field))
        ]
    return found + [Difference(what=Changed.REMOVED, part=part, before=part) for part in before.values()]
