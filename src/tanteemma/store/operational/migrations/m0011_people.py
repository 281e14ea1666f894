"""Identifiers that join nobody, notes about customers, and the parts touchpoints play for them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = {"cut_subject": ("subject",), "person_note": ("subject", "text", "made_by")}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cut_subject",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("decision", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cut_subject_decision", "cut_subject", ["decision"])
    op.create_table(
        "person_note",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_note_subject", "person_note", ["subject"])
    op.create_table(
        "touchpoint_role",
        sa.Column("touchpoint", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')
