"""Which customers stopped buying because of what they met: the part of the cost that nobody sees in the events."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from tanteemma.ingest.sources.sample.chance import happens
from tanteemma.ingest.sources.sample.contacts import REFUND, Calls, Contacts, Tickets
from tanteemma.ingest.sources.sample.diary import NONE, Codes, Flags
from tanteemma.ingest.sources.sample.orders import NEVER, Orders
from tanteemma.ingest.sources.sample.visits import Attempts
from tanteemma.ingest.sources.sample.words import ON_ITS_WAY, REASON_NOT_RECEIVED, REASON_WHERE

_STAYS_AWAY: Final = 0.8


class Hurt(IntEnum):
    """What made a customer leave."""

    MEDIA_BREAK = 0
    TIME_EATER = 1
    CONTRADICTION = 2
    COMPLAINT = 3


_LEAVES: Final = (0.1, 0.5, 0.32, 0.16)


@dataclass(frozen=True, slots=True)
class Losses:
    """What was never bought: orders and their value in cents per ``Hurt``; and what remains."""

    orders: Codes
    cents: Codes
    kept_attempts: Flags
    kept_orders: Flags


@dataclass(frozen=True, slots=True)
class _Reasons:
    person: Codes
    when: Codes
    hurt: Codes


def find_losses(attempts: Attempts, orders: Orders, contacts: Contacts, people: int, rng: np.random.Generator) -> Losses:
    """Customers who leave for one of the reasons make (almost) no visit with a basket and no order afterwards."""
    reasons = _reasons(contacts)
    leaves = happens(len(reasons.person), np.array(_LEAVES)[reasons.hurt], rng)
    order = np.flatnonzero(leaves)[np.argsort(-reasons.when[leaves], kind="stable")]
    left_at = np.full(people, NEVER)
    left_for = np.full(people, NONE)
    left_at[reasons.person[order]] = reasons.when[order]
    left_for[reasons.person[order]] = reasons.hurt[order]
    away = happens(len(attempts.person), _STAYS_AWAY, rng)
    dropped = (attempts.started > left_at[attempts.person]) & away
    cart_dropped = np.append(dropped, False)
    by_phone = (orders.cart == NONE) & (orders.ordered > left_at[orders.person])
    gone = cart_dropped[orders.cart] | by_phone
    why = left_for[orders.person[gone]]
    return Losses(
        orders=np.bincount(why, minlength=len(Hurt)),
        cents=np.bincount(why, weights=orders.cents[gone], minlength=len(Hurt)).astype(np.int64),
        kept_attempts=~dropped,
        kept_orders=~gone,
    )


def without(contacts: Contacts, kept_orders: Flags) -> Contacts:
    """The contacts that remain when some orders were never made."""
    kept = np.append(kept_orders, True)
    return Contacts(
        looks=contacts.looks.keep(kept[contacts.looks.order]),
        calls=contacts.calls.keep(kept[contacts.calls.order]),
        tickets=contacts.tickets.keep(kept[contacts.tickets.order]),
    )


def contradicted(calls: Calls) -> Flags:
    """Calls in which the agent said the delivered parcel was still on its way."""
    flags: Flags = (calls.reason == REASON_NOT_RECEIVED) & (calls.state == ON_ITS_WAY)
    return flags


def _reasons(contacts: Contacts) -> _Reasons:
    calls, tickets = contacts.calls, contacts.tickets
    where, wrong = calls.reason == REASON_WHERE, contradicted(calls)
    ordinary = ~tickets.slow & ~tickets.same_day
    slow = tickets.slow & (tickets.outcome == REFUND)
    parts = (
        (calls.person[where], calls.when[where], Hurt.MEDIA_BREAK),
        (tickets.person[slow], _told(tickets, slow), Hurt.TIME_EATER),
        (calls.person[wrong], calls.when[wrong], Hurt.CONTRADICTION),
        (tickets.person[ordinary], tickets.ended[ordinary], Hurt.COMPLAINT),
    )
    return _Reasons(
        person=np.concatenate([person for person, _, _ in parts]),
        when=np.concatenate([when for _, when, _ in parts]),
        hurt=np.concatenate([np.full(len(person), int(hurt)) for person, _, hurt in parts]),
    )


def _told(tickets: Tickets, mask: Flags) -> Codes:
    """The customer has had enough in the middle of the wait."""
    return (tickets.checked[mask] + tickets.ended[mask]) // 2
