"""Starter kits: for a branch of business a persona, a map with its touchpoints, and what their events are usually called."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.edits import new_identity
from tanteemma.workshop.keeping import Draft
from tanteemma.workshop.written import Names, drafts_of

_FOLDER: Final = Path(__file__).parent


class Kit(msgspec.Struct, frozen=True):
    """A starter kit. It is called by the text ``map.kit.<name>`` and explained by ``map.kit.<name>.about``."""

    name: str
    icon: str


#: in the order in which they are offered
KITS: Final = {
    kit.name: kit
    for kit in (
        Kit("shop", "store"),
        Kit("machine_builder", "settings-2"),
        Kit("insurance", "heart"),
        Kit("energy", "gauge"),
        Kit("bank", "database"),
    )
}


def kit_named(name: str) -> Kit:
    """The kit of this name. Raises Problem TEMPLATE_UNKNOWN."""
    if name not in KITS:
        raise Problem(ProblemCode.TEMPLATE_UNKNOWN, status=404, value=name[:80], allowed=", ".join(KITS))
    return KITS[name]


def drafts_from(kit: Kit, language: str, today: date, events: Iterable[str] = ()) -> tuple[Draft, ...]:
    """The documents of a kit, personas first, the map last. They refer to each other: make them all, or none.

    ``events``: the names of events that are there. A touchpoint is bound to those of its usual names that are among them; to
    all of its usual names while none is, so that it catches them as soon as they come.
    """
    written = (_FOLDER / f"{kit.name}.toml").read_text(encoding="utf-8")
    return drafts_of(written, Names(language, today, frozenset(events)), lambda _name: new_identity())
