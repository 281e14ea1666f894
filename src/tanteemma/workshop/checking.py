"""Is what somebody enters fit for its field? A value as it is kept, or the problem that names it."""

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.binding import parse_binding
from tanteemma.workshop.document import Scalar
from tanteemma.workshop.schema import MOST_LINKS, Field, FieldKind

#: ids of parts, keys of documents and pictures
IDENTITY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LINK: Final = re.compile(r"(document:[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64})?|finding:.{1,250})")
_LINES: Final = frozenset({FieldKind.LINE, FieldKind.SEGMENT})
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without what no person types; ends of lines are one kind, the edges are bare.

    >>> clean(" Paket verfolgen" + chr(0) + chr(13) + chr(10))
    'Paket verfolgen'
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def fitting(field: Field, value: object) -> Scalar:
    """The value as it is kept; empty is None. Raises Problem naming the field, the value and what is allowed."""
    if isinstance(value, str):
        value = clean(value)
    if value is None or value in ("", (), []):
        if field.needed:
            raise Problem(ProblemCode.FIELD_MISSING, status=422, field=field.name)
        return None
    if field.kind is FieldKind.SWITCH:
        return _switched(field, value)
    if field.kind in {FieldKind.SCALE, FieldKind.NUMBER}:
        return _counted(field, value)
    if field.kind is FieldKind.LINKS:
        return _linked(field, value)
    if not isinstance(value, str):
        raise Problem(ProblemCode.FIELD_TYPE, status=422, field=field.name, value=str(value)[:80])
    return _written(field, value)


def _written(field: Field, value: str) -> str:
    if len(value) > field.longest:
        raise Problem(
            ProblemCode.TEXT_TOO_LONG, status=422, field=field.name, value=f"{value[:40]}… ({len(value)})", limit=field.longest
        )
    if field.kind in _LINES:
        return " ".join(value.split())
    if field.kind is FieldKind.CHOICE and value not in field.choices:
        raise _not_allowed(field, value, ", ".join(field.choices))
    if field.kind in {FieldKind.REFERENCE, FieldKind.PICTURE} and not IDENTITY.fullmatch(value):
        raise _not_allowed(field, value, "a-z, 0-9")
    if field.kind is FieldKind.RULE:
        parse_binding(value)  # raises what is wrong with it
    if field.kind is FieldKind.DATE:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as wrong:
            raise Problem(ProblemCode.DATE_INVALID, status=422, field=field.name, value=value[:80]) from wrong
    return value


def _switched(field: Field, value: object) -> bool | None:
    if value in (True, "1", "true", "yes", "on"):
        return True
    if value in (False, "0", "false", "no", "off"):
        return None
    raise _not_allowed(field, value, "true, false")


def _counted(field: Field, value: object) -> int | float:
    number = _number(value)
    if number is None:
        raise Problem(ProblemCode.NUMBER_INVALID, status=422, field=field.name, value=str(value)[:80])
    low, high = field.low, field.high
    if not math.isfinite(number) or (low is not None and number < low) or (high is not None and number > high):
        allowed = f"{_end(low)} … {_end(high)}"
        raise _not_allowed(field, value, allowed)
    if field.kind is FieldKind.SCALE:
        if not number.is_integer():
            raise _not_allowed(field, value, f"{_end(low)} … {_end(high)}")
        return int(number)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number  # noqa: PLR2004 - exact in a float


def _number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            return float(value.replace(",", "."))
        except ValueError:
            return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _linked(field: Field, value: object) -> tuple[str, ...]:
    links = value.split("\n") if isinstance(value, str) else value
    if not isinstance(links, list | tuple):
        raise Problem(ProblemCode.FIELD_TYPE, status=422, field=field.name, value=str(value)[:80])
    found = tuple(dict.fromkeys(clean(str(link)) for link in links if str(link).strip()))
    if len(found) > MOST_LINKS:
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field=field.name, limit=MOST_LINKS)
    for link in found:
        if not _LINK.fullmatch(link):
            raise _not_allowed(field, link, "document:…, finding:…")
    return found


def _not_allowed(field: Field, value: object, allowed: str) -> Problem:
    return Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field=field.name, value=str(value)[:80], allowed=allowed)


def fitting_all(fields: tuple[Field, ...], said: Mapping[str, object]) -> tuple[dict[str, Scalar], list[Problem]]:
    """Every value of a new document or part, and every problem; fields that were not said stay away."""
    kept: dict[str, Scalar] = {}
    problems: list[Problem] = []
    known = {field.name for field in fields}
    problems += [
        Problem(ProblemCode.FIELD_UNKNOWN, status=422, field=name[:80], allowed=", ".join(sorted(known)))
        for name in said
        if name not in known
    ]
    for field in fields:
        if field.name not in said and not field.needed:
            continue
        try:
            value = fitting(field, said.get(field.name))
        except Problem as problem:
            problems.append(problem)
            continue
        if value is not None:
            kept[field.name] = value
    return kept, problems
