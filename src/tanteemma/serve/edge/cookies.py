"""Which cookies do we set, and how are they read back? Bare names, no values in logs, never readable by scripts."""

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import quote, unquote

from tanteemma.model.texts import LANGUAGES

_PLAIN: Final = "emma_session"
_SECURE: Final = "__Host-emma_session"
_LANGUAGE: Final = "emma_language"
_NAME: Final = "emma_name"
_WORKSHOP: Final = "emma_workshop"
_LONGEST_NAME: Final = 80
_GUIDE: Final = "emma_guide"
GUIDE_STATES: Final = ("open", "closed")
_YEAR: Final = 365 * 24 * 3600
_TWO_DAYS: Final = 48 * 3600


def _cookies(headers: Iterable[tuple[bytes, bytes]]) -> SimpleCookie:
    found: SimpleCookie = SimpleCookie()
    for name, value in headers:
        if name == b"cookie":
            try:
                found.load(value.decode("latin-1"))
            except CookieError:
                continue
    return found


def session_cookie(headers: Iterable[tuple[bytes, bytes]], *, https: bool) -> str | None:
    """The session token a browser brings, None if it brings none."""
    morsel = _cookies(headers).get(_SECURE if https else _PLAIN)
    return morsel.value if morsel is not None and morsel.value else None


def language_cookie(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The language a person chose on a page, None if none was."""
    morsel = _cookies(headers).get(_LANGUAGE)
    return morsel.value if morsel is not None and morsel.value in LANGUAGES else None


def set_session(token: str, *, https: bool, seconds: int) -> str:
    """The Set-Cookie line of a session; with ``seconds=0`` the line that removes it."""
    name, secure = (_SECURE, "; Secure") if https else (_PLAIN, "")
    return f"{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def set_language(language: str, *, https: bool) -> str:
    """The Set-Cookie line that keeps a chosen language."""
    return f"{_LANGUAGE}={language}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{'; Secure' if https else ''}"


def name_cookie(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """How somebody wants to be called by colleagues, empty if they did not say."""
    morsel = _cookies(headers).get(_NAME)
    return "" if morsel is None else unquote(morsel.value)[:_LONGEST_NAME].strip()


def set_name(name: str, *, https: bool) -> str:
    """The Set-Cookie line that keeps a name."""
    kept = quote(name.strip()[:_LONGEST_NAME], safe="")
    return f"{_NAME}={kept}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{'; Secure' if https else ''}"


def guide_cookie(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Does somebody want the guide open beside every page?"""
    morsel = _cookies(headers).get(_GUIDE)
    return morsel is not None and morsel.value == GUIDE_STATES[0]


def set_guide(state: str, *, https: bool) -> str:
    """The Set-Cookie line that keeps the guide open or closed."""
    return f"{_GUIDE}={state}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{'; Secure' if https else ''}"


def workshop_cookie(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The token of somebody who joined a workshop; empty if they did not. A browser sends it below that workshop only."""
    morsel = _cookies(headers).get(_WORKSHOP)
    return "" if morsel is None else morsel.value


def set_workshop(token: str, path: str, *, https: bool) -> str:
    """The Set-Cookie line of a participant; it goes with the browser, or after two days."""
    return f"{_WORKSHOP}={token}; Path={path}; Max-Age={_TWO_DAYS}; HttpOnly; SameSite=Lax{'; Secure' if https else ''}"
