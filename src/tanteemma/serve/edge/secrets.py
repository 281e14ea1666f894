"""What a request shows of keys and sessions, and how it is compared without telling anything by its timing."""

import base64
import hmac
from hashlib import blake2b
from typing import Final

_LONGEST: Final = 200
_TOKEN_BYTES: Final = 32


def csrf_token(session: str) -> str:
    """What the forms of one session carry: derived from it, useless for finding it."""
    return blake2b(session.encode("utf-8", "surrogatepass"), digest_size=_TOKEN_BYTES, person=b"emma-form").hexdigest()


def same(one: str, other: str) -> bool:
    """Are they equal, and not empty? Takes equally long wherever they differ."""
    return bool(one) and hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def key_in(authorization: str | None) -> str | None:
    """The key in an Authorization header: ``Bearer KEY``, or ``Basic`` with the key as user name. None if there is none.

    >>> key_in("Bearer wk_1")
    'wk_1'
    """
    if authorization is None:
        return None
    scheme, _, value = authorization.strip().partition(" ")
    value = value.strip()
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode("utf-8").partition(":")[0]
        except ValueError:
            return None
    elif scheme.lower() != "bearer":
        return None
    return value if 0 < len(value) <= _LONGEST else None
