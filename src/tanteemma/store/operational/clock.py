"""What time it is, as everything that stamps or waits is told: injected, so that a test can move it."""

from collections.abc import Callable
from datetime import UTC, datetime

#: gives the present as an aware UTC time
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present of this machine, in UTC."""
    return datetime.now(UTC)
