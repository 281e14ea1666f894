"""What people do in the web shop: looking around, and going to the checkout, where two of the planted problems lie."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.ingest.sources.sample.calendar import DAY, SECOND, Local, Year
from tanteemma.ingest.sources.sample.chance import choice, happens
from tanteemma.ingest.sources.sample.diary import NONE, Block, Codes, Diary, Flags, Said, properties
from tanteemma.ingest.sources.sample.people import IdKind, People
from tanteemma.ingest.sources.sample.words import (
    DESKTOP,
    DEVICES,
    KLARPAY,
    MOBILE,
    PAYMENT_METHODS,
    PAYMENT_SHARES,
    PRODUCT_GROUPS,
    TABLET,
    Step,
)

ATTEMPTS_PER_CUSTOMER: Final = 1.55
LOOKS_PER_CUSTOMER: Final = 1.25
STRANGERS_PER_CUSTOMER: Final = 0.45
#: since how many days before the end of the year payment by Klarpay on a mobile phone is broken
PAYMENT_BROKEN_DAYS: Final = 80
_PAYMENT_LOSS: Final = 0.08
_PAYMENT_LOSS_BROKEN: Final = 0.44
_HARD_ADDRESS: Final = 0.085
_LOOKED_AT: Final = 5
_MOST_ROUNDS: Final = 4
_GROUP_SHARES: Final = (0.19, 0.17, 0.08, 0.13, 0.09, 0.1, 0.11, 0.06, 0.07)

#: the columns of a way to an order
_BASKET, _CHECKOUT, _LOGIN, _RESET, _LOGIN_AGAIN, _ADDRESS, _PAYMENT, _ORDER = 6, 7, 8, 9, 10, 11, 20, 21
_WAY: Final = (
    *(Step.HOME,) * (_LOOKED_AT + 1),
    *(Step.BASKET, Step.CHECKOUT, Step.LOGIN, Step.PASSWORD_RESET, Step.LOGIN, Step.ADDRESS),
    *(Step.ADDRESS_ERROR, Step.ADDRESS) * _MOST_ROUNDS,
    *(Step.PAYMENT, Step.ORDER),
)
_ENTRIES: Final = (Step.HOME, Step.CATEGORY, Step.SEARCH, Step.PRODUCT, Step.NEWSLETTER_CLICK)
_ENTRY_SHARES: Final = (0.42, 0.12, 0.14, 0.2, 0.12)
_NEXT_PAGES: Final = (Step.CATEGORY, Step.SEARCH, Step.PRODUCT, Step.PRODUCT, Step.PRODUCT)


@dataclass(frozen=True, slots=True)
class Attempts:
    """One row per visit that put something into the basket, and what became of it.

    ``way``: step codes, ``there``: which of them happened, ``times``: wall clock of each (rows x 22). ``hard_address``: the
    shop rejects the address more than once. ``ordered``: it ended in an order. ``cart``: number of the basket.
    """

    cart: Codes
    person: Codes
    device: Codes
    web_subject: Codes
    known_subject: Codes
    logs_in: Flags
    group: Codes
    method: Codes
    cents: Codes
    hard_address: Flags
    ordered: Flags
    way: Codes
    there: npt.NDArray[np.bool_]
    times: Local

    @property
    def started(self) -> Local:
        """When each visit began."""
        return self.times[:, 0]

    @property
    def ordered_at(self) -> Local:
        """When each order was placed (meaningful where ``ordered``)."""
        return self.times[:, _ORDER]

    @staticmethod
    def places_of(step: Step) -> list[int]:
        """In which columns a checkout step can stand (from the basket on)."""
        return [place for place, one in enumerate(_WAY) if one is step and place >= _BASKET]

    def keep(self, mask: Flags) -> "Attempts":
        """The rows of the mask."""
        return Attempts(*(getattr(self, name)[mask] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class _Who:
    person: Codes
    device: Codes
    web_subject: Codes
    started: Local


def attempt_orders(people: People, year: Year, rng: np.random.Generator) -> Attempts:
    """Visits that reach the basket, with every step they take and when."""
    who = _who(people, year, int(people.count * ATTEMPTS_PER_CUSTOMER), rng)
    count = len(who.person)
    method = choice(PAYMENT_SHARES, count, rng)
    group = choice(_GROUP_SHARES, count, rng)
    hard = happens(count, _HARD_ADDRESS, rng)
    broken = (who.device == MOBILE) & (method == KLARPAY) & (who.started >= year.end - PAYMENT_BROKEN_DAYS * DAY)
    logs_in = ~people.guest[who.person] & happens(count, 0.93, rng)
    there = _there(hard, broken, logs_in, rng)
    return Attempts(
        cart=np.arange(count),
        person=who.person,
        device=who.device,
        web_subject=who.web_subject,
        known_subject=_known_subject(people, who.person, logs_in, rng),
        logs_in=logs_in,
        group=group,
        method=method,
        cents=_prices(group, rng),
        hard_address=hard,
        ordered=there[:, _ORDER],
        way=_way(count, rng),
        there=there,
        times=who.started[:, None] + _elapsed(there, rng),
    )


def write_attempts(attempts: Attempts, diary: Diary) -> None:
    """Note the pages and checkout steps of the visits; the order itself is noted with the orders."""
    width = attempts.way.shape[1]
    there = attempts.there.copy()
    there[:, _ORDER] = False
    row, place = np.nonzero(there)
    login_place = np.where(there[row, _RESET], _LOGIN_AGAIN, _LOGIN)
    identified = attempts.logs_in[row] & (place >= login_place)
    logged_in = attempts.logs_in[row] & (place == login_place)
    subject = np.where(identified, attempts.known_subject[row], attempts.web_subject[row])
    diary.write(
        Block(
            when=attempts.times[row, place],
            step=attempts.way.reshape(-1)[row * width + place],
            subject=subject,
            person=attempts.person[row],
            cart=np.where(place >= _BASKET, attempts.cart[row], NONE),
            link=np.where(logged_in, attempts.web_subject[row], NONE),
            properties=properties(
                {
                    "device": Said(DEVICES, attempts.device[row]),
                    "product_group": Said(PRODUCT_GROUPS, np.where(place <= _BASKET, attempts.group[row], NONE)),
                    "payment_method": Said(PAYMENT_METHODS, np.where(place == _PAYMENT, attempts.method[row], NONE)),
                }
            ),
        )
    )


def look_around(people: People, year: Year, diary: Diary, rng: np.random.Generator) -> None:
    """Visits without a basket: customers known by their device only, and strangers who never say who they are."""
    known = _who(people, year, int(people.count * LOOKS_PER_CUSTOMER), rng)
    strange = _strangers(people, year, rng)
    for who in (known, strange):
        count = len(who.person)
        pages = np.minimum(rng.geometric(0.36, count), _LOOKED_AT + 1)
        there = np.arange(_LOOKED_AT + 1)[None, :] < pages[:, None]
        way = _way(count, rng)[:, : _LOOKED_AT + 1]
        group = choice(_GROUP_SHARES, count, rng)
        times = who.started[:, None] + _elapsed(there, rng)
        row, place = np.nonzero(there)
        said = {"device": Said(DEVICES, who.device[row]), "product_group": Said(PRODUCT_GROUPS, group[row])}
        diary.write(
            Block(times[row, place], way[row, place], who.web_subject[row], who.person[row], properties=properties(said))
        )


def register(people: People, attempts: Attempts, diary: Diary) -> None:
    """Customers who are new this year register right before their first visit with a basket that logs in."""
    new = attempts.logs_in & (people.first_day[attempts.person] > 0)
    order = np.flatnonzero(new)[np.argsort(attempts.started[new], kind="stable")]
    _, first = np.unique(attempts.person[order], return_index=True)
    chosen = order[first]
    diary.write(
        Block(
            when=attempts.times[chosen, _CHECKOUT] + 5 * SECOND,
            step=np.full(len(chosen), int(Step.REGISTRATION)),
            subject=attempts.known_subject[chosen],
            person=attempts.person[chosen],
            cart=attempts.cart[chosen],
            link=attempts.web_subject[chosen],
            properties=properties({"device": Said(DEVICES, attempts.device[chosen])}),
        ).keep(attempts.there[chosen, _CHECKOUT])
    )


def device_of(people: People, person: Codes, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """On which device a customer is met this time, and the subject it carries."""
    count = len(person)
    mobile = happens(count, people.likes_mobile[person], rng)
    shared = (people.tablet[person] >= 0) & happens(count, 0.3, rng)
    device = np.where(shared, TABLET, np.where(mobile, MOBILE, DESKTOP))
    own = np.where(mobile, people.subject(IdKind.PHONE_WEB, person), people.subject(IdKind.DESK_WEB, person))
    return device, np.where(shared, people.tablet[person], own)


def _who(people: People, year: Year, count: int, rng: np.random.Generator) -> _Who:
    """Customers drawn by activity, on days drawn by season, not before they were first seen and not after the end."""
    person = choice(people.activity, count, rng)
    started = year.draw(count, year.web_days(rng), rng) + year.web_clock(count, rng)
    there = (started < year.end) & (started >= (people.first_day[person] + year.first_day) * DAY)
    person, started = person[there], started[there]
    device, subject = device_of(people, person, rng)
    return _Who(person, device, subject, started)


def _strangers(people: People, year: Year, rng: np.random.Generator) -> _Who:
    count = len(people.strangers)
    started = year.draw(count, year.web_days(rng), rng) + year.web_clock(count, rng)
    there = started < year.end
    device = np.where(happens(count, 0.62, rng), MOBILE, DESKTOP)
    return _Who(np.full(count, NONE)[there], device[there], people.strangers[there], started[there])


def _known_subject(people: People, person: Codes, logs_in: Flags, rng: np.random.Generator) -> Codes:
    """The customer number a customer logs in with (some have two); guests are known by their mail address only."""
    twice = (people.second[person] >= 0) & happens(len(person), 0.4, rng)
    number = np.where(twice, people.second[person], people.subject(IdKind.USER, person))
    return np.where(logs_in, number, people.subject(IdKind.MAIL, person))


def _prices(group: Codes, rng: np.random.Generator) -> Codes:
    """Order values in cents, ending in 90 or 95, dearer for appliances and furniture."""
    usual = np.array([62.0, 95.0, 48.0, 44.0, 32.0, 28.0, 52.0, 24.0, 110.0])[group]
    euros = np.clip(usual * rng.lognormal(0.0, 0.5, len(group)), 8.0, 900.0).astype(np.int64)
    return euros * 100 + np.where(happens(len(group), 0.7, rng), 90, 95)


def _way(count: int, rng: np.random.Generator) -> Codes:
    way = np.tile(np.array(_WAY, dtype=np.int64), (count, 1))
    way[:, 0] = np.array(_ENTRIES)[choice(_ENTRY_SHARES, count, rng)]
    way[:, 1 : _LOOKED_AT + 1] = np.array(_NEXT_PAGES)[rng.integers(0, len(_NEXT_PAGES), (count, _LOOKED_AT))]
    return way


def _there(hard: Flags, broken: Flags, logs_in: Flags, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which steps each visit reaches: who leaves where, who goes round the address loop, whom the payment page loses."""
    count = len(hard)
    there = np.zeros((count, len(_WAY)), dtype=bool)
    pages = np.minimum(rng.geometric(0.38, count), _LOOKED_AT)
    there[:, : _LOOKED_AT + 1] = np.arange(_LOOKED_AT + 1)[None, :] <= pages[:, None]
    there[:, _BASKET] = True
    there[:, _CHECKOUT] = happens(count, 0.87, rng)
    there[:, _LOGIN] = there[:, _CHECKOUT] & logs_in
    there[:, _RESET] = there[:, _LOGIN] & happens(count, 0.05, rng)
    there[:, _LOGIN_AGAIN] = there[:, _RESET]
    there[:, _ADDRESS] = there[:, _CHECKOUT] & happens(count, 0.96, rng)
    once = happens(count, 0.03, rng).astype(np.int64)
    rounds = np.where(hard, np.minimum(1 + rng.geometric(0.45, count), _MOST_ROUNDS), once)
    leaves = happens(count, np.where(hard, 0.34, 0.03), rng)
    for turn in range(_MOST_ROUNDS):
        error = _ADDRESS + 1 + 2 * turn
        there[:, error] = there[:, _ADDRESS] & (rounds > turn)
        there[:, error + 1] = there[:, error] & ~((rounds == turn + 1) & leaves)
    there[:, _PAYMENT] = there[:, _ADDRESS] & ~leaves
    pays = ~happens(count, np.where(broken, _PAYMENT_LOSS_BROKEN, _PAYMENT_LOSS), rng)
    there[:, _ORDER] = there[:, _PAYMENT] & pays
    return there


def _elapsed(there: npt.NDArray[np.bool_], rng: np.random.Generator) -> Local:
    """Time since the start of the visit at each step: reading takes half a minute or so, never half an hour."""
    seconds = np.clip(rng.lognormal(3.3, 0.8, there.shape), 2.0, 900.0)
    seconds[:, 0] = 0.0
    elapsed: Local = (np.cumsum(np.where(there, seconds, 0.0), axis=1) * SECOND).astype(np.int64)
    return elapsed
