"""What every driver does: read the story it is to tell, and say how it went."""

import json
import sys
from datetime import UTC, datetime
from typing import Any, Final

STORY: Final[dict[str, Any]] = json.loads(sys.stdin.readline())
#: when the things of the story happened, by the sender's clock
THEN: Final = datetime.fromtimestamp(STORY["time_ms"] / 1000, UTC)
_ERRORS: Final[list[str]] = []


def wrong(*said: object) -> None:
    """The client complained."""
    _ERRORS.append(" ".join(map(str, said)))


def right(answer: object, expected: object = True) -> None:
    """What the client returned must be what it returns on success."""
    if answer != expected:
        wrong("answered", answer, "and not", expected)


def done() -> None:
    """The story is told."""
    sys.stdout.write(json.dumps({"errors": _ERRORS}) + "\n")
