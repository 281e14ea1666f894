"""Questions in SQL: the page, the address for programs, and the whole answer as a file."""

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.response import Stream

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.growing import GrowingFile
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views_sql import SqlFound, SqlView
from tanteemma.serve.worker.messages import AskSql, ExportSql

_READ: Final = {"permission": Permission.DATA_READ}
_LONGEST: Final = 20_000
_MOST: Final = 10_000
_SHOWN: Final = 200
_MEDIA: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}


class SqlBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``sql``: one SELECT; ``values``: what its ``$names`` stand for.

    ``format``: the whole answer as json, csv, parquet or arrow; without one a document with the first ``rows`` rows.
    """

    sql: str
    values: dict[str, str | int | float | bool | None] = {}
    rows: int = 1_000
    format: str | None = None
    style: str = "plain"


@post("/api/sql", opt=_READ, status_code=200)
async def ask_sql(request: AnyRequest) -> Response[bytes] | Stream:
    """The answer to one SELECT."""
    try:
        body = msgspec.json.decode(await request.body(), type=SqlBody)
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422, hint=str(wrong)) from wrong
    _check_length(body.sql)
    if body.format is not None:
        return await _file(
            request, ExportSql(path="", question=body.sql, values=body.values, format=body.format, style=body.style)
        )
    if not 0 < body.rows <= _MOST:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="rows", value=body.rows, limit=_MOST)
    answered = await asking.ask(edge_of(request), AskSql(question=body.sql, values=body.values, most=body.rows))
    return Response(answered.body, media_type=MediaType.JSON, headers={"cache-control": "no-store"})


@get(Address.SQL.value, opt=_READ)
async def sql_page(request: AnyRequest) -> Response[str]:
    """The page: a question, its first rows."""
    edge, question = edge_of(request), request.query_params.get("sql", "").replace("\r\n", "\n").strip()
    own: dict[str, Any] = {"question": question, "has_events": bool((await asking.freshness(edge)).events)}
    if question:
        try:
            _check_length(question)
            own["found"] = await asking.document(edge, AskSql(question=question, most=_SHOWN), SqlFound)
        except Problem as problem:
            own["sentence"] = problem.sentence(language_for(request))
    return await show(request, Page(template="pages/sql.html", view=SqlView(**own), section="data"))


@get(Address.SQL_FILE.value, opt=_READ)
async def sql_file(request: AnyRequest) -> Response[bytes] | Stream:
    """The whole answer to the question of the page as a file."""
    said = request.query_params
    question = said.get("sql", "")
    _check_length(question)
    return await _file(
        request, ExportSql(path="", question=question, format=said.get("format", "csv"), style=said.get("style", "plain"))
    )


def _check_length(question: str) -> None:
    if len(question) > _LONGEST:
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field="sql", limit=_LONGEST)


async def _file(request: AnyRequest, message: ExportSql) -> Stream:
    if message.format not in _MEDIA:
        allowed = ", ".join(_MEDIA)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="format", value=message.format[:80], allowed=allowed)
    file = GrowingFile(edge_of(request), lambda path: msgspec.structs.replace(message, path=path))
    await file.begun()
    headers = {"content-disposition": f'attachment; filename="answer.{message.format}"', "cache-control": "no-store"}
    return Stream(file.pieces(), media_type=_MEDIA[message.format], headers=headers)


ROUTES = (ask_sql, sql_page, sql_file)
