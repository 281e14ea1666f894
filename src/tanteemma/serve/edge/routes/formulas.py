"""The page of computed traits, and the same as JSON: listed, stated by a formula, removed."""

from typing import Final

import msgspec
from litestar import Response, delete, get, post, put
from litestar.enums import MediaType
from litestar.params import JSONBody
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.formula_words import formula_of, formula_rows
from tanteemma.serve.pages.views_formulas import Formulas, FormulasView
from tanteemma.serve.worker.messages import Answered

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_SECTION: Final = "customers"
_SEE_OTHER: Final = 303


class NewFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A computed trait: its name and its formula as written."""

    name: str
    formula: str


@get(Address.FORMULAS.value, opt=_READ)
async def formulas_page(request: AnyRequest) -> Response[str]:
    """Which traits are computed, and how?"""
    return await _page(request, {}, None)


@post(Address.FORMULAS.value, opt=_CHANGE, status_code=200)
async def define_page(request: AnyRequest) -> Response[str] | Redirect:
    """State one. A formula that cannot be read comes back with what is wrong with it."""
    said = {name: str(value) for name, value in (await request.form()).items()}
    try:
        await _define(edge_of(request), said.get("name", ""), formula_of(said))
    except Problem as problem:
        return await _page(request, said, problem)
    return Redirect(f"{Address.FORMULAS.value}?done=formula_defined", status_code=_SEE_OTHER)


@post("/people/computed/remove", opt=_CHANGE)
async def remove_page(request: AnyRequest) -> Redirect:
    """Remove one."""
    form = await request.form()
    options = {"name": str(form.get("name", "")), "by": OWNER}
    await asking_people.ask(edge_of(request), "remove_formula", options)
    return Redirect(f"{Address.FORMULAS.value}?done=formula_removed", status_code=_SEE_OTHER)


@get("/api/formulas", opt=_READ)
async def api_formulas(request: AnyRequest) -> Response[bytes]:
    """Every computed trait, with the touchpoints and channels that a formula may name."""
    return _told(await asking_people.ask(edge_of(request), "formulas", {}))


@put("/api/formulas", opt=_CHANGE)
async def api_define_formula(request: AnyRequest, data: JSONBody[NewFormula]) -> Response[bytes]:
    """State or change a computed trait."""
    return _told(await _define(edge_of(request), data.name, data.formula))


@delete("/api/formulas", opt=_CHANGE, status_code=200)
async def api_remove_formula(request: AnyRequest) -> Response[bytes]:
    """Remove the computed trait ``name`` of the address."""
    name = request.query_params.get("name")
    if not name:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    return _told(await asking_people.ask(edge_of(request), "remove_formula", {"name": name, "by": OWNER}))


async def _define(edge: Edge, name: str, formula: str) -> Answered:
    return await asking_people.ask(edge, "define_formula", {"name": name, "formula": formula, "by": OWNER})


async def _page(request: AnyRequest, said: dict[str, str], problem: Problem | None) -> Response[str]:
    known = msgspec.json.decode((await asking_people.ask(edge_of(request), "formulas", {})).body, type=Formulas)
    view = FormulasView(
        rows=formula_rows(known.formulas),
        touchpoints=known.touchpoints,
        channels=known.channels,
        said=said,
        problem="" if problem is None else problem.sentence(language_for(request)),
    )
    status = 200 if problem is None else problem.status
    page = Page(template="pages/formulas.html", view=view, section=_SECTION, notice=notice_of(request), status=status)
    return await show(request, page)


def _told(answered: Answered) -> Response[bytes]:
    return Response(answered.body, media_type=MediaType.JSON, headers={"cache-control": "no-store"})


ROUTES = (formulas_page, define_page, remove_page, api_formulas, api_define_formula, api_remove_formula)
