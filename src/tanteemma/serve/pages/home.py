"""From the documents of the weak spots to the page Start: the sentence of the week, three cards, what worked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

from tanteemma.journeys.answers_breaks import Break, BreaksAnswer
from tanteemma.model.money import rounded_money
from tanteemma.model.texts import text
from tanteemma.serve.pages.breaks import KINDS, found_view
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.links import LIST
from tanteemma.serve.pages.views_breaks import BreakRow
from tanteemma.serve.pages.views_costs import MissingLink
from tanteemma.serve.pages.views_start import HomeCard, HomeFound, QuoteRow, WeekView, WorkedRow

CARDS: Final = 3
#: a finding that hit nobody for so long is over
_OVER: Final = timedelta(days=28)
_WEEK: Final = timedelta(days=7)
_DELIGHT: Final = "delight"


class Counted(msgspec.Struct, frozen=True):
    """Who came and was hit, as the worker writes it."""

    came: int
    hits: int


class Quote(msgspec.Struct, frozen=True):
    """A comment, as the worker writes it."""

    touchpoint: str
    at: datetime
    text: str
    score: float | None = None


class Lately(msgspec.Struct, frozen=True):
    """The last week of a spot, as the worker writes it."""

    spot: str
    until: datetime | None
    week: Counted
    before: Counted
    verdict: str
    comments: int = 0
    quotes: tuple[Quote, ...] = ()


class LatelyAnswer(msgspec.Struct, frozen=True):
    """Several of them."""

    spots: tuple[Lately, ...]


class Worked(msgspec.Struct, frozen=True):
    """What a change brought, as the worker writes it."""

    spot: str
    before: Counted
    after: Counted
    before_from: datetime
    since: datetime
    after_until: datetime
    verdict: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None


class WorkedAnswer(msgspec.Struct, frozen=True):
    """Several of them."""

    changes: tuple[Worked, ...]


class Priced(msgspec.Struct, frozen=True):
    """A weak spot with its weight: what it costs in a week (None: no price), over how many weeks; ``ended``: it is over."""

    found: Break
    low: float | None
    mid: float
    high: float
    weeks: float
    ended: bool
    currency: str = ""


def by_weight(answer: BreaksAnswer, first: datetime, last: datetime) -> list[Priced]:
    """The weak spots in their order: those that go on, by cost in a week; then those without a price; then the rest."""
    priced = [_priced(one, first, last) for one in answer.breaks if one.kind != _DELIGHT]
    return sorted(priced, key=lambda one: (one.ended, one.low is None, -one.mid))


def _priced(one: Break, first: datetime, last: datetime) -> Priced:
    """The cost of the whole time divided by its weeks: an average, which few late cases do not shake."""
    start, end = one.since or first, one.until or last
    weeks = max(1.0, (end - start) / _WEEK)
    ended = one.until is not None and last - one.until > _OVER
    if one.cost is None:
        return Priced(one, None, 0.0, 0.0, weeks, ended)
    cost = one.cost
    return Priced(one, cost.low / weeks, cost.mid / weeks, cost.high / weeks, weeks, ended, cost.currency)


class HomeWords:
    """The page in one language. ``owners``: by finding; ``zone``: where days begin."""

    def __init__(self, language: str, zone: str, owners: Mapping[str, str]) -> None:
        self._language = language
        self._zone = zone
        self._owners = owners

    def found(
        self, answer: BreaksAnswer, wanted: JourneyFilter, ordered: Sequence[Priced], told: Mapping[str, Lately]
    ) -> HomeFound:
        """The sentence and the cards. ``told``: what is known of the last week of those that get a card."""
        rows = {row.id: row for row in found_view(answer, wanted, self._language, self._zone).rows}
        cards = tuple(self._card(one, rows[one.found.id], told.get(one.found.spot)) for one in ordered[:CARDS])
        going = [one for one in ordered if not one.ended]
        with_price = [one for one in going if one.low is not None]
        without = [one for one in going if one.low is None and one.found.missing]
        return HomeFound(
            cards=cards,
            priced=len(with_price),
            total=self._sum(with_price),
            largest=cards[0] if with_price else None,
            unpriced=len(without),
            missing=_distinct(link for one in without for link in rows[one.found.id].missing),
            others=max(0, len(ordered) - CARDS),
            journeys=answer.journeys,
            journey=answer.journey,
            owners=tuple(sorted({owner for owner in self._owners.values() if owner})),
            sample=any(row.cost is not None and row.cost.sample for row in rows.values()),
        )

    def worked(self, change: WorkedRow, found: Worked | None, journey: str) -> WorkedRow:
        """A change with what was measured; without figures where its journeys are no more."""
        if found is None:
            return change
        where = urlencode({"journey": journey, "where": f"weak_spot '{found.spot}'"})
        return msgspec.structs.replace(
            change,
            verdict=found.verdict,
            href=f"{LIST}?{where}",
            before_from=found.before_from,
            after_until=found.after_until,
            hits_before=found.before.hits,
            came_before=found.before.came,
            hits_after=found.after.hits,
            came_after=found.after.came,
            difference=found.difference,
            low=found.low,
            high=found.high,
        )

    def _card(self, one: Priced, row: BreakRow, lately: Lately | None) -> HomeCard:
        week = None
        if lately is not None and lately.until is not None and lately.week.came:
            week = WeekView(
                until=lately.until,
                hits=lately.week.hits,
                came=lately.week.came,
                hits_before=lately.before.hits,
                came_before=lately.before.came,
                verdict=lately.verdict,
            )
        return HomeCard(
            row=row,
            weekly=self._sum([one]),
            weeks=one.weeks,
            ended=one.ended,
            action=row.kind if row.kind in KINDS else "other",
            owner=self._owners.get(row.id, ""),
            could_undo=row.id in self._owners,
            week=week,
            quotes=tuple(QuoteRow(**msgspec.structs.asdict(each)) for each in (lately.quotes if lately else ())),
            comments=lately.comments if lately else 0,
        )

    def _sum(self, several: Sequence[Priced]) -> str:
        """The costs of a week together, as a range; empty if none has a price or they are in different currencies."""
        known = [one for one in several if one.low is not None]
        currencies = {one.currency for one in known}
        if len(currencies) != 1:
            return ""
        (currency,) = currencies
        ends = (sum(one.low or 0.0 for one in known), sum(one.high for one in known))
        low, high = (rounded_money(end, currency, self._language) for end in ends)
        return text("home.range", self._language, low=low, high=high)


def _distinct(links: Iterable[MissingLink]) -> tuple[MissingLink, ...]:
    return tuple({(link.kind, link.about): link for link in links}.values())
