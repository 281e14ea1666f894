"""Answers that were given before: kept until the stored events change or too many others came."""

import threading
from collections import OrderedDict

from tanteemma.serve.worker.messages import Answered


class Answers:
    """Answers by (question, version of the stored events), the least recently asked forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[bytes, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: bytes, version: str) -> Answered | None:
        """The answer if it is known."""
        with self._lock:
            body = self._kept.get((question, version))
            if body is None:
                return None
            self._kept.move_to_end((question, version))
        return Answered(body=body, version=version, cached=True)

    def keep(self, question: bytes, version: str, body: bytes) -> Answered:
        """Keep an answer and give it."""
        with self._lock:
            self._kept[question, version] = body
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return Answered(body=body, version=version)
