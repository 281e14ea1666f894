"""Which facts go with an outcome, how strongly, and in which shape?"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.drivers.answers import Driver, DriversAnswer, LeftOut
from tanteemma.journeys.drivers.boosting import Boosted, boosted_shapes
from tanteemma.journeys.drivers.drawing import share_intervals
from tanteemma.journeys.drivers.facts import Design, Facts, Vector, design_of
from tanteemma.journeys.drivers.leaks import leaks_in
from tanteemma.journeys.drivers.lmg import MOST_EXACT, correlations, covariances, lmg, r2_of, relative_weights
from tanteemma.journeys.drivers.ordinal import is_ranked, ordered_model
from tanteemma.journeys.drivers.shape import Shape, shape_of
from tanteemma.model.problems import Problem, ProblemCode, Problems

#: A driver of words may say so many different ones; more are names or ids.
MOST_WORDS: Final = 50
#: Rows there must be beyond one for each column.
_SPARE_ROWS: Final = 3
#: Of a driver less than this share is its own: it is told by the others.
_DETERMINED: Final = 1e-8
#: Suspicions that always leave a driver out.
_NEVER: Final = frozenset({"leak_after"})
#: Above this a driver shares so much with the others that its own part is hard to tell (variance inflation of 10).
_TOGETHER: Final = 0.9


class Wanted(msgspec.Struct, frozen=True):
    """``chosen``: somebody named the drivers, so that one under suspicion is shown and marked, not left out.

    ``earlier``: what the facts say was said before the outcome, so that a suspicion alone leaves none out. ``shapes``: of the
    means; ``adjusted``: also the shapes with the other drivers as they are, and the odds of ranks; that
    takes seconds.
    """

    chosen: bool = True
    earlier: bool = False
    shapes: bool = True
    adjusted: bool = True


def analyse(facts: Facts, wanted: Wanted, left_out: tuple[LeftOut, ...] = ()) -> DriversAnswer:
    """The whole answer.

    Raises Problems for what stands in the way: COLUMN_CONSTANT, TOO_MANY_WORDS, TOO_FEW_ROWS, COLUMN_DETERMINED.
    """
    leaks = leaks_in(facts)
    gone = [leak for leak in leaks if leak.code in _NEVER or not (wanted.chosen or wanted.earlier)]
    gone += [leak for leak in leaks if leak.code == "leak_presence" and not wanted.earlier and leak not in gone]
    facts = facts.without([leak.driver for leak in gone])
    facts, incomplete = facts.complete()
    facts, useless = (facts, ()) if wanted.chosen else _usable(facts)
    _check(facts)
    facts, told = _with_own_parts(facts, chosen=wanted.chosen)
    design = design_of(facts.drivers)
    _check_rows(facts, design)
    correlation = correlations(covariances(design.matrix, facts.outcome.values, facts.weights))
    boosted = boosted_shapes(facts) if wanted.shapes and wanted.adjusted else None
    weights = facts.weights
    return DriversAnswer(
        n=facts.rows if weights is None else float(weights.sum()),
        r2=r2_of(correlation),
        drivers=_drivers(
            facts, _Measured(design, correlation, frozenset(leak.driver for leak in leaks)), _shapes(facts, boosted, wanted)
        ),
        method="lmg" if len(design.groups) <= MOST_EXACT else "relative_weights",
        outcome=facts.outcome.name,
        outcome_word=facts.outcome_word,
        rows_left_out=incomplete,
        mean=float(np.average(facts.outcome.values, weights=weights)),
        leaks=leaks,
        left_out=(*left_out, *useless, *told, *(LeftOut(leak.driver, leak.code) for leak in gone)),
        together=_told_by_others(correlation, facts, design),
        ordinal=ordered_model(facts) if wanted.adjusted and is_ranked(facts) else None,
        boosted_rows=None if boosted is None else boosted.rows,
    )


def _usable(facts: Facts) -> tuple[Facts, tuple[LeftOut, ...]]:
    """Of columns that nobody chose, those that can be drivers."""
    left = []
    for driver in facts.drivers:
        if driver.is_constant:
            left.append(LeftOut(driver.name, "constant"))
        elif len(driver.words) > MOST_WORDS:
            left.append(LeftOut(driver.name, "many_words"))
    return facts.without([one.name for one in left]), tuple(left)


def _check(facts: Facts) -> None:
    """Raise Problems: nothing varies, nothing is left, or a driver says something else in every row."""
    if not facts.rows:
        raise Problem(ProblemCode.TOO_FEW_ROWS, status=422, value=0, needed=_SPARE_ROWS + max(1, len(facts.drivers)))
    if not facts.drivers:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--drivers", value="", allowed="A,B,C")
    found = [
        Problem(ProblemCode.COLUMN_CONSTANT, status=422, field=column.name)
        for column in (facts.outcome, *facts.drivers)
        if column.is_constant
    ]
    found += [
        Problem(ProblemCode.TOO_MANY_WORDS, status=422, field=driver.name, value=len(driver.words), limit=MOST_WORDS)
        for driver in facts.drivers
        if len(driver.words) > MOST_WORDS
    ]
    if found:
        raise Problems(found)


def _check_rows(facts: Facts, design: Design) -> None:
    needed = design.matrix.shape[1] + _SPARE_ROWS
    if facts.rows < needed:
        raise Problem(ProblemCode.TOO_FEW_ROWS, status=422, value=facts.rows, needed=needed)


def _own_parts(correlation: Vector, groups: Sequence[Sequence[int]]) -> Vector:
    """The share of each driver that is not told by the others: 0 = follows from them, 1 = has nothing to do with them."""
    own = []
    between = correlation[:-1, :-1]
    for group in groups:
        others = [place for other in groups if other is not group for place in other]
        block = between[np.ix_(group, group)]
        left = block
        if others:
            cross = between[np.ix_(group, others)]
            inverse = np.linalg.pinv(between[np.ix_(others, others)], rcond=1e-12, hermitian=True)
            left = block - cross @ inverse @ cross.T
        own.append(float(np.trace(left) / np.trace(block)))
    return np.array(own)


def _with_own_parts(facts: Facts, *, chosen: bool) -> tuple[Facts, tuple[LeftOut, ...]]:
    """Without drivers that follow from others: two that say the same cannot be told apart.

    Raises Problem COLUMN_DETERMINED where somebody chose them; of columns that nobody chose, the last ones are left out.
    """
    left_out: list[LeftOut] = []
    while len(facts.drivers) > 1:
        design = design_of(facts.drivers)
        _check_rows(facts, design)
        own = _own_parts(correlations(covariances(design.matrix, facts.outcome.values, facts.weights)), design.groups)
        told = [driver.name for driver, part in zip(facts.drivers, own, strict=True) if part < _DETERMINED]
        if not told:
            break
        if chosen:
            others = ", ".join(told[:-1]) or ", ".join(one.name for one in facts.drivers if one.name != told[-1])
            raise Problem(ProblemCode.COLUMN_DETERMINED, status=422, field=told[-1], others=others)
        left_out.append(LeftOut(told[-1], "determined"))
        facts = facts.without([told[-1]])
    return facts, tuple(left_out)


def _told_by_others(correlation: Vector, facts: Facts, design: Design) -> tuple[str, ...]:
    own = _own_parts(correlation, design.groups)
    return tuple(driver.name for driver, part in zip(facts.drivers, own, strict=True) if part < 1 - _TOGETHER)


class _Measured(msgspec.Struct, frozen=True):
    design: Design
    correlation: Vector
    suspected: frozenset[str]


class _Shapes(msgspec.Struct, frozen=True):
    """Shapes by driver: of the means, and with the others as they are; empty where nobody asked."""

    means: dict[str, Shape]
    adjusted: dict[str, Shape]


def _shapes(facts: Facts, boosted: Boosted | None, wanted: Wanted) -> _Shapes:
    means = {driver.name: shape_of(facts, driver) for driver in facts.drivers} if wanted.shapes else {}
    return _Shapes(means, boosted.shapes if boosted is not None else {})


def _drivers(facts: Facts, measured: _Measured, shapes: _Shapes) -> tuple[Driver, ...]:
    design, correlation = measured.design, measured.correlation
    exact = lmg(correlation, design.groups) if len(design.groups) <= MOST_EXACT else None
    weights = relative_weights(correlation, design.groups)
    parts = weights if exact is None else exact
    low, high = (None, None) if facts.weights is not None else share_intervals(design, facts.outcome.values)
    total = float(parts.sum())
    found = [
        Driver(
            name=driver.name,
            lmg=None if exact is None else float(exact[place]),
            share=float(parts[place]) / total if total > 0 else None,
            relative_weight=float(weights[place]),
            low=None if low is None else float(low[place]),
            high=None if high is None else float(high[place]),
            correlation=None if driver.words else float(correlation[design.groups[place][0], -1]),
            words=driver.words,
            leak=driver.name in measured.suspected,
            shape=shapes.means.get(driver.name),
            adjusted=shapes.adjusted.get(driver.name),
        )
        for place, driver in enumerate(facts.drivers)
    ]
    return tuple(sorted(found, key=lambda one: (-(one.share or 0.0), one.name)))
