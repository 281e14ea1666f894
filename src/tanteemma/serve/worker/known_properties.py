"""Which properties do events say, and what is in them? Looked up in a sample large enough to meet those that matter."""

import re
from collections import Counter, defaultdict
from typing import Any, Final

import msgspec

from tanteemma.store.snapshot import Snapshot

_SAMPLE: Final = """
SELECT properties FROM events WHERE properties IS NOT NULL AND properties <> '{}' USING SAMPLE 20000 ROWS (reservoir, 7)
"""
#: A property is looked at if this share of the sampled events says it.
_LEAST: Final = 0.005
#: Words that repeat: at most so many different ones.
_MOST_WORDS: Final = 50
_MOSTLY: Final = 0.9
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?")


class Properties(msgspec.Struct, frozen=True):
    """The most frequent first: ``words`` that repeat or are numbers, and ``days``."""

    words: tuple[str, ...]
    days: tuple[str, ...]


def known_properties(snapshot: Snapshot, most: int) -> Properties:
    """The properties that can go with an outcome, at most so many of each kind."""
    sampled = [msgspec.json.decode(row["properties"]) for row in snapshot.rows(_SAMPLE).to_pylist()]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for properties in sampled:
        for name, value in properties.items():
            if not name.startswith("$") and isinstance(value, str | int | float | bool):
                said[name][_spelled(value)] += 1
    often = {name: sum(values.values()) for name, values in said.items()}
    frequent = sorted((name for name in said if often[name] >= _LEAST * len(sampled)), key=lambda name: (-often[name], name))
    days = [name for name in frequent if _share(said[name], _DAY.fullmatch) >= _MOSTLY]
    words = [
        name
        for name in frequent
        if name not in days and (len(said[name]) <= _MOST_WORDS or _share(said[name], _number) >= _MOSTLY)
    ]
    return Properties(tuple(words[:most]), tuple(days[:most]))


def _spelled(value: str | float) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _share(values: Counter[str], test: Any) -> float:  # noqa: ANN401 - a test of any kind
    return sum(count for value, count in values.items() if test(value)) / sum(values.values())


def _number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
