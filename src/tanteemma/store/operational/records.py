"""What the operational tables hold, as frozen values; one per table, in the words of the glossary."""

from datetime import datetime
from enum import StrEnum
from typing import Self

import msgspec

from tanteemma.model.stating import Computed


class Counts(msgspec.Struct, frozen=True):
    """What became of what was received. Always: received = accepted + duplicate + quarantined + rejected.

    >>> (Counts(2, accepted=1, duplicate=1) + Counts(1, accepted=1)).accepted
    2
    """

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0

    def __add__(self, other: Self) -> "Counts":
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Counts(*(mine + more for mine, more in pairs))

    @property
    def balanced(self) -> bool:
        """Is everything that came in accounted for?"""
        return self.received == self.accepted + self.duplicate + self.quarantined + self.rejected


class Source(msgspec.Struct, frozen=True):
    """Where events come from. ``sample``: part of the sample company, removable by one click.

    ``department``: who answers for it in the company; ``purpose``: what its events are used for. None: not said yet.
    """

    name: str
    created: datetime
    sample: bool
    department: str | None = None
    purpose: str | None = None


class KeyKind(StrEnum):
    """What a key may do: a write key only writes."""

    WRITE = "write"
    READ = "read"
    ADMIN = "admin"


class ApiKey(msgspec.Struct, frozen=True):
    """A key as it is kept: never the key itself, only its start to recognise it by.

    ``origins``: the web sites whose pages may use it, none named: those of the settings. ``ends``: from then on it opens
    nothing. ``events_per_s``: its own limit, else that of the settings. ``replaces``: the key it was made to follow.
    """

    number: int
    kind: KeyKind
    source: str | None
    prefix: str
    created: datetime
    revoked: datetime | None
    origins: tuple[str, ...] = ()
    ends: datetime | None = None
    events_per_s: int | None = None
    last_used: datetime | None = None
    replaces: int | None = None

    def opens_at(self, moment: datetime) -> bool:
        """Does it open anything at this moment?"""
        return self.revoked is None and (self.ends is None or moment < self.ends)


class FileState(StrEnum):
    """How far an imported file is."""

    UPLOADED = "uploaded"
    WAITING = "waiting"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class FileProblem(msgspec.Struct, frozen=True):
    """One kind of trouble in a file with an example of it and how often it occurs."""

    code: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    count: int = 1


class StoredFile(msgspec.Struct, frozen=True):
    """One file as it came. ``mapping`` is JSON text (``ingest.formats.shape.Mapping``); ``done_bytes`` is for progress."""

    number: int
    name: str
    source: str
    sha256: str
    bytes: int
    format: str
    fingerprint: str
    mapping: str | None
    state: FileState
    received: int
    accepted: int
    duplicate: int
    quarantined: int
    rejected: int
    rows: int | None
    done_bytes: int
    problems: tuple[FileProblem, ...]
    sample: bool
    created: datetime
    finished: datetime | None

    @property
    def counts(self) -> Counts:
        """What became of its rows."""
        return Counts(self.received, self.accepted, self.duplicate, self.quarantined, self.rejected)


class QuarantineState(StrEnum):
    """What was done about a bad row."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


class BadRow(msgspec.Struct, frozen=True):
    """A bad row on its way into quarantine. Sent again with the same source, origin, position and row it is stored once.

    ``origin``: ``live`` or ``file:<number>``; ``position``: number in the journal or of the chunk; ``row``: place in it.
    """

    source: str
    origin: str
    position: int
    row: int
    code: str
    field: str | None
    raw: bytes
    params: dict[str, str]
    received_at: datetime


class QuarantineRow(msgspec.Struct, frozen=True):
    """A row that could not be read, kept with its bytes, its place and the reason."""

    number: int
    source: str
    origin: str
    position: int
    row: int
    code: str
    field: str | None
    raw: bytes
    params: dict[str, str]
    received_at: datetime
    state: QuarantineState


class Flush(msgspec.Struct, frozen=True):
    """Positions ``first_position … position`` of ``app`` (``journal``, ``import:<n>``) on their way into the lake, counted."""

    app: str
    first_position: int
    position: int
    source: str
    counts: Counts


class StoredDefinition(msgspec.Struct, frozen=True):
    """What one journey is: a person's life, a visit (gap in seconds) or a case by its key. ``version`` grows with changes."""

    name: str
    by: str
    key: str | None
    gap_s: float | None
    starts_at: str | None
    ends_at: str | None
    is_default: bool
    version: int
    created: datetime


class DefinitionVersion(msgspec.Struct, frozen=True):
    """What a definition said since ``changed``; ``removed``: since then there was none of this name."""

    number: int
    name: str
    version: int
    by: str
    key: str | None
    gap_s: float | None
    starts_at: str | None
    ends_at: str | None
    removed: bool
    changed: datetime


