"""Composes comments from phrases: fitting to theme and mood, in German or English, with the typos people make."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tanteemma.ingest.sources.sample.chance import happens
from tanteemma.ingest.sources.sample.diary import Codes, Flags
from tanteemma.ingest.sources.sample.phrases import CLOSINGS, CORES, JOINS, OPENINGS, Mood

_TYPOS: Final = 0.14
_SHORT: Final = 45
_FLAT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Brief:
    """What comments should say: theme, mood and language per row; ``second`` is the other theme of a mixed comment."""

    theme: Codes
    second: Codes
    mood: Codes
    english: Flags


def compose(brief: Brief, rng: np.random.Generator) -> list[str]:
    """One comment per row."""
    count = len(brief.theme)
    chance = rng.integers(0, 1 << 30, (count, 5)).tolist()
    wrong = happens(count, _TYPOS, rng).tolist()
    return [
        _mistype(sentence, draws[4]) if typo else sentence
        for sentence, draws, typo in zip(_sentences(brief, chance), chance, wrong, strict=True)
    ]


def _sentences(brief: Brief, chance: list[list[int]]) -> Iterator[str]:
    rows = zip(brief.theme.tolist(), brief.second.tolist(), brief.mood.tolist(), brief.english.tolist(), chance, strict=True)
    for theme, second, mood, english, draws in rows:
        language = "en" if english else "de"
        bad, good = CORES[language][theme]
        other = CORES[language][second][1]
        if mood == Mood.MIXED:
            core = _one(other, draws[3]) + JOINS[language] + _continued(_one(bad, draws[0]), language)
        else:
            core = _one(good if mood == Mood.GOOD else bad, draws[0])
        opening = _one(OPENINGS[language][mood], draws[1])
        yield _capital(opening + core) + _one(CLOSINGS[language][mood], draws[2])


def _one(choices: tuple[str, ...], draw: int) -> str:
    return choices[draw % len(choices)]


def _continued(core: str, language: str) -> str:
    """Articles go small in the middle of a sentence; German nouns stay."""
    small = ("Die ", "Der ", "Das ", "Ein ", "Ich ", "Alles ", "Sehr ", "Für ", "Immer ", "Sofort ", "Keine ", "Laut ", "An ")
    lowers = language == "en" and not core.startswith("I ")
    return core[0].lower() + core[1:] if lowers or core.startswith(small) else core


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _mistype(sentence: str, draw: int) -> str:
    """The sentence as typed in a hurry: letters swapped, left out or doubled, all small, umlauts spelt out, no full stop."""
    place = 2 + draw // 7 % max(1, len(sentence) - 4)
    variants = (
        sentence[:place] + sentence[place + 1 : place + 2] + sentence[place] + sentence[place + 2 :],
        sentence[:place] + sentence[place + 1 :],
        sentence[:place] + sentence[place] + sentence[place:],
        sentence.lower(),
        sentence.translate(_FLAT),
        sentence.rstrip(".").replace(", ", " "),
        sentence.upper() if len(sentence) < _SHORT else sentence.lower(),
    )
    return variants[draw % len(variants)]
