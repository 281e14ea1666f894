"""What each role makes of its column: time, person, journey, money, score. One function a role."""

from decimal import Decimal
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.keys import Kind
from tanteemma.ingest.formats.evidence import reads
from tanteemma.ingest.formats.names import journey_key
from tanteemma.ingest.formats.own import subject_of
from tanteemma.ingest.formats.shape import Role, Scale
from tanteemma.ingest.importing.rows import Rows
from tanteemma.ingest.steps.columns_clock import READ
from tanteemma.ingest.steps.columns_dates import FIRST_DAY, LAST_DAY, with_clock
from tanteemma.ingest.steps.columns_json import LEFT_OUT, QUOTED, RAW, Member, json_objects
from tanteemma.ingest.steps.columns_number import NumberColumn, read_numbers, typed_numbers
from tanteemma.ingest.steps.columns_people import Namer, People
from tanteemma.ingest.steps.columns_text import missing
from tanteemma.ingest.steps.columns_time import FLAGS, PROBLEMS, Clock, place_times, read_times
from tanteemma.model.events import Flag
from tanteemma.model.problems import ProblemCode
from tanteemma.store.schema import MONEY

#: Flags of a row as bits, in this order.
NOTED: Final = (*(flag for _, flag in FLAGS), Flag.JUNK_ID, Flag.REPAIRED_TEXT, Flag.VALUE_ROUNDED)
_TIME_BITS: Final = (1 << len(FLAGS)) - 1
_JUNK: Final = 1 << NOTED.index(Flag.JUNK_ID)
REPAIRED: Final = 1 << NOTED.index(Flag.REPAIRED_TEXT)
_ROUNDED: Final = 1 << NOTED.index(Flag.VALUE_ROUNDED)
_TYPED_TIMES: Final = (pa.types.is_timestamp, pa.types.is_date, pa.types.is_integer)
#: What programs print into a journey column when there is no journey; a case may well be called 0.
_NO_JOURNEY: Final = frozenset(("undefined", "nan", "none", "nil", "[object object]"))

_SCORE_PARTS: Final = "$score."

#: Letters of a currency code (ISO 4217).
_CODE: Final = 3

NONE: Final = pa.scalar(None, pa.string())


def nulls(count: int) -> pa.Array:
    """A column that says nothing."""
    return pa.nulls(count, pa.string())


class Moments(NamedTuple):
    """When it happened, and how the file said it where that is not plain ISO with a zone."""

    us: npt.NDArray[np.int64]
    original: pa.Array


def moments(rows: Rows, now_us: int) -> Moments:
    """The time of each row; rows without a readable one are faults."""
    dialect = rows.mapping.dialect
    name = rows.column_of(Role.TIME)
    clock = Clock(dialect.time_zone, dialect.date_order, now_us)
    if name is None:
        rows.faults.note(
            np.ones(rows.count, bool), ProblemCode.FIELD_MISSING, rows.mapping.columns.get(Role.TIME, Role.TIME.value)
        )
        return Moments(np.zeros(rows.count, np.int64), nulls(rows.count))
    typed = rows.typed(name)
    texts = rows.text(name)
    beside = rows.column_of(Role.CLOCK)
    if beside is not None:
        texts = with_clock(texts, rows.text(beside))
    if beside is None and typed is not None and any(test(typed.type) for test in _TYPED_TIMES) and not _are_serials(typed):
        found = place_times(typed.combine_chunks() if typed.num_chunks != 1 else typed.chunk(0), clock)
    else:
        found = read_times(texts, clock, reads(dialect.time_zone))
    for state, code in PROBLEMS.items():
        wrong = found.state == state
        if wrong.any():
            rows.faults.note(wrong, code, name)
    rows.flags |= found.flags.astype(np.uint16) & _TIME_BITS
    kept = found.state == READ
    return Moments(found.us, pc.if_else(pa.array(kept), texts, NONE) if kept.any() else nulls(rows.count))


def _are_serials(column: pa.ChunkedArray) -> bool:
    """Are these whole numbers the days of a spreadsheet?"""
    if not pa.types.is_integer(column.type) or column.null_count == len(column):
        return False
    ends = pc.min_max(column).as_py()
    return bool(ends["min"] >= FIRST_DAY and ends["max"] <= LAST_DAY)


