"""How a page or an interface route gets an analysis from the worker, as the typed view it shows."""

import asyncio
from typing import Final, TypeVar

import msgspec

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views import (
    DurationBar,
    Durations,
    Freshness,
    Graph,
    VariantRow,
    Variants,
)
from tanteemma.serve.worker.client import worker_away
from tanteemma.serve.worker.documents import Fresh, Overviewed
from tanteemma.serve.worker.messages import (
    Answered,
    AskBands,
    AskDurations,
    AskFreshness,
    AskGraph,
    AskVariants,
    Message,
    Overview,
)

T = TypeVar("T")

_WORKER_STARTS_S: Final = 15.0


class _VariantsDocument(msgspec.Struct):
    variants_total: int
    variants: tuple[VariantRow, ...]


class _BandsDocument(msgspec.Struct):
    bands: tuple[DurationBar, ...]


class _DurationsDocument(msgspec.Struct):
    journeys: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None
    max_s: float | None


async def ask(edge: Edge, message: Message, slot: str | None = None) -> Answered:
    """The worker's answer; a worker that is just starting is waited for. Raises Problem."""
    if edge.live.version is None and await edge.live.next_after(None, _WORKER_STARTS_S) is None:
        raise worker_away()
    return await edge.worker.call(message, slot=slot, timeout_s=edge.settings.question_timeout_s)


async def document(edge: Edge, message: Message, kind: type[T]) -> T:
    """The worker's answer read as ``kind``."""
    return msgspec.json.decode((await ask(edge, message)).body, type=kind)


async def graph(edge: Edge, wanted: JourneyFilter) -> Graph:
    """Which ways do these journeys take?"""
    return await document(edge, AskGraph(journey=wanted.journey, filter=wanted), Graph)


async def variants(edge: Edge, wanted: JourneyFilter, top: int) -> Variants:
    """Their most frequent whole ways."""
    found = await document(edge, AskVariants(journey=wanted.journey, filter=wanted, top=top), _VariantsDocument)
    return Variants(total=found.variants_total, rows=found.variants)


async def durations(edge: Edge, wanted: JourneyFilter) -> Durations:
    """How long they take, with the bars of the picture."""
    found, bands = await asyncio.gather(
        document(edge, AskDurations(journey=wanted.journey, filter=wanted), _DurationsDocument),
        document(edge, AskBands(journey=wanted.journey, filter=wanted), _BandsDocument),
    )
    return Durations(
        journeys=found.journeys,
        mean_s=found.mean_s,
        median_s=found.median_s,
        p90_s=found.p90_s,
        max_s=found.max_s,
        bars=bands.bands,
    )


async def overview(edge: Edge, journey: str | None = None) -> Overviewed:
    """What is here."""
    return await document(edge, Overview(journey=journey), Overviewed)


async def freshness(edge: Edge) -> Freshness:
    """How much is there and how new; never fails, a worker that is away is said."""
    if edge.live.version is None:
        return Freshness(events=0, worker_away=True)
    try:
        fresh = await document(edge, AskFreshness(), Fresh)
    except Problem:
        return Freshness(events=0, worker_away=True)
    edge.live.sample = fresh.sample
    return Freshness(
        events=fresh.events,
        newest_received_at=fresh.newest_received_at,
        sample=fresh.sample,
        sample_loading=fresh.sample_loading,
    )
