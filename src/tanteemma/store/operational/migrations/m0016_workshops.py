"""Workshops on a map: who joined, what each guessed, where each put dots."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: columns that name people: PostgreSQL would keep samples of their values in its statistics, where erasing does not reach
_PERSONAL = {"workshop": ("started_by",), "workshop_participant": ("name",)}


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _digest() -> sa.Column[bytes]:
    return sa.Column("digest", sa.LargeBinary, nullable=False, unique=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "workshop",
        sa.Column("number", _NUMBER, primary_key=True),
        *_texts("document", "title", "agenda"),
        *_whole("dots", "stop", "stop_since"),
        _digest(),
        *_texts("secret"),
        *_whole("version"),
        *_texts("measured"),
        *_whole("started"),
        *_texts("started_by"),
        *_whole("ends"),
        sa.Column("closed", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_workshop_document", "workshop", ["document"])
    op.create_table(
        "workshop_participant",
        sa.Column("number", _NUMBER, primary_key=True),
        *_whole("workshop"),
        *_texts("name"),
        _digest(),
        *_whole("joined"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_workshop_participant_workshop", "workshop_participant", ["workshop"])
    op.create_table("workshop_guess", *_keys(), *_whole("value"))
    op.create_table("workshop_vote", *_keys())
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


def _keys() -> tuple[sa.Column[int], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("workshop", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("participant", sa.BigInteger, primary_key=True, autoincrement=False),
    )
