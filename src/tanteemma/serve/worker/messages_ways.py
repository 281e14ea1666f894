"""Questions about journeys beyond the graph: paths, when things happen, who comes back, how two selections differ.

As in ``messages``: ``journey`` names the definition, else the one in ``filter``, else the default one.
"""

import msgspec

from tanteemma.serve.pages.filters import JourneyFilter


class _Question(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A question on the worker socket; its class name is its tag on the wire."""


class AskPaths(_Question, frozen=True):
    """Where do journeys go from a touchpoint, or how do they come to it? Answer: the document of ``emma journeys paths``.

    ``touchpoint`` None: from the first event (``direction`` from) or to the last (to). ``occurrence``: first or last of
    several; ``merge``: neighbours of one touchpoint count as one step; ``nodes``: most nodes of a column.
    """

    touchpoint: str | None = None
    direction: str = "from"
    steps: int = 4
    occurrence: str = "first"
    merge: bool = False
    nodes: int = 8
    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


class AskRhythm(_Question, frozen=True):
    """At which hours of the week do things happen? Answer: the document of ``emma journeys rhythm --json``.

    ``of``: events, starts or ends; ``touchpoint`` None: all. ``time_zone`` None: that of the installation.
    """

    of: str = "events"
    touchpoint: str | None = None
    time_zone: str | None = None
    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


class AskConcurrency(_Question, frozen=True):
    """How many journeys are open at a time? Answer: the document of ``emma journeys concurrency --json``.

    ``grain``: hour, day, week, month or year, None: the finest that fits. ``time_zone`` None: that of the installation.
    """

    grain: str | None = None
    time_zone: str | None = None
    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


class AskCohorts(_Question, frozen=True):
    """Who comes back? Answer: the document of ``emma journeys cohorts --json``.

    ``grain``: day, week, month or year, None: week or month. ``time_zone`` None: that of the installation.
    """

    grain: str | None = None
    time_zone: str | None = None
    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


WaysMessage = AskPaths | AskRhythm | AskConcurrency | AskCohorts
#: questions whose answer depends on the clocks of the company
Timed = AskRhythm | AskConcurrency | AskCohorts
