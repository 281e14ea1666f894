"""How does an outcome change along a driver: as a line, as a curve, or over a cliff?

A straight line gets a must-be factor wrong: while it is met nobody notices, once it is not everything falls (Kano; Conklin,
Powaga and Lipovetsky 2004). A *cliff* is a narrow stretch of the driver over which most of the outcome's change happens.
"""

from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.drivers.facts import Column, Facts, Vector
from tanteemma.journeys.drivers.steps import cuts_of
from tanteemma.metrics.intervals import Z

#: A cliff carries at least this share of the whole change …
_CARRIED: Final = 0.6
#: … over at most this share of the way along the driver …
_NARROW: Final = 1 / 3
#: … and is at least so much steeper than the rest of the way, up or down, …
_STEEPER: Final = 6.0
#: … while where most rows stand the outcome moves no more than this share of the change, …
_LEVEL: Final = 0.17
#: … with at least this share of the change left between what lies before and behind it, …
_LASTS: Final = 0.5
#: … and more than so many standard errors.
_SURE: Final = 3.0
_FEWEST_STEPS: Final = 4
_QUARTERS: Final = 4
#: Below this share of the outcome's variance a shape is flat.
_FLAT: Final = 0.005
#: A straight line that reaches this share of what the steps explain is good enough, …
_STRAIGHT: Final = 0.9
#: … and so is one from which the steps differ no more than chance would have it once in a hundred times.
_CHANCE: Final = 0.01


class Form(StrEnum):
    """What a driver does to the outcome: nothing, a line, a curve, a cliff."""

    FLAT = "flat"
    LINE = "line"
    CURVE = "curve"
    CLIFF = "cliff"


class Step(msgspec.Struct, frozen=True):
    """The outcome over one stretch of a driver (``low`` to ``high``, mean ``at``) or for one ``word``.

    ``value``: mean outcome, with its 95-percent interval where it is defined; ``n``: rows; ``share`` of all rows.
    """

    value: float
    n: float
    share: float
    at: float | None = None
    low: float | None = None
    high: float | None = None
    value_low: float | None = None
    value_high: float | None = None
    word: str | None = None


class Cliff(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """Between ``start`` and ``end`` of the driver the outcome goes from ``before`` to ``after`` (means on either side).

    ``must_be``: most rows stand on the better side, so that missing it costs and meeting it earns nothing; else few reach it.
    ``steepest_from`` to ``steepest_to`` is the single steepest step. ``share_worse``: rows on the worse side.
    """

    start: float
    end: float
    before: float
    after: float
    steepest_from: float
    steepest_to: float
    share_worse: float
    must_be: bool


class Shape(msgspec.Struct, frozen=True):
    """How the outcome goes along one driver.

    ``r2_line``: variance of the outcome that a straight line explains, ``r2_steps``: that the steps explain, each less what
    chance alone would explain (adjusted by rows and steps). ``source``: ``means`` (what the rows say) or ``ebm`` (what is left
    of it when the other drivers are as they are).
    """

    form: Form
    steps: tuple[Step, ...]
    cliff: Cliff | None
    r2_line: float | None
    r2_steps: float
    source: str = "means"


class Steps(msgspec.Struct, frozen=True):
    """Steps as arrays: place along the driver, outcome, rows, and standard error (NaN = not known)."""

    at: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]
    rows: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]


