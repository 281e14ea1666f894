"""What each journey definition said before."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SAID = ("name", "version", "by", "key", "gap_s", "starts_at", "ends_at")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table; what is known of older definitions is what they say now."""
    op.create_table(
        "journey_definition_version",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("gap_s", sa.Double),
        sa.Column("starts_at", sa.Text),
        sa.Column("ends_at", sa.Text),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("name", "version", name="journey_definition_version_once"),
        sqlite_autoincrement=True,
    )
    now = sa.table("journey_definition", *map(sa.column, (*_SAID, "created")))
    kept = sa.table("journey_definition_version", *map(sa.column, (*_SAID, "removed", "changed")))
    rows = sa.select(*(now.c[name] for name in _SAID), sa.false(), now.c.created).order_by(now.c.name)
    op.execute(sa.insert(kept).from_select([*_SAID, "removed", "changed"], rows))
