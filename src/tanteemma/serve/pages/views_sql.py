"""What the page for questions in SQL shows. As in ``views``: a template reads nothing else."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from tanteemma.serve.pages.views import View

#: Questions to begin with, by the key of their title.
EXAMPLES: Final = {
    "events": "SELECT occurred_at, touchpoint, channel, person\nFROM emma_events\nORDER BY occurred_at DESC\nLIMIT 100",
    "channels": (
        "SELECT channel, count(*) AS events, count(DISTINCT person) AS persons, sum(value) AS value\n"
        "FROM emma_events\nGROUP BY channel\nORDER BY events DESC"
    ),
    "longest": (
        "SELECT journey_id, person, started_at, seconds / 86400 AS days, events, first_touchpoint, last_touchpoint\n"
        "FROM emma_journeys\nWHERE is_default\nORDER BY seconds DESC\nLIMIT 50"
    ),
    "daily": "SELECT day, metric, value, low, high, n\nFROM emma_metrics_daily\nORDER BY day DESC, metric\nLIMIT 200",
}


class SqlColumn(msgspec.Struct, frozen=True):
    """One column of an answer: its name and Arrow type."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        """Does it stand at the right?"""
        return self.type.startswith(("int", "uint", "float", "double", "decimal"))


class SqlFound(msgspec.Struct, frozen=True):
    """The first rows of an answer; ``more``: there are more."""

    columns: tuple[SqlColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool


class SqlView(View, frozen=True, kw_only=True):
    """``question``: as it was typed; ``sentence``: why there is no answer."""

    question: str = ""
    found: SqlFound | None = None
    sentence: str = ""
    has_events: bool = False

    def file(self, form: str, style: str = "plain") -> str:
        """The options of an address that gives the whole answer as a file."""
        return urlencode({"format": form, "style": style, "sql": self.question})


def shown(value: object) -> str:
    """A cell of the table.

    >>> shown(None), shown(True), shown({"order": "7"}), shown([1, "a"])
    ('–', 'true', '{"order":"7"}', '[1,"a"]')
    """
    if value is None:
        return "–"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
