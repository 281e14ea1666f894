"""The loop behind media breaks: which contact on another channel comes soon after which touchpoint, nothing settled between?"""

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask

Channels = npt.NDArray[np.uint32]


@compiled
def soon_after(
    bucket: Bucket, channel_of: Channels, asks: Mask, contacts: Mask, settles: Mask, within: int
) -> tuple[Values, Values, Values]:
    """Events of each touchpoint that asks; pairs (source * touchpoints + target) and the journeys that hold one.

    A pair counts when a contact on another channel comes at most ``within`` microseconds after the latest event of a touchpoint
    that asks, and nothing that settles lies between. ``channel_of``: channel by kind.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, wide = len(shown) > 0, len(chosen) > 0, len(asks)
    events = np.zeros(wide, np.int64)
    pairs, journeys = np.zeros(wide * wide, np.int64), np.zeros(wide * wide, np.int64)
    last_journey = np.full(wide * wide, -1, np.int32)
    opened, since = np.zeros(wide, np.int64), np.zeros(wide, np.int64)
    channel, paired = np.zeros(wide, np.uint32), np.full(wide * wide, -1, np.int64)
    opened_in, stretch = np.full(wide, -1, np.int64), 0
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        count, stretch = 0, stretch + 1
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            kind = np.uint64(kinds[event])
            number = touchpoint_of[kind]
            if number == DROPPED or (masked and not shown[event]):
                continue
            here, time, by = np.int64(number), times[event], channel_of[kind]
            if contacts[here] and by != DROPPED:
                for place in range(count):
                    source = opened[place]
                    pair = source * wide + here
                    if source == here or channel[source] == by or time - times[since[source]] > within:
                        continue
                    pairs[pair] += paired[pair] != since[source]
                    journeys[pair] += last_journey[pair] != journey
                    paired[pair], last_journey[pair] = since[source], journey
            if settles[here]:
                count, stretch = 0, stretch + 1
            if asks[here] and by != DROPPED:
                events[here] += 1
                if opened_in[here] != stretch:
                    opened_in[here], opened[count], count = stretch, here, count + 1
                since[here], channel[here] = event, by
    return events, pairs, journeys
