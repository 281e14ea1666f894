"""The pieces of the page Start and of the search with nothing to show, and each state that changes what they say."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from tanteemma.serve.pages import views_start
from tanteemma.serve.pages.searching import SearchView
from tanteemma.serve.pages.views import View

Page = tuple[str, View]
NOW: Final = datetime(2026, 11, 21, 19, 5, tzinfo=UTC)


def bare_home(full: views_start.StartView) -> list[Page]:
    """Nothing found, a sentence instead, nothing priced, over, each verdict, a strip with gaps, nothing arriving."""
    found = full.found or views_start.HomeFound()
    card = found.cards[0]
    plain: dict[str, Any] = {"weekly": "", "owner": "", "could_undo": False, "week": None, "quotes": ()}
    no_cost = msgspec.structs.replace(card.row, cost=None, missing=(), who="", circumstances="")
    cards = (
        msgspec.structs.replace(card, **plain),
        msgspec.structs.replace(card, **plain, ended=True, row=no_cost, action="other"),
        msgspec.structs.replace(card, **plain, row=msgspec.structs.replace(card.row, cost=None)),
    )
    several = [
        views_start.HomeFound(),
        views_start.HomeFound(sentence="…"),
        msgspec.structs.replace(found, cards=cards, total="", largest=None, priced=0, others=0),
    ]
    verdicts = tuple(
        msgspec.structs.replace(one, verdict=verdict, difference=None if verdict == "few" else -0.1, href="")
        for one in full.worked[:1]
        for verdict in ("few", "better", "worse", "unclear")
    )
    phases = tuple(views_start.PhaseCell(name=health, health=health) for health in ("good", "fair", "bad", "unknown"))
    strip = views_start.PhaseStrip(map="Karte", href="/", phases=phases)
    pages: list[Page] = [("partials/home_found.html", one) for one in several]
    pages += [
        ("pages/start.html", views_start.StartView(address="http://127.0.0.1:8642")),
        ("pages/start.html", msgspec.structs.replace(full, found=None, worked=(), strip=None, toured=False)),
        ("pages/start.html", msgspec.structs.replace(full, worked=verdicts, strip=strip)),
        ("partials/home_now.html", views_start.NowView(worker_away=True)),
        ("pages/search.html", SearchView()),
        ("pages/search.html", SearchView(typed="…")),
    ]
    weeks = tuple(
        msgspec.structs.replace(
            card, week=views_start.WeekView(until=NOW, hits=1, came=9, hits_before=0, came_before=0, verdict=one)
        )
        for one in ("few", "better", "worse", "unclear")
    )
    return [*pages, ("partials/home_found.html", msgspec.structs.replace(found, cards=weeks))]
