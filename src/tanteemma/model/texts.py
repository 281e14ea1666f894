"""Every sentence a person can read, by key, in German and English (gettext catalogues, read by Babel)."""

from functools import cache
from importlib import resources
from typing import Final

from babel.messages.pofile import read_po

LANGUAGES: Final = ("de", "en")
DEFAULT_LANGUAGE: Final = "de"


class _Blank(dict[str, object]):
    """Missing parameters read as an ellipsis: a sentence never fails because a detail is not known."""

    def __missing__(self, key: str) -> str:
        return "…"


@cache
def catalogue(language: str) -> dict[str, str | tuple[str, ...]]:
    """All keys of one language: a text, or (singular, plural) for keys that count.

    Shape: ``locales/<language>/*.po``; ``msgid`` is the key. A key may stand in one file only.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    folder = resources.files("tanteemma") / "locales" / language
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".po"):
            continue
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                key = message.id[0] if isinstance(message.id, list | tuple) else message.id
                if not key:
                    continue
                if key in found:
                    raise ValueError(f"{file.name}: key {key!r} stands in two catalogues")
                found[key] = tuple(message.string) if isinstance(message.string, list | tuple) else str(message.string)
    return found


def text(key: str, language: str, /, **params: object) -> str:
    """The text of ``key`` in ``language`` with ``{name}`` places filled; ``count`` chooses singular or plural.

    Raises KeyError for an unknown key: the catalogue test names every key the code uses.

    >>> text("app.name", "de")
    'Tante Emma'
    """
    found = catalogue(language if language in LANGUAGES else DEFAULT_LANGUAGE)[key]
    if isinstance(found, tuple):
        found = found[0 if params.get("count") == 1 else 1]
    return found.format_map(_Blank(params)) if params or "{" in found else found
