"""What do the values of a column say: numbers with which decimal sign, times in which order, and what did Excel spoil?"""

import re
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.formats.names import is_phone, is_post_code, rank
from tanteemma.ingest.formats.shape import Role, Warn
from tanteemma.ingest.steps.columns_clock import AMBIGUOUS, INVALID, MISSING, READ
from tanteemma.ingest.steps.columns_dates import FIRST_DAY, LAST_DAY, clock_of, serial_day
from tanteemma.ingest.steps.columns_number import Evidence, read_number
from tanteemma.ingest.steps.columns_text import missing, whole
from tanteemma.ingest.steps.columns_time import FLAGS, Clock, Fallback, read_times
from tanteemma.ingest.steps.times import parse_time
from tanteemma.model.problems import Problem

#: How many different values of a column are looked at: a few first, more if they can be numbers or times, all while two
#: meanings are left.
_FIRST: Final = 300
_MORE: Final = 3_000
_SOME: Final = 0.4
#: A column is one of times (or numbers) if this share of its values is.
_MOST: Final = 0.8

_SCIENTIFIC: Final = re.compile(r"[-+]?\d(?:[.,]\d+)?E[+-]?\d{1,3}", re.IGNORECASE)
_MONTHS: Final = "jan|feb|mrz|mär|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec"
_MANGLED: Final = re.compile(rf"(?:{_MONTHS})[. -]\d{{2,4}}|\d{{1,2}}[. -]+(?:{_MONTHS})\.?", re.IGNORECASE)
_POST_CODE_CUT: Final = re.compile(r"\d{4}")
_PHONE_CUT: Final = re.compile(r"[1-9]\d{5,}")
_LONGEST_MAIL: Final = 320
#: A text of a date that also says the time of day.
_TIMED: Final = re.compile(r":|T\d|\d{9}|\d\d[.,]\d{5}|^\d{5}[.,]\d|\bUhr\b")
#: Numbers from here on can be seconds (or finer) since 1970: 1973.
_FIRST_EPOCH: Final = 10**8
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one column says.

    ``values``: cells with content; ``different``: how many different ones. ``times``/``numbers``/``mails``: shares of them.
    ``decimals``: the decimal signs that some cell proves; ``either``: a cell that can be read both ways. ``orders``: the orders
    of day and month under which no cell is impossible; ``day_or_month``: a cell that can be read both ways (None: none can).
    ``clocks``: share of cells that are a time of day alone; ``days_only``: no cell of a column of times has a time of day.
    ``spoiled``: what was lost before the file came here.
    """

    values: int
    different: int
    times: float = 0.0
    numbers: float = 0.0
    mails: float = 0.0
    decimals: tuple[str, ...] = ()
    either: str | None = None
    orders: tuple[str, ...] = ("dmy", "mdy")
    day_or_month: str | None = None
    low: float | None = None
    high: float | None = None
    digits_only: bool = False
    clocks: float = 0.0
    days_only: bool = False
    spoiled: tuple[Warn, ...] = ()

    @property
    def is_time(self) -> bool:
        """Is this a column of times?"""
        return self.values > 0 and self.times >= _MOST

    @property
    def is_number(self) -> bool:
        """Is this a column of numbers?"""
        return self.values > 0 and self.numbers >= _MOST

    @property
    def decimal(self) -> str | None:
        """The decimal sign that is settled by the values, None if none is."""
        return self.decimals[0] if len(self.decimals) == 1 else None

    @property
    def asks_decimal(self) -> bool:
        """Can a value be read as two numbers, without another value that settles it?"""
        return len(self.decimals) > 1 or (self.either is not None and not self.decimals)

    @property
    def asks_order(self) -> bool:
        """Can a value be read as two days, without another value that settles it?"""
        return self.day_or_month is not None and len(self.orders) != 1


def look_at(name: str, column: pa.ChunkedArray, zone: str) -> Seen:
    """What the values of a column say; of typed columns only what their type says."""
    if not pa.types.is_string(column.type):
        return _look_at_typed(name, column)
    texts = whole(column)
    counted = pc.value_counts(texts)
    words, often = counted.field("values"), counted.field("counts")
    filled = pa.array(~missing(words))
    distinct = words.filter(filled)
    if not len(distinct):
        return Seen(values=0, different=0)
    first = distinct.slice(0, _FIRST).to_pylist()
    seen = Seen(
        values=pc.sum(often.filter(filled)).as_py(),
        different=len(distinct),
        mails=sum(1 for text in first if _MAIL.fullmatch(text.strip()[:_LONGEST_MAIL])) / len(first),
        clocks=sum(1 for text in first if clock_of(text)) / len(first),
        days_only=not any(_TIMED.search(text) for text in first),
        spoiled=_spoiled(name, texts, distinct),
    )
    serials = rank(Role.TIME, name) is not None
    for most in (_FIRST, _MORE, len(distinct)):
        part = distinct.slice(0, most)
        if most == _FIRST or seen.numbers >= _SOME:
            seen = msgspec.structs.replace(seen, **_number_evidence(part))
        if most == _FIRST or seen.times >= _SOME:
            seen = msgspec.structs.replace(seen, **_time_evidence(part, zone, serials=serials))
        if most >= _MORE and not seen.asks_decimal and not seen.asks_order:
            break
    return seen


def _look_at_typed(name: str, column: pa.ChunkedArray) -> Seen:
    kind = column.type
    values = len(column) - column.null_count
    simple = pa.types.is_primitive(kind) or pa.types.is_binary(kind) or pa.types.is_decimal(kind)
    different = pc.count_distinct(column).as_py() if simple else values
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        days = column.cast(pa.date32(), safe=False).cast(pa.timestamp("us")) if values else None
        at_midnight = days is None or pc.all(pc.equal(days, column.cast(pa.timestamp("us"), safe=False))).as_py()
        return Seen(values=values, different=different, times=1.0, days_only=bool(at_midnight))
    if pa.types.is_time(kind):
        return Seen(values=values, different=different, clocks=1.0)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        ends = pc.min_max(column).as_py() if values else {"min": None, "max": None}
        low, high = (None if end is None else float(end) for end in (ends["min"], ends["max"]))
        serial = low is not None and high is not None and low >= FIRST_DAY and high <= LAST_DAY + 1
        epoch = low is not None and low >= _FIRST_EPOCH
        times = float(rank(Role.TIME, name) is not None and (serial or epoch))
        seen = Seen(values=values, different=different, numbers=1.0, decimals=(".",), low=low, high=high)
        fraction = low is not None and high is not None and low >= 0 and high < 1 and rank(Role.CLOCK, name) is not None
        return msgspec.structs.replace(
            seen, times=times, clocks=float(fraction), days_only=serial and pa.types.is_integer(kind)
        )
    return Seen(values=values, different=different)


def _number_evidence(values: pa.Array) -> dict[str, Any]:
    texts = values.to_pylist()
    numbers = [read_number(text, None) for text in texts]
    said = Evidence.NONE
    either = None
    proofs: dict[Evidence, str] = {}
    for text, number in zip(texts, numbers, strict=True):
        if number.evidence is Evidence.EITHER:
            either = either or text
        else:
            said |= number.evidence
            proofs.setdefault(number.evidence, text)
    if Evidence.COMMA in said and Evidence.POINT in said:
        either = " / ".join(text for proof, text in sorted(proofs.items()) if proof is not Evidence.NONE)
    decimals = tuple(sign for sign, proof in ((",", Evidence.COMMA), (".", Evidence.POINT)) if proof in said)
    readable = [number for number in numbers if number.problem is None or number.evidence is Evidence.EITHER]
    known = [float(number.value) for number in numbers if number.value is not None]
    return {
        "numbers": len(readable) / len(texts),
        "decimals": decimals if len(readable) >= _MOST * len(texts) else (),
        "either": either,
        "low": min(known, default=None),
        "high": max(known, default=None),
        "digits_only": all(text.strip().isdigit() for text in texts),
    }


def _time_evidence(values: pa.Array, zone: str, *, serials: bool) -> dict[str, Any]:
    clock = Clock(zone, None, 1 << 62)
    state = read_times(values, clock, fallback=reads(zone, serials=serials)).state
    doubtful = np.flatnonzero(state == AMBIGUOUS)
    readable = int((state <= READ).sum()) + len(doubtful)
    found: dict[str, Any] = {"times": readable / max(1, int((state != MISSING).sum()))}
    if len(doubtful):
        cells = values.take(pa.array(doubtful))
        found["day_or_month"] = cells[0].as_py()
        found["orders"] = tuple(
            order for order in ("dmy", "mdy") if not (read_times(cells, clock._replace(order=order)).state == INVALID).any()
        )
    return found


def reads(zone: str, *, serials: bool = True) -> Fallback:
    """What reads a time in a form that whole columns are rarely written in; the rules are those of the doors.

    ``serials``: five digits are the day of a spreadsheet (which they may only be in a column of times).
    """

    def read(text: str) -> tuple[int, int] | None:
        try:
            moment = parse_time((serial_day(text) if serials else None) or text, zone)
        except Problem:
            return None
        return moment.at_us, sum(bit for bit, flag in FLAGS if flag.value in moment.flags)

    return read


def _spoiled(name: str, texts: pa.Array, distinct: pa.Array) -> tuple[Warn, ...]:
    """What was lost before the file came here: zeros in front, digits of long numbers, cells taken for dates."""
    tests = [("scientific_notation", _SCIENTIFIC), ("date_mangled", _MANGLED)]
    if is_post_code(name):
        tests.append(("leading_zero_lost", _POST_CODE_CUT))
    if is_phone(name):
        tests.append(("leading_zero_lost", _PHONE_CUT))
    words = distinct.slice(0, _MORE).to_pylist()
    found = []
    for code, form in tests:
        value = next((text for text in words if form.fullmatch(text.strip())), None)
        if value is not None:
            found.append(Warn(code=code, column=name, row=pc.index(texts, value).as_py() + 1, value=value))
    return tuple(found)
