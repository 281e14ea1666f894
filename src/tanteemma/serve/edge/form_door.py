"""Forms of web sites: ``POST /v1/forms/<name>``, without a key, because a form without a script cannot hide one.

Who may send: pages of the form's web sites (and programs without an origin), a few answers in a minute from one address. A
field that people do not see catches programs: they are thanked, and nothing is kept.
"""

import json
import time
from typing import Final, NamedTuple

import msgspec

from tanteemma.ingest.doors.batch import Batch
from tanteemma.ingest.doors.fields import Setting
from tanteemma.ingest.doors.shape import Answer, Decoded, DoorRequest, Limits
from tanteemma.ingest.doors.unpack import unpacked
from tanteemma.ingest.webhooks.form_bodies import fields_of
from tanteemma.ingest.webhooks.forms import (
    LANGUAGE,
    REDIRECT,
    FormDefinition,
    filled_form,
    form_in,
    is_allowed_target,
    is_honeypot_filled,
)
from tanteemma.ingest.webhooks.mapping import NAME
from tanteemma.ingest.webhooks.readings import as_text, encoded
from tanteemma.model.problems import Problem, ProblemCode, Problems, problems_body
from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.edge.admitting import address_of, check_address
from tanteemma.serve.edge.answers import language_of, refusal_headers
from tanteemma.serve.edge.asgi import Headers, Receive, Scope, Send
from tanteemma.serve.edge.body import BodyReader, Watched, header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.forms import own_origin
from tanteemma.serve.edge.limits import FORM_BURST_S
from tanteemma.serve.edge.origins import Origins
from tanteemma.serve.edge.prefix_doors import Reply, send_reply, serve_safely
from tanteemma.serve.edge.promising import count_rejected, promise
from tanteemma.serve.edge.uploads import check_room
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_webhooks import FormAnswerView
from tanteemma.store.operational import Transaction, door_definitions
from tanteemma.store.operational.door_records import DoorKind

PREFIX: Final = "/v1/forms/"
_DIALECT: Final = "form"
_LARGEST: Final = 256 * 1024
#: answers a second: of one address (ten at once, then one every six seconds), and to one form
_ADDRESS_RATE: Final = 10 / FORM_BURST_S
_FORM_RATE: Final = 600 / FORM_BURST_S
_LONGEST_AGENT: Final = 200
#: an answer for people: our own style sheets and nothing else
_PAGE: Final[Headers] = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
]


class _Kept(NamedTuple):
    name: str
    version: int
    form: FormDefinition


class _Asked(NamedTuple):
    """How the visitor wants to be answered."""

    language: str
    page: bool