class Who(NamedTuple):
    """Canonical subjects (null: nobody is named), e-mail, telephone and card as they stand, ids that name nobody (null: none).

    ``others``: further canonical subjects of the same rows.
    """

    subjects: pa.Array
    email: pa.Array | None
    phone: pa.Array | None
    card: pa.Array | None
    junk: pa.Array | None
    others: tuple[pa.Array, ...] = ()


def who(rows: Rows, namer: Namer) -> Who:
    """Whom each row names: the person column, else the e-mail address, else the telephone, else the customer's card."""
    person, email = rows.column_of(Role.PERSON), rows.column_of(Role.EMAIL)
    subjects, junk = nulls(rows.count), None
    others: list[pa.Array] = []
    for role, kind in ((Role.CARD, Kind.CARD), (Role.PHONE, Kind.PHONE)):
        column = rows.column_of(role)
        if column is not None:
            named = namer.name(rows.text(column), kind).subjects
            subjects = pc.coalesce(named, subjects)
            others.append(named)
    if email is not None:
        named, bad = namer.name(rows.text(email), Kind.MAIL)
        others.append(named)
        subjects = pc.coalesce(named, subjects)
        if bad.any():
            rows.flags |= (bad * _JUNK).astype(np.uint16)
    if person is not None:
        named, bad = _exported(rows.text(person), namer) if rows.is_own else namer.name(rows.text(person), Kind.USER)
        subjects = pc.coalesce(named, subjects)
        if bad.any():
            rows.flags |= (bad * _JUNK).astype(np.uint16)
            junk = pc.if_else(pa.array(bad), rows.text(person), NONE)
    email_said, phone_said, card_said = (rows.words(role) for role in (Role.EMAIL, Role.PHONE, Role.CARD))
    return Who(subjects, email_said, phone_said, card_said, junk, tuple(others))


def _exported(persons: pa.Array, namer: Namer) -> People:
    """Persons as an export of ours spells them."""
    coded = pc.dictionary_encode(persons)
    spelled = [(None, None) if one is None else subject_of(one) for one in coded.dictionary.to_pylist()]
    kinds, ids = (
        pa.array(list(part), pa.string()).take(coded.indices) for part in zip(*(spelled or [(None, None)]), strict=True)
    )
    anonymous = pc.fill_null(pc.equal(kinds, Kind.ANON.value), fill_value=False)
    users, visitors = namer.name(ids, Kind.USER), namer.name(ids, Kind.ANON)
    return People(
        pc.if_else(anonymous, visitors.subjects, users.subjects), np.where(np.asarray(anonymous), visitors.junk, users.junk)
    )


def journeys(rows: Rows) -> tuple[str, pa.Array] | None:
    """The journey key and its value per row; None without a journey column."""
    name = rows.column_of(Role.JOURNEY)
    values = rows.words(Role.JOURNEY)
    if name is None or values is None:
        return None
    nobody = pc.is_in(pc.utf8_lower(values), pa.array(sorted(_NO_JOURNEY)))
    if pc.any(nobody).as_py():
        values = pc.if_else(nobody, NONE, values)
    return journey_key(name), values


class Money(NamedTuple):
    """Value and currency per row; ``kept``: the text of cells whose value had to be rounded."""

    value: pa.Array
    currency: pa.Array
    kept: pa.Array | None


def money(rows: Rows) -> Money:
    """The value of each row. A cell that is no number, or could be two, is a fault."""
    name = rows.column_of(Role.VALUE)
    given = _currencies(rows)
    if name is None:
        return Money(pa.nulls(rows.count, MONEY), given, None)
    numbers = _numbers(rows, name)
    currency = given if numbers.units is None else pc.coalesce(given, _known_units(numbers.units))
    kept = None
    if numbers.rounded is not None:
        rows.flags |= (numbers.rounded * _ROUNDED).astype(np.uint16)
        kept = pc.if_else(pa.array(numbers.rounded), rows.text(name), NONE)
    return Money(numbers.values, currency, kept)


