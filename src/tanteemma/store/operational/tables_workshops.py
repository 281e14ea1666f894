"""The operational tables of workshops on a map: who joined by which name, what each guessed, where each put dots."""

from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA

# ``stop``: where in the agenda; ``secret``: under which name the vault keeps the link; ``measured``: the values uncovered
WORKSHOP: Final = sa.Table(
    "workshop",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("document", Words, nullable=False, index=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("agenda", Words, nullable=False),
    sa.Column("dots", sa.BigInteger, nullable=False),
    sa.Column("stop", sa.BigInteger, nullable=False),
    sa.Column("stop_since", Instant, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("secret", Words, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("measured", Words, nullable=False),
    sa.Column("started", Instant, nullable=False),
    sa.Column("started_by", Words, nullable=False),
    sa.Column("ends", Instant, nullable=False),
    sa.Column("closed", Instant),
    sqlite_autoincrement=True,
)

WORKSHOP_PARTICIPANT: Final = sa.Table(
    "workshop_participant",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("workshop", sa.BigInteger, nullable=False, index=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("joined", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# how a participant believes people feel at a part of the map, -2 to +2
WORKSHOP_GUESS: Final = sa.Table(
    "workshop_guess",
    METADATA,
    sa.Column("workshop", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("part", Words, primary_key=True),
    sa.Column("participant", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("value", sa.BigInteger, nullable=False),
)

WORKSHOP_VOTE: Final = sa.Table(
    "workshop_vote",
    METADATA,
    sa.Column("workshop", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("part", Words, primary_key=True),
    sa.Column("participant", sa.BigInteger, primary_key=True, autoincrement=False),
)
