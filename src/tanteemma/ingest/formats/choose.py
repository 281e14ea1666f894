"""How somebody says what the columns mean: ``--columns`` and answers to questions, laid over what was guessed."""

import re
from typing import Final

import msgspec

from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.preview import blocking
from tanteemma.ingest.formats.shape import Dialect, Mapping, Preview, Question, Role, Scale
from tanteemma.ingest.steps.columns_time import ORDERS, zone_is_known
from tanteemma.model.problems import Problem, ProblemCode

_PART: Final = re.compile(r",(?=[a-z_]+=)")
_SIGNS: Final = {"comma": ",", "point": ".", ",": ",", ".": "."}
_SCALE: Final = re.compile(r"(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?)(?::([a-z]+))?")
#: Said beside the roles: how values with two meanings are to be read.
_READINGS: Final = ("decimal", "date_order", "scale", "zone", "sheet")
#: With these the columns are all said, and nothing more is guessed.
_COMPLETE: Final = frozenset((Role.TIME, Role.TOUCHPOINT))


def parse_columns(text: str) -> dict[str, str]:
    """``person=Kunde,time=Datum`` as a dictionary; names may hold commas and equals signs.

    >>> parse_columns("person=Kunde, Nr.,time=Datum")
    {'person': 'Kunde, Nr.', 'time': 'Datum'}
    """
    said = {}
    for part in _PART.split(text) if text else ():
        role, _, name = part.partition("=")
        if not name:
            raise Problem(
                ProblemCode.COLUMN_UNKNOWN, status=422, field=part, value=part, allowed=", ".join((*Role, *_READINGS))
            )
        said[role.strip()] = name.strip()
    return said


def choose(found: Preview, said: dict[str, str]) -> Mapping:
    """The mapping with what somebody said over the guess; with time and touchpoint said, only what was said counts.

    Besides roles: ``decimal=comma|point``, ``date_order=dmy|mdy``, ``scale=1-6:1`` (ends : good end [: metric]),
    ``zone=Europe/Berlin``, ``sheet=…``.

    Raises Problem COLUMN_UNKNOWN naming what there is, SETTING_INVALID for a reading that is none.
    """
    if not said:
        return found.mapping
    roles = {Role(role): _column(found, role, name) for role, name in said.items() if role not in _READINGS and _is_role(role)}
    kept = {} if roles.keys() >= _COMPLETE else found.mapping.columns
    columns = {role: name for role, name in kept.items() if name not in roles.values()} | roles
    constants = {role: text for role, text in found.mapping.constants.items() if role not in roles and Role.SCORE in columns}
    dialect, scale = found.mapping.dialect, found.mapping.scale if Role.SCORE in columns else None
    for reading in _READINGS:
        if reading in said:
            dialect, scale = _read_as(dialect, scale, reading, said[reading])
    return msgspec.structs.replace(found.mapping, columns=columns, constants=constants, dialect=dialect, scale=scale)


def _is_role(role: str) -> bool:
    if role not in set(Role):
        raise Problem(ProblemCode.COLUMN_UNKNOWN, status=422, field=role, value=role, allowed=", ".join((*Role, *_READINGS)))
    return True


def _column(found: Preview, role: str, name: str) -> str:
    if clean_name(name) not in found.columns:
        raise Problem(ProblemCode.COLUMN_UNKNOWN, status=422, field=role, value=name, allowed=", ".join(found.columns))
    return clean_name(name)


def _read_as(dialect: Dialect, scale: Scale | None, reading: str, value: str) -> tuple[Dialect, Scale | None]:
    if reading == "decimal" and value in _SIGNS:
        return msgspec.structs.replace(dialect, decimal=_SIGNS[value]), scale
    if reading == "date_order" and value in ORDERS:
        return msgspec.structs.replace(dialect, date_order=value), scale
    if reading == "zone" and zone_is_known(value):
        return msgspec.structs.replace(dialect, time_zone=value), scale
    if reading == "sheet":
        return msgspec.structs.replace(dialect, sheet=value), scale
    if reading == "scale":
        return dialect, read_scale(value)
    raise Problem(ProblemCode.SETTING_INVALID, status=422, field=reading, value=value)


def read_scale(text: str) -> Scale:
    """A scale as it is answered: low end, high end, good end, and a metric where it is one.

    >>> read_scale("1-6:1")
    Scale(low=1.0, high=6.0, best=1.0, metric=None)
    """
    form = _SCALE.fullmatch(text)
    if form is None:
        raise Problem(ProblemCode.SETTING_INVALID, status=422, field="scale", value=text)
    low, high, best = (float(form[place]) for place in (1, 2, 3))
    if low >= high or best not in {low, high}:
        raise Problem(ProblemCode.SETTING_INVALID, status=422, field="scale", value=text)
    return Scale(low=low, high=high, best=best, metric=form[4])


def answer(mapping: Mapping, question: Question, choice: str) -> Mapping:
    """The mapping after one question was answered with one of its choices."""
    if question.code.startswith("role_"):
        role = Role(question.code.removeprefix("role_"))
        columns = {known: name for known, name in mapping.columns.items() if name != choice} | {role: choice}
        return msgspec.structs.replace(mapping, columns=columns)
    dialect, scale = _read_as(mapping.dialect, mapping.scale, question.code, choice)
    return msgspec.structs.replace(mapping, dialect=dialect, scale=scale)


def check_settled(found: Preview) -> None:
    """Raise Problem MAPPING_NEEDED while something in use can only be settled by a person, naming it all and how to say it."""
    open_questions = blocking(found)
    if not open_questions:
        return
    first = open_questions[0]
    raise Problem(
        ProblemCode.MAPPING_NEEDED,
        status=422,
        field=", ".join(dict.fromkeys(question.column or question.code.removeprefix("role_") for question in open_questions)),
        value=first.example,
        allowed=", ".join(first.choices),
        missing=", ".join(dict.fromkeys(_how(question) for question in open_questions)),
    )


def _how(question: Question) -> str:
    if question.code.startswith("role_"):
        return f"{question.code.removeprefix('role_')}=…"
    return f"{question.code}={'|'.join(question.choices)}".replace("=,|.", "=comma|point")
