"""The page of the rules about people, and the same as JSON: parts of touchpoints, ranks of sources, limits of identifiers."""

from typing import Any, Final

import msgspec
from litestar import Response, get, patch, post
from litestar.enums import MediaType
from litestar.params import JSONBody
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views_rules import RulesView
from tanteemma.serve.people_rules import PeopleRules

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_ROLE: Final = "role."
_MOST: Final = "most."
_LIFETIME: Final = "lifetime."


class Changed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is given is changed; see ``serve.worker.rules_desk``."""

    roles: dict[str, str] = {}
    sources: list[str] | None = None
    most_users: dict[str, int] = {}
    most_subjects: int | None = None
    blocked: list[str] | None = None
    priority: list[str] | None = None
    lifetime_days: dict[str, int] = {}
    plus_addresses: bool | None = None


@get(Address.RULES.value, opt=_READ)
async def rules_page(request: AnyRequest) -> Response[str]:
    """By which rules are people put together and read?"""
    return await _page(request, None)


@post(Address.RULES.value, opt=_CHANGE, status_code=200)
async def change_rules_page(request: AnyRequest) -> Response[str] | Redirect:
    """Change them; what cannot be comes back in words."""
    said = {name: str(value) for name, value in (await request.form()).items()}
    try:
        await asking_people.ask(edge_of(request), "change_rules", _options(said) | {"by": OWNER})
    except Problem as problem:
        return await _page(request, problem)
    return Redirect(f"{Address.RULES.value}?done=rules_changed", status_code=303)


@get("/api/people/rules", opt=_READ)
async def api_rules(request: AnyRequest) -> Response[bytes]:
    """The rules in force."""
    return Response((await asking_people.ask(edge_of(request), "rules", {})).body, media_type=MediaType.JSON)


@patch("/api/people/rules", opt=_CHANGE)
async def api_change_rules(request: AnyRequest, data: JSONBody[Changed]) -> Response[bytes]:
    """Change what is given."""
    options = msgspec.structs.asdict(data) | {"by": OWNER}
    return Response((await asking_people.ask(edge_of(request), "change_rules", options)).body, media_type=MediaType.JSON)


def _options(said: dict[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    roles = {name.removeprefix(_ROLE): value for name, value in said.items() if name.startswith(_ROLE)}
    if roles:
        options["roles"] = roles
    if "sources" in said:
        options["sources"] = said["sources"].splitlines()
    most = {name.removeprefix(_MOST): _whole(name, value) for name, value in said.items() if name.startswith(_MOST)}
    if most:
        options["most_subjects"] = most.pop("subjects", None)
        options["most_users"] = most
    lifetimes = {
        name.removeprefix(_LIFETIME): _whole(name, value) for name, value in said.items() if name.startswith(_LIFETIME)
    }
    if lifetimes:
        options["lifetime_days"] = lifetimes
        options["plus_addresses"] = "plus_addresses" in said
    if "priority" in said:
        options["priority"] = [line.strip() for line in said["priority"].splitlines() if line.strip()]
    if "blocked" in said:
        options["blocked"] = [line for line in said["blocked"].splitlines() if line.strip()]
    return options


def _whole(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 8):  # noqa: PLR2004 - beyond any limit
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field=name, value=value[:80])
    return int(value)


async def _page(request: AnyRequest, problem: Problem | None) -> Response[str]:
    known = msgspec.json.decode((await asking_people.ask(edge_of(request), "rules", {})).body, type=PeopleRules)
    view = RulesView(rules=known, problem="" if problem is None else problem.sentence(language_for(request)))
    status = 200 if problem is None else problem.status
    page = Page(template="pages/people_rules.html", view=view, section="customers", notice=notice_of(request), status=status)
    return await show(request, page)


ROUTES = (rules_page, change_rules_page, api_rules, api_change_rules)
