"""First contacts over a snapshot of the journeys: counts into figures with their intervals."""

from collections.abc import Mapping
from math import sqrt
from typing import Final, TypeVar

from tanteemma.journeys.answers_cells import CellCounted, Rate
from tanteemma.journeys.answers_firsts import Brought, FirstContact, NextStep, Price
from tanteemma.journeys.ask import Snapshot
from tanteemma.journeys.bucket import WORD_BITS
from tanteemma.journeys.cells.figures import rate
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.intervals import Z
from tanteemma.journeys.kernels.cell_firsts import CellFirsts, CellFirstsKernel, Firsts
from tanteemma.journeys.where.wish import Wish
from tanteemma.metrics.shape import FEW
from tanteemma.workshop.binding import written_binding

Journey = TypeVar("Journey")
_HUNDREDTHS: Final = 100


def ask_firsts(snapshot: Snapshot[Journey], journey: Journey, question: CellFirsts, *, selection: Wish | None = None) -> Firsts:
    """What was counted."""
    return snapshot.ask(narrowed(CellFirstsKernel(), selection), question, journey=journey)


def first_contacts(
    question: CellFirsts, found: Firsts, counts: Mapping[int, CellCounted], top: int
) -> tuple[FirstContact, ...]:
    """Every bound touchpoint, those where most journeys begin first. ``counts``: daily counts by row."""
    every = int(found.journeys.sum())
    told = [
        _first(question, found, row, (every, top), counts.get(row))
        for row, bound in enumerate(question.cells.rules)
        if bound.rule is not None
    ]
    return tuple(sorted(told, key=lambda one: -one.journeys))


def _first(question: CellFirsts, found: Firsts, row: int, asked: tuple[int, int], counted: CellCounted | None) -> FirstContact:
    every, top = asked
    bound = question.cells.rules[row]
    journeys = int(found.journeys[row])
    reached = None if question.goal is None else rate(int(found.reached[row]), journeys)
    spend = None if counted is None or counted.currency is None else counted.spend[counted.currency]
    return FirstContact(
        id=bound.id,
        binding=written_binding(bound.rule),
        journeys=journeys,
        share=rate(journeys, every),
        following=_following(question, found, row, top),
        reached=reached,
        brought=_brought(found, row),
        counted=counted,
        per_journey=_price(spend, rate(journeys, every), every),
        per_goal=None if reached is None else _price(spend, reached, journeys),
    )


def _following(question: CellFirsts, found: Firsts, row: int, top: int) -> tuple[NextStep, ...]:
    counts = found.following[row].tolist()
    whole, ids = sum(counts), [bound.id for bound in question.cells.rules]
    ranked = sorted((place for place, count in enumerate(counts[:-1]) if count), key=lambda place: -counts[place])
    told = [NextStep(ids[place], counts[place], rate(counts[place], whole)) for place in ranked[:top]]
    return (*told, NextStep(None, counts[-1], rate(counts[-1], whole))) if counts[-1] else tuple(told)


def _brought(found: Firsts, row: int) -> tuple[Brought, ...]:
    """Money by currency; journeys that bring nothing count with 0."""
    counts, told = found.money, []
    n = int(found.journeys[row])
    for place, currency in enumerate((*found.currencies, "")):
        paying, total = int(counts.paid[row, place]), int(counts.sums[row, place])
        if not paying:
            continue
        squares = (int(counts.high[row, place]) << WORD_BITS) + int(counts.low[row, place])
        mean, spread = total / n, None
        if n >= FEW:
            spread = Z * sqrt(max(0.0, squares - total * total / n) / (n - 1) / n)
        ends = (None, None) if spread is None else ((mean - spread) / _HUNDREDTHS, (mean + spread) / _HUNDREDTHS)
        told.append(Brought(currency, total / _HUNDREDTHS, paying, mean / _HUNDREDTHS, *ends))
    return tuple(sorted(told, key=lambda one: -one.paying))


def _price(spend: float | None, share: Rate, of: int) -> Price | None:
    """Spend by how many; dear where the share is at its low end.

    >>> found = _price(100.0, rate(50, 100), 100)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (2.0, 1.68, 2.48)
    """
    if spend is None or not share.hits:
        return None
    low, high = (None if not end else spend / (end * of) for end in (share.high, share.low))
    return Price(spend / share.hits, low, high)
