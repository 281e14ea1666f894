"""Answers that were given before: kept until the stored events change or too many others came."""

import threading
from collections import OrderedDict

from tanteemma.serve.worker.messages import Answered


class Answers:
    """Answers by (question, version of the stored events), the least recently asked forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[bytes, str], bytes] = OrderedDict()
        self._last: dict[bytes, str] = {}
        self._lock = threading.Lock()

    def get(self, question: bytes, version: str) -> Answered | None:
        """The answer if it is known."""
        with self._lock:
            body = self._kept.get((question, version))
            if body is None:
                return None
            self._kept.move_to_end((question, version))
        return Answered(body=body, version=version, cached=True)

    def last(self, question: bytes) -> Answered | None:
        """The answer that was given last, of whatever version; None if it is forgotten."""
        with self._lock:
            version = self._last.get(question)
        return None if version is None else self.get(question, version)

    def keep(self, question: bytes, version: str, body: bytes) -> Answered:
        """Keep an answer and give it."""
        with self._lock:
            self._kept[question, version] = body
            self._last[question] = version
            while len(self._kept) > self._most:
                (gone, of), _ = self._kept.popitem(last=False)
                if self._last.get(gone) == of:
                    del self._last[gone]
        return Answered(body=body, version=version)
