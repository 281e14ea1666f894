"""What do all events of one subject say? A summary that can be added to in any order and joined with others'.

A person's profile is the facets of the person's subjects joined. So who is who can change and change back without anything
being lost: no facet knows of another. Everything in it is a sum, a largest or a smallest by a total order, so events may
arrive late, early or split over batches: the same events give the same facet.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from tanteemma.identity.accounts import SaidAccount
from tanteemma.identity.profile import formulas
from tanteemma.identity.profile.belonging import Belonging, join_accounts, settle_accounts

#: most entries of each list; the newest are kept
MOST_RECENT: Final = 20
MOST_SCORES: Final = 20
MOST_TEXTS: Final = 10
MOST_PASSED: Final = 30
MOST_THINGS: Final = 200
MOST_NAMES: Final = 1_000
MOST_TRAITS: Final = 300
MOST_INTERESTS: Final = 200
LONGEST_TEXT: Final = 500
#: days that are counted one by one
COUNTED_DAYS: Final = 91
#: raise it when facets are gathered otherwise: kept ones are then gathered anew
FORMAT: Final = 2

#: when, place in the journey, first bytes of the id: the order of events
Moment = tuple[int, int, bytes]
MOMENT_ID: Final = 8


class Tally(msgspec.Struct, array_like=True, gc=False):
    """How often and when: ``days`` counts by day number (days since 1970 in the company's zone), ``money`` micro-units."""

    count: int = 0
    first_us: int = 0
    last_us: int = 0
    days: dict[int, int] = {}
    money: dict[str, int] = {}

    def add(self, told: "Told") -> None:
        """One more event."""
        self.first_us = told.at_us if not self.count else min(self.first_us, told.at_us)
        self.last_us = told.at_us if not self.count else max(self.last_us, told.at_us)
        self.count += 1
        if told.day > told.today - COUNTED_DAYS:
            self.days[told.day] = self.days.get(told.day, 0) + 1
        if told.micros is not None:
            currency = told.currency or ""
            self.money[currency] = self.money.get(currency, 0) + told.micros

    def join(self, other: "Tally") -> None:
        """Those of another subject too."""
        self.first_us = min(self.first_us, other.first_us) if self.count else other.first_us
        self.last_us = max(self.last_us, other.last_us) if self.count else other.last_us
        self.count += other.count
        _add_up(self.days, other.days)
        _add_up(self.money, other.money)

    def within(self, today: int, days: int) -> int:
        """How many in the last ``days`` days, today among them."""
        return sum(count for day, count in self.days.items() if today - days < day <= today)


class Happened(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event in short; ``micros``: its money in millionths of the currency."""

    moment: Moment
    name: str
    channel: str | None = None
    micros: int | None = None
    currency: str | None = None


class Scored(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One score a customer gave, with its scale."""

    moment: Moment
    name: str
    metric: str | None
    value: float
    low: float
    high: float
    best: float


class Wrote(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something the customer said in words, shortened."""

    moment: Moment
    name: str
    channel: str | None
    text: str


class Trait(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one source last said of a person; ``value`` as JSON text."""

    moment: Moment
    value: str


class Thing(msgspec.Struct, array_like=True, gc=False):
    """An order, a ticket, a parcel: how far it got. ``passed``: the touchpoints it passed, each once, sorted.

    ``promised``: the newest date (as written) that was promised for it, and the moment it was said.
    """

    last: Moment
    name: str
    channel: str | None
    first_us: int
    passed: list[str]
    promised: tuple[Moment, str] | None = None


class Agreed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A consent given or taken back for one purpose; ``wording``: which text was agreed to."""

    moment: Moment
    granted: bool
    source: str
    wording: str | None = None


class Told(msgspec.Struct, gc=False):
    """One event as a facet takes it. ``day``: day number of ``at_us`` in the company's zone; ``today`` likewise of now."""

    at_us: int
    ordinal: int
    event_id: bytes
    name: str
    channel: str | None
    source: str
    day: int
    today: int
    keys: Mapping[str, str] = {}
    micros: int | None = None
    currency: str | None = None
    traits: Mapping[str, Any] | None = None
    score: tuple[str | None, float, float, float, float] | None = None
    text: str | None = None
    interests: tuple[str, ...] = ()
    consents: Mapping[str, tuple[bool, str | None]] | None = None
    promised: str | None = None
    accounts: tuple[SaidAccount, ...] = ()
    computed: tuple[formulas.SaidFormula, ...] = ()

    @property
    def moment(self) -> Moment:
        """Where it stands among all events."""
        return (self.at_us, self.ordinal, self.event_id[:MOMENT_ID])


class Facet(msgspec.Struct, array_like=True, gc=False):
    """Everything about one subject (or, joined, one person)."""

    events: int = 0
    first: Happened | None = None
    channels: dict[str, Tally] = {}
    touchpoints: dict[str, Tally] = {}
    recent: list[Happened] = []
    scores: list[Scored] = []
    texts: list[Wrote] = []
    traits: dict[str, dict[str, Trait]] = {}
    things: dict[str, Thing] = {}
    interests: dict[str, tuple[int, int]] = {}
    consents: dict[str, dict[str, Agreed]] = {}
    sources: dict[str, int] = {}
    accounts: dict[str, Belonging] = {}
    computed: dict[str, dict[int, formulas.Part]] = {}

    def take(self, told: Told) -> None:
        """One more event, whenever it happened."""
        self.events += 1
        self.sources[told.source] = self.sources.get(told.source, 0) + 1
        happened = Happened(told.moment, told.name, told.channel, told.micros, told.currency)
        if self.first is None or happened.moment < self.first.moment:
            self.first = happened
        self.channels.setdefault(told.channel or "", Tally()).add(told)
        self.touchpoints.setdefault(told.name, Tally()).add(told)
        _keep_newest(self.recent, happened, MOST_RECENT)
        self._take_said(told)

    def _take_said(self, told: Told) -> None:
        """What an event says beside its name and time."""
        promised = None if told.promised is None else (told.moment, told.promised)
        for key, value in told.keys.items():
            self._thing(f"{key}\x1f{value}", Thing(told.moment, told.name, told.channel, told.at_us, [told.name], promised))
        if told.traits:
            for name, value in told.traits.items():
                self._trait(name, told.source, Trait(told.moment, value))
        if told.score is not None:
            _keep_newest(self.scores, Scored(told.moment, told.name, *told.score), MOST_SCORES)
        if told.text is not None:
            _keep_newest(self.texts, Wrote(told.moment, told.name, told.channel, told.text[:LONGEST_TEXT]), MOST_TEXTS)
        for word in told.interests:
            self._interest(word, (1, told.at_us))
        if told.consents:
            for purpose, (granted, wording) in told.consents.items():
                self._consent(purpose, told.source, Agreed(told.moment, granted, told.source, wording))
        for said in told.accounts:
            self.accounts.setdefault(said.account, Belonging()).take(said, told.moment, told.source)
        formulas.take_computed(self.computed, told.computed, told.moment)

    def join(self, other: "Facet") -> None:
        """Everything of another subject of the same person."""
        self.events += other.events
        _add_up(self.sources, other.sources)
        if other.first is not None and (self.first is None or other.first.moment < self.first.moment):
            self.first = other.first
        for mine, theirs in ((self.channels, other.channels), (self.touchpoints, other.touchpoints)):
            for name, tally in theirs.items():
                mine.setdefault(name, Tally()).join(tally)
        _merge_newest(self.recent, other.recent, MOST_RECENT)
        _merge_newest(self.scores, other.scores, MOST_SCORES)
        _merge_newest(self.texts, other.texts, MOST_TEXTS)
        for name, said in other.traits.items():
            for source, trait in said.items():
                self._trait(name, source, trait)
        for key, thing in other.things.items():
            self._thing(key, thing)
        for word, counted in other.interests.items():
            self._interest(word, counted)
        for purpose, told in other.consents.items():
            for source, agreed in told.items():
                self._consent(purpose, source, agreed)
        join_accounts(self.accounts, other.accounts)
        formulas.join_computed(self.computed, other.computed)

    def settle(self) -> "Facet":
        """Bring every list within its bounds, the same whatever the order things came in."""
        for tallies in (self.channels, self.touchpoints):
            if len(tallies) > MOST_NAMES:
                _fold_rest(tallies)
        for name in sorted(self.traits, key=lambda name: _newest(self.traits[name]), reverse=True)[MOST_TRAITS:]:
            del self.traits[name]
        for key in sorted(self.things, key=lambda key: self.things[key].last, reverse=True)[MOST_THINGS:]:
            del self.things[key]
        for word in sorted(self.interests, key=lambda word: (self.interests[word][1], word), reverse=True)[MOST_INTERESTS:]:
            del self.interests[word]
        settle_accounts(self.accounts)
        formulas.settle_computed(self.computed)
        return self

    def forget_days(self, today: int) -> None:
        """Days that no counter asks for any more."""
        formulas.forget_days(self.computed, today)
        for tallies in (self.channels, self.touchpoints):
            for tally in tallies.values():
                if tally.days and min(tally.days) <= today - COUNTED_DAYS:
                    tally.days = {day: count for day, count in tally.days.items() if day > today - COUNTED_DAYS}

    @property
    def last_us(self) -> int:
        """When its newest event happened, 0 for none."""
        return max((one.moment[0] for one in self.recent), default=0)

    def _trait(self, name: str, source: str, trait: Trait) -> None:
        said = self.traits.setdefault(name, {})
        if source not in said or said[source].moment < trait.moment:
            said[source] = trait

    def _consent(self, purpose: str, source: str, agreed: Agreed) -> None:
        said = self.consents.setdefault(purpose, {})
        if source not in said or said[source].moment < agreed.moment:
            said[source] = agreed

    def _interest(self, word: str, counted: tuple[int, int]) -> None:
        count, last_us = self.interests.get(word, (0, counted[1]))
        self.interests[word] = (count + counted[0], max(last_us, counted[1]))

    def _thing(self, key: str, other: Thing) -> None:
        mine = self.things.get(key)
        if mine is None:
            self.things[key] = msgspec.structs.replace(other, passed=list(other.passed))
            return
        mine.first_us = min(mine.first_us, other.first_us)
        if not set(other.passed) <= set(mine.passed):
            mine.passed = sorted({*mine.passed, *other.passed})[:MOST_PASSED]
        if other.last > mine.last:
            mine.last, mine.name, mine.channel = other.last, other.name, other.channel
        if other.promised is not None and (mine.promised is None or mine.promised[0] < other.promised[0]):
            mine.promised = other.promised


#: where the counts of names beyond the bound go
OTHER_NAMES: Final = "…"

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Facet)


def packed(facet: Facet) -> bytes:
    """A facet as it is stored."""
    return _encoder.encode(facet)


def unpacked(body: bytes) -> Facet:
    """A stored facet."""
    return _decoder.decode(body)


def joined(facets: Iterable[Facet]) -> Facet:
    """What these subjects' facets say together: the facet of the person they are. The given ones stay as they are."""
    whole = Facet()
    for facet in facets:
        whole.join(facet)
    return whole.settle()


def _add_up(mine: dict[Any, int], theirs: Mapping[Any, int]) -> None:
    for key, count in theirs.items():
        mine[key] = mine.get(key, 0) + count


def _keep_newest(kept: list[Any], one: Any, most: int) -> None:  # noqa: ANN401 - several small structs with a moment, in one manner
    """Keep a list sorted by moment, the newest first, within its bound."""
    if len(kept) == most and one.moment < kept[-1].moment:
        return
    at = len(kept)
    while at and kept[at - 1].moment < one.moment:
        at -= 1
    kept.insert(at, one)
    del kept[most:]


def _merge_newest(kept: list[Any], more: Iterable[Any], most: int) -> None:
    for one in more:
        _keep_newest(kept, one, most)


def _newest(said: Mapping[str, Trait]) -> Moment:
    return max(trait.moment for trait in said.values())


def _fold_rest(tallies: dict[str, Tally]) -> None:
    """Too many names for one person (a program that writes ids into names): the most frequent stay, the rest is one entry."""
    names = sorted((name for name in tallies if name != OTHER_NAMES), key=lambda name: (-tallies[name].count, name))
    rest = tallies.setdefault(OTHER_NAMES, Tally())
    for name in names[MOST_NAMES - 1 :]:
        rest.join(tallies.pop(name))
