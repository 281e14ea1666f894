"""What forms do to documents of every kind: edit, undo, name, copy, remove, comment, return to old versions."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.cookies import set_name
from tanteemma.serve.edge.document_forms import home_of
from tanteemma.serve.edge.document_history import history_view
from tanteemma.serve.edge.drawing import changed, editor_of, edits_of, form_of
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views import ConfirmView
from tanteemma.serve.pages.views_documents import UndoChoiceView
from tanteemma.store.operational import Transaction, document_comments, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.keeping import Document, Keep

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_ONE: Final = "/documents/{key:str}"
_SEE_OTHER: Final = 303
_LONGEST_COMMENT: Final = 4_000
#: where undo meets what somebody else did since
_TO_CHOOSE: Final = frozenset({ProblemCode.EDIT_CONFLICT, ProblemCode.PART_GONE})


def back_to(said: Mapping[str, str], home: str, done: str = "") -> Redirect:
    """To the page somebody came from, if it is one of ours; else to the document."""
    back = said.get("back", "")
    own = back.startswith("/") and not back.startswith(("//", "/\\"))
    page, sign, place = (back if own else home).partition("#")
    if done:
        page += f"{'&' if '?' in page else '?'}{urlencode({'done': done})}"
    return Redirect(f"{page}{sign}{place}", status_code=_SEE_OTHER)


@post(f"{_ONE}/edit", opt=_CHANGE)
async def edit(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """One edit of a form."""
    said = await form_of(request)
    editor = editor_of(request, said.get("window", ""))

    def apply(tx: Transaction) -> Document:
        document = keeping.open_document(tx, key)
        return keeping.edit(tx, key, edits_of(document.kind, document.content, said), editor).document

    document = await changed(request, apply)
    return back_to(said, home_of(document.kind.name, key))


@post([f"{_ONE}/undo", f"{_ONE}/redo"], opt=_CHANGE)
async def undo(request: AnyRequest, key: FromPath[str]) -> Response[str] | Redirect:
    """Take back what was done last, or do it again; where somebody else went on from there, both texts are shown to choose."""
    said = await form_of(request)
    editor, redo = editor_of(request, said.get("window", "")), request.url.path.endswith("/redo")
    keep = Keep(said.get("keep", "")) if said.get("keep", "") in set(Keep) else Keep.ASK
    try:
        document = await changed(request, lambda tx: keeping.undo(tx, key, editor, redo=redo, keep=keep))
    except Problem as problem:
        if problem.code not in _TO_CHOOSE:
            raise
        return await _undo_choice(request, key, said, problem)
    return back_to(said, home_of(document.kind.name, key))


async def _undo_choice(request: AnyRequest, key: str, said: Mapping[str, str], problem: Problem) -> Response[str]:
    document = await edge_of(request).access.read(lambda tx: keeping.open_document(tx, key))
    view = UndoChoiceView(
        action=request.url.path,
        name=document.name,
        home=home_of(document.kind.name, key),
        window=said.get("window", ""),
        back=said.get("back", ""),
        theirs=str(problem.params.get("theirs", "")),
        mine=str(problem.params.get("mine", "")),
        gone=problem.code is ProblemCode.PART_GONE,
    )
    section = "map" if document.kind.name == "map" else "initiatives"
    return await show(request, Page(template="pages/undo_choice.html", view=view, section=section, status=problem.status))


@post(f"{_ONE}/rename", opt=_CHANGE)
async def rename(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """Another name."""
    said = await form_of(request)
    editor = editor_of(request, said.get("window", ""))
    document = await changed(request, lambda tx: keeping.rename(tx, key, said.get("name", ""), editor))
    return back_to(said, home_of(document.kind.name, key))


@post(f"{_ONE}/copy", opt=_CHANGE)
async def copy(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """The same once more."""
    said = await form_of(request)
    editor = editor_of(request)
    document = await changed(request, lambda tx: keeping.copy(tx, key, said.get("name", ""), editor))
    return Redirect(f"{home_of(document.kind.name, document.key)}?done=document_copied", status_code=_SEE_OTHER)


@get(f"{_ONE}/remove", opt=_READ)
async def ask_remove(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """Are you sure? Says who uses it."""

    def look(tx: Transaction) -> tuple[Document, int]:
        users = {link.document for link in documents.links_to(tx, f"document:{key}")} - {key}
        return keeping.open_document(tx, key), len(users)

    document, users = await edge_of(request).access.read(look)
    view = ConfirmView(
        kind="remove_document",
        action=f"/documents/{key}/remove",
        back=home_of(document.kind.name, key),
        subject=document.name,
        count=users,
    )
    return await show(request, Page(template="pages/confirm.html", view=view, section="map"))


@post(f"{_ONE}/remove", opt=_CHANGE)
async def remove(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """Into the bin; whoever was asked has seen who uses it."""
    editor = editor_of(request)

    def away(tx: Transaction) -> str:
        kind = keeping.open_document(tx, key).kind.name
        keeping.remove(tx, key, editor, even_if_used=True)
        return kind

    kind = await edge_of(request).access.write(away)
    return Redirect(f"{'/map' if kind == 'map' else '/documents'}?done=document_removed", status_code=_SEE_OTHER)


@post(f"{_ONE}/restore", opt=_CHANGE)
async def restore(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """Out of the bin again."""
    editor = editor_of(request)
    document = await changed(request, lambda tx: keeping.bring_back(tx, key, editor))
    return Redirect(f"{home_of(document.kind.name, key)}?done=document_back", status_code=_SEE_OTHER)


@post(f"{_ONE}/comment", opt=_CHANGE)
async def comment(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """Say something about a document or a part of it; or settle what somebody said (``settle``, ``open``: its number)."""
    said = await form_of(request)
    who = editor_of(request).who
    words, number = said.get("text", "").strip()[:_LONGEST_COMMENT], said.get("settle") or said.get("open")

    def write(tx: Transaction) -> Document:
        document = keeping.open_document(tx, key)
        keeping.check_kept(document)
        if number is not None and number.isascii() and number.isdigit():
            document_comments.settle(tx, key, int(number[:12]), who, settled="settle" in said)
        elif words:
            part = said.get("part", "")
            if part and document.content.part(part) is None:
                raise Problem(ProblemCode.PART_GONE, status=409, value=part[:80])
            document_comments.say(tx, key, part, words, who)
        else:
            raise Problem(ProblemCode.FIELD_MISSING, status=422, field="text")
        return document

    document = await edge_of(request).access.write(write)
    return back_to(said, home_of(document.kind.name, key))


@get(f"{_ONE}/history", opt=_READ)
async def history(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """Every version, and the differences between two."""
    said, language = request.query_params, language_for(request)
    old, new = (number_of(said.get(name, "")) for name in ("old", "new"))
    view = await edge_of(request).access.read(lambda tx: history_view(tx, key, (old, new), language))
    section = "map" if view.kind == "map" else "initiatives"
    return await show(request, Page(template="pages/history.html", view=view, section=section, notice=notice_of(request)))


@post(f"{_ONE}/mark", opt=_CHANGE)
async def mark(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """Give a version a name, or take it away (``unmark``: its number)."""
    said = await form_of(request)
    who, version, gone = editor_of(request).who, number_of(said.get("version", "")), number_of(said.get("unmark", ""))

    def write(tx: Transaction) -> None:
        document = keeping.open_document(tx, key, version)
        keeping.check_kept(document)
        if gone is not None:
            documents.unmark(tx, key, gone)
            return
        documents.mark(tx, key, document.version, keeping.checked_name(said.get("name", "")), who)

    await edge_of(request).access.write(write)
    return back_to(said, f"/documents/{key}/history", "version_named" if gone is None else "")


@post(f"{_ONE}/return", opt=_CHANGE)
async def return_to(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """Make an old version the newest again."""
    said = await form_of(request)
    version, editor = number_of(said.get("version", "")) or 0, editor_of(request, said.get("window", ""))
    document = await changed(request, lambda tx: keeping.return_to(tx, key, version, editor))
    return Redirect(f"{home_of(document.kind.name, key)}?done=version_returned", status_code=_SEE_OTHER)


@post("/documents/name", opt=_CHANGE)
async def call_me(request: AnyRequest) -> Redirect:
    """How colleagues shall read who said this."""
    said = await form_of(request)
    answer = back_to(said, "/map")
    answer.headers["set-cookie"] = set_name(said.get("who", ""), https=edge_of(request).https)
    return answer


def number_of(said: str) -> int | None:
    """A version or number of an address, None if it is none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else None  # noqa: PLR2004 - no version has more


ROUTES = (edit, undo, rename, copy, ask_remove, remove, restore, comment, history, mark, return_to, call_me)
