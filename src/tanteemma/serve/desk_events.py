"""What a colleague or a system states by hand, as the event it is: kept, told, exported and erased like every other."""

from hashlib import blake2b
from typing import Final

import msgspec

from tanteemma.identity.keys import strongest
from tanteemma.model.events import NO_TIME, LiveEvent

SOURCE: Final = "desk"


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What is stated of a subject; ``traits`` and ``properties`` as JSON text."""

    subject: str
    type: str
    name: str
    traits: str = ""
    properties: str = "{}"
    keys: dict[str, str] = {}


def desk_event(stated: Stated, now_us: int, message_id: str) -> LiveEvent:
    """The event of the source ``desk`` that says so."""
    return LiveEvent(
        event_id=blake2b(f"{SOURCE}\x1f{message_id}".encode(), digest_size=16).digest(),
        content=blake2b(msgspec.json.encode(stated), digest_size=8).digest(),
        message_id=message_id,
        type=stated.type,
        name=stated.name,
        channel=None,
        subject=stated.subject,
        links=(),
        occurred_us=now_us,
        sent_us=NO_TIME,
        ordinal=0,
        original_time=None,
        keys=stated.keys,
        purpose=None,
        value=None,
        currency=None,
        properties=stated.properties,
        traits=stated.traits,
        context="{}",
        flags=(),
    )


def best_subject(subjects: tuple[str, ...] | list[str]) -> str:
    """The subject under which something is stated of a person: the one that names them best."""
    return strongest(subjects)
