"""From the document of the weak spots to the page: sentences, links, costs."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlencode

import msgspec

from tanteemma.journeys.answers_breaks import Break, BreakExample, BreaksAnswer
from tanteemma.journeys.costs.answers import MissingAssumption
from tanteemma.journeys.findings.growth import Counted
from tanteemma.journeys.intervals import wilson
from tanteemma.model.texts import text
from tanteemma.serve.findings import Alert, Marked, Sight
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.breaks_words import Sentences
from tanteemma.serve.pages.costs import cost_view
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.links import LIST
from tanteemma.serve.pages.views_breaks import (
    BreakRow,
    BreaksFoundView,
    ExampleRow,
    PartRow,
    SightBar,
    TrendBar,
    WatchedRow,
)
from tanteemma.serve.pages.views_costs import MissingLink
from tanteemma.store.operational.records import Mark

#: The kinds in the order of the page; a plug-in's come behind them.
KINDS: Final = ("channel_switch", "time_eater", "loop", "abandonment", "contradiction", "detour", "delight")
_PAGE: Final = "/journeys/breaks"
_GRAPH: Final = "/journeys"
_ONE: Final = "/journeys/one"
_DELIGHT: Final = "delight"


def found_view(answer: BreaksAnswer, wanted: JourneyFilter, language: str, zone: str) -> BreaksFoundView:
    """What was found, ready to be shown."""
    reading = _Reading(wanted, language, zone)
    rows = [reading.row(one) for one in answer.breaks]
    return BreaksFoundView(
        journey=answer.journey,
        aside=tuple(reading.row(one) for one in answer.set_aside),
        rows=tuple(row for row in rows if row.kind != _DELIGHT),
        delights=tuple(row for row in rows if row.kind == _DELIGHT),
        goal=answer.goal,
        journeys=answer.journeys,
        filter=wanted,
    )


def watched_rows(marks: Sequence[Marked], alerts: Sequence[Alert]) -> tuple[WatchedRow, ...]:
    """The watch list, those that grew first."""
    grown = {(one.journey, one.id): one for one in alerts}
    rows = [_watched(one, grown.get((one.journey, one.id))) for one in marks if one.mark == Mark.WATCHED]
    return tuple(sorted(rows, key=lambda row: row.alert is None))


def _watched(one: Marked, alert: Alert | None) -> WatchedRow:
    where = urlencode({"journey": one.journey, "where": f"weak_spot '{one.spot}'"})
    return WatchedRow(
        id=one.id,
        journey=one.journey,
        kind=one.kind,
        at=one.at,
        href=f"{LIST}?{where}",
        sights=tuple(_sights(one.sights)),
        alert=None if alert is None else alert.number,
        before=0.0 if alert is None else alert.before,
        since=0.0 if alert is None else alert.since,
        gone=alert is not None and alert.gone,
    )


def _sights(several: Sequence[Sight]) -> Iterator[SightBar]:
    """Each look with the share of those who came since the watch began; the interval is that of this share alone."""
    start = Counted(0, 0)
    for each in several:
        if each.look == 0:
            start = Counted(each.came, each.journeys)
        came = max(0, each.came - start.came)
        around = wilson(round((each.since or 0.0) * came), came) if each.since is not None else None
        low, high = around or (0.0, 0.0)
        yield SightBar(
            seen=each.seen,
            came=each.came,
            journeys=each.journeys,
            share=each.share,
            since=each.since,
            before=each.before,
            low=low,
            high=high,
            came_since=came,
        )


class _Reading:
    def __init__(self, wanted: JourneyFilter, language: str, zone: str) -> None:
        self._wanted = wanted
        self._language = language
        self._sentences = Sentences(partial(_say, language), language, zone)

    def row(self, one: Break) -> BreakRow:
        """One finding."""
        said = self._sentences
        return BreakRow(
            id=one.id,
            kind=one.kind,
            at=one.at,
            what=said.what(one),
            circumstances=said.circumstances(one),
            who=said.who(one),
            span=said.span(one),
            money=said.cost(one),
            journeys=one.journeys,
            persons=one.persons,
            came=one.came,
            share=one.share,
            low=one.low,
            high=one.high,
            direction=one.trend.direction.value,
            change=one.trend.change,
            points=tuple(TrendBar(start=each.start, came=each.came, journeys=each.journeys) for each in one.trend.points),
            examples=tuple(self._example(each) for each in one.examples),
            parts=tuple(
                PartRow(kind=each.kind, at=each.at, journeys=each.journeys, href=self._hit(LIST, each.spot))
                for each in one.parts
            ),
            href=self._hit(LIST, one.spot),
            graph=self._hit(_GRAPH, one.spot),
            definition=one.definition,
            cost=None if one.cost is None else cost_view(one.cost.estimate, self._language),
            missing=self._missing(one.missing if one.cost is None else one.cost.unpriced),
            mark=one.mark or "",
            note=one.note,
        )

    def _hit(self, address: str, spot: str) -> str:
        """The address of the journeys that a finding hits."""
        narrowed = msgspec.structs.replace(self._wanted, where=(*self._wanted.where, f"weak_spot '{spot}'"))
        return f"{address}?{narrowed.query()}"

    def _example(self, one: BreakExample) -> ExampleRow:
        query = self._wanted.query()
        href = f"{_ONE}?{query + '&' if query else ''}{urlencode({'id': one.id})}"
        return ExampleRow(name=one.case or "", href=href, started_at=one.started_at, seconds=one.seconds, steps=one.steps)

    def _missing(self, several: Sequence[MissingAssumption]) -> tuple[MissingLink, ...]:
        """Where each of them is entered; from there it goes back to this page."""
        query = self._wanted.query()
        back = f"{_PAGE}?{query}" if query else _PAGE
        found = []
        for one in several:
            asked = urlencode({"kind": one.kind.value, "about": one.about, "back": back})
            name = _say(self._language, f"assumptions.kind.{one.kind.value}")
            href = f"{Address.ASSUMPTION.value}?{asked}"
            found.append(MissingLink(kind=one.kind.value, name=name, about=one.about, href=href))
        return tuple(found)


def _say(language: str, key: str, /, **params: object) -> str:
    return text(key, language, **params)
