"""A map as its page shows it, made of the document: lanes with their cells, the believed curve, what each card says."""

from collections.abc import Collection, Mapping, Sequence

from tanteemma.serve.pages.views_map import CardView, CellView, CurvePoint, LaneView, MapRow, PhaseView, VoiceView
from tanteemma.store.operational.documents import StoredDocument
from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.lanes import LANES
from tanteemma.workshop.voices import believed, mean, voices

_HOLDS = {lane.name: lane.holds for lane in LANES}


def map_row(document: Document) -> MapRow:
    """A map in the overview."""
    content, stored = document.content, document.stored
    touchpoints = content.of_kind("touchpoint")
    return MapRow(
        key=document.key,
        name=document.name,
        state=content.text("state") or "as_is",
        phases=tuple(part.text("name") for part in content.of_kind("phase")),
        cards=sum(part.kind not in {"phase", "lane"} for part in content.parts),
        touchpoints=len(touchpoints),
        bound=sum(bool(part.text("rule") or part.text("shared")) for part in touchpoints),
        changed=stored.changed,
        changed_by=stored.changed_by,
        sample=stored.sample,
    )


def phases_of(content: Content) -> tuple[PhaseView, ...]:
    """The phases, each with how it is believed to feel."""
    return tuple(
        PhaseView(
            id=part.id,
            name=part.text("name"),
            task=part.text("task"),
            note=part.text("note"),
            weight=part.number("weight"),
            sub=part.text("sub"),
            felt=believed(content, part.id),
            target=mean(one.number("target") for one in content.at({"phase": part.id}, "feeling")),
            version=part.version,
        )
        for part in content.of_kind("phase")
    )


def voices_of(content: Content, names: Mapping[str, str], chosen: Collection[str]) -> tuple[VoiceView, ...]:
    """The curve of each persona; ``chosen``: whose are shown (none said: all of them)."""
    found = [one for one in voices(content) if one.persona in names]
    wanted = {one.persona for one in found if one.persona in chosen} or {one.persona for one in found}
    return tuple(
        VoiceView(
            key=one.persona,
            name=names[one.persona],
            place=place,
            felt=one.felt,
            chosen=one.persona in wanted,
        )
        for place, one in enumerate(found, 1)
    )


def curve_of(phases: Sequence[PhaseView]) -> tuple[CurvePoint, ...]:
    """The believed curve, phase by phase."""
    return tuple(CurvePoint(name=phase.name, believed=phase.felt, target=phase.target) for phase in phases)


def lanes_of(
    content: Content, shared: Mapping[str, StoredDocument], comments: Mapping[str, int], personas: Mapping[str, str]
) -> tuple[LaneView, ...]:
    """The lanes with their cells. ``shared``: building blocks by key; ``comments``: open ones by part; ``personas``: names."""
    phases = [part.id for part in content.of_kind("phase")]
    cells: dict[tuple[str, str], list[CardView]] = {}
    for part in content.parts:
        if "lane" in part.place:
            card = card_of(part, shared, comments)
            cells.setdefault((card.phase, card.lane), []).append(card)
    return tuple(
        LaneView(
            id=lane.id,
            kind=lane.text("kind"),
            name=lane.text("name"),
            persona=personas.get(lane.text("persona"), ""),
            holds=_HOLDS.get(lane.text("kind"), "card"),
            cells=tuple(CellView(phase=phase, lane=lane.id, cards=tuple(cells.get((phase, lane.id), ()))) for phase in phases),
            version=lane.version,
        )
        for lane in content.of_kind("lane")
    )


def card_of(part: Part, shared: Mapping[str, StoredDocument], comments: Mapping[str, int]) -> CardView:
    """One card."""
    block = shared.get(part.text("shared"))
    feeling, target = part.number("feeling"), part.number("target")
    links = part.said("links")
    return CardView(
        id=part.id,
        kind=part.kind,
        phase=part.place.get("phase", ""),
        lane=part.place.get("lane", ""),
        text=part.text("text"),
        note=part.text("note"),
        owner=part.text("owner"),
        feeling=None if feeling is None else int(feeling),
        target=None if target is None else int(target),
        moment_of_truth=bool(part.said("moment_of_truth")),
        weight=part.number("weight"),
        picture=part.text("picture"),
        rule=part.text("rule"),
        shared="" if block is None else block.name,
        sub=part.text("sub"),
        state=part.text("state"),
        due=part.text("due"),
        method=part.text("method"),
        comments=comments.get(part.id, 0),
        links=len(links) if isinstance(links, tuple) else 0,
        version=part.version,
    )
