"""What a colleague or a system states about a person, as the event it is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tanteemma.model.events import EventType, LiveEvent
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.desk_events import SOURCE, Stated, best_subject, desk_event

_NAME: Final = "identify"
_LARGEST: Final = 32 * 1024
_LONGEST_NAME: Final = 80

__all__ = ["SOURCE", "identify"]


def identify(subjects: Sequence[str], traits: Mapping[str, Any], now_us: int, message_id: str) -> LiveEvent:
    """The event that states these traits of a person. Raises Problem FIELD_MISSING, KEY_TOO_LONG, EVENT_TOO_LARGE."""
    if not traits:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="traits")
    for name in traits:
        if not 0 < len(name) <= _LONGEST_NAME:
            raise Problem(ProblemCode.KEY_TOO_LONG, status=422, field=f"traits.{name[:20]}", limit=_LONGEST_NAME)
    said = msgspec.json.encode(traits)
    if len(said) > _LARGEST:
        raise Problem(ProblemCode.EVENT_TOO_LARGE, status=413, limit=_LARGEST)
    stated = Stated(subject=best_subject(list(subjects)), type=EventType.IDENTIFY.value, name=_NAME, traits=said.decode())
    return desk_event(stated, now_us, message_id)
