"""In which segments is one person? By what is kept; a segment that is not kept yet is counted."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from tanteemma.serve.known_people import KnownPeople
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.keeping_segments import among
from tanteemma.serve.worker.segmented import listed_people
from tanteemma.store.hashing import keys_of, words_of
from tanteemma.store.house import utc_now
from tanteemma.store.membership import Membership, People
from tanteemma.store.operational import segments


class SegmentsOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The names of the segments a person (id or subject) is in."""

    person: str


def _segments_of(house: House, asked: SegmentsOf) -> object:
    """Raises Problem UNKNOWN_PERSON."""
    known = KnownPeople(house.operational, house.kept, house.settings.zone, utc_now).person(asked.person)
    catalogue = house.segmented.catalogue()
    kept = Membership.load(house.folder.segments)
    with house.operational.read() as tx:
        kept.apply(segments.changes_after(tx, kept.position))
    people = People(*words_of([bytes.fromhex(known.id)]))
    found = []
    with house.readers.pinned() as snapshot:
        for name, one in sorted(catalogue.segments.items()):
            if kept.versions.get(one.stored.number) == one.stored.version:
                inside = bool(kept.of(one.stored.number, people)[0])
            else:
                asked_for = listed_people(snapshot, *keys_of(known.subjects))
                inside = bool(among(house.segmented.numbers(snapshot, one), asked_for).any())
            found += [name] if inside else []
    return {"id": known.id, "segments": found}


ANSWERS: Final[Mapping[str, tuple[type, Callable[[House, Any], object]]]] = {"segments_of": (SegmentsOf, _segments_of)}
