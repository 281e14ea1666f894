"""The pages of the weak spots with nothing to show, and each state that changes what a template says."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from tanteemma.serve.pages import views_breaks
from tanteemma.serve.pages.breaks import KINDS
from tanteemma.serve.pages.views import View

Page = tuple[str, View]
NOW: Final = datetime(2026, 11, 21, 19, 5, tzinfo=UTC)
#: a part of a page that has nothing in it
NOTHING_MORE: Final = "/assumptions/suggestions"


def bare_breaks() -> list[Page]:
    """Still being looked for, nothing found, a sentence instead, a finding with nothing to say of it, each kind."""
    row = views_breaks.BreakRow(
        id="",
        at="",
        what="",
        circumstances="",
        who="",
        span="",
        href="/",
        graph="/",
        definition="/",
        kind="of a plug-in",
        money="…",
        direction="unknown",
        points=(),
        examples=(),
        parts=(),
        journeys=0,
        persons=0,
        came=0,
        share=0.0,
        low=0.0,
        high=0.0,
        change=None,
    )
    return [*_pages(row), *[("pages/break_kind.html", views_breaks.BreakKindView(kind=kind, others=KINDS)) for kind in KINDS]]


def _pages(row: views_breaks.BreakRow) -> list[Page]:
    found = views_breaks.BreaksFoundView
    views_shown = [found(), found(sentence="…"), found(rows=(row,), goal=("Kauf",))]
    pages: list[Page] = [
        ("pages/journey_breaks.html", views_breaks.BreaksView(has_events=True, selected=3, later=NOTHING_MORE))
    ]
    pages += [("partials/breaks_found.html", view) for view in views_shown]
    watched = views_breaks.WatchedRow(id="1", journey="Kunde", kind="of a plug-in", at="A", href="/", sights=())
    seen = views_breaks.SightBar(seen=NOW, came=9, journeys=3, share=1 / 3)
    rows = (watched, msgspec.structs.replace(watched, sights=(seen,)))
    pages.append(
        ("pages/journey_breaks.html", views_breaks.BreaksView(has_events=True, selected=3, later=NOTHING_MORE, watched=rows))
    )
    marked = tuple(msgspec.structs.replace(row, mark=mark) for mark in ("watched", "aside"))
    pages.append(("partials/breaks_found.html", found(rows=marked, aside=marked)))
    return pages
