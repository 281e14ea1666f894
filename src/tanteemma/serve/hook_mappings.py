"""Mappings and forms as they are kept, listed and tried: the same for pages, interface and command line."""

from datetime import datetime
from typing import Any, Final

import msgspec

from tanteemma.ingest.steps.strict_json import Shape
from tanteemma.ingest.webhooks.door import Hook, payload_of
from tanteemma.ingest.webhooks.forms import FormDefinition, check_form, form_in
from tanteemma.ingest.webhooks.mapping import HookMapping, check_name, mapping_in, read_mapping
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Transaction, audit, door_definitions, sources
from tanteemma.store.operational.door_definitions import NewDefinition
from tanteemma.store.operational.door_records import DoorDefinition, DoorKind

_LARGEST_EXAMPLE: Final = 1024 * 1024
_LONGEST_SECRET: Final = 500


class SavedMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping as programs see it; ``secret``: is there one, never which."""

    name: str
    version: int
    changed: datetime
    secret: bool
    mapping: HookMapping


class SavedForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form as programs see it."""

    name: str
    version: int
    changed: datetime
    form: FormDefinition


def every_mapping(tx: Transaction) -> list[SavedMapping]:
    """All mappings in force, by name."""
    return [_saved(tx, one) for one in door_definitions.every(tx, DoorKind.MAPPING)]


def one_mapping(tx: Transaction, name: str) -> SavedMapping:
    """The mapping of this name. Raises Problem DEFINITION_UNKNOWN (404)."""
    found = door_definitions.find(tx, DoorKind.MAPPING, name)
    if found is None:
        raise Problem(ProblemCode.DEFINITION_UNKNOWN, status=404, value=name[:80])
    return _saved(tx, found)


def keep_mapping(tx: Transaction, name: str, mapping: HookMapping, who: str, *, secret: str | None = None) -> SavedMapping:
    """Check and keep a mapping as a new version; ``secret``: None leaves it as it is, empty ends it.

    Raises Problem MAPPING_NAME, Problems with everything that is wrong with the rules.
    """
    check_name(name)
    read_mapping(mapping)
    if secret is not None and len(secret) > _LONGEST_SECRET:
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field="secret", limit=_LONGEST_SECRET)
    document = msgspec.json.encode(mapping).decode()
    new = NewDefinition(kind=DoorKind.MAPPING, name=name, document=document, source=mapping.source)
    kept = door_definitions.save(tx, new, who)
    if secret is not None:
        door_definitions.set_secret(tx, name, secret)
    if mapping.source:
        sources.introduce(tx, mapping.source, department=mapping.department, purpose=mapping.purpose)
    audit.note(tx, who, "mapping_saved", name)
    return _saved(tx, kept)


def every_form(tx: Transaction) -> list[SavedForm]:
    """All forms in force, by name."""
    return [_saved_form(one) for one in door_definitions.every(tx, DoorKind.FORM)]


def one_form(tx: Transaction, name: str) -> SavedForm:
    """The form of this name. Raises Problem DEFINITION_UNKNOWN (404)."""
    found = door_definitions.find(tx, DoorKind.FORM, name)
    if found is None:
        raise Problem(ProblemCode.DEFINITION_UNKNOWN, status=404, value=name[:80])
    return _saved_form(found)


def keep_form(tx: Transaction, name: str, form: FormDefinition, who: str) -> SavedForm:
    """Check and keep a form as a new version. Raises Problem MAPPING_NAME, Problems with everything that is wrong."""
    check_name(name)
    check_form(form)
    document = msgspec.json.encode(form).decode()
    kept = door_definitions.save(tx, NewDefinition(kind=DoorKind.FORM, name=name, document=document, source=form.source), who)
    sources.introduce(tx, form.source, department=form.department, purpose=form.purpose)
    audit.note(tx, who, "form_saved", name)
    return _saved_form(kept)


def remove(tx: Transaction, kind: DoorKind, name: str, who: str) -> None:
    """From now on there is none of this name. Raises Problem DEFINITION_UNKNOWN (404)."""
    door_definitions.remove(tx, kind, name, who)
    audit.note(tx, who, f"{kind.value}_removed", name)


def example_payload(text: str) -> Any:  # noqa: ANN401 - what JSON can say
    """What an example that somebody pasted says. Raises Problem as a webhook with this body."""
    body = text.encode("utf-8", "replace")
    return payload_of(body, Shape(size=_LARGEST_EXAMPLE))[0]


def example_hook(name: str, text: str, headers: str) -> Hook:
    """An example as the webhook it stands for; ``headers``: one ``Name: value`` on each line."""
    pairs = (line.partition(":") for line in headers.splitlines()[:50] if ":" in line)
    return Hook(
        name or "example", text.encode("utf-8", "replace"), {key.strip().lower(): value.strip() for key, _, value in pairs}
    )


def _saved(tx: Transaction, one: DoorDefinition) -> SavedMapping:
    return SavedMapping(
        name=one.name,
        version=one.version,
        changed=one.changed,
        secret=door_definitions.has_secret(tx, one.name),
        mapping=mapping_in(one.document.encode()),
    )


def _saved_form(one: DoorDefinition) -> SavedForm:
    return SavedForm(name=one.name, version=one.version, changed=one.changed, form=form_in(one.document.encode()))