def shape_of(facts: Facts, driver: Column) -> Shape:
    """The shape of the means. Rows must be complete."""
    outcome = facts.outcome.values
    weights = np.ones(len(outcome)) if facts.weights is None else facts.weights
    cuts = cuts_of(driver.values, weights)
    codes = driver.values.astype(np.int64) if driver.words else np.searchsorted(cuts, driver.values, side="right")
    found = _means(codes, driver, facts, weights)
    share = found.rows / found.rows.sum()
    spread = _variance(outcome, weights)
    r2_steps = float((share * (found.value - share @ found.value) ** 2).sum() / spread) if spread else 0.0
    half = Z * found.error
    steps = tuple(
        Step(
            value=float(found.value[place]),
            n=float(found.rows[place]),
            share=float(share[place]),
            at=None if driver.words else float(found.at[place]),
            low=None if driver.words else float(driver.values[codes == place].min()),
            high=None if driver.words else float(driver.values[codes == place].max()),
            value_low=None if np.isnan(half[place]) else float(found.value[place] - half[place]),
            value_high=None if np.isnan(half[place]) else float(found.value[place] + half[place]),
            word=driver.words[place] if driver.words else None,
        )
        for place in range(len(found.value))
    )
    rows = None if facts.weights is not None else len(outcome)
    steps_fit = Fit(r2_steps, len(steps) - 1, rows)
    if driver.words:
        return Shape(Form.FLAT if steps_fit.adjusted < _FLAT else Form.CURVE, steps, None, None, steps_fit.adjusted)
    line_fit = Fit(_r2_of_line(driver.values, outcome, weights), 1, rows)
    cliff = find_cliff(found, best_is_low=facts.best_is_low)
    form = form_of(cliff, line_fit, steps_fit)
    kept = cliff if form is Form.CLIFF else None
    return Shape(form, steps, kept, line_fit.adjusted, steps_fit.adjusted)


class Fit(msgspec.Struct, frozen=True):
    """What a model with so many free numbers explains of so many rows (None: rows are means, chance has no say)."""

    r2: float
    free: int
    rows: int | None

    @property
    def adjusted(self) -> float:
        """``1 - (1 - R²)(n - 1)/(n - k - 1)``, and 0 where less than chance is explained."""
        if self.rows is None or self.rows <= self.free + 1:
            return self.r2
        return max(0.0, 1 - (1 - self.r2) * (self.rows - 1) / (self.rows - self.free - 1))

    def chance_beyond(self, simpler: "Fit") -> float:
        """How often chance alone would explain so much more than the simpler one (F test); 0 where rows are means."""
        if self.rows is None:
            return 0.0
        more, left = self.free - simpler.free, self.rows - self.free - 1
        if more <= 0 or left <= 0 or self.r2 >= 1:
            return 0.0 if self.r2 > simpler.r2 else 1.0
        from scipy.special import fdtrc  # noqa: PLC0415 - 0.2 s that only a question about shapes needs

        return float(fdtrc(more, left, max(0.0, self.r2 - simpler.r2) / more / ((1 - self.r2) / left)))


def form_of(cliff: Cliff | None, line: Fit, steps: Fit) -> Form:
    """One word for a shape: the simplest that chance does not account for."""
    nothing = Fit(0.0, 0, steps.rows)
    bends = steps.chance_beyond(line) < _CHANCE and line.adjusted < _STRAIGHT * steps.adjusted
    if max(line.adjusted, steps.adjusted) < _FLAT or min(line.chance_beyond(nothing), steps.chance_beyond(nothing)) > _CHANCE:
        return Form.FLAT
    if not bends:
        return Form.LINE
    return Form.CURVE if cliff is None else Form.CLIFF


def find_cliff(steps: Steps, *, best_is_low: bool = False) -> Cliff | None:
    """The narrowest stretch that carries most of the change, if it is narrow, steep, lasting and sure enough to be a cliff.

    >>> at, value = np.array([-17.0, -7.0, -3.0, -1.0, 1.0, 3.6, 7.4, 23.0]), np.array([4.3, 4.3, 4.2, 4.1, 3.9, 2.8, 1.9, 1.7])
    >>> found = find_cliff(Steps(at, value, np.ones(8), np.full(8, np.nan)))
    >>> (found.start, found.end) if found else None
    (1.0, 7.4)
    """
    if len(steps.at) < _FEWEST_STEPS:
        return None
    whole = float(steps.value.max() - steps.value.min())
    width = float(steps.at[-1] - steps.at[0])
    stretches = [
        (float(steps.at[end] - steps.at[start]), start, end)
        for start in range(len(steps.at) - 1)
        for end in range(start + 1, len(steps.at))
        if abs(steps.value[end] - steps.value[start]) >= _CARRIED * whole > 0
    ]
    for narrow, start, end in sorted(stretches):
        if narrow > _NARROW * width:
            return None
        if _is_cliff(steps, start, end, whole, width):
            return _cliff(steps, start, end, best_is_low=best_is_low)
    return None


