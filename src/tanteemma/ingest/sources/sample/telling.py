"""Writes orders, parcels, calls and complaints into the diary as the systems of a company would report them."""

from typing import Final

import numpy as np
import pyarrow as pa

from tanteemma.ingest.sources.sample.calendar import MINUTE, Year
from tanteemma.ingest.sources.sample.contacts import IN_BRANCH, REFUND, REJECTION, REPLACEMENT, Calls, Looks, Tickets
from tanteemma.ingest.sources.sample.diary import NONE, Block, Codes, Diary, Flags, Said, properties
from tanteemma.ingest.sources.sample.orders import NEVER, Orders
from tanteemma.ingest.sources.sample.people import IdKind, People
from tanteemma.ingest.sources.sample.words import (
    CALL_REASONS,
    CANCEL_REASONS,
    CARRIERS,
    CLAIM_REASONS,
    DEVICES,
    ORDER_STATES,
    PAYMENT_METHODS,
    PRODUCT_GROUPS,
    TEAMS,
    TOWNS,
    Step,
)

_WAITS: Final = (10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900)
_CLAIM_STEPS: Final = (Step.CLAIM_BY_MAIL, Step.CLAIM_BY_PHONE, Step.CLAIM_IN_BRANCH)
_MONDAY: Final = 4
_UNIDENTIFIED_CALLS: Final = 0.25
_CALLED_BACK: Final = 0.07


def write_orders(orders: Orders, people: People, year: Year, diary: Diary) -> None:
    """Order, checks by hand, confirmation, cancellation, dispatch, attempts, delivery, return, refund."""
    days = [day.isoformat() for day in year.dates]
    promised = Said(days, np.minimum(orders.promised - year.first_day, len(days) - 1))
    placed = properties(
        {
            "status": Said(ORDER_STATES, np.zeros_like(orders.number)),
            "product_group": Said(PRODUCT_GROUPS, orders.group),
            "payment_method": Said(PAYMENT_METHODS, orders.method),
            "device": Said(DEVICES, orders.device),
            "promised_delivery": promised,
            "price": _prices(orders.cents),
        }
    )
    diary.write(
        Block(
            when=orders.ordered,
            step=np.full(len(orders.number), int(Step.ORDER)),
            subject=orders.subject,
            person=orders.person,
            order=orders.number,
            cart=orders.cart,
            cents=orders.cents,
            link=orders.web_subject,
            properties=placed,
            traits=_addresses(people).take(pa.array(_address_of(people, orders.subject, orders.person))),
        )
    )
    parcel = {"promised_delivery": promised, "carrier": Said(CARRIERS, orders.carrier)}
    delivered = parcel | {"status": Said(ORDER_STATES, np.full_like(orders.number, 2))}
    for turn in range(2):
        _write(diary, orders, Step.ADDRESS_CHECK, orders.checks[:, turn])
        _write(diary, orders, Step.ADDRESS_QUESTION, orders.questions[:, turn])
    _write(diary, orders, Step.CONFIRMATION, orders.confirmed, properties({"promised_delivery": promised}))
    _write(diary, orders, Step.CANCELLATION, orders.cancelled, _cancel_reason(orders))
    _write(diary, orders, Step.DISPATCH_NOTE, orders.dispatched, properties(parcel))
    _write(diary, orders, Step.DELAY_NOTE, orders.delay_noted, properties(parcel))
    _write(diary, orders, Step.DELIVERY_ATTEMPT, orders.attempted, properties(parcel))
    _write(diary, orders, Step.DELIVERY, orders.delivered, properties(delivered))
    _write(diary, orders, Step.RETURN_PARCEL, orders.returned, properties({"product_group": Said(PRODUCT_GROUPS, orders.group)}))
    diary.write(_order_block(orders, Step.REFUND, orders.refunded, orders.refunded < NEVER, cents=-orders.cents))


def write_looks(looks: Looks, orders: Orders, year: Year, diary: Diary) -> None:
    """Visits to the tracking page."""
    row = np.searchsorted(orders.number, looks.order)
    late = looks.when > (orders.promised[row] + 1) * 24 * 60 * MINUTE
    said = {"device": Said(DEVICES, looks.device), "carrier": Said(CARRIERS, orders.carrier[row])}
    said["delayed"] = Said((False, True), late.astype(np.int64))
    diary.write(
        Block(
            when=looks.when,
            step=np.full(len(looks.when), int(Step.TRACKING)),
            subject=looks.subject,
            person=looks.person,
            order=looks.order,
            properties=properties(said),
        ).keep(looks.when <= year.end)
    )


