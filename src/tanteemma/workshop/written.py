"""Documents written as a file: a finished map, its personas and whatever hangs together with them, in both languages at once.

The file is TOML. A text in both languages is one string, German first: ``"Startseite || Home page"``; one without ``||`` reads
the same in both. ``today+30``, ``today-7``: a date, counted from the day it is read. ``names`` of a touchpoint: what its events
are usually called, instead of its ``rule``. ``@name`` (in a link ``document:@name`` or ``document:@name/PART``) means another
document of the same file::

    [[document]]
    id = "map"                     # its name within the file
    kind = "map"
    name = "Unser Shop || Our shop"
    lanes = ["goal", "touchpoints"]
    fields = {personas = ["document:@anna"]}

    [[document.phase]]             # of a map: one table a phase, in it one list a lane
    id = "awareness"               # names and tasks of the template's phases are known (template = "seven" if none is said)
    goal = ["Etwas Schönes finden || Find something nice"]
    touchpoints = [{id = "home", text = "Startseite || Home page", names = ["Startseite", "Home Viewed"]}]

    [[document.part]]              # of any kind: one table a part
    kind = "note"
    place = {area = "says"}
    fields = {text = "Gern! || Gladly!"}
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from tanteemma.model.texts import LANGUAGES, text
from tanteemma.workshop.document import Scalar
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.keeping import Draft
from tanteemma.workshop.lanes import LANES
from tanteemma.workshop.templates import TEMPLATES

_BETWEEN: Final = " || "
_DAY: Final = re.compile(r"today([+-][0-9]{1,4})")
_LINK: Final = "document:"
_HOLDS: Final = {lane.name: lane.holds for lane in LANES}
#: what of a phase is a field of it; everything else is a lane
_OF_PHASE: Final = ("name", "task", "rule", "weight", "note")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    id: str = ""
    place: dict[str, str] = {}
    fields: dict[str, Any] = {}


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    kind: str
    name: str
    fields: dict[str, Any] = {}
    template: str = "seven"
    lanes: tuple[str, ...] = ()
    phase: tuple[dict[str, Any], ...] = ()
    part: tuple[_Part, ...] = ()


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    document: tuple[_Document, ...]


class Names(msgspec.Struct, frozen=True):
    """How a file is read: in which language, on which day, and which names of events are known here."""

    language: str
    today: date
    events: frozenset[str] = frozenset()


class _Reading(msgspec.Struct, frozen=True):
    names: Names
    keys: Mapping[str, str]

    def value(self, said: object) -> Scalar:
        """What stands in a field: in one language, with the keys of what it refers to."""
        if isinstance(said, list):
            return tuple(str(self.value(one)) for one in said)
        return self.words(said) if isinstance(said, str) else said  # type: ignore[return-value]  # the schema checks it next

    def words(self, said: str) -> str:
        """A text in one language, a key, a link or a date."""
        day = _DAY.fullmatch(said)
        if day is not None:
            return (self.names.today + timedelta(days=int(day[1]))).isoformat()
        if said.startswith("@"):
            return self.keys[said[1:]]
        if said.startswith(f"{_LINK}@"):
            name, slash, part = said.removeprefix(f"{_LINK}@").partition("/")
            return f"{_LINK}{self.keys[name]}{slash}{part}"
        return in_language(said, self.names.language)

    def rule(self, usual: list[str]) -> str:
        """The rule that catches the events of these names: those that are known here, or all of them if none is."""
        known = {name.casefold(): name for name in self.names.events}
        found = [known[name.casefold()] for name in usual if name.casefold() in known] or usual
        quoted = [f"'{name.replace(chr(39), chr(39) * 2)}'" for name in dict.fromkeys(found)]
        return f"event = {quoted[0]}" if len(quoted) == 1 else f"event in ({', '.join(quoted)})"


def in_language(said: str, language: str) -> str:
    """One of the two languages of a text.

    >>> in_language("Kasse || Checkout", "en"), in_language("Newsletter", "en")
    ('Checkout', 'Newsletter')
    """
    both = said.split(_BETWEEN)
    return both[LANGUAGES.index(language) if len(both) == len(LANGUAGES) else 0].strip()


def drafts_of(written: str, names: Names, key_of: Callable[[str], str]) -> tuple[Draft, ...]:
    """The documents of a file; ``key_of``: which key the document of this name gets.

    Raises ValueError (also those of TOML and msgspec) for a file that is not written like this: ours are tested.
    """
    found = msgspec.convert(tomllib.loads(written), _Written).document
    reading = _Reading(names, {one.id: key_of(one.id) for one in found})
    return tuple(_draft(one, reading) for one in found)


def _draft(one: _Document, reading: _Reading) -> Draft:
    return Draft(
        key=reading.keys[one.id],
        kind=one.kind,
        name=reading.words(one.name),
        fields={name: reading.value(said) for name, said in one.fields.items()},
        edits=[*_phases(one, reading), *_lanes(one), *_cards(one, reading), *_parts(one, reading)],
    )


def _phases(one: _Document, reading: _Reading) -> Iterator[Edit]:
    known = TEMPLATES[one.template].phases
    for phase in one.phase:
        fields: dict[str, Scalar] = {name: reading.value(phase[name]) for name in _OF_PHASE if name in phase}
        if phase["id"] in known:
            fields.setdefault("name", text(f"map.template.{one.template}.{phase['id']}", reading.names.language))
        yield Add(kind="phase", id=phase["id"], fields=fields)


def _lanes(one: _Document) -> Iterator[Edit]:
    return (Add(kind="lane", id=f"lane-{lane}", fields={"kind": lane}) for lane in one.lanes)


def _cards(one: _Document, reading: _Reading) -> Iterator[Edit]:
    template = TEMPLATES[one.template]
    for phase in one.phase:
        lanes = {name: said for name, said in phase.items() if name not in {"id", *_OF_PHASE}}
        if template.tasks and "task" in one.lanes and phase["id"] in template.phases:
            task = text(f"map.template.{template.name}.{phase['id']}.task", reading.names.language)
            lanes = {"task": [task]} | lanes
        for lane, cards in lanes.items():
            for number, card in enumerate(cards, 1):
                said = {"text": card} if isinstance(card, str) else dict(card)
                identity = said.pop("id", f"{phase['id']}-{lane}-{number}")
                place = {"phase": phase["id"], "lane": f"lane-{lane}"}
                yield Add(kind=_HOLDS[lane], id=identity, place=place, fields=_fields(said, reading))


def _fields(said: dict[str, Any], reading: _Reading) -> dict[str, Scalar]:
    usual = said.pop("names", None)
    fields = {name: reading.value(value) for name, value in said.items()}
    return fields if usual is None else fields | {"rule": reading.rule(usual)}


def _parts(one: _Document, reading: _Reading) -> Iterator[Edit]:
    for number, part in enumerate(one.part, 1):
        identity = part.id or f"{part.kind}-{number}"
        yield Add(kind=part.kind, id=identity, place=part.place, fields=_fields(dict(part.fields), reading))
