"""The page of one form: what it asks, what is agreed to, and the HTML to copy."""

from typing import Final

from litestar import Response, get, post
from litestar.response import Redirect

from tanteemma.ingest.webhooks.forms import ConsentText, FieldKind, FormDefinition, FormField
from tanteemma.model.problems import Problem, Problems
from tanteemma.model.texts import text
from tanteemma.serve import hook_mappings
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views_webhooks import FormEditView
from tanteemma.serve.pages.webhooks import embed_code, form_lines, form_of
from tanteemma.store.operational import sources
from tanteemma.store.operational.door_records import DoorKind

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_LONGEST: Final = 20_000


@get(Address.FORM.value, opt=_READ)
async def edit(request: AnyRequest) -> Response[str]:
    """A new form, begun with what a contact form asks; or a saved one."""
    name = request.query_params.get("name", "")
    if not name:
        return await _page(request, "", _first(language_for(request)))
    saved = await edge_of(request).access.read(lambda tx: hook_mappings.one_form(tx, name))
    return await _page(request, name, saved.form)


@post(Address.FORM.value, opt=_CHANGE)
async def change(request: AnyRequest) -> Response[str] | Redirect:
    """Keep what was entered, or say everything that is wrong with it."""
    said = {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}
    name, form = said.get("name", "").strip(), form_of(said)
    try:
        await edge_of(request).access.write(lambda tx: hook_mappings.keep_form(tx, name, form, OWNER))
    except Problem as problem:
        return await _page(request, name, form, (problem,))
    except Problems as several:
        return await _page(request, name, form, several.problems)
    return Redirect(f"{Address.FORM.value}?name={name}&done=form_saved", status_code=303)


@post(Address.FORM_REMOVE.value, opt=_CHANGE)
async def remove(request: AnyRequest) -> Redirect:
    """Remove a form; it takes nothing from now on."""
    name = str((await request.form()).get("name", ""))
    await edge_of(request).access.write(lambda tx: hook_mappings.remove(tx, DoorKind.FORM, name, OWNER))
    return Redirect(f"{Address.MAPPINGS.value}?done=form_removed", status_code=303)


def _first(language: str) -> FormDefinition:
    """A contact form to begin with."""

    def said(key: str) -> str:
        return text(f"webhooks.first.{key}", language)

    asked = (("name", FieldKind.TEXT), ("email", FieldKind.EMAIL), ("place", FieldKind.TEXT), ("age", FieldKind.AGE))
    fields = [FormField(name=name, label=said(name), kind=kind, needed=name in {"name", "email"}) for name, kind in asked]
    fields.append(FormField(name="message", label=said("message"), kind=FieldKind.LONG_TEXT, required=True, needed=True))
    consent = ConsentText(text=said("consent"), version="1", purposes=("marketing",))
    return FormDefinition(
        title=said("title"),
        source="website",
        event=said("event"),
        fields=tuple(fields),
        consent=consent,
        department=said("department"),
        language=language,
    )


async def _page(request: AnyRequest, name: str, form: FormDefinition, wrong: tuple[Problem, ...] = ()) -> Response[str]:
    edge, language = edge_of(request), language_for(request)
    names, saved = await edge.access.read(
        lambda tx: (
            tuple(one.name for one in sources.every(tx) if not one.sample),
            next((one for one in hook_mappings.every_form(tx) if one.name == name), None),
        )
    )
    view = FormEditView(
        name=name,
        old=saved is not None,
        form=form,
        lines=form_lines(form),
        sources=names,
        embed=embed_code(own_address(request), name, form) if saved is not None and not wrong else "",
        sentences=tuple(one.sentence(language) for one in wrong),
        version=saved.version if saved is not None else 0,
    )
    status = 422 if wrong else 200
    return await show(
        request, Page(template="pages/form_edit.html", view=view, section="data", status=status, notice=notice_of(request))
    )


ROUTES = (edit, change, remove)
