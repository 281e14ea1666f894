"""What stands next in a condition: names, values, numbers, spans, moments and signs, read one after the other."""

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tanteemma.journeys.drawn import DrawnStep
from tanteemma.journeys.where.tree import ROLES, Compare
from tanteemma.model.condition_tokens import Sort, Token, where_invalid
from tanteemma.model.problems import Problem

_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Not so long that it could be infinite.
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?(e-?[0-9]{1,2})?")


class Reading:
    """The tokens of a condition and how far they are read. Raises Problem WHERE_INVALID where something else stands."""

    def __init__(self, tokens: list[Token], zone: ZoneInfo) -> None:
        self._tokens = tokens
        self._at = 0
        self._zone = zone

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

    def _role(self) -> str:
        """A part in an account, as one word."""
        word = self._now.said.casefold()
        if word not in ROLES:
            raise self._wrong(", ".join(ROLES))
        self._at += 1
        return word

    def _compare(self) -> Compare:
        token = self._now
        if token.sort is not Sort.SIGN or token.said not in set(Compare):
            raise self._wrong(", ".join(Compare))
        self._at += 1
        return Compare(token.said)

    def _up_to(self, most: int) -> int:
        token, number = self._now, self._whole_number()
        if number > most:
            raise where_invalid(token.place, token.said, f"0–{most}")
        return number

    def _names(self) -> tuple[str, ...]:
        """Names in brackets, divided by commas."""
        self._expect("(")
        names = [self._name()]
        while self._take_sign(","):
            names.append(self._name())
        self._expect(")")
        return tuple(names)

    def _drawn_steps(self) -> tuple[DrawnStep, ...]:
        """Steps divided by ``>``: a name or several in brackets, then optional, repeatable, via CHANNEL, within SPAN."""
        steps = [self._drawn_step()]
        while self._take_sign(">"):
            steps.append(self._drawn_step())
        return tuple(steps)

    def _drawn_step(self) -> DrawnStep:
        names = self._names() if self._now.said == "(" and self._now.sort is Sort.SIGN else (self._name(),)
        optional, repeats = self._take("optional"), self._take("repeatable")
        channel = self._name() if self._take("via") else None
        within_s = self._span() if self._take("within") else None
        return DrawnStep(touchpoints=names, optional=optional, repeats=repeats, channel=channel, within_s=within_s)

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
