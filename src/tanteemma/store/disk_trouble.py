"""What a full or broken disk raises, whichever of the store's files meets it."""

import sqlite3
from typing import Final

from tanteemma.model.problems import Problem

DISK_TROUBLE: Final[tuple[type[Exception], ...]] = (OSError, sqlite3.Error, Problem)
