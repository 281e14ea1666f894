"""Which journeys are looked at? The filter bar as a value: read from the address, written back into it, never lost."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote, urlencode

import msgspec

from tanteemma.journeys.where.wish import Passing

MAX_PARTS: Final = 50
FILTER_WORDS: Final = ("journey", "with", "without", "edge", "no_edge", "where")

Edge = tuple[str, str]


def write_edge(edge: Edge) -> str:
    """One connection as a single address value: both names percent-encoded around ``>``.

    >>> write_edge(("A > B", "C"))
    'A%20%3E%20B>C'
    """
    return ">".join(quote(name, safe="") for name in edge)


def read_edge(value: str) -> Edge | None:
    """The connection written by :func:`write_edge`, None if it is not one.

    >>> read_edge("A%20%3E%20B>C")
    ('A > B', 'C')
    """
    source, arrow, target = value.partition(">")
    return (unquote(source), unquote(target)) if arrow and ">" not in target else None


class FilterPart(msgspec.Struct, frozen=True):
    """One removable part of the filter sentence: ``kind`` (an address word), its names, the query without it."""

    kind: str
    names: tuple[str, ...]
    removed: str


class JourneyFilter(Passing, frozen=True, kw_only=True):
    """Journeys of one definition that contain what is asked for and fulfil every condition of ``where``.

    ``journey`` None = the default definition. A journey contains an edge when the second touchpoint comes directly after
    the first at least once. The address parameters are ``FILTER_WORDS``. ``zone``: where dates without an offset are read.
    """

    journey: str | None = None

    @property
    def narrows(self) -> bool:
        """Does it leave any journey out?"""
        return bool(self.with_ or self.without or self.edges or self.no_edges or self.where)

    def pairs(self) -> list[tuple[str, str]]:
        """The address parameters, in a stable order."""
        found = [("journey", self.journey)] if self.journey else []
        found += [("with", name) for name in self.with_]
        found += [("without", name) for name in self.without]
        found += [("edge", write_edge(edge)) for edge in self.edges]
        found += [("no_edge", write_edge(edge)) for edge in self.no_edges]
        return found + [("where", one) for one in self.where]

    def query(self) -> str:
        """The address parameters as a query string without ``?``; empty for no filter.

        >>> JourneyFilter(with_=("Anruf",), edges=(("A", "B"),)).query()
        'with=Anruf&edge=A%3EB'
        """
        return urlencode(self.pairs())

    def parts(self) -> tuple[FilterPart, ...]:
        """Each part of the filter with the query that is left when it is taken away."""
        own = [pair for pair in self.pairs() if pair[0] != "journey"]
        first = [pair for pair in self.pairs() if pair[0] == "journey"]
        names = [(name,) for name in self.with_ + self.without] + [*self.edges, *self.no_edges] + [(one,) for one in self.where]
        return tuple(
            FilterPart(kind, shown, urlencode(first + own[:place] + own[place + 1 :]))
            for place, ((kind, _), shown) in enumerate(zip(own, names, strict=True))
        )


def read_filter(pairs: Iterable[tuple[str, str]]) -> JourneyFilter:
    """The filter in the address parameters; unknown parameters are left alone, at most 50 parts count.

    >>> read_filter([("with", "Anruf"), ("edge", "A>B"), ("page", "2")])
    JourneyFilter(with_=('Anruf',), without=(), edges=(('A', 'B'),), no_edges=(), where=(), zone='UTC', journey=None)
    """
    journey: str | None = None
    found: dict[str, list[str]] = {word: [] for word in FILTER_WORDS if word != "journey"}
    for name, value in pairs:
        if name == "journey" and value:
            journey = value
        elif name in found and value and value not in found[name] and sum(map(len, found.values())) < MAX_PARTS:
            found[name].append(value)
    edges = [edge for value in found["edge"] if (edge := read_edge(value))]
    no_edges = [edge for value in found["no_edge"] if (edge := read_edge(value))]
    return JourneyFilter(
        journey=journey,
        with_=tuple(found["with"]),
        without=tuple(found["without"]),
        edges=tuple(edges),
        no_edges=tuple(no_edges),
        where=tuple(found["where"]),
    )
