"""Files attached to customers."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = ("subject", "name", "sha256", "made_by", "content")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "person_attachment",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("removed", sa.BigInteger),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_attachment_subject", "person_attachment", ["subject"])
    if op.get_bind().dialect.name == "postgresql":
        for column in _PERSONAL:
            op.execute(f'ALTER TABLE "person_attachment" ALTER COLUMN "{column}" SET STATISTICS 0')
