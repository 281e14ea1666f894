"""Traits that are computed by a formula somebody declared: how often, how much, the first, the last, how many different ones.

Kept per subject as sums, smallest and largest by a total order, for each day where the formula looks at a stretch of days. So
events may come in any order and over several subjects, and the kept value equals a recount.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from tanteemma.identity.profile.facet import Moment, Told

MOST_FORMULAS: Final = 50
#: the longest window, in days
MOST_DAYS: Final = 400
#: more different ones are counted as so many
MOST_DISTINCT: Final = 1_000
DAY_US: Final = 86_400_000_000
MICRO: Final = 1_000_000
PROPERTY: Final = "property."
#: where in the lists of kept formulas they lie among the notes of the installation
NOTE: Final = "formulas"
_LONGEST_WORD: Final = 200
_NUMBER: Final = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?")
_COMMA: Final = re.compile(r"-?([0-9]+|[0-9]{1,3}([.][0-9]{3})+),[0-9]+")
_json: Final = msgspec.json.Decoder()


class How(StrEnum):
    """What is made of the events. ``SINCE``: whole days since the last one."""

    COUNT = "count"
    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"
    SINCE = "since"


#: those that look at the events alone, and those that need a number
OF_EVENTS: Final = frozenset({How.COUNT, How.SINCE})
OF_NUMBERS: Final = frozenset({How.SUM, How.MIN, How.MAX})
#: what nothing comes to
OF_NOTHING: Final[Mapping[How, float | None]] = {How.COUNT: 0, How.SUM: 0, How.DISTINCT: 0}


class Given(msgspec.Struct, frozen=True):
    """Only events that say so: a fact compared with one of the values (``=``, ``!=`` words or numbers; else one number)."""

    fact: str
    compare: str
    values: tuple[str | float, ...]


class Formula(msgspec.Struct, frozen=True):
    """One computed trait. ``days``: of the last so many calendar days of the company, today among them; None: of all time."""

    name: str
    how: How
    fact: str = ""
    touchpoint: str | None = None
    channel: str | None = None
    given: tuple[Given, ...] = ()
    days: int | None = None

    @property
    def key(self) -> str:
        """Changes with what is computed, not with the name."""
        told = msgspec.json.encode(msgspec.structs.replace(self, name=""))
        return blake2b(told, digest_size=6).hexdigest()


class Part(msgspec.Struct, array_like=True, gc=False):
    """What the events of one stretch come to; ``total`` in millionths; only what the formula asks for is filled."""

    count: int = 0
    total: int = 0
    first: "tuple[tuple[int, int, bytes], str | float] | None" = None
    last: "tuple[tuple[int, int, bytes], str | float] | None" = None
    least: float | None = None
    most: float | None = None
    words: dict[str, int] = {}

    def take(self, how: How, moment: "Moment", value: str | float) -> None:
        """One more event."""
        self.count += 1
        match how:
            case How.SUM if not isinstance(value, str):
                self.total += round(value * MICRO)
            case How.FIRST:
                self.first = (moment, value) if self.first is None or moment < self.first[0] else self.first
            case How.LAST | How.SINCE:
                self.last = (moment, value) if self.last is None or moment > self.last[0] else self.last
            case How.MIN if not isinstance(value, str):
                self.least = value if self.least is None else min(self.least, value)
            case How.MAX if not isinstance(value, str):
                self.most = value if self.most is None else max(self.most, value)
            case How.DISTINCT:
                self.words[value if isinstance(value, str) else f"{value:g}"] = 1
            case _:
                pass

    def join(self, other: "Part") -> None:
        """Those of another stretch or subject too."""
        self.count += other.count
        self.total += other.total
        if other.first is not None and (self.first is None or other.first[0] < self.first[0]):
            self.first = other.first
        if other.last is not None and (self.last is None or other.last[0] > self.last[0]):
            self.last = other.last
        self.least = min((one for one in (self.least, other.least) if one is not None), default=None)
        self.most = max((one for one in (self.most, other.most) if one is not None), default=None)
        self.words.update(other.words)

    def settle(self) -> None:
        """Bring the different ones within their bound, the same in whatever order they came."""
        for word in sorted(self.words)[MOST_DISTINCT:]:
            del self.words[word]


class SaidFormula(msgspec.Struct, frozen=True, gc=False):
    """One event counts for the formula of this key, with this value; ``day``: its day, 0 where all time is one stretch."""

    key: str
    how: How
    day: int
    value: str | float


#: by formula, by day
Computed = dict[str, dict[int, Part]]


def take_computed(kept: Computed, said: Iterable[SaidFormula], moment: "Moment") -> None:
    """One more event."""
    for one in said:
        kept.setdefault(one.key, {}).setdefault(one.day, Part()).take(one.how, moment, one.value)


def join_computed(kept: Computed, others: Mapping[str, Mapping[int, Part]]) -> None:
    """Those of another subject too."""
    for key, days in others.items():
        mine = kept.setdefault(key, {})
        for day, part in days.items():
            mine.setdefault(day, Part()).join(part)


def settle_computed(kept: Computed) -> None:
    """Bring everything within its bounds."""
    for days in kept.values():
        for part in days.values():
            part.settle()


def forget_days(kept: Computed, today: int) -> None:
    """Days that no window reaches any more."""
    for key, days in kept.items():
        if any(0 < day <= today - MOST_DAYS for day in days):
            kept[key] = {day: part for day, part in days.items() if day == 0 or day > today - MOST_DAYS}


def formulas_said(formulas: Sequence[Formula], told: "Told", properties: str) -> tuple[SaidFormula, ...]:
    """For which formulas an event counts, and with what."""
    facts = _Facts(told, properties)
    found = []
    for formula in formulas:
        if formula.touchpoint not in {None, told.name} or formula.channel not in {None, told.channel}:
            continue
        if formula.days is not None and told.day <= told.today - MOST_DAYS:
            continue
        value = 1.0 if formula.how in OF_EVENTS else facts.value(formula.fact, number=formula.how in OF_NUMBERS)
        if value is not None and all(_holds(facts, given) for given in formula.given):
            found.append(SaidFormula(formula.key, formula.how, 0 if formula.days is None else told.day, value))
    return tuple(found)


def value_of(formula: Formula, days: Mapping[int, Part], now_us: int, today: int) -> str | float | None:
    """What a formula comes to for what is kept of it; None for nothing (a count and a sum of nothing are 0)."""
    whole = Part()
    for day, part in days.items():
        if formula.days is None or today - formula.days < day <= today:
            whole.join(part)
    if not whole.count:
        return OF_NOTHING.get(formula.how)
    return _READ[formula.how](whole, now_us)


def _said(kept: "tuple[Moment, str | float] | None") -> str | float | None:
    return None if kept is None else kept[1]


def _days_since(part: Part, now_us: int) -> float | None:
    return None if part.last is None else max((now_us - part.last[0][0]) // DAY_US, 0)


_READ: Final[Mapping[How, Callable[[Part, int], str | float | None]]] = {
    How.COUNT: lambda part, _: part.count,
    How.SUM: lambda part, _: part.total / MICRO,
    How.FIRST: lambda part, _: _said(part.first),
    How.LAST: lambda part, _: _said(part.last),
    How.MIN: lambda part, _: part.least,
    How.MAX: lambda part, _: part.most,
    How.DISTINCT: lambda part, _: min(len(part.words), MOST_DISTINCT),
    How.SINCE: _days_since,
}


def digest(formulas: Sequence[Formula]) -> str:
    """Changes whenever something else is computed; empty for nothing."""
    return " ".join(sorted({formula.key for formula in formulas}))


class _Facts:
    """What one event says, read when it is asked for."""

    def __init__(self, told: "Told", properties: str) -> None:
        self._told = told
        self._text = properties
        self._said: dict[str, Any] | None = None

    def value(self, fact: str, *, number: bool) -> str | float | None:
        """A fact as a number or, where none is wanted, as it was said; None if it was not."""
        if fact == "value":
            return None if self._told.micros is None else self._told.micros / MICRO
        if fact in {"name", "channel", "source", "currency"}:
            found: str | None = getattr(self._told, fact)
            return None if number else found
        said = self._property(fact)
        if number or fact == "score":
            return _as_number(said)
        return _as_word(said)

    def _property(self, fact: str) -> object:
        if self._said is None:
            try:
                said = _json.decode(self._text) if self._text else {}
            except msgspec.DecodeError:
                said = {}
            self._said = said if isinstance(said, dict) else {}
        if fact == "score":
            score = self._said.get("$score")
            return score.get("value") if isinstance(score, dict) else None
        name = fact.removeprefix(PROPERTY)
        if self._said.get(name) is not None or "." not in name:
            return self._said.get(name)
        found: object = self._said
        for step in name.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found


def _holds(facts: _Facts, given: Given) -> bool:
    is_number = all(isinstance(value, float) for value in given.values)
    said = facts.value(given.fact, number=is_number)
    if said is None:
        return False
    if given.compare in {"=", "!="}:
        return (said in given.values) is (given.compare == "=")
    wanted = given.values[0]
    if isinstance(said, str) or isinstance(wanted, str):
        return False
    return {"<": said < wanted, "<=": said <= wanted, ">": said > wanted, ">=": said >= wanted}[given.compare]


def _as_number(said: object) -> float | None:
    if isinstance(said, bool) or said is None:
        return None
    if isinstance(said, int | float):
        return float(said)
    if not isinstance(said, str):
        return None
    text = said.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    return float(text.replace(".", "").replace(",", ".")) if _COMMA.fullmatch(text) else None


def _as_word(said: object) -> str | None:
    if isinstance(said, str):
        return said[:_LONGEST_WORD]
    return msgspec.json.encode(said).decode() if isinstance(said, bool | int | float) else None
