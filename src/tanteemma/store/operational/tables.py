"""The operational tables as this version of the product reads and writes them (the migrations lead there)."""

from typing import Final

import sqlalchemy as sa

from tanteemma.model.stating import Computed
from tanteemma.store.operational.columns import Document, Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA
from tanteemma.store.operational.records import FileProblem

_COUNTS: Final = ("received", "accepted", "duplicate", "quarantined", "rejected")


def _counts() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in _COUNTS]


SETTING: Final = sa.Table(
    "setting",
    METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("value", Words, nullable=False),
)

COUNTER: Final = sa.Table(
    "counter",
    METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

SOURCE: Final = sa.Table(
    "source",
    METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("created", Instant, nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("department", Words),
    sa.Column("purpose", Words),
)

API_KEY: Final = sa.Table(
    "api_key",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("source", Words, sa.ForeignKey("source.name", ondelete="CASCADE")),
    sa.Column("prefix", Words, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("revoked", Instant),
    sa.Column("origins", Document(tuple[str, ...]), nullable=False, server_default="[]"),
    sa.Column("ends", Instant),
    sa.Column("events_per_s", sa.BigInteger),
    sa.Column("last_used", Instant),
    sa.Column("replaces", sa.BigInteger),
    sqlite_autoincrement=True,
)

STORED_FILE: Final = sa.Table(
    "stored_file",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("source", Words, nullable=False),
    sa.Column("sha256", Words, nullable=False, index=True),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("format", Words, nullable=False),
    sa.Column("fingerprint", Words, nullable=False),
    sa.Column("mapping", Words),
    sa.Column("state", Words, nullable=False),
    *_counts(),
    sa.Column("rows", sa.BigInteger),
    sa.Column("done_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("problems", Document(tuple[FileProblem, ...]), nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("finished", Instant),
    # the number is part of an event's origin for ever: a removed file's number must never be given out again
    sqlite_autoincrement=True,
)

IMPORT_MAPPING: Final = sa.Table(
    "import_mapping",
    METADATA,
    sa.Column("fingerprint", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("mapping", Words, nullable=False),
    sa.Column("changed", Instant, nullable=False),
)

QUARANTINE_ROW: Final = sa.Table(
    "quarantine_row",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("source", Words, nullable=False),
    sa.Column("origin", Words, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("row", sa.BigInteger, nullable=False),
    sa.Column("code", Words, nullable=False),
    sa.Column("field", Words),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("params", Document(dict[str, str]), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.UniqueConstraint("source", "origin", "position", "row", name="quarantine_row_once"),
    sqlite_autoincrement=True,
)

INGEST_FLUSH: Final = sa.Table(
    "ingest_flush",
    METADATA,
    sa.Column("app", Words, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("source", Words, primary_key=True),
    sa.Column("first_position", sa.BigInteger, nullable=False),
    *_counts(),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("lake_version", sa.BigInteger),
)

SOURCE_DAY: Final = sa.Table(
    "source_day",
    METADATA,
    sa.Column("source", Words, primary_key=True),
    sa.Column("day", Words, primary_key=True),
    *_counts(),
)

SOURCE_HOUR: Final = sa.Table(
    "source_hour",
    METADATA,
    sa.Column("source", Words, primary_key=True),
    # hours since 1970 UTC
    sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
    *_counts(),
)

SOURCE_CLIENT: Final = sa.Table(
    "source_client",
    METADATA,
    sa.Column("source", Words, primary_key=True),
    sa.Column("dialect", Words, primary_key=True),
    sa.Column("client", Words, primary_key=True),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("first_seen", Instant, nullable=False),
    sa.Column("last_seen", Instant, nullable=False),
)

SOURCE_REFUSAL: Final = sa.Table(
    "source_refusal",
    METADATA,
    sa.Column("source", Words, primary_key=True),
    sa.Column("code", Words, primary_key=True),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("last_seen", Instant, nullable=False),
)

SOURCE_FIELD: Final = sa.Table(
    "source_field",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("source", Words, nullable=False),
    sa.Column("event", Words, nullable=False),
    # empty: the event itself
    sa.Column("member", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("seen_of", sa.BigInteger, nullable=False),
    sa.Column("first_seen", Instant, nullable=False),
    sa.Column("last_seen", Instant, nullable=False),
    sa.Column("noted", Instant),
    sa.Column("noted_gone", Instant),
    sa.UniqueConstraint("source", "event", "member", "kind", name="source_field_once"),
    sqlite_autoincrement=True,
)

JOURNEY_DEFINITION: Final = sa.Table(
    "journey_definition",
    METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("by", Words, nullable=False),
    sa.Column("key", Words),
    sa.Column("gap_s", sa.Double),
    sa.Column("starts_at", Words),
    sa.Column("ends_at", Words),
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created", Instant, nullable=False),
)

JOURNEY_DEFINITION_VERSION: Final = sa.Table(
    "journey_definition_version",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("key", Words),
    sa.Column("gap_s", sa.Double),
    sa.Column("starts_at", Words),
    sa.Column("ends_at", Words),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.UniqueConstraint("name", "version", name="journey_definition_version_once"),
    sqlite_autoincrement=True,
)

ASSUMPTION: Final = sa.Table(
    "assumption",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("key", Words, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("about", Words, nullable=False),
    # decimal texts: SQLite would keep a NUMERIC as a float
    sa.Column("low", Words, nullable=False),
    sa.Column("mid", Words, nullable=False),
    sa.Column("high", Words, nullable=False),
    sa.Column("currency", Words),
    sa.Column("source", Words, nullable=False),
    sa.Column("as_of", Words),
    sa.Column("approved_by", Words, nullable=False),
    sa.Column("computed", Document(Computed)),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("restores", sa.BigInteger),
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sa.UniqueConstraint("key", "version", name="assumption_version_once"),
    sqlite_autoincrement=True,
)

FINDING_MARK: Final = sa.Table(
    "finding_mark",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("journey", Words, nullable=False),
    sa.Column("finding", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("spot", Words, nullable=False),
    sa.Column("mark", Words, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sqlite_autoincrement=True,
)

FINDING_SIGHT: Final = sa.Table(
    "finding_sight",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("journey", Words, nullable=False),
    sa.Column("finding", Words, nullable=False),
    sa.Column("seen", Instant, nullable=False),
    sa.Column("look", sa.BigInteger, nullable=False),
    sa.Column("until_us", sa.BigInteger, nullable=False),
    sa.Column("came", sa.BigInteger, nullable=False),
    sa.Column("hits", sa.BigInteger, nullable=False),
    sa.Column("before", sa.Double),
    sa.Column("since", sa.Double),
    sa.Column("low", sa.Double),
    sa.Column("high", sa.Double),
    sa.Column("grown", sa.Boolean, nullable=False),
    sa.Column("acknowledged", Instant),
    sa.Column("acknowledged_by", Words),
    sa.Column("gone", sa.Boolean),
    sqlite_autoincrement=True,
)

ERASURE_LEDGER: Final = sa.Table(
    "erasure_ledger",
    METADATA,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("erased_at", Instant, nullable=False),
)

SESSION: Final = sa.Table(
    "session",
    METADATA,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("who", Words, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("seen", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
)

SETUP_TOKEN: Final = sa.Table(
    "setup_token",
    METADATA,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("created", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
    sa.Column("used", Instant),
)

AUDIT_ENTRY: Final = sa.Table(
    "audit_entry",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", Words, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("target", Words, nullable=False),
    sqlite_autoincrement=True,
)

JOB: Final = sa.Table(
    "job",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("queue", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("payload", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("run_at", Instant, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("lease_until", Instant),
    sa.Column("lease_owner", Words),
    sa.Column("idempotency_key", Words, unique=True),
    sa.Column("last_error", Words),
    sa.Column("created", Instant, nullable=False),
    sa.Column("finished", Instant),
    sa.Index("job_due", "state", "queue", "run_at"),
    sqlite_autoincrement=True,
)

JOB_SCHEDULE: Final = sa.Table(
    "job_schedule",
    METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("payload", Words, nullable=False),
    sa.Column("rhythm", Words, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

SCHEDULE_FIRE: Final = sa.Table(
    "schedule_fire",
    METADATA,
    sa.Column("schedule", Words, primary_key=True),
    sa.Column("fire_time", Instant, primary_key=True),
    sa.Column("job", sa.BigInteger, nullable=False),
)
