"""One person gone from everywhere: lake, index, journal, stored files, quarantine and operational tables."""

from collections.abc import Sequence

import msgspec
import numpy as np

from tanteemma.store.compaction import Exclusion
from tanteemma.store.hashing import keys_of
from tanteemma.store.house import Store
from tanteemma.store.intake import JOURNAL
from tanteemma.store.journal import Journal
from tanteemma.store.membership import Membership, People
from tanteemma.store.operational import files, segments
from tanteemma.store.operational import people as who_is_who
from tanteemma.store.operational.erasing import erase_subjects
from tanteemma.store.people import PeopleMap

_CASES_OF = """
SELECT DISTINCT e.key AS name, e.value AS value
FROM (SELECT unnest(map_entries(keys)) AS e FROM events WHERE subject IN (SELECT unnest($subjects)))
"""
_CASES_OF_OTHERS = """
SELECT DISTINCT e.key AS name, e.value AS value
FROM (SELECT unnest(map_entries(keys)) AS e FROM events
      WHERE subject IS NOT NULL AND subject NOT IN (SELECT unnest($subjects)))
"""
_ORIGINS_OF = """
SELECT DISTINCT origin FROM events
WHERE subject IN (SELECT unnest($subjects)) OR (subject IS NULL AND list_has_any(
  list_transform(map_entries(keys), lambda e: concat(e.key, chr(31), e.value)), $cases))
"""


class ErasureReport(msgspec.Struct, frozen=True):
    """What was erased, and whether every trace is off the disk: ``complete`` is False while a reader still holds old files."""

    subjects: tuple[str, ...]
    events: int
    files_removed: tuple[int, ...]
    rows_in_tables: int
    complete: bool


def erase(store: Store, subjects: Sequence[str], journal: Journal | None = None) -> ErasureReport:
    """Erase the people these subjects belong to, with every alias. Done again it finds nothing more and does no harm.

    Gone are: all events of the person; events that name nobody but share a case (order, ticket …) that only this person has;
    stored files with rows of theirs (what was imported from them for others stays); quarantined rows and operational rows that
    name them; journal commits already in the lake. Ids of events stay, as hashes: the same file again brings nothing back.
    """
    with store.operational.read() as tx:
        aliases = who_is_who.aliases(tx, subjects)
        left = {subject: person for subject, person in who_is_who.changed_since(tx, -1).items() if subject not in set(aliases)}
    cases = _only_theirs(store, aliases)
    numbers = _files_with_them(store, aliases, cases)
    people = _people_of(store, aliases)
    done = store.compact(Exclusion(frozenset(aliases), frozenset(cases)), PeopleMap.of(left))
    for number in numbers:
        store.files.drop(number)
    with store.operational.begin() as tx:
        for number in numbers:
            files.blot(tx, number)
        segments.forget(tx, people)
    rows = erase_subjects(store.operational, aliases).total
    store.people_changed()
    _leave_segments(store, people)
    if journal is not None:
        journal.trim(store.position(JOURNAL))
        journal.scrub()
    return ErasureReport(tuple(aliases), len(done.gone_ids), tuple(numbers), rows, store.tidy())


def _people_of(store: Store, aliases: Sequence[str]) -> list[tuple[int, int]]:
    """The persons they are, by today's mapping and each by itself."""
    with store.snapshot() as snapshot:
        own = keys_of(aliases)
        today = snapshot.person_keys(*own)
    return sorted({pair for high, low in (own, today) for pair in zip(high.tolist(), low.tolist(), strict=True)})


def _leave_segments(store: Store, people: Sequence[tuple[int, int]]) -> None:
    kept = Membership.load(store.folder.segments)
    if kept.versions:
        kept.drop(People(*(np.array([pair[word] for pair in people], np.uint64) for word in (0, 1))))
        kept.save(store.folder.segments)


def _only_theirs(store: Store, aliases: Sequence[str]) -> list[tuple[str, str]]:
    with store.snapshot() as snapshot:
        if not snapshot.events:
            return []
        theirs, others = (snapshot.rows(query, {"subjects": list(aliases)}) for query in (_CASES_OF, _CASES_OF_OTHERS))
    taken = set(zip(others["name"].to_pylist(), others["value"].to_pylist(), strict=True))
    return [pair for pair in zip(theirs["name"].to_pylist(), theirs["value"].to_pylist(), strict=True) if pair not in taken]


def _files_with_them(store: Store, aliases: Sequence[str], cases: Sequence[tuple[str, str]]) -> list[int]:
    with store.snapshot() as snapshot:
        if not snapshot.events:
            return []
        values = {"subjects": list(aliases), "cases": [f"{name}\x1f{value}" for name, value in cases]}
        origins = snapshot.rows(_ORIGINS_OF, values)["origin"].to_pylist()
    return sorted(int(origin.removeprefix("file:")) for origin in origins if origin.startswith("file:"))
