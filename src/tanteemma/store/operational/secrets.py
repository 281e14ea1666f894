"""Random keys and tokens: shown once, kept only as their SHA-256."""

import hashlib
import secrets
from typing import Final

_BYTES: Final = 32


def new_secret(prefix: str) -> str:
    """A new secret of 256 random bits behind a readable prefix (``wk_…``)."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. No salt: 256 random bits cannot be guessed, and the row must be found by it.

    >>> digest_of("wk_x") == digest_of("wk_x")
    True
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
