"""What happened to one person, newest first, a page at a time, however many events there are?"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.listing import find_journey
from tanteemma.store.snapshot import Snapshot
from tanteemma.store.timeline_shape import Timeline, TimelineEvent, Wanted

_COLUMNS: Final = (
    "event_id", "name", "channel", "occurred_at", "source", "subject", "keys", "value", "currency", "properties", "type",
)  # fmt: skip
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = 20

Places = npt.NDArray[np.int64]


def timeline(snapshot: Snapshot, person: str, wanted: Wanted) -> Timeline:
    """The newest events of a person (id in hex) before the cursor.

    Raises Problem UNKNOWN_PERSON for one without events, QUESTION_INVALID for a cursor that is none.
    """
    try:
        number, journey = find_journey(snapshot, WHOLE_LIFE, person)
    except Problem as problem:
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=person[:80]) from problem
    part = snapshot.parts(WHOLE_LIFE)[number]
    start, end = part.arrays.offsets[journey : journey + 2].tolist()
    places = np.arange(start, end, dtype=np.int64)
    fits = _fits(snapshot, part.arrays.kinds[start:end], wanted)
    if fits is not None:
        places = places[fits]
    times = part.arrays.times[places]
    stop = _before(times, wanted.before)
    shown = places[max(stop - wanted.most, 0) : stop][::-1]
    rows = snapshot.read_events(WHOLE_LIFE, number, shown, _COLUMNS).to_pylist()
    more = stop - wanted.most
    return Timeline(tuple(map(_event, rows)), _cursor(times, more) if more > 0 else None, len(places))


def _fits(snapshot: Snapshot, kinds: npt.NDArray[Any], wanted: Wanted) -> npt.NDArray[np.bool_] | None:
    """Which events are of the wanted channels and touchpoints; None for all."""
    if not wanted.channels and not wanted.touchpoints:
        return None
    touchpoints = snapshot.touchpoints()
    fits: npt.NDArray[np.bool_] = np.ones(len(kinds), np.bool_)
    if wanted.touchpoints:
        fits &= np.isin(touchpoints.of_kind[kinds], _numbers(touchpoints.names, wanted.touchpoints))
    if wanted.channels:
        fits &= np.isin(touchpoints.channel_of_kind[kinds], _numbers(touchpoints.channels, wanted.channels))
    return fits


def _numbers(names: Collection[str], wanted: Collection[str]) -> list[int]:
    return [number for number, name in enumerate(names) if name in wanted]


def _before(times: Places, cursor: str | None) -> int:
    """How many events lie before the cursor: its time, and how many of that very moment were not shown yet."""
    if cursor is None:
        return len(times)
    at, _, left = cursor.partition(".")
    if not (at.removeprefix("-").isdecimal() and left.isdecimal() and len(cursor) <= 2 * _DIGITS):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="before", value=cursor)
    return int(np.searchsorted(times, int(at))) + int(left)


def _cursor(times: Places, stop: int) -> str:
    at = int(times[stop - 1])
    return f"{at}.{stop - int(np.searchsorted(times, at))}"


def _event(row: dict[str, Any]) -> TimelineEvent:
    return TimelineEvent(
        id=row["event_id"].hex(),
        at=row["occurred_at"],
        name=row["name"],
        channel=row["channel"],
        source=row["source"],
        subject=row["subject"],
        type=row["type"],
        keys=dict(row["keys"] or ()),
        value=None if row["value"] is None else f"{row['value'].normalize():f}",
        currency=row["currency"],
        properties=row["properties"],
    )
