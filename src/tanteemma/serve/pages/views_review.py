"""What the page of undecided pairs shows: one pair side by side, what was decided last, which files can be looked through."""

from datetime import datetime

from tanteemma.serve.pages.views import View


class PairRow(View, frozen=True, kw_only=True):
    """One respect of a pair.

    ``verdict``: agree, near, differ or missing; ``likeness``: how alike, None where one side says nothing; ``meaning``: what
    that weighs, in words (a key of the catalogue).
    """

    respect: str
    left: str
    right: str
    verdict: str
    likeness: str | None
    meaning: str


class PairView(View, frozen=True, kw_only=True):
    """A pair to decide. ``held_back``: it would have joined two groups, alone; ``subjects``: whom it merges, else nobody."""

    number: int
    percent: float
    rows: tuple[PairRow, ...]
    came_from: str
    held_back: bool
    was_later: bool
    subjects: tuple[str, ...]


class DecidedRow(View, frozen=True, kw_only=True):
    """A decision that can be taken back."""

    number: int
    left: str
    right: str
    same: bool
    merged: bool
    decided: datetime | None
    decided_by: str


class FileChoice(View, frozen=True, kw_only=True):
    """An imported file whose records can be compared."""

    number: int
    name: str


class LastRun(View, frozen=True, kw_only=True):
    """What became of the last file that was looked through; ``problem``: a sentence where it could not be."""

    name: str
    records: int = 0
    people: int = 0
    pairs: int = 0
    undecided: int = 0
    problem: str | None = None


class ReviewView(View, frozen=True, kw_only=True):
    """The page /people/review. ``threshold``: from which probability on records are one person; ``learned``: from decisions."""

    tab: str = "review"
    waiting: int
    pair: PairView | None
    decided: tuple[DecidedRow, ...]
    decisions: int
    threshold: float
    learned: bool
    files: tuple[FileChoice, ...]
    running: bool
    last: LastRun | None
