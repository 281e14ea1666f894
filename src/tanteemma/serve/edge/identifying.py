"""What a colleague or a system states about a person, as the event it is."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import msgspec

from tanteemma.model.events import NO_TIME, EventType, LiveEvent
from tanteemma.model.problems import Problem, ProblemCode

SOURCE: Final = "desk"
_NAME: Final = "identify"
_LARGEST: Final = 32 * 1024
_LONGEST_NAME: Final = 80
_PREFERRED: Final = ("user", "mail", "phone", "anon")


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
    event_id = blake2b(f"{SOURCE}\x1f{message_id}".encode(), digest_size=16).digest()
    subject = min(subjects, key=lambda one: (_rank(one), one))
    return LiveEvent(
        event_id=event_id,
        content=blake2b(said, digest_size=8).digest(),
        message_id=message_id,
        type=EventType.IDENTIFY.value,
        name=_NAME,
        channel=None,
        subject=subject,
        links=(),
        occurred_us=now_us,
        sent_us=NO_TIME,
        ordinal=0,
        original_time=None,
        keys={},
        purpose=None,
        value=None,
        currency=None,
        properties="{}",
        traits=said.decode(),
        context="{}",
        flags=(),
    )


def _rank(subject: str) -> int:
    kind = subject.partition(":")[0]
    return _PREFERRED.index(kind) if kind in _PREFERRED else len(_PREFERRED)
