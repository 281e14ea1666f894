"""The form of a pull: the fields of each kind, filled from a plan, and read back into one."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tanteemma.ingest.sources.pulling.plan import Plan, read_plan
from tanteemma.serve.pages.views_pulls import PullField

#: fields by kind; a star marks what is needed
_USUAL: Final = {
    "sql": ("url*", "table*", "secret", "cursor", "every"),
    "rest": ("url*", "auth", "auth_name", "secret", "rows", "pages", "cursor", "since_param", "every"),
    "files": ("folder", "glob", "every"),
}
_RARE: Final = {
    "sql": ("overlap_s", "secret_env", "touchpoint", "channel"),
    "rest": (
        *("page_param", "first_page", "size_param", "page_size", "next"),
        *("overlap_s", "secret_env", "touchpoint", "channel"),
    ),
    "files": ("url", "auth", "auth_name", "secret", "secret_env", "touchpoint", "channel"),
}
_CHOICES: Final = {
    "auth": ("none", "bearer", "header", "basic"),
    "pages": ("auto", "none", "page", "offset", "token", "link", "next_url"),
}
KINDS: Final = tuple(_USUAL)
_LONGEST: Final = 2_000
_DEFAULTS: Final = {"every": "1 h", "glob": "*", "overlap_s": "60", "page_size": "100", "first_page": "1"}


def fields_of(kind: str, values: Mapping[str, str]) -> tuple[tuple[PullField, ...], tuple[PullField, ...]]:
    """The fields of a kind that everybody sees, and those that few need."""
    return tuple(_field(kind, one, values) for one in _USUAL[kind]), tuple(_field(kind, one, values) for one in _RARE[kind])


def _field(kind: str, marked: str, values: Mapping[str, str]) -> PullField:
    name = marked.rstrip("*")
    choices = _CHOICES.get(name, ())
    if name == "auth" and kind == "files":
        choices = tuple(one for one in choices if one != "header")
    value = "" if name == "secret" else values.get(name, _DEFAULTS.get(name, ""))
    return PullField(name=name, value=value, choices=choices, required=marked.endswith("*"), secret=name == "secret")


def plan_in(kind: str, form: Mapping[str, str], before: Plan | None = None) -> Plan:
    """The plan a form says. Raises Problem PULL_SETTING, PULL_SECRET_INLINE."""
    names = [one.rstrip("*") for one in (*_USUAL[kind], *_RARE[kind])]
    said: dict[str, object] = {
        name: form[name].strip()[:_LONGEST] for name in names if name != "secret" and form.get(name, "").strip()
    }
    return read_plan(said | {"kind": kind} | ({"columns": before.columns} if before is not None and before.columns else {}))


def values_of(plan: Plan) -> dict[str, str]:
    """A plan as the values of its form."""
    return {name: str(value) for name, value in msgspec.to_builtins(plan).items() if isinstance(value, str | int)}