def _is_cliff(steps: Steps, start: int, end: int, whole: float, width: float) -> bool:
    change = float(steps.value[end] - steps.value[start])
    narrow = float(steps.at[end] - steps.at[start])
    sides = (_moved(steps, slice(0, start + 1)), _moved(steps, slice(end, None)))
    elsewhere = max(sum(sides), whole / 100) / (width - narrow)
    plateau = sides[0] if steps.rows[: start + 1].sum() >= steps.rows[end:].sum() else sides[1]
    before, after = _sides(steps, start, end)
    error = float(np.hypot(steps.error[start], steps.error[end]))
    return (
        abs(change) / narrow >= _STEEPER * elsewhere
        and plateau <= _LEVEL * whole
        and (after - before) * np.sign(change) >= _LASTS * whole
        and (np.isnan(error) or abs(change) > _SURE * error)
    )


def _moved(steps: Steps, part: slice) -> float:
    """How far the outcome moves up and down along a part: told by means of a quarter each, for single steps move by chance."""
    value, rows = steps.value[part], steps.rows[part]
    quarters = [place for place in np.array_split(np.arange(len(value)), _QUARTERS) if len(place)]
    if len(quarters) < 2:  # noqa: PLR2004 - one mean does not move
        return 0.0
    means = [float(np.average(value[place], weights=rows[place])) for place in quarters]
    # the means stand in the middle of their quarters, so half a quarter of the way is missing at either end
    missing = len(quarters) / (len(quarters) - 1) if len(value) >= 2 * _QUARTERS else 1.0
    return (max(means) - min(means)) * missing


def _sides(steps: Steps, start: int, end: int) -> tuple[float, float]:
    """Mean outcome up to the stretch and from its end on."""
    before = np.average(steps.value[: start + 1], weights=steps.rows[: start + 1])
    return float(before), float(np.average(steps.value[end:], weights=steps.rows[end:]))


def _cliff(steps: Steps, start: int, end: int, *, best_is_low: bool) -> Cliff:
    before, after = _sides(steps, start, end)
    slopes = np.abs(np.diff(steps.value[start : end + 1]))
    steepest = start + int(slopes.argmax())
    falls = (after < before) != best_is_low
    worse = steps.rows[steepest + 1 :] if falls else steps.rows[: steepest + 1]
    share_worse = float(worse.sum() / steps.rows.sum())
    return Cliff(
        start=float(steps.at[start]),
        end=float(steps.at[end]),
        before=before,
        after=after,
        steepest_from=float(steps.at[steepest]),
        steepest_to=float(steps.at[steepest + 1]),
        share_worse=share_worse,
        must_be=share_worse < 0.5,  # noqa: PLR2004 - most of the rows
    )


def _means(codes: npt.NDArray[np.int64], driver: Column, facts: Facts, weights: Vector) -> Steps:
    rows = np.bincount(codes, weights=weights).astype(np.float64)
    value = np.bincount(codes, weights=weights * facts.outcome.values) / rows
    at = np.bincount(codes, weights=weights * driver.values) / rows
    if facts.weights is not None:
        return Steps(at, value, rows, np.full(len(rows), np.nan))  # how far single answers lie apart is not known of means
    left = facts.outcome.values - value[codes]
    variance = np.bincount(codes, weights=left**2) / np.maximum(rows - 1, 1)
    return Steps(at, value, rows, np.where(rows > 1, np.sqrt(variance / rows), np.nan))


def _variance(values: Vector, weights: Vector) -> float:
    return float(np.average((values - np.average(values, weights=weights)) ** 2, weights=weights))


def _r2_of_line(values: Vector, outcome: Vector, weights: Vector) -> float:
    across, along = _variance(values, weights), _variance(outcome, weights)
    if not across or not along:
        return 0.0
    both = (values - np.average(values, weights=weights)) * (outcome - np.average(outcome, weights=weights))
    return float(np.average(both, weights=weights) ** 2 / (across * along))
