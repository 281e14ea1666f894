"""Names and addresses of this machine itself."""

import contextlib
import ipaddress
from functools import lru_cache


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Is this name or address this machine itself?

    >>> is_loopback("localhost"), is_loopback("[::1]"), is_loopback("192.168.1.5")
    (True, True, False)
    """
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return False
