"""What people say of a key, read the same way from page, interface and command line: web sites, a limit, a span of time."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.keys import Terms

_SPAN: Final = re.compile(r"^\s*(\d{1,6})\s*([mhd])\s*$")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST: Final = timedelta(days=366)
_MOST_ORIGINS: Final = 50
_LARGEST_LIMIT: Final = 10_000_000
_PLAIN_PORTS: Final = {"http": 80, "https": 443}


def read_terms(origins: Iterable[str], limit: str = "") -> Terms:
    """Web sites and events a second (empty: as in the settings). Raises Problem ORIGIN_INVALID, LIMIT_INVALID, each 422.

    >>> read_terms(["https://Shop.example.de/", " "], "100")
    Terms(origins=('https://shop.example.de',), events_per_s=100, ends=None)
    """
    named = tuple(dict.fromkeys(read_origin(origin) for origin in origins if origin.strip()))
    if len(named) > _MOST_ORIGINS:
        raise Problem(ProblemCode.ORIGIN_INVALID, status=422, field="origins", limit=_MOST_ORIGINS)
    said = limit.strip()
    if not said:
        return Terms(origins=named)
    if not (said.isascii() and said.isdigit() and 0 < int(said[:12]) <= _LARGEST_LIMIT):
        raise Problem(ProblemCode.LIMIT_INVALID, status=422, field="events_per_s", value=limit, limit=_LARGEST_LIMIT)
    return Terms(origins=named, events_per_s=int(said))


def read_origin(said: str) -> str:
    """Scheme, host and port as a browser names them. Raises Problem ORIGIN_INVALID.

    >>> read_origin("https://Shop.example.de:443/")
    'https://shop.example.de'
    """
    try:
        parts = urlsplit(said.strip())
        port, host = parts.port, parts.hostname
    except ValueError as wrong:
        raise Problem(ProblemCode.ORIGIN_INVALID, status=422, field="origins", value=said) from wrong
    bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in _PLAIN_PORTS or not host or not bare or not re.fullmatch(r"[a-z0-9.:_-]+", host):
        raise Problem(ProblemCode.ORIGIN_INVALID, status=422, field="origins", value=said)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in {None, _PLAIN_PORTS[parts.scheme]} else f":{port}")


def read_span(said: str) -> timedelta:
    """``30m``, ``12h`` or ``7d``; ``0`` is at once. Raises Problem SPAN_INVALID.

    >>> read_span("12h")
    datetime.timedelta(seconds=43200)
    """
    if said.strip() == "0":
        return timedelta()
    found = _SPAN.match(said)
    span = None if found is None else int(found.group(1)) * _UNITS[found.group(2)]
    if span is None or span > _LONGEST:
        raise Problem(ProblemCode.SPAN_INVALID, status=422, field="overlap", value=said)
    return span
