"""The sample company: one invented year of a German mail-order firm for kitchen and household goods."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

import numpy as np
import pyarrow as pa

from tanteemma.ingest.sources.sample.branch import write_branches
from tanteemma.ingest.sources.sample.calendar import Year
from tanteemma.ingest.sources.sample.contacts import follow_contacts
from tanteemma.ingest.sources.sample.diary import Diary
from tanteemma.ingest.sources.sample.feedback import write_feedback
from tanteemma.ingest.sources.sample.losses import find_losses, without
from tanteemma.ingest.sources.sample.orders import follow_orders
from tanteemma.ingest.sources.sample.people import People, invent_people
from tanteemma.ingest.sources.sample.scribe import Scribe
from tanteemma.ingest.sources.sample.table import write_up
from tanteemma.ingest.sources.sample.telling import write_calls, write_looks, write_orders, write_tickets
from tanteemma.ingest.sources.sample.truth import Happened, Truth, happened, planted
from tanteemma.ingest.sources.sample.visits import STRANGERS_PER_CUSTOMER, attempt_orders, look_around, register, write_attempts

CUSTOMERS: Final = 20_000
FEWEST_CUSTOMERS: Final = 100
BATCH_ROWS: Final = 250_000


@dataclass(frozen=True, slots=True)
class SuggestedJourney:
    """A way to read the year as journeys: by case key, by person, or by visit with a gap in seconds."""

    name: str
    by: str
    key: str | None = None
    gap_s: float | None = None


#: the first one shows the planted detour in the main graph
JOURNEYS: Final = (
    SuggestedJourney("Bestellung", "case", key="order"),
    SuggestedJourney("Anliegen", "case", key="ticket"),
    SuggestedJourney("Warenkorb", "case", key="cart"),
    SuggestedJourney("Besuch", "visit", gap_s=1800.0),
    SuggestedJourney("Kunde", "person"),
)


@dataclass(frozen=True, slots=True)
class SampleCompany:
    """One generated year: events as the lake takes them, and the truth beside them (never imported).

    ``links``: pairs of subjects that some event shows to be the same person (a login on a device), as the doors would see them.
    """

    seed: int
    until: datetime
    customers: int
    events: pa.Table
    truth: Truth
    links: tuple[tuple[str, str], ...] = ()

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[pa.Table]:
        """The events in the order of time, in the schema ``store.schema.EVENT``, source and origin ``sample``."""
        for start in range(0, self.events.num_rows, rows):
            yield self.events.slice(start, rows)


def generate(seed: int, until: datetime, customers: int = CUSTOMERS) -> SampleCompany:
    """The year that ends at ``until`` (aware). The same seed, end and number of customers give the same bytes.

    Raises ValueError for a naive ``until`` or fewer than 100 customers.
    """
    if until.tzinfo is None:
        raise ValueError("until needs a time zone")
    if customers < FEWEST_CUSTOMERS:
        raise ValueError(f"at least {FEWEST_CUSTOMERS} customers")
    year = Year(until)
    dice = np.random.default_rng([seed, customers]).spawn(6)
    people = invent_people(customers, int(customers * STRANGERS_PER_CUSTOMER), dice[0])
    diary = Diary()
    all_of_it = _live(people, year, diary, dice)
    salt = blake2b(f"{seed}/{until.isoformat()}/{customers}".encode()).digest()
    written = write_up(diary, year, people.subjects, salt)
    truth = Truth(people=people.truth, event_person=written.person, planted=planted(all_of_it))
    return SampleCompany(seed, until, customers, written.table, truth, written.links)


def _live(people: People, year: Year, diary: Diary, dice: list[np.random.Generator]) -> Happened:
    """Let the year happen, leave out what customers who left did not do, and note the rest."""
    attempts = attempt_orders(people, year, dice[1])
    orders = follow_orders(attempts, people, year, dice[2])
    contacts = follow_contacts(orders, people, year, dice[3])
    losses = find_losses(attempts, orders, contacts, people.count, dice[4])
    attempts = attempts.keep(losses.kept_attempts)
    orders = orders.keep(losses.kept_orders)
    contacts = without(contacts, losses.kept_orders)
    scribe = Scribe(people, year, diary, dice[5])
    write_attempts(attempts, diary)
    register(people, attempts, diary)
    look_around(people, year, diary, scribe.rng)
    write_orders(orders, scribe)
    write_looks(contacts.looks, orders, scribe)
    write_calls(contacts.calls, scribe)
    write_tickets(contacts.tickets, scribe)
    write_branches(scribe)
    write_feedback(orders, contacts, scribe)
    return happened(year, attempts, orders, contacts, losses)
