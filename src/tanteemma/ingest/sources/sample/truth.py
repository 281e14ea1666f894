"""What is really wrong in the sample company: the planted problems with place, size and cost, counted in what happened."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from babel.numbers import format_decimal, format_percent

from tanteemma.ingest.sources.sample.calendar import DAY, HOUR, Year
from tanteemma.ingest.sources.sample.contacts import (
    REFUND,
    REPLACEMENT,
    SLOW_FROM_DAYS,
    SLOW_TO_DAYS,
    Calls,
    Contacts,
    Looks,
    Tickets,
)
from tanteemma.ingest.sources.sample.diary import Flags
from tanteemma.ingest.sources.sample.losses import Hurt, Losses, contradicted
from tanteemma.ingest.sources.sample.orders import FALSE_DELIVERY_DAYS, Orders
from tanteemma.ingest.sources.sample.visits import PAYMENT_BROKEN_DAYS, Attempts
from tanteemma.ingest.sources.sample.words import KLARPAY, MOBILE, PAKETWIESEL, REASON_NOT_RECEIVED, REASON_REFUND, Step
from tanteemma.model.texts import text

LANGUAGES: Final = ("de", "en")


class ProblemKind(StrEnum):
    """What kind of weak spot was planted; ``DETOUR`` and ``DELIGHT`` come on top of the five problems."""

    CHANNEL_SWITCH = "channel_switch"
    TIME_EATER = "time_eater"
    LOOP = "loop"
    ABANDONMENT = "abandonment"
    CONTRADICTION = "contradiction"
    DETOUR = "detour"
    DELIGHT = "delight"


@dataclass(frozen=True, slots=True)
class Cost:
    """A range of money over the year."""

    low: float
    mid: float
    high: float
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Rates:
    """What the company's controlling says a contact costs and an order earns: one end of the range."""

    call: float
    ticket: float
    address_check: float
    margin: float

    def total(self, size: "Size") -> float:
        """Contacts and checks at their price, and the margin of what was not bought."""
        contacts = size.calls * self.call + size.tickets * self.ticket + size.checks * self.address_check
        return float(round(contacts + size.lost_cents / 100 * self.margin, 2))


LOW: Final = Rates(call=4.5, ticket=14.0, address_check=3.0, margin=0.24)
MID: Final = Rates(call=6.5, ticket=18.5, address_check=4.5, margin=0.30)
HIGH: Final = Rates(call=9.0, ticket=24.0, address_check=6.5, margin=0.36)


@dataclass(frozen=True, slots=True)
class Size:
    """What a problem consumed: contacts, checks by hand, and cents of orders that were not made."""

    calls: int = 0
    tickets: int = 0
    checks: int = 0
    lost_cents: float = 0.0

    @property
    def cost(self) -> Cost:
        """The range from the three sets of rates."""
        return Cost(LOW.total(self), MID.total(self), HIGH.total(self))


@dataclass(frozen=True, slots=True)
class PlantedProblem:
    """One planted weak spot (or delight point) as it really came out.

    ``at``: touchpoint, or the transition ``A → B``. ``by``: the journey it is counted in: ``order``, ``ticket`` or ``cart``.
    ``journeys``: how many are affected; ``share``: of those that came to this place under these circumstances (for the time
    sink: of all waiting on the transition). ``where``: the properties that mark the affected. ``cost``: None for delight.
    """

    kind: ProblemKind
    at: str
    by: str
    journeys: int
    share: float
    since: datetime | None
    until: datetime | None
    where: dict[str, str]
    cost: Cost | None
    explanation_de: str
    explanation_en: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What nobody may import: who is who, who each event belongs to, and what was planted.

    ``people``: subject, person, kind (a shared subject has a row per person). ``event_person``: person per event in the order
    of the batches, -1 for strangers.
    """

    people: pa.Table
    event_person: npt.NDArray[np.int64]
    planted: tuple[PlantedProblem, ...]

    def of(self, kind: ProblemKind) -> PlantedProblem:
        """The planted one of a kind."""
        return next(problem for problem in self.planted if problem.kind is kind)


@dataclass(frozen=True, slots=True)
class Happened:
    """All that happened in the year, before it became events."""

    year: Year
    attempts: Attempts
    orders: Orders
    looks: Looks
    calls: Calls
    tickets: Tickets
    losses: Losses


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A planted problem before it is put into words; ``period``: days before the end of the year it lasted from and to."""

    kind: ProblemKind
    by: str
    at: str
    affected: int
    exposed: int
    size: Size | None = None
    share: float | None = None
    period: tuple[int, int] | None = None
    where: dict[str, str] = field(default_factory=dict)


