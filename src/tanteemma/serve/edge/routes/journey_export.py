"""The chosen journeys as a file: sent while it is written, whatever its size."""

from typing import Final

from litestar import Response, get
from litestar.response import Stream

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.growing import GrowingFile
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.exports import CHOICES, STYLES, choice_of
from tanteemma.serve.pages.filters import read_filter
from tanteemma.serve.worker.messages import ExportJourneys

_READ: Final = {"permission": Permission.DATA_READ}


@get(["/api/journeys/export", Address.JOURNEYS_EXPORT.value], opt=_READ)
async def export_journeys(request: AnyRequest) -> Response[bytes] | Stream:
    """Journeys with all their events: ``format`` csv, parquet, xes, xes.gz or ocel; ``style`` plain or german."""
    said = request.query_params
    choice, style = choice_of(said.get("format", "csv")), said.get("style", "plain")
    if choice is None:
        allowed = ", ".join(dict.fromkeys(one.format for one in CHOICES))
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="format", value=said["format"][:80], allowed=allowed)
    if style not in STYLES:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="style", value=style[:80], allowed=", ".join(STYLES))
    wanted, form = read_filter(said.multi_items()), choice.format
    file = GrowingFile(
        edge_of(request),
        lambda path: ExportJourneys(path=path, format=form, style=style, journey=wanted.journey, filter=wanted),
    )
    await file.begun()
    headers = {"content-disposition": f'attachment; filename="journeys{choice.suffix}"', "cache-control": "no-store"}
    return Stream(file.pieces(), media_type=choice.media_type, headers=headers)


ROUTES = (export_journeys,)
