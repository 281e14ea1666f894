"""What does an event say that was acknowledged a moment ago and is not in the lake yet?"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from tanteemma.identity.profile.facet import Told
from tanteemma.identity.profile.formulas import Formula, formulas_said
from tanteemma.identity.profile.profile import at, day_number
from tanteemma.identity.profile.said import read_said
from tanteemma.model.events import LiveEvent

_MICRO: Final = 1_000_000


def told_of(event: LiveEvent, source: str, zone: dt.tzinfo, now: dt.datetime, formulas: Sequence[Formula] = ()) -> Told:
    """The event as a facet takes it, the same as it will be read from the lake."""
    told = Told(
        event.occurred_us,
        event.ordinal,
        event.event_id,
        event.name,
        event.channel,
        source,
        day_number(at(event.occurred_us), zone),
        day_number(now, zone),
        event.keys,
        None if event.value is None else int(Decimal(event.value) * _MICRO),
        event.currency,
    )
    read_said(told, event.type, event.properties, event.traits, event.context)
    if formulas:
        told.computed = formulas_said(formulas, told, event.properties)
    return told