def happened(year: Year, attempts: Attempts, orders: Orders, contacts: Contacts, losses: Losses) -> Happened:
    """The same without what lies after the end of the year."""
    return Happened(
        year=year,
        attempts=attempts,
        orders=orders,
        looks=contacts.looks.keep(contacts.looks.when <= year.end),
        calls=contacts.calls.keep(contacts.calls.when <= year.end),
        tickets=contacts.tickets.keep(contacts.tickets.claimed <= year.end),
        losses=losses,
    )


def planted(all_of_it: Happened) -> tuple[PlantedProblem, ...]:
    """The five problems, the detour and the delight point, counted."""
    counts = (_media_break, _time_eater, _loop, _abandonment, _contradiction, _detour, _delight)
    return tuple(_told(count(all_of_it), all_of_it.year) for count in counts)


def _media_break(year: Happened) -> _Found:
    """Orders whose parcel was late, looked for on the tracking page, and called about within 24 hours of a look."""
    orders, calls = year.orders, year.calls
    late = year.looks.keep(year.looks.when > (orders.promised[np.searchsorted(orders.number, year.looks.order)] + 1) * DAY)
    looked: dict[int, list[int]] = {}
    for order, when in zip(late.order.tolist(), year.year.to_utc(late.when).tolist(), strict=True):
        looked.setdefault(order, []).append(when)
    followed = np.array(
        [
            any(0 <= called - when <= 24 * HOUR for when in looked.get(order, ()))
            for order, called in zip(calls.order.tolist(), year.year.to_utc(calls.when).tolist(), strict=True)
        ],
        dtype=bool,
    )
    size = Size(calls=int(followed.sum()), lost_cents=float(year.losses.cents[Hurt.MEDIA_BREAK]))
    return _Found(
        kind=ProblemKind.CHANNEL_SWITCH,
        by="order",
        at="Sendungsverfolgung → Anruf",
        affected=len(np.unique(calls.order[followed])),
        exposed=len(looked),
        size=size,
        where={"delayed": "true"},
    )


def _time_eater(year: Happened) -> _Found:
    """Complaints about one carrier's parcels whose refund came weeks late."""
    tickets = year.tickets.keep((year.tickets.outcome == REFUND) & (year.tickets.ended <= year.year.end))
    waiting = year.year.to_utc(tickets.ended) - year.year.to_utc(tickets.checked)
    calls = np.isin(year.calls.ticket, tickets.number[tickets.slow]) & (year.calls.reason == REASON_REFUND)
    size = Size(calls=int(calls.sum()), lost_cents=float(year.losses.cents[Hurt.TIME_EATER]))
    return _Found(
        kind=ProblemKind.TIME_EATER,
        by="ticket",
        at="Reklamationsprüfung → Erstattung",
        affected=int(tickets.slow.sum()),
        exposed=len(tickets.slow),
        size=size,
        share=_ratio(float(waiting[tickets.slow].sum()), float(waiting.sum())),
        period=(SLOW_FROM_DAYS, SLOW_TO_DAYS),
        where={"carrier": "Nordbote"},
    )


def _loop(year: Happened) -> _Found:
    """Baskets that were sent back to the address at least twice; the cost is what they lose more than the others."""
    attempts = year.attempts
    reached = _passed(attempts, Step.ADDRESS) & (attempts.times[:, _place(Step.ADDRESS)] <= year.year.end)
    errors = np.count_nonzero(_happened_steps(attempts, Step.ADDRESS_ERROR), axis=1)
    loops, straight = reached & (errors > 1), reached & (errors == 0)
    lost, usual = ~_passed(attempts, Step.PAYMENT), _mean(~_passed(attempts, Step.PAYMENT)[straight])
    more = max(0.0, float(lost[loops].sum()) - usual * float(loops.sum()))
    return _Found(
        kind=ProblemKind.LOOP,
        by="cart",
        at="Adresseingabe → Adressfehler → Adresseingabe",
        affected=int(loops.sum()),
        exposed=int(reached.sum()),
        size=Size(lost_cents=more * _mean(attempts.cents[loops])),
    )


