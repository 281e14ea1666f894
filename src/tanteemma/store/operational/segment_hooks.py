"""Who is told when somebody enters or leaves a segment? Addresses of other systems, and up to which change each was told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.transaction import Transaction

_NOTE = "segment_hooks"
_TURN = "segment_hooks_turn"


class SegmentHook(msgspec.Struct, frozen=True):
    """``told``: the last change it was told; ``secret``: its key's name in the vault; ``failed``: code of the last error."""

    number: int
    segment: str
    url: str
    secret: str
    told: int
    made: datetime
    delivered: datetime | None = None
    failed: str | None = None
    failures: int = 0


def every(tx: Transaction) -> tuple[SegmentHook, ...]:
    """All of them."""
    return notes.get(tx, _NOTE, tuple[SegmentHook, ...]) or ()


def find(tx: Transaction, number: int) -> SegmentHook | None:
    """The one of this number, None if it is not there any more."""
    return next((one for one in every(tx) if one.number == number), None)


def add(tx: Transaction, hook: SegmentHook) -> SegmentHook:
    """Keep a new one under a number of its own."""
    number = notes.count_up(tx, _TURN)
    made = msgspec.structs.replace(hook, number=number, made=tx.now)
    notes.put(tx, _NOTE, (*every(tx), made))
    return made


def change(tx: Transaction, number: int, now: Mapping[str, Any]) -> None:
    """Change one that is still there; changes come one after the other."""
    notes.count_up(tx, _TURN, 0)
    notes.put(tx, _NOTE, tuple(msgspec.structs.replace(one, **now) if one.number == number else one for one in every(tx)))


def remove(tx: Transaction, number: int) -> SegmentHook:
    """Remove one. Raises Problem NOT_FOUND."""
    notes.count_up(tx, _TURN, 0)
    found = find(tx, number)
    if found is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="webhook", value=number)
    notes.put(tx, _NOTE, tuple(one for one in every(tx) if one.number != number))
    return found


def of_segments(tx: Transaction, names: Iterable[str]) -> list[SegmentHook]:
    """Those that want to know about one of these segments."""
    wanted = set(names)
    return [one for one in every(tx) if one.segment in wanted]
