"""The figures that people state, every change a row of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = ("source", "approved_by", "changed_by")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "assumption",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("low", sa.Text, nullable=False),
        sa.Column("mid", sa.Text, nullable=False),
        sa.Column("high", sa.Text, nullable=False),
        sa.Column("currency", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("computed", sa.Text),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("restores", sa.BigInteger),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.UniqueConstraint("key", "version", name="assumption_version_once"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        for column in _PERSONAL:
            op.execute(f'ALTER TABLE "assumption" ALTER COLUMN "{column}" SET STATISTICS 0')
