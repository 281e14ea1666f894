"""The section Data: upload, preview, progress, undo, quarantine, keys, the sample company."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.background import open_jobs
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.entering import enter_file, new_ticket
from tanteemma.serve.edge.multipart_form import receive_form_file
from tanteemma.serve.edge.previewing import PreviewDocument, answers_in, mapping_from, preview_view, say
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address, visitor_of
from tanteemma.serve.edge.routes.describing import learning_of
from tanteemma.serve.edge.routes.pages import Page, notice_of, show, status_with
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import ConfirmView, Shell, SourceShare
from tanteemma.serve.pages.views_sources import (
    Equation,
    ImportPreviewView,
    ImportProgressView,
    ImportRow,
    ProblemCount,
    SourceRow,
    SourcesView,
)
from tanteemma.serve.source_report import SourceLine, every_source
from tanteemma.serve.worker.documents import ImportState
from tanteemma.serve.worker.import_reading import every_state, one_state
from tanteemma.serve.worker.messages import (
    BeginImport,
    KeepFile,
    LoadSample,
    PreviewImport,
    RemoveSample,
    ReplayQuarantine,
    UndoImport,
)
from tanteemma.store.operational import Transaction

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_UPLOAD: Final = {"permission": Permission.DATA_WRITE, "checks_form_itself": True}
_FORMATS: Final = (".csv", ".xlsx", ".parquet", ".jsonl", ".xes", ".ocel", ".json", ".xml", ".sqlite", ".gz", ".zip")
_SHOWN: Final = 100
_STATES: Final = {"uploaded": "preview", "importing": "running"}


def equation_of(state: ImportState) -> Equation | None:
    """Where did every row go? None before anything was read."""
    if not state.received:
        return None
    return Equation(
        received=state.received,
        accepted=state.accepted,
        duplicate=state.duplicate,
        quarantined=state.quarantined,
        rejected=state.rejected,
    )


def _import_row(state: ImportState) -> ImportRow:
    return ImportRow(
        number=state.number,
        file_name=state.name,
        format=state.format,
        state=_STATES.get(state.state, state.state),
        started_at=datetime.fromisoformat(state.created_at),
        result=equation_of(state),
        undoable=state.state == "done",
    )


@get(Address.DATA.value, opt=_READ)
async def sources(request: AnyRequest) -> Response[str]:
    """Can I trust the data; how do I connect more?"""
    return await _sources_page(request)


def _newest_imports(tx: Transaction) -> list[ImportState]:
    return every_state(tx, _SHOWN)


async def _state_of(edge: Edge, number: int) -> ImportState:
    return await edge.access.read(lambda tx: one_state(tx, number))


def _rows(lines: Sequence[SourceLine], shares: Sequence[SourceShare]) -> tuple[SourceRow, ...]:
    """Sources with what is stored of them, the largest first; one that only has a key has nothing yet."""
    known = {line.name: line for line in lines}
    stored = {share.name: share for share in shares}
    named = [*(share.name for share in shares), *(line.name for line in lines if line.name not in stored)]
    return tuple(_row(name, known.get(name), stored.get(name)) for name in dict.fromkeys(named))


def _row(name: str, line: SourceLine | None, share: SourceShare | None) -> SourceRow:
    heard = (line.last_seen if line is not None else None) or (share.newest_received_at if share is not None else None)
    return SourceRow(
        name=name,
        kind=share.kind if share is not None else "sample" if line is not None and line.sample else "live",
        events=0 if share is None else share.events,
        newest_event_at=None if share is None else share.newest_event_at,
        heard_at=heard,
        state="waiting" if share is None else "stale" if share.stale else "fresh",
        department=(line.department if line is not None else None) or "",
        changes=0 if line is None else line.changes,
        known=line is not None,
    )


async def _sources_page(request: AnyRequest, problem: str | None = None, status: int = 200) -> Response[str]:
    edge = edge_of(request)
    learning = learning_of(request)
    seen, imports, lines, jobs = await asyncio.gather(
        asking.overview(edge),
        edge.access.read(_newest_imports),
        edge.access.read(lambda tx: every_source(tx, learning)),
        open_jobs(edge),
    )
    view = SourcesView(
        address=own_address(request),
        formats=_FORMATS,
        largest_bytes=edge.settings.largest_upload_bytes,
        sources=_rows(lines, seen.imported.sources if seen.imported is not None else ()),
        imports=tuple(_import_row(state) for state in imports),
        quarantined=seen.quarantined,
        jobs=jobs,
        problem=problem,
    )
    page = Page(
        template="pages/data.html", view=view, section="data", sample=seen.sample, notice=notice_of(request), status=status
    )
    return await show(request, page)


@post(Address.UPLOAD.value, opt=_UPLOAD, request_max_body_size=None)
async def upload(request: AnyRequest) -> Response[str] | Redirect:
    """A file from the browser: kept as it came, then shown before anything of it is stored."""
    edge = edge_of(request)
    receive = request.receive
    try:
        with BodyReader(receive, largest=edge.settings.largest_upload_bytes, timeout_s=edge.settings.body_timeout_s) as reader:
            reader.check_length(request.headers.get("content-length"))
            kept = await receive_form_file(
                edge, reader.pieces(), request.headers.get("content-type", ""), visitor_of(request.scope).csrf_token
            )
        source = kept.name.rsplit(".", 1)[0]
        entered = await enter_file(edge, KeepFile(path=str(kept.path), name=kept.name, source=source, ticket=new_ticket()))
    except Problem as problem:
        if problem.status in {401, 403}:
            raise
        return await _sources_page(request, problem=problem.sentence(language_for(request)), status=problem.status)
    return Redirect(Address.IMPORT.of(entered.number), status_code=303)


@get("/data/imports/{number:int}", opt=_READ)
async def preview(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """What will be read, before anything is stored."""
    return await _preview_page(request, PreviewImport(number=number), {})


@post("/data/imports/{number:int}", opt=_CHANGE)
async def confirm_preview(request: AnyRequest, number: FromPath[int]) -> Response[str] | Redirect:
    """Look again with other answers, or read it in."""
    edge = edge_of(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    found = await asking.document(edge, PreviewImport(number=number), PreviewDocument)
    mapping = msgspec.json.encode(mapping_from(found, form))
    answers = answers_in(found, form)
    problem = None
    if form.get("action") == "start":
        try:
            await asking.ask(edge, BeginImport(number=number, mapping=mapping, answers=answers))
        except Problem as unsettled:
            problem = unsettled
        if problem is None or await _goes_on(edge, number, problem):
            return Redirect(Address.IMPORT_PROGRESS.of(number), status_code=303)
    return await _preview_page(request, PreviewImport(number=number, mapping=mapping, answers=answers), form, problem)


async def _goes_on(edge: Edge, number: int, problem: Problem) -> bool:
    """The worker gave no answer: had it ordered the import before?"""
    return problem.code is ProblemCode.WORKER_AWAY and (await _state_of(edge, number)).state != "uploaded"


async def _preview_page(
    request: AnyRequest, message: PreviewImport, form: Mapping[str, str], problem: Problem | None = None
) -> Response[str]:
    edge = edge_of(request)
    language = language_for(request)
    number = message.number
    state = await _state_of(edge, number)
    try:
        found = await asking.document(edge, message, PreviewDocument)
        view = preview_view(number, state.name, found, form, language)
    except Problem as unreadable:
        problem = problem or unreadable
        view = ImportPreviewView(number=number, file_name=state.name, format=state.format, columns=(), rows=(), tabular=False)
    if problem is not None:
        view = msgspec.structs.replace(view, problems=(problem.sentence(language),))
    said = request.query_params.get("replay", "")
    if said.isascii() and said.isdigit():
        view = msgspec.structs.replace(view, replay_of=int(said[:12]))
    status = status_with(problem)
    return await show(request, Page(template="pages/import_preview.html", view=view, section="data", status=status))


@get("/data/imports/{number:int}/progress", opt=_READ)
async def progress(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """How far is it, and what became of every row? ``part=1`` gives the moving part alone."""
    edge = edge_of(request)
    language = language_for(request)
    state = await _state_of(edge, number)
    view = msgspec.structs.replace(progress_view(state, language), worker_away=edge.live.version is None)
    if request.query_params.get("part"):
        shell = Shell(path=request.url.path, csrf_token="", time_zone=edge.settings.time_zone)
        return Response(renderer(language).render("partials/progress.html", view, shell), media_type="text/html")
    return await show(request, Page(template="pages/import_progress.html", view=view, section="data"))


def progress_view(state: ImportState, language: str) -> ImportProgressView:
    """An import as its progress and result page shows it."""
    share = state.done_bytes / state.total_bytes if state.total_bytes else None
    rate = state.received / state.seconds if state.seconds > 0 and state.received else None
    left = state.seconds * (1 - share) / share if share and state.seconds else None
    return ImportProgressView(
        number=state.number,
        file_name=state.name,
        state=_STATES.get(state.state, state.state),
        rows=state.received,
        share=share,
        rate=rate,
        remaining_s=left,
        seconds=state.seconds,
        result=equation_of(state) if state.state in {"done", "undone", "failed"} else None,
        problems=tuple(
            ProblemCount(
                code=problem.code,
                sentence=say(
                    (f"problem.{problem.code}",), problem.code, language, **_place(problem.row, problem.field, problem.value)
                ),
                count=problem.count,
                row=problem.row,
                field=problem.field,
                value=problem.value,
            )
            for problem in state.problems
        ),
        undoable=state.state == "done",
    )


def _place(row: int | None, field: str | None, value: str | None) -> dict[str, object]:
    return {name: said for name, said in (("row", row), ("field", field), ("value", value)) if said is not None}


@get("/data/imports/{number:int}/undo", opt=_READ)
async def ask_undo(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """Are you sure?"""
    state = await _state_of(edge_of(request), number)
    address = Address.IMPORT_UNDO.of(number)
    view = ConfirmView(kind="undo_import", action=address, back=Address.DATA.value, subject=state.name, count=state.accepted)
    return await show(request, Page(template="pages/confirm.html", view=view, section="data"))


@post("/data/imports/{number:int}/undo", opt=_CHANGE)
async def undo(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """Take everything back that this file brought."""
    await asking.ask(edge_of(request), UndoImport(number=number))
    return _done("import_undone")


@post("/data/imports/{number:int}/replay", opt=_CHANGE)
async def replay(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """Read this file again, with a mapping changed before: first its preview."""
    message = ReplayQuarantine(origin=f"file:{number}", only_enter=True)
    entered = await asking.document(edge_of(request), message, ImportState)
    return Redirect(f"{Address.IMPORT.of(entered.number)}?replay={number}", status_code=303)


@post(Address.SAMPLE.value, opt=_CHANGE)
async def load_sample(request: AnyRequest) -> Redirect:
    """Load the sample company."""
    await asking.ask(edge_of(request), LoadSample(follow=False))
    return Redirect(f"{Address.START.value}?done=sample_loading", status_code=303)


@get(Address.SAMPLE_REMOVE.value, opt=_READ)
async def ask_remove_sample(request: AnyRequest) -> Response[str]:
    """Are you sure?"""
    action = Address.SAMPLE_REMOVE.value
    seen = await asking.overview(edge_of(request))
    events = sum(each.events for each in seen.imported.sources if each.kind == "sample") if seen.imported is not None else 0
    view = ConfirmView(kind="remove_sample", action=action, back=Address.DATA.value, count=events)
    return await show(request, Page(template="pages/confirm.html", view=view, section="data"))


@post(Address.SAMPLE_REMOVE.value, opt=_CHANGE)
async def remove_sample(request: AnyRequest) -> Redirect:
    """Remove everything of the sample company."""
    await asking.ask(edge_of(request), RemoveSample())
    return _done("sample_removed")


def _done(what: str) -> Redirect:
    return Redirect(f"{Address.DATA.value}?done={what}", status_code=303)


ROUTES = (
    sources,
    upload,
    preview,
    confirm_preview,
    progress,
    ask_undo,
    undo,
    replay,
    load_sample,
    ask_remove_sample,
    remove_sample,
)
