"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = {
    "subject_person": ("subject",),
    "subject_link": ("low", "high"),
    "merge_event": ("subjects", "reason"),
    "quarantine_row": ("raw", "params"),
    "stored_file": ("name", "problems"),
    "job": ("payload", "idempotency_key", "last_error"),
    "job_schedule": ("payload",),
    "schedule_fire": ("schedule",),
    "audit_entry": ("who", "target"),
    "session": ("who",),
    "import_mapping": ("name", "mapping"),
}


def upgrade() -> None:
    """Create everything."""
    _settings_and_sources()
    _imports()
    _quarantine_and_counts()
    _people()
    _access()
    _jobs()
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


def _counts() -> list[sa.Column[int]]:
    names = ("received", "accepted", "duplicate", "quarantined", "rejected")
    return [sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in names]


def _settings_and_sources() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "source",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
    )
    op.create_table(
        "journey_definition",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("gap_s", sa.Double),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )


def _imports() -> None:
    op.create_table(
        "stored_file",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("mapping", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        *_counts(),
        sa.Column("rows", sa.BigInteger),
        sa.Column("done_bytes", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stored_file_sha256", "stored_file", ["sha256"])
    op.create_table(
        "import_mapping",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
    )


def _quarantine_and_counts() -> None:
    op.create_table(
        "quarantine_row",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("row", sa.BigInteger, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("field", sa.Text),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.UniqueConstraint("source", "origin", "position", "row", name="quarantine_row_once"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ingest_flush",
        sa.Column("app", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("first_position", sa.BigInteger, nullable=False),
        *_counts(),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("lake_version", sa.BigInteger),
    )
    op.create_table(
        "source_day",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        *_counts(),
    )


def _people() -> None:
    op.create_table(
        "subject_person",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("person", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subject_person_person", "subject_person", ["person"])
    op.create_index("ix_subject_person_since", "subject_person", ["since"])
    op.create_table(
        "subject_link",
        sa.Column("low", sa.Text, primary_key=True),
        sa.Column("high", sa.Text, primary_key=True),
        sa.Column("merge", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subject_link_high", "subject_link", ["high"])
    op.create_index("ix_subject_link_merge", "subject_link", ["merge"])
    op.create_table(
        "merge_event",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subjects", sa.Text, nullable=False),
        sa.Column("undoes", sa.BigInteger, unique=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erasure_ledger",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("erased_at", sa.BigInteger, nullable=False),
    )


def _access() -> None:
    op.create_table(
        "api_key",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, sa.ForeignKey("source.name", ondelete="CASCADE")),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("revoked", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "setup_token",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("run_at", sa.BigInteger, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("max_attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("lease_owner", sa.Text),
        sa.Column("idempotency_key", sa.Text, unique=True),
        sa.Column("last_error", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("job_due", "job", ["state", "queue", "run_at"])
    op.create_table(
        "job_schedule",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("rhythm", sa.Text, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "schedule_fire",
        sa.Column("schedule", sa.Text, primary_key=True),
        sa.Column("fire_time", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("job", sa.BigInteger, nullable=False),
    )
