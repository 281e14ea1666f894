"""What the team of the sample company has drawn: its map, its personas and what belongs to them."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.workshop.keeping import Draft
from tanteemma.workshop.written import Names, drafts_of

_FILE: Final = Path(__file__).parent / "hausrat_lindner.toml"
_SEGMENTS: Final = Path(__file__).parent / "segments.toml"
_LANGUAGES: Final = ("de", "en")
#: Their keys begin like this, so that they are loaded once and known again.
PREFIX: Final = "sample-"
#: The key of the sample company's map.
MAP: Final = f"{PREFIX}map"
#: The map of its checkout, measured by basket.
CHECKOUT: Final = f"{PREFIX}checkout"
#: Touchpoints of the map where the team believes something else than the data say.
WRONG_BELIEFS: Final = ("tracking", "refund", "replacement")


class SampleSegment(msgspec.Struct, frozen=True):
    """A segment of the sample company's customers, for whom one of its personas stands."""

    name: str
    condition: str
    note: str


def sample_segments(language: str) -> tuple[SampleSegment, ...]:
    """The segments that the personas stand for, called as in the documents of this language."""
    written = tomllib.loads(_SEGMENTS.read_text(encoding="utf-8"))["segment"]
    place = _LANGUAGES.index(language) if language in _LANGUAGES else 0
    return tuple(SampleSegment(one["name"][place], one["condition"], one["note"][place]) for one in written)


def sample_documents(language: str, today: date) -> tuple[Draft, ...]:
    """The documents of the sample company in this language, as of this day."""
    written = _FILE.read_text(encoding="utf-8")
    found = drafts_of(written, Names(language, today), lambda name: f"{PREFIX}{name}")
    return tuple(msgspec.structs.replace(one, sample=True) for one in found)
