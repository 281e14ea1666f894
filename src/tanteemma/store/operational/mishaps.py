"""What can befall the tables while they are used, in the product's own words: busy, full, away, damaged."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from tanteemma.model.problems import Problem, ProblemCode

_BUSY: Final = ("locked", "lock timeout", "deadlock", "busy")
_FULL: Final = ("is full", "no space", "disk full")
_AWAY: Final = ("connection", "server closed", "starting up", "shutting down")
_DAMAGED: Final = ("malformed", "not a database", "invalid page", "checksum")


@contextmanager
def told_plainly(engine: Engine) -> Iterator[None]:
    """Turn what either engine says into a Problem; what is a mistake of ours stays as it is.

    BUSY (503): another writer, or the server cannot be reached. NO_ROOM (503): the disk is full. DATA_DAMAGED (500).
    """
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError):
        raise  # these repeat values of ours in their text, whatever words are in them
    except DatabaseError as error:
        said = str(error.orig).lower()
        place = engine.url.database or "postgresql"
        if _says(said, _DAMAGED):
            raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=place) from error
        if _says(said, _FULL):
            raise Problem(ProblemCode.NO_ROOM, status=503, place=place) from error
        if error.connection_invalidated or _says(said, _BUSY) or _says(said, _AWAY):
            raise Problem(ProblemCode.BUSY, status=503, retry_after=1) from error
        raise


def _says(said: str, words: tuple[str, ...]) -> bool:
    return any(word in said for word in words)
