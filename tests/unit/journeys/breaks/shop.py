"""An orderly little shop, and the same with one thing wrong. Seeded, so that what is wrong is known exactly."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tests.unit.journeys.breaks.made import DAY, HOUR, MINUTE, Event, Made

CARRIERS = ("Nord", "Süd", "West")
DEVICES = ("mobile", "desktop")


Step = tuple[str, float, dict[str, str | float]]


@dataclass
class Order:
    """One order as it goes when nothing is wrong; a mishap changes ``told`` and says that it did."""

    start: float
    carrier: str
    device: str
    rng: np.random.Generator
    told: list[Step] = field(default_factory=list)
    wrong: bool = False

    def journey(self) -> list[Event]:
        at, found = self.start, []
        for name, after, says in self.told:
            at += after
            found.append(Event(name, at, says))
        return found

    def place(self, name: str) -> int:
        return next(place for place, step in enumerate(self.told) if step[0].startswith(name))


Mishap = Callable[[Order], None]


def orders(count: int, mishap: Mishap | None = None, *, seed: int = 1, days: int = 360) -> tuple[Made, int]:
    """So many orders, and how many of them the mishap hit."""
    rng = np.random.default_rng(seed)
    found, wrong = [], 0
    for start in np.sort(rng.random(count)) * days * DAY:
        order = Order(float(start), CARRIERS[rng.integers(3)], DEVICES[rng.integers(2)], rng)
        order.told = [
            ("Bestellung@shop", 0.0, {"device": order.device, "status": "bestellt"}),
            ("Bestätigung@mail", float(rng.exponential(2 * MINUTE)), {}),
            ("Versand@mail", float(rng.exponential(DAY)), {"carrier": order.carrier}),
            ("Zustellung@parcel", float(DAY + rng.exponential(DAY)), {"carrier": order.carrier, "status": "zugestellt"}),
        ]
        if rng.random() < 0.3:
            order.told.insert(3, ("Sendungsverfolgung@web", float(rng.exponential(HOUR)), {"device": order.device}))
        if rng.random() < 0.02:
            order.told.insert(int(rng.integers(2, len(order.told))), ("Anruf@phone", float(rng.exponential(2 * DAY)), {}))
        if mishap is not None:
            mishap(order)
        wrong += order.wrong
        found.append(order.journey())
    return Made.of(found), wrong


def _slow(order: Order, since_day: int, days: float, spread: float) -> None:
    if order.carrier == "Nord" and order.start > since_day * DAY:
        place = order.place("Zustellung")
        name, _, says = order.told[place]
        order.told[place] = (name, float((days + spread * order.rng.random()) * DAY), says)
        order.wrong = True


def slow_carrier(order: Order) -> None:
    """From day 200 on, parcels of one carrier take two to three weeks."""
    _slow(order, 200, 14, 7)


def slow_december(order: Order) -> None:
    """In the last month parcels of one carrier take twelve days: a thirtieth of all, but most of the waiting of that month."""
    _slow(order, 330, 11, 2)


def offered(order: Order) -> None:
    """Before they order, they ask on the web; the answer comes by mail within hours to a half, to the others after days."""
    wait = HOUR if order.rng.random() < 0.5 else 2 * DAY
    order.told[0] = ("Bestellung@shop", float(order.rng.random() * DAY), {"device": order.device, "status": "bestellt"})
    order.told[:0] = [("Anfrage@web", 0.0, {}), ("Angebot@mail", float(wait * (1 + order.rng.random())), {})]


def call_after_look(order: Order) -> None:
    """A third of those who look where the parcel is call within hours."""
    if any(name.startswith("Sendungsverfolgung") for name, *_ in order.told) and order.rng.random() < 1 / 3:
        order.told.insert(order.place("Sendungsverfolgung") + 1, ("Anruf@phone", float(order.rng.random() * 5 * HOUR), {}))
        order.wrong = True


def back_and_forth(order: Order) -> None:
    """A tenth is sent back to an error two to four times; a half of them gives up."""
    order.told.insert(1, ("Adresse@web", 60.0, {}))
    if order.rng.random() < 0.1:
        again: list[Step] = [("Fehler@web", 20.0, {}), ("Adresse@web", 40.0, {})] * int(order.rng.integers(2, 5))
        order.told[2:2] = again
        if order.rng.random() < 0.5:
            del order.told[2 + len(again) :]
        order.wrong = True


def broken_payment(order: Order) -> None:
    """Of every step some are lost; from day 260 on half of the mobiles are lost at the payment."""
    order.told.insert(1, ("Zahlung@web", 60.0, {"device": order.device}))
    is_hit = order.device == "mobile" and order.start > 260 * DAY and order.rng.random() < 0.5
    if is_hit or order.rng.random() < 0.05:
        del order.told[2:]
        order.wrong = order.device == "mobile" and order.start > 260 * DAY


def told_otherwise(order: Order) -> None:
    """Of one carrier's parcels a tenth is said to be delivered, and on the telephone to be on its way."""
    if order.carrier == "West" and order.rng.random() < 0.1:
        order.told.append(("Anruf@phone", float(order.rng.random() * 10 * HOUR), {"status": "unterwegs"}))
        order.wrong = True


def by_hand(order: Order) -> None:
    """A twelfth is checked by hand before it is confirmed, which takes a day."""
    if order.rng.random() < 1 / 12:
        place = order.place("Bestätigung")
        order.told.insert(place, ("Prüfung von Hand@shop", float(HOUR + order.rng.exponential(3 * HOUR)), {}))
        name, _, says = order.told[place + 1]
        order.told[place + 1] = (name, float(12 * HOUR + order.rng.exponential(12 * HOUR)), says)
        order.wrong = True


def quick_gift(order: Order) -> None:
    """Everybody is asked; after a gift within the hour the scores are better."""
    is_given = order.rng.random() < 0.1
    if is_given:
        order.told.append(("Geschenk@shop", float(order.rng.random() * 30 * MINUTE), {}))
        order.wrong = True
    level = 9 if is_given else 7
    score = float(np.clip(round(order.rng.normal(level, 1)), 0, 10))
    says: dict[str, str | float] = {"score": score, "score.low": 0.0, "score.high": 10.0, "score.best": 10.0}
    order.told.append(("Umfrage@survey", DAY, says))


def shuffled(log: Made, seed: int = 3) -> Made:
    """The same events at the same times, dealt out to the places of all journeys by the lot."""
    events = [event for journey in log.journeys for event in journey]
    order = np.random.default_rng(seed).permutation(len(events))
    dealt = iter(order.tolist())
    return Made(
        tuple(
            tuple(Event(events[place].name, event.at, events[place].says) for event, place in zip(journey, dealt, strict=False))
            for journey in log.journeys
        )
    )
