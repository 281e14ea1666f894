"""Who is this? Everything a colleague must know who meets the customer now, made of the facets of the person's subjects."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from tanteemma.identity.profile.belonging import OfAccount
from tanteemma.identity.profile.facet import Agreed, Facet, Happened, Tally, Trait
from tanteemma.identity.profile.formulas import Formula, value_of
from tanteemma.identity.profile.roles import Role, Roles, is_promise, role_of
from tanteemma.identity.profile.ways import preferred_way

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICRO: Final = 1_000_000
WINDOWS: Final = (7, 30, 90)
#: how many of each list a profile shows
_SHOWN: Final = 20
_INTERESTS: Final = 8
#: scores older than this say little about today's mood
_MOOD_DAYS: Final = 365
_MOOD_HALVES_DAYS: Final = 90.0
#: an order nobody heard of for so long is no open promise any more
_FORGOTTEN_DAYS: Final = 180
_NAMES: Final = (
    "name",
    "full_name",
    "fullname",
    "displayname",
    "vollername",
    "kundenname",
    "company_name",
    "firmenname",
    "firma",
)
_CHANNEL_ASKED: Final = ("preferred_channel", "bevorzugter_kanal", "kontaktwunsch", "preferred_contact")
_WAY_ASKED: Final = ("preferred_way", "bevorzugter_weg", "contact_preference")
_GIVEN: Final = ("first_name", "firstname", "givenname", "given_name", "vorname")
_FAMILY: Final = ("last_name", "lastname", "surname", "familyname", "family_name", "nachname", "familienname")


class Identifier(msgspec.Struct, frozen=True):
    """One way of naming the person; ``events``: how many events came under it."""

    kind: str
    value: str
    subject: str
    events: int
    first_at: dt.datetime | None
    last_at: dt.datetime | None


class SaidTrait(msgspec.Struct, frozen=True):
    """One trait with the value that counts; ``others``: what other sources say instead, nothing is dropped."""

    name: str
    value: msgspec.Raw
    source: str
    since: dt.datetime
    others: tuple[tuple[str, msgspec.Raw], ...] = ()


class Counter(msgspec.Struct, frozen=True):
    """How many in all and in the last 7, 30 and 90 days (calendar days of the company's zone, today among them)."""

    name: str
    total: int
    days_7: int
    days_30: int
    days_90: int
    last_at: dt.datetime | None


class Worth(msgspec.Struct, frozen=True):
    """Money of one currency: purchases, what went back, and what is left."""

    currency: str
    bought: float
    returned: float
    net: float


class Promise(msgspec.Struct, frozen=True):
    """Something the customer waits for. ``due``: the date promised, as it was said; ``overdue``: it is past."""

    kind: str
    id: str
    step: str
    since: dt.datetime
    last_at: dt.datetime
    due: str | None
    overdue: bool


class Consent(msgspec.Struct, frozen=True):
    """What the customer agreed to or refused, last said where; ``wording``: which text."""

    purpose: str
    granted: bool
    at: dt.datetime
    source: str
    wording: str | None


class Mood(msgspec.Struct, frozen=True):
    """How the customer felt lately: −1 bad to 1 good, newer scores weigh more (half after 90 days), of ``n`` scores."""

    value: float
    n: int
    last: float
    last_name: str
    last_at: dt.datetime
    metric: str | None


class Word(msgspec.Struct, frozen=True):
    """Something the customer wrote or said."""

    at: dt.datetime
    name: str
    channel: str | None
    text: str


class Event(msgspec.Struct, frozen=True):
    """One event in short."""

    at: dt.datetime
    name: str
    channel: str | None
    value: float | None
    currency: str | None


class ComputedTrait(msgspec.Struct, frozen=True):
    """A trait by a declared formula; ``value`` None: there is nothing to compute it from."""

    name: str
    value: str | float | None
    formula: Formula


class Profile(msgspec.Struct, frozen=True):
    """The 360-degree view of one person. ``name`` None: nobody said one. ``preferred_channel``: asked, else most used."""

    id: str
    name: str | None
    events: int
    identifiers: tuple[Identifier, ...]
    traits: tuple[SaidTrait, ...]
    consents: tuple[Consent, ...]
    contacts: tuple[Counter, ...]
    counters: tuple[Counter, ...]
    worth: tuple[Worth, ...]
    promises: tuple[Promise, ...]
    mood: Mood | None
    first: Event | None
    last: Event | None
    recent: tuple[Event, ...]
    words: tuple[Word, ...]
    interests: tuple[str, ...]
    preferred_channel: str | None
    preference_asked: bool
    preferred_way: str | None
    way_asked: bool
    sources: tuple[tuple[str, int], ...]
    accounts: tuple[OfAccount, ...] = ()
    computed: tuple[ComputedTrait, ...] = ()


class Rules(msgspec.Struct, frozen=True):
    """How a profile is read. ``sources``: which source is believed before which, the first most; others by recency."""

    sources: tuple[str, ...] = ()
    roles: Roles = {}


class Seen(msgspec.Struct, frozen=True):
    """A moment to look from: ``today`` is the day number of ``now`` in the company's zone."""

    now: dt.datetime
    today: int
    date: str


def profile_of(person: str, subjects: Mapping[str, Facet], whole: Facet, rules: Rules, seen: Seen) -> Profile:
    """The profile of a person (id in hex). ``whole``: the facets of all subjects joined."""
    traits = tuple(_trait(name, said, rules.sources) for name, said in sorted(whole.traits.items()))
    asked, way = _asked(traits, _CHANNEL_ASKED), _asked(traits, _WAY_ASKED)
    used = max(
        ((name, tally) for name, tally in whole.channels.items() if name),
        key=lambda pair: (pair[1].within(seen.today, WINDOWS[-1]), pair[1].count, pair[0]),
        default=None,
    )
    return Profile(
        id=person,
        name=_name(traits),
        events=whole.events,
        identifiers=tuple(sorted((_identifier(*pair) for pair in subjects.items()), key=lambda one: (one.kind, one.value))),
        traits=traits,
        consents=tuple(_consent(purpose, said) for purpose, said in sorted(whole.consents.items())),
        contacts=_counters(whole.channels, seen.today),
        counters=tuple(_by_role(whole, rules.roles, seen.today)),
        worth=_worth(whole.touchpoints, rules.roles),
        promises=tuple(_promises(whole, rules.roles, seen)),
        mood=_mood(whole, seen.now),
        first=None if whole.first is None else _event(whole.first),
        last=_event(whole.recent[0]) if whole.recent else None,
        recent=tuple(_event(one) for one in whole.recent[:_SHOWN]),
        words=tuple(Word(at(one.moment[0]), one.name, one.channel, one.text) for one in whole.texts),
        interests=tuple(_interests(whole, seen.now)),
        preferred_channel=asked or (used[0] if used else None),
        preference_asked=asked is not None,
        preferred_way=way or preferred_way(whole.channels, seen.today),
        way_asked=way is not None,
        sources=tuple(sorted(whole.sources.items())),
    )


def computed_of(formulas: Sequence[Formula], whole: Facet, seen: Seen) -> tuple[ComputedTrait, ...]:
    """What the declared formulas come to."""
    now_us = round(seen.now.timestamp() * _MICRO)
    return tuple(
        ComputedTrait(one.name, value_of(one, whole.computed.get(one.key, {}), now_us, seen.today), one) for one in formulas
    )


def at(us: int) -> dt.datetime:
    """A moment from microseconds since 1970 UTC."""
    return _EPOCH + dt.timedelta(microseconds=us)


def day_number(moment: dt.datetime, zone: dt.tzinfo) -> int:
    """The day of a moment on the clocks of a zone, in days since 1970."""
    local = moment.astimezone(zone)
    return local.toordinal() - dt.datetime(1970, 1, 1, tzinfo=zone).toordinal()


def kind_and_value(subject: str) -> tuple[str, str]:
    """A subject's kind and its value.

    >>> kind_and_value("mail:anna@example.de")
    ('mail', 'anna@example.de')
    """
    kind, _, value = subject.partition(":")
    return kind, value


def believed(said: Mapping[str, Trait], sources: Sequence[str]) -> tuple[str, Trait]:
    """Which source's value counts: the highest ranked one's, else the newest."""
    rank = {source: place for place, source in enumerate(sources)}
    return max(said.items(), key=lambda pair: (-rank.get(pair[0], len(rank)), pair[1].moment, pair[0]))


def _trait(name: str, said: Mapping[str, Trait], sources: Sequence[str]) -> SaidTrait:
    source, trait = believed(said, sources)
    others = tuple((other, msgspec.Raw(one.value.encode())) for other, one in sorted(said.items()) if one.value != trait.value)
    return SaidTrait(name, msgspec.Raw(trait.value.encode()), source, at(trait.moment[0]), others)


def text_of(trait: SaidTrait) -> str:
    """A trait's value as words.

    >>> text_of(SaidTrait("plz", msgspec.Raw(b'"01067"'), "shop", at(0)))
    '01067'
    """
    value = msgspec.json.decode(trait.value)
    return value if isinstance(value, str) else bytes(trait.value).decode()


def _plain(name: str) -> str:
    return name.lower().replace("$", "").replace("-", "_").replace(" ", "_")


def _name(traits: Sequence[SaidTrait]) -> str | None:
    said = {_plain(trait.name): text_of(trait).strip() for trait in traits}
    whole = next((said[name] for name in _NAMES if said.get(name)), None)
    if whole is not None:
        return whole
    given = next((said[name] for name in _GIVEN if said.get(name)), "")
    family = next((said[name] for name in _FAMILY if said.get(name)), "")
    return f"{given} {family}".strip() or None


def name_said(said: Mapping[str, Mapping[str, Trait]], sources: Sequence[str]) -> str | None:
    """What somebody or something is called by its traits, None if nobody said."""
    return _name([_trait(name, one, sources) for name, one in sorted(said.items())])


def _asked(traits: Sequence[SaidTrait], names: Sequence[str]) -> str | None:
    return next((text_of(trait) for trait in traits if _plain(trait.name) in names), None)


def _identifier(subject: str, facet: Facet) -> Identifier:
    kind, value = kind_and_value(subject)
    first = None if facet.first is None else at(facet.first.moment[0])
    return Identifier(kind, value, subject, facet.events, first, at(facet.last_us) if facet.events else None)


def _consent(purpose: str, said: Mapping[str, Agreed]) -> Consent:
    newest = max(said.values(), key=lambda agreed: agreed.moment)
    return Consent(purpose, newest.granted, at(newest.moment[0]), newest.source, newest.wording)


def _counter(name: str, tally: Tally, today: int) -> Counter:
    week, month, quarter = (tally.within(today, days) for days in WINDOWS)
    return Counter(name, tally.count, week, month, quarter, at(tally.last_us) if tally.count else None)


def _counters(tallies: Mapping[str, Tally], today: int) -> tuple[Counter, ...]:
    found = [_counter(name, tally, today) for name, tally in tallies.items()]
    return tuple(sorted(found, key=lambda one: (-one.total, one.name)))


def _by_role(whole: Facet, roles: Roles, today: int) -> list[Counter]:
    """Purchases, returns and complaints; one that never happened is not said."""
    counted: dict[Role, Tally] = {}
    for name, tally in whole.touchpoints.items():
        role = role_of(name, roles)
        if role is not None and role is not Role.CLOSES:
            counted.setdefault(role, Tally()).join(tally)
    return [_counter(role.value, counted[role], today) for role in Role if role in counted]


def _worth(touchpoints: Mapping[str, Tally], roles: Roles) -> tuple[Worth, ...]:
    """Money in: of purchases, or of any touchpoint with a sum above nothing that plays no other part; out: sums below."""
    bought: dict[str, int] = {}
    returned: dict[str, int] = {}
    for name, tally in touchpoints.items():
        role = role_of(name, roles)
        for currency, micros in tally.money.items():
            back = micros < 0 or role in {Role.RETURN, Role.CLOSES}
            (returned if back else bought)[currency] = (returned if back else bought).get(currency, 0) + abs(micros)
    return tuple(
        Worth(
            currency,
            _money(bought.get(currency, 0)),
            _money(returned.get(currency, 0)),
            _money(bought.get(currency, 0) - returned.get(currency, 0)),
        )
        for currency in sorted({*bought, *returned})
    )


def _money(micros: int) -> float:
    return round(micros / _MICRO, 2)


def _promises(whole: Facet, roles: Roles, seen: Seen) -> list[Promise]:
    found = []
    oldest_us = int((seen.now - _EPOCH).total_seconds() - _FORGOTTEN_DAYS * 86_400) * _MICRO
    for key, thing in whole.things.items():
        kind, _, value = key.partition("\x1f")
        done = any(role_of(name, roles) is Role.CLOSES for name in thing.passed)
        if done or not is_promise(kind) or thing.last[0] < oldest_us:
            continue
        due = None if thing.promised is None else thing.promised[1]
        overdue = due is not None and due[:10] < seen.date and due[:4].isdecimal()
        found.append(Promise(kind, value, thing.name, at(thing.first_us), at(thing.last[0]), due, overdue))
    return sorted(found, key=lambda one: (not one.overdue, one.since))[:_SHOWN]


def _mood(whole: Facet, now: dt.datetime) -> Mood | None:
    weighed = []
    for score in whole.scores:
        days = (now - at(score.moment[0])).total_seconds() / 86_400
        if score.low < score.high and days <= _MOOD_DAYS:
            share = 2 * (score.value - score.low) / (score.high - score.low) - 1
            weighed.append((share if score.best == score.high else -share, 0.5 ** (max(days, 0.0) / _MOOD_HALVES_DAYS)))
    if not weighed:
        return None
    newest = whole.scores[0]
    value = sum(share * weight for share, weight in weighed) / sum(weight for _, weight in weighed)
    return Mood(round(value, 3), len(weighed), newest.value, newest.name, at(newest.moment[0]), newest.metric)


def _event(happened: Happened) -> Event:
    value = None if happened.micros is None else _money(happened.micros)
    return Event(at(happened.moment[0]), happened.name, happened.channel, value, happened.currency)


def _interests(whole: Facet, now: dt.datetime) -> list[str]:
    """What the person looked at or asked about, often and lately."""

    def weight(pair: tuple[str, tuple[int, int]]) -> tuple[float, str]:
        word, (count, last_us) = pair
        days = max((now - at(last_us)).total_seconds() / 86_400, 0.0)
        return (-count * 0.5 ** (days / _MOOD_HALVES_DAYS), word)

    return [word for word, _ in sorted(whole.interests.items(), key=weight)[:_INTERESTS]]
