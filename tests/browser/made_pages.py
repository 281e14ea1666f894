"""Pages with made-up figures: a shop whose parcels get lost, a graph of many touchpoints, and the other pages."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import count, pairwise
from typing import Any

import msgspec

from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views import Freshness, Graph, GraphEdge, GraphNode, JourneysView, Shell, View
from tanteemma.serve.pages.views_assumptions import AssumptionsView
from tanteemma.serve.pages.views_start import StartView
from tests.unit.serve.pages.filled import NOW, every_bare_page, every_page, filled

SHOP = (
    ("Bestellung", "Bestellbestätigung", "Versand", "Zustellung"),
    ("Bestellung", "Bestellbestätigung", "Versand", "Sendungsverfolgung", "Sendungsverfolgung", "Anruf", "Zustellung"),
    ("Bestellung", "Bestellbestätigung", "Stornierung"),
    (
        "Werbemail",
        "Bestellung",
        "Bestellbestätigung",
        "Versand",
        "Zustellung",
        "Reklamationsbearbeitung im Außendienst",
        "Anruf",
    ),
)
SHARES = (600, 240, 90, 70)


def _graph(journeys: list[tuple[tuple[str, ...], int]]) -> Graph:
    nodes: dict[str, list[int]] = {}
    edges: dict[tuple[str, str], list[int]] = {}
    for steps, times in journeys:
        for name in steps:
            nodes.setdefault(name, [0, 0, 0, 0])[0] += times
        for name in set(steps):
            nodes[name][1] += times
        nodes[steps[0]][2] += times
        nodes[steps[-1]][3] += times
        pairs = list(pairwise(steps))
        for pair in pairs:
            edges.setdefault(pair, [0, 0])[0] += times
        for pair in set(pairs):
            edges[pair][1] += times
    return Graph(
        events=sum(len(steps) * times for steps, times in journeys),
        journeys=sum(times for _, times in journeys),
        nodes=tuple(GraphNode(name=name, events=n[0], journeys=n[1], starts=n[2], ends=n[3]) for name, n in nodes.items()),
        edges=tuple(
            GraphEdge(source=a, target=b, count=n[0], journeys=n[1], mean_s=9000.5, median_s=7980.0, p90_s=86_400.0 * n[1])
            for (a, b), n in edges.items()
        ),
    )


@cache
def shop() -> Graph:
    """The graph of the shop: eight touchpoints, one loop."""
    return _graph(list(zip(SHOP, SHARES, strict=True)))


@cache
def crowd() -> Graph:
    """A graph of 70 touchpoints with seeded chance."""
    chance = random.Random(7)
    names = [f"Touchpoint {number:02d}" for number in range(70)]
    weights = [1 / (place + 1) for place in range(70)]
    return _graph([(tuple(chance.choices(names, weights, k=chance.randint(2, 12))), 1) for _ in range(600)])


def made_graph(journey: str) -> Any:
    """The graph of that name as JSON."""
    return msgspec.to_builtins(crowd() if journey == "crowd" else shop())


def _words() -> Iterator[str]:
    return (f"Wort {number}" for number in count(1))


@cache
def made_pages(wanted: JourneyFilter) -> dict[str, tuple[str, View]]:
    """Every page under a name: with everything there is to show, and bare."""
    words = _words()
    found = {name.split("/")[1].removesuffix(".html"): (name, view) for name, view in every_page(lambda: next(words))}
    found |= {f"bare{place}": page for place, page in enumerate(every_bare_page()) if page[0].startswith("pages/")}
    graph = crowd() if wanted.journey == "crowd" else shop()
    start, journeys = found["start"][1], found["journeys"][1]
    assert isinstance(start, StartView)
    assert isinstance(journeys, JourneysView)
    found["start"] = ("pages/start.html", msgspec.structs.replace(start, graph=graph))
    full = msgspec.structs.replace(journeys, graph=graph, filter=wanted, touchpoints=tuple(node.name for node in graph.nodes))
    found["journeys"] = ("pages/journeys.html", full)
    figures = found["assumptions"][1]
    assert isinstance(figures, AssumptionsView)
    found["assumptions"] = ("pages/assumptions.html", msgspec.structs.replace(figures, groups=figures.groups[:1]))
    return found


def made_shell(path: str, query: str, name: str) -> Shell:
    """The shell of that page."""
    words = _words()
    shell: Shell = filled(Shell, lambda: next(words))
    return msgspec.structs.replace(
        shell,
        path=path,
        query=query,
        section=name,
        freshness=Freshness(events=1000, newest_received_at=NOW - timedelta(days=1)),
    )
