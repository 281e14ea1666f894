"""The operational table of drawn journeys: what was drawn under which name, every version a row of its own."""

from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA

DRAWN_JOURNEY: Final = sa.Table(
    "drawn_journey",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("drawn", Words, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sa.UniqueConstraint("name", "version", name="drawn_journey_version"),
    sqlite_autoincrement=True,
)
