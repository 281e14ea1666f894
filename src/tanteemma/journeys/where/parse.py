"""From the written condition to its tree.

::

    condition = part { "or" part }          part = piece { "and" piece }
    piece     = "not" piece | "(" condition ")" | one of
      passes NAME [via CHANNEL] [>= NUMBER]   passes NAME [directly] before|after NAME
      starts NAME      ends NAME              channel NAME           variant NAME > NAME > …
      step NUMBER after|before [first|last] NAME|start|end [merged] is NAME | [not] in (NAME, …) | exists | missing
      happens from DATE until DATE [at NAME]  hour DAY NUMBER [start|end] [at NAME]      (DAY: mon, tue … sun)
      duration > SPAN  events >= NUMBER       started >= DATE        ended < DATE
      weak_spot WORD                          (as a weak spot's own link says it)
      FACT = VALUE [at NAME]    FACT [not] in (VALUE, …)    FACT exists    (FACT: value, score, currency, source, property.NAME)

NAME: in quotes ('' for a quote inside), or one word. SPAN: 90s, 30m, 12h, 3d, 2w. DATE: 2025-03-01, 2025-03-01T14:30 or
01.03.2025, on the wall clock of the installation unless it names its offset.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tanteemma.journeys.findings.tokens import read_spot
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tokens import Sort, Token, tokens_of, where_invalid
from tanteemma.journeys.where.tree import DAYS, Compare, Expr, Sense, Which
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem

_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_FACTS: Final = ("value", "currency", "source", "score")
_PREFIXES: Final = ("property.", "score.")
_HOURS: Final = 24
_MOST_STEPS: Final = 1_000
_WORDS: Final = (
    "passes",
    "weak_spot",
    "step",
    "happens",
    "hour",
    "starts",
    "ends",
    "channel",
    "variant",
    "duration",
    "events",
    "started",
    "ended",
    "not",
    *_FACTS,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DEEPEST: Final = 50
#: Not so long that it could be infinite.
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?(e-?[0-9]{1,2})?")


def parse(said: str, zone: ZoneInfo) -> Expr:
    """The tree of a condition. Raises Problem WHERE_INVALID with the place, what stands there and what may stand there.

    >>> parse("passes 'Anruf' and not ends 'Kauf'", ZoneInfo("Europe/Berlin"))
    Every(parts=(Passes(touchpoint='Anruf', channel=None, times=1), Not(part=Ends(touchpoint='Kauf'))))
    """
    return _Parser(tokens_of(said), zone).whole()


class _Parser:
    def __init__(self, tokens: list[Token], zone: ZoneInfo) -> None:
        self._tokens = tokens
        self._at = 0
        self._zone = zone
        self._depth = 0

    def whole(self) -> Expr:
        found = self._some()
        if self._now.sort is not Sort.END:
            raise self._wrong("and, or")
        return found

    # --- joining ---------------------------------------------------------------------------------------------------------

    def _some(self) -> Expr:
        parts = [self._every()]
        while self._take("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else tree.Some(tuple(parts))

    def _every(self) -> Expr:
        parts = [self._piece()]
        while self._take("and"):
            parts.append(self._piece())
        return parts[0] if len(parts) == 1 else tree.Every(tuple(parts))

    def _piece(self) -> Expr:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong(f"≤ {_DEEPEST} ( )")
        found = self._nested()
        self._depth -= 1
        return found

    def _nested(self) -> Expr:
        if self._take("not"):
            return tree.Not(self._piece())
        if self._take_sign("("):
            found = self._some()
            self._expect(")")
            return found
        return self._atom()

    # --- conditions ------------------------------------------------------------------------------------------------------

    def _atom(self) -> Expr:
        token = self._now
        word = token.said.casefold() if token.sort is Sort.WORD else ""
        readers: dict[str, Callable[[], Expr]] = {
            "passes": self._passes,
            "starts": lambda: tree.Starts(self._name()),
            "ends": lambda: tree.Ends(self._name()),
            "channel": self._channel,
            "variant": self._variant,
            "weak_spot": self._weak_spot,
            "step": self._step,
            "happens": self._happens,
            "hour": self._hour,
            "duration": lambda: tree.Lasts(self._compare(), self._span()),
            "events": lambda: tree.Holds(self._compare(), self._whole_number()),
            "started": lambda: tree.Started(self._compare(), *self._moment()),
            "ended": lambda: tree.Ended(self._compare(), *self._moment()),
        }
        if word in readers:
            self._at += 1
            return readers[word]()
        if token.sort is Sort.WORD and (word in _FACTS or word.startswith(_PREFIXES)):
            self._at += 1
            return self._says(word if word in _FACTS else word.split(".", 1)[0] + "." + token.said.split(".", 1)[1])
        hint = nearest(token.said, _WORDS) if token.sort is Sort.WORD else ()
        raise self._wrong(", ".join(hint) or ", ".join((*_WORDS, "property.…")))

    def _passes(self) -> Expr:
        name = self._name()
        directly = self._take("directly")
        for word in ("before", "after"):
            if self._take(word):
                other = self._name()
                first, then = (name, other) if word == "before" else (other, name)
                return tree.Follows(first, then, directly=directly)
        if directly:
            raise self._wrong("before, after")
        channel = self._name() if self._take("via") else None
        times = 1
        if self._take_sign(">="):
            times = self._whole_number()
        return tree.Passes(name, channel, times)

    def _channel(self) -> Expr:
        self._take_sign("=")
        return tree.Channel(self._name())

    def _variant(self) -> Expr:
        steps = [self._name()]
        while self._take_sign(">"):
            steps.append(self._name())
        return tree.Variant(tuple(steps))

    def _weak_spot(self) -> Expr:
        word = self._name()
        try:
            read_spot(word)
        except ValueError as error:
            raise self._wrong("weak_spot …") from error
        return tree.Hit(word)

    def _step(self) -> Expr:
        step = self._up_to(_MOST_STEPS)
        ahead = self._take("after")
        if not ahead and not self._take("before"):
            raise self._wrong("after, before")
        last = self._take("last")
        if not last:
            self._take("first")
        edge = "start" if ahead else "end"
        touchpoint = None if self._take(edge) else self._name()
        merge = self._take("merged")
        sense, names = self._said_of_step()
        return tree.Step(touchpoint, step, sense, names, ahead=ahead, last=last and touchpoint is not None, merge=merge)

    def _said_of_step(self) -> tuple[Sense, tuple[str, ...]]:
        if self._take("is"):
            return Sense.IS, (self._name(),)
        if self._take("exists"):
            return Sense.OTHER, ()
        if self._take("missing"):
            return Sense.MISSING, ()
        sense = Sense.OTHER if self._take("not") else Sense.IS
        if not self._take("in"):
            raise self._wrong("in" if sense is Sense.OTHER else "is, in, not in, exists, missing")
        self._expect("(")
        names = [self._name()]
        while self._take_sign(","):
            names.append(self._name())
        self._expect(")")
        return sense, tuple(names)

    def _happens(self) -> Expr:
        if not self._take("from"):
            raise self._wrong("from")
        begin = self._moment()
        if not self._take("until"):
            raise self._wrong("until")
        end = self._moment()
        return tree.Happens(begin[0], end[0], (begin[1], end[1]), self._where_said())

    def _hour(self) -> Expr:
        day = self._now.said.casefold()
        if self._now.sort is not Sort.WORD or day not in DAYS:
            raise self._wrong(", ".join(DAYS))
        self._at += 1
        hour = self._up_to(_HOURS - 1)
        which = next((each for each in (Which.START, Which.END) if self._take(each)), Which.ANY)
        return tree.Hour(DAYS.index(day) + 1, hour, self._zone.key, which, self._where_said())

    def _up_to(self, most: int) -> int:
        token, number = self._now, self._whole_number()
        if number > most:
            raise where_invalid(token.place, token.said, f"0–{most}")
        return number

    def _says(self, fact: str) -> Expr:
        if self._take("exists"):
            return tree.Says(fact, Compare.EQUAL, (), self._where_said())
        other = self._take("not")
        if other and not self._is("in"):
            raise self._wrong("in")
        if self._take("in"):
            self._expect("(")
            values = [self._value()]
            while self._take_sign(","):
                values.append(self._value())
            self._expect(")")
            compare = Compare.OTHER if other else Compare.EQUAL
            return tree.Says(fact, compare, tuple(values), self._where_said())
        place, compare = self._now, self._compare()
        value = self._value()
        if isinstance(value, str) and compare not in {Compare.EQUAL, Compare.OTHER}:
            raise where_invalid(place.place, place.said, "=, !=")
        return tree.Says(fact, compare, (value,), self._where_said())

    def _where_said(self) -> str | None:
        return self._name() if self._take("at") else None

    # --- values ----------------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        token = self._now
        if token.sort not in {Sort.TEXT, Sort.WORD}:
            raise self._wrong("'…'")
        self._at += 1
        return token.said

    def _value(self) -> str | float:
        token = self._now
        if token.sort is Sort.TEXT:
            return self._name()
        if token.sort is not Sort.WORD:
            raise self._wrong("'…', 42")
        self._at += 1
        return float(token.said) if _NUMBER.fullmatch(token.said.removeprefix("-")) else token.said

    def _compare(self) -> Compare:
        token = self._now
        if token.sort is not Sort.SIGN or token.said not in set(Compare):
            raise self._wrong(", ".join(Compare))
        self._at += 1
        return Compare(token.said)

    def _whole_number(self) -> int:
        token = self._now
        if token.sort is not Sort.WORD or not (token.said.isascii() and token.said.isdecimal()):
            raise self._wrong("1, 2, 3 …")
        self._at += 1
        return int(token.said[:18])

    def _span(self) -> float:
        token = self._now
        text = token.said.casefold()
        number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
        unit = _UNITS.get(text[len(number) :] or "s")
        if unit is None or not _NUMBER.fullmatch(number):
            raise self._wrong("90s, 30m, 12h, 3d, 2w")
        seconds = float(number) * unit
        self._at += 1
        return seconds

    def _moment(self) -> tuple[int, str]:
        token = self._now
        for read in (datetime.fromisoformat, lambda text: datetime.strptime(text, "%d.%m.%Y")):  # noqa: DTZ007 - the zone comes below
            try:
                moment = read(token.said)
            except ValueError:
                continue
            self._at += 1
            aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=self._zone)
            return round((aware - _EPOCH).total_seconds() * 1e6), token.said
        raise self._wrong("2025-03-01, 2025-03-01T14:30, 01.03.2025")

    # --- tokens ----------------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _is(self, word: str) -> bool:
        return self._now.sort is Sort.WORD and self._now.said.casefold() == word

    def _take(self, word: str) -> bool:
        taken = self._is(word)
        self._at += taken
        return taken

    def _take_sign(self, sign: str) -> bool:
        if self._now.sort is Sort.SIGN and self._now.said == sign:
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take_sign(sign):
            raise self._wrong(sign)

    def _wrong(self, allowed: str) -> Problem:
        return where_invalid(self._now.place, self._now.said or "…", allowed)
