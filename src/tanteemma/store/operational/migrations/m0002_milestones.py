"""Journeys from one milestone to another."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Where the journeys of a definition begin and end; older definitions begin and end where the life or case does."""
    op.add_column("journey_definition", sa.Column("starts_at", sa.Text))
    op.add_column("journey_definition", sa.Column("ends_at", sa.Text))
