"""One signed request to another system: to the host it names and nowhere else, in time, its reply not read beyond a little.

Signed as the convention Standard Webhooks says: ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature`` with
the HMAC-SHA256 of ``id.timestamp.body``.
"""

import base64
import hashlib
import hmac
import http.client
import ssl
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from tanteemma.ingest.sources.pulling.guard import Guard
from tanteemma.model.problems import Problem, ProblemCode

_TIMEOUT_S: Final = 15.0
_MOST_REPLY: Final = 4_096
_FINE: Final = range(200, 300)
_LONGEST: Final = 2_000


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``.

    >>> signature("geheim", "h-1", 1700000000, b"{}")
    'v1,6XZEaTMCgdjBjsQDTjf2M8hP9SMS7MwV/SdPQIxrjfY='
    """
    told = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).decode()


def checked_url(url: str) -> str:
    """The address without blanks. Raises Problem QUESTION_INVALID for one that is no web address or carries a password."""
    said = url.strip()
    try:
        parts = urlsplit(said)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_fits = urlsplit(""), False
    fine = parts.scheme in {"http", "https"} and parts.hostname and not parts.username and said.isascii() and said.isprintable()
    if not fine or not port_fits or len(said) > _LONGEST or " " in said:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="url", value=said[:80], allowed="https, http")
    return said


def send(url: str, body: bytes, headers: dict[str, str], networks: Sequence[str]) -> None:
    """Raises Problem HOOK_REFUSED for any other answer than 2xx, PULL_ADDRESS, PULL_UNREACHABLE."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = Guard(host, networks).addresses(port)[0]
    connection = _connection(parts.scheme, host, address, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {"host": parts.netloc, "content-type": "application/json", **headers})
        reply = connection.getresponse()
        reply.read(_MOST_REPLY)
        status = reply.status
    except (OSError, http.client.HTTPException) as error:
        raise Problem(ProblemCode.PULL_UNREACHABLE, status=502, value=host) from error
    finally:
        connection.close()
    if status not in _FINE:
        raise Problem(ProblemCode.HOOK_REFUSED, status=502, value=host, status_said=status)


class _Tls(http.client.HTTPSConnection):
    """Speaks to one address under the name it was asked for."""

    def __init__(self, address: str, port: int, name: str) -> None:
        self._context_of_name = ssl.create_default_context()
        super().__init__(address, port, timeout=_TIMEOUT_S, context=self._context_of_name)
        self._name = name

    def connect(self) -> None:
        """Connect to the address, prove the name."""
        http.client.HTTPConnection.connect(self)
        self.sock = self._context_of_name.wrap_socket(self.sock, server_hostname=self._name)


def _connection(scheme: str, host: str, address: str, port: int) -> http.client.HTTPConnection:
    if scheme == "https":
        return _Tls(address, port, host)
    return http.client.HTTPConnection(address, port, timeout=_TIMEOUT_S)
