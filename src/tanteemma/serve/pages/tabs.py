"""The pages of the section Journeys, in the order in which they stand above each of them."""

from typing import Final

import msgspec


class Tab(msgspec.Struct, frozen=True):
    """One page: its name (its title is the text ``tab.<name>``) and where it lives."""

    name: str
    address: str


TABS: Final = (
    Tab("graph", "/journeys"),
    Tab("paths", "/journeys/paths"),
    Tab("funnel", "/journeys/funnel"),
    Tab("comparison", "/journeys/comparison"),
    Tab("breaks", "/journeys/breaks"),
    Tab("conformance", "/journeys/conformance"),
    Tab("times", "/journeys/times"),
    Tab("effort", "/journeys/effort"),
    Tab("metrics", "/journeys/metrics"),
    Tab("drivers", "/journeys/drivers"),
    Tab("attribution", "/journeys/attribution"),
    Tab("list", "/journeys/list"),
)
