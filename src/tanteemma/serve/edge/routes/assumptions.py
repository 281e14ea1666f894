"""The pages of the assumptions: the figures in force, the form of one, its versions, what the data say."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.response import Redirect

from tanteemma.model.assumptions import RULES, About, AssumptionKind
from tanteemma.model.problems import Problem, Problems
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.figures import Figure, figure_of, kind_of, read_stated, stated_in
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.assumptions import (
    assumptions_view,
    computed_in,
    form_of,
    form_problems,
    history_view,
    suggestion_row,
)
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_assumptions import AssumptionForm, SuggestionsView
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import Transaction, assumptions, audit
from tanteemma.store.operational.records import StoredAssumption

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_FORM_FIELDS: Final = frozenset({"kind", "about", "low", "mid", "high", "currency", "source", "as_of", "approved_by"})
_LONGEST: Final = 2_000


@get(Address.ASSUMPTIONS.value, opt=_READ)
async def every(request: AnyRequest) -> Response[str]:
    """What do costs rest on?"""
    found = await edge_of(request).access.read(assumptions.every)
    view = assumptions_view([figure_of(one) for one in found], language_for(request))
    return await show(request, Page(template="pages/assumptions.html", view=view, section="data", notice=notice_of(request)))


@get(f"{Address.ASSUMPTIONS.value}/suggestions", opt=_READ)
async def suggestions(request: AnyRequest) -> Response[str]:
    """What do the data say? A part of the page that comes later, because it reads all events."""
    edge, language = edge_of(request), language_for(request)
    try:
        found = msgspec.json.decode((await asking.ask(edge, Analyse(name="suggestions"))).body)
        view = SuggestionsView(rows=tuple(suggestion_row(one, language) for one in found["suggestions"]))
    except Problem as problem:
        view = SuggestionsView(problem=problem.sentence(language))
    shell = Shell(path=request.url.path, csrf_token="", time_zone=edge.settings.time_zone)
    content = await asyncio.get_running_loop().run_in_executor(
        edge.threads, renderer(language).render, "partials/suggestions.html", view, shell
    )
    return Response(content, media_type=MediaType.HTML)


@get(Address.ASSUMPTION.value, opt=_READ)
async def form(request: AnyRequest) -> Response[str]:
    """Enter or change one figure; what stands in the address fills the form (a suggestion that somebody takes)."""
    said = {name: value[:_LONGEST] for name, value in request.query_params.multi_items()}
    kind, about = kind_of(said.get("kind", "")), said.get("about", "")
    return await _form_page(request, kind, about, said)


@post(Address.ASSUMPTION.value, opt=_CHANGE)
async def state(request: AnyRequest) -> Response[str] | Redirect:
    """Keep what was entered, or say everything that is wrong with it."""
    said = {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}
    language = language_for(request)
    kind = kind_of(said.get("kind", ""))
    if RULES[kind].one_value:
        said |= {"low": said.get("mid", ""), "high": said.get("mid", "")}
    try:
        stated = msgspec.structs.replace(stated_in(said), computed=computed_in(said))
        new = read_stated(stated, language)
        await _changed(request, lambda tx: assumptions.state(tx, new, OWNER))
    except Problems as several:
        return await _form_page(request, kind, said.get("about", ""), said, several)
    return _back(said, "assumption_kept")


@get(Address.ASSUMPTION_HISTORY.value, opt=_READ)
async def history(request: AnyRequest) -> Response[str]:
    """Every version of one figure."""
    said = request.query_params
    kind, about = kind_of(said.get("kind", "")), said.get("about", "")
    found = await edge_of(request).access.read(lambda tx: assumptions.history(tx, kind, about))
    view = history_view([figure_of(one) for one in found], kind, about, language_for(request))
    page = Page(template="pages/assumption_history.html", view=view, section="data", notice=notice_of(request))
    return await show(request, page)


@post(Address.ASSUMPTION_REMOVE.value, opt=_CHANGE)
async def remove(request: AnyRequest) -> Redirect:
    """From now on there is no such figure."""
    kind, about, _ = await _named(request)
    await _changed(request, lambda tx: assumptions.remove(tx, kind, about, OWNER))
    return Redirect(f"{Address.ASSUMPTIONS.value}?done=assumption_removed", status_code=303)


@post(Address.ASSUMPTION_RESTORE.value, opt=_CHANGE)
async def restore(request: AnyRequest) -> Redirect:
    """Make an earlier version count again."""
    kind, about, said = await _named(request)
    version = said.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() else -1
    await _changed(request, lambda tx: assumptions.restore(tx, kind, about, number, OWNER))
    return Redirect(f"{Address.ASSUMPTIONS.value}?done=assumption_restored", status_code=303)


async def _named(request: AnyRequest) -> tuple[AssumptionKind, str, Mapping[str, str]]:
    said = {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}
    return kind_of(said.get("kind", "")), said.get("about", ""), said


async def _changed(request: AnyRequest, change: Callable[[Transaction], StoredAssumption]) -> StoredAssumption:
    def noted(tx: Transaction) -> StoredAssumption:
        kept = change(tx)
        audit.note(tx, OWNER, "assumption_changed", kept.key)
        return kept

    return await edge_of(request).access.write(noted)


def _back(said: Mapping[str, Any], done: str) -> Redirect:
    """To the page somebody came from, if it is one of ours; else to the list."""
    back = str(said.get("back", ""))
    is_own = back.startswith("/") and not back.startswith(("//", "/\\"))
    target = back if is_own else Address.ASSUMPTIONS.value
    return Redirect(f"{target}{'&' if '?' in target else '?'}done={done}", status_code=303)


async def _form_page(
    request: AnyRequest, kind: AssumptionKind, about: str, said: Mapping[str, str], problems: Problems | None = None
) -> Response[str]:
    edge, language = edge_of(request), language_for(request)
    stored = await edge.access.read(assumptions.every)
    figure = _figure(stored, kind, about)
    currency = next((one.currency for one in stored if one.currency is not None), "EUR")
    values = {"currency": currency} | {
        name: value for name, value in said.items() if name in _FORM_FIELDS or "computed" in name
    }
    view = form_of(kind, language, figure, values)
    changes: dict[str, Any] = {"back": said.get("back", ""), "names": await _names(request, kind)}
    if problems is not None:
        changes["problems"] = form_problems(problems.problems, said, language)
    filled: AssumptionForm = msgspec.structs.replace(view, **changes)
    status = 200 if problems is None else 422
    return await show(request, Page(template="pages/assumption_form.html", view=filled, section="data", status=status))


def _figure(stored: list[StoredAssumption], kind: AssumptionKind, about: str) -> Figure | None:
    key = assumptions.key_of(kind, about)
    return next((figure_of(one) for one in stored if one.key == key), None)


async def _names(request: AnyRequest, kind: AssumptionKind) -> tuple[str, ...]:
    """The touchpoints, channels or journeys there are, to choose from; none while nobody can be asked."""
    edge = edge_of(request)
    try:
        if RULES[kind].about is About.TOUCHPOINT:
            return (await asking.overview(edge)).touchpoints
        if RULES[kind].about is About.JOURNEY:
            return tuple(one.name for one in (await asking.overview(edge)).definitions)
        if RULES[kind].about is About.CHANNEL:
            return tuple(msgspec.json.decode((await asking.ask(edge, Analyse(name="channels"))).body)["channels"])
    except Problem:
        return ()
    return ()


ROUTES = (every, suggestions, form, state, history, remove, restore)
