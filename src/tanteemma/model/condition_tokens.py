"""The words of a condition as it is written: names in quotes, spans, numbers, dates and signs, each with its place.

A word that ends with a dot goes on with the name in quotes behind it: ``property.'Grund der Reklamation'`` is one word.
"""

import re
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode


class Sort(StrEnum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    SIGN = "sign"
    END = "end"


class Compare(StrEnum):
    """How a value is compared."""

    EQUAL = "="
    OTHER = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Token(msgspec.Struct, frozen=True):
    """One word, text (without its quotes) or sign, and where it begins (from 1)."""

    sort: Sort
    said: str
    place: int


LONGEST: Final = 10_000
_QUOTES: Final = {"'": "'", '"': '"', "„": '“”"', "“": "”", "»": "«", "«": "»"}
_SIGNS: Final = ("<=", ">=", "!=", "<>", "≤", "≥", "≠", "=", "<", ">", "(", ")", ",")
SAME: Final = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!="}
_WORD: Final = re.compile(r"[^\s<>=!≤≥≠(),\"'„“»«]+")


def tokens_of(said: str) -> list[Token]:
    """The tokens of a condition, an END last. Raises Problem WHERE_INVALID naming the place."""
    if len(said) > LONGEST:
        raise where_invalid(LONGEST, said[-20:], f"≤ {LONGEST}")
    found, at = [], 0
    while at < len(said):
        if said[at].isspace():
            at += 1
            continue
        token, at = _token_at(said, at)
        found.append(token)
    return [*found, Token(Sort.END, "", len(said) + 1)]


def _token_at(said: str, at: int) -> tuple[Token, int]:
    if said[at] in _QUOTES:
        return _text_at(said, at)
    for sign in _SIGNS:
        if said.startswith(sign, at):
            return Token(Sort.SIGN, SAME.get(sign, sign), at + 1), at + len(sign)
    word = _WORD.match(said, at)
    if word is None:
        raise where_invalid(at + 1, said[at : at + 20], "'…', word, =, <, >")
    if word[0].endswith(".") and said[word.end() : word.end() + 1] in tuple(_QUOTES):
        name, end = _text_at(said, word.end())
        return Token(Sort.WORD, word[0] + name.said, at + 1), end
    return Token(Sort.WORD, word[0], at + 1), word.end()


def _text_at(said: str, at: int) -> tuple[Token, int]:
    """A name in quotes; the quote twice stands for itself."""
    closing, place, text = _QUOTES[said[at]], at + 1, ""
    while place < len(said):
        if said[place] not in closing:
            text += said[place]
            place += 1
        elif said[place : place + 2] == said[place] * 2:
            text += said[place]
            place += 2
        else:
            return Token(Sort.TEXT, text, at + 1), place + 1
    raise where_invalid(at + 1, said[at : at + 20], closing[0])


def where_invalid(place: int, value: str, allowed: str) -> Problem:
    """A condition cannot be read at this place."""
    return Problem(ProblemCode.WHERE_INVALID, status=422, place=place, value=value, allowed=allowed)


def quoted(name: str) -> str:
    """A name as it stands in a condition.

    >>> quoted("Kauf 'neu'")
    "'Kauf ''neu'''"
    """
    return "'" + name.replace("'", "''") + "'"


def fact_written(fact: str) -> str:
    """What an event says, as it stands in a condition: a property that is more than one word in quotes.

    >>> fact_written("property.Land"), fact_written("property.Größe (cm)"), fact_written("value")
    ('property.Land', "property.'Größe (cm)'", 'value')
    """
    before, dot, name = fact.partition(".")
    return fact if not dot or _WORD.fullmatch(name) else f"{before}.{quoted(name)}"
