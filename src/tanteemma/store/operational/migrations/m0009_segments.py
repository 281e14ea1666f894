"""Segments of customers: what they say, who is listed, who came and went, how large they were."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that may name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = {
    "segment": ("condition", "note", "changed_by"),
    "segment_version": ("condition", "changed_by"),
    "segment_listed": ("identifier",),
    "segment_change": ("high", "low"),
}


def upgrade() -> None:
    """Create the tables."""
    _definitions()
    _membership()
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


def _definitions() -> None:
    op.create_table(
        "segment",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment_version",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _membership() -> None:
    op.create_table(
        "segment_listed",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("segment", sa.BigInteger, nullable=False, index=True),
        sa.Column("identifier", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment_change",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("segment", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("high", sa.BigInteger, nullable=False),
        sa.Column("low", sa.BigInteger, nullable=False),
        sa.Column("entered", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Index("segment_change_at", "segment", "at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment_size",
        sa.Column("segment", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("entered", sa.BigInteger, nullable=False),
        sa.Column("gone", sa.BigInteger, nullable=False),
        sa.Column("counted", sa.BigInteger, nullable=False),
    )
