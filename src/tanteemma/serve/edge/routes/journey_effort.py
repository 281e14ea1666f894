"""The page that shows how much effort journeys are for the customers, and which are the worst."""

from typing import Any, Final

from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views_effort import COMPONENTS, TIMES, Effort, EffortField, EffortView, written_span

_READ: Final = {"permission": Permission.DATA_READ}
_LONGEST: Final = 300
_MOST: Final = 20
_IN_BAND: Final = 200


@get("/journeys/effort", opt=_READ)
async def journey_effort(request: AnyRequest) -> Response[str]:
    """How much effort are journeys for the customers?"""
    found = await frame(request, "effort")
    said = request.query_params
    typed = {name: _typed(said, name) for name in ("weight", "half")}
    own: dict[str, Any] = {
        "goal": said.get("goal", "")[:_LONGEST],
        "stages": tuple(name[:_LONGEST] for key, name in said.multi_items() if key == "stage" and name),
        "pause": said.get("pause", "")[:_LONGEST].strip(),
        "band": said.get("band", "")[:_LONGEST].strip(),
        "by": said.get("by", "")[:_LONGEST].strip(),
    }
    if found.has_events and found.problem is None and found.selected:
        options = {
            "stage": own["stages"],
            "goal": own["goal"] or None,
            "pause": own["pause"],
            "band": own["band"],
            "top": _IN_BAND if own["band"] else _MOST,
            "by": own["by"],
            "weights": [f"{name}={value}" for name, value in typed["weight"].items()],
            "halves": [f"{name}={value}" for name, value in typed["half"].items()],
        }
        try:
            own["effort"] = await question(request, "effort", options, Effort)
        except Problem as problem:
            own["sentence"] = problem.sentence(language_for(request))
        else:
            own["pause"] = own["pause"] or written_span(own["effort"].pause_s)
    own["fields"] = _fields(own.get("effort"), typed["weight"], typed["half"])
    view = framed(found, EffortView, **own)
    return await show(request, Page(template="pages/journey_effort.html", view=view, section="journeys"))


def _typed(said: Any, kind: str) -> dict[str, str]:  # noqa: ANN401 - the parameters of an address
    """What stands in the address for each component: ``weight.repeats=50``. A comma is the sign of German decimals."""
    found = {name: said.get(f"{kind}.{name}", "")[:_LONGEST].strip().replace(",", ".") for name in COMPONENTS}
    return {name: value for name, value in found.items() if value}


def _fields(effort: Effort | None, weights: dict[str, str], halves: dict[str, str]) -> tuple[EffortField, ...]:
    """The form: what was typed, else what was used."""
    used = {} if effort is None else {name: f"{value:g}" for name, value in effort.weights.items()}
    amounts = {} if effort is None else effort.halves
    written = {name: written_span(value) if name in TIMES else f"{value:g}" for name, value in amounts.items()}
    return tuple(
        EffortField(name=name, weight=weights.get(name, used.get(name, "")), half=halves.get(name, written.get(name, "")))
        for name in COMPONENTS
    )


ROUTES = (journey_effort,)
