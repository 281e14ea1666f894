"""One way to the web for all that is pulled: replies of limited size, no redirects, retries as the server asks."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests
from dlt.sources.helpers.requests.retry import Client
from requests.adapters import HTTPAdapter

from tanteemma.ingest.sources.pulling.task import Limits
from tanteemma.model.problems import Problem, ProblemCode

_CONNECT_S: Final = 10.0
_READ_S: Final = 30.0
_ATTEMPTS: Final = 4
_BLOCK: Final = 1 << 16
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class TooLarge(Exception):
    """A reply is larger than a reply may be, or takes longer than it may."""

    def __init__(self, *, slow: bool) -> None:
        super().__init__()
        self.slow = slow


class _Careful(HTTPAdapter):
    """Reads a reply to its end, but not beyond its largest size, nor for ever."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - as the library's
        """One exchange. Raises TooLarge; Problem PULL_REDIRECT."""
        options["stream"] = True
        reply = super().send(request, *args, **options)
        if reply.status_code in _REDIRECTS:
            raise Problem(
                ProblemCode.PULL_REDIRECT, status=502, value=(reply.headers.get("Location") or "").split("?")[0][:200]
            )
        end = time.monotonic() + self._limits.patience_s * 4
        parts, size = [], 0
        for part in reply.iter_content(_BLOCK):
            size += len(part)
            if size > self._limits.reply_bytes or time.monotonic() > end:
                reply.close()
                raise TooLarge(slow=size <= self._limits.reply_bytes)
            parts.append(part)
        reply._content = b"".join(parts)  # noqa: SLF001 - what the library itself keeps after reading
        return reply


def session_for(limits: Limits) -> requests.Session:
    """A session of dlt: it tries again after trouble that passes, as long as the server does not ask for more patience."""
    client = Client(
        request_timeout=(_CONNECT_S, _READ_S),
        raise_for_status=False,
        status_codes=(),
        request_max_attempts=_ATTEMPTS,
        request_backoff_factor=0.5,
        request_max_retry_delay=limits.patience_s,
        retry_condition=lambda reply, _error: reply is not None and _is_worth_waiting(reply, limits.patience_s),
    )
    session: requests.Session = client.session
    session.trust_env = False
    session.headers["User-Agent"] = "tante-emma"
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Careful(limits))
    return session


def _is_worth_waiting(reply: requests.Response, patience_s: float) -> bool:
    return reply.status_code in _AGAIN and wait_asked(reply.headers) <= patience_s


def wait_asked(headers: Mapping[str, str]) -> float:
    """How many seconds does ``Retry-After`` ask for? 0 if it does not.

    >>> wait_asked({"Retry-After": "120"})
    120.0
    """
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        return max(parsedate_to_datetime(said).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return 0.0


def authorised(kind: str, name: str, secret: str) -> tuple[dict[str, str], tuple[str, str] | None]:
    """Headers and user with password for a way to sign in."""
    if kind == "bearer":
        return {"Authorization": f"Bearer {secret}"}, None
    if kind == "header":
        return {name: secret}, None
    return {}, (name, secret) if kind == "basic" else None
