"""May a page of this web site talk to us from a visitor's browser?"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from tanteemma.serve.edge.asgi import Headers

_PREFLIGHT_SECONDS: Final = b"7200"
_LONGEST: Final = 500
_HEADER: Final = re.compile(r"^[a-z0-9-]{1,60}$")
_ALWAYS: Final = frozenset({"authorization", "content-type", "content-encoding", "cookie"})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_HEADER_NAMES: Final = re.compile(r"[A-Za-z0-9, _-]{1,500}")


def site_of(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin; None for ``null`` and anything that is no web site.

    >>> site_of("https://Shop.example.de")
    ('https', 'shop.example.de', 443)
    """
    try:
        parts = urlsplit(origin)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port is None:
        return None
    return parts.scheme, parts.hostname.lower(), port


class Origins:
    """The web sites that may send: our own address and the configured ones."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = {site for origin in allowed if (site := site_of(origin)) is not None}

    def lets_in(self, origin: str | None, own: str) -> bool:
        """True for requests that are from no browser page, from our own pages, or from an allowed site."""
        if origin is None:
            return True
        site = site_of(origin)
        return site is not None and (site == site_of(own) or site in self._allowed)


def cors_headers(origin: str | None, *, credentials: bool = False) -> Headers:
    """What a browser needs to show the answer to the page that asked. ``credentials``: its client always sends cookies along.

    The origin is one that was allowed: nothing else is ever mirrored. Cookies mean nothing at a door.
    """
    if origin is None:
        return [(b"vary", b"Origin")]
    headers = [
        (b"access-control-allow-origin", origin.encode("latin-1", "replace")),
        (b"access-control-expose-headers", b"Retry-After"),
        (b"vary", b"Origin"),
    ]
    return [*headers, (b"access-control-allow-credentials", b"true")] if credentials else headers


def preflight_headers(origin: str | None, asked: str | None = None, *, credentials: bool = False) -> Headers:
    """The answer to the browser's question before a request; ``asked``: the headers it wants to send."""
    wanted = {name.strip().lower() for name in (asked or "")[:_LONGEST].split(",")}
    more = sorted(name for name in wanted if _HEADER.match(name) and name not in _ALWAYS)
    return [
        *cors_headers(origin, credentials=credentials),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", ", ".join(["Authorization", "Content-Type", "Content-Encoding", *more]).encode()),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
    ]
