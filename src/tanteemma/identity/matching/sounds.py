"""How does a name sound? The Kölner Phonetik, for German names what Soundex is for English ones."""

from functools import lru_cache
from typing import Final

_PLAIN: Final = {letter: code for letters, code in (
    ("aeijouy", "0"), ("b", "1"), ("fvw", "3"), ("gkq", "4"), ("l", "5"), ("mn", "6"), ("r", "7"), ("sz", "8"),
) for letter in letters}  # fmt: skip
_SOFT_AFTER: Final = frozenset("csz")
_HARD_AT_START: Final = frozenset("ahkloqrux")
_HARD: Final = frozenset("ahkoqux")


@lru_cache(maxsize=200_000)
def sound(name: str) -> str:
    """The code of a name of plain small letters; whatever is no letter is passed over.

    Source: H. J. Postel, Die Kölner Phonetik, IBM-Nachrichten 19 (1969).

    >>> sound("mueller"), sound("muller"), sound("wikipedia"), sound("breschnew")
    ('657', '657', '3412', '17863')
    """
    letters = [letter for letter in name if letter.isalpha()]
    codes: list[str] = []
    for place, letter in enumerate(letters):
        before = letters[place - 1] if place else ""
        after = letters[place + 1] if place + 1 < len(letters) else ""
        codes.extend(_code(letter, before, after))
    single = [code for place, code in enumerate(codes) if not place or codes[place - 1] != code]
    return "".join(code for place, code in enumerate(single) if code != "0" or not place)


def _code(letter: str, before: str, after: str) -> str:
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after in _SOFT_AFTER and after else "2"
    if letter == "x":
        return "8" if before in {"c", "k", "q"} else "48"
    if letter == "c":
        return _code_of_c(before, after)
    return _PLAIN.get(letter, "")


def _code_of_c(before: str, after: str) -> str:
    if not before:
        return "4" if after in _HARD_AT_START and after else "8"
    return "4" if before not in {"s", "z"} and after in _HARD and after else "8"
