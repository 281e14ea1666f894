"""How do people feel at a touchpoint? From what they answered, what broke and how long they waited, by declared weights.

Each part is brought to the scale -2 (very bad) to +2 (very good), 0 = neither:

* **score**: the answers that speak of it. Points (NPS): value / 50. A mean on a scale: the place between the bad end (-2) and
  the good end (+2). Several metrics: mean weighted by their answers.
* **breaks**: the worst weak spot there: ``-2 · min(1, share of journeys hit / 25 %)``; a delight point the same upwards.
* **waiting**: ``-2 · w / (w + half)`` with w the median waiting before it, half = 3 days; less than an hour is no waiting and
  says nothing.
* **sentiment**: the tone of texts, -1 to +1, times 2, where events bring it (scores of the metric ``sentiment``).

``value = Σ weight · part / Σ weight`` over the parts that are there. Waiting alone says nothing of how people feel: without
score, breaks or sentiment there is no value. The band is that of a sum of
independent estimates: ``value - sqrt(Σ (weight/Σweight · (part - low))²)``, the same upwards, cut to -2…+2 (MOVER).
"""

from collections.abc import Iterable, Mapping, Sequence
from math import hypot
from typing import Final

from tanteemma.journeys.answers_cells import CellFinding, CellScore, CellSentiment, Disagreement, Emotion, EmotionPart, Waiting
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.beliefs import STEPS, Of

LIMIT: Final = 2.0
WEIGHTS: Final[dict[str, float]] = {"score": 3.0, "breaks": 2.0, "sentiment": 2.0, "waiting": 1.0}
#: One metric for each question that may have been asked, so that no answer counts twice.
METRICS: Final = ("nps", "csat_mean", "ces2", "ces1", "stars")
#: A weak spot that hits so many of those who come is as bad as can be.
GRAVEST: Final = 0.25
HALF_S: Final = 3 * 86_400.0
NO_WAITING_S: Final = 3_600.0
_POINTS: Final = 50.0
_MOST_WEIGHT: Final = 100.0
_DELIGHT: Final = "delight"
_WAITING: Final = "waiting"


def emotion_of(parts: Iterable[EmotionPart]) -> Emotion | None:
    """The parts as one value with its band; None if none but waiting has a weight.

    >>> found = emotion_of([EmotionPart("score", 1.0, 0.5, 1.5, 3.0, 40), EmotionPart("waiting", -1.0, -1.0, -1.0, 1.0, 90)])
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
    (0.5, 0.125, 0.875)
    """
    there = tuple(part for part in parts if part.weight > 0)
    total = sum(part.weight for part in there)
    if not any(part.name != _WAITING for part in there):
        return None
    value = sum(part.weight * part.value for part in there) / total
    below = hypot(*(part.weight / total * (part.value - part.low) for part in there))
    above = hypot(*(part.weight / total * (part.high - part.value) for part in there))
    return Emotion(_cut(value), _cut(value - below), _cut(value + above), there)


def score_part(scores: Sequence[CellScore], weight: float) -> EmotionPart | None:
    """What was answered.

    >>> nps = CellScore(metric="nps", title="", definition="", unit="points", value=25, n=9, low=0, high=50, few=True)
    >>> score_part([nps], 3.0)
    EmotionPart(name='score', value=0.5, low=0.0, high=1.0, weight=3.0, n=9)
    """
    read = [(one.n, *_on_scale(one)) for one in scores if one.metric in METRICS and one.value is not None and one.n]
    answers = sum(n for n, *_ in read)
    if not answers:
        return None
    value = sum(n * middle for n, middle, _, _ in read) / answers
    below = hypot(*(n / answers * (middle - low) for n, middle, low, _ in read))
    above = hypot(*(n / answers * (high - middle) for n, middle, _, high in read))
    return EmotionPart("score", _cut(value), _cut(value - below), _cut(value + above), weight, answers)


def breaks_part(findings: Sequence[CellFinding], weight: float) -> EmotionPart | None:
    """The worst weak spot, else the best delight point; of weak spots that people set aside none is counted.

    >>> kinds = {"id": "", "spot": "", "at": "", "since": None, "reason": ""}
    >>> breaks_part([CellFinding(kind="loop", journeys=5, came=100, share=0.05, low=0.025, high=0.1, **kinds)], 2.0)
    EmotionPart(name='breaks', value=-0.4, low=-0.8, high=-0.2, weight=2.0, n=100)
    """
    weak = [one for one in findings if one.kind != _DELIGHT and one.came]
    if weak:
        worst = max(weak, key=lambda one: one.journeys / one.came)
        ends = (_gravity(worst.journeys / worst.came), _gravity(worst.high), _gravity(worst.low))
        value, low, high = (-end for end in ends)
        return EmotionPart("breaks", value, min(low, value), max(high, value), weight, worst.came)
    bright = [one for one in findings if one.kind == _DELIGHT and one.came]
    if not bright:
        return None
    best = max(bright, key=lambda one: one.journeys / one.came)
    value, low, high = (_gravity(end) for end in (best.journeys / best.came, best.low, best.high))
    return EmotionPart("breaks", value, min(low, value), max(high, value), weight, best.came)


