"""What the pages of maps need from the tables, read in one state."""

from collections import Counter
from typing import Final

import msgspec

from tanteemma.serve.edge.document_forms import other_row
from tanteemma.serve.map_asked import Measurable, measurable
from tanteemma.serve.map_check import missing_of
from tanteemma.serve.pages.map_beside import beside_view
from tanteemma.serve.pages.map_gaps import gap_views
from tanteemma.serve.pages.map_page import curve_of, lanes_of, map_row, phases_of, voices_of
from tanteemma.serve.pages.views_map import BesideView, MapsView, MapView, OtherRow, PersonaChip, TemplateChoice
from tanteemma.store.operational import Transaction, document_comments, documents, segments
from tanteemma.store.operational.documents import StoredDocument
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.lanes import LANE_NAMES, OF_PERSONA
from tanteemma.workshop.templates import TEMPLATES
from tanteemma.workshop.undoing import stacks

LOOKS: Final = ("grid", "curve", "wheel", "list", "beside")
_LOOKED_BACK: Final = 200
_BESIDE: Final = "beside"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of a map: the look, the version (None: the newest), the window whose undo is offered.

    ``personas``: whose curves are drawn (None: all); ``other``: the curve of the map it belongs to as well.
    """

    name: str = LOOKS[0]
    version: int | None = None
    window: str = ""
    personas: frozenset[str] | None = None
    other: bool = False


def maps_view(tx: Transaction) -> MapsView:
    """Every map, and the ways to begin one."""
    maps = [keeping.open_document(tx, stored.key) for stored in documents.every(tx, ("map",))]
    return MapsView(
        maps=tuple(map_row(one) for one in maps),
        templates=tuple(
            TemplateChoice(
                name=one.name,
                phases=tuple(phase for phase in one.phases if phase not in one.optional),
                optional=tuple(phase for phase in one.phases if phase in one.optional),
            )
            for one in TEMPLATES.values()
        ),
        own=tuple(other_row(one.stored) for one in maps if one.content.said("template")),
        bin=tuple(other_row(one) for one in documents.every(tx, ("map",), removed=True)),
    )


def map_view(tx: Transaction, key: str, wanted: Look) -> tuple[MapView, Measurable]:
    """One map and what it asks."""
    window = wanted.window
    document = keeping.open_document(tx, key, wanted.version)
    keeping.check_kind(document, "map")
    content = document.content
    shared = _shared(tx, content)
    open_comments = Counter(one.part for one in document_comments.of_document(tx, key) if one.settled is None)
    personas = _personas(tx, content)
    phases = phases_of(content)
    undo, redo = stacks(documents.steps(tx, key, window, _LOOKED_BACK), window)
    lanes = lanes_of(content, shared, open_comments, {one.key: one.name for one in personas})
    asked = measurable(tx, document)
    view = MapView(
        key=key,
        name=document.name,
        version=document.version,
        newest=document.stored.version,
        state=content.text("state") or "as_is",
        scope=content.text("scope"),
        owner=content.text("owner"),
        template=bool(content.said("template")),
        removed=document.stored.removed is not None,
        look=wanted.name,
        window=window,
        phases=phases,
        lanes=lanes,
        personas=personas,
        curve=curve_of(phases),
        parents=parents_of(tx, key),
        undo=bool(undo),
        redo=bool(redo),
        comments=sum(open_comments.values()),
        gaps=gap_views(key, missing_of(tx, content)),
        hidden=_offered({lane.kind for lane in lanes}, several=len(personas) > 1),
        unbound_touchpoints=sum(not rule for rule in asked.rules.values()),
        segments=tuple(segments.names(tx)),
    )
    return _with_others(tx, view, document, wanted), asked


def _with_others(tx: Transaction, view: MapView, document: Document, wanted: Look) -> MapView:
    """With the curves of its personas, and the map that it is shown beside."""
    names = {one.key: one.name for one in view.personas}
    beside = counterpart_of(tx, document)
    drawn_too = wanted.other or wanted.name == _BESIDE
    return msgspec.structs.replace(
        view,
        look=LOOKS[0] if beside is None and wanted.name == _BESIDE else wanted.name,
        voices=voices_of(document.content, names, names if wanted.personas is None else wanted.personas),
        beside=None if beside is None else other_row(beside.stored),
        counterpart=None if beside is None or not drawn_too else _beside(tx, document, beside, names),
        counterpart_shown=wanted.other,
    )


def _offered(there: set[str], *, several: bool) -> tuple[str, ...]:
    """The lanes that can be added: those that are not there, of one's own, and with ``several`` personas one for each."""
    return tuple(kind for kind in LANE_NAMES if kind == "own" or kind not in there or (several and kind in OF_PERSONA))


def counterpart_of(tx: Transaction, document: Document) -> Document | None:
    """The map that this one is shown beside: the one it names, else one that names it. None if there is none (any more)."""
    named = document.content.text(_BESIDE)
    others = [named] if named else []
    others += [link.document for link in documents.links_to(tx, f"document:{document.key}") if link.field == _BESIDE]
    for key in others:
        found = documents.find(tx, key)
        if found is not None and found.removed is None and found.kind == "map" and key != document.key:
            return keeping.open_document(tx, key)
    return None


def parents_of(tx: Transaction, key: str) -> tuple[OtherRow, ...]:
    """The maps of which this one is a part: a phase or a touchpoint there leads here."""
    keys = dict.fromkeys(link.document for link in documents.links_to(tx, f"document:{key}") if link.field == "sub")
    found = (documents.find(tx, one) for one in keys)
    return tuple(other_row(one) for one in found if one is not None and one.kind == "map")


def _beside(tx: Transaction, document: Document, other: Document, personas: dict[str, str]) -> BesideView:
    """Which of the two is as it is, which as it shall be? As they say of themselves; else the one that is shown is."""
    shall_be = document.content.text("state") == "to_be" and other.content.text("state") != "to_be"
    now, then = (other, document) if shall_be else (document, other)
    blocks = _shared(tx, document.content) | _shared(tx, other.content)
    names = personas | {one.key: one.name for one in _personas(tx, other.content)}
    return beside_view(now, then, shown=document.key, names=names | {key: one.name for key, one in blocks.items()})


def _shared(tx: Transaction, content: Content) -> dict[str, StoredDocument]:
    keys = {part.text("shared") for part in content.of_kind("touchpoint") if part.text("shared")}
    found = (documents.find(tx, key) for key in sorted(keys))
    return {one.key: one for one in found if one is not None}


def _personas(tx: Transaction, content: Content) -> tuple[PersonaChip, ...]:
    """The personas of the map itself and of its lanes."""
    links = content.said("personas")
    keys = [link.removeprefix("document:") for link in links] if isinstance(links, tuple) else []
    keys += [part.text("persona") for part in content.of_kind("lane") if part.text("persona")]
    found = (documents.find(tx, key) for key in dict.fromkeys(keys))
    return tuple(PersonaChip(key=one.key, name=one.name) for one in found if one is not None and one.removed is None)
