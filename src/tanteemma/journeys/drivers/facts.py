"""What is on the table when drivers are looked for: an outcome, columns that may go with it, how often each row counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: What a cell without a word is called: that nothing is said may say something.
UNSAID: Final = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: numbers (NaN = not said), or, if ``words`` is not empty, places in ``words`` (every row has one).

    ``known_after``: the share of rows in which this was written down only after the outcome (None = not known).
    """

    name: str
    values: Vector
    words: tuple[str, ...] = ()
    known_after: float | None = None

    @property
    def said(self) -> Mask:
        """Which rows say it."""
        return ~np.isnan(self.values)

    def only(self, rows: Mask) -> "Column":
        """The same for some rows; words that none of them says fall away."""
        values = self.values[rows]
        if not self.words:
            return Column(self.name, values, (), self.known_after)
        used, places = np.unique(values.astype(np.int64), return_inverse=True)
        return Column(
            self.name, places.astype(np.float64), tuple(self.words[place] for place in used.tolist()), self.known_after
        )

    @property
    def is_constant(self) -> bool:
        """Does every row that says something say the same?"""
        said = self.values[self.said]
        return len(said) == 0 or bool((said == said[0]).all())


@dataclass(frozen=True, slots=True)
class Facts:
    """One row for each answer, journey or customer; ``weights``: how often each row counts (None: once).

    ``outcome`` is a column of numbers; ``outcome_word`` says which word counts as 1 where it was one of words.
    """

    outcome: Column
    drivers: tuple[Column, ...]
    weights: Vector | None = None
    outcome_word: str | None = None
    best_is_low: bool = field(default=False)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.outcome.values)

    @property
    def is_binary(self) -> bool:
        """Is the outcome one of two values?"""
        return len(np.unique(self.outcome.values[self.outcome.said])) == 2  # noqa: PLR2004 - binary means two

    def complete(self) -> tuple["Facts", int]:
        """Only the rows that say everything, and how many were left out."""
        kept = self.outcome.said.copy()
        for driver in self.drivers:
            kept &= driver.said
        if self.weights is not None:
            kept &= self.weights > 0
        return self.only(kept), int(len(kept) - kept.sum())

    def only(self, rows: Mask) -> "Facts":
        """The same for some rows."""
        return Facts(
            self.outcome.only(rows),
            tuple(driver.only(rows) for driver in self.drivers),
            None if self.weights is None else self.weights[rows],
            self.outcome_word,
            self.best_is_low,
        )

    def without(self, names: Sequence[str]) -> "Facts":
        """The same without some drivers."""
        left = tuple(driver for driver in self.drivers if driver.name not in names)
        return Facts(self.outcome, left, self.weights, self.outcome_word, self.best_is_low)


@dataclass(frozen=True, slots=True)
class Design:
    """The drivers as columns of numbers: ``groups[i]`` are the columns of driver i; ``labels`` names each column."""

    matrix: npt.NDArray[np.float64]
    groups: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]


def design_of(drivers: Sequence[Column]) -> Design:
    """A number is one column; words are one column of 0 and 1 each, but for the most frequent.

    >>> design_of([Column("a", np.array([1.0, 2.0, 3.0])), Column("b", np.array([0.0, 1.0, 1.0]), ("x", "y"))]).groups
    ((0,), (1,))
    """
    columns: list[Vector] = []
    groups, labels = [], []
    for driver in drivers:
        first = len(columns)
        if driver.words:
            counts = np.bincount(driver.values.astype(np.int64), minlength=len(driver.words))
            for place in range(len(driver.words)):
                if place != int(counts.argmax()):
                    columns.append((driver.values == place).astype(np.float64))
                    labels.append(f"{driver.name} = {driver.words[place]}")
        else:
            columns.append(driver.values)
            labels.append(driver.name)
        groups.append(tuple(range(first, len(columns))))
    return Design(np.column_stack(columns), tuple(groups), tuple(labels))
