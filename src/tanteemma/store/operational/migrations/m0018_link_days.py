"""On which day identifiers were last named together, and whether live events or rows of files say so."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns (0: a day that is not known) and the table of what files say."""
    op.add_column("subject_link", sa.Column("day", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("subject_link", sa.Column("live", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_table(
        "link_of_file",
        sa.Column("low", sa.Text, primary_key=True),
        sa.Column("high", sa.Text, primary_key=True),
        sa.Column("file", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_link_of_file_high", "link_of_file", ["high"])
    op.create_index("ix_link_of_file_file", "link_of_file", ["file"])
    if op.get_bind().dialect.name == "postgresql":
        for column in ("low", "high"):
            op.execute(f'ALTER TABLE "link_of_file" ALTER COLUMN "{column}" SET STATISTICS 0')
