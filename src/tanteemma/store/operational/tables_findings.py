"""The operational tables about what people do with weak spots: who looks after one, what was changed about it."""

from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA

FINDING_OWNER: Final = sa.Table(
    "finding_owner",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("journey", Words, nullable=False),
    sa.Column("finding", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("spot", Words, nullable=False),
    sa.Column("owner", Words, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sqlite_autoincrement=True,
)

FINDING_CHANGE: Final = sa.Table(
    "finding_change",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("journey", Words, nullable=False),
    sa.Column("finding", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("spot", Words, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("noted", Instant, nullable=False),
    sa.Column("noted_by", Words, nullable=False),
    sa.Column("removed", Instant),
    sa.Column("removed_by", Words),
    sqlite_autoincrement=True,
)
