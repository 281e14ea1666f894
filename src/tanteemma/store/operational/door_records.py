"""What people define at doors."""

from datetime import datetime
from enum import StrEnum

import msgspec


class DoorKind(StrEnum):
    """What is defined at a door: how a webhook is read, or what a form asks."""

    MAPPING = "mapping"
    FORM = "form"


class DoorDefinition(msgspec.Struct, frozen=True):
    """One version of a mapping or a form; ``document``: its JSON text. ``source``: whose it is, empty for anybody's."""

    number: int
    kind: DoorKind
    name: str
    version: int
    source: str
    document: str
    removed: bool
    changed: datetime
    changed_by: str
