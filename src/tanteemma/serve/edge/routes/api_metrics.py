"""Metrics as JSON: the documents of ``emma metrics``."""

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.answering import answer_of, whole_number
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.filters import read_filter
from tanteemma.serve.worker.messages import Analyse

_READ: Final = {"permission": Permission.DATA_READ}
_MOST_INVITED: Final = 10**9


@get("/api/metrics", opt=_READ)
async def every_metric(request: AnyRequest) -> Response[bytes]:
    """Every metric that has answers."""
    return await answer_of(request, _message(request, "metrics", {}))


@get("/api/metrics/{name:str}", opt=_READ)
async def one_metric(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """One metric ``by`` a dimension, of so many ``invited`` people, or ``against`` other conditions."""
    said = request.query_params
    options: dict[str, Any] = {"name": name, "by": said.get("by") or None, "against": said.getall("against", [])}
    if "invited" in said:
        options["invited"] = whole_number(request, "invited", 1, _MOST_INVITED)
    return await answer_of(request, _message(request, "metric", options))


def _message(request: AnyRequest, name: str, options: dict[str, Any]) -> Analyse:
    """Without a filter every answer counts, whatever a journey is."""
    wanted = read_filter(request.query_params.multi_items())
    options |= {"language": language_for(request), "every": wanted.journey is None and not wanted.narrows}
    return Analyse(name=name, options=msgspec.json.encode(options), journey=wanted.journey, filter=wanted)


ROUTES = (every_metric, one_metric)
