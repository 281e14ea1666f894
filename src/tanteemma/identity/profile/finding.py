"""Whom does somebody mean who types a few letters? Numbers and addresses exactly, names also misspelt or as they sound."""

import re
from typing import Final

import msgspec

from tanteemma.identity.keys import telephone
from tanteemma.identity.profile.facet import unpacked
from tanteemma.identity.profile.words import EXACT, SOUND, name_words, sound, squeezed, trigrams, words_of
from tanteemma.store.profiles.kept import NAME, KeptFacets, Row

_MOST_CANDIDATES: Final = 200
_MOST_ALIKE: Final = 40
_MOST_BEGINNINGS: Final = 30
_SHORTEST_BEGINNING: Final = 3
_SHORTEST_SOUND: Final = 2
_SIMILAR: Final = 70.0
_EXACTLY: Final = 1_000.0
_BEGINS: Final = 500.0
_TOKENS: Final = re.compile(r"[^\s,;]+")
_LONGEST: Final = 200


class Hit(msgspec.Struct, frozen=True):
    """One subject that fits; the higher ``score`` the better, 1,000 for a number or address that fits exactly."""

    row: Row
    score: float


def found(kept: KeptFacets, asked: str, most: int = 50) -> list[Hit]:
    """Subjects that fit what was typed, the best first; of equals the one with the newest event."""
    asked = asked[:_LONGEST].strip()
    if not asked:
        return [Hit(row, 0.0) for row in kept.newest(most)]
    hits: dict[bytes, Hit] = {}
    for row in kept.rows_with([_exact(asked)], most):
        hits[row.key] = Hit(row, _EXACTLY)
    if not hits:
        for row in kept.rows_with(_groups(kept, asked), _MOST_CANDIDATES):
            hits[row.key] = Hit(row, _score(row, asked))
    return sorted(hits.values(), key=lambda hit: (-hit.score, -hit.row.last_us))[:most]


def _exact(asked: str) -> list[str]:
    """The whole text as one number or address: as it stands, and as a telephone number."""
    words = [EXACT + squeezed(asked)]
    number = telephone(asked)
    return words if number is None else [*words, EXACT + squeezed(number)]


def _groups(kept: KeptFacets, asked: str) -> list[list[str]]:
    """For each part of what was typed the words that may be meant; every part must fit."""
    groups = []
    for part in _TOKENS.findall(asked):
        if any(letter.isdigit() for letter in part) or "@" in part:
            short = squeezed(part)
            beginnings = kept.beginning_with(EXACT + short, _MOST_BEGINNINGS) if len(short) >= _SHORTEST_BEGINNING else []
            groups.append([EXACT + short, *beginnings])
            continue
        groups += [_like(kept, name) for name in name_words(part)]
    return groups


def _like(kept: KeptFacets, name: str) -> list[str]:
    """Names that begin so, sound so or are spelt nearly so."""
    words = [NAME + name, *kept.beginning_with(NAME + name, _MOST_BEGINNINGS)]
    if len(code := sound(name)) >= _SHORTEST_SOUND:
        words.append(SOUND + code)
    spelt = kept.alike(trigrams(name), _MOST_ALIKE)
    words += [NAME + other for other in spelt if _likeness(name, other) >= _SIMILAR]
    return list(dict.fromkeys(words))


def _score(row: Row, asked: str) -> float:
    """How well the subject's own words fit the parts, 0 to 100 for names, more where a number begins so."""
    words = words_of(row.subject, unpacked(row.body))
    names = [word.removeprefix(NAME) for word in words if word.startswith(NAME)]
    total, parts = 0.0, 0
    for part in _TOKENS.findall(asked):
        for name in name_words(part):
            parts += 1
            total += max((_alike(name, other) for other in names), default=0.0)
        short = squeezed(part)
        if any(letter.isdigit() for letter in part) and any(word.startswith(EXACT + short) for word in words):
            parts += 1
            total += _BEGINS
    return total / max(parts, 1)


def _alike(name: str, other: str) -> float:
    if other.startswith(name):
        return 100.0 - min(len(other) - len(name), 10)
    heard = 85.0 if sound(name) == sound(other) else 0.0
    return max(heard, 0.9 * _likeness(name, other))


def _likeness(one: str, other: str) -> float:
    """0 to 100: how little has to be changed."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - 3 MiB that only somebody who searches needs

    return fuzz.ratio(one, other)
