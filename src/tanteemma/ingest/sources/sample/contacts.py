"""Who looks where the parcel is, who calls, who complains and how that ends: three of the planted problems lie here."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tanteemma.ingest.sources.sample.calendar import DAY, HOUR, MINUTE, Local, Openings, Year
from tanteemma.ingest.sources.sample.chance import choice, happens, span
from tanteemma.ingest.sources.sample.diary import NONE, Codes, Flags
from tanteemma.ingest.sources.sample.orders import NEVER, Orders, by_telephone
from tanteemma.ingest.sources.sample.people import People
from tanteemma.ingest.sources.sample.visits import device_of
from tanteemma.ingest.sources.sample.words import (
    DELIVERED,
    KITCHEN_APPLIANCES,
    NORDBOTE,
    ON_ITS_WAY,
    REASON_NOT_RECEIVED,
    REASON_ORDER,
    REASON_PRODUCT,
    REASON_REFUND,
    REASON_WHERE,
)

#: the weeks in which refunds for one carrier's parcels hang, in days before the end of the year
SLOW_FROM_DAYS: Final = 175
SLOW_TO_DAYS: Final = 45
_LOOKS_WHEN_LATE: Final = 0.7
_LOOKS: Final = 0.3
_CALLS_WHEN_LATE: Final = 0.4
_CALLS: Final = 0.012
_OTHER_CALLS_PER_CUSTOMER: Final = 0.42

BY_MAIL: Final = 0
BY_PHONE: Final = 1
IN_BRANCH: Final = 2
REFUND: Final = 0
REPLACEMENT: Final = 1
REJECTION: Final = 2
_OUTCOMES: Final = (0.58, 0.33, 0.09)
_LONG: Final = 7 * DAY
DAMAGED: Final = 0
NOT_ARRIVED: Final = 2


@dataclass(frozen=True, slots=True)
class Looks:
    """Visits to the parcel tracking page: order number, when, on which device."""

    order: Codes
    when: Local
    person: Codes
    device: Codes
    subject: Codes

    def keep(self, mask: Flags) -> "Looks":
        """The rows of the mask."""
        return Looks(*(getattr(self, name)[mask] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls to the call centre. ``state``: what the agent said about the order. It, ``order`` and ``ticket`` can be NONE."""

    when: Local
    person: Codes
    order: Codes
    ticket: Codes
    reason: Codes
    state: Codes

    def keep(self, mask: Flags) -> "Calls":
        """The rows of the mask."""
        return Calls(*(getattr(self, name)[mask] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Tickets:
    """Complaints: when, by which channel, checked when, ended when and how. ``slow``: waits for the carrier's statement."""

    number: Codes
    order: Codes
    person: Codes
    carrier: Codes
    group: Codes
    cents: Codes
    reason: Codes
    channel: Codes
    claimed: Local
    checked: Local
    ended: Local
    outcome: Codes
    slow: Flags
    same_day: Flags

    def keep(self, mask: Flags) -> "Tickets":
        """The rows of the mask."""
        return Tickets(*(getattr(self, name)[mask] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class _Open:
    claimed: Local
    outcome: Codes
    slow: Flags
    group: Codes


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contacts about orders, and some about nothing in particular."""

    looks: Looks
    calls: Calls
    tickets: Tickets


def follow_contacts(orders: Orders, people: People, year: Year, rng: np.random.Generator) -> Contacts:
    """What the orders make customers do. ``orders`` must be complete: row = number."""
    desk = year.openings(8, 20, saturday=True)
    looks = _looks(orders, people, rng)
    tickets = _tickets(orders, people, year, rng)
    calls = [
        _calls_after_looks(orders, looks, desk, rng),
        *_calls_about_false_deliveries(orders, desk, rng),
        _calls_about_refunds(tickets, desk, rng),
        _calls_about_invoices(orders, desk, rng),
        _calls_to_order(orders),
        _other_calls(people, year, desk, rng),
    ]
    columns = ([getattr(part, name) for part in calls] for name in Calls.__slots__)
    return Contacts(looks, Calls(*(np.concatenate(parts) for parts in columns)), tickets)


def _looks(orders: Orders, people: People, rng: np.random.Generator) -> Looks:
    """Looks at the tracking page: between dispatch and delivery, above all after the promised day has passed."""
    late = orders.late_days > 0
    looks_up = happens(len(late), np.where(late, _LOOKS_WHEN_LATE, _LOOKS), rng)
    chosen = np.flatnonzero((orders.delivered < NEVER) & looks_up)
    again = chosen[late[chosen] & happens(len(chosen), 0.35, rng)]
    row = np.concatenate([chosen, again])
    start = np.where(late[row], orders.promised[row] * DAY + 11 * HOUR, orders.dispatched[row] + HOUR)
    room = np.maximum(orders.delivered[row] - start - HOUR, HOUR)
    when = _by_day(start + (rng.random(len(row)) * room).astype(np.int64), rng)
    device, subject = device_of(people, orders.person[row], rng)
    looks = Looks(orders.number[row], when, orders.person[row], device, subject)
    return looks.keep((when > orders.dispatched[row]) & (when < orders.delivered[row]))


def _calls_after_looks(orders: Orders, looks: Looks, desk: Openings, rng: np.random.Generator) -> Calls:
    """The media break: who finds nothing new on the tracking page takes the telephone, mostly the same day."""
    late = orders.late_days[looks.order] > 0
    chance = np.where(late, _CALLS_WHEN_LATE, _CALLS)
    chosen = looks.keep(happens(len(late), chance, rng))
    when = desk.next_open(chosen.when + 4 * MINUTE + span(len(chosen.when), 1.5 * HOUR, rng), rng)
    said = np.full(len(when), ON_ITS_WAY)
    calls = Calls(when, chosen.person, chosen.order, np.full(len(when), NONE), np.full(len(when), REASON_WHERE), said)
    return calls.keep(when < orders.delivered[chosen.order])


def _calls_about_false_deliveries(orders: Orders, desk: Openings, rng: np.random.Generator) -> tuple[Calls, Calls]:
    """The contradiction: delivered, says the carrier; still on its way, says the call centre. Some call a second time."""
    row = np.flatnonzero(orders.false_delivery & happens(len(orders.number), 0.66, rng))
    when = desk.next_open(orders.delivered[row] + HOUR + span(len(row), 5 * HOUR, rng), rng)
    state = np.where(happens(len(row), 0.76, rng), ON_ITS_WAY, DELIVERED)
    first = _about(orders, row, when, REASON_NOT_RECEIVED, state)
    again = happens(len(row), 0.38, rng)
    later = desk.next_open(when + 20 * HOUR + span(len(row), 14 * HOUR, rng), rng)
    return first, _about(orders, row, later, REASON_NOT_RECEIVED, np.full(len(row), DELIVERED)).keep(again)


def _calls_about_refunds(tickets: Tickets, desk: Openings, rng: np.random.Generator) -> Calls:
    """Who waits long for the money calls, some twice."""
    waited = np.where(tickets.outcome == REFUND, tickets.ended - tickets.checked, 0)
    row = np.repeat(np.arange(len(waited)), np.where(waited > _LONG, 1 + happens(len(waited), 0.5, rng), 0))
    row = row[happens(len(row), 0.42, rng)]
    when = tickets.checked[row] + ((0.3 + 0.65 * rng.random(len(row))) * waited[row]).astype(np.int64)
    when = desk.next_open(when, rng)
    none = np.full(len(row), NONE)
    calls = Calls(when, tickets.person[row], tickets.order[row], tickets.number[row], np.full(len(row), REASON_REFUND), none)
    return calls.keep(when < tickets.ended[row])


def _calls_about_invoices(orders: Orders, desk: Openings, rng: np.random.Generator) -> Calls:
    row = np.flatnonzero((orders.delivered < NEVER) & happens(len(orders.number), 0.018, rng))
    when = desk.next_open(orders.delivered[row] + span(len(row), 5 * DAY, rng), rng)
    return _about(orders, row, when, 1, np.full(len(row), DELIVERED))


def _calls_to_order(orders: Orders) -> Calls:
    row = np.flatnonzero(by_telephone(orders))
    return _about(orders, row, orders.ordered[row] - 4 * MINUTE, REASON_ORDER, np.zeros(len(row), dtype=np.int64))


def _other_calls(people: People, year: Year, desk: Openings, rng: np.random.Generator) -> Calls:
    count = int(people.count * _OTHER_CALLS_PER_CUSTOMER)
    person = choice(np.sqrt(people.activity), count, rng)
    when = desk.within(year.draw(count, year.call_days(rng), rng) // DAY, rng)
    none = np.full(count, NONE)
    reason = np.array([REASON_PRODUCT, REASON_PRODUCT, 1, 2, 7])[rng.integers(0, 5, count)]
    calls = Calls(when, person, none, none, reason, none)
    return calls.keep(when >= (people.first_day[person] + year.first_day) * DAY)


def _about(orders: Orders, row: Codes, when: Local, reason: int, state: Codes) -> Calls:
    none = np.full(len(row), NONE)
    return Calls(when, orders.person[row], orders.number[row], none, np.full(len(row), reason), state)


def _tickets(orders: Orders, people: People, year: Year, rng: np.random.Generator) -> Tickets:
    """Complaints about some of the delivered orders, and how long each took to be settled."""
    count = len(orders.number)
    days_left = (year.end - orders.delivered) // DAY
    rough = (orders.carrier == NORDBOTE) & (days_left < SLOW_FROM_DAYS) & (days_left > SLOW_TO_DAYS)
    chance = 0.065 + 0.02 * (orders.carrier == NORDBOTE) + 0.1 * rough + 0.3 * orders.false_delivery
    row = np.flatnonzero((orders.delivered < NEVER) & happens(count, chance, rng))
    count = len(row)
    claimed = _by_day(orders.delivered[row] + 2 * HOUR + span(count, 1.4 * DAY, rng), rng)
    row, claimed = row[np.argsort(claimed, kind="stable")], np.sort(claimed)
    reason = np.where(orders.false_delivery[row], NOT_ARRIVED, np.array([DAMAGED, DAMAGED, 1, 3])[rng.integers(0, 4, count)])
    near = people.near_branch[orders.person[row]] & (reason != NOT_ARRIVED)
    walks_in, writes = near & happens(count, 0.3, rng), happens(count, 0.65, rng)
    channel = np.where(walks_in, IN_BRANCH, np.where(writes, BY_MAIL, BY_PHONE))
    claimed = np.where(channel == BY_MAIL, claimed, year.openings(9, 18, saturday=True).next_open(claimed, rng))
    outcome = choice(_OUTCOMES, count, rng)
    opened = (orders.carrier[row] == NORDBOTE) & (claimed >= year.end - SLOW_FROM_DAYS * DAY)
    slow = opened & (claimed < year.end - SLOW_TO_DAYS * DAY) & (outcome == REFUND) & happens(count, 0.9, rng)
    office = year.openings(8, 18, saturday=False)
    checked, ended, same_day = _settling(_Open(claimed, outcome, slow, orders.group[row]), office, rng)
    return Tickets(
        number=np.arange(count),
        order=orders.number[row],
        person=orders.person[row],
        carrier=orders.carrier[row],
        group=orders.group[row],
        cents=orders.cents[row],
        reason=reason,
        channel=channel,
        claimed=claimed,
        checked=checked,
        ended=ended,
        outcome=outcome,
        slow=slow,
        same_day=same_day,
    )


def _settling(open_ticket: _Open, office: Openings, rng: np.random.Generator) -> tuple[Local, Local, Flags]:
    """When the claim was checked and ended. The time sink: money for one carrier's parcels comes weeks late."""
    claimed, outcome, group = open_ticket.claimed, open_ticket.outcome, open_ticket.group
    count = len(claimed)
    checked = office.next_open(claimed + HOUR + span(count, 4 * HOUR, rng), rng)
    usual = rng.integers(0, 3, count)
    waits = np.where(open_ticket.slow, rng.integers(9, 18, count), usual)
    ended = office.within(office.after_days(checked // DAY + 1, waits), rng)
    quick = (outcome == REPLACEMENT) & happens(count, np.where(group == KITCHEN_APPLIANCES, 0.85, 0.3), rng)
    quick_check = office.next_open(claimed + 10 * MINUTE, rng)
    quick_end = quick_check + 25 * MINUTE + span(count, 40 * MINUTE, rng)
    same_day = quick & (quick_end // DAY == claimed // DAY)
    return np.where(same_day, quick_check, checked), np.where(same_day, quick_end, ended), same_day


def _by_day(when: Local, rng: np.random.Generator) -> Local:
    """The same times with those of the night moved to the next morning."""
    day, clock = np.divmod(when, DAY)
    night = clock < 7 * HOUR
    return np.where(night, day * DAY + 7 * HOUR + (rng.random(len(when)) * 3 * HOUR).astype(np.int64), when)
