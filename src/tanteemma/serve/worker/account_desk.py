"""Questions and changes about firms and households: found, shown, told, joined, left, put together and taken apart."""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
import numpy as np

from tanteemma.identity.accounts import ACCOUNT_KINDS, LONGEST_ID, AccountRole, account_key, is_account, role_named
from tanteemma.identity.profile.noted import is_up_to_date
from tanteemma.ingest.steps.live_columns import event_table
from tanteemma.model.events import EventType
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.desk_events import SOURCE, Stated, best_subject, desk_event
from tanteemma.serve.known_accounts import KnownAccounts
from tanteemma.serve.known_people import KnownPeople, Missing
from tanteemma.serve.worker.house import House
from tanteemma.store.house import utc_now
from tanteemma.store.intake import Flush
from tanteemma.store.operational import audit, people
from tanteemma.store.timeline import timeline
from tanteemma.store.timeline_shape import Wanted

_MOST_EVENTS: Final = 1_000
_LONGEST_REASON: Final = 1_000
_LARGEST: Final = 32 * 1024
_NAME: Final = "Group"


class FindAccounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose name or number begins so? Nothing asked: all."""

    query: str = ""
    limit: int = 50


class ShowAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One account: its id (``account:acme``, ``household:7``, or ``acme``)."""

    account: str


class TellAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The events of everybody who belongs to it, newest first."""

    account: str
    channels: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    before: str | None = None
    limit: int = 50


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody belongs to an account in a role, or no longer (``left``); ``traits`` are the account's."""

    account: str
    person: str | None = None
    role: str | None = None
    left: bool = False
    traits: dict[str, Any] = {}
    by: str = "owner"


class MergeAccounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """These accounts are one."""

    accounts: tuple[str, ...]
    reason: str = ""
    by: str = "owner"


def known_accounts(house: House) -> KnownAccounts:
    """Which accounts are known here."""
    return KnownAccounts(KnownPeople(house.operational, house.kept, house.settings.zone, utc_now))


def in_account(house: House, account: str | None, role: str | None) -> list[str]:
    """The subjects of everybody in an account in a role, by the newest events. Raises Problem BUSY while some are missing."""
    _catch_up(house)
    try:
        return known_accounts(house).members_of(account, role)
    except Missing as missing:
        raise Problem(ProblemCode.BUSY, status=503, retry_after=5) from missing


def _catch_up(house: House) -> None:
    """What came is in the profiles."""
    if house.profiles.is_running:
        house.profiles.catch_up()
        return
    with house.store.snapshot() as snapshot:
        version = snapshot.lake_version
    if not is_up_to_date(house.kept, version):
        house.profiles.complete_now()


def _find(house: House, asked: FindAccounts) -> object:
    _catch_up(house)
    return {"accounts": known_accounts(house).find(asked.query, max(1, min(asked.limit, 200)))}


def _show(house: House, asked: ShowAccount) -> object:
    _catch_up(house)
    return known_accounts(house).account(asked.account)


def _tell(house: House, asked: TellAccount) -> object:
    account = known_accounts(house).account(asked.account)
    with house.operational.read() as tx:
        own = people.person_of(tx, account.subjects[:1])[account.subjects[0]].hex()
    persons = [own, *(member.id for member in account.members if not member.left)]
    wanted = Wanted(asked.channels, asked.touchpoints, asked.before, max(1, min(asked.limit, _MOST_EVENTS)))
    with house.readers.pinned() as snapshot:
        return timeline(snapshot, persons, wanted)


def _state(house: House, asked: State) -> object:
    """Kept as an event of the source ``desk``. Raises Problem QUESTION_INVALID, UNKNOWN_PERSON, EVENT_TOO_LARGE."""
    kind, colon, value = asked.account.partition(":")
    known_kind = bool(colon) and kind in ACCOUNT_KINDS
    subject = account_key(kind, value) if known_kind else account_key(ACCOUNT_KINDS[0], asked.account)
    if subject is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="account", value=asked.account[:80], limit=LONGEST_ID)
    role = None if asked.role is None else role_named(asked.role)
    if asked.role is not None and role is None:
        allowed = ", ".join(AccountRole)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="role", value=asked.role[:80], allowed=allowed)
    traits = msgspec.json.encode(asked.traits) if asked.traits else b""
    if len(traits) > _LARGEST:
        raise Problem(ProblemCode.EVENT_TOO_LARGE, status=413, limit=_LARGEST)
    if asked.person is None and (role is not None or asked.left or not asked.traits):
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="person")
    whom = subject if asked.person is None else _person(house, asked.person)
    said: dict[str, object] = {"left": True} if asked.left else {}
    said |= {"role": role.value} if role is not None else {}
    stated = Stated(
        subject=whom,
        type=EventType.GROUP.value,
        name=_NAME,
        traits=traits.decode(),
        properties=msgspec.json.encode(said).decode(),
        keys={subject.partition(":")[0]: subject.partition(":")[2]},
    )
    _keep(house, stated)
    with house.operational.begin() as tx:
        audit.note(tx, asked.by, "account_left" if asked.left else "account_stated", "")
    _catch_up(house)
    return {"account": subject, "subject": whom, "role": None if role is None else role.value, "left": asked.left}


def _person(house: House, wanted: str) -> str:
    known = KnownPeople(house.operational, house.kept, house.settings.zone, utc_now).person(wanted)
    if is_account(known.subjects[0]):
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=wanted[:80])
    return best_subject(known.subjects)


def _keep(house: House, stated: Stated) -> None:
    """In the lake, durable, and in every answer when this returns."""
    now_us = time.time_ns() // 1000
    event = desk_event(stated, now_us, secrets.token_hex(16))
    table = event_table([event], SOURCE, np.array([now_us], np.int64))
    house.store.commit(Flush(SOURCE, house.store.position(SOURCE) + 1, SOURCE, table, (), 1))
    house.changed()


def _merge(house: House, asked: MergeAccounts) -> object:
    known = known_accounts(house)
    _catch_up(house)
    subjects = sorted({known.account(one).id for one in asked.accounts})
    if len(subjects) < 2:  # noqa: PLR2004 - a merge takes two
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="accounts", value=", ".join(asked.accounts)[:80])
    with house.operational.begin() as tx:
        decided = people.merge(tx, subjects, asked.by, asked.reason[:_LONGEST_REASON])
        audit.note(tx, asked.by, "accounts_merged", str(decided.number))
    house.store.people_changed()
    house.store.touched.everybody()  # who is in a segment by an account may have changed
    house.changed()
    return {"number": decided.number, "kind": decided.kind.value, "accounts": decided.subjects}


ANSWERS: Final[Mapping[str, tuple[type, Callable[[House, Any], object]]]] = {
    "find_accounts": (FindAccounts, _find),
    "show_account": (ShowAccount, _show),
    "tell_account": (TellAccount, _tell),
    "state_account": (State, _state),
    "merge_accounts": (MergeAccounts, _merge),
}
