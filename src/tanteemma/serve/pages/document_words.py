"""What the templates of maps and of the workshop's tools may call."""

from datetime import date
from typing import Final

from tanteemma.serve.pages.drawing_boards import plane, radar
from tanteemma.serve.pages.map_words import MAP_WORDS
from tanteemma.workshop.following import NEXT


def as_day(said: str) -> date | None:
    """A day as a field holds it, None if it is none.

    >>> as_day("2026-11-27")
    datetime.date(2026, 11, 27)
    """
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


DOCUMENT_WORDS: Final[dict[str, object]] = MAP_WORDS | {"plane": plane, "radar": radar, "as_day": as_day, "next_of": NEXT}
