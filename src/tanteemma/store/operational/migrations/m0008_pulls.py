"""Rows that are fetched from other systems: what, when, how far, and what went wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: a cursor can be a customer number: PostgreSQL would keep samples in its statistics, where erasing does not reach
_PERSONAL = ("name", "plan", "mapping", "state", "reason_params")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "pull",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("mapping", sa.Text),
        sa.Column("secret", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("declared", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("running_job", sa.BigInteger),
        sa.Column("began", sa.BigInteger),
        sa.Column("ended", sa.BigInteger),
        sa.Column("rows", sa.BigInteger),
        sa.Column("file", sa.BigInteger),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("failing_since", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.Column("reason_params", sa.Text, nullable=False),
        sa.Column("next_try", sa.BigInteger),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        for column in _PERSONAL:
            op.execute(f'ALTER TABLE "pull" ALTER COLUMN "{column}" SET STATISTICS 0')
