"""The pages of the pulls: the list, entering one, what its columns mean, now, pause, remove."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.previewing import PreviewDocument, answers_in, mapping_from, preview_view
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show, status_with
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.pull_form import KINDS, fields_of, plan_in, values_of
from tanteemma.serve.pages.views import ConfirmView
from tanteemma.serve.pages.views_pulls import PullColumnsView, PullFormView, PullRow, PullsView
from tanteemma.serve.pages.views_sources import Equation
from tanteemma.serve.pulls import keeping
from tanteemma.serve.pulls.keeping import Keeper, keeper_of, plan_of
from tanteemma.serve.pulls.stating import PullState, every_pull, one_pull
from tanteemma.serve.worker.pull_messages import RunPull, TryPull
from tanteemma.store.operational import Transaction, pulls
from tanteemma.store.operational.records import StoredPull

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_LONGEST: Final = 4_000


def _row(one: PullState, language: str) -> PullRow:
    counts = {name: getattr(one.total, name) for name in one.total.__struct_fields__}
    return PullRow(
        number=one.number,
        name=one.name,
        kind=one.kind,
        place=one.place,
        every=one.every,
        state=one.state,
        declared=one.declared,
        reason=one.problem(language),
        failing_since=one.failing_since,
        next_run=one.next_try or one.next_run,
        last_run=one.last_run,
        rows=one.rows,
        file=one.file,
        total=Equation(**counts) if one.total.received else None,
    )


@get(Address.PULLS.value, opt=_READ)
async def every(request: AnyRequest) -> Response[str]:
    """What is fetched, and how is it?"""
    found = await edge_of(request).access.read(every_pull)
    view = PullsView(pulls=tuple(_row(one, language_for(request)) for one in found))
    return await show(request, Page(template="pages/pulls.html", view=view, section="data", notice=notice_of(request)))


@get(Address.PULL_NEW.value, opt=_CHANGE)
async def new(request: AnyRequest) -> Response[str]:
    """Choose a kind, then enter the connection."""
    kind = request.query_params.get("kind", "")
    return await _form_page(request, kind if kind in KINDS else "", {})


@post(Address.PULL_NEW.value, opt=_CHANGE)
async def enter(request: AnyRequest) -> Response[str] | Redirect:
    """Keep the connection; next its first rows are shown."""
    form = await _form(request)
    kind = form.get("kind", "")
    if kind not in KINDS:
        raise Problem(ProblemCode.PULL_SETTING, status=422, field="kind", value=kind, allowed=", ".join(KINDS))

    def enter_it(tx: Transaction, keeper: Keeper) -> StoredPull:
        return keeping.add(tx, keeper, form.get("name", ""), plan_in(kind, form), form.get("secret", ""))

    try:
        stored = await _write(request, enter_it)
    except Problem as problem:
        return await _form_page(request, kind, form, problem)
    return Redirect(Address.PULL_COLUMNS.of(stored.number), status_code=303)


@get("/data/pulls/{number:int}", opt=_CHANGE)
async def form_of(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """Change a connection."""
    stored = await edge_of(request).access.read(lambda tx: keeping.own(tx, number))
    plan = plan_of(stored)
    kind = str(msgspec.to_builtins(plan)["kind"])
    return await _form_page(request, kind, values_of(plan) | {"name": stored.name}, number=number)


@post("/data/pulls/{number:int}", opt=_CHANGE)
async def change(request: AnyRequest, number: FromPath[int]) -> Response[str] | Redirect:
    """Keep a changed connection; then its first rows are shown again."""
    form = await _form(request)
    stored = await edge_of(request).access.read(lambda tx: keeping.own(tx, number))
    before = plan_of(stored)
    kind = str(msgspec.to_builtins(before)["kind"])

    def change_it(tx: Transaction, keeper: Keeper) -> StoredPull:
        return keeping.change(tx, keeper, number, plan_in(kind, form, before), form.get("secret", ""))

    try:
        await _write(request, change_it)
    except Problem as problem:
        return await _form_page(request, kind, form, problem, number=number)
    return Redirect(Address.PULL_COLUMNS.of(number), status_code=303)


async def _form_page(
    request: AnyRequest, kind: str, values: Mapping[str, str], problem: Problem | None = None, *, number: int = 0
) -> Response[str]:
    usual, rarely = fields_of(kind, values) if kind else ((), ())
    view = PullFormView(
        kind=kind,
        action=Address.PULL.of(number) if number else Address.PULL_NEW.value,
        fields=usual,
        rarely=rarely,
        problem=None if problem is None else problem.sentence(language_for(request)),
        is_new=not number,
        name=values.get("name", ""),
    )
    status = status_with(problem)
    return await show(request, Page(template="pages/pull_form.html", view=view, section="data", status=status))


@get("/data/pulls/{number:int}/columns", opt=_CHANGE)
async def columns(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """Its first rows, and what they seem to mean; nothing is stored."""
    return await _columns_page(request, TryPull(number=number), {})


@post("/data/pulls/{number:int}/columns", opt=_CHANGE)
async def settle(request: AnyRequest, number: FromPath[int]) -> Response[str] | Redirect:
    """Look again with other answers, or keep them and begin to pull."""
    edge, form = edge_of(request), await _form(request)
    try:
        found = await asking.document(edge, TryPull(number=number), PreviewDocument)
        mapping = msgspec.json.encode(mapping_from(found, form))
        message = TryPull(number=number, mapping=mapping, answers=answers_in(found, form))
    except Problem as problem:
        return await _columns_page(request, TryPull(number=number), form, problem)
    if form.get("action") == "start":
        try:
            await asking.ask(edge, msgspec.structs.replace(message, settle=True))
        except Problem as problem:
            return await _columns_page(request, message, form, problem)
        return _done("pull_running")
    return await _columns_page(request, message, form)


async def _columns_page(
    request: AnyRequest, message: TryPull, form: Mapping[str, str], problem: Problem | None = None
) -> Response[str]:
    edge, language = edge_of(request), language_for(request)
    state = await edge.access.read(lambda tx: one_pull(tx, message.number))
    view = PullColumnsView(number=state.number, name=state.name)
    try:
        found = await asking.document(edge, message, PreviewDocument)
        view = msgspec.structs.replace(view, preview=preview_view(0, state.name, found, form, language))
    except Problem as unreadable:
        problem = problem or unreadable
    if problem is not None:
        view = msgspec.structs.replace(view, problem=problem.sentence(language))
    status = status_with(problem)
    return await show(request, Page(template="pages/pull_columns.html", view=view, section="data", status=status))


@post("/data/pulls/{number:int}/run", opt=_CHANGE)
async def run(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """Pull now."""
    await asking.ask(edge_of(request), RunPull(number=number))
    return _done("pull_running")


@post("/data/pulls/{number:int}/pause", opt=_CHANGE)
async def pause(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """Stop, or go on by the clock."""
    paused = (await _form(request)).get("paused") == "yes"
    await _write(request, lambda tx, keeper: keeping.pause(tx, number, paused=paused, zone=keeper.zone))
    return _done("pull_paused" if paused else "pull_resumed")


@get("/data/pulls/{number:int}/remove", opt=_CHANGE)
async def ask_remove(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """Are you sure?"""
    stored = await edge_of(request).access.read(lambda tx: pulls.get(tx, number))
    action = Address.PULL_REMOVE.of(number)
    view = ConfirmView(kind="remove_pull", action=action, back=Address.PULLS.value, subject=stored.name)
    return await show(request, Page(template="pages/confirm.html", view=view, section="data"))


@post("/data/pulls/{number:int}/remove", opt=_CHANGE)
async def remove(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """Forget it; what it brought stays."""
    await _write(request, lambda tx, keeper: keeping.remove(tx, keeper, number))
    return _done("pull_removed")


async def _form(request: AnyRequest) -> dict[str, str]:
    return {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}


async def _write(request: AnyRequest, act: Callable[[Transaction, Keeper], StoredPull]) -> StoredPull:
    edge = edge_of(request)
    keeper = keeper_of(edge.folder, edge.settings)
    return await edge.access.write(lambda tx: act(tx, keeper))


def _done(what: str) -> Redirect:
    return Redirect(f"{Address.PULLS.value}?done={what}", status_code=303)


ROUTES = (every, new, enter, form_of, change, columns, settle, run, pause, ask_remove, remove)
