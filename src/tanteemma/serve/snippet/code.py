"""Which scripts do web sites load from us, and which lines does a web site put into its pages?"""

import base64
import gzip
import hashlib
from enum import StrEnum
from functools import cache
from html import escape
from pathlib import Path
from typing import Annotated, Final

import msgspec

from tanteemma.serve.snippet.packing import packed

HERE: Final = Path(__file__).parent
CORE: Final = "emma.js"
MORE: Final = "emma-more.js"
PLACE: Final = "/v1/snippet/"
#: keeps what is called before the script is there
STUB: Final = "window.emma=window.emma||function(){(emma.q=emma.q||[]).push(arguments)}"
#: what can be left out of the second part
PARTS: Final = ("clicks", "forms", "errors", "vitals")
_HTTP: Final = ("http://", "https://")


class Consent(StrEnum):
    """What happens before a visitor agreed: nothing; counting without storage and person; everything."""

    REQUIRED = "required"
    COOKIELESS = "cookieless"
    AUTO = "auto"


class Script(msgspec.Struct, frozen=True):
    """One script as it is sent. ``integrity``: its fingerprint, by which a browser knows it is unchanged."""

    content: bytes
    compressed: bytes
    integrity: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a web site wants. ``host``: our address; ``sample``: share of the visitors 0..1; ``left_out``: names of ``PARTS``.

    ``params``: parameters of addresses that may be kept; ``titles``: pages are called by their title, not by their path.
    """

    host: str
    key: str = "wk_…"
    consent: Consent = Consent.REQUIRED
    sample: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    left_out: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    titles: bool = False
    fixed: bool = False


@cache
def scripts() -> dict[str, Script]:
    """Both scripts by name, packed once."""
    return {name: _script((HERE / name).read_text(encoding="utf-8")) for name in (CORE, MORE)}


def _script(source: str) -> Script:
    content = packed(source).encode()
    fingerprint = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return Script(content, gzip.compress(content, mtime=0), f"sha384-{fingerprint}")


def code_for(wanted: Wanted) -> str:
    """The lines for ``<head>``.

    >>> print(code_for(Wanted(host="https://emma.example.de", key="wk_1")).splitlines()[-1])
      data-key="wk_1" data-consent="required"></script>
    """
    said = {"key": wanted.key, "consent": wanted.consent.value}
    if wanted.sample < 1:
        said["sample"] = f"{wanted.sample:g}"
    if set(PARTS) <= set(wanted.left_out):
        said["more"] = "off"
    elif wanted.left_out:
        said["off"] = ",".join(wanted.left_out)
    if wanted.params:
        said["params"] = ",".join(wanted.params)
    if wanted.titles:
        said["names"] = "title"
    fixed = f' integrity="{scripts()[CORE].integrity}" crossorigin="anonymous"' if wanted.fixed else ""
    told = " ".join(f'data-{name}="{escape(value)}"' for name, value in said.items())
    return (
        f"<script>{STUB}</script>\n"
        f'<script async src="{escape(wanted.host.rstrip("/"))}{PLACE}{CORE}"{fixed}\n'
        f"  {told}></script>"
    )


def names_in(listed: str) -> tuple[str, ...]:
    """Names of parameters as people list them: only what an address can hold.

    >>> names_in("sku, page;tab <script>")
    ('sku', 'page', 'tab', 'script')
    """
    told = "".join(letter if letter.isalnum() or letter in "-_.[]" else " " for letter in listed)
    return tuple(dict.fromkeys(told.split()))[:50]


def is_address(host: str) -> bool:
    """Can a browser reach us there?

    >>> is_address("https://emma.example.de"), is_address("emma.example.de")
    (True, False)
    """
    return host.startswith(_HTTP) and len(host) > len(_HTTP[1]) and not any(letter in host for letter in " \"'<>")
