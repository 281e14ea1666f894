"""What the events of an export say beside name and time: their properties as columns, the same for all or batch by batch."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa

from tanteemma.journeys.exports.shape import Source
from tanteemma.journeys.exports.texts import plain, where
from tanteemma.store.engines.properties import Member, Said, members, shapes, told

#: So many members are columns; if there are more, a column ``properties`` holds the whole JSON text as well.
MOST: Final = 500
WHOLE: Final = "properties"
_OBJECT: Final = "OBJECT"


class Survey:
    """Which members have the properties of events, for all events and by the name of the event?"""

    def __init__(self, *, inside: bool) -> None:
        self._inside = inside
        self._shapes: dict[str, dict[str, Member]] = {}
        self._counts: Counter[str] = Counter()
        self._known: dict[str, Member] = {}
        self.by_name: dict[str, dict[str, Member]] = {}

    def look(self, properties: pa.ChunkedArray, names: pa.ChunkedArray) -> None:
        """Take in some events."""
        for (name, shape), rows in shapes(properties, names).items():
            if shape not in self._shapes:
                self._shapes[shape] = members(shape, inside=self._inside)
            own = self.by_name.setdefault(name, {})
            for key, member in self._shapes[shape].items():
                self._counts[key] += rows
                for known in (self._known, own):
                    known[key] = member if key not in known else known[key].joined(member)

    @property
    def members(self) -> list[Member]:
        """The most frequent members, in the order in which they were met first."""
        if len(self._known) <= MOST:
            return list(self._known.values())
        frequent = {name for name, _ in self._counts.most_common(MOST)}
        return [member for name, member in self._known.items() if name in frequent]

    @property
    def more(self) -> bool:
        """Are there more members than become columns?"""
        return len(self._known) > MOST


def surveyed(source: Source, *, inside: bool) -> Survey:
    """The members of all events of an export."""
    survey = Survey(inside=inside)
    for batch in source.batches(("name", "properties")):
        survey.look(batch.table["properties"], batch.table["name"])
    return survey


def columns_of(properties: pa.ChunkedArray, wanted: list[Member], how: Said = Said.TEXT) -> list[pa.Array]:
    """What each event says of each member, null where nothing; of a member that is sometimes an object only the other times."""
    found = told(properties, wanted, how)
    torn = [place for place, member in enumerate(wanted) if any(_within(member, other) for other in wanted)]
    for place, kind in zip(torn, told(properties, [wanted[place] for place in torn], Said.KIND), strict=True):
        is_object = np.asarray(kind.fill_null("")) == _OBJECT
        found[place] = where(~is_object, found[place], None)
    return found


def _within(outer: Member, inner: Member) -> bool:
    return any(one.startswith(f"{two}/") for one in inner.pointers for two in outer.pointers)


def whole(properties: pa.ChunkedArray) -> pa.Array:
    """The JSON text of each event's properties, null where they say nothing."""
    texts = plain(properties)
    empty = np.asarray(texts.fill_null("{}")) == "{}"
    return where(~empty, texts, None)


def kinds_of(wanted: Iterable[Member]) -> frozenset[str]:
    """All kinds of several members."""
    return frozenset().union(*(member.kinds for member in wanted))
