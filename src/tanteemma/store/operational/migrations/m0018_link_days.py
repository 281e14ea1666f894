"""On which day events last named two identifiers together: what lets a link end."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; 0 for links of which it is not known."""
    op.add_column("subject_link", sa.Column("day", sa.BigInteger, nullable=False, server_default="0"))