def _numbers(rows: Rows, name: str) -> NumberColumn:
    typed = rows.typed(name)
    if typed is not None and (
        pa.types.is_integer(typed.type) or pa.types.is_floating(typed.type) or pa.types.is_decimal(typed.type)
    ):
        numbers = typed_numbers(typed.combine_chunks() if typed.num_chunks != 1 else typed.chunk(0))
    else:
        numbers = read_numbers(rows.text(name), rows.decimal_of(name))
    for code in {code for _, code in numbers.problems}:
        wrong = np.zeros(rows.count, bool)
        wrong[[row for row, found in numbers.problems if found is code]] = True
        rows.faults.note(wrong, code, name)
    return numbers


def _known_units(units: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_in(units, pa.array(["%", "‰"])), NONE, units)


def _currencies(rows: Rows) -> pa.Array:
    words = rows.words(Role.CURRENCY)
    if words is None:
        return nulls(rows.count)
    upper = pc.utf8_upper(words)
    symbols = {"€": "EUR", "EURO": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "SFR.": "CHF", "FR.": "CHF"}
    coded = pc.dictionary_encode(upper)
    known = [
        symbols.get(word, word if len(word) == _CODE and word.isascii() and word.isalpha() else None)
        for word in coded.dictionary.to_pylist()
    ]
    return pa.array(known, pa.string()).take(coded.indices)


def scores(rows: Rows) -> pa.Array | None:
    """``$score`` of each row as JSON text, null where there is none; a number outside the scale is a fault."""
    name, scale = rows.column_of(Role.SCORE), rows.mapping.scale
    if name is None:
        return None
    numbers = _numbers(rows, name)
    if scale is not None:
        low, high = pa.scalar(scale.low).cast(pa.float64()), pa.scalar(scale.high).cast(pa.float64())
        values = numbers.values.cast(pa.float64())
        outside = pc.fill_null(pc.or_(pc.less(values, low), pc.greater(values, high)), fill_value=False)
        rows.faults.note(np.asarray(outside), ProblemCode.SCORE_OUT_OF_SCALE, name)
    coded = pc.dictionary_encode(numbers.values)
    texts = [_score(str(value.normalize() + 0), scale) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def score_again(rows: Rows) -> tuple[pa.Array | None, list[str]]:
    """``$score`` put together again out of the columns ``$score.value``, ``$score.low`` … of an export, and their names."""
    names = [name for name in rows.texts.column_names if name.startswith(_SCORE_PARTS)]
    if f"{_SCORE_PARTS}value" not in names:
        return None, []
    members = []
    for name in names:
        column = rows.text(name)
        number = pc.fill_null(pc.match_substring_regex(column, r"^-?(0|[1-9][0-9]*)([.,][0-9]+)?$"), fill_value=False)
        column = pc.if_else(number, pc.replace_substring(column, ",", "."), column)
        choice = np.where(missing(column), LEFT_OUT, np.where(np.asarray(number), RAW, QUOTED)).astype(np.uint8)
        members.append(Member(name.removeprefix(_SCORE_PARTS), pc.fill_null(column, ""), choice))
    said = ~missing(rows.text(f"{_SCORE_PARTS}value"))
    return pc.if_else(pa.array(said), json_objects(members, rows.count), NONE), names


def _score(value: str, scale: Scale | None) -> str:
    said: dict[str, object] = {"value": msgspec.Raw(format_plain(value).encode())}
    if scale is not None:
        said |= {"low": scale.low, "high": scale.high, "best": scale.best}
        said |= {"metric": scale.metric} if scale.metric else {}
    whole = {key: int(end) if isinstance(end, float) and end.is_integer() else end for key, end in said.items()}
    return msgspec.json.encode(whole).decode()


def format_plain(number: str) -> str:
    """A decimal without exponent.

    >>> format_plain("1E+1"), format_plain("2.5")
    ('10', '2.5')
    """
    return format(Decimal(number), "f")


def ordinals(rows: Rows) -> pa.Array:
    """The order within the file: its own column where that is whole numbers, else the number of the row."""
    name = rows.column_of(Role.ORDINAL)
    if name is None:
        return rows.chunk.row_numbers
    texts = rows.text(name)
    whole = pc.match_substring_regex(texts, r"^[0-9]{1,18}$")
    numbers = pc.if_else(whole, texts, pa.scalar("0")).cast(pa.int64())
    return pc.if_else(pc.fill_null(whole, fill_value=False), numbers, rows.chunk.row_numbers)
