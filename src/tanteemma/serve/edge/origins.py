"""May a page of this web site talk to us from a visitor's browser?"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from tanteemma.serve.edge.asgi import Headers

_PREFLIGHT_SECONDS: Final = b"7200"
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


def cors_headers(origin: str | None) -> Headers:
    """What a browser needs to show the answer to the page that asked; never with credentials."""
    if origin is None:
        return []
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]


def with_cookies(headers: Headers) -> Headers:
    """The same for clients that insist on sending cookies along. Only for doors: they read a key and never a cookie."""
    return [*headers, (b"access-control-allow-credentials", b"true")] if headers else []


def foreign_preflight_headers(origin: str | None, asked: str | None) -> Headers:
    """The answer to a browser that asks for another vendor's client: the headers it names (``asked``), and cookies."""
    named = asked if asked is not None and _HEADER_NAMES.fullmatch(asked) else "Content-Type"
    return [
        *with_cookies(cors_headers(origin)),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", named.encode()),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
    ]


def preflight_headers(origin: str | None) -> Headers:
    """The answer to the browser's question before a request."""
    return [
        *cors_headers(origin),
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", b"Authorization, Content-Type, Content-Encoding"),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
    ]
