"""Random bytes of this day (UTC), by which today's visitors without an id are told apart; in this process only."""

import secrets
import time
from collections.abc import Callable
from typing import Final

_DAY_S: Final = 86_400


class DaySalt:
    """Gone tomorrow, and with a restart: nobody can compute yesterday's visitors again."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._day = -1
        self._bytes = b""

    def today(self) -> bytes:
        """The bytes of today."""
        day = int(self._clock() // _DAY_S)
        if day != self._day:
            self._day, self._bytes = day, secrets.token_bytes(32)
        return self._bytes


SALT: Final = DaySalt()