async def serve_form(edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one filled-in form: a page or the way back for a browser, JSON for a program; never a 5xx but 503."""
    watched = Watched(receive)
    page = "text/html" in (header(scope["headers"], b"accept") or "")
    language = language_of(header(scope["headers"], b"accept-language"), edge.settings.language)
    asked = _Asked(language, page)

    def said(problem: Problem) -> Reply:
        return _refused(edge, [problem], asked)

    reply = await serve_safely(edge, scope, lambda: _answered(edge, scope, watched, asked), said)
    await send_reply(send, watched, reply)


async def _answered(edge: Edge, scope: Scope, receive: Watched, asked: _Asked) -> Reply:
    check_address(edge, scope)
    kept = await _form(edge, scope)
    allowed = _allow(edge, scope, kept.form)
    if scope["method"] == "OPTIONS":
        return (
            204,
            b"",
            [*allowed, (b"access-control-allow-methods", b"POST"), (b"access-control-allow-headers", b"Content-Type")],
        )
    if scope["method"] != "POST":
        raise Problem(ProblemCode.METHOD_NOT_ALLOWED, status=405, allowed="POST, OPTIONS")
    _check_rate(edge, scope, kept.name)
    check_room(edge)
    with BodyReader(receive, largest=_LARGEST, timeout_s=edge.settings.body_timeout_s, memory=edge.memory) as reader:
        reader.check_length(header(scope["headers"], b"content-length"))
        setting = _setting(edge, scope, kept.form.source)
        body = unpacked(await reader.whole(), setting)
        status, content, more = await _taken(edge, kept, _fields(body, scope), setting, asked)
    return status, content, [*allowed, *more]


def _fields(body: bytes, scope: Scope) -> dict[str, object]:
    return fields_of(body, header(scope["headers"], b"content-type") or "")


async def _form(edge: Edge, scope: Scope) -> _Kept:
    name = scope["path"].removeprefix(PREFIX).rstrip("/")

    def look(tx: Transaction) -> _Kept | None:
        found = door_definitions.find(tx, DoorKind.FORM, name)
        return None if found is None else _Kept(found.name, found.version, form_in(found.document.encode()))

    kept = await edge.access.read(look) if NAME.fullmatch(name) else None
    if kept is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404)
    return kept


def _allow(edge: Edge, scope: Scope, form: FormDefinition) -> Headers:
    """Raises Problem FOREIGN_ORIGIN for a web site that the form does not name. ``null``: a page that hides where it is."""
    origin = header(scope["headers"], b"origin")
    if origin is None or origin == "null":
        return []
    own = own_origin(edge, scope)
    if not (Origins(form.sites).lets_in(origin, own) or edge.origins.lets_in(origin, own)):
        raise Problem(ProblemCode.FOREIGN_ORIGIN, status=403)
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]


def _check_rate(edge: Edge, scope: Scope, name: str) -> None:
    """Raises Problem FORM_TOO_OFTEN. This machine itself is bound by the limit of the form only, as at every door."""
    address = address_of(scope)
    asked = [(name, _FORM_RATE)] if address is None else [(name, _FORM_RATE), ((name, address), _ADDRESS_RATE)]
    for bucket, rate in asked:
        edge.form_buckets.check(bucket, rate, ProblemCode.FORM_TOO_OFTEN)
    for bucket, rate in asked:
        edge.form_buckets.spend(bucket, rate, 1)


def _setting(edge: Edge, scope: Scope, source: str) -> DoorRequest:
    return DoorRequest(
        source=source,
        received_us=time.time_ns() // 1000,
        content_encoding=header(scope["headers"], b"content-encoding"),
        zone=edge.settings.time_zone,
        limits=Limits(body_bytes=_LARGEST, unpacked_bytes=_LARGEST),
        user_agent=(header(scope["headers"], b"user-agent") or "")[:_LONGEST_AGENT] or None,
    )


async def _taken(edge: Edge, kept: _Kept, said: dict[str, object], setting: DoorRequest, asked: _Asked) -> Reply:
    spoken = as_text(said.get(LANGUAGE, ""))
    asked = asked._replace(language=spoken if spoken in LANGUAGES else asked.language)
    target = as_text(said.get(REDIRECT, "")).strip() or kept.form.redirect
    try:
        if target and not is_allowed_target(kept.form, target):
            raise Problem(ProblemCode.REDIRECT_FOREIGN, status=422, field=REDIRECT)
        if is_honeypot_filled(kept.form, said):
            edge.counters.took(setting.source, (0, 0, 0, 1))
            edge.intake.rejected(setting.source, 1)
            return _thanked(kept, target, asked, {"accepted": 1, "left_out": []})
        filled = filled_form(kept.name, kept.version, kept.form, said, setting.received_us)
        answer = await promise(edge, _decoded(filled.event, setting), _DIALECT)
        if answer.problem is not None:
            raise answer.problem
    except Problem as problem:
        return _counted(edge, setting.source, [problem], asked)
    except Problems as several:
        return _counted(edge, setting.source, list(several.problems), asked)
    return _thanked(kept, target, asked, _told(answer, filled.left_out))


def _decoded(event: dict[str, object], setting: DoorRequest) -> Decoded:
    """The event as at every other door: the same checks."""
    batch = Batch(setting, Setting(setting.source, setting.received_us, setting.zone, setting.limits.id_chars), by_line=True)
    native = encoded(event)
    batch.read(0, native, native)
    return batch.decoded(1)


def _counted(edge: Edge, source: str, problems: list[Problem], asked: _Asked) -> Reply:
    """What a person can mend is not kept, but counted."""
    count_rejected(edge, source, problems[0])
    return _refused(edge, problems, asked)


def _told(answer: Answer, left_out: tuple[str, ...]) -> dict[str, object]:
    return {"accepted": answer.accepted, "duplicates": answer.duplicates, "left_out": list(left_out)}


def _thanked(kept: _Kept, target: str, asked: _Asked, told: dict[str, object]) -> Reply:
    if not asked.page:
        return 202, json.dumps(told).encode(), []
    if target:
        return 303, b"", [(b"location", target.encode("ascii"))]
    left_out = [one.label for one in kept.form.fields if one.name in told["left_out"]]  # type: ignore[operator]  # a list of names
    return 200, _page(FormAnswerView(done=True, title=kept.form.title, left_out=tuple(left_out)), asked), _PAGE


def _refused(edge: Edge, problems: list[Problem], asked: _Asked) -> Reply:
    edge.counters.refused(problems[0].code.value)
    more = [pair for one in problems[:1] for pair in refusal_headers(one)]
    if not asked.page:
        return problems[0].status, msgspec.json.encode(problems_body(problems, asked.language, echo=False)), more
    view = FormAnswerView(done=False, sentences=tuple(one.sentence(asked.language) for one in problems))
    return problems[0].status, _page(view, asked), [*more, *_PAGE]


def _page(view: FormAnswerView, asked: _Asked) -> bytes:
    shell = Shell(path="", csrf_token="", signed_in=False)
    return renderer(asked.language).render("pages/form_answer.html", view, shell).encode()
