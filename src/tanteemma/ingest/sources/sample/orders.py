"""What becomes of an order: confirmation (with the planted detour), dispatch, parcel, delivery, return."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tanteemma.ingest.sources.sample.calendar import DAY, HOUR, MINUTE, SECOND, Local, Openings, Year
from tanteemma.ingest.sources.sample.chance import choice, happens, span
from tanteemma.ingest.sources.sample.diary import NONE, Codes, Flags
from tanteemma.ingest.sources.sample.people import IdKind, People
from tanteemma.ingest.sources.sample.visits import Attempts
from tanteemma.ingest.sources.sample.words import CARRIER_SHARES, PAKETWIESEL

PHONE_ORDERS_PER_CUSTOMER: Final = 0.07
PROMISED_OPEN_DAYS: Final = 3
#: since how many days before the end of the year the carrier reports parcels as delivered that are not
FALSE_DELIVERY_DAYS: Final = 190
_DETOUR_HARD: Final = 0.42
_DETOUR: Final = 0.055
_SECOND_ROUND: Final = 0.3
_FALSELY_DELIVERED: Final = 0.11
_CANCELLED: Final = 0.014
_RETURNED: Final = 0.075
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class Orders:
    """One row per order, from the web shop or by telephone. Times are on the wall clock; NEVER where something did not happen.

    ``number`` stays the order's number whatever is left out later. ``rounds``: how often the address was checked by hand
    (0 = straight on). ``promised``: day of delivery as promised. ``false_delivery``: the carrier reported a delivery that the
    customer did not get.
    """

    number: Codes
    cart: Codes
    person: Codes
    subject: Codes
    web_subject: Codes
    device: Codes
    group: Codes
    method: Codes
    cents: Codes
    ordered: Local
    rounds: Codes
    checks: Local
    questions: Local
    confirmed: Local
    cancelled: Local
    promised: Codes
    carrier: Codes
    dispatched: Local
    delay_noted: Local
    attempted: Local
    delivered: Local
    returned: Local
    refunded: Local
    false_delivery: Flags

    def keep(self, mask: Flags) -> "Orders":
        """The rows of the mask."""
        return Orders(*(getattr(self, name)[mask] for name in self.__slots__))

    @property
    def delivery_day(self) -> Codes:
        """On which day the parcel came."""
        return self.delivered // DAY

    @property
    def late_days(self) -> Codes:
        """Days between the promised and the real delivery (0 = in time or never delivered)."""
        late = self.delivery_day - self.promised
        return np.where(self.delivered < NEVER, np.maximum(late, 0), 0)


#: later than every year: such events are cut off with those after its end
NEVER: Final = 1 << 61


@dataclass(frozen=True, slots=True)
class _Placed:
    cart: Codes
    person: Codes
    subject: Codes
    web_subject: Codes
    device: Codes
    group: Codes
    method: Codes
    cents: Codes
    ordered: Local
    hard_address: Flags


_PLACED: Final = ("cart", "person", "subject", "web_subject", "device", "group", "method", "cents", "ordered")


def follow_orders(attempts: Attempts, people: People, year: Year, rng: np.random.Generator) -> Orders:
    """Everything that will happen to the orders, numbered as they came in."""
    placed = _placed(attempts, people, year, rng)
    count = len(placed.person)
    office = year.openings(8, 17, saturday=False)
    rounds, checks, questions, confirmed = _confirmation(placed, office, rng)
    cancelled = np.where(happens(count, _CANCELLED, rng), confirmed + span(count, 4 * HOUR, rng), NEVER)
    gone = cancelled < NEVER
    carrier = choice(CARRIER_SHARES, count, rng)
    promised = office.after_days(placed.ordered // DAY, np.full(count, PROMISED_OPEN_DAYS))
    dispatched = _dispatch(confirmed, office, rng)
    attempted, delivered = _delivery(dispatched, carrier, year, rng)
    dispatched, attempted, delivered = (np.where(gone, NEVER, times) for times in (dispatched, attempted, delivered))
    late = (delivered // DAY > promised + 1) & ~gone
    noted = np.where(late & happens(count, 0.45, rng), promised * DAY + 17 * HOUR + span(count, HOUR, rng), NEVER)
    returned, refunded = _returns(delivered, office, rng)
    recent = placed.ordered >= year.end - FALSE_DELIVERY_DAYS * DAY
    return Orders(
        number=np.arange(count),
        **{name: getattr(placed, name) for name in _PLACED},
        rounds=rounds,
        checks=checks,
        questions=questions,
        confirmed=confirmed,
        cancelled=cancelled,
        promised=promised,
        carrier=carrier,
        dispatched=dispatched,
        delay_noted=np.where(noted > dispatched, noted, NEVER),
        attempted=attempted,
        delivered=delivered,
        returned=returned,
        refunded=refunded,
        false_delivery=(carrier == PAKETWIESEL) & recent & ~gone & happens(count, _FALSELY_DELIVERED, rng),
    )


def _placed(attempts: Attempts, people: People, year: Year, rng: np.random.Generator) -> _Placed:
    """Orders of both ways, in the order of time."""
    web = attempts.keep(attempts.ordered)
    desk = year.openings(8, 20, saturday=True)
    count = int(people.count * PHONE_ORDERS_PER_CUSTOMER)
    caller = np.minimum((rng.random(count) ** 1.6 * people.count).astype(np.int64), people.count - 1)
    called = desk.within(year.draw(count, year.call_days(rng), rng) // DAY, rng)
    known = called >= (people.first_day[caller] + year.first_day) * DAY
    caller, called = caller[known], called[known]
    none = np.full(len(caller), NONE)
    like = rng.integers(0, max(1, len(web.person)), len(caller))
    ordered = np.concatenate([web.ordered_at, called + 4 * MINUTE])
    order = np.argsort(ordered, kind="stable")
    order = order[ordered[order] <= year.end]
    return _Placed(
        cart=np.concatenate([web.cart, none])[order],
        person=np.concatenate([web.person, caller])[order],
        subject=np.concatenate([web.known_subject, people.subject(IdKind.USER, caller)])[order],
        web_subject=np.concatenate([web.web_subject, none])[order],
        device=np.concatenate([web.device, none])[order],
        group=np.concatenate([web.group, web.group[like]])[order],
        method=np.concatenate([web.method, np.zeros(len(caller), dtype=np.int64)])[order],
        cents=np.concatenate([web.cents, web.cents[like]])[order],
        ordered=ordered[order],
        hard_address=np.concatenate([web.hard_address, np.zeros(len(caller), dtype=bool)])[order],
    )


def _confirmation(placed: _Placed, office: Openings, rng: np.random.Generator) -> tuple[Codes, Local, Local, Local]:
    """Rounds of checking the address by hand, their times (rows x 2), and when the confirmation went out.

    Most orders are confirmed at once. The detour: a clerk checks the address and writes to the customer, sometimes twice; the
    end is the same, a day or two later.
    """
    count = len(placed.person)
    detour = happens(count, np.where(placed.hard_address, _DETOUR_HARD, _DETOUR), rng)
    rounds = np.where(detour, 1 + happens(count, _SECOND_ROUND, rng), 0)
    now = placed.ordered
    checks, questions = [], []
    for turn in range(2):
        check = office.next_open(now + span(count, 3 * HOUR, rng), rng)
        question = check + 10 * MINUTE + span(count, 20 * MINUTE, rng)
        there = rounds > turn
        checks.append(np.where(there, check, NEVER))
        questions.append(np.where(there, question, NEVER))
        now = np.where(there, question + 2 * HOUR + span(count, 14 * HOUR, rng), now)
    confirmed = now + 20 * SECOND + span(count, 40 * SECOND, rng)
    return rounds, np.stack(checks, axis=1), np.stack(questions, axis=1), confirmed


def _dispatch(confirmed: Local, office: Openings, rng: np.random.Generator) -> Local:
    """Packed and handed over in the afternoon of the same or the next working day; some wait for stock."""
    count = len(confirmed)
    day, clock = np.divmod(confirmed, DAY)
    waits = (clock > 12 * HOUR).astype(np.int64) + happens(count, 0.16, rng) + np.where(happens(count, 0.06, rng), 3, 0)
    first = office.after_days(day, np.zeros(count, dtype=np.int64))
    packed = office.after_days(day, np.where(first > day, np.maximum(waits - 1, 0), waits))
    handed_over: Local = np.maximum(packed * DAY + 14 * HOUR + span(count, 1.3 * HOUR, rng), confirmed + HOUR)
    return handed_over


def _delivery(dispatched: Local, carrier: Codes, year: Year, rng: np.random.Generator) -> tuple[Local, Local]:
    """First attempt in vain (or NEVER) and delivery: never on a Sunday or holiday; slower before Christmas."""
    count = len(dispatched)
    rounds = year.openings(9, 19, saturday=True)
    place = dispatched // DAY - year.first_day
    months = np.array([day.month for day in year.dates])[place]
    slow = np.array([0.1, 0.16, 0.2])[carrier] + np.where(months == _DECEMBER, 0.14, 0.0)
    transit = 1 + np.where(happens(count, slow, rng), rng.geometric(0.5, count), 0)
    came = rounds.within(rounds.after_days(dispatched // DAY + 1, transit - 1), rng)
    missed = happens(count, 0.085, rng)
    again = rounds.within(rounds.after_days(came // DAY + 1, np.zeros(count, dtype=np.int64)), rng)
    return np.where(missed, came, NEVER), np.where(missed, again, came)


def _returns(delivered: Local, office: Openings, rng: np.random.Generator) -> tuple[Local, Local]:
    """Parcels sent back within two weeks, and the money back some working days later."""
    count = len(delivered)
    back = happens(count, _RETURNED, rng) & (delivered < NEVER)
    safe = np.where(back, delivered, (office.first_day + 1) * DAY)
    returned = office.next_open(safe + (1 + 11 * rng.random(count)).astype(np.int64) * DAY, rng)
    refund_day = office.after_days(returned // DAY + 1, rng.integers(0, 4, count))
    refunded = office.within(refund_day, rng)
    return np.where(back, returned, NEVER), np.where(back, refunded, NEVER)


def by_telephone(orders: Orders) -> Flags:
    """Which orders came by telephone."""
    flags: Flags = orders.cart == NONE
    return flags
