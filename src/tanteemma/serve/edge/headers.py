"""Which headers does every answer carry, whoever gives it: page, door, error or a request that is no HTTP?"""

from typing import Final

from tanteemma.serve.edge.asgi import STARTS, Application, Headers, Message, Receive, Scope, Send
from tanteemma.serve.pages.render import CONTENT_SECURITY_POLICY

_EVERYWHERE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"server", b"emma"),
)
_PAGE: Final = (
    *_EVERYWHERE,
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
)
_DOOR: Final = (
    *_EVERYWHERE,
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_HTTPS: Final = (b"strict-transport-security", b"max-age=31536000")
_DOOR_PATHS: Final = "/v1/"


def safe_headers(path: str, *, https: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that any answer under ``path`` has, over whichever it sets itself."""
    fixed = _DOOR if path.startswith(_DOOR_PATHS) else _PAGE
    return (*fixed, _HTTPS) if https else fixed


def with_safe(own: Headers, path: str, *, https: bool) -> Headers:
    """The headers of an answer with those that any answer has, unless it sets them itself."""
    names = {name.lower() for name, _ in own}
    whole = [*own, *(pair for pair in safe_headers(path, https=https) if pair[0] not in names)]
    if b"cache-control" not in names and not path.startswith(_DOOR_PATHS):
        whole.append((b"cache-control", b"no-store"))
    return whole


class SafeHeaders:
    """An ASGI layer around everything: adds the fixed headers to each answer that does not set them itself."""

    def __init__(self, app: Application, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] in STARTS:
                message["headers"] = with_safe(list(message.get("headers", [])), scope["path"], https=self._https)
            await send(message)

        await self._app(scope, receive, send_safely)
