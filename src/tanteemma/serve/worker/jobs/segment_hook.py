"""The job that tells another system who entered and left a segment, in order, again until it is heard."""

import threading
import time
from collections.abc import Iterable
from typing import Final

import msgspec

from tanteemma.model.hooks import job_kinds
from tanteemma.model.problems import Problem
from tanteemma.serve.worker.hook_sending import send, signature
from tanteemma.serve.worker.house import House
from tanteemma.store.jobs import JobKind, Order, Work, enqueue
from tanteemma.store.operational import Transaction, people, segment_hooks, segments
from tanteemma.store.operational.segment_hooks import SegmentHook
from tanteemma.store.operational.segments import StoredChange
from tanteemma.store.vault import Vault

SEGMENT_HOOK: Final = "segment_hook"
_ATTEMPTS: Final = 30
_AT_ONCE: Final = 200
_LOOKED_THROUGH: Final = 20_000
#: two jobs of one worker never tell the same at the same time
_ONE: Final = threading.Lock()


class HookOrder(msgspec.Struct, frozen=True):
    """Tell what is new to the hook ``number``."""

    number: int


def order_telling(tx: Transaction, names: Iterable[str]) -> bool:
    """These segments changed: whoever wants to know is told. True if anybody does.

    What was not heard yet is one job an hour, which comes again by itself.
    """
    hooks = segment_hooks.of_segments(tx, names)
    for hook in hooks:
        key = f"segment_hook:{hook.number}:{hook.told}:{tx.now:%Y%m%d%H}"
        enqueue(tx, Order(SEGMENT_HOOK, HookOrder(hook.number), max_attempts=_ATTEMPTS, idempotency_key=key))
    return bool(hooks)


def tell(work: Work[House]) -> None:
    """Portion by portion; after each it is written down how far the other system was told."""
    with _ONE:
        while True:
            work.breathe()
            with work.operational.read() as tx:
                hook = segment_hooks.find(tx, work.payload.number)
                portion, until = _portion(tx, hook)
            if hook is None or until == hook.told:
                with work.operational.begin() as tx:
                    work.complete(tx)
                return
            if portion:
                _tell(work, hook, portion)
            with work.operational.begin() as tx:
                heard = {"told": until, "failed": None, "failures": 0} | ({"delivered": tx.now} if portion else {})
                segment_hooks.change(tx, hook.number, heard)


def _portion(tx: Transaction, hook: SegmentHook | None) -> tuple[list[StoredChange], int]:
    """What it is to be told next, and up to which change it knows everything then."""
    if hook is None:
        return [], 0
    number = next((one.number for one in segments.every(tx) if one.name == hook.segment), None)
    if number is None:
        return [], hook.told
    news = segments.changes_between(tx, hook.told, _LOOKED_THROUGH)
    mine = [one for one in news if one.segment == number]
    if len(mine) > _AT_ONCE:
        return mine[:_AT_ONCE], mine[_AT_ONCE - 1].number
    return mine, news[-1].number if news else hook.told


def _tell(work: Work[House], hook: SegmentHook, portion: list[StoredChange]) -> None:
    body = msgspec.json.encode({"segment": hook.segment, "changes": [_change(work.house, one) for one in portion]})
    message_id, timestamp = f"segment-{hook.number}-{portion[0].number}", int(time.time())
    secret = Vault(work.house.folder.secrets).find(hook.secret) or ""
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }
    try:
        send(hook.url, body, headers, work.house.settings.pull_networks)
    except Problem as problem:
        code = problem.code.value
        with work.operational.begin() as tx:
            segment_hooks.change(tx, hook.number, {"failed": code, "failures": hook.failures + 1})
        raise


def _change(house: House, one: StoredChange) -> dict[str, object]:
    key = one.high.to_bytes(8, "big") + one.low.to_bytes(8, "big")
    with house.operational.read() as tx:
        subjects = people.subjects_of(tx, key)
    if not subjects:
        subjects = [row.subject for row in house.kept.get([key]).values()]
    change = "entered" if one.entered else "left"
    return {"id": one.number, "change": change, "at": one.at, "person": {"id": key.hex(), "identifiers": subjects}}


KIND: JobKind[House] = JobKind(HookOrder, tell, first_wait_s=1.0)
job_kinds.add(SEGMENT_HOOK)(KIND)
