"""What the pages of mappings and forms show. As in ``views``: a template reads nothing else."""

from datetime import datetime
from typing import Final

import msgspec

from tanteemma.ingest.webhooks.forms import FieldKind, FormDefinition
from tanteemma.ingest.webhooks.mapping import FIELDS, HookMapping
from tanteemma.ingest.webhooks.signatures import KINDS
from tanteemma.ingest.webhooks.trying import Tried
from tanteemma.serve.pages.views import View

#: kinds of a field, in the order they are offered
FIELD_KINDS: Final = tuple(FieldKind)
SIGNATURES: Final = tuple(KINDS)
RULE_FIELDS: Final = tuple(FIELDS)
#: the fields of a rule that nearly every mapping needs; the others stand behind a fold
FIRST_FIELDS: Final = ("event", "time", "user_id", "email", "message_id", "value", "currency", "channel")


class FormAnswerView(View, frozen=True, kw_only=True):
    """What somebody reads who sent a form: thanks, or what is wrong. ``left_out``: what was not kept for lack of consent."""

    done: bool
    title: str = ""
    left_out: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


class MappingRow(View, frozen=True, kw_only=True):
    """One saved mapping in the list."""

    name: str
    title: str
    source: str
    version: int
    changed_at: datetime
    rules: int
    signed: bool


class ReadyRow(View, frozen=True, kw_only=True):
    """One ready mapping; ``columns``: how its file export is imported, as the command line takes it."""

    name: str
    system: str
    about: str
    hook: bool
    columns: str = ""


class FormRow(View, frozen=True, kw_only=True):
    """One saved form in the list."""

    name: str
    title: str
    source: str
    version: int
    changed_at: datetime


class MappingsView(View, frozen=True, kw_only=True):
    """All mappings, the ready ones, all forms."""

    rows: tuple[MappingRow, ...]
    ready: tuple[ReadyRow, ...]
    forms: tuple[FormRow, ...]


class PlaceRow(msgspec.Struct, frozen=True):
    """One place in the example, with what stands there."""

    place: str
    value: str


class MappingEditView(View, frozen=True, kw_only=True):
    """One mapping being made. ``lines``: texts of the fields that hold several lines, by name; ``address``: where to."""

    name: str
    old: bool
    mapping: HookMapping
    lines: dict[str, str]
    address: str
    sources: tuple[str, ...] = ()
    example: str = ""
    headers: str = ""
    places: tuple[PlaceRow, ...] = ()
    tried: Tried | None = None
    has_secret: bool = False
    received: bool = False
    waiting: bool = False
    sentences: tuple[str, ...] = ()
    versions: tuple[tuple[int, datetime], ...] = ()


class TriedView(View, frozen=True, kw_only=True):
    """What comes out of the example."""

    tried: Tried | None = None


class FormEditView(View, frozen=True, kw_only=True):
    """One form being made. ``fields``: as lines; ``embed``: the HTML to copy, once it is saved."""

    name: str
    old: bool
    form: FormDefinition
    lines: dict[str, str]
    sources: tuple[str, ...] = ()
    embed: str = ""
    sentences: tuple[str, ...] = ()
    version: int = 0
