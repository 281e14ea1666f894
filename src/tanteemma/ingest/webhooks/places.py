"""Where in a payload does a value stand? ``customer.email``, ``items[0].sku``, ``$.id``, ``$header.x-topic``.

A place is read from the element a rule looks at (``$.`` from the whole payload). Steps are names parted by dots, names of any
kind in ``["…"]``, places in a list ``[0]`` (``[-1]`` the last), or the first element of a list that has a member of some value:
``participants[purpose=customer]``. Names are compared as written; those of headers in small letters.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from tanteemma.model.problems import Problem, ProblemCode

ROOT: Final = "$"
_ROOTS: Final = ("$header", "$query", "$")
_NAME: Final = re.compile(r"[^.\[\]|{}\"=!~<>\s][^.\[\]|{}\"=!~<>]*")
_QUOTED: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]', re.DOTALL)
_NUMBER: Final = re.compile(r"\[(-?[0-9]{1,6})\]")
_CHOSEN: Final = re.compile(r"\[([^\[\]=]+)=([^\[\]]*)\]")
_MOST_STEPS: Final = 32
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """The first element whose member ``name`` reads as ``value``."""

    name: str
    value: str


Step = str | int | Chosen


@dataclass(frozen=True, slots=True)
class Place:
    """``root``: empty (the element), ``$``, ``$header`` or ``$query``."""

    root: str
    steps: tuple[Step, ...]
    written: str


class Missing:
    """What stands where nothing stands; null counts as nothing, too."""


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Payload:
    """What came: the payload, and what its request said beside it."""

    root: object
    headers: dict[str, str]
    query: dict[str, str]


def read_place(written: str) -> Place:
    """A place as it was written. Raises Problem MAPPING_PLACE (422).

    >>> read_place('$.order["line items"][0].sku').steps
    ('order', 'line items', 0, 'sku')
    """
    text = written.strip()
    root = next((one for one in _ROOTS if text == one or text.startswith((f"{one}.", f"{one}["))), "")
    at, steps = len(root), list[Step]()
    while at < len(text) and len(steps) <= _MOST_STEPS:
        found = _step(text, at, first=not root and not steps)
        if found is None:
            break
        step, at = found
        steps.append(step)
    if at < len(text) or not text or len(text) > _LONGEST or len(steps) > _MOST_STEPS:
        raise Problem(ProblemCode.MAPPING_PLACE, status=422, value=written)
    return Place(root, tuple(steps), text)


def _step(text: str, at: int, *, first: bool) -> tuple[Step, int] | None:
    if text[at] == "[":
        if quoted := _QUOTED.match(text, at):
            return re.sub(r"\\(.)", r"\1", quoted[1]), quoted.end()
        if number := _NUMBER.match(text, at):
            return int(number[1]), number.end()
        chosen = _CHOSEN.match(text, at)
        return (Chosen(chosen[1].strip(), chosen[2].strip().strip('"')), chosen.end()) if chosen else None
    if text[at] == ".":
        at += 1
    elif not first:
        return None
    name = _NAME.match(text, at)
    return (name[0].rstrip(), name.end()) if name else None


def found_at(place: Place, here: object, payload: Payload) -> object:
    """The value at a place, MISSING if there is none."""
    if place.root in {"$header", "$query"}:
        said = payload.headers if place.root == "$header" else payload.query
        name = ".".join(map(str, place.steps))
        return said.get(name.lower() if place.root == "$header" else name, MISSING)
    value: Any = payload.root if place.root == ROOT else here
    for step in place.steps:
        value = _inner(value, step)
        if value is MISSING:
            return MISSING
    return MISSING if value is None else value


def _inner(value: object, step: Step) -> object:
    if isinstance(step, str):
        return value.get(step, MISSING) if isinstance(value, dict) else MISSING
    if not isinstance(value, list):
        return MISSING
    if isinstance(step, int):
        return value[step] if -len(value) <= step < len(value) else MISSING
    return next((one for one in value if isinstance(one, dict) and str(one.get(step.name)) == step.value), MISSING)


def exact_steps(place: Place, here: object, payload: Payload) -> tuple[Step, ...]:
    """The steps with a chosen element replaced by its place in the list, so that two ways to one value look alike."""
    value: Any = payload.root if place.root == ROOT else here
    exact: list[Step] = []
    for step in place.steps:
        one: Step = step
        if isinstance(value, list) and isinstance(step, Chosen):
            hit = _inner(value, step)
            one = next((at for at, element in enumerate(value) if element is hit), 0)
        elif isinstance(value, list) and isinstance(step, int) and step < 0:
            one = len(value) + step
        exact.append(one)
        value = _inner(value, step)
    return tuple(exact)


def written_place(steps: tuple[str | int, ...]) -> str:
    """Steps as a person writes them.

    >>> written_place(("order", "line items", 0, "sku"))
    'order.line items[0].sku'
    """
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _NAME.fullmatch(step) and step == step.strip() and not (not text and step.startswith("$")):
            text += f".{step}" if text else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text
