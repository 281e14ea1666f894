"""Did the sender sign this payload with the secret we share? Each vendor's own way, compared in constant time.

Shopify and WooCommerce: base64 of HMAC-SHA256 over the body. Shopware: the same in hexadecimal. Stripe: ``t=…,v1=…`` over
``t.body``, not older than the tolerance. Zendesk: base64 over time stamp and body. Chatwoot: ``sha256=`` over ``time.body``.
Zammad: ``sha1=`` over the body. ``hmac``: any header, hash and writing. Sources: see docs/webhooks.md.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tanteemma.model.problems import Problem, ProblemCode

if TYPE_CHECKING:
    from tanteemma.ingest.webhooks.mapping import Signature

#: header by kind
KINDS: Final[Mapping[str, str]] = {
    "shopify": "x-shopify-hmac-sha256",
    "woocommerce": "x-wc-webhook-signature",
    "shopware": "shopware-shop-signature",
    "stripe": "stripe-signature",
    "zendesk": "x-zendesk-webhook-signature",
    "chatwoot": "x-chatwoot-signature",
    "zammad": "x-hub-signature",
    "hmac": "",
}
_BASE64: Final = frozenset(("shopify", "woocommerce", "zendesk"))
_MOST_SIGNATURES: Final = 10
_REFUSED: Final = 401


def check_signature(signed: "Signature", secret: str, body: bytes, headers: Mapping[str, str], now_s: float) -> None:
    """Raises Problem SIGNATURE_MISSING, SIGNATURE_WRONG or SIGNATURE_OLD (401). ``headers`` by lower-case names."""
    name = signed.header.lower() or KINDS[signed.kind]
    said = headers.get(name, "").strip()
    if not said:
        raise Problem(ProblemCode.SIGNATURE_MISSING, status=_REFUSED, field=name)
    stamp, wanted = "", [said]
    told = body
    if signed.kind == "stripe":
        pairs = [part.strip().partition("=") for part in said.split(",")[:_MOST_SIGNATURES]]
        stamp = next((value for key, _, value in pairs if key == "t"), "")
        wanted = [value for key, _, value in pairs if key == "v1"]
        told = stamp.encode() + b"." + body
    elif signed.kind == "zendesk":
        stamp = headers.get("x-zendesk-webhook-signature-timestamp", "")
        told = stamp.encode() + body
    elif signed.kind == "chatwoot":
        stamp = headers.get("x-chatwoot-timestamp", "")
        told = (stamp.encode() + b"." + body) if stamp else body
    algorithm = "sha1" if signed.kind == "zammad" else signed.algorithm if signed.kind == "hmac" else "sha256"
    digest = hmac.new(secret.encode(), told, getattr(hashlib, algorithm)).digest()
    written = "base64" if signed.kind in _BASE64 else signed.encoding if signed.kind == "hmac" else "hex"
    if not any(hmac.compare_digest(digest, _bytes_of(one, written)) for one in wanted):
        raise Problem(ProblemCode.SIGNATURE_WRONG, status=_REFUSED, field=name)
    if signed.kind in {"stripe", "chatwoot"} and stamp:
        _check_age(stamp, signed.tolerance_s, now_s, name)


def _bytes_of(written: str, encoding: str) -> bytes:
    """What a signature says; nothing if it is none."""
    bare = written.removeprefix("sha256=").removeprefix("sha1=").removeprefix("sha512=").strip()
    try:
        return bytes.fromhex(bare) if encoding == "hex" else base64.b64decode(bare, validate=True)
    except (ValueError, binascii.Error):
        return b""


def _check_age(stamp: str, tolerance_s: int, now_s: float, field: str) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 13):  # noqa: PLR2004 - more digits are no second or millisecond
        raise Problem(ProblemCode.SIGNATURE_WRONG, status=_REFUSED, field=field)
    if abs(now_s - int(stamp)) > tolerance_s:
        raise Problem(ProblemCode.SIGNATURE_OLD, status=_REFUSED, field=field, limit=tolerance_s)
