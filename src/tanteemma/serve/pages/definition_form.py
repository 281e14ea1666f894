"""From the fields of the form to a journey definition and back."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from tanteemma.serve.pages.views import DefinitionChoice
from tanteemma.serve.pages.views_definitions import DefinitionForm
from tanteemma.serve.worker.messages import DefineJourney

_UNITS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST: Final = 2_000
_FIELDS: Final = ("name", "by", "key", "gap", "unit", "starts_at", "ends_at")


def read_form(said: Mapping[str, str], there: Collection[str]) -> DefinitionForm:
    """What was sent; ``there``: names of the definitions that are there."""
    fields: dict[str, Any] = {name: said[name].strip()[:_LONGEST] for name in _FIELDS if name in said}
    form = DefinitionForm(**fields)
    return msgspec.structs.replace(form, old=bool(said.get("old")) and form.name in there)


def filled_form(said: DefinitionChoice, *, old: bool) -> DefinitionForm:
    """The fields of a definition; its gap in the largest unit that leaves no rest.

    >>> filled_form(DefinitionChoice(name="Besuch", by="visit", gap_s=5400.0), old=True).gap
    '90'
    """
    gap_s = said.gap_s or 1800.0
    unit = next((unit for unit, size in _UNITS.items() if gap_s % size == 0 and gap_s >= size), "s")
    return DefinitionForm(
        name=said.name,
        by=said.by,
        key=said.key or "",
        gap=f"{gap_s / _UNITS[unit]:.10g}",
        unit=unit,
        starts_at=said.starts_at or "",
        ends_at=said.ends_at or "",
        old=old,
    )


def message_of(form: DefinitionForm) -> DefineJourney:
    """What the worker is told; it checks what does not fit.

    >>> message_of(DefinitionForm(name="Besuch", by="visit", gap="1,5", unit="h")).gap_s
    5400.0
    """
    return DefineJourney(
        name=form.name,
        by=form.by,
        key=form.key or None if form.by == "case" else None,
        gap_s=_seconds(form) if form.by == "visit" else None,
        starts_at=form.starts_at or None,
        ends_at=form.ends_at or None,
    )


def _seconds(form: DefinitionForm) -> float | None:
    """None for what is no number above nothing."""
    number = form.gap.replace(",", ".")
    whole, _, rest = number.partition(".")
    if not (whole + rest).isdecimal() or not number.isascii():
        return None
    return float(number) * _UNITS.get(form.unit, 0) or None
