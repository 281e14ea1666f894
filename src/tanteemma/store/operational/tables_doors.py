"""The operational tables of doors and pulls that people define."""

from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import Document, Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA

DOOR_DEFINITION: Final = sa.Table(
    "door_definition",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("source", Words, nullable=False),
    sa.Column("document", Words, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sa.UniqueConstraint("kind", "name", "version", name="door_definition_once"),
    sqlite_autoincrement=True,
)

DOOR_SECRET: Final = sa.Table(
    "door_secret",
    METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("secret", Words, nullable=False),
    sa.Column("changed", Instant, nullable=False),
)

PULL: Final = sa.Table(
    "pull",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("name", Words, nullable=False, unique=True),
    sa.Column("plan", Words, nullable=False),
    sa.Column("mapping", Words),
    sa.Column("secret", Words),
    sa.Column("state", Words, nullable=False),
    sa.Column("declared", sa.Boolean, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("running_job", sa.BigInteger),
    sa.Column("began", Instant),
    sa.Column("ended", Instant),
    sa.Column("rows", sa.BigInteger),
    sa.Column("file", sa.BigInteger),
    sa.Column("failures", sa.BigInteger, nullable=False),
    sa.Column("failing_since", Instant),
    sa.Column("reason", Words),
    sa.Column("reason_params", Document(dict[str, str]), nullable=False),
    sa.Column("next_try", Instant),
    sa.Column("created", Instant, nullable=False),
    # the number names its schedule and its secret: a removed pull's number must never be given out again
    sqlite_autoincrement=True,
)
