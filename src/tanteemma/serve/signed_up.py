"""Who signed up: where do they live, how old are they, which gender and job, as far as they were asked?

No number singles anybody out: groups of fewer than the smallest number that may be shown are put together as others, and if
those are still too few, the next larger group joins them (so that no difference gives them away).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

import msgspec

_MOST: Final = 15
_BANDS: Final = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 74), (75, 130))
_OLDEST: Final = 130
_FORMS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%m/%d/%Y")
_GENDERS: Final = {
    **dict.fromkeys(("f", "w", "female", "weiblich", "frau", "woman"), "female"),
    **dict.fromkeys(("m", "male", "männlich", "herr", "mann", "man"), "male"),
    **dict.fromkeys(("d", "x", "divers", "diverse", "nonbinary", "non-binary", "nichtbinär"), "diverse"),
}
_DIGITS: Final = re.compile(r"[0-9]{5}")


class Answer(msgspec.Struct, frozen=True):
    """One answer, how many gave it and their share of those who said anything. ``word`` None: all others together."""

    word: str | None
    count: int
    share: float


class Asked(msgspec.Struct, frozen=True):
    """One thing that was asked: ``place``, ``region``, ``age``, ``gender``, ``job``. ``said``: how many said it.

    ``withheld``: too few to show anything. ``unread``: said, but in a way nobody can read.
    """

    name: str
    said: int
    answers: tuple[Answer, ...]
    withheld: bool
    unread: int


class SignedUp(msgspec.Struct, frozen=True):
    """What was asked, and from how many on a group is shown."""

    floor: int
    asked: tuple[Asked, ...]


def signed_up(said: Mapping[str, list[str]], floor: int, today: date) -> SignedUp:
    """The tables. ``said``: what customers say under each name, each once (see ``store.stated_traits``)."""
    ages = [_band(text, today) for text in said.get("birth", [])] or [_of_age(text) for text in said.get("age", [])]
    tables = (
        _table("place", [_tidy(text) for text in said.get("place", [])], floor),
        _table("region", [_region(text) for text in said.get("postcode", [])], floor),
        _table("age", ages, floor, order=_by_band),
        _table("gender", [_GENDERS.get(text.strip().casefold()) for text in said.get("gender", [])], floor),
        _table("job", [_tidy(text) for text in said.get("job", [])], floor),
    )
    return SignedUp(floor, tuple(one for one in tables if one.said or one.unread))


def _table(name: str, words: list[str | None], floor: int, order: Callable[[str], int] | None = None) -> Asked:
    read = [word for word in words if word is not None]
    counted = Counter(read)
    unread = len(words) - len(read)
    if len(read) < floor:
        return Asked(name, 0, (), withheld=bool(read), unread=0)
    shown, others = shown_and_others(counted, floor)
    if order is not None:
        shown.sort(key=lambda pair: order(pair[0]))
    answers = [Answer(word, count, count / len(read)) for word, count in shown]
    answers += [Answer(None, others, others / len(read))] if others else []
    return Asked(name, len(read), tuple(answers), withheld=False, unread=unread if unread >= floor else 0)


def shown_and_others(counted: Mapping[str, int], floor: int) -> tuple[list[tuple[str, int]], int]:
    """What may be shown, the largest first, and how many are put together as others (none, or at least ``floor``).

    >>> shown_and_others({"Kassel": 9, "Bonn": 6, "Ulm": 2}, 5)
    ([('Kassel', 9)], 8)
    """
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [pair for pair in ranked[:_MOST] if pair[1] >= floor]
    others = sum(counted.values()) - sum(count for _, count in shown)
    while shown and 0 < others < floor:
        others += shown.pop()[1]
    return shown, others


def _tidy(text: str) -> str | None:
    words = " ".join(text.split())[:60]
    return words.title() if words.islower() or words.isupper() else words or None


def _region(text: str) -> str | None:
    """The first two digits of a German postcode."""
    found = _DIGITS.search(text)
    return None if found is None else f"{found[0][:2]}…"


def _band(text: str, today: date) -> str | None:
    for form in _FORMS:
        try:
            born = datetime.strptime(text.strip()[:10], form).date()  # noqa: DTZ007 - a day of birth has no zone
        except ValueError:
            continue
        return _banded(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
    return None


def _of_age(text: str) -> str | None:
    return _banded(int(text)) if text.strip().isdecimal() and len(text.strip()) <= len(str(_OLDEST)) else None


def _banded(age: int) -> str | None:
    return next((_named(low, high) for low, high in _BANDS if low <= age <= high), None)


def _named(low: int, high: int) -> str:
    return f"{low}+" if high == _OLDEST else f"{low}–{high}"


def _by_band(word: str) -> int:
    return int(re.split(r"[–+]", word)[0])
