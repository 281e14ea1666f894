"""The operational tables of daily counts: what was counted and spent a day where nobody is known, and from which file."""

from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA

# ``columns``: which column of the file was read as what; ``undone``: since when its days do not count
COUNT_LOAD: Final = sa.Table(
    "count_load",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("file", Words, nullable=False),
    sa.Column("columns", Words, nullable=False),
    sa.Column("days", sa.BigInteger, nullable=False),
    sa.Column("bad", sa.BigInteger, nullable=False),
    sa.Column("loaded", Instant, nullable=False),
    sa.Column("loaded_by", Words, nullable=False),
    sa.Column("undone", Instant),
    sa.Column("sample", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)

# ``day``: days since 1970; ``spend``: millionths of the currency, empty where nothing is said
DAILY_COUNT: Final = sa.Table(
    "daily_count",
    METADATA,
    sa.Column("load", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("series", Words, primary_key=True),
    sa.Column("day", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("contacts", sa.BigInteger, nullable=False),
    sa.Column("spend", sa.BigInteger),
    sa.Column("currency", Words, nullable=False),
)
