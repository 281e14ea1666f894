"""What the guide shows: twelve stops, how far each is, and where to go on."""

from typing import Final

from tanteemma.model.hooks import document_kinds
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views import GuideView, StopRow
from tanteemma.workshop.guide import Standing, State, Stop, next_stop, way

_NEW_MAP: Final = "/map#new"
_WEAK_SPOTS: Final = "/journeys/breaks"


_SIGNS: Final = {
    Stop.READINESS: "radar",
    Stop.COLLECT: "database",
    Stop.VISUALISE: "map",
    Stop.PERSONAS: "user",
    Stop.STEPS: "route",
    Stop.STORYBOARD: "image",
    Stop.CHANNELS: "network",
    Stop.EMOTIONS: "smile",
    Stop.WEIGHTS: "target",
    Stop.MEASURE: "activity",
    Stop.FIX: "lightbulb",
    Stop.PROVE: "flag",
}


def guide_view(standing: Standing) -> GuideView:
    """The way as it looks from where the team stands."""
    reached = way(standing)
    following = next_stop(reached)
    stops = tuple(
        StopRow(
            number=number,
            name=one.stop.value,
            state=one.state.value,
            have=min(one.have, one.need),
            need=one.need,
            address=_address(one.stop, standing),
            sign=_SIGNS[one.stop],
        )
        for number, one in enumerate(reached, 1)
    )
    here = next((one for one in stops if following is not None and one.name == following.value), None)
    return GuideView(stops=stops, here=here, done=sum(one.state == State.DONE.value for one in stops))


def _address(stop: Stop, standing: Standing) -> str:
    """Where the work of a stop is done; on the map that is farthest, if there is one."""
    if stop is Stop.COLLECT:
        return Address.DATA.value
    if stop is Stop.VISUALISE:
        return Address.MAP.value
    if stop is Stop.PROVE:
        return _WEAK_SPOTS
    kind = {Stop.READINESS: "readiness", Stop.PERSONAS: "persona"}.get(stop)
    if kind is not None and kind in document_kinds.all():
        return f"/documents/new?kind={kind}"
    return f"{Address.MAP.value}/{standing.map}" if standing.map else _NEW_MAP
