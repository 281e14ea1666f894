"""Questions and changes about customers: found, shown, told, gathered, put together and taken apart."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from tanteemma.identity.accounts import is_account
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.known_people import Known, KnownPeople, Missing
from tanteemma.serve.people_documents import summary
from tanteemma.serve.worker import account_desk, attachment_desk, formula_desk, hook_desk, rules_desk, segments_of
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered
from tanteemma.serve.worker.messages_people import AskPeople
from tanteemma.store.house import utc_now
from tanteemma.store.operational import audit, people
from tanteemma.store.operational.records import MergeEvent
from tanteemma.store.timeline import timeline
from tanteemma.store.timeline_shape import Wanted

T = TypeVar("T")
_LONGEST_REASON: Final = 1_000
_MOST_EVENTS: Final = 1_000


class Find(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom does this name, part of a name, number or address mean?"""

    query: str = ""
    limit: int = 20


class Show(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The profile of one person: id or subject, or ``names`` (``email``, ``phone``, ``user_id``, ``anonymous_id``)."""

    person: str | None = None
    names: dict[str, str] = {}


class Tell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The events of a person, newest first (see ``store.timeline``)."""

    person: str
    channels: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    before: str | None = None
    limit: int = 50
    #: what the journal holds up to here is in the answer
    after: int = 0


class Gather(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Make sure that these subjects (all of one person) are kept."""

    subjects: tuple[str, ...]


class Merge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """These people (ids or subjects) are one person."""

    people: tuple[str, ...]
    reason: str = ""
    by: str = "owner"


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """This identifier joins nobody any more."""

    subject: str
    reason: str = ""
    by: str = "owner"


class Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take a merge or a cut back."""

    number: int
    reason: str = ""
    by: str = "owner"


def ask_people(house: House, message: AskPeople, _asked: Asked) -> Answered:
    """Answer one of them by its name. Raises Problem QUESTION_INVALID, UNKNOWN_PERSON, NOT_FOUND."""
    known = _ANSWERS.get(message.name)
    if known is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="name", value=message.name, allowed=", ".join(_ANSWERS))
    kind, answer = known
    return Answered(body=msgspec.json.encode(answer(house, _read(message.options, kind))), version=house.readers.version)


def known_people(house: House) -> KnownPeople:
    """Who is known here."""
    return KnownPeople(house.operational, house.kept, house.settings.zone, utc_now)


def _read(options: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(options, type=kind)
    except msgspec.ValidationError as error:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, said=str(error)) from error


def _find(house: House, asked: Find) -> object:
    if not known_people(house).is_whole() and not house.profiles.is_running:
        house.profiles.complete_now()
    found = known_people(house).find(asked.query, max(1, min(asked.limit, 200)))
    return {"people": [summary(one.profile, one.score) for one in found], "whole": known_people(house).is_whole()}


def person_of(house: House, wanted: str) -> Known:
    """The person of an id or a subject. Raises Problem UNKNOWN_PERSON."""
    return known_people(house).person(wanted)


def _show(house: House, asked: Show) -> object:
    known = known_people(house)
    person = known.named(asked.names) if asked.person is None else known.person(asked.person)
    try:
        profile = known.profile(person)
    except Missing as missing:
        house.profiles.gather(missing.subjects)
        profile = known.profile(person)
    if not profile.events:
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=(asked.person or next(iter(asked.names.values())))[:80])
    return profile


def _tell(house: House, asked: Tell) -> object:
    house.lag.wait_for(asked.after)
    person = person_of(house, asked.person)
    wanted = Wanted(asked.channels, asked.touchpoints, asked.before, max(1, min(asked.limit, _MOST_EVENTS)))
    with house.readers.pinned() as snapshot:
        return timeline(snapshot, [person.id], wanted)


def _gather(house: House, asked: Gather) -> object:
    house.profiles.gather(asked.subjects)
    return {}


def _merge(house: House, asked: Merge) -> object:
    subjects = {person_of(house, wanted).subjects[0] for wanted in asked.people}
    if any(map(is_account, subjects)):
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=", ".join(asked.people)[:80])
    if len(subjects) < 2:  # noqa: PLR2004 - a merge takes two
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="people", value=", ".join(asked.people))
    with house.operational.begin() as tx:
        decided = people.merge(tx, sorted(subjects), asked.by, asked.reason[:_LONGEST_REASON])
        audit.note(tx, asked.by, "people_merged", str(decided.number))
    return _decided(house, decided)


def _cut(house: House, asked: Cut) -> object:
    with house.operational.begin() as tx:
        decided = people.cut(tx, asked.subject, asked.by, asked.reason[:_LONGEST_REASON])
        audit.note(tx, asked.by, "identifier_cut", str(decided.number))
    return _decided(house, decided)


def _undo(house: House, asked: Undo) -> object:
    with house.operational.begin() as tx:
        decided = people.unmerge(tx, asked.number, asked.by, asked.reason[:_LONGEST_REASON])
        audit.note(tx, asked.by, "people_parted", str(decided.number))
    if any(map(is_account, decided.subjects)):
        house.store.touched.everybody()  # who is in a segment by an account may have changed
    return _decided(house, decided)


def _decided(house: House, decided: MergeEvent) -> object:
    house.store.people_changed()
    house.changed()
    with house.operational.read() as tx:
        persons = {subject: person.hex() for subject, person in people.person_of(tx, decided.subjects).items()}
    return {"number": decided.number, "kind": decided.kind.value, "people": persons}


_ANSWERS: Final[Mapping[str, tuple[type, Callable[[House, Any], object]]]] = {
    "find": (Find, _find),
    "show": (Show, _show),
    "tell": (Tell, _tell),
    "gather": (Gather, _gather),
    "merge": (Merge, _merge),
    "cut": (Cut, _cut),
    "undo": (Undo, _undo),
    **account_desk.ANSWERS,
    **attachment_desk.ANSWERS,
    **formula_desk.ANSWERS,
    **rules_desk.ANSWERS,
    **hook_desk.ANSWERS,
    **segments_of.ANSWERS,
}
