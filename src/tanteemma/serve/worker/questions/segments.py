"""Questions about segments of customers: what would one be like, how do several overlap?"""

from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_segments import SegmentsCompared
from tanteemma.journeys.ask_segments import compare_segments
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.listed import ListedKernel, ListedQuestion
from tanteemma.journeys.where.tree import Belongs, Not
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.segments import Example, Intersection, Overlap, Tried
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.segmented import numbers_where
from tanteemma.serve.worker.segments import count_people
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.listing import describe

_MOST_OVERLAPPING: Final = 6
_EXAMPLES: Final = 5


class TryOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The conditions are those of the filter; so many ``examples``."""

    examples: int = _EXAMPLES


def _try(put: Put[TryOptions]) -> Tried:
    size, people = len(numbers_where(put.snapshot, put.filter.expression())), count_people(put.snapshot)
    top = min(max(put.options.examples, 0), 50)
    if not top or not size:
        return Tried(size, people, ())
    question = ListedQuestion(top=top + 50)
    found = put.watched.ask(narrowed(ListedKernel(), put.filter), question, journey=WHOLE_LIFE)
    rows = describe(put.snapshot, WHOLE_LIFE, [(pick.part, pick.journey) for pick in found.picks])
    known = [row for row in rows if row.subject is not None][:top]
    return Tried(size, people, tuple(Example(row.id, row.subject, row.events, row.ended_at, row.steps) for row in known))


class OverlapOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"segments": "segment"}):
    """Two to six segments by name."""

    segments: tuple[str, ...] = ()


def _overlap(put: Put[OverlapOptions]) -> Overlap:
    names = tuple(dict.fromkeys(put.options.segments))
    if not 1 < len(names) <= _MOST_OVERLAPPING:
        allowed = f"2–{_MOST_OVERLAPPING}"
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="segment", value=len(names), allowed=allowed)
    catalogue = put.house.segmented.catalogue()
    numbers = [put.house.segmented.numbers(put.snapshot, catalogue.named(name)) for name in names]
    highest = max((int(one.max()) + 1 for one in numbers if len(one)), default=0)
    bits = np.zeros(highest, np.int64)
    for place, one in enumerate(numbers):
        bits[one] |= 1 << place
    counts = np.bincount(bits, minlength=1 << len(names))
    people = count_people(put.snapshot)
    floor = put.house.settings.smallest_group
    together = [
        Intersection(tuple(name for place, name in enumerate(names) if combination >> place & 1), int(counts[combination]))
        for combination in range(1, 1 << len(names))
        if counts[combination] >= floor
    ]
    withheld = sum(1 for combination in range(1, 1 << len(names)) if 0 < counts[combination] < floor)
    together.sort(key=lambda one: (-one.size, one.segments))
    return Overlap(names, tuple(map(len, numbers)), people, tuple(together), people - int(counts[1:].sum()), withheld)


class CompareOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two segments by name; ``other`` empty: everyone else."""

    one: str
    other: str = ""


def _compare(put: Put[CompareOptions]) -> SegmentsCompared:
    asked, catalogue = put.options, put.house.segmented.catalogue()
    for name in filter(None, (asked.one, asked.other)):
        catalogue.named(name)
    if asked.one == asked.other:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="other", value=asked.other, allowed="…")
    one = Belongs(asked.one)
    other = Belongs(asked.other) if asked.other else Not(one)
    return compare_segments(put.watched, WHOLE_LIFE, one, other, put.house.settings.smallest_group)


def _state(house: House) -> str:
    return house.segmented.state()


questions.add("segment_try")(Question(TryOptions, _try, _state))
questions.add("segment_compare")(Question(CompareOptions, _compare, _state))
questions.add("segment_overlap")(Question(OverlapOptions, _overlap, _state))
