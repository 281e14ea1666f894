"""Pairs of records that people decide: one person or two."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = ("pair", "came_from", "decided_by")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "review_pair",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("low", sa.Text, nullable=False),
        sa.Column("high", sa.Text, nullable=False),
        sa.Column("weight", sa.Double, nullable=False),
        sa.Column("pair", sa.Text, nullable=False),
        sa.Column("came_from", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("later", sa.BigInteger),
        sa.Column("same", sa.Boolean),
        sa.Column("decided", sa.BigInteger),
        sa.Column("decided_by", sa.Text),
        sa.Column("merge", sa.BigInteger),
        sa.UniqueConstraint("low", "high", name="review_pair_records"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        for column in _PERSONAL:
            op.execute(f'ALTER TABLE "review_pair" ALTER COLUMN "{column}" SET STATISTICS 0')