class StoredPull(msgspec.Struct, frozen=True):
    """Rows that are fetched from another system. ``plan``, ``mapping`` and ``state`` (where the next pull begins) are JSON.

    ``secret``: under which name the password is kept, never itself. ``declared``: it stands in ``emma.toml``. ``version`` grows
    with each change of the plan and each pull, so that a pull that began before a change brings nothing. ``reason``: code of
    the problem since ``failing_since``; ``next_try``: not before then.
    """

    number: int
    name: str
    plan: str
    mapping: str | None
    secret: str | None
    state: str
    declared: bool
    paused: bool
    version: int
    running_job: int | None
    began: datetime | None
    ended: datetime | None
    rows: int | None
    file: int | None
    failures: int
    failing_since: datetime | None
    reason: str | None
    reason_params: dict[str, str]
    next_try: datetime | None
    created: datetime


class SavedMapping(msgspec.Struct, frozen=True):
    """How files with this header were read last time; ``mapping`` is JSON text."""

    fingerprint: str
    name: str
    mapping: str
    changed: datetime


class StoredAssumption(msgspec.Struct, frozen=True):
    """One version of a figure that people stated. ``low``, ``mid``, ``high``: decimal texts; ``removed``: there is none now.

    ``key``: kind and what it is about, whatever the case of its letters. ``restores``: the version whose content this one is
    again, 0 for "there was none". ``computed``: what the data said when it was taken from them.
    """

    number: int
    key: str
    version: int
    kind: str
    about: str
    low: str
    mid: str
    high: str
    currency: str | None
    source: str
    as_of: str | None
    approved_by: str
    computed: Computed | None
    removed: bool
    restores: int | None
    sample: bool
    changed: datetime
    changed_by: str


class MergeKind(StrEnum):
    """Was a person put together, an identifier cut off, or one of these taken back?"""

    MERGE = "merge"
    UNMERGE = "unmerge"
    CUT = "cut"


class MergeEvent(msgspec.Struct, frozen=True):
    """One decision about who is who, by a person or a rule. ``undoes``: the merge or cut that this unmerge takes back."""

    number: int
    kind: MergeKind
    subjects: tuple[str, ...]
    undoes: int | None
    made_at: datetime
    made_by: str
    reason: str


class Session(msgspec.Struct, frozen=True):
    """Who is signed in until when."""

    who: str
    created: datetime
    seen: datetime
    expires: datetime


class AuditEntry(msgspec.Struct, frozen=True):
    """Who did what to what, when; no payload."""

    number: int
    at: datetime
    who: str
    what: str
    target: str


class Mark(StrEnum):
    """What somebody said of a finding: no problem, or to be watched; NONE takes it back."""

    ASIDE = "aside"
    WATCHED = "watched"
    NONE = "none"


class StoredMark(msgspec.Struct, frozen=True):
    """What was said of a finding of a journey definition, by whom and why; the newest of a finding counts.

    ``kind``, ``at``: what it was, for those who read it when it is no longer found; ``spot`` chooses its journeys.
    """

    number: int
    journey: str
    finding: str
    kind: str
    at: str
    spot: str
    mark: str
    note: str
    changed: datetime
    changed_by: str


class StoredSight(msgspec.Struct, frozen=True):
    """One look at a watched finding: who came so far, who was hit. ``look`` 0: what later ones are compared with.

    ``until_us``: the first microsecond that no event had reached: who comes from then on came since.
    ``before``, ``since``: shares before that look and since; ``low``, ``high``: interval of their difference; ``grown``: more
    than chance, ``gone``: little is left; both are alerts until they are ``acknowledged``.
    """

    number: int
    journey: str
    finding: str
    seen: datetime
    look: int
    until_us: int
    came: int
    hits: int
    before: float | None
    since: float | None
    low: float | None
    high: float | None
    grown: bool
    acknowledged: datetime | None
    acknowledged_by: str | None
    gone: bool | None = None

    @property
    def share(self) -> float:
        """Share of all who came so far."""
        return self.hits / self.came if self.came else 0.0


class StoredPair(msgspec.Struct, frozen=True):
    """Two records that could be of one person. ``low``, ``high``: names of the records that give nothing away, in order.

    ``pair``: what they say and why they are taken for alike, as JSON (see ``identity.matching.deciding.Doubt``). ``same``:
    what was
    decided, None while nobody did; ``later``: when it was put off; ``merge``: the merge that came of it.
    """

    number: int
    low: str
    high: str
    weight: float
    pair: str
    came_from: str
    created: datetime
    later: datetime | None
    same: bool | None
    decided: datetime | None
    decided_by: str | None
    merge: int | None
