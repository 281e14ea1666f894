"""Somebody looks after a weak spot, or changed something about it: said by form on any page, taken back as easily."""

from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

from litestar import post
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.findings import named_in
from tanteemma.serve.looking_after import day_in, known_finding
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.store.operational import Transaction, audit, looking_after
from tanteemma.store.operational.findings import Named

_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_LONGEST: Final = 8_000
_DIGITS: Final = 12
_BREAKS: Final = "/journeys/breaks"
_BACK: Final = frozenset({Address.START.value, _BREAKS})


@post(Address.FINDING_OWNER.value, opt=_CHANGE)
async def put_in_charge(request: AnyRequest) -> Redirect:
    """From now on somebody looks after a finding; without a name nobody does."""
    said = await _said(request)
    named = await _named(request, said)

    def keep(tx: Transaction) -> None:
        kept = looking_after.put_in_charge(tx, named, said.get("owner", ""), OWNER)
        audit.note(tx, OWNER, "finding_owned", f"{kept.journey}/{kept.finding}")

    await edge_of(request).access.write(keep)
    return _back(said, "finding_owned")


@post(Address.FINDING_OWNER_UNDO.value, opt=_CHANGE)
async def undo_charge(request: AnyRequest) -> Redirect:
    """Whoever looked after it before does so again."""
    said = await _said(request)

    def keep(tx: Transaction) -> None:
        looking_after.undo_charge(tx, said.get("journey", ""), said.get("id", ""), OWNER)
        audit.note(tx, OWNER, "finding_owner_undone", said.get("id", "")[:40])

    await edge_of(request).access.write(keep)
    return _back(said, "finding_owner_undone")


@post(Address.FINDING_CHANGED.value, opt=_CHANGE)
async def note_change(request: AnyRequest) -> Redirect:
    """Something was changed about a finding; from then on it is compared with before."""
    said = await _said(request)
    named = await _named(request, said)
    zone = edge_of(request).settings.zone
    since = day_in(said.get("since", ""), zone, datetime.now(zone).date())

    def keep(tx: Transaction) -> None:
        kept = looking_after.note_change(tx, named, said.get("what", ""), since, OWNER)
        audit.note(tx, OWNER, "finding_changed", f"{kept.journey}/{kept.finding}")

    await edge_of(request).access.write(keep)
    return _back(said, "finding_changed")


@post(Address.FINDING_CHANGE_REMOVE.value, opt=_CHANGE)
async def remove_change(request: AnyRequest) -> Redirect:
    """It was not so after all."""
    said = await _said(request)
    number = said.get("number", "")

    def keep(tx: Transaction) -> None:
        fits = number.isascii() and number.isdigit() and len(number) <= _DIGITS
        looking_after.remove_change(tx, int(number) if fits else 0, OWNER)
        audit.note(tx, OWNER, "finding_change_removed", number[:_DIGITS])

    await edge_of(request).access.write(keep)
    return _back(said, "finding_change_removed")


async def _said(request: AnyRequest) -> dict[str, str]:
    return {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}


async def _named(request: AnyRequest, said: dict[str, str]) -> Named:
    """The finding a form is about. Raises Problem FIELD_MISSING, FINDING_UNKNOWN."""
    finding, journey = said.get("id", ""), said.get("journey", "")
    if not finding:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="id")
    known = await edge_of(request).access.read(lambda tx: known_finding(tx, journey, finding))
    if known is not None:
        return known
    options = {"kind": (), "goal": (), "language": language_for(request)}
    answer = await question(request, "breaks", options, dict, JourneyFilter(journey=journey or None))
    return named_in(answer, finding)


def _back(said: dict[str, str], done: str) -> Redirect:
    """To the page the form stood on, with what was done."""
    page = said.get("back", "")
    address = page if page in _BACK else _BREAKS
    kept = [pair for pair in parse_qsl(said.get("query", "")) if pair[0] not in {"done", "now", "language"}]
    return Redirect(f"{address}?{urlencode([*kept, ('done', done)])}", status_code=303)


ROUTES = (put_in_charge, undo_charge, note_change, remove_change)
