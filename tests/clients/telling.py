"""Which story does every client tell, and how is it made to tell it?"""

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

DRIVEN: Final = Path(__file__).parent / "driven"
_NOT_LONGER_S: Final = 150
_AGO_S: Final = 3600


@dataclass(frozen=True)
class Story:
    """One customer, what she did, and where it is to be told. ``time_ms``: when it happened."""

    name: str
    url: str
    key: str
    time_ms: int = field(default_factory=lambda: (int(time.time()) - _AGO_S) * 1000)

    @property
    def user(self) -> str:
        return f"kundin-{self.name}"

    @property
    def device(self) -> str:
        """Sixteen hexadecimal digits, as Matomo wants them."""
        return blake2b(self.name.encode(), digest_size=8).hexdigest()

    @property
    def previous(self) -> str:
        return f"gast-{self.name}"

    @property
    def company(self) -> str:
        return f"firma-{self.name}"

    @property
    def email(self) -> str:
        return f"{self.name}@example.de"

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.time_ms / 1000, UTC)

    event = "Bestellung abgeschlossen 🛒"
    page = "Kasse – Übersicht"

    @property
    def properties(self) -> dict[str, Any]:
        return {
            "größe": "L",
            "emoji": "👩‍👩‍👧 😀",
            "lang": "Ärger & Öl " * 300,
            "zahl": 9_007_199_254_740_991,
            "preis": 12.5,
            "wahr": True,
            "verschachtelt": {"liste": [1, None, {"ß": '\\"\n'}]},
        }

    @property
    def traits(self) -> dict[str, Any]:
        return {"email": self.email, "name": "Jürgen Groß", "plan": "gold"}

    def told(self, **more: Any) -> str:
        """The story as a driver reads it."""
        names = ("url", "key", "user", "device", "previous", "company", "event", "page", "properties", "traits", "time_ms")
        host, port = self.url.removeprefix("http://").split(":")
        return json.dumps({name: getattr(self, name) for name in names} | {"host": host, "port": int(port)} | more)


def tell(command: list[str], story: str) -> list[str]:
    """Run a driver; what went wrong by its own account."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        command, input=story + "\n", capture_output=True, text=True, timeout=_NOT_LONGER_S, check=False, env=clean
    )
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return [f"ended with {done.returncode}: {done.stderr[-2000:]}"]
    return [str(one) for one in json.loads(lines[-1])["errors"]]
