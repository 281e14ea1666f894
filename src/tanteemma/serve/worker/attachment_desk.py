"""Files attached to customers, for the command line: kept, listed, given out, removed and brought back."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from tanteemma.identity.attachments import MOST, media_type_of, shown_name
from tanteemma.identity.keys import strongest
from tanteemma.serve.known_people import KnownPeople
from tanteemma.serve.worker.house import House
from tanteemma.store.house import utc_now
from tanteemma.store.operational import attachments, audit
from tanteemma.store.operational.attachments import NewAttachment


class Attach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Attach a file to a person (id or subject)."""

    person: str
    name: str
    content: bytes
    by: str = "owner"


class ListAttachments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files of a person, with those that can be brought back."""

    person: str


class GiveAttachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file with its bytes (base64 in JSON)."""

    number: int


class Detach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Remove a file, or (``undo``) bring it back."""

    number: int
    undo: bool = False
    by: str = "owner"


def _attach(house: House, asked: Attach) -> object:
    """Raises Problem UNKNOWN_PERSON, EMPTY_BODY, ATTACHMENT_TOO_LARGE, ATTACHMENT_KIND, ATTACHMENT_MANY."""
    known = KnownPeople(house.operational, house.kept, house.settings.zone, utc_now).person(asked.person)
    name = shown_name(asked.name)
    media_type = media_type_of(name, asked.content, house.settings.largest_attachment_bytes)
    new = NewAttachment(strongest(known.subjects), name, media_type, asked.content, asked.by)
    with house.operational.begin() as tx:
        found = attachments.attach(tx, new, known.subjects, MOST)
        audit.note(tx, asked.by, "attachment_kept", str(found.number))
    return found


def _list(house: House, asked: ListAttachments) -> object:
    known = KnownPeople(house.operational, house.kept, house.settings.zone, utc_now).person(asked.person)
    with house.operational.read() as tx:
        found = attachments.of_subjects(tx, known.subjects, removed=True)
    there = [one for one in found if one.removed is None]
    return {"attachments": there, "removed": [one for one in found if one.removed is not None]}


def _give(house: House, asked: GiveAttachment) -> object:
    with house.operational.read() as tx:
        found = attachments.find(tx, asked.number)
        return msgspec.structs.asdict(found) | {"content": attachments.content(tx, asked.number)}


def _detach(house: House, asked: Detach) -> object:
    with house.operational.begin() as tx:
        found = attachments.restore(tx, asked.number) if asked.undo else attachments.remove(tx, asked.number)
        audit.note(tx, asked.by, "attachment_restored" if asked.undo else "attachment_removed", str(asked.number))
    return found


ANSWERS: Final[Mapping[str, tuple[type, Callable[[House, Any], object]]]] = {
    "attach": (Attach, _attach),
    "attachments": (ListAttachments, _list),
    "attachment": (GiveAttachment, _give),
    "detach": (Detach, _detach),
}
