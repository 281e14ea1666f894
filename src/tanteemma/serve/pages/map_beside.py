"""Two maps in one picture, as the page shows them."""

from collections.abc import Mapping, Sequence

from tanteemma.serve.pages.views_map import BesideCard, BesideLane, BesidePhase, BesideView, CurvePoint
from tanteemma.workshop.beside import Fate, LanePair, Pair, PhasePair, side_by_side
from tanteemma.workshop.document import Part
from tanteemma.workshop.keeping import Document


def beside_view(now: Document, then: Document, *, shown: str, names: Mapping[str, str]) -> BesideView:
    """The map ``now`` beside ``then``; ``shown``: the key of the one whose page it is; ``names``: of personas and blocks."""
    found = side_by_side(now.content, then.content)
    mine_is_now = shown == now.key
    felt = {_id(pair, mine=mine_is_now): pair.felt_then if mine_is_now else pair.felt_now for pair in found.phases}
    mine = now if mine_is_now else then
    return BesideView(
        now_key=now.key,
        now_name=now.name,
        then_key=then.key,
        then_name=then.name,
        phases=tuple(_phase(pair) for pair in found.phases),
        lanes=tuple(_lane(pair, names) for pair in found.lanes),
        new=found.count(Fate.NEW),
        gone=found.count(Fate.GONE),
        changed=found.count(Fate.CHANGED),
        same=found.count(Fate.SAME),
        other_felt=tuple(felt.get(phase.id) for phase in mine.content.of_kind("phase")),
        other_name=then.name if mine_is_now else now.name,
    )


def curve_beside(phases: Sequence[BesidePhase]) -> tuple[CurvePoint, ...]:
    """Both believed curves over the phases of both maps: as it is, and (as what is aimed at) as it shall be."""
    return tuple(CurvePoint(name=phase.name, believed=phase.felt_now, target=phase.felt_then) for phase in phases)


def _id(pair: PhasePair, *, mine: bool) -> str:
    part = pair.now if mine else pair.then
    return "" if part is None else part.id


def _phase(pair: PhasePair) -> BesidePhase:
    fate = Fate.NEW if pair.now is None else Fate.GONE if pair.then is None else Fate.SAME
    return BesidePhase(name=pair.name, fate=fate.value, felt_now=pair.felt_now, felt_then=pair.felt_then)


def _lane(pair: LanePair, names: Mapping[str, str]) -> BesideLane:
    lane = pair.lane
    persona = names.get(lane.text("persona"), "")
    return BesideLane(
        kind=lane.text("kind"),
        name=f"{lane.text('name')} ({persona})".strip() if persona else lane.text("name"),
        cells=tuple(tuple(_card(card, names) for card in cell) for cell in pair.cells),
        quiet=pair.quiet,
    )


def _card(pair: Pair, names: Mapping[str, str]) -> BesideCard:
    either = pair.then or pair.now
    return BesideCard(
        fate=pair.fate.value,
        kind="" if either is None else either.kind,
        now=_said(pair.now, names),
        then=_said(pair.then, names),
        now_id="" if pair.now is None else pair.now.id,
        then_id="" if pair.then is None else pair.then.id,
        felt_now=None if pair.now is None else pair.now.number("feeling"),
        felt_then=None if pair.then is None else pair.then.number("feeling"),
    )


def _said(part: Part | None, names: Mapping[str, str]) -> str:
    return "" if part is None else part.text("text") or names.get(part.text("shared"), "")
