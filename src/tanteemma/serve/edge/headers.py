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
        fixed = safe_headers(scope["path"], https=self._https)

        async def send_safely(message: Message) -> None:
            if message["type"] in STARTS:
                own: Headers = list(message.get("headers", []))
                names = {name.lower() for name, _ in own}
                own += [pair for pair in fixed if pair[0] not in names]
                if b"cache-control" not in names and not scope["path"].startswith(_DOOR_PATHS):
                    own.append((b"cache-control", b"no-store"))
                message["headers"] = own
            await send(message)

        await self._app(scope, receive, send_safely)
