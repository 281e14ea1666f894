"""What people say of weak spots, and how those they watch go on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = {"finding_mark": ("note", "changed_by"), "finding_sight": ("acknowledged_by",)}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "finding_mark",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("journey", sa.Text, nullable=False),
        sa.Column("finding", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("spot", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "finding_sight",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("journey", sa.Text, nullable=False),
        sa.Column("finding", sa.Text, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("look", sa.BigInteger, nullable=False),
        sa.Column("until_us", sa.BigInteger, nullable=False),
        sa.Column("came", sa.BigInteger, nullable=False),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("before", sa.Double),
        sa.Column("since", sa.Double),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.Column("grown", sa.Boolean, nullable=False),
        sa.Column("acknowledged", sa.BigInteger),
        sa.Column("acknowledged_by", sa.Text),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')
