"""Does this sender send too much? A bucket of tokens for each key and each address; whoever empties it is told to wait."""

import random
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode

#: buckets that are kept; the least recently used are forgotten, which only ever gives somebody a full bucket
_MOST_BUCKETS: Final = 20_000
_LONGEST_WAIT_S: Final = 300
#: forms of web sites: what one address, and all addresses together, may send in a minute
FORM_BURST_S: Final = 60.0


class Buckets:
    """One bucket per name. A bucket fills with ``rate`` tokens a second up to ``rate * burst_s``.

    What a request costs is known only after it was read, so a bucket may be overdrawn once by the largest request; until that
    is paid back nothing more is let in. ``clock``: seconds that only grow.
    """

    def __init__(self, burst_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst_s = burst_s
        self._clock = clock
        self._kept: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def empty(self, name: object, rate: float) -> bool:
        """Would ``check`` tell to wait?"""
        return bool(rate) and self._tokens(name, rate) <= 0

    def check(self, name: object, rate: float, code: ProblemCode = ProblemCode.TOO_MANY_REQUESTS) -> None:
        """Raises Problem ``code`` (429) with a spread ``retry_after`` while the bucket is empty. Rate 0: no limit."""
        if not rate:
            return
        tokens = self._tokens(name, rate)
        if tokens <= 0:
            raise Problem(code, status=429, retry_after=spread((1 - tokens) / rate))

    def spend(self, name: object, rate: float, cost: float) -> None:
        """Take what a request cost."""
        if not rate:
            return
        self._kept[name] = (self._tokens(name, rate) - cost, self._clock())
        self._kept.move_to_end(name)
        while len(self._kept) > _MOST_BUCKETS:
            self._kept.popitem(last=False)

    def _tokens(self, name: object, rate: float) -> float:
        most = max(1.0, rate * self._burst_s)
        tokens, then = self._kept.get(name, (most, self._clock()))
        return min(most, tokens + (self._clock() - then) * rate)


def spread(wait_s: float) -> int:
    """Whole seconds to wait, at least as many as needed and up to half as many more, so that all do not come back at once.

    >>> 10 <= spread(9.2) <= 15
    True
    """
    whole = min(_LONGEST_WAIT_S, max(1, int(wait_s) + 1))
    return whole + random.randint(0, max(1, whole // 2))  # noqa: S311 - spreads retries, no secret
