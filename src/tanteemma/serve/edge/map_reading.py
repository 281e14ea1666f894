"""What the pages of maps need from the tables, read in one state."""

from collections import Counter
from typing import Final

from tanteemma.serve.edge.document_forms import other_row
from tanteemma.serve.edge.measured_map import Measurable, measurable
from tanteemma.serve.map_check import missing_of
from tanteemma.serve.pages.map_gaps import gap_views
from tanteemma.serve.pages.map_page import curve_of, lanes_of, map_row, phases_of
from tanteemma.serve.pages.views_map import MapsView, MapView, PersonaChip, TemplateChoice
from tanteemma.store.operational import Transaction, document_comments, documents, segments
from tanteemma.store.operational.documents import StoredDocument
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content
from tanteemma.workshop.lanes import LANE_NAMES
from tanteemma.workshop.templates import TEMPLATES
from tanteemma.workshop.undoing import stacks

LOOKS: Final = ("grid", "curve", "wheel", "list")
_LOOKED_BACK: Final = 200


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


def map_view(tx: Transaction, key: str, wanted: tuple[str, int | None, str]) -> tuple[MapView, Measurable]:
    """One map and what it asks; ``wanted``: the look, the version (None: the newest), the window whose undo is offered."""
    look, version, window = wanted
    document = keeping.open_document(tx, key, version)
    keeping.check_kind(document, "map")
    content = document.content
    shared = _shared(tx, content)
    open_comments = Counter(one.part for one in document_comments.of_document(tx, key) if one.settled is None)
    personas = _personas(tx, content)
    phases = phases_of(content)
    undo, redo = stacks(documents.steps(tx, key, window, _LOOKED_BACK), window)
    beside = documents.find(tx, content.text("beside")) if content.text("beside") else None
    lanes = lanes_of(content, shared, open_comments, {one.key: one.name for one in personas})
    asked = measurable(tx, content)
    view = MapView(
        key=key,
        name=document.name,
        version=document.version,
        newest=document.stored.version,
        state=content.text("state") or "as_is",
        scope=content.text("scope"),
        owner=content.text("owner"),
        template=bool(content.said("template")),
        look=look,
        window=window,
        phases=phases,
        lanes=lanes,
        personas=personas,
        curve=curve_of(phases),
        undo=bool(undo),
        redo=bool(redo),
        comments=sum(open_comments.values()),
        beside=None if beside is None else other_row(beside),
        gaps=gap_views(key, missing_of(tx, content)),
        hidden=tuple(kind for kind in LANE_NAMES if kind == "own" or kind not in {lane.kind for lane in lanes}),
        unbound_touchpoints=sum(not rule for rule in asked.rules.values()),
        segments=tuple(segments.names(tx)),
    )
    return view, asked


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
