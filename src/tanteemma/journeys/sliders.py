"""How much of a graph is shown? The happy path first, then touchpoints and connections by their weight, all of them connected.

Nothing is measured anew: what is shown keeps its numbers, what is left out is only not drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from math import ceil

from tanteemma.journeys.answers import Edge, GraphAnswer

Pair = tuple[str, str]


def happy_path(graph: GraphAnswer) -> tuple[str, ...]:
    """The way from a start to an end whose thinnest connection is the thickest; of equals the shorter, then by name.

    >>> happy_path(GraphAnswer(0, 0, (), ()))
    ()
    """
    ways = _Ways(graph)
    ends = [(min(ways.width_to[node.name], node.ends), node.name) for node in graph.nodes if node.ends]
    if not ends:
        return ()
    widest = max(width for width, _ in ends)
    return min((ways.to(name) for width, name in ends if width == widest), key=lambda way: (len(way), way))


def shown_part(graph: GraphAnswer, *, activities: float, connections: float, first: Sequence[str] = ()) -> GraphAnswer:
    """The part of the graph that two sliders leave, each from 0 (the happy path only) to 1 (everything).

    ``activities``: share of the touchpoints, by events; a touchpoint brings the way that leads to it and on to an end, so that
    nothing hangs in the air. ``connections``: share of the connections between those, by count. ``first``: the way to begin
    with, such as the steps of the most frequent variant; else (or if the graph has no such way) the happy path of the graph.
    """
    ways = _Ways(graph)
    path = tuple(first) if _is_way(graph, first) else happy_path(graph)
    kept, backbone = set(path), set(pairwise(path))
    wanted = ceil(activities * len(graph.nodes))
    for node in graph.nodes:
        if len(kept) >= wanted:
            break
        if node.name not in kept:
            for way in (ways.to(node.name), ways.on_from(node.name)):
                kept |= set(way)
                backbone |= set(pairwise(way))
    between = [edge for edge in graph.edges if edge.source in kept and edge.target in kept]
    return GraphAnswer(
        events=graph.events,
        journeys=graph.journeys,
        nodes=tuple(node for node in graph.nodes if node.name in kept),
        edges=tuple(_heaviest(between, backbone, ceil(connections * len(between)))),
    )


def _is_way(graph: GraphAnswer, steps: Sequence[str]) -> bool:
    """Does the graph hold this way, from a start to an end?"""
    nodes = {node.name: node for node in graph.nodes}
    edges = {(edge.source, edge.target) for edge in graph.edges}
    return bool(
        steps
        and set(steps) <= nodes.keys()
        and set(pairwise(steps)) <= edges
        and nodes[steps[0]].starts
        and nodes[steps[-1]].ends
    )


def _heaviest(edges: Sequence[Edge], needed: set[Pair], wanted: int) -> Iterable[Edge]:
    """The needed edges and, of the others, the first ones until so many are there; in their order."""
    room = wanted - len(needed)
    for edge in edges:
        if (edge.source, edge.target) in needed:
            yield edge
        elif room > 0:
            room -= 1
            yield edge


class _Ways:
    """The widest way from a start to each touchpoint, and from each touchpoint to an end."""

    def __init__(self, graph: GraphAnswer) -> None:
        forward: dict[str, list[tuple[str, int]]] = {}
        backward: dict[str, list[tuple[str, int]]] = {}
        for edge in graph.edges:
            forward.setdefault(edge.source, []).append((edge.target, edge.count))
            backward.setdefault(edge.target, []).append((edge.source, edge.count))
        self.width_to, self._before = _widest({node.name: node.starts for node in graph.nodes}, forward)
        _, self._after = _widest({node.name: node.ends for node in graph.nodes}, backward)

    def to(self, name: str) -> tuple[str, ...]:
        """From a start to this touchpoint."""
        return tuple(reversed(_followed(self._before, name)))

    def on_from(self, name: str) -> tuple[str, ...]:
        """From this touchpoint to an end."""
        return tuple(_followed(self._after, name))


def _followed(next_of: Mapping[str, str | None], name: str) -> list[str]:
    way, here = [name], next_of[name]
    while here is not None:
        way.append(here)
        here = next_of[here]
    return way


def _widest(
    origins: Mapping[str, int], edges: Mapping[str, list[tuple[str, int]]]
) -> tuple[dict[str, int], dict[str, str | None]]:
    """By touchpoint: the width of the widest way from an origin, and the touchpoint before on it (Dijkstra's search)."""
    width_to: dict[str, int] = {}
    before: dict[str, str | None] = {}
    waiting: list[tuple[int, int, str, str]] = []
    for name, count in origins.items():
        if count:
            heappush(waiting, (-count, 0, name, ""))
    while waiting:
        width, steps, name, source = heappop(waiting)
        if name in width_to:
            continue
        width_to[name], before[name] = -width, source if steps else None
        for target, count in edges.get(name, ()):
            if target not in width_to:
                heappush(waiting, (max(width, -count), steps + 1, target, name))
    return width_to, before
