"""Passwords of other systems: each in a file of its own that only the server's user reads, never in the tables or a log.

They must be sent as they are, so they cannot be hashed; and a key to encrypt them would lie beside them.
"""

import re
import secrets
from pathlib import Path
from typing import Final

from tanteemma.store import disk

_NAME: Final = re.compile(r"[a-z0-9-]{1,64}")


class Vault:
    """The folder of the passwords."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, secret: str, kind: str = "pull") -> str:
        """Keep a secret durably. Returns the name it is found under; ``kind`` begins it."""
        if not self._folder.exists():
            disk.make_folder(self._folder)
        self._folder.chmod(0o700)
        name = f"{kind}-{secrets.token_hex(8)}"
        with disk.written_durably(self._folder / name) as unfinished:
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(secret.encode())
        return name

    def find(self, name: str) -> str | None:
        """The secret of this name, None if there is none."""
        if _NAME.fullmatch(name) is None:
            return None
        try:
            return (self._folder / name).read_bytes().decode()
        except FileNotFoundError:
            return None

    def drop(self, name: str) -> None:
        """Forget a secret."""
        if _NAME.fullmatch(name) is not None and (self._folder / name).exists():
            disk.remove_durably(self._folder / name)
