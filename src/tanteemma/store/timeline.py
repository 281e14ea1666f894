"""What happened to one person, newest first, a page at a time, however many events there are?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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


def timeline(snapshot: Snapshot, persons: Sequence[str], wanted: Wanted) -> Timeline:
    """The newest events of these people (ids in hex) before the cursor.

    Raises Problem UNKNOWN_PERSON if none of them has events, QUESTION_INVALID for a cursor that is none.
    """
    lives = [life for person in persons if (life := _life(snapshot, person, wanted)) is not None]
    if not lives:
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=persons[0][:80] if persons else "")
    times = np.concatenate([life.times for life in lives])
    owner = np.repeat(np.arange(len(lives)), [len(life.times) for life in lives])
    places = np.concatenate([life.places for life in lives])
    if len(lives) > 1:
        order = np.argsort(times, kind="stable")
        times, owner, places = times[order], owner[order], places[order]
    stop = _before(times, wanted.before)
    shown = slice(max(stop - wanted.most, 0), stop)
    rows = _rows(snapshot, lives, owner[shown][::-1], places[shown][::-1])
    more = stop - wanted.most
    return Timeline(tuple(map(_event, rows)), _cursor(times, more) if more > 0 else None, len(times))


@dataclass(frozen=True, slots=True)
class _Life:
    """One person's events that fit: in which part of the index, at which places, when."""

    part: int
    places: Places
    times: Places


def _life(snapshot: Snapshot, person: str, wanted: Wanted) -> _Life | None:
    try:
        number, journey = find_journey(snapshot, WHOLE_LIFE, person)
    except Problem:
        return None
    part = snapshot.parts(WHOLE_LIFE)[number]
    start, end = part.arrays.offsets[journey : journey + 2].tolist()
    places = np.arange(start, end, dtype=np.int64)
    fits = _fits(snapshot, part.arrays.kinds[start:end], wanted)
    if fits is not None:
        places = places[fits]
    return _Life(number, places, part.arrays.times[places])


def _rows(snapshot: Snapshot, lives: Sequence[_Life], owner: Places, places: Places) -> list[dict[str, Any]]:
    """The lake rows of these events, in the order asked for."""
    parts = np.array([life.part for life in lives], np.int64)[owner]
    found: list[dict[str, Any]] = [{}] * len(places)
    for part in np.unique(parts).tolist():
        here = np.flatnonzero(parts == part)
        rows = snapshot.read_events(WHOLE_LIFE, part, places[here], _COLUMNS).to_pylist()
        for place, row in zip(here.tolist(), rows, strict=True):
            found[place] = row
    return found


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