def _abandonment(year: Happened) -> _Found:
    """Baskets that ended at the payment step with Klarpay on a mobile phone; the cost is what is lost beyond the usual."""
    attempts, end = year.attempts, year.year.end
    paid_at = attempts.times[:, _place(Step.PAYMENT)]
    reached = _passed(attempts, Step.PAYMENT) & (paid_at <= end)
    lost = reached & ~(attempts.ordered & (attempts.ordered_at <= end))
    place = reached & (attempts.device == MOBILE) & (attempts.method == KLARPAY) & (paid_at >= end - PAYMENT_BROKEN_DAYS * DAY)
    usual = _mean(lost[reached & ~place])
    more = max(0.0, float((lost & place).sum()) - usual * float(place.sum()))
    return _Found(
        kind=ProblemKind.ABANDONMENT,
        by="cart",
        at="Zahlung",
        affected=int((lost & place).sum()),
        exposed=int(place.sum()),
        size=Size(lost_cents=more * _mean(attempts.cents[place])),
        period=(PAYMENT_BROKEN_DAYS, 0),
        where={"payment_method": "Klarpay", "device": "mobile"},
    )


def _contradiction(year: Happened) -> _Found:
    """Orders reported as delivered by the carrier and as still on their way by the call centre."""
    orders, end = year.orders, year.year.end
    wrong = contradicted(year.calls)
    told = np.unique(year.calls.order[wrong])
    about = (year.calls.reason == REASON_NOT_RECEIVED) & np.isin(year.calls.order, told)
    tickets = np.isin(year.tickets.order, told)
    exposed = (orders.carrier == PAKETWIESEL) & (orders.ordered >= end - FALSE_DELIVERY_DAYS * DAY) & (orders.delivered <= end)
    return _Found(
        kind=ProblemKind.CONTRADICTION,
        by="order",
        at="Zustellung → Anruf",
        affected=len(told),
        exposed=int(exposed.sum()),
        size=Size(int(about.sum()), int(tickets.sum()), 0, float(year.losses.cents[Hurt.CONTRADICTION])),
        period=(FALSE_DELIVERY_DAYS, 0),
        where={"carrier": "Paketwiesel", "status": "unterwegs"},
    )


def _detour(year: Happened) -> _Found:
    """Orders whose address a clerk checked, once or twice, before the same confirmation."""
    checks = np.count_nonzero(year.orders.checks <= year.year.end, axis=1)
    return _Found(
        kind=ProblemKind.DETOUR,
        by="order",
        at="Adressprüfung manuell",
        affected=int((checks > 0).sum()),
        exposed=len(checks),
        size=Size(checks=int(checks.sum())),
    )


def _delight(year: Happened) -> _Found:
    """Complaints answered by a free replacement on the same day."""
    tickets = year.tickets.keep((year.tickets.outcome == REPLACEMENT) & (year.tickets.ended <= year.year.end))
    return _Found(
        kind=ProblemKind.DELIGHT,
        by="ticket",
        at="Ersatzlieferung",
        affected=int(tickets.same_day.sum()),
        exposed=len(tickets.same_day),
    )


def _told(found: _Found, year: Year) -> PlantedProblem:
    cost = None if found.size is None else found.size.cost
    share = _ratio(found.affected, found.exposed) if found.share is None else found.share
    words = {language: _explanation(found, share, cost, language) for language in LANGUAGES}
    return PlantedProblem(
        kind=found.kind,
        at=found.at,
        by=found.by,
        journeys=found.affected,
        share=share,
        since=None if found.period is None else year.ago(found.period[0]),
        until=None if found.period is None else year.ago(found.period[1]),
        where=found.where,
        cost=cost,
        explanation_de=words["de"],
        explanation_en=words["en"],
    )


def _explanation(found: _Found, share: float, cost: Cost | None, language: str) -> str:
    euros = {} if cost is None else {"low": cost.low, "high": cost.high}
    return text(
        f"sample.planted.{found.kind.value}",
        language,
        journeys=format_decimal(found.affected, locale=language),
        share=format_percent(share, locale=language),
        **{name: format_decimal(round(value, -2), format="#,##0", locale=language) for name, value in euros.items()},
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(column: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> float:
    return float(np.mean(column)) if len(column) else 0.0


def _place(step: Step) -> int:
    return Attempts.places_of(step)[0]


def _passed(attempts: Attempts, step: Step) -> Flags:
    return attempts.there[:, _place(step)]


def _happened_steps(attempts: Attempts, step: Step) -> Flags:
    return attempts.there[:, Attempts.places_of(step)]
