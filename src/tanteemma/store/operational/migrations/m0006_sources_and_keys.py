"""Who answers for a source and what comes from it; keys that end, belong to web sites and have a limit of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COUNTS = ("received", "accepted", "duplicate", "quarantined", "rejected")
#: columns in which people may be named: PostgreSQL would keep samples of their values in its statistics
_PERSONAL = {"source": ("department", "purpose"), "source_field": ("event", "member")}


def upgrade() -> None:
    """Add the columns, create the tables."""
    for name in ("department", "purpose"):
        op.add_column("source", sa.Column(name, sa.Text))
    op.add_column("api_key", sa.Column("origins", sa.Text, nullable=False, server_default="[]"))
    for name in ("ends", "events_per_s", "last_used", "replaces"):
        op.add_column("api_key", sa.Column(name, sa.BigInteger))
    op.create_table(
        "source_hour",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in _COUNTS),
    )
    _add_sightings()
    _add_fields()
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


def _add_sightings() -> None:
    """Which programs send, what was refused."""
    op.create_table(
        "source_client",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("dialect", sa.Text, primary_key=True),
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "source_refusal",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.BigInteger, nullable=False),
    )


def _add_fields() -> None:
    """Which events and properties come."""
    op.create_table(
        "source_field",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("seen_of", sa.BigInteger, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.BigInteger, nullable=False),
        sa.Column("noted", sa.BigInteger),
        sa.Column("noted_gone", sa.BigInteger),
        sa.UniqueConstraint("source", "event", "member", "kind", name="source_field_once"),
        sqlite_autoincrement=True,
    )
