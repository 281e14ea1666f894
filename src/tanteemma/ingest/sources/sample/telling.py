"""Writes orders, parcels, calls and complaints into the diary as the systems of a company would report them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa

from tanteemma.ingest.sources.sample.calendar import DAY, HOUR, MINUTE
from tanteemma.ingest.sources.sample.chance import happens
from tanteemma.ingest.sources.sample.contacts import BY_MAIL, REFUND, REJECTION, REPLACEMENT, Calls, Looks, Tickets
from tanteemma.ingest.sources.sample.diary import NONE, Block, Codes, Said, Texts, properties
from tanteemma.ingest.sources.sample.orders import NEVER, Orders
from tanteemma.ingest.sources.sample.people import IdKind, People
from tanteemma.ingest.sources.sample.scribe import Scribe
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
_CLOSING: Final = 20 * HOUR


def write_orders(orders: Orders, scribe: Scribe) -> None:
    """Order, checks by hand, confirmation, cancellation, dispatch, attempts, delivery, return, refund."""
    year, diary = scribe.year, scribe.diary
    days = [day.isoformat() for day in year.dates]
    promised = Said(days, np.minimum(orders.promised - year.first_day, len(days) - 1))
    diary.write(_placed(orders, scribe.people, promised))
    parcel = {"promised_delivery": promised, "carrier": Said(CARRIERS, orders.carrier)}
    delivered = parcel | {"status": Said(ORDER_STATES, np.full_like(orders.number, 2))}
    group = {"product_group": Said(PRODUCT_GROUPS, orders.group)}
    for turn in range(2):
        diary.write(_of_orders(orders, Step.ADDRESS_CHECK, orders.checks[:, turn]))
        diary.write(_of_orders(orders, Step.ADDRESS_QUESTION, orders.questions[:, turn]))
    diary.write(_of_orders(orders, Step.CONFIRMATION, orders.confirmed, {"promised_delivery": promised}))
    diary.write(_of_orders(orders, Step.CANCELLATION, orders.cancelled, _cancel_reason(orders)))
    diary.write(_of_orders(orders, Step.DISPATCH_NOTE, orders.dispatched, parcel))
    diary.write(_of_orders(orders, Step.DELAY_NOTE, orders.delay_noted, parcel))
    diary.write(_of_orders(orders, Step.DELIVERY_ATTEMPT, orders.attempted, parcel))
    diary.write(_of_orders(orders, Step.DELIVERY, orders.delivered, delivered))
    diary.write(_of_orders(orders, Step.RETURN_PARCEL, orders.returned, group))
    refund = _of_orders(orders, Step.REFUND, orders.refunded, group)
    diary.write(replace(refund, cents=-orders.cents[orders.refunded < NEVER]))


def _placed(orders: Orders, people: People, promised: Said) -> Block:
    """The orders themselves, with what was bought and the address as it was written."""
    bought = {
        "status": Said(ORDER_STATES, np.zeros_like(orders.number)),
        "product_group": Said(PRODUCT_GROUPS, orders.group),
        "payment_method": Said(PAYMENT_METHODS, orders.method),
        "device": Said(DEVICES, orders.device),
        "promised_delivery": promised,
        "price": _prices(orders.cents),
    }
    return Block(
        when=orders.ordered,
        step=np.full(len(orders.number), int(Step.ORDER)),
        subject=orders.subject,
        person=orders.person,
        order=orders.number,
        cart=orders.cart,
        cents=orders.cents,
        link=orders.web_subject,
        properties=properties(bought),
        traits=_addresses(people).take(_address_of(people, orders.subject, orders.person)),
    )


def write_looks(looks: Looks, orders: Orders, scribe: Scribe) -> None:
    """Visits to the tracking page."""
    row = np.searchsorted(orders.number, looks.order)
    late = looks.when > (orders.promised[row] + 1) * DAY
    said = {"device": Said(DEVICES, looks.device), "carrier": Said(CARRIERS, orders.carrier[row])}
    said["delayed"] = Said((False, True), late.astype(np.int64))
    scribe.diary.write(
        Block(
            when=looks.when,
            step=np.full(len(looks.when), int(Step.TRACKING)),
            subject=looks.subject,
            person=looks.person,
            order=looks.order,
            properties=properties(said),
        )
    )


def write_calls(calls: Calls, scribe: Scribe) -> None:
    """Calls, identified by customer number or only by the telephone they came from, and some calls back."""
    people, rng, count = scribe.people, scribe.rng, len(calls.when)
    unknown = happens(count, _UNIDENTIFIED_CALLS, rng)
    number, phone = people.subject(IdKind.USER, calls.person), people.subject(IdKind.PHONE, calls.person)
    shows = ~unknown & happens(count, 0.7, rng)
    monday = (calls.when // DAY) % 7 == _MONDAY
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
    scribe.diary.write(call)
    later = calls.when + (35 + 60 * rng.random(count)).astype(np.int64) * MINUTE
    back = Block(later, step + (Step.CALL_BACK - Step.CALL), subject, calls.person, calls.order, calls.ticket)
    scribe.diary.write(back.keep(happens(count, _CALLED_BACK, rng) & (later % DAY < _CLOSING)))


def write_tickets(tickets: Tickets, scribe: Scribe) -> None:
    """Complaints from the first word to refund, replacement or rejection."""
    number = scribe.people.subject(IdKind.USER, tickets.person)
    said = {"reason": Said(CLAIM_REASONS, tickets.reason), "carrier": Said(CARRIERS, tickets.carrier)}
    step = np.array(_CLAIM_STEPS)[tickets.channel]
    subject, link = _claimants(tickets, scribe)
    first = _ticket_block(tickets, step, tickets.claimed, said | {"product_group": Said(PRODUCT_GROUPS, tickets.group)})
    scribe.diary.write(replace(first, subject=subject, link=link))
    check = _ticket_block(tickets, np.full_like(step, int(Step.CLAIM_CHECK)), tickets.checked, said)
    scribe.diary.write(replace(check, subject=number))
    for outcome, ending in ((REFUND, Step.REFUND), (REPLACEMENT, Step.REPLACEMENT), (REJECTION, Step.REJECTION)):
        end = _ticket_block(tickets, np.full_like(step, int(ending)), tickets.ended, said)
        cents = -tickets.cents if ending is Step.REFUND else None
        scribe.diary.write(replace(end, subject=number, cents=cents).keep(tickets.outcome == outcome))


def _claimants(tickets: Tickets, scribe: Scribe) -> tuple[Codes, Codes]:
    """Subject and link: some who write are known by their mail address only, some of them name their customer number."""
    number, mail = (scribe.people.subject(kind, tickets.person) for kind in (IdKind.USER, IdKind.MAIL))
    count = len(number)
    writes = (tickets.channel == BY_MAIL) & happens(count, 0.6, scribe.rng)
    names_number = writes & happens(count, 0.6, scribe.rng)
    return np.where(writes, mail, number), np.where(names_number, number, NONE)


def _ticket_block(tickets: Tickets, step: Codes, when: Codes, said: Mapping[str, Said]) -> Block:
    return Block(
        when=when,
        step=step,
        subject=tickets.person,
        person=tickets.person,
        order=tickets.order,
        ticket=tickets.number,
        properties=properties(said),
    )


def _of_orders(orders: Orders, step: Step, when: Codes, said: Mapping[str, Said] | None = None) -> Block:
    return Block(
        when=when,
        step=np.full(len(when), int(step)),
        subject=orders.subject,
        person=orders.person,
        order=orders.number,
        properties=None if said is None else properties(said),
    ).keep(when < NEVER)


def _cancel_reason(orders: Orders) -> Mapping[str, Said]:
    return {
        "status": Said(ORDER_STATES, np.full_like(orders.number, 3)),
        "reason": Said(CANCEL_REASONS, (orders.number % 3 == 0).astype(np.int64)),
    }


def _prices(cents: Codes) -> Said:
    distinct, code = np.unique(cents, return_inverse=True)
    return Said([value / 100 for value in distinct.tolist()], code.astype(np.int64))


def _addresses(people: People) -> Texts:
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
