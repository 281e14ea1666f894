"""What is searched beside customers: pages by their titles, touchpoints and journeys by their names, umlauts or not."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import urlencode

from tanteemma.identity.profile.words import folded
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.customer_tabs import CUSTOMER_TABS
from tanteemma.serve.pages.tabs import TABS
from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_people import PersonRow

MOST: Final = 6
LONGEST: Final = 200
#: pages that stand above no tabs: the text of their title, where they live
_PAGES: Final[tuple[tuple[str, str], ...]] = (
    ("pages.nav.start", Address.START.value),
    ("pages.nav.journeys", Address.JOURNEYS.value),
    ("pages.nav.customers", Address.PEOPLE.value),
    ("pages.nav.data", Address.DATA.value),
    ("assumptions.title", Address.ASSUMPTIONS.value),
    ("definitions.title", "/journeys/definitions"),
    ("pages.quarantine.title", Address.QUARANTINE.value),
    ("pages.keys.title", f"{Address.DATA.value}#keys"),
    ("pulls.title", Address.PULLS.value),
    ("snippet.title", Address.SNIPPET.value),
    ("webhooks.title", Address.MAPPINGS.value),
    ("pages.sql.title", Address.SQL.value),
    ("sources.live.title", Address.ARRIVALS.value),
)


class Hit(View, frozen=True, kw_only=True):
    """Something that fits: its name and where it leads."""

    name: str
    href: str


class SearchView(View, frozen=True, kw_only=True):
    """What fits what was typed, by what it is. ``typed`` empty: the pages are offered."""

    typed: str = ""
    people: tuple[PersonRow, ...] = ()
    touchpoints: tuple[Hit, ...] = ()
    pages: tuple[Hit, ...] = ()

    @property
    def is_named(self) -> bool:
        """Does a page or touchpoint begin with what was typed? Then customers who merely sound like it come later."""
        wanted = folded(self.typed)
        return bool(wanted) and any(folded(hit.name).startswith(wanted) for hit in (*self.pages, *self.touchpoints))

    @property
    def is_empty(self) -> bool:
        """Does nothing fit?"""
        return not (self.people or self.touchpoints or self.pages)


def pages_named(typed: str, say: Callable[[str], str]) -> tuple[Hit, ...]:
    """Pages whose title fits; the sections when nothing was typed."""
    tabs = [(f"tab.{tab.name}", tab.address) for tab in (*TABS, *CUSTOMER_TABS)]
    every = {address: Hit(name=say(key), href=address) for key, address in (*_PAGES, *tabs)}
    return tuple(_fitting(typed, every.values()))[:MOST] if typed else tuple(every.values())[:MOST]


def touchpoints_named(typed: str, names: Sequence[str]) -> tuple[Hit, ...]:
    """Touchpoints whose name fits, each leading to the journeys that pass it."""
    hits = [Hit(name=name, href=f"{Address.JOURNEYS.value}?{urlencode({'with': name})}") for name in names]
    return tuple(_fitting(typed, hits))[:MOST] if typed else ()


def _fitting(typed: str, hits: Iterable[Hit]) -> list[Hit]:
    """Those that hold every word; whose name begins with what was typed comes first."""
    wanted = folded(typed)
    words = wanted.split()
    found = [(folded(hit.name), hit) for hit in hits]
    fitting = [(name, hit) for name, hit in found if all(word in name for word in words)]
    return [hit for _, hit in sorted(fitting, key=lambda pair: (not pair[0].startswith(wanted), len(pair[0]), pair[0]))]
