"""What every page of the section Journeys asks first, and the way back to it after a condition was added."""

import asyncio
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Response, get
from litestar.response import Redirect

from tanteemma.journeys.where.tree import Expr
from tanteemma.journeys.where.written import written
from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.customer_tabs import SEGMENT_EDIT
from tanteemma.serve.pages.filters import FILTER_WORDS, JourneyFilter, read_filter
from tanteemma.serve.pages.tabs import TABS
from tanteemma.serve.pages.views import JourneyFrame
from tanteemma.serve.pages.where_form import condition_of
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import segments

T = TypeVar("T")

_READ: Final = {"permission": Permission.DATA_READ}
_NOT_OWN: Final = frozenset((*FILTER_WORDS, "language", "lang", "done"))
#: A filter that cannot be right should not keep its page from showing what is right.
_LONGEST: Final = 2_000


async def frame(request: AnyRequest, tab: str) -> JourneyFrame:
    """Which journeys are looked at: definitions, filter, how many of how many. A wrong filter becomes a sentence."""
    edge, wanted = edge_of(request), read_filter(request.query_params.multi_items())
    seen, counted, named = await asyncio.gather(
        asking.overview(edge, wanted.journey), _count(request, wanted), edge.access.read(segments.names)
    )
    own = [pair for pair in request.query_params.multi_items() if pair[0] not in _NOT_OWN]
    return JourneyFrame(
        tab=tab,
        definitions=seen.definitions,
        filter=wanted,
        has_events=seen.imported is not None,
        all_journeys=seen.imported.journeys if seen.imported is not None else 0,
        selected=counted if isinstance(counted, int) else None,
        touchpoints=seen.touchpoints,
        channels=seen.channels,
        facts=seen.facts,
        segments=named,
        own=urlencode(own),
        problem=counted if isinstance(counted, str) else None,
    )


async def _count(request: AnyRequest, wanted: JourneyFilter) -> int | str:
    """How many journeys pass, or why that cannot be said."""
    try:
        found = await question(request, "listed", {"top": 1}, _Total, wanted)
    except Problem as problem:
        return problem.sentence(language_for(request))
    return found.total


class _Total(msgspec.Struct):
    total: int


async def question(
    request: AnyRequest, name: str, options: dict[str, Any], kind: type[T], wanted: JourneyFilter | None = None
) -> T:
    """The answer to a question by its name, over the journeys of the address, as the type a page reads. Raises Problem."""
    wanted = read_filter(request.query_params.multi_items()) if wanted is None else wanted
    message = Analyse(name=name, options=msgspec.json.encode(options), journey=wanted.journey, filter=wanted)
    return await asking.document(edge_of(request), message, kind)


def framed(found: JourneyFrame, kind: type[T], **more: Any) -> T:  # noqa: ANN401 - the fields of any page of the section
    """A page of the section: the frame and what is its own."""
    return kind(**{name: getattr(found, name) for name in JourneyFrame.__struct_fields__} | more)


@get("/journeys/where", opt=_READ)
async def add_condition(request: AnyRequest) -> Response[Any]:
    """Add a condition that was chosen from the lists, and go back to the page it was added on."""
    said = request.query_params
    pages = [*(tab.address for tab in TABS), SEGMENT_EDIT]
    back = next((address for address in pages if address == said.get("back")), TABS[0].address)
    pairs = [pair for pair in said.multi_items() if pair[0] in FILTER_WORDS]
    pairs += [pair for pair in parse_qsl(said.get("own", "")[:_LONGEST]) if pair[0] not in _NOT_OWN]
    condition = condition_of({name: value.strip()[:_LONGEST] for name, value in said.items()}, language_for(request))
    if condition:
        pairs.append(("against" if said.get("side") == "against" else "where", condition))
    return Redirect(f"{back}?{urlencode(pairs)}" if pairs else back, status_code=303)


def link_of(where: Expr | None, wanted: JourneyFilter, address: str = "/journeys/list") -> str:
    """The address of the journeys behind a figure: those of the filter that also fulfil a condition."""
    more = (*wanted.where, written(where)) if where is not None else wanted.where
    return f"{address}?{msgspec.structs.replace(wanted, where=more).query()}"


ROUTES = (add_condition,)
