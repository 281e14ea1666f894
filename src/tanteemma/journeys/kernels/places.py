"""The kernels with which detectors look for places: pairs, returns, ways round, last steps, changes of what is said."""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.findings.listed import Listed
from tanteemma.journeys.loops import cycles, endings, excursions, follows, statements
from tanteemma.model.arrays import DROPPED, Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

Columns = tuple[Values, ...]


def _flags(names: tuple[str, ...], touchpoints: Touchpoints) -> npt.NDArray[np.bool_]:
    wanted = set(names)
    return np.array([name in wanted for name in touchpoints.names], np.bool_)


def _channels(touchpoints: Touchpoints) -> npt.NDArray[np.uint32]:
    known = touchpoints.channel_of_kind
    return known if len(known) else np.full(len(touchpoints.of_kind), DROPPED, np.uint32)


class _Summed:
    """Counts that are added."""

    def merge(self, one: Columns, other: Columns) -> Columns:
        """Both together."""
        return tuple(mine + theirs for mine, theirs in zip(one, other, strict=True))


class FollowsQuestion(msgspec.Struct, frozen=True):
    """Names of touchpoints that ask, that are contacts, that settle; within how many microseconds."""

    asks: tuple[str, ...]
    contacts: tuple[str, ...]
    settles: tuple[str, ...]
    within_us: int


class FollowsKernel(_Summed):
    """Contacts on another channel soon after a touchpoint: see ``loops.follows``."""

    name = "follows"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: FollowsQuestion
    ) -> Columns:
        """One bucket."""
        sides = (question.asks, question.contacts, question.settles)
        asks, contacts, settles = (_flags(names, touchpoints) for names in sides)
        bucket = bucket_of(arrays, selection, touchpoints)
        return follows.soon_after(bucket, _channels(touchpoints), asks, contacts, settles, question.within_us)

    def answer(self, merged: Columns, touchpoints: Touchpoints, question: FollowsQuestion) -> Columns:
        """Events by touchpoint, pairs, journeys by pair."""
        return merged


class ReturnsQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose."""


class ReturnsKernel(_Summed):
    """Returns to a touchpoint: see ``loops.cycles``."""

    name = "returns"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ReturnsQuestion
    ) -> Columns:
        """One bucket."""
        return cycles.returns(bucket_of(arrays, selection, touchpoints), len(touchpoints.names))

    def answer(self, merged: Columns, touchpoints: Touchpoints, question: ReturnsQuestion) -> Columns:
        """Returns, journeys and steps by way."""
        return merged


class ChancesQuestion(msgspec.Struct, frozen=True):
    """Ways as pairs of touchpoint numbers (home, away)."""

    ways: tuple[tuple[int, int], ...]


class ChancesKernel:
    """What chance would make of the same journeys: see ``loops.cycles``."""

    name = "chances"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ChancesQuestion
    ) -> Values:
        """One bucket."""
        ways = np.array(question.ways, np.int64).reshape(-1, 2)
        homes, aways = np.ascontiguousarray(ways[:, 0]), np.ascontiguousarray(ways[:, 1])
        return cycles.chances(bucket_of(arrays, selection, touchpoints), len(touchpoints.names), homes, aways)

    def merge(self, one: Values, other: Values) -> Values:
        """Both together."""
        return one + other

    def answer(self, merged: Values, touchpoints: Touchpoints, question: ChancesQuestion) -> Values:
        """The returns by chance, in units of ``loops.cycles.CHANCE_UNIT``."""
        return merged


class RoundsQuestion(msgspec.Struct, frozen=True):
    """For each touchpoint the number of the one that usually follows, -1 for none."""

    end_of: tuple[int, ...]


class RoundsKernel(_Summed):
    """Straight ways and ways round: see ``loops.excursions``."""

    name = "ways_round"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: RoundsQuestion
    ) -> Columns:
        """One bucket."""
        return excursions.ways_round(bucket_of(arrays, selection, touchpoints), np.array(question.end_of, np.int64))

    def answer(self, merged: Columns, touchpoints: Touchpoints, question: RoundsQuestion) -> Columns:
        """Journeys that went straight by start; that went round by (start, first step)."""
        return merged


class RoundTimesQuestion(msgspec.Struct, frozen=True):
    """Ways (start, end, first step) as touchpoint numbers."""

    ways: tuple[tuple[int, int, int], ...]


class RoundTimesKernel:
    """Times of ways round and of straight ones: see ``loops.excursions``. Concatenated in no order."""

    name = "round_times"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: RoundTimesQuestion
    ) -> tuple[Columns, ...]:
        """One bucket."""
        bucket, listed, wide = bucket_of(arrays, selection, touchpoints), Listed(), len(touchpoints.names)
        starts = (listed.events(bucket, wide, way[:1]) for way in question.ways)
        return tuple(excursions.times_round(bucket, firsts, *way) for firsts, way in zip(starts, question.ways, strict=True))

    def merge(self, one: tuple[Columns, ...], other: tuple[Columns, ...]) -> tuple[Columns, ...]:
        """Both together."""
        return tuple(
            tuple(np.concatenate(pair) for pair in zip(mine, theirs, strict=True))
            for mine, theirs in zip(one, other, strict=True)
        )

    def answer(
        self, merged: tuple[Columns, ...], touchpoints: Touchpoints, question: RoundTimesQuestion
    ) -> tuple[Columns, ...]:
        """For each way: straight times, times until the first step, whole times."""
        return merged


class LastStepsQuestion(msgspec.Struct, frozen=True):
    """Names of goals, of what is looked through and of refusals; silence in microseconds by touchpoint; the newest event."""

    goals: tuple[str, ...]
    through: tuple[str, ...]
    refusals: tuple[str, ...]
    silences_us: tuple[int, ...]
    now_us: int


class LastStepsKernel(_Summed):
    """Where journeys fall silent: see ``loops.endings``."""

    name = "last_steps"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: LastStepsQuestion
    ) -> Columns:
        """One bucket."""
        sets = (question.goals, question.through, question.refusals)
        roles = sum(_flags(names, touchpoints).astype(np.int64) << bit for bit, names in enumerate(sets))
        silences = np.array(question.silences_us, np.int64)
        bucket = bucket_of(arrays, selection, touchpoints)
        return endings.last_steps(bucket, np.asarray(roles, np.int64), silences, question.now_us)

    def answer(self, merged: Columns, touchpoints: Touchpoints, question: LastStepsQuestion) -> Columns:
        """Journeys that came and that ended, by touchpoint."""
        return merged


class ClashesQuestion(msgspec.Struct, frozen=True):
    """A property whose words are compared, within how many microseconds; ``by_word`` False: only whether they differ."""

    fact: str
    within_us: int
    by_word: bool = True


#: A property by word with more of them is no state.
MOST_STATES: Final = 60


@dataclass(frozen=True, slots=True)
class Clashes:
    """``words`` of the property; ``turns``: [first, second] how often one follows the other as the next word.

    ``rows``: touchpoint pair, first and second word, and how often one channel says the second soon after another said the
    first. If not by word: 1 and 2 for two different ones, 1 and 1 for the same one twice.
    """

    words: tuple[str, ...]
    turns: Values
    rows: Values


_NO_CLASHES: Final = Clashes((), np.zeros((0, 0), np.int64), np.zeros((0, 4), np.int64))


class ClashesKernel:
    """Changes of what is said: see ``loops.statements``."""

    name = "clashes"

    def facts(self, question: ClashesQuestion) -> tuple[Fact, ...]:
        """The property."""
        return (Fact(question.fact),)

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ClashesQuestion
    ) -> Clashes:
        """One bucket."""
        column = arrays.facts.get(Fact(question.fact))
        if column is None or not arrays.events or (question.by_word and len(column.words) > MOST_STATES):
            return _NO_CLASHES
        bucket, wide = bucket_of(arrays, selection, touchpoints), len(touchpoints.names)
        said, count = np.ascontiguousarray(column.values, np.int32), len(column.words)
        found = np.stack(statements.clashes(bucket, _channels(touchpoints), said, question.within_us, wide), axis=1)
        if not question.by_word:
            found[:, 2] = np.where(found[:, 1] == found[:, 2], 1, 2)
            found[:, 1] = 1
        else:
            found = found[found[:, 1] != found[:, 2]]
        rows, counts = np.unique(found, axis=0, return_counts=True)
        rows = np.column_stack([rows, counts]).astype(np.int64)
        if not question.by_word:
            return Clashes((), np.zeros((0, 0), np.int64), rows)
        return Clashes(column.words, statements.turns(bucket, said, count).reshape(count, count), rows)

    def merge(self, one: Clashes, other: Clashes) -> Clashes:
        """Both together: rows side by side."""
        words = max(one.words, other.words, key=len)
        turns = np.zeros((len(words), len(words)), np.int64)
        for part in (one.turns, other.turns):
            turns[: len(part), : len(part)] += part
        return Clashes(words, turns, np.concatenate([one.rows, other.rows]))

    def answer(self, merged: Clashes, touchpoints: Touchpoints, question: ClashesQuestion) -> Clashes:
        """The same with equal rows added."""
        rows, place = np.unique(merged.rows[:, :3], axis=0, return_inverse=True)
        counts = np.bincount(place.ravel(), merged.rows[:, 3], len(rows)).astype(np.int64)
        return Clashes(merged.words, merged.turns, np.column_stack([rows, counts]))


for _kernel in (
    FollowsKernel(),
    ReturnsKernel(),
    ChancesKernel(),
    RoundsKernel(),
    RoundTimesKernel(),
    LastStepsKernel(),
    ClashesKernel(),
):
    kernels.add(_kernel.name)(_kernel)
