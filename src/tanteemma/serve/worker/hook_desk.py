"""Questions and changes about who is told when somebody enters or leaves a segment."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.hook_sending import checked_url
from tanteemma.serve.worker.house import House
from tanteemma.store.house import utc_now
from tanteemma.store.operational import audit, segment_hooks, segments
from tanteemma.store.operational.segment_hooks import SegmentHook
from tanteemma.store.vault import Vault

_MOST: Final = 50


class ListHooks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Those of a segment; None: all."""

    segment: str | None = None


class AddHook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tell this address who enters and leaves from now on."""

    segment: str
    url: str
    by: str = "owner"


class RemoveHook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tell it no more."""

    number: int
    by: str = "owner"


class ShownHook(msgspec.Struct, frozen=True):
    """When it was last told; ``failed``: why not since, ``failures`` times."""

    number: int
    segment: str
    url: str
    made: datetime
    delivered: datetime | None
    failed: str | None
    failures: int


def _list(house: House, asked: ListHooks) -> object:
    with house.operational.read() as tx:
        known = segment_hooks.every(tx)
    shown = [_shown(one) for one in known if asked.segment in {None, one.segment}]
    return {"hooks": shown}


def _shown(one: SegmentHook) -> ShownHook:
    return ShownHook(one.number, one.segment, one.url, one.made, one.delivered, one.failed, one.failures)


def _add(house: House, asked: AddHook) -> object:
    """The key is said once, here. Raises Problem UNKNOWN_SEGMENT, QUESTION_INVALID."""
    url = checked_url(asked.url)
    secret = f"whsec_{secrets.token_urlsafe(24)}"
    vault = Vault(house.folder.secrets)
    with house.operational.read() as tx:
        segments.get(tx, asked.segment)
    if house.segmented.keep_now is not None:
        house.segmented.keep_now()  # who is in a segment that was stated just now: whoever comes from here on is news
    with house.operational.begin() as tx:
        segments.get(tx, asked.segment)
        if len(segment_hooks.every(tx)) >= _MOST:
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="url", value=url[:80], limit=_MOST)
        hook = SegmentHook(0, asked.segment, url, vault.keep(secret), segments.last_change(tx), utc_now())
        made = segment_hooks.add(tx, hook)
        audit.note(tx, asked.by, "segment_hook_added", str(made.number))
    return {"number": made.number, "segment": made.segment, "url": made.url, "secret": secret}


def _remove(house: House, asked: RemoveHook) -> object:
    with house.operational.begin() as tx:
        gone = segment_hooks.remove(tx, asked.number)
        audit.note(tx, asked.by, "segment_hook_removed", str(gone.number))
        tx.after_commit(lambda: Vault(house.folder.secrets).drop(gone.secret))
    return _list(house, ListHooks())


ANSWERS: Final[Mapping[str, tuple[type, Callable[[House, Any], object]]]] = {
    "segment_hooks": (ListHooks, _list),
    "add_segment_hook": (AddHook, _add),
    "remove_segment_hook": (RemoveHook, _remove),
}
