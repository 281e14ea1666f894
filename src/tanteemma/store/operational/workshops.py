"""Workshops on a map: begin one, move it on, who joined, what was guessed, where the dots lie; and forget all of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.secrets import digest_of
from tanteemma.store.operational.tables_workshops import WORKSHOP, WORKSHOP_GUESS, WORKSHOP_PARTICIPANT, WORKSHOP_VOTE
from tanteemma.store.operational.transaction import Transaction

_W = WORKSHOP.c
_P = WORKSHOP_PARTICIPANT.c
_G = WORKSHOP_GUESS.c
_V = WORKSHOP_VOTE.c


class StoredWorkshop(msgspec.Struct, frozen=True, kw_only=True):
    """One workshop; ``agenda`` and ``measured`` as JSON; ``version`` grows with everything that happens in it."""

    number: int
    document: str
    title: str
    agenda: str
    dots: int
    stop: int
    stop_since: datetime
    secret: str
    version: int
    measured: str
    started: datetime
    started_by: str
    ends: datetime
    closed: datetime | None


class NewWorkshop(msgspec.Struct, frozen=True, kw_only=True):
    """What a workshop begins with; ``token``: of its link, of which only a hash is kept here."""

    document: str
    title: str
    agenda: str
    dots: int
    token: str
    secret: str
    ends: datetime
    who: str


class Participant(msgspec.Struct, frozen=True):
    """Somebody who joined, by the name they typed."""

    number: int
    workshop: int
    name: str
    joined: datetime


class Counts(msgspec.Struct, frozen=True):
    """How many joined, how many of them guessed anything, how many dots lie."""

    joined: int
    guessed: int
    dots: int


_COLUMNS = tuple(column for column in WORKSHOP.c if column.name != "digest")
_PERSON = (_P.number, _P.workshop, _P.name, _P.joined)


def begin(tx: Transaction, new: NewWorkshop) -> int:
    """Keep a new workshop at its first stop; its number."""
    row = {
        "document": new.document,
        "title": new.title,
        "agenda": new.agenda,
        "dots": new.dots,
        "stop": 0,
        "stop_since": tx.now,
        "digest": digest_of(new.token),
        "secret": new.secret,
        "version": 1,
        "measured": "",
        "started": tx.now,
        "started_by": new.who,
        "ends": new.ends,
    }
    return int(tx.run(sa.insert(WORKSHOP).values(row).returning(_W.number)).scalar_one())


def find(tx: Transaction, number: int) -> StoredWorkshop | None:
    """The workshop of this number."""
    return tx.one(sa.select(*_COLUMNS).where(_W.number == number), StoredWorkshop)


def find_by_token(tx: Transaction, token: str) -> StoredWorkshop | None:
    """The workshop this link leads to."""
    return tx.one(sa.select(*_COLUMNS).where(_W.digest == digest_of(token)), StoredWorkshop)


def of_document(tx: Transaction, document: str) -> list[StoredWorkshop]:
    """The workshops on a map, the newest first."""
    return tx.all(sa.select(*_COLUMNS).where(_W.document == document).order_by(_W.number.desc()), StoredWorkshop)


def over(tx: Transaction, ended_before: datetime) -> list[StoredWorkshop]:
    """The workshops that were closed, or whose planned end lies before this."""
    query = sa.select(*_COLUMNS).where(sa.or_(_W.closed.is_not(None), _W.ends <= ended_before))
    return tx.all(query.order_by(_W.number), StoredWorkshop)


def change(tx: Transaction, number: int, values: Mapping[str, Any]) -> None:
    """Change what a workshop says of itself; its version grows."""
    tx.run(sa.update(WORKSHOP).where(_W.number == number).values(**values, version=_W.version + 1))


def touch(tx: Transaction, number: int) -> int:
    """Something happened in it: its new version."""
    changed = sa.update(WORKSHOP).where(_W.number == number).values(version=_W.version + 1).returning(_W.version)
    return int(tx.run(changed).scalar_one())


def remove(tx: Transaction, number: int) -> None:
    """Forget a workshop, and everybody and everything in it."""
    for table in (WORKSHOP_VOTE, WORKSHOP_GUESS, WORKSHOP_PARTICIPANT):
        tx.run(sa.delete(table).where(table.c.workshop == number))
    tx.run(sa.delete(WORKSHOP).where(_W.number == number))


def join(tx: Transaction, workshop: int, name: str, token: str) -> Participant:
    """Somebody joins by a name."""
    kept = storable(name)
    row = {"workshop": workshop, "name": kept, "digest": digest_of(token), "joined": tx.now}
    number = tx.run(sa.insert(WORKSHOP_PARTICIPANT).values(row).returning(_P.number)).scalar_one()
    return Participant(int(number), workshop, kept, tx.now)


def participant(tx: Transaction, workshop: int, token: str) -> Participant | None:
    """Who shows this token in this workshop?"""
    return tx.one(sa.select(*_PERSON).where(_P.digest == digest_of(token), _P.workshop == workshop), Participant)


def participants(tx: Transaction, workshop: int) -> list[Participant]:
    """Who joined, in that order."""
    return tx.all(sa.select(*_PERSON).where(_P.workshop == workshop).order_by(_P.number), Participant)


def dismiss(tx: Transaction, workshop: int, number: int) -> None:
    """Forget one participant with all guesses and dots."""
    for table in (WORKSHOP_VOTE, WORKSHOP_GUESS):
        tx.run(sa.delete(table).where(table.c.workshop == workshop, table.c.participant == number))
    tx.run(sa.delete(WORKSHOP_PARTICIPANT).where(_P.workshop == workshop, _P.number == number))


def guess(tx: Transaction, workshop: int, part: str, who: int, value: int) -> None:
    """Keep a guess; the last one counts."""
    row = {"workshop": workshop, "part": part, "participant": who, "value": value}
    kept = tx.insert(WORKSHOP_GUESS).values(row)
    tx.run(kept.on_conflict_do_update(index_elements=["workshop", "part", "participant"], set_={"value": value}))


def guesses(tx: Transaction, workshop: int) -> dict[str, list[int]]:
    """All guesses by part; who guessed what stays unsaid."""
    rows = tx.run(sa.select(_G.part, _G.value).where(_G.workshop == workshop).order_by(_G.part, _G.value))
    found: dict[str, list[int]] = {}
    for part, value in rows:
        found.setdefault(part, []).append(int(value))
    return found


def guesses_of(tx: Transaction, workshop: int, who: int) -> dict[str, int]:
    """What one participant guessed, by part."""
    rows = tx.run(sa.select(_G.part, _G.value).where(_G.workshop == workshop, _G.participant == who))
    return {part: int(value) for part, value in rows}


def put_dot(tx: Transaction, workshop: int, part: str, who: int) -> None:
    """A dot of this participant lies there; a second one on the same changes nothing."""
    row = {"workshop": workshop, "part": part, "participant": who}
    tx.run(tx.insert(WORKSHOP_VOTE).values(row).on_conflict_do_nothing())


def take_dot(tx: Transaction, workshop: int, part: str, who: int) -> None:
    """It lies there no more."""
    tx.run(sa.delete(WORKSHOP_VOTE).where(_V.workshop == workshop, _V.part == part, _V.participant == who))


def dots(tx: Transaction, workshop: int) -> dict[str, int]:
    """How many dots lie on each part."""
    rows = tx.run(sa.select(_V.part, sa.func.count()).where(_V.workshop == workshop).group_by(_V.part))
    return {part: int(count) for part, count in rows}


def dots_of(tx: Transaction, workshop: int, who: int) -> frozenset[str]:
    """Where the dots of one participant lie."""
    return frozenset(part for (part,) in tx.run(sa.select(_V.part).where(_V.workshop == workshop, _V.participant == who)))


def counts(tx: Transaction, workshop: int) -> Counts:
    """How far is everybody?"""
    joined = tx.run(sa.select(sa.func.count()).select_from(WORKSHOP_PARTICIPANT).where(_P.workshop == workshop)).scalar_one()
    guessed = tx.run(sa.select(sa.func.count(sa.distinct(_G.participant))).where(_G.workshop == workshop)).scalar_one()
    lying = tx.run(sa.select(sa.func.count()).select_from(WORKSHOP_VOTE).where(_V.workshop == workshop)).scalar_one()
    return Counts(int(joined), int(guessed), int(lying))
