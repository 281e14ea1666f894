"""Who is somebody without an id, for today? A hash that neither address nor salt can be computed back from."""

from hashlib import blake2b


def day_visitor(site: str, address: str, agent: str | None, salt: bytes) -> str:
    """The visitor of a site from this address with this browser, as long as the salt lives.

    >>> day_visitor("shop", "192.0.2.7", "Firefox", b"monday") == day_visitor("shop", "192.0.2.7", "Firefox", b"tuesday")
    False
    """
    told = "\0".join((site, address, agent or ""))
    return blake2b(told.encode("utf-8", "replace"), digest_size=12, key=salt).hexdigest()
