"""What the team of the sample company has drawn: its map, its personas and what belongs to them."""

from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.workshop.keeping import Draft
from tanteemma.workshop.written import Names, drafts_of

_FILE: Final = Path(__file__).parent / "hausrat_lindner.toml"
#: Their keys begin like this, so that they are loaded once and known again.
PREFIX: Final = "sample-"
#: The key of the sample company's map.
MAP: Final = f"{PREFIX}map"
#: The map of its checkout, measured by basket.
CHECKOUT: Final = f"{PREFIX}checkout"
#: Touchpoints of the map where the team believes something else than the data say.
WRONG_BELIEFS: Final = ("tracking", "refund", "replacement")


def sample_documents(language: str, today: date) -> tuple[Draft, ...]:
    """The documents of the sample company in this language, as of this day."""
    written = _FILE.read_text(encoding="utf-8")
    found = drafts_of(written, Names(language, today), lambda name: f"{PREFIX}{name}")
    return tuple(msgspec.structs.replace(one, sample=True) for one in found)
