"""Ready mappings of well-known systems: one small file each in the folder ``ready``, found by its name.

A file says the system, what it was taken from, the mapping, and examples in the shape the vendor documents. Words that people
read stand as ``{"de": …, "en": …}``; whoever takes a ready mapping over takes it in one language.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from tanteemma.ingest.webhooks.mapping import HookMapping, mapping_from

_FOLDER: Final = Path(__file__).parent / "ready"


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payload in the vendor's shape, with the headers that count, and the events that must come out of it by name."""

    headers: dict[str, str] = {}
    body: Any
    events: tuple[Any, ...]


class FileColumns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file export of the system is imported: role to column (``emma import --columns``); ``sample``: such a file."""

    columns: dict[str, str]
    sample: str
    rows: int


class ReadyMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of the folder; ``taken_from``: the documentation its shape comes from."""

    system: str
    about: dict[str, str]
    taken_from: tuple[str, ...]
    mapping: dict[str, Any] | None = None
    examples: tuple[Example, ...] = ()
    file: FileColumns | None = None


@cache
def every_ready() -> dict[str, ReadyMapping]:
    """All ready mappings by name, sorted."""
    return {path.stem: msgspec.json.decode(path.read_bytes(), type=ReadyMapping) for path in sorted(_FOLDER.glob("*.json"))}


def ready_mapping(name: str, language: str) -> HookMapping | None:
    """The mapping of a system in one language, None if there is none of this name or if it comes as a file."""
    found = every_ready().get(name)
    return None if found is None or found.mapping is None else mapping_from(in_language(found.mapping, language))


def in_language(value: Any, language: str) -> Any:  # noqa: ANN401 - what JSON can say
    """Whatever stands as ``{"de": …, "en": …}`` in one of both.

    >>> in_language({"event": {"de": "=Bestellung", "en": "=Order"}}, "en")
    {'event': '=Order'}
    """
    if isinstance(value, dict):
        return (
            value[language]
            if value.keys() == {"de", "en"}
            else {name: in_language(one, language) for name, one in value.items()}
        )
    return [in_language(one, language) for one in value] if isinstance(value, list) else value
