"""Who is who? Subjects of one person, as events said it or as somebody decided it; every decision can be taken back.

A person is a connected group of subjects. Its id is the smallest of its subjects' own ids (BLAKE2b-128 of the subject), so the
order in which links arrive never matters and a subject that is linked with nothing needs no row.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.columns import as_json, storable
from tanteemma.store.operational.cutting import cut_among, keep_cut, too_shared, undo_cut
from tanteemma.store.operational.grouping import Groups
from tanteemma.store.operational.people_rules import identifier_rules, without_plus
from tanteemma.store.operational.records import MergeEvent, MergeKind
from tanteemma.store.operational.regrouping import SAID, WAITING, Link, settle, unsettled
from tanteemma.store.operational.tables_people import LINK_OF_FILE, MERGE_EVENT, SUBJECT_LINK, SUBJECT_PERSON
from tanteemma.store.operational.transaction import Transaction, in_portions

#: who cuts off what is shared by too many
BY_RULE: Final = "rule"
_VERSION: Final = "people"
_TWO: Final = 2
#: so many are worked out afresh at once
_TOGETHER: Final = 1_000
_P = SUBJECT_PERSON.c
_L = SUBJECT_LINK.c
_M = MERGE_EVENT.c
_F = LINK_OF_FILE.c


class Linked(msgspec.Struct, frozen=True):
    """What linking changed: the people version afterwards, the subjects with another person than before, the pairs refused."""

    version: int
    moved: dict[str, bytes]
    refused: tuple[tuple[str, str], ...]


def own_person(subject: str) -> bytes:
    """The person of a subject that is linked with nothing: 16 bytes.

    >>> len(own_person("user:4711"))
    16
    """
    return hashlib.blake2b(storable(subject).encode(), digest_size=16).digest()


def person_of(tx: Transaction, subjects: Iterable[str]) -> dict[str, bytes]:
    """The person of each subject."""
    wanted = list(dict.fromkeys(subjects))
    found = _rows(tx, wanted)
    return {subject: found[key] if (key := storable(subject)) in found else own_person(subject) for subject in wanted}


def subjects_of(tx: Transaction, person: bytes) -> list[str]:
    """The subjects of a person who has several, sorted; empty for one whose only subject was never linked."""
    return sorted(tx.run(sa.select(_P.subject).where(_P.person == person)).scalars())


def aliases(tx: Transaction, subjects: Iterable[str]) -> list[str]:
    """These subjects and every other one of the same people, sorted."""
    mine = person_of(tx, subjects)
    members = _members(tx, set(mine.values()))
    return sorted({storable(subject) for subject in mine} | {subject for group in members.values() for subject in group})


def version(tx: Transaction) -> int:
    """Grows with each transaction that changes who is who."""
    return notes.count_of(tx, _VERSION)


def changed_since(tx: Transaction, known: int) -> dict[str, bytes]:
    """Subjects whose person changed after a version, with the person they have now."""
    rows = tx.run(sa.select(_P.subject, _P.person).where(_P.since > known))
    return {row.subject: bytes(row.person) for row in rows}


def link(
    tx: Transaction, pairs: Iterable[tuple[str, str]], *, days: Mapping[tuple[str, str], int] | None = None, file: int = 0
) -> Linked:
    """Events say that these subjects are the same person. Said again it changes nothing.

    ``days``: the newest day (since 1970) on which events named a pair. A pair that would give a person more subjects than the
    rules allow is refused: it waits, unless it is stronger than others that then wait (see ``regrouping``). So is one with an
    identifier that is blocked or shared by too many customers (see ``cutting``): it joins nobody from then on. ``file``: the
    imported file that says so (0: live events); what only it says goes when it is taken back.
    """
    said = _said(pairs, days or {})
    plus = [pair for pair in said if _only_by_plus(*pair)]
    if plus and not identifier_rules(tx).plus_addresses:
        said = {pair: day for pair, day in said.items() if pair not in plus}
    # nearly every event repeats a link that is known: those cost one look
    known = _known_links(tx, {low for low, _ in said})
    clean = sorted(said.keys() - known.keys())
    newer = {
        pair: day for pair, day in said.items() if pair in known and (day > known[pair].day or known[pair].live < (not file))
    }
    _keep_days(tx, newer, known, live=not file)
    _note_file(tx, said if file else (), file)
    if not clean and not newer:
        return Linked(version(tx), {}, tuple(pair for pair in sorted(said) if known[pair].merge == WAITING))
    rules = identifier_rules(tx)
    now = next_version(tx)
    named = {subject for pair in clean for subject in pair}
    shared = set(too_shared(tx, clean, rules.most_users)) | cut_among(tx, named) | named.intersection(rules.blocked)
    before = _rows(tx, aliases(tx, shared)) if shared else {}
    fresh, refused = _cut_off(tx, [Link(*pair, SAID, said[pair], not file) for pair in clean], shared, now)
    groups = Groups(_rows(tx, {subject for link in fresh for subject in (link.low, link.high)}), own_person)
    groups.weigh(_sizes(tx, groups.people()))
    over = {link for link in fresh if not groups.join(link.low, link.high, most=rules.most_subjects)}
    keep_links(tx, [link for link in fresh if link not in over])
    keep_links(tx, [msgspec.structs.replace(link, merge=WAITING) for link in over])
    moved = _move(tx, groups, now)
    touched = {subject for pair in (*newer, *((link.low, link.high) for link in fresh)) for subject in pair}
    moved |= regroup(tx, unsettled(tx, touched, rules), now)
    if shared:
        today = _rows(tx, before)
        moved |= {subject: person for subject, person in today.items() if before[subject] != person}
    after = _known_links(tx, {low for low, _ in said})
    refused += [pair for pair in sorted(said) if pair in after and after[pair].merge == WAITING]
    return Linked(version(tx), moved, tuple(refused))


def _only_by_plus(low: str, high: str) -> bool:
    """Are these two spellings of one mailbox?"""
    return low == without_plus(high) or high == without_plus(low)


def _said(pairs: Iterable[tuple[str, str]], days: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    said: dict[tuple[str, str], int] = {}
    for one, other in pairs:
        if storable(one) != storable(other):
            pair = ordered(one, other)
            said[pair] = max(said.get(pair, 0), days.get((one, other), 0))
    return said


def _cut_off(tx: Transaction, links: list[Link], shared: set[str], now: int) -> tuple[list[Link], list[tuple[str, str]]]:
    """Keep what is said of shared identifiers without following it: the other links, and these as pairs."""
    if not shared:
        return links, []
    apart = [link for link in links if not shared.isdisjoint((link.low, link.high))]
    keep_links(tx, apart)
    for subject in sorted(shared - cut_among(tx, shared)):
        event = _enter(tx, MergeEvent(0, MergeKind.CUT, (subject,), None, tx.now, BY_RULE, ""))
        keep_cut(tx, subject, event.number)
        regroup(tx, [subject], now)
    return [link for link in links if link not in apart], [(link.low, link.high) for link in apart]


def cut(tx: Transaction, subject: str, made_by: str, reason: str) -> MergeEvent:
    """Somebody decides that this identifier joins nobody: what events said and say of it is kept, and not followed.

    Raises Problem NOT_FOUND for one that is linked with nothing or cut off already.
    """
    clean = storable(subject)
    if len(aliases(tx, [clean])) < _TWO or cut_among(tx, [clean]):
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="link", value=subject)
    now = next_version(tx)
    event = _enter(tx, MergeEvent(0, MergeKind.CUT, (clean,), None, tx.now, made_by, reason))
    keep_cut(tx, clean, event.number)
    regroup(tx, [clean], now)
    return event


def linked_with(tx: Transaction, subjects: Sequence[str]) -> list[tuple[str, str, int]]:
    """Why these are one person: pairs, and the merge that put each together (0: events name both, -1: that waits)."""
    found: set[tuple[str, str, int]] = set()
    for portion in in_portions(sorted(map(storable, subjects))):
        waits = sa.and_(_L.merge == WAITING, _L.high.in_(portion))
        rows = tx.run(sa.select(_L.low, _L.high, _L.merge).where(sa.or_(_L.low.in_(portion), waits)))
        found |= {(row.low, row.high, row.merge) for row in rows}
    return sorted(found)


def merge(tx: Transaction, subjects: Sequence[str], made_by: str, reason: str) -> MergeEvent:
    """Somebody decides that these subjects are one person. Raises ValueError for fewer than two subjects."""
    clean = sorted({storable(subject) for subject in subjects})
    if len(clean) < _TWO:
        raise ValueError("a merge takes two subjects")
    now = next_version(tx)
    event = _enter(tx, MergeEvent(0, MergeKind.MERGE, tuple(clean), None, tx.now, made_by, reason))
    groups = Groups(_rows(tx, clean), own_person)
    pairs = [ordered(clean[0], other) for other in clean[1:]]
    for pair in pairs:
        groups.join(*pair, most=None)
    keep_links(tx, [Link(*pair, event.number, 0) for pair in pairs])
    _move(tx, groups, now)
    return event


def unmerge(tx: Transaction, number: int, made_by: str, reason: str) -> MergeEvent:
    """Take a merge or a cut back: everybody is who they would be if it had never been made, whatever was linked since.

    Raises Problem NOT_FOUND for one that does not exist or was taken back already.
    """
    row = tx.run(sa.select(MERGE_EVENT).where(_M.number == number, _M.kind != MergeKind.UNMERGE.value)).mappings().first()
    again = tx.run(sa.select(_M.number).where(_M.undoes == number)).first()
    if row is None or again is not None:
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="merge", value=number)
    now = next_version(tx)
    event = _enter(tx, MergeEvent(0, MergeKind.UNMERGE, row["subjects"], number, tx.now, made_by, reason))
    tx.run(sa.delete(SUBJECT_LINK).where(_L.merge == number))
    undo_cut(tx, number)
    regroup(tx, {*row["subjects"], *_neighbours(tx, row["subjects"])}, now)
    return event


def merges(tx: Transaction, *, limit: int = 100) -> list[MergeEvent]:
    """Decisions about who is who, newest first."""
    rows = tx.run(sa.select(MERGE_EVENT).order_by(_M.number.desc()).limit(limit)).mappings()
    return [msgspec.structs.replace(MergeEvent(**row), kind=MergeKind(row["kind"])) for row in rows]


def merges_about(tx: Transaction, subjects: Sequence[str]) -> list[MergeEvent]:
    """Decisions that name one of these, and what took them back, the newest first."""
    told = sa.cast(_M.subjects, sa.Text)
    numbers: set[int] = set()
    for portion in in_portions(sorted(map(storable, subjects))):
        naming = sa.or_(*(told.contains(as_json(one), autoescape=True) for one in portion))
        numbers |= set(tx.run(sa.select(_M.number).where(naming)).scalars())
    found: list[MergeEvent] = []
    for some in in_portions(sorted(numbers)):
        query = sa.select(MERGE_EVENT).where(sa.or_(_M.number.in_(some), _M.undoes.in_(some)))
        found += [msgspec.structs.replace(MergeEvent(**row), kind=MergeKind(row["kind"])) for row in tx.run(query).mappings()]
    return sorted(dict.fromkeys(found), key=lambda event: -event.number)


def regroup(tx: Transaction, subjects: Iterable[str], now: int) -> dict[str, bytes]:
    """Work out afresh, from the links alone, who these subjects and everybody who hangs together with them are: who moved."""
    moved: dict[str, bytes] = {}
    for portion in in_portions(sorted(set(subjects)), _TOGETHER):
        whole = _settled(tx, portion)
        parts = [whole] if whole is not None else [_settled(tx, [one]) or {} for one in portion]
        for settled in parts:
            moved |= _keep_settled(tx, settled, now)
    return moved


def _settled(tx: Transaction, subjects: Sequence[str]) -> dict[str, bytes] | None:
    return settle(tx, aliases(tx, subjects), identifier_rules(tx), Groups({}, own_person)).people


def _keep_settled(tx: Transaction, settled: Mapping[str, bytes], now: int) -> dict[str, bytes]:
    before = _rows(tx, settled)
    sizes = Counter(settled.values())  # whoever is alone needs no row
    moved = {
        subject: person
        for subject, person in settled.items()
        if before.get(subject, None if sizes[person] > 1 else own_person(subject)) != person
    }
    _write(tx, moved, now)
    return moved


def _neighbours(tx: Transaction, subjects: Sequence[str]) -> set[str]:
    """Subjects that are linked directly with one of these, whether that counts or not."""
    found: set[str] = set()
    for portion in in_portions(sorted(subjects)):
        rows = tx.run(sa.select(_L.low, _L.high).where(sa.or_(_L.low.in_(portion), _L.high.in_(portion))))
        found |= {subject for row in rows for subject in (row.low, row.high)}
    return found


def ordered(one: str, other: str) -> tuple[str, str]:
    """The pair in the order in which pairs are kept."""
    low, high = sorted((storable(one), storable(other)))
    return low, high


def _rows(tx: Transaction, subjects: Iterable[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for portion in in_portions(sorted({storable(subject) for subject in subjects})):
        rows = tx.run(sa.select(_P.subject, _P.person).where(_P.subject.in_(portion)))
        found.update((row.subject, bytes(row.person)) for row in rows)
    return found


def _known_links(tx: Transaction, lows: Iterable[str]) -> dict[tuple[str, str], Link]:
    """What events said of these, by pair."""
    known: dict[tuple[str, str], Link] = {}
    for portion in in_portions(sorted(lows)):
        columns = (_L.low, _L.high, _L.merge, _L.day, _L.live)
        query = sa.select(*columns).where(_L.low.in_(portion), _L.merge.in_((SAID, WAITING)))
        known.update(((row.low, row.high), Link(*row)) for row in tx.run(query))
    return known


def _keep_days(
    tx: Transaction, newer: Mapping[tuple[str, str], int], known: Mapping[tuple[str, str], Link], *, live: bool
) -> None:
    for (low, high), day in newer.items():
        before = known[low, high]
        here = (_L.low == low, _L.high == high, _L.merge == before.merge)
        tx.run(sa.update(SUBJECT_LINK).where(*here).values(day=max(day, before.day), live=live or before.live))


def _note_file(tx: Transaction, pairs: Iterable[tuple[str, str]], file: int) -> None:
    statement = tx.insert(LINK_OF_FILE).on_conflict_do_nothing()
    for portion in in_portions([{"low": low, "high": high, "file": file} for low, high in pairs]):
        tx.run(statement, portion)


def _sizes(tx: Transaction, people: Iterable[bytes]) -> dict[bytes, int]:
    sizes: dict[bytes, int] = {}
    for portion in in_portions(sorted(people)):
        size = sa.func.count().label("size")
        rows = tx.run(sa.select(_P.person, size).where(_P.person.in_(portion)).group_by(_P.person))
        sizes.update((bytes(row.person), row.size) for row in rows)
    return sizes


def _members(tx: Transaction, people: Iterable[bytes]) -> dict[bytes, list[str]]:
    members: dict[bytes, list[str]] = {}
    for portion in in_portions(sorted(people)):
        for row in tx.run(sa.select(_P.person, _P.subject).where(_P.person.in_(portion))):
            members.setdefault(bytes(row.person), []).append(row.subject)
    return members


def _move(tx: Transaction, groups: Groups, now: int) -> dict[str, bytes]:
    """Write the new person of every subject whose group grew, the members that were not named among them too."""
    became = groups.became()
    moved = {subject: became[person] for person, group in _members(tx, became).items() for subject in group}
    moved |= groups.newcomers()
    _write(tx, moved, now)
    return moved


def next_version(tx: Transaction) -> int:
    """The version a change of this transaction gets. Takes the counter's row, so that changes come one after the other."""
    return notes.count_up(tx, _VERSION, 0) + 1


def _write(tx: Transaction, people: Mapping[str, bytes], now: int) -> None:
    if not people:
        return
    if version(tx) < now:
        notes.count_up(tx, _VERSION)
    statement = tx.insert(SUBJECT_PERSON)
    new = {"person": statement.excluded.person, "since": statement.excluded.since}
    upsert = statement.on_conflict_do_update(index_elements=["subject"], set_=new)
    rows = [{"subject": subject, "person": person, "since": now} for subject, person in people.items()]
    for portion in in_portions(rows):
        tx.run(upsert, portion)


def keep_links(tx: Transaction, links: Sequence[Link]) -> None:
    """Write these down; those that are there stay as they are."""
    statement = tx.insert(SUBJECT_LINK).on_conflict_do_nothing()
    for portion in in_portions([msgspec.structs.asdict(link) for link in links]):
        tx.run(statement, portion)


def _enter(tx: Transaction, event: MergeEvent) -> MergeEvent:
    row = msgspec.structs.asdict(event) | {"kind": event.kind.value}
    del row["number"]
    number = tx.run(sa.insert(MERGE_EVENT).values(row).returning(_M.number)).scalar_one()
    return msgspec.structs.replace(event, number=int(number))
