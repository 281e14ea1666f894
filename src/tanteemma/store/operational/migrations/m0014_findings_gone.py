"""A look at a watched weak spot says too that it is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; looks of earlier versions say nothing of it."""
    op.add_column("finding_sight", sa.Column("gone", sa.Boolean))
