"""Which groups of customers behave alike? k-means over what they do, then rules that say each group in words of events.

k-means on standardised logarithms; the number of groups is the one whose silhouette (P. J. Rousseeuw 1987) is largest on a
sample. A small decision tree learns the groups from the plain numbers; its leaves are conditions, so a group can be kept as a
segment that goes on counting. How many customers the rules place as k-means did is said.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers_groups import Behaviour, BehaviourGroup, Sign
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import Compare, Expr
from tanteemma.journeys.where.written import written

_DAY_S: Final = 86_400
_SAMPLE: Final = 3_000
_MOST_LEARNED: Final = 100_000
_FEWEST: Final = 30
#: how many ways the names of a group may go
_SIGNS: Final = 3
_CLEARLY: Final = 0.5
_DEPTH: Final = 4
_SEED: Final = 7
#: a measure that spreads less is the same for everybody
_SAME: Final = 1e-9

Table = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def behaviour_of(lives: Table, touchpoints: tuple[str, ...], now_us: int, wanted: int | None) -> Behaviour:
    """The groups. ``lives``: as the kernel ``lives`` gives them for any touchpoint, then for each of ``touchpoints``.

    ``wanted``: how many groups, None: as many as fit best (3 to 8). Fewer than 30 customers form none.
    """
    from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 - a second that only this question pays

    if len(lives) < _FEWEST:
        return Behaviour(len(lives), (), None, None)
    plain = np.column_stack([(now_us - lives[:, 0]) / 1e6 / _DAY_S, lives[:, 1], lives[:, 2], lives[:, 4::3]])
    scaled = _scaled(plain)
    labels, silhouette = _clustered(scaled, wanted)
    rounded = plain.copy()
    rounded[:, 0] = np.floor(rounded[:, 0])
    learner = DecisionTreeClassifier(max_depth=_DEPTH, min_samples_leaf=max(5, len(lives) // 200), random_state=_SEED)
    learner.fit(rounded, labels)
    placed: Labels = learner.predict(rounded)
    rules = _rules(learner, touchpoints)
    names = ("days", "events", "money", *touchpoints)
    groups = tuple(
        BehaviourGroup(
            size=int(mine.sum()),
            share=float(mine.mean()),
            mean_days=max(float(plain[mine, 0].mean()), 0.0),
            mean_events=float(plain[mine, 1].mean()),
            mean_money=float(plain[mine, 2].mean()),
            signs=_signs(scaled[mine], names),
            condition=written(rules[label]),
        )
        for label in sorted(rules, key=lambda label: -int((placed == label).sum()))
        if (mine := placed == label).any()
    )
    return Behaviour(len(lives), groups, silhouette, float((placed == labels).mean()))


def _scaled(plain: Table) -> Table:
    logs = np.sign(plain) * np.log1p(np.abs(plain))
    spread = logs.std(axis=0)
    scaled: Table = (logs - logs.mean(axis=0)) / np.where(spread > _SAME, spread, np.inf)
    return scaled


def _clustered(scaled: Table, wanted: int | None) -> tuple[Labels, float | None]:
    from sklearn.cluster import KMeans  # noqa: PLC0415 - as above
    from sklearn.metrics import silhouette_score  # noqa: PLC0415 - as above

    dice = np.random.default_rng(_SEED)
    some = scaled if len(scaled) <= _MOST_LEARNED else scaled[dice.choice(len(scaled), _MOST_LEARNED, replace=False)]
    sample = some[dice.choice(len(some), min(_SAMPLE, len(some)), replace=False)]
    best, best_score = None, -2.0
    for count in (wanted,) if wanted is not None else range(3, 9):
        means = KMeans(count, n_init=4, random_state=_SEED).fit(some)
        found = means.predict(sample)
        score = float(silhouette_score(sample, found)) if len(set(found.tolist())) > 1 else -1.0
        if best is None or score > best_score:
            best, best_score = means, score
    labels: Labels = np.asarray(best.predict(scaled), np.int64) if best is not None else np.zeros(len(scaled), np.int64)
    return labels, best_score if best_score > -1 else None


def _signs(mine: Table, names: tuple[str, ...]) -> tuple[Sign, ...]:
    """What is far from the mean of everybody in this group, the furthest first."""
    means = mine.mean(axis=0)
    order = np.argsort(-np.abs(means))[:_SIGNS]
    return tuple(Sign(names[place], float(means[place])) for place in order.tolist() if abs(means[place]) >= _CLEARLY)


def _rules(learner: "object", touchpoints: tuple[str, ...]) -> dict[int, Expr]:
    """For each group the leaves of the tree that say it, as one condition."""
    inner = learner.tree_  # type: ignore[attr-defined]  # scikit-learn has no types
    found: dict[int, list[Expr]] = {}

    def walk(node: int, way: tuple[Expr, ...]) -> None:
        if inner.children_left[node] < 0:
            label = int(np.argmax(inner.value[node][0]))
            found.setdefault(label, []).append(_joined(way))
            return
        at, column = float(inner.threshold[node]), int(inner.feature[node])
        walk(int(inner.children_left[node]), (*way, _atom(column, at, touchpoints, below=True)))
        walk(int(inner.children_right[node]), (*way, _atom(column, at, touchpoints, below=False)))

    walk(0, ())
    return {label: parts[0] if len(parts) == 1 else tree.Some(tuple(parts)) for label, parts in found.items()}


def _joined(way: tuple[Expr, ...]) -> Expr:
    if not way:
        return tree.Occurs(Compare.AT_LEAST, 1)
    return way[0] if len(way) == 1 else tree.Every(way)


def _atom(column: int, at: float, touchpoints: tuple[str, ...], *, below: bool) -> Expr:
    """One turn of the tree: at most so much, or more. Days are whole, so that the bound is the same for a condition."""
    if column == 0:
        seconds = (np.floor(at) + 1) * _DAY_S
        return tree.Elapsed(Compare.LESS if below else Compare.AT_LEAST, float(seconds))
    if column == 2:  # noqa: PLR2004 - the third column is money
        return tree.Totals(tree.Sums.SUM, "value", Compare.AT_MOST if below else Compare.MORE, round(at, 6))
    name = None if column == 1 else touchpoints[column - 3]
    return tree.Occurs(Compare.AT_MOST if below else Compare.MORE, int(np.floor(at)), name)
