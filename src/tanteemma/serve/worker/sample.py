"""The sample company: loaded as a durable job, removed by one message."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from tanteemma.ingest.sources.sample import JOURNEYS, ORIGIN, SOURCE, generate, sample_assumptions
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.import_states import now_us
from tanteemma.serve.worker.messages import Answered, LoadSample, Progress, RemoveSample
from tanteemma.serve.worker.sample_documents import draw_samples, forget_samples
from tanteemma.serve.worker.sample_figures import count_samples, forget_sample_figures, segment_samples
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.intake import SAMPLE, Flush
from tanteemma.store.jobs import Order, Work, enqueue
from tanteemma.store.operational import assumptions, definitions, flushes, notes, sources, unlinking
from tanteemma.store.operational.transaction import Transaction

JOB: Final = "load_sample"
_NOTE: Final = "sample_until"
SEED: Final = 20261121


class SampleOrder(msgspec.Struct, frozen=True):
    """Load the sample year that ends at this time (ISO 8601), as the ``load``-th time: the same in every attempt."""

    until: str
    load: int = 1

    @property
    def app(self) -> str:
        """Whose positions these are: each load has its own, or a second one would be taken for the first."""
        return f"{SAMPLE}:{self.load}"


def is_loaded(house: House) -> bool:
    """Is the sample company among the stored events, or on its way?"""
    with house.operational.read() as tx:
        return notes.get(tx, _NOTE, str) is not None


def is_loading(house: House) -> bool:
    """Is it on its way?"""
    return is_loaded(house) and not _is_there(house)


def order_sample(tx: Transaction, now: datetime) -> None:
    """Order the sample company once; a second order is the first one."""
    if notes.get(tx, _NOTE, str) is None:
        until = now.replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
        notes.put(tx, _NOTE, until)
        load = notes.count_up(tx, JOB)
        enqueue(tx, Order(JOB, SampleOrder(until, load), idempotency_key=f"{JOB}:{load}"))


def load_sample(house: House, message: LoadSample, asked: Asked) -> Answered:
    """Order it; with ``follow`` answer when it is there."""
    with house.operational.begin() as tx:
        order_sample(tx, datetime.now(UTC))
    house.wake_jobs()
    while message.follow and not _is_there(house):
        asked.check()
        asked.say(Progress(stage="sample"))
        house.stop.wait(0.2)
        if house.stop.is_set():
            break
    with house.readers.pinned() as snapshot:
        return Answered(body=msgspec.json.encode({"events": snapshot.events}), version=snapshot.version)


def _is_there(house: House) -> bool:
    with house.operational.read() as tx:
        return notes.get(tx, f"{_NOTE}.done", bool) is True


def write_sample(work: Work[House]) -> None:
    """The job: batch by batch, continued where a crash left it; then sorted into buckets."""
    house = work.house
    order: SampleOrder = work.payload
    company = generate(SEED, datetime.fromisoformat(order.until))
    with house.operational.begin() as tx:
        sources.ensure(tx, SOURCE, sample=True)
    house.store.link(company.links)
    done = house.store.position(order.app)
    for place, table in enumerate(company.batches()):
        work.breathe()
        if place > done:
            house.store.commit(Flush(order.app, place, SOURCE, table, (), table.num_rows))
    for journey in JOURNEYS:
        house.store.define(JourneyDefinition(journey.name, journey.by, journey.key, journey.gap_s))
    house.store.compact()
    house.lag.newest_us = max(house.lag.newest_us or 0, now_us())
    with house.operational.begin() as tx:
        definitions.make_default(tx, JOURNEYS[0].name)
        assumptions.state_samples(tx, sample_assumptions(company.until.date(), house.settings.language), SOURCE)
        draw_samples(tx, house.settings.language, company.until.date())
        count_samples(tx, SEED, company.until.date())
        segment_samples(tx, house.settings.language)
        notes.put(tx, f"{_NOTE}.done", value=True)
        work.complete(tx)
    house.changed()


def remove_sample(house: House, _message: RemoveSample, _asked: Asked) -> Answered:
    """Remove everything of the sample company: events, quarantine, counts, journeys, its source, what its team drew."""
    with house.profiles.held():
        removed = house.store.forget_origin(ORIGIN)
        house.profiles.start_anew()
    with house.operational.begin() as tx:
        until = notes.get(tx, _NOTE, str)
        if until is not None:
            company = generate(SEED, datetime.fromisoformat(until))
            unlinking.forget(tx, {subject for pair in company.links for subject in pair})
        flushes.abandon(tx, f"{SAMPLE}:{notes.count_of(tx, JOB)}")
        flushes.forget_source(tx, SOURCE)
        sources.remove(tx, SOURCE)
        for journey in JOURNEYS:
            definitions.remove(tx, journey.name)
        assumptions.forget_samples(tx)
        forget_samples(tx)
        forget_sample_figures(tx)
        notes.remove(tx, _NOTE)
        notes.remove(tx, f"{_NOTE}.done")
    house.store.people_changed()
    return Answered(body=msgspec.json.encode({"removed": removed}), version=house.changed())
