"""The same kinds read as other touchpoints: some looked through, rare ones taken together, each channel for itself."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import DROPPED, Touchpoints

#: So many touchpoints are looked at one by one; the rest, the rarest, are one.
MOST_TOUCHPOINTS: Final = 500
REST: Final = "…"


def fewer_touchpoints(touchpoints: Touchpoints, events: npt.NDArray[np.int64]) -> Touchpoints:
    """The touchpoints with the most events, and one more for all others. ``events``: by touchpoint.

    >>> many = Touchpoints(np.arange(3, dtype=np.uint32), ("a", "b", "c"))
    >>> fewer_touchpoints(many, np.array([1, 2, 3])) is many
    True
    """
    if len(touchpoints.names) <= MOST_TOUCHPOINTS:
        return touchpoints
    kept = np.sort(np.argsort(-events, kind="stable")[:MOST_TOUCHPOINTS])
    number = np.full(len(touchpoints.names), MOST_TOUCHPOINTS, np.uint32)
    number[kept] = np.arange(MOST_TOUCHPOINTS, dtype=np.uint32)
    is_shown = touchpoints.of_kind != DROPPED
    of_kind = np.where(is_shown, number[np.where(is_shown, touchpoints.of_kind, 0)], DROPPED).astype(np.uint32)
    names = (*(touchpoints.names[place] for place in kept.tolist()), REST)
    return Touchpoints(of_kind, names, touchpoints.channel_of_kind, touchpoints.channels)


def without_touchpoints(touchpoints: Touchpoints, dropped: frozenset[str]) -> Touchpoints:
    """The touchpoints with some not shown; numbers and names stay."""
    gone = np.array([name in dropped for name in touchpoints.names], np.bool_)
    is_shown = touchpoints.of_kind != DROPPED
    hidden = is_shown & gone[np.where(is_shown, touchpoints.of_kind, 0)] if len(gone) else ~is_shown
    of_kind = np.where(hidden, DROPPED, touchpoints.of_kind).astype(np.uint32)
    return Touchpoints(of_kind, touchpoints.names, touchpoints.channel_of_kind, touchpoints.channels)


def by_channel(touchpoints: Touchpoints) -> Touchpoints:
    """A touchpoint of its own for each channel that one is met on: ``Reklamation (mail)``; one on one channel keeps its name.

    >>> kinds = np.array([0, 0, 1], dtype=np.uint32)
    >>> by_channel(Touchpoints(kinds, ("Anfrage", "Kauf"), np.array([0, 1, 0], dtype=np.uint32), ("web", "phone"))).names
    ('Anfrage (web)', 'Anfrage (phone)', 'Kauf')
    """
    if not len(touchpoints.channel_of_kind):
        return touchpoints
    pairs = list(zip(touchpoints.of_kind.tolist(), touchpoints.channel_of_kind.tolist(), strict=True))
    met: dict[int, list[int]] = {}
    for number, channel in pairs:
        if number != DROPPED and channel not in met.setdefault(number, []):
            met[number].append(channel)
    names: dict[str, int] = {}
    numbers = np.full(len(pairs), DROPPED, np.uint32)
    for kind, (number, channel) in enumerate(pairs):
        if number == DROPPED:
            continue
        name = touchpoints.names[number]
        if len(met[number]) > 1 and channel != DROPPED:
            name = f"{name} ({touchpoints.channels[channel]})"
        numbers[kind] = names.setdefault(name, len(names))
    return Touchpoints(numbers, tuple(names), touchpoints.channel_of_kind, touchpoints.channels)


def channels_of(touchpoints: Touchpoints) -> dict[str, frozenset[str]]:
    """On which channels each touchpoint is met."""
    found: dict[str, set[str]] = {name: set() for name in touchpoints.names}
    if len(touchpoints.channel_of_kind):
        for number, channel in zip(touchpoints.of_kind.tolist(), touchpoints.channel_of_kind.tolist(), strict=True):
            if DROPPED not in {number, channel} and touchpoints.channels[channel]:
                found[touchpoints.names[number]].add(touchpoints.channels[channel])
    return {name: frozenset(channels) for name, channels in found.items()}
