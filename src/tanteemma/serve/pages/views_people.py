"""What the pages about customers show."""

from datetime import datetime

import msgspec

from tanteemma.identity.profile.belonging import OfAccount
from tanteemma.identity.profile.profile import (
    ComputedTrait,
    Consent,
    Counter,
    Event,
    Identifier,
    Mood,
    Profile,
    Promise,
    SaidTrait,
    Word,
    Worth,
    text_of,
)
from tanteemma.serve.pages.views import View
from tanteemma.store.operational.attachments import Attachment
from tanteemma.store.operational.person_notes import PersonNote
from tanteemma.store.operational.records import MergeEvent, MergeKind
from tanteemma.store.timeline_shape import Timeline, TimelineEvent

#: a page of the timeline
SHOWN_EVENTS = 40
_GOOD, _BAD = 0.25, -0.25
_LONG_GAP_DAYS = 30
#: which sign a channel has on the timeline, by words in its name
_SIGNS = (
    ("phone", ("call", "anruf", "telefon", "phone", "hotline")),
    ("mail", ("mail", "brief", "letter", "newsletter")),
    ("store", ("branch", "filiale", "store", "laden", "counter", "schalter")),
    ("package", ("parcel", "paket", "logisti", "delivery", "versand", "ship")),
    ("shopping-cart", ("shop", "checkout", "order", "bestell")),
    ("star", ("survey", "umfrage", "review", "bewertung")),
    ("message-circle", ("social", "chat", "messenger", "whatsapp")),
    ("globe", ("web", "site", "online", "app", "portal")),
)


def sign_of(channel: str | None) -> str:
    """The sign of a channel.

    >>> sign_of("call_centre"), sign_of("Newsletter"), sign_of(None)
    ('phone', 'mail', 'route')
    """
    low = (channel or "").lower()
    return next((sign for sign, words in _SIGNS if any(word in low for word in words)), "route")


def feeling(mood: Mood | None) -> str:
    """How a mood reads: good, fair, bad or unknown."""
    if mood is None:
        return "unknown"
    return "good" if mood.value > _GOOD else "bad" if mood.value < _BAD else "fair"


class PersonRow(View, frozen=True, kw_only=True):
    """One person of a list."""

    id: str
    name: str | None
    known_as: tuple[str, ...]
    events: int
    last: Event | None
    worth: tuple[Worth, ...]
    feeling: str
    promises: int


class PeopleView(View, frozen=True, kw_only=True):
    """Who fits what was typed, or who was here last. ``whole``: is everybody in the profiles already?"""

    tab: str = "people"
    query: str = ""
    rows: tuple[PersonRow, ...] = ()
    whole: bool = True
    has_events: bool = True


class TraitRow(View, frozen=True, kw_only=True):
    """One trait in words; ``others`` what other sources say."""

    name: str
    value: str
    source: str
    since: datetime
    others: tuple[tuple[str, str], ...]


class Reason(View, frozen=True, kw_only=True):
    """Why two identifiers are one person: events name both (``number`` 0; -1: that waits), or somebody decided it."""

    low: str
    high: str
    number: int


class Decision(View, frozen=True, kw_only=True):
    """A merge or a cut; ``undone``: it was taken back. ``by_rule``: the rule about shared identifiers decided."""

    number: int
    kind: str
    subjects: tuple[str, ...]
    at: datetime
    by: str
    reason: str
    undone: bool
    by_rule: bool


class TimelineRow(View, frozen=True, kw_only=True):
    """One event on the timeline. ``gap_days``: so long nothing had happened before it, None if that is not long."""

    event: TimelineEvent
    sign: str
    said: tuple[tuple[str, str], ...]
    gap_days: int | None


class TimelineView(View, frozen=True, kw_only=True):
    """A page of a person's events; ``own``: its address, to which a choice is added; ``channels`` to choose from."""

    person: str
    own: str = ""
    rows: tuple[TimelineRow, ...] = ()
    next: str | None = None
    total: int = 0
    channels: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    problem: str = ""


class PersonView(View, frozen=True, kw_only=True):
    """The page of one person."""

    id: str
    name: str | None
    events: int
    feeling: str
    mood: Mood | None
    worth: tuple[Worth, ...]
    first: Event | None
    last: Event | None
    preferred: str | None
    preference_asked: bool
    preferred_way: str | None
    way_asked: bool
    promises: tuple[Promise, ...]
    counters: tuple[Counter, ...]
    contacts: tuple[Counter, ...]
    traits: tuple[TraitRow, ...]
    accounts: tuple[OfAccount, ...]
    computed: tuple[ComputedTrait, ...]
    identifiers: tuple[Identifier, ...]
    consents: tuple[Consent, ...]
    interests: tuple[str, ...]
    words: tuple[Word, ...]
    notes: tuple[PersonNote, ...]
    files: tuple[Attachment, ...]
    removed_files: tuple[Attachment, ...]
    reasons: tuple[Reason, ...]
    decisions: tuple[Decision, ...]
    timeline: TimelineView
    problem: str = ""


def person_row(profile: Profile) -> PersonRow:
    """A person as a line of a list."""
    return PersonRow(
        id=profile.id,
        name=profile.name,
        known_as=tuple(one.value for one in profile.identifiers if one.kind != "anon")[:3],
        events=profile.events,
        last=profile.last,
        worth=profile.worth,
        feeling=feeling(profile.mood),
        promises=len(profile.promises),
    )


def trait_row(trait: SaidTrait) -> TraitRow:
    """A trait in words."""
    others = tuple((source, text_of(SaidTrait(trait.name, value, source, trait.since))) for source, value in trait.others)
    return TraitRow(name=trait.name, value=text_of(trait), source=trait.source, since=trait.since, others=others)


def decisions_about(subjects: tuple[str, ...], made: list[MergeEvent], by_rule: str) -> tuple[Decision, ...]:
    """Merges and cuts that name one of these, the newest first."""
    undone = {one.undoes for one in made}
    mine = set(subjects)
    return tuple(
        Decision(
            number=one.number,
            kind=one.kind.value,
            subjects=one.subjects,
            at=one.made_at,
            by=one.made_by,
            reason=one.reason,
            undone=one.number in undone,
            by_rule=one.made_by == by_rule,
        )
        for one in made
        if one.kind is not MergeKind.UNMERGE and not mine.isdisjoint(one.subjects)
    )


def timeline_rows(page: Timeline) -> tuple[TimelineRow, ...]:
    """Events with their signs, what they say and the gaps between them (the list is newest first)."""
    rows = []
    for place, event in enumerate(page.events):
        earlier = page.events[place + 1].at if place + 1 < len(page.events) else None
        days = None if earlier is None else (event.at - earlier).days
        gap = days if days is not None and days >= _LONG_GAP_DAYS else None
        rows.append(TimelineRow(event=event, sign=sign_of(event.channel), said=_said(event), gap_days=gap))
    return tuple(rows)


def _said(event: TimelineEvent) -> tuple[tuple[str, str], ...]:
    """Journey keys and properties by name; the score and the words first."""
    said = msgspec.json.decode(event.properties) if event.properties else {}
    found: list[tuple[str, str]] = []
    score = said.pop("$score", None)
    if isinstance(score, dict) and "value" in score:
        found.append(("$score", f"{score['value']} ({score.get('low')}–{score.get('high')})"))
    comment = said.pop("$comment", None)
    if isinstance(comment, str):
        found.append(("$comment", comment))
    found += list(event.keys.items())
    found += [(name, value if isinstance(value, str) else msgspec.json.encode(value).decode()) for name, value in said.items()]
    return tuple(found[:12])
