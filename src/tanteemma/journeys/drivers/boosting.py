"""What shape has a driver when the others are as they are? By an explainable boosting machine: a sum of one curve each.

The model (Lou, Caruana, Gehrke 2012; ``interpret-core``) stays readable, since what it says of a driver is one curve, and on
churn it loses nothing against models that are not. It is loaded when it is asked for, runs in this process, and is the same
every time.
"""

from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.drivers.facts import Column, Facts
from tanteemma.journeys.drivers.shape import Cliff, Fit, Form, Shape, Step, Steps, find_cliff, form_of
from tanteemma.journeys.drivers.steps import cuts_of
from tanteemma.metrics.intervals import Z

#: Fewer rows teach it nothing; of more than so many, evenly chosen ones are enough.
FEWEST_ROWS: Final = 500
MOST_ROWS: Final = 10_000
#: Repetitions on other rows; how far they differ is the interval.
_BAGS: Final = 4
#: Rounds of learning at most; it ends earlier where nothing more is learned.
_ROUNDS: Final = 5_000
_SEED: Final = 20_261_121


class Boosted(msgspec.Struct, frozen=True):
    """The shapes by driver, and how many rows they were learned from."""

    shapes: dict[str, Shape]
    rows: int


def boosted_shapes(facts: Facts) -> Boosted | None:
    """A shape for each driver, in the outcome's own unit; None of too few rows. Rows must be complete."""
    if facts.rows < FEWEST_ROWS:
        return None
    if facts.rows > MOST_ROWS:
        kept = np.zeros(facts.rows, np.bool_)
        kept[np.linspace(0, facts.rows - 1, MOST_ROWS).astype(np.int64)] = True
        facts = facts.only(kept)
    model = _fitted(facts)
    said = model.explain_global(name="drivers")
    outcome = facts.outcome.values
    inside = _Inside(
        facts.is_binary, float(outcome.mean() if facts.weights is None else np.average(outcome, weights=facts.weights))
    )
    inside = msgspec.structs.replace(inside, low=float(outcome.min()), high=float(outcome.max()))
    shapes = {driver.name: _shape(said.data(place), driver, facts, inside) for place, driver in enumerate(facts.drivers)}
    return Boosted(shapes, facts.rows)


class _Inside(msgspec.Struct, frozen=True):
    """How a contribution reads as an outcome: added to the mean, for yes or no on the scale of log-odds."""

    is_binary: bool
    middle: float
    low: float = 0.0
    high: float = 1.0

    def outcome(self, contribution: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The mean outcome where this driver contributes so much and the others nothing."""
        if not self.is_binary:
            return np.asarray(self.middle + contribution)
        part = (self.middle - self.low) / (self.high - self.low)
        odds = np.log(part / (1 - part)) + contribution
        return np.asarray(self.low + (self.high - self.low) / (1 + np.exp(-odds)))


def _fitted(facts: Facts) -> Any:  # noqa: ANN401 - the library has no types
    from interpret.glassbox import (  # noqa: PLC0415 - a second that only this question needs
        ExplainableBoostingClassifier,
        ExplainableBoostingRegressor,
    )

    values = np.empty((facts.rows, len(facts.drivers)), dtype=object)
    for place, driver in enumerate(facts.drivers):
        words = np.array(driver.words, dtype=object)
        values[:, place] = words[driver.values.astype(np.int64)] if driver.words else driver.values
    kind = ExplainableBoostingClassifier if facts.is_binary else ExplainableBoostingRegressor
    model = kind(
        feature_names=[driver.name for driver in facts.drivers],
        feature_types=["nominal" if driver.words else _cuts(driver, facts) for driver in facts.drivers],
        interactions=0,
        outer_bags=_BAGS,
        max_rounds=_ROUNDS,
        n_jobs=1,  # more would start processes of their own
        random_state=_SEED,
    )
    target = facts.outcome.values
    if facts.is_binary:
        target = (target == target.max()).astype(np.int64)
    return model.fit(values, target, sample_weight=facts.weights)


def _cuts(driver: Column, facts: Facts) -> list[float]:
    found: list[float] = cuts_of(driver.values, np.ones(facts.rows)).tolist()
    return found


def _shape(said: dict[str, Any], driver: Column, facts: Facts, inside: _Inside) -> Shape:
    names = list(said["names"])
    value = inside.outcome(np.asarray(said["scores"], np.float64))
    low, high = (inside.outcome(np.asarray(said[end], np.float64)) for end in ("lower_bounds", "upper_bounds"))
    weights = np.ones(facts.rows) if facts.weights is None else facts.weights
    if driver.words:
        place_of = {str(name): place for place, name in enumerate(names)}
        order = [place_of[word] for word in driver.words]
        value, low, high = value[order], low[order], high[order]
        codes = driver.values.astype(np.int64)
        edges: list[float] = []
    else:
        edges = [float(edge) for edge in names]
        codes = np.searchsorted(np.array(edges[1:-1]), driver.values, side="right")
    rows = np.bincount(codes, weights=weights, minlength=len(value)).astype(np.float64)
    places = np.flatnonzero(rows)
    at = np.bincount(codes, weights=weights * driver.values, minlength=len(value))[places] / rows[places]
    steps = Steps(at, value[places], rows[places], ((high - low) / (2 * Z))[places])
    shown = tuple(
        Step(
            value=float(value[place]),
            n=float(rows[place]),
            share=float(rows[place] / rows.sum()),
            at=None if driver.words else float(at[number]),
            low=edges[place] if edges else None,
            high=edges[place + 1] if edges else None,
            value_low=float(low[place]),
            value_high=float(high[place]),
            word=driver.words[place] if driver.words else None,
        )
        for number, place in enumerate(places.tolist())
    )
    return _judged(steps, shown, driver, facts)


def _judged(steps: Steps, shown: tuple[Step, ...], driver: Column, facts: Facts) -> Shape:
    """How much of the outcome's variance the curve makes up, and how much of the curve a straight line."""
    share = steps.rows / steps.rows.sum()
    curve = float((share * (steps.value - share @ steps.value) ** 2).sum())
    spread = float(np.var(facts.outcome.values))
    rows = None if facts.weights is not None else facts.rows
    steps_fit = Fit(curve / spread if spread else 0.0, len(shown) - 1, rows)
    if driver.words:
        return Shape(Form.CURVE, shown, None, None, steps_fit.r2, "ebm")
    away = steps.at - share @ steps.at
    across = float(share @ away**2)
    along = float(share @ (away * steps.value))
    line = Fit(along**2 / across / spread if spread and across else 0.0, 1, rows)
    cliff: Cliff | None = find_cliff(steps, best_is_low=facts.best_is_low)
    form = form_of(cliff, line, steps_fit)
    return Shape(form, shown, cliff if form is Form.CLIFF else None, line.r2, steps_fit.r2, "ebm")
