"""Does a rule concern this payload?

``status = open, new``, ``status != draft``, ``email exists``, ``email missing``, ``name ~ call``.
"""

import re
from dataclasses import dataclass
from typing import Final

from tanteemma.ingest.webhooks.expressions import Scene
from tanteemma.ingest.webhooks.places import MISSING, Place, found_at, read_place
from tanteemma.ingest.webhooks.readings import as_text
from tanteemma.model.problems import Problem, ProblemCode

_COMPARED: Final = re.compile(r"(?P<place>.+?)\s*(?P<sign>!=|=|~)\s*(?P<values>.*)", re.DOTALL)
_THERE: Final = re.compile(r"(?P<place>.+?)\s+(?P<sign>exists|missing)")
_CHOICE: Final = re.compile(r"\[[^\]]*\]")
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Condition:
    """``sign``: ``=``, ``!=``, ``~`` (contains, whatever the case), ``exists``, ``missing``."""

    place: Place
    sign: str
    values: tuple[str, ...] = ()


def read_condition(written: str) -> Condition:
    """A condition as it was written. Raises Problem MAPPING_CONDITION, MAPPING_PLACE (422).

    >>> read_condition("status = open, new").values
    ('open', 'new')
    """
    text = written.strip()[: _LONGEST + 1]
    there = _THERE.fullmatch(text)
    # what stands in brackets belongs to the place, also an equals sign
    hidden = _CHOICE.sub(lambda found: "x" * len(found[0]), text)
    compared = _COMPARED.fullmatch(hidden)
    if len(text) > _LONGEST or not (there or compared):
        raise Problem(ProblemCode.MAPPING_CONDITION, status=422, value=written)
    if there:
        return Condition(read_place(there["place"]), there["sign"])
    assert compared is not None  # noqa: S101 - one of both was found above
    values = tuple(value.strip().strip('"') for value in text[compared.start("values") :].split(","))
    return Condition(read_place(text[: compared.end("place")]), compared["sign"], values)


def holds(condition: Condition, scene: Scene) -> bool:
    """Is it so?"""
    value = found_at(condition.place, scene.here, scene.payload)
    if condition.sign in {"exists", "missing"}:
        return (value is MISSING or value == "") == (condition.sign == "missing")
    if value is MISSING:
        return condition.sign == "!="
    said = as_text(value)
    if condition.sign == "~":
        return any(one.casefold() in said.casefold() for one in condition.values)
    return (said in condition.values) == (condition.sign == "=")