def write_calls(calls: Calls, people: People, diary: Diary, rng: np.random.Generator) -> None:
    """Calls, identified by customer number or only by the telephone they came from, and some calls back."""
    count = len(calls.when)
    unknown = rng.random(count) < _UNIDENTIFIED_CALLS
    number, phone = people.subject(IdKind.USER, calls.person), people.subject(IdKind.PHONE, calls.person)
    shows = ~unknown & (rng.random(count) < 0.7)
    monday = (calls.when // (24 * 60 * MINUTE)) % 7 == _MONDAY
    waits = np.clip(rng.poisson(4.0, count) + 3 * monday, 0, len(_WAITS) - 1)
    said = {
        "reason": Said(CALL_REASONS, calls.reason),
        "team": Said(TEAMS, rng.integers(0, len(TEAMS), count)),
        "waiting_s": Said(_WAITS, waits),
        "status": Said(ORDER_STATES, calls.state),
    }
    step = np.full(count, int(Step.CALL))
    subject = np.where(unknown, phone, number)
    call = Block(
        when=calls.when,
        step=step,
        subject=subject,
        person=calls.person,
        order=calls.order,
        ticket=calls.ticket,
        link=np.where(shows, phone, NONE),
        properties=properties(said),
    )
    diary.write(call)
    later = calls.when + (35 + 60 * rng.random(count)).astype(np.int64) * MINUTE
    back = Block(later, step + (Step.CALL_BACK - Step.CALL), subject, calls.person, calls.order, calls.ticket)
    diary.write(back.keep((rng.random(count) < _CALLED_BACK) & (later % (24 * 60 * MINUTE) < 20 * 60 * MINUTE)))


def write_tickets(tickets: Tickets, people: People, diary: Diary, rng: np.random.Generator) -> None:
    """Complaints from the first word to refund, replacement or rejection."""
    by_mail = np.flatnonzero(tickets.channel == 0)
    subject = people.subject(IdKind.USER, tickets.person)
    link = np.full(len(subject), NONE)
    written = by_mail[rng.random(len(by_mail)) < 0.6]
    subject[written] = people.subject(IdKind.MAIL, tickets.person[written])
    link[written] = np.where(rng.random(len(written)) < 0.6, people.subject(IdKind.USER, tickets.person[written]), NONE)
    said = {"reason": Said(CLAIM_REASONS, tickets.reason), "carrier": Said(CARRIERS, tickets.carrier)}
    claim = properties(said | {"product_group": Said(PRODUCT_GROUPS, tickets.group)})
    first = np.array(_CLAIM_STEPS)[np.minimum(tickets.channel, IN_BRANCH)]
    diary.write(_ticket_block(tickets, first, tickets.claimed, subject, claim, link))
    inner = people.subject(IdKind.USER, tickets.person)
    diary.write(_ticket_block(tickets, np.full_like(first, int(Step.CLAIM_CHECK)), tickets.checked, inner, properties(said), None))
    ends = ((REFUND, Step.REFUND), (REPLACEMENT, Step.REPLACEMENT), (REJECTION, Step.REJECTION))
    for outcome, step in ends:
        end = _ticket_block(tickets, np.full_like(first, int(step)), tickets.ended, inner, properties(said), None)
        diary.write(_with_refund(end, tickets, step).keep(tickets.outcome == outcome))


def _with_refund(block: Block, tickets: Tickets, step: Step) -> Block:
    if step is not Step.REFUND:
        return block
    return Block(**{name: getattr(block, name) for name in block.__slots__} | {"cents": -tickets.cents})


def _ticket_block(  # noqa: PLR0913 (the columns of a block)
    tickets: Tickets, step: Codes, when: Codes, subject: Codes, said: pa.Array, link: Codes | None
) -> Block:
    return Block(
        when=when,
        step=step,
        subject=subject,
        person=tickets.person,
        order=tickets.order,
        ticket=tickets.number,
        link=link,
        properties=said,
    )


def _write(diary: Diary, orders: Orders, step: Step, when: Codes, said: pa.Array | None = None) -> None:
    diary.write(_order_block(orders, step, when, when < NEVER, said=said))


def _order_block(  # noqa: PLR0913 (the columns of a block)
    orders: Orders, step: Step, when: Codes, there: Flags, *, said: pa.Array | None = None, cents: Codes | None = None
) -> Block:
    return Block(
        when=when,
        step=np.full(len(when), int(step)),
        subject=orders.subject,
        person=orders.person,
        order=orders.number,
        cents=cents,
        properties=said,
    ).keep(there)


def _cancel_reason(orders: Orders) -> pa.Array:
    return properties(
        {
            "status": Said(ORDER_STATES, np.full_like(orders.number, 3)),
            "reason": Said(CANCEL_REASONS, (orders.number % 3 == 0).astype(np.int64)),
        }
    )


def _prices(cents: Codes) -> Said:
    distinct, code = np.unique(cents, return_inverse=True)
    return Said([value / 100 for value in distinct.tolist()], code.astype(np.int64))


def _addresses(people: People) -> pa.Array:
    """Name, mail, telephone and town of each customer as written with an order; the second customer number has a typo."""
    written = []
    for person, name in enumerate(people.names):
        postcode, town = TOWNS[int(people.towns[person])]
        mail = people.subjects[people.count + person].removeprefix("mail:")
        phone = people.subjects[2 * people.count + person].removeprefix("phone:")
        written.append(f'{{"name":"{name}","email":"{mail}","phone":"{phone}","postcode":"{postcode}","town":"{town}"}}')
    for person in np.flatnonzero(people.second >= 0).tolist():
        name = _mistyped(people.names[person], person)
        postcode, town = TOWNS[int(people.towns[person])]
        phone = people.subjects[2 * people.count + person].removeprefix("phone:")
        written.append(f'{{"name":"{name}","phone":"{phone}","postcode":"{postcode}","town":"{town}"}}')
    return pa.array(written, pa.string())


def _address_of(people: People, subject: Codes, person: Codes) -> Codes:
    """Row of ``_addresses`` for each order: the mistyped one when the second customer number was used."""
    rank = np.cumsum(people.second >= 0) - 1
    return np.where(subject == people.second[person], people.count + rank[person], person)


def _mistyped(name: str, turn: int) -> str:
    """A name as a tired hand types it: two letters swapped, one left out, one doubled, an umlaut spelt out."""
    place = 1 + turn % (len(name) - 3)
    variants = (
        name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        name[:place] + name[place + 1 :],
        name[:place] + name[place] + name[place:],
        name.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae").replace("ß", "ss"),
    )
    return variants[turn % len(variants)]
