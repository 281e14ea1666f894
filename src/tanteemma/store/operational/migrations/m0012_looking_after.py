"""Who looks after a weak spot, and what was changed about it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = {"finding_owner": ("owner", "changed_by"), "finding_change": ("what", "noted_by", "removed_by")}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "finding_owner",
        *_finding(),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "finding_change",
        *_finding(),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("noted", sa.BigInteger, nullable=False),
        sa.Column("noted_by", sa.Text, nullable=False),
        sa.Column("removed", sa.BigInteger),
        sa.Column("removed_by", sa.Text),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


def _finding() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", _NUMBER, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("journey", "finding", "kind", "at", "spot")),
    ]
