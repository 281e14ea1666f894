"""The pages about firms and households: found, seen whole, who belongs to them, put together and taken apart."""

from typing import Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from tanteemma.identity.profile.profile import Profile
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_accounts, asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views_accounts import AccountsView, account_view
from tanteemma.serve.pages.views_people import SHOWN_EVENTS, TimelineView, decisions_about, timeline_rows
from tanteemma.store.operational import people
from tanteemma.store.timeline_shape import Timeline

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_SECTION: Final = "customers"
_LISTED: Final = 100
_SEE_OTHER: Final = 303
_LONGEST_NUMBER: Final = 12


@get(Address.ACCOUNTS.value, opt=_READ)
async def accounts_page(request: AnyRequest) -> Response[str]:
    """Which firms and households are there?"""
    edge = edge_of(request)
    query = request.query_params.get("q", "")
    rows = tuple(await asking_accounts.find(edge, query, _LISTED))
    view = AccountsView(query=query, rows=rows, whole=edge.people.is_whole())
    return await show(request, Page(template="pages/accounts.html", view=view, section=_SECTION, notice=notice_of(request)))


@get(Address.ACCOUNT.value, opt=_READ)
async def one_account(request: AnyRequest) -> Response[str]:
    """Which firm or household is this?"""
    edge = edge_of(request)
    account = await asking_accounts.account(edge, request.query_params.get("account", ""))
    made = await edge.access.read(lambda tx: people.merges_about(tx, account.subjects))
    decisions = decisions_about(account.subjects, made, people.BY_RULE)
    timeline = await _timeline(edge, request, account.id, account.together)
    view = account_view(account, decisions, timeline)
    return await show(request, Page(template="pages/account.html", view=view, section=_SECTION, notice=notice_of(request)))


@post("/accounts/members", opt=_CHANGE)
async def change_member(request: AnyRequest) -> Redirect:
    """Somebody belongs to the account in a role, or no longer."""
    form = await request.form()
    edge = edge_of(request)
    typed, account = str(form.get("person", "")).strip(), str(form.get("account", "")).strip()
    known = await asking_people.meant(edge, typed)
    options: dict[str, object] = {"account": account, "person": known.subjects[0], "by": OWNER}
    options |= {"left": True} if form.get("left") else {"role": str(form.get("role", "")) or None}
    if str(form.get("name", "")).strip():
        options["traits"] = {"name": str(form["name"]).strip()}
    stated = msgspec.json.decode((await asking_people.ask(edge, "state_account", options)).body)
    return _back(stated["account"], "account_left" if form.get("left") else "account_joined")


@post("/accounts/merge", opt=_CHANGE)
async def merge_page(request: AnyRequest) -> Redirect:
    """This account and another one are the same."""
    form = await request.form()
    account, other = (str(form.get(name, "")).strip() for name in ("account", "other"))
    options = {"accounts": (account, other), "reason": str(form.get("reason", "")), "by": OWNER}
    await asking_people.ask(edge_of(request), "merge_accounts", options)
    return _back(account, "accounts_merged")


@post("/accounts/undo", opt=_CHANGE)
async def undo_page(request: AnyRequest) -> Redirect:
    """Take a merge back."""
    form = await request.form()
    number = str(form.get("number", ""))
    if not (number.isdecimal() and len(number) <= _LONGEST_NUMBER):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="number", value=number)
    await asking_people.ask(edge_of(request), "undo", {"number": int(number), "by": OWNER})
    return _back(str(form.get("account", "")), "accounts_parted")


def _back(account: str, done: str) -> Redirect:
    return Redirect(f"{Address.ACCOUNT.value}?{urlencode({'account': account, 'done': done})}", status_code=_SEE_OTHER)


async def _timeline(edge: Edge, request: AnyRequest, account: str, whole: Profile) -> TimelineView:
    said = request.query_params
    channels = tuple(one.name for one in whole.contacts if one.name)
    chosen = tuple(said.getall("channel", []))
    options = {"account": account, "channels": chosen, "before": said.get("before"), "limit": SHOWN_EVENTS}
    own = f"{Address.ACCOUNT.value}?{urlencode({'account': account})}&"
    try:
        page = msgspec.json.decode((await asking_people.ask(edge, "tell_account", options)).body, type=Timeline)
    except Problem as problem:
        said_why = "" if problem.code is ProblemCode.UNKNOWN_PERSON else problem.sentence(language_for(request))
        return TimelineView(person=account, own=own, channels=channels, chosen=chosen, problem=said_why)
    return TimelineView(
        person=account,
        own=own,
        rows=timeline_rows(page),
        next=page.next,
        total=page.total,
        channels=channels,
        chosen=chosen,
    )


ROUTES = (accounts_page, one_account, change_member, merge_page, undo_page)
