"""Bring the tables to the shape this version reads, in one transaction, or say that they are newer than the program."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.connecting import WRITES

#: the newest migration; a start with tables of this revision never imports Alembic (its import costs more than the start)
NEWEST: Final = "0019"
_HERE: Final = Path(__file__).parent
_LOCK: Final = 0x74616E7465  # any fixed number: two servers of one database migrate one after the other


def bring_up_to_date(engine: Engine) -> None:
    """Migrate if needed. Raises Problem DATA_NEWER if the tables come from a version this one does not know."""
    with engine.connect() as connection:
        if revision_of(connection) == NEWEST:
            return
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        revision = revision_of(connection)
        if revision != NEWEST:
            _migrate(connection, revision)


def revision_of(connection: Connection) -> str | None:
    """The revision the tables have now, None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection, revision: str | None) -> None:
    # imported here: Alembic costs more than the rest of the start, and only a start that migrates needs it
    from alembic.operations import Operations  # noqa: PLC0415 - see above
    from alembic.runtime.migration import MigrationContext, MigrationStep  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    steps = ScriptDirectory(str(_HERE), version_locations=[str(_HERE / "migrations")])
    if revision is not None and revision not in {step.revision for step in steps.walk_revisions()}:
        raise Problem(ProblemCode.DATA_NEWER, status=409, found=revision, known=NEWEST)

    def upgrade(now: str, _context: MigrationContext) -> Sequence[MigrationStep]:
        return steps._upgrade_revs("head", now)  # noqa: SLF001 - what Alembic's own command calls; it has no public name

    context = MigrationContext.configure(connection, opts={"fn": upgrade})
    with Operations.context(context):
        context.run_migrations()
