"""Daily counts and spend of touchpoints where nobody is known, with the files they came from."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "count_load",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("columns", sa.Text, nullable=False),
        sa.Column("days", sa.BigInteger, nullable=False),
        sa.Column("bad", sa.BigInteger, nullable=False),
        sa.Column("loaded", sa.BigInteger, nullable=False),
        sa.Column("loaded_by", sa.Text, nullable=False),
        sa.Column("undone", sa.BigInteger),
        sa.Column("sample", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "daily_count",
        sa.Column("load", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("series", sa.Text, primary_key=True),
        sa.Column("day", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("contacts", sa.BigInteger, nullable=False),
        sa.Column("spend", sa.BigInteger),
        sa.Column("currency", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE "count_load" ALTER COLUMN "loaded_by" SET STATISTICS 0')
