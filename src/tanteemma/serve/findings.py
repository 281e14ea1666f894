"""What people say of weak spots, as documents: marks, looks, alerts."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.jobs import Order, enqueue
from tanteemma.store.operational import Transaction, findings
from tanteemma.store.operational.findings import Named
from tanteemma.store.operational.records import Mark, StoredMark, StoredSight

#: The kind of the job that looks at watched findings; the worker registers it.
LOOK: str = "watch_findings"


class Sight(msgspec.Struct, frozen=True):
    """One look at a watched finding. ``since``: share of those who came since the watch began, ``before``: of those before."""

    seen: datetime
    came: int
    journeys: int
    share: float
    look: int = 0
    before: float | None = None
    since: float | None = None


class Marked(msgspec.Struct, frozen=True):
    """What was said of a finding; ``sights``: how it went on while it was watched.

    ``grown``, ``gone``: an alert nobody took note of.
    """

    journey: str
    id: str
    kind: str
    at: str
    mark: str
    note: str
    changed: datetime
    changed_by: str
    spot: str
    sights: tuple[Sight, ...] = ()
    grown: bool = False
    gone: bool = False


class Alert(msgspec.Struct, frozen=True):
    """A watched finding that grew, or is (nearly) ``gone``.

    The share before it was watched, the share since, the interval of the difference.
    """

    number: int
    journey: str
    id: str
    kind: str
    at: str
    seen: datetime
    before: float
    since: float
    low: float
    high: float
    acknowledged: datetime | None
    acknowledged_by: str | None
    gone: bool = False


def marked_of(tx: Transaction, found: Iterable[StoredMark]) -> list[Marked]:
    """Marks with how they went on."""
    return [_marked(one, findings.sights(tx, one.journey, one.finding)) for one in found]


def every_mark(tx: Transaction) -> list[Marked]:
    """Every mark that counts now."""
    return marked_of(tx, findings.marks(tx))


def every_alert(tx: Transaction, *, every: bool = False) -> list[Alert]:
    """The alerts nobody took note of, or all."""
    known = {(one.journey, one.finding): one for one in reversed(findings.marks(tx, every=True))}
    return [_alert(one, known) for one in findings.alerts(tx, every=every)]


def say(tx: Transaction, named: Named, mark: Mark, note: str, who: str) -> StoredMark:
    """Keep what somebody says of a finding; what is watched from now on is looked at at once."""
    kept = findings.mark(tx, named, mark, note, who)
    if mark is Mark.WATCHED:
        enqueue(tx, Order(LOOK))
    return kept


def look_now(tx: Transaction) -> int:
    """Order a look at all watched findings. Returns the number of the job."""
    return enqueue(tx, Order(LOOK))


def mark_of(word: str) -> Mark:
    """The mark of this name. Raises Problem SETTING_INVALID."""
    if word not in set(Mark):
        raise Problem(ProblemCode.SETTING_INVALID, status=422, field="mark", value=word, allowed=", ".join(Mark))
    return Mark(word)


def named_in(document: Mapping[str, object], finding: str) -> Named:
    """The finding of this id in the document of weak spots. Raises Problem FINDING_UNKNOWN."""
    for part in ("breaks", "set_aside"):
        several = document.get(part)
        for one in several if isinstance(several, list) else []:
            if one["id"] == finding:
                return Named(str(document["journey"]), finding, one["kind"], one["at"], one["spot"])
    raise findings.unknown(finding)


def _marked(one: StoredMark, seen: list[StoredSight]) -> Marked:
    return Marked(
        journey=one.journey,
        id=one.finding,
        kind=one.kind,
        at=one.at,
        mark=one.mark,
        note=one.note,
        changed=one.changed,
        changed_by=one.changed_by,
        spot=one.spot,
        sights=tuple(Sight(each.seen, each.came, each.hits, each.share, each.look, each.before, each.since) for each in seen),
        grown=any(each.grown and each.acknowledged is None for each in seen),
        gone=any(each.gone is True and each.acknowledged is None for each in seen),
    )


def _alert(one: StoredSight, known: Mapping[tuple[str, str], StoredMark]) -> Alert:
    mark = known.get((one.journey, one.finding))
    return Alert(
        number=one.number,
        journey=one.journey,
        id=one.finding,
        kind="" if mark is None else mark.kind,
        at="" if mark is None else mark.at,
        seen=one.seen,
        before=one.before or 0.0,
        since=one.since or 0.0,
        low=one.low or 0.0,
        high=one.high or 0.0,
        acknowledged=one.acknowledged,
        acknowledged_by=one.acknowledged_by,
        gone=one.gone is True,
    )
