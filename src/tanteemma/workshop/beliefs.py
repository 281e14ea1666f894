"""Where is the team mistaken about its customers? What was believed beside what was measured, the widest gap first.

Beliefs are said in steps (an emotion from -2 to +2, a weight in tens of percent), so a belief is *wrong* only if the nearest
end of the measured interval is more than half a step away: less is rounding or chance. One that lies outside of the interval
but closer than that is *close*, one inside of it is *right*.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.workshop.document import Content


class Of(StrEnum):
    """What is believed about a touchpoint."""

    EMOTION = "emotion"
    WEIGHT = "weight"
    #: of a phase: nothing goes wrong here, 0 of all who come are hit
    PAIN = "pain"


#: in which steps people say it, and on how wide a scale
STEPS: Final[dict[Of, float]] = {Of.EMOTION: 1.0, Of.WEIGHT: 10.0, Of.PAIN: 0.1}
WIDTHS: Final[dict[Of, float]] = {Of.EMOTION: 4.0, Of.WEIGHT: 100.0, Of.PAIN: 1.0}


_PAINS: Final = "pains"


class Verdict(StrEnum):
    """How a belief stands up to what was measured."""

    WRONG = "wrong"
    CLOSE = "close"
    RIGHT = "right"


class Belief(msgspec.Struct, frozen=True):
    """What the team believes of a touchpoint or phase (part ``at``): emotion -2…+2, weight 0…100 %, pain 0…1 who are hit."""

    at: str
    of: Of
    value: float


class Measured(msgspec.Struct, frozen=True):
    """What was measured of the same thing, in the same unit, with its interval and from how many."""

    value: float
    low: float
    high: float
    n: int


class Disagreement(msgspec.Struct, frozen=True):
    """A belief beside its measurement. ``gap``: measured less believed; ``size``: the gap as a share of the whole scale.

    ``says``: the key of the sentence that tells it (places: name, believed, measured, low, high, n).
    """

    belief: Belief
    measured: Measured
    gap: float
    size: float
    verdict: Verdict

    @property
    def says(self) -> str:
        """The sentence: too rosy, too gloomy, or as believed."""
        if self.verdict is not Verdict.WRONG:
            return f"beliefs.{self.verdict.value}"
        return f"beliefs.{self.belief.of.value}.{'more' if self.gap > 0 else 'less'}"


def compare(beliefs: Iterable[Belief], measured: Mapping[tuple[str, Of], Measured]) -> tuple[Disagreement, ...]:
    """Every belief that something was measured about: the wrong ones first, among each the widest gap first.

    >>> found = compare([Belief("tracking", Of.EMOTION, 2)], {("tracking", Of.EMOTION): Measured(-0.4, -0.6, -0.2, 1088)})
    >>> found[0].gap, found[0].size, found[0].verdict.value, found[0].says
    (-2.4, 0.6, 'wrong', 'beliefs.emotion.less')
    """
    found = [_beside(one, there) for one in beliefs if (there := measured.get((one.at, one.of))) is not None]
    order = list(Verdict)
    return tuple(sorted(found, key=lambda one: (order.index(one.verdict), -one.size, one.belief.at, one.belief.of)))


def wrong(found: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
    """Those that what was measured contradicts clearly."""
    return tuple(one for one in found if one.verdict is Verdict.WRONG)


def to_be_named(apart: Sequence[str], phase_of: Mapping[str, str]) -> list[str]:
    """Which of the parts that are clearly apart does a sentence name? A phase goes if one of its touchpoints says it already.

    >>> to_be_named(["tracking", "retention", "advocacy"], {"tracking": "retention", "review": "advocacy"})
    ['tracking', 'advocacy']
    """
    said = {phase_of[one] for one in apart if one in phase_of}
    return [one for one in apart if one not in said]


def beliefs_of(content: Content) -> tuple[Belief, ...]:
    """What touchpoints are said to feel like, and how much each counts; the phases in which nothing is said to hurt.

    A phase without a pain point says so only where the map has a lane for them that somebody began to fill.
    """
    fields = ((Of.EMOTION, "feeling"), (Of.WEIGHT, "weight"))
    said = tuple(
        Belief(part.id, of, value)
        for part in content.of_kind("touchpoint")
        for of, field in fields
        if (value := part.number(field)) is not None
    )
    lanes = {lane.id for lane in content.of_kind("lane") if lane.text("kind") == _PAINS}
    hurting = {part.place["phase"] for part in content.parts if part.place.get("lane") in lanes}
    calm = (phase.id for phase in content.of_kind("phase") if hurting and phase.id not in hurting)
    return said + tuple(Belief(phase, Of.PAIN, 0.0) for phase in calm)


def _beside(belief: Belief, measured: Measured) -> Disagreement:
    gap = measured.value - belief.value
    outside = max(measured.low - belief.value, belief.value - measured.high, 0.0)
    return Disagreement(belief, measured, gap, abs(gap) / WIDTHS[belief.of], _verdict(belief.of, outside))


def _verdict(of: Of, outside: float) -> Verdict:
    if outside > STEPS[of] / 2:
        return Verdict.WRONG
    return Verdict.CLOSE if outside else Verdict.RIGHT
