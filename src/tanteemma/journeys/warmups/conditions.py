"""Conditions on journeys."""

from typing import Final

from tanteemma.journeys import ask
from tanteemma.journeys.warm import Sample
from tanteemma.journeys.where.wish import Passing
from tanteemma.model.hooks import warmups

#: One of each kind that has a loop of its own.
_CONDITIONS: Final = (
    *("passes a >= 2", "not variant a > b", "events > 1", "duration < 1d", "property.a = a", "value < 1"),
    *("step 1 after a is b", "step 1 before end exists", "hour thu 0", "first a says channel exists"),
    *("count any > 1 last 9d", "since a > 1d", "since first a > 1d", "sum of value > 1"),
)


@warmups.add("conditions")
def exercise(sample: Sample) -> None:
    """Each of them once."""
    for wish in (Passing(with_=("a",)), Passing(edges=(("a", "b"),)), Passing(where=_CONDITIONS)):
        ask.ask_durations(sample, None, selection=wish)