def waiting_part(waiting: Waiting, weight: float) -> EmotionPart | None:
    """How long was waited; None if it is no waiting.

    >>> waiting_part(Waiting(80, 259_200.0, 0.0, 129_600.0, 518_400.0), 1.0).value
    -1.0
    """
    if waiting.median_s is None or waiting.median_s < NO_WAITING_S:
        return None
    value = _impatience(waiting.median_s)
    low, high = (
        _impatience(value) if value is not None else -end for value, end in ((waiting.high_s, 2.0), (waiting.low_s, 0.0))
    )
    return EmotionPart(_WAITING, value, min(low, value), max(high, value), weight, waiting.n)


def sentiment_part(found: CellSentiment | None, weight: float) -> EmotionPart | None:
    """What events say of the tone of texts; None where none says it.

    >>> sentiment_part(CellSentiment(-0.5, -0.75, -0.25, 12), 2.0)
    EmotionPart(name='sentiment', value=-1.0, low=-1.5, high=-0.5, weight=2.0, n=12)
    """
    if found is None:
        return None
    value, low, high = (LIMIT * end for end in (found.value, found.low, found.high))
    return EmotionPart("sentiment", _cut(value), _cut(low), _cut(high), weight, found.n)


def disagreements(believed: Mapping[str, float], measured: Mapping[str, Emotion | None]) -> tuple[Disagreement, ...]:
    """Where belief and measurement are apart: those clearly so first, the widest gap first.

    Beliefs are said in whole steps, so it is clear only if the nearest end of the band is more than half a step away.

    >>> measured = {"a": Emotion(-1.0, -1.5, -0.5, ()), "b": None, "c": Emotion(0.6, 0.55, 0.65, ())}
    >>> [(one.id, one.gap, one.clear) for one in disagreements({"a": 2.0, "b": -1.0, "c": 1.0}, measured)]
    [('a', -3.0, True), ('c', -0.4, False)]
    """
    half = STEPS[Of.EMOTION] / 2
    found = [
        Disagreement(
            name,
            belief,
            one.value,
            one.low,
            one.high,
            one.value - belief,
            clear=max(one.low - belief, belief - one.high) > half,
        )
        for name, belief in believed.items()
        if (one := measured.get(name)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (not one.clear, -abs(one.gap), one.id)))


def read_weights(said: Sequence[str]) -> dict[str, float]:
    """Weights as they are written (``score=3``, or several with commas), over the usual ones. Raises Problem QUESTION_INVALID.

    >>> read_weights(["waiting=0,score=5"])
    {'score': 5.0, 'breaks': 2.0, 'sentiment': 2.0, 'waiting': 0.0}
    """
    found = dict(WEIGHTS)
    for one in (part.strip() for line in said for part in line.split(",") if part.strip()):
        name, _, number = (text.strip() for text in one.partition("="))
        try:
            weight = float(number.replace(",", "."))
        except ValueError:
            weight = -1.0
        if name not in found or not 0 <= weight <= _MOST_WEIGHT:
            allowed = ", ".join(f"{known}=0…100" for known in WEIGHTS)
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="weights", value=one, allowed=allowed)
        found[name] = weight
    return found


def _on_scale(score: CellScore) -> tuple[float, float, float]:
    ends = (score.value or 0.0, score.low, score.high)
    if score.scale is None:
        value, low, high = (None if end is None else _cut(end / _POINTS) for end in ends)
    else:
        bottom, top, best = score.scale
        worst = bottom if best == top else top
        value, low, high = (None if end is None else _cut(4 * (end - worst) / (best - worst) - LIMIT) for end in ends)
    edges = [end for end in (low, high) if end is not None]
    middle = value or 0.0
    return middle, min([*edges, middle]) if edges else -LIMIT, max([*edges, middle]) if edges else LIMIT


def _gravity(share: float) -> float:
    return LIMIT * min(1.0, max(0.0, share) / GRAVEST)


def _impatience(seconds: float) -> float:
    return -LIMIT * seconds / (seconds + HALF_S)


def _cut(value: float) -> float:
    return max(-LIMIT, min(LIMIT, value))
