"""Which programs send for which source, and what was refused? Kept for seconds, then written down; never who a person is."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeVar

import structlog

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.access import Access
from tanteemma.store.operational import source_health
from tanteemma.store.operational.source_health import Sighted

_log = structlog.get_logger(__name__)
_MOST: Final = 5_000
UNKNOWN: Final = "–"
#: browsers say the names of others too; the first that is found here is the one
_BROWSERS: Final = (
    (re.compile(r"(?:Edg|EdgA|EdgiOS)/(\d+)"), "Edge"),
    (re.compile(r"(?:OPR|Opera)/(\d+)"), "Opera"),
    (re.compile(r"SamsungBrowser/(\d+)"), "Samsung Internet"),
    (re.compile(r"(?:Firefox|FxiOS)/(\d+)"), "Firefox"),
    (re.compile(r"HeadlessChrome/(\d+)"), "Chrome (headless)"),
    (re.compile(r"(?:Chrome|CriOS)/(\d+)"), "Chrome"),
    (re.compile(r"Version/(\d+)[^ ]* (?:Mobile/\w+ )?Safari/"), "Safari"),
)
#: a program and the first two parts of its version; nothing that could be an address, a name or an id
_PROGRAM: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.-]{0,30})(?:[/ ]v?(\d{1,3}(?:\.\d{1,3})?))?(?![A-Za-z0-9_@-])")
_SUSPICIOUS: Final = re.compile(r"@|\d{5,}")

T = TypeVar("T")


@lru_cache(maxsize=512)
def client_name(user_agent: str | None) -> str:
    """A program and its version as a person calls it, without anything that tells one device from another.

    >>> client_name("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36")
    'Chrome 142'
    >>> client_name("analytics-python/2.3.2"), client_name("me@example.org"), client_name(None)
    ('analytics-python 2.3', '–', '–')
    """
    said = (user_agent or "").strip()[:300]
    for browser, name in _BROWSERS:
        found = browser.search(said)
        if found is not None:
            return f"{name} {found.group(1)[:4]}"
    first = said.partition(" (")[0][:60]
    found = _PROGRAM.match(first)
    if found is None or _SUSPICIOUS.search(first):
        return UNKNOWN
    return " ".join(part for part in (found.group(1).strip(), found.group(2)) if part)


def _now() -> datetime:
    return datetime.now(UTC)


class Sightings:
    """Keys, clients and refusals seen since they were last written down."""

    def __init__(self, access: Access, clock: Callable[[], datetime] = _now) -> None:
        self._access = access
        self._clock = clock
        self._keys: dict[int, datetime] = {}
        self._clients: dict[tuple[str, str, str], tuple[int, datetime]] = {}
        self._refusals: dict[tuple[str, str], tuple[int, datetime]] = {}

    def came(self, source: str, dialect: str, user_agent: str | None) -> None:
        """A request of a source was read."""
        self._count(self._clients, (source, dialect, client_name(user_agent)))

    def used(self, key: int | None) -> None:
        """A key opened a door."""
        if key is not None:
            self._keys[key] = self._clock()

    def refused(self, source: str | None, code: str) -> None:
        """A request was refused as a whole; without a source nobody knows whose it was."""
        if source:
            self._count(self._refusals, (source, code))

    async def write_down(self) -> None:
        """Keep what was seen."""
        if not (self._keys or self._clients or self._refusals):
            return
        sighted = Sighted(keys=self._keys, clients=self._clients, refusals=self._refusals)
        self._keys, self._clients, self._refusals = {}, {}, {}
        try:
            await self._access.write(lambda tx: source_health.note(tx, sighted))
        except Problem as problem:
            _log.warning("sightings_lost", code=problem.code.value)

    async def run(self, every_s: float) -> None:
        """Write it down again and again until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            await self.write_down()

    def _count(self, into: dict[T, tuple[int, datetime]], name: T) -> None:
        before = into.get(name)
        if before is not None:
            into[name] = (before[0] + 1, self._clock())
        elif len(into) < _MOST:
            into[name] = (1, self._clock())
