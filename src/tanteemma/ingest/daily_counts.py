"""What does a CSV say of a touchpoint where nobody is known: how many contacts a day, and what was spent?

Read as companies export it: comma, semicolon or tabulator; decimal comma or point; UTF-8, UTF-16 or Windows-1252. Rows of the
same series and day are added up (an export by campaign or device). A bad row is left out and named, the others count.
"""

import codecs
import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from tanteemma.model.daily_counts import MILLIONTHS, DayCount
from tanteemma.model.problems import Problem, ProblemCode

#: larger files are no daily counts
LARGEST: Final = 20 << 20
#: so many bad rows are named; the others are counted
_MOST_NAMED: Final = 100
_LONGEST_NAME: Final = 200
_MOST_CONTACTS: Final = 10**12
#: digits of a group of thousands
_GROUP: Final = 3
#: years of two digits are of this century
_CENTURY: Final = 2000
#: digits of a year that is written without its century
_SHORT_YEAR: Final = 2
_EARLIEST: Final = date(1990, 1, 1)
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: what each column may be called, the most telling name first
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "series": ("touchpoint", "serie", "series", "reihe", "anzeige", "ad", "kampagne", "campaign", "name", "kanal", "channel"),
    "day": ("tag", "day", "datum", "date"),
    "contacts": (
        "kontakte", "contacts", "anzahl", "count", "klicks", "clicks", "besuche", "visits", "aufrufe", "views",
        "impressionen", "impressions",
    ),
    "spend": ("kosten", "cost", "costs", "ausgaben", "spend", "betrag", "amount"),
    "currency": ("währung", "waehrung", "currency", "währungscode", "currency code"),
}  # fmt: skip
_NEEDED: Final = ("day", "contacts")
_ISO: Final = re.compile(r"(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?:[T ].*)?")
_GERMAN: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?: .*)?")
_COMMA: Final = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,9}))?")
_POINT: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,9}))?")
_BLANKS: Final = re.compile("[\\s\u00a0\u202f'€$£]")
_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP"}
#: what stands behind the name of a column: Kosten (EUR)
_BESIDE: Final = re.compile(r"\s*[(\[].*$")
_IN_HEAD: Final = re.compile(r"[(\[]([A-Z]{3})[)\]]")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class Counted(msgspec.Struct, frozen=True):
    """What a file says: its days, how it was read, what was wrong (``bad`` in all, the first of them named)."""

    days: tuple[DayCount, ...]
    rows: int
    bad: int
    problems: tuple[Problem, ...]
    columns: Mapping[str, str]
    delimiter: str
    encoding: str
    decimal: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be read where it does not say so itself.

    ``series``: the name of the series if no column says it. ``columns``: column by role. ``today``: later days are refused.
    """

    today: date
    series: str = ""
    columns: Mapping[str, str] = {}
    currency: str = "EUR"


def read_counts(raw: bytes, wanted: Wanted) -> Counted:
    r"""The days of a CSV.

    Raises Problem EMPTY_BODY, TOO_LARGE, COUNTS_COLUMN_MISSING, COUNTS_NO_ROWS (with the first thing that was wrong).

    >>> found = read_counts("Tag;Klicks;Kosten\n01.03.2026;1.200;80,50".encode(), Wanted(today=date(2026, 4, 1), series="Ad"))
    >>> found.days
    (DayCount(series='Ad', day=datetime.date(2026, 3, 1), contacts=1200, spend=80500000, currency='EUR'),)
    """
    if not raw.strip():
        raise Problem(ProblemCode.EMPTY_BODY, status=422)
    if len(raw) > LARGEST:
        raise Problem(ProblemCode.TOO_LARGE, status=413, limit=LARGEST)
    text, encoding = _decoded(raw)
    lines = text.splitlines()
    head = next((place for place, line in enumerate(lines) if line.strip()), 0)
    delimiter = max(";\t,", key=lines[head].count) if lines else ";"
    rows = list(csv.reader(lines[head:], delimiter=delimiter))
    names = [name.strip() for name in rows[0]]
    columns = _columns(names, wanted)
    reader = _Reader({role: names.index(name) for role, name in columns.items()}, names, wanted)
    cells = [(head + number, row) for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    reader.comma = _has_comma([row for _, row in cells], reader.places, delimiter)
    days, problems = _added(cells, reader)
    if not days:
        raise Problem(ProblemCode.COUNTS_NO_ROWS, status=422, **(problems[0].params if problems else {}))
    said = "," if reader.comma else "."
    return Counted(days, len(cells), len(problems), tuple(problems[:_MOST_NAMED]), columns, delimiter, encoding, said)


def _decoded(raw: bytes) -> tuple[str, str]:
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if marked is not None:
        return raw.decode(marked, "replace"), marked
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), "cp1252"


def _columns(names: Sequence[str], wanted: Wanted) -> dict[str, str]:
    """Which column says what. Raises Problem COUNTS_COLUMN_MISSING, QUESTION_INVALID for an unknown role."""
    folded = {_BESIDE.sub("", name).casefold(): name for name in reversed(names)} | {name.casefold(): name for name in names}
    unknown = next((role for role in wanted.columns if role not in COLUMNS), None)
    if unknown is not None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="columns", value=unknown[:80], allowed=", ".join(COLUMNS))
    found = {}
    for role, known in COLUMNS.items():
        said = wanted.columns.get(role)
        name = next((folded[one] for one in known if one in folded), None) if said is None else folded.get(said.casefold())
        if name is not None:
            found[role] = name
        elif said is not None or role in _NEEDED or (role == "series" and not wanted.series):
            value, allowed = said or "", ", ".join(names)[:200] if said else ", ".join(known)
            raise Problem(ProblemCode.COUNTS_COLUMN_MISSING, status=422, field=role, value=value[:80], allowed=allowed)
    return found


def _has_comma(rows: Sequence[Sequence[str]], places: Mapping[str, int], delimiter: str) -> bool:
    """Is the comma the decimal sign? Told by the first number that leaves no doubt, else by the sign between columns."""
    for row in rows:
        for role in ("spend", "contacts"):
            place = places.get(role, len(row))
            said = _BLANKS.sub("", row[place]) if place < len(row) else ""
            last = max(said.rfind(","), said.rfind("."))
            if last >= 0 and (len(said) - last - 1 != _GROUP or {",", "."} <= set(said)):
                return said[last] == ","
    return delimiter == ";"


def _added(cells: Sequence[tuple[int, list[str]]], reader: "_Reader") -> tuple[tuple[DayCount, ...], list[Problem]]:
    """One entry for each series and day; what was wrong with the others."""
    days: dict[tuple[str, date], DayCount] = {}
    currencies: dict[str, str] = {}
    problems = []
    for number, row in cells:
        try:
            one = reader.day(number, row)
            known = currencies.setdefault(one.series, one.currency) if one.spend is not None else one.currency
            if known != one.currency:
                raise Problem(ProblemCode.COUNTS_CURRENCY, row=number, field="currency", value=one.currency, allowed=known)
        except Problem as problem:
            problems.append(problem)
            continue
        before = days.get((one.series, one.day))
        days[one.series, one.day] = one if before is None else _both(before, one)
    return tuple(days.values()), problems


def _both(one: DayCount, other: DayCount) -> DayCount:
    known = [spend for spend in (one.spend, other.spend) if spend is not None]
    return DayCount(
        one.series, one.day, one.contacts + other.contacts, sum(known) if known else None, one.currency or other.currency
    )


class _Reader:
    """Reads one row. ``places``: column by role; ``comma``: the decimal sign is a comma."""

    def __init__(self, places: Mapping[str, int], names: Sequence[str], wanted: Wanted) -> None:
        self.places = places
        self.comma = False
        self._names = names
        self._wanted = wanted

    def day(self, number: int, row: Sequence[str]) -> DayCount:
        """What the row says. Raises Problem with row, field and value."""
        series = self._cell(row, "series") or self._wanted.series
        if not series:
            raise self._wrong(ProblemCode.FIELD_MISSING, number, row, "series")
        if len(series) > _LONGEST_NAME:
            raise self._wrong(ProblemCode.ID_TOO_LONG, number, row, "series", limit=_LONGEST_NAME)
        contacts = self._number(number, row, "contacts")
        if contacts is None:
            raise self._wrong(ProblemCode.FIELD_MISSING, number, row, "contacts")
        if contacts != contacts.to_integral_value() or contacts > _MOST_CONTACTS:
            raise self._wrong(ProblemCode.COUNTS_NOT_WHOLE, number, row, "contacts")
        spend = self._number(number, row, "spend") if "spend" in self.places else None
        currency = "" if spend is None else self._currency(number, row)
        micros = None if spend is None else int((spend * MILLIONTHS).to_integral_value())
        return DayCount(series, self._date(number, row), int(contacts), micros, currency)

    def _date(self, number: int, row: Sequence[str]) -> date:
        said = self._cell(row, "day")
        if not said:
            raise self._wrong(ProblemCode.FIELD_MISSING, number, row, "day")
        try:
            found = _date_of(said)
        except ValueError:
            raise self._wrong(ProblemCode.TIME_INVALID, number, row, "day", allowed="2026-03-01, 01.03.2026") from None
        if found > self._wanted.today + timedelta(days=1):
            raise self._wrong(ProblemCode.TIME_IN_FUTURE, number, row, "day")
        if found < _EARLIEST:
            raise self._wrong(ProblemCode.TIME_OUT_OF_RANGE, number, row, "day")
        return found

    def _number(self, number: int, row: Sequence[str], role: str) -> Decimal | None:
        said = _BLANKS.sub("", self._cell(row, role)).removesuffix("EUR")
        if not said or said in {"-", "–", "--"}:
            return None
        match = (_COMMA if self.comma else _POINT).fullmatch(said)
        if match is None:
            allowed = "1.234,56" if self.comma else "1,234.56"
            raise self._wrong(ProblemCode.NUMBER_INVALID, number, row, role, allowed=allowed)
        whole, rest = match.groups()
        return Decimal(f"{re.sub('[.,]', '', whole)}.{rest or 0}")

    def _currency(self, number: int, row: Sequence[str]) -> str:
        written = self._cell(row, "spend")
        written += self._names[self.places["spend"]]
        said = self._cell(row, "currency") or next((code for sign, code in _SIGNS.items() if sign in written), "")
        said = said or next(iter(_IN_HEAD.findall(written)), "")
        said = _SIGNS.get(said, said.upper() or self._wanted.currency)
        if not _CURRENCY.fullmatch(said):
            raise self._wrong(ProblemCode.COUNTS_CURRENCY, number, row, "currency", allowed="EUR, USD, GBP, CHF, …")
        return said

    def _cell(self, row: Sequence[str], role: str) -> str:
        place = self.places.get(role, len(row))
        return row[place].strip() if place < len(row) else ""

    def _wrong(self, code: ProblemCode, number: int, row: Sequence[str], role: str, **more: object) -> Problem:
        field = self._names[self.places[role]] if role in self.places else role
        return Problem(code, status=422, row=number, field=field, value=self._cell(row, role)[:80], **more)


def _date_of(said: str) -> date:
    iso = _ISO.fullmatch(said)
    if iso is not None:
        return date(*map(int, iso.groups()))
    german = _GERMAN.fullmatch(said)
    if german is None:
        raise ValueError(said)
    day, month, year = map(int, german.groups())
    return date(_CENTURY + year if len(german.group(3)) == _SHORT_YEAR else year, month, day)
