"""Whose emotions does a map show? One curve for each persona that has a lane of emotions of her own, and one for everybody."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tanteemma.workshop.document import Content, Part

#: so many curves can still be told apart
MOST_VOICES: Final = 5


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """How one persona is believed to feel (``felt``) in each phase, -2 to 2, in the order of the phases; None: nobody said."""

    persona: str
    felt: tuple[float | None, ...]


def voices(content: Content) -> tuple[Voice, ...]:
    """The curve of each persona that has a lane of emotions, in the order of the lanes, as far as they can be told apart."""
    phases = [phase.id for phase in content.of_kind("phase")]
    lanes: dict[str, set[str]] = {}
    for lane in content.of_kind("lane"):
        if lane.text("kind") == "emotion" and lane.text("persona"):
            lanes.setdefault(lane.text("persona"), set()).add(lane.id)
    found = [Voice(persona=persona, felt=_felt(content.parts, phases, own)) for persona, own in lanes.items()]
    return tuple(found[:MOST_VOICES])


def everybody(content: Content) -> tuple[float | None, ...]:
    """The mean of what is believed in each phase: of its emotions, without any of what its touchpoints are believed to feel."""
    return tuple(believed(content, phase.id) for phase in content.of_kind("phase"))


def believed(content: Content, phase: str) -> float | None:
    """How a phase is believed to feel: the mean of its emotions; without any, of what its touchpoints are believed to feel."""
    said = mean(one.number("feeling") for one in content.at({"phase": phase}, "feeling"))
    return said if said is not None else mean(one.number("feeling") for one in content.at({"phase": phase}, "touchpoint"))


def mean(numbers: Iterable[float | None]) -> float | None:
    """The mean of those that are known.

    >>> mean([1, None, -2]), mean([None])
    (-0.5, None)
    """
    known = [one for one in numbers if one is not None]
    return sum(known) / len(known) if known else None


def _felt(parts: Sequence[Part], phases: Sequence[str], lanes: set[str]) -> tuple[float | None, ...]:
    cells: dict[str, list[float | None]] = {phase: [] for phase in phases}
    for part in parts:
        if part.kind == "feeling" and part.place.get("lane") in lanes and part.place.get("phase") in cells:
            cells[part.place["phase"]].append(part.number("feeling"))
    return tuple(mean(cells[phase]) for phase in phases)
