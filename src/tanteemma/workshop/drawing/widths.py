"""How wide is a text, and where do its lines break? Without any font file, and never too narrow.

The widths are those of DejaVu Sans, the widest of the fonts a drawing may be shown in (Arial and Segoe UI are about a tenth
narrower): a text that fits here fits everywhere.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_CLASSES: Final = {
    28: "ijlìíîï'IJÌÍÎÏ",
    32: " ,.·‘’",
    35: "/:;\\|¦f-",
    41: "()[]t!¡²³¹r",
    50: '"*_`§¨¯°´–sz“”„',
    58: "?¿cçLFkvxyýÿ•",
    64: "PÞTYao«»ÝàáâãäåðòóôõöøeèéêëESbdghnpquÈÉÊËßñùúûüþ$0123456789{}¢£¤¥µ¶€",
    70: "KAVÀÁÂÃÄÅBRXZCÇ",
    79: "UÙÚÛÜHNÑDGÐ&OQÒÓÔÕÖØ",
    86: "w#+<=>^~¬±×÷−≤≥M",
    99: "%m¼½¾ÆæW",
}
_WIDTHS: Final = {sign: width / 100 for width, signs in _CLASSES.items() for sign in signs}
#: any other sign: as wide as it is high, so that none is too narrow
_OTHER: Final = 1.0
_BOLD: Final = 1.18
_VOWELS: Final = frozenset("aeiouyäöüáàâéèêíóôúAEIOUYÄÖÜ")
_TOGETHER: Final = ("sch", "ch", "ck", "ph", "th", "qu", "sh")
_LEAST: Final = 3
_HYPHENS: Final = frozenset("-–/")


@lru_cache(65_536)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, in the unit of ``size``.

    >>> width_of("mm", 10)
    19.8
    """
    wide = sum(_WIDTHS.get(sign, 0.0 if unicodedata.combining(sign) else _OTHER) for sign in text)
    return round(wide * size * (_BOLD if bold else 1.0), 3)


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit into ``room``; what was a line stays one, a long word is divided where it can be spoken.

    >>> wrapped("Donaudampfschifffahrtsgesellschaft", 100, 10)
    ('Donaudampfschiff-', 'fahrtsgesellschaft')
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _paragraph(paragraph.split(), room, size, bold=bold)
    return tuple(lines) or ("",)


def _paragraph(words: Sequence[str], room: float, size: float, *, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *parts, line = _divided(word, room, size, bold=bold)
        lines += parts
    return [*lines, line]


def _divided(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    parts: list[str] = []
    rest = word
    while width_of(rest, size, bold=bold) > room and len(rest) > 1:
        fits = _fitting(rest, room, size, bold=bold)
        at = _break_before(rest, fits)
        hyphen = "-" if rest[at - 1].isalnum() and rest[at].isalnum() else ""
        parts.append(rest[:at] + hyphen)
        rest = rest[at:]
    return [*parts, rest]


def _fitting(word: str, room: float, size: float, *, bold: bool) -> int:
    """How many of its letters fit, with a hyphen; at least one."""
    wide = width_of("-", size, bold=bold)
    for count, sign in enumerate(word):
        wide += width_of(sign, size, bold=bold)
        if wide > room:
            return max(1, count)
    return len(word) - 1


def _break_before(word: str, fits: int) -> int:
    """The last place up to ``fits`` where the word may be divided: behind a hyphen, else before a spoken syllable."""
    for at in range(fits, 0, -1):
        if word[at - 1] in _HYPHENS:
            return at
    for at in range(fits, min(_LEAST, fits) - 1, -1):
        if at >= _LEAST and len(word) - at >= _LEAST and _begins_syllable(word, at):
            return at
    return fits


def _begins_syllable(word: str, at: int) -> bool:
    """One consonant (or what is spoken as one) before a vowel begins a syllable, if a vowel came before it."""
    here = word[at:].lower()
    sound = next((one for one in _TOGETHER if here.startswith(one)), here[:1])
    after = word[at + len(sound) : at + len(sound) + 1]
    torn = any(word[max(0, at - back) :].lower().startswith(one) for one in _TOGETHER for back in range(1, len(one)))
    if torn or sound in _VOWELS or after not in _VOWELS or not after:
        return False
    return any(sign in _VOWELS for sign in word[:at])
