"""Records in, people out: clean, block, learn, weigh, group. Loads splink and DuckDB, so it runs in a process of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.identity.matching import blocking, groups, likeness, training
from tanteemma.identity.matching.deciding import SAME, UNSURE, Told
from tanteemma.identity.matching.likeness import Respect
from tanteemma.identity.matching.reading import Cleaned
from tanteemma.store.engines.linking import RECORD, SOURCE, Compared, Linking, Pairs, Room, Shares

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Progress = Callable[[str, float], None]
#: blind pairs that show what strangers have in common
_BLIND: Final = 500_000
_SEED: Final = 20_260_101
#: up to so many records all pairs are looked at instead
_FEW: Final = 1_000
#: records of one part: what their pairs need fits into the memory
_PART: Final = 25_000
#: from so many records on it is half believed how frequent a name is: of three records two with one name say nothing
_FREQUENCIES: Final = 300
#: pairs of so many records are enough to learn from
_LEARNED_FROM: Final = 50_000
#: lighter pairs are kept too, as what speaks against a group
_LEAST_KEPT: Final = -10.0
_COMPARED: Final = tuple(dict.fromkeys(column for one in likeness.RESPECTS for column in one.columns))


@dataclass(frozen=True, slots=True)
class Wish:
    """How to match.

    ``across``: only records of different files; ``decided``: pairs that people decided, True for the same person.
    """

    room: Room
    least: float = SAME
    unsure: float = UNSURE
    across: bool = False
    decided: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    explain: tuple[int, int] | None = None
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Weighed:
    """One pair of records, its weight, and what it is made of."""

    left: int
    right: int
    weight: float
    told: tuple[Told, ...]
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """``person``: for each record the number of the first record of its person.

    ``doubts``: pairs for people, the likeliest first.

    ``left_out``: key -> records whose key too many share; ``equal``: records that say exactly what another one says.
    """

    person: Numbers
    threshold: float
    doubts: tuple[Weighed, ...] = ()
    explained: Weighed | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    equal: int = 0


def match(records: Cleaned, origins: Sequence[int] | None, wish: Wish, progress: Progress) -> Matched:
    """Who is who among these records? ``origins``: the file of each record, None for one file."""
    origin = np.zeros(records.rows, np.int64) if origins is None else np.asarray(origins, np.int64)
    kept, first = _collapsed(records, origin, _named(wish))
    progress("blocking", 0.1)
    some = records.taken(kept)
    blocks = blocking.blocks_of(some)
    respects = likeness.respects_of(set(some.columns))
    place_of = {int(record): place for place, record in enumerate(kept)}
    if len(kept) < 2 or not respects or (not blocks.keys and wish.explain is None):  # noqa: PLR2004 - one is alone
        return Matched(_spread(records.rows, kept, first, np.arange(len(kept))), wish.least, (), None, blocks.left_out)
    linking = Linking(
        _table(some, origin[kept], blocks.keys),
        [_compared(one) for one in respects],
        [_key(name) for name in blocks.keys],
        wish.room,
    )
    try:
        if wish.across:
            linking.only_across()
        judge = _Judge(linking, respects, some.rows, origin[kept] if wish.across else None, progress)
        pairs = judge.weighed(_in_places(wish.decided, place_of))
        progress("grouping", 0.95)
        found = groups.grouped(some.rows, pairs, wish.least)
        person = _spread(records.rows, kept, first, found.person)
        doubts = judge.doubts(pairs, found, wish, kept) if wish.doubts else ()
        explained = None if wish.explain is None else judge.explained(*wish.explain, place_of, first)
    finally:
        linking.close()
    return Matched(person, wish.least, doubts, explained, blocks.left_out, int((first != np.arange(records.rows)).sum()))


class _Judge:
    """What pairs weigh among these records, learned once."""

    def __init__(
        self, linking: Linking, respects: tuple[Respect, ...], rows: int, origins: Numbers | None, progress: Progress
    ) -> None:
        self._linking = linking
        self._respects = respects
        self._rows = rows
        self._progress = progress
        self._personal = np.array([not one.household for one in respects])
        self._believed = rows / (rows + _FREQUENCIES)
        progress("learning", 0.2)
        self._shares = self._learned(origins)
        told = zip(respects, self._shares.same, self._shares.other, strict=True)
        self._weights = Shares({one.name: (same.tolist(), other.tolist()) for one, same, other in told}, self._shares.same_rate)

    def weighed(self, decided: Mapping[tuple[int, int], bool]) -> groups.Weighed:
        """All pairs that share a key, those that would hang together through others, and what people decided."""
        parts = max(1, -(-self._rows // _PART))
        found = []
        for number, pairs in enumerate(self._linking.weighed(self._weights, _LEAST_KEPT, parts)):
            self._progress("weighing", 0.3 + 0.6 * (number + 1) / parts)
            found.append(groups.Weighed(pairs.left, pairs.right, self._weigh(pairs)))
        seen = _together(found)
        left, right = groups.unseen(self._rows, seen, 0.0)
        if len(left):
            more = self._linking.looked_at(self._weights, left, right)
            seen = _together([seen, groups.Weighed(more.left, more.right, self._weigh(more))])
        return _with_decisions(seen, decided)

    def doubts(self, pairs: groups.Weighed, found: groups.Groups, wish: Wish, kept: Numbers) -> tuple[Weighed, ...]:
        """The pairs that people should look at: between the thresholds, or held back; the likeliest first."""
        apart = found.person[pairs.left] != found.person[pairs.right]
        between = apart & (pairs.weights >= wish.unsure) & (pairs.weights < groups.SAID)
        places = np.flatnonzero(between)
        places = places[np.argsort(-pairs.weights[places], kind="stable")][: wish.doubts]
        if not len(places):
            return ()
        held = set(found.held_back.tolist())
        looked = self._linking.looked_at(self._weights, pairs.left[places], pairs.right[places])
        told = {(int(one), int(other)): at for at, (one, other) in enumerate(zip(looked.left, looked.right, strict=True))}
        return tuple(
            Weighed(
                int(kept[pairs.left[place]]),
                int(kept[pairs.right[place]]),
                float(pairs.weights[place]),
                self._told(looked, told[int(pairs.left[place]), int(pairs.right[place])]),
                place in held,
            )
            for place in places.tolist()
        )

    def explained(self, one: int, other: int, place_of: Mapping[int, int], first: Numbers) -> Weighed:
        """One pair by the numbers of its records, whether it shares a key or not."""
        left, right = sorted((place_of[int(first[one])], place_of[int(first[other])]))
        if left == right:  # two that say the same: its twin was kept to be compared with
            right = next(at for record, at in place_of.items() if at != left and first[record] == first[one])
        pairs = self._linking.looked_at(self._weights, np.array([left]), np.array([right]))
        return Weighed(one, other, float(self._weigh(pairs)[0]), self._told(pairs, 0))

    def _learned(self, origins: Numbers | None) -> training.Shares:
        left, right = _blind(self._rows, origins)
        chance = training.Patterns(*self._linking.counted(left, right))
        parts = max(1, self._rows // _LEARNED_FROM)
        levels, counts = self._linking.blocked(1, parts)
        self._progress("learning", 0.3)
        pairs = self._rows * (self._rows - 1) / 2
        if origins is not None:
            pairs -= float(
                (np.unique(origins, return_counts=True)[1] * (np.unique(origins, return_counts=True)[1] - 1) / 2).sum()
            )
        return training.trained(self._respects, chance, training.Patterns(levels, counts * parts), self._rows, pairs)

    def _rarity(self, pairs: Pairs) -> training.Rarity:
        told = pairs.rarity * self._believed
        return training.Rarity(told.sum(axis=1), told[:, self._personal].sum(axis=1))

    def _weigh(self, pairs: Pairs) -> Floats:
        return training.weights_of(self._respects, pairs.levels, self._shares, self._rarity(pairs))

    def _told(self, pairs: Pairs, at: int) -> tuple[Told, ...]:
        """What each respect says.

        Against people of one household where they are the likelier mistake, else against strangers.
        """
        rivals = training.rival_shares(self._respects, pairs.levels[at : at + 1], self._shares)
        found = []
        for place, one in enumerate(self._respects):
            level = int(pairs.levels[at, place])
            if level == training.NOT_TOLD:
                continue
            weight = float(np.log2(self._shares.same[place][level] / rivals[place][level]))
            if rivals is self._shares.other or not one.household:
                weight += float(pairs.rarity[at, place]) * self._believed
            found.append(Told(one.name, str(one.likenesses[len(one.likenesses) - 1 - level]), round(weight, 2)))
        return tuple(found)


def _compared(one: Respect) -> Compared:
    return Compared(one.name, tuple(str(each) for each in one.likenesses), one.rare)


def _key(name: str) -> str:
    return f"key_{name}"


def _named(wish: Wish) -> set[int]:
    """Records that are asked for by number."""
    return {record for pair in (*wish.decided, *(() if wish.explain is None else (wish.explain,))) for record in pair}


def _collapsed(records: Cleaned, origin: Numbers, spared: set[int]) -> tuple[Numbers, Numbers]:
    """(records to compare, for each record the first one that says exactly the same). Of equal records two are compared."""
    seen: dict[int, list[int]] = {}
    kept, first = [], np.arange(records.rows)
    for record, cells in enumerate(records.every()):
        said = hash((int(origin[record]), cells))
        same = seen.setdefault(said, [])
        if len(same) < 2 or record in spared:  # noqa: PLR2004 - one pair stands for all
            kept.append(record)
        if same:
            first[record] = same[0]
        if len(same) < 2:  # noqa: PLR2004 - as above
            same.append(record)
    return np.array(kept, np.int64), first


def _spread(rows: int, kept: Numbers, first: Numbers, person: Numbers) -> Numbers:
    """From people among the compared records to people among all: equal ones go where their first two went together."""
    found = np.arange(rows)
    found[kept] = kept[person]
    twin = {int(first[record]): int(record) for record in reversed(kept) if first[record] != record}
    for record in np.setdiff1d(np.arange(rows), kept).tolist():
        one = int(first[record])
        if found[twin[one]] == found[one]:
            found[record] = found[one]
    return found


def _table(records: Cleaned, origin: Numbers, keys: Mapping[str, blocking.Keys]) -> pa.Table:
    nothing = pa.nulls(records.rows, pa.string())
    columns: dict[str, pa.Array] = {
        RECORD: pa.array(np.arange(records.rows), pa.int64()),
        SOURCE: pa.array(origin, pa.int64()),
    }
    columns |= {name: records.columns.get(name, nothing) for name in _COMPARED}
    columns |= {_key(name): pa.array(numbers, pa.int64(), mask=numbers == blocking.NO_KEY) for name, numbers in keys.items()}
    return pa.table(columns)


def _blind(rows: int, origins: Numbers | None) -> tuple[Numbers, Numbers]:
    """Pairs drawn without looking; all there are of few records."""
    if rows <= _FEW:
        left, right = (side.astype(np.int64) for side in np.triu_indices(rows, 1))
    else:
        chance = np.random.default_rng(_SEED)
        left, right = chance.integers(0, rows, _BLIND), chance.integers(0, rows, _BLIND)
        left, right = np.minimum(left, right), np.maximum(left, right)
    told = (left != right) if origins is None else (origins[left] != origins[right])
    return left[told], right[told]


def _together(parts: Sequence[groups.Weighed]) -> groups.Weighed:
    return groups.Weighed(
        np.concatenate([one.left for one in parts]),
        np.concatenate([one.right for one in parts]),
        np.concatenate([one.weights for one in parts]),
    )


def _in_places(decided: Mapping[tuple[int, int], bool], place_of: Mapping[int, int]) -> dict[tuple[int, int], bool]:
    found = {}
    for (one, other), same in decided.items():
        left, right = sorted((place_of[one], place_of[other]))
        found[left, right] = same
    return found


def _with_decisions(pairs: groups.Weighed, decided: Mapping[tuple[int, int], bool]) -> groups.Weighed:
    """What people said weighs more than anything that was computed."""
    if not decided:
        return pairs
    open_ = np.array([pair not in decided for pair in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)], np.bool_)
    said = groups.Weighed(
        np.array([left for left, _ in decided], np.int64),
        np.array([right for _, right in decided], np.int64),
        np.array([groups.SAID if same else -groups.SAID for same in decided.values()]),
    )
    return _together([groups.Weighed(pairs.left[open_], pairs.right[open_], pairs.weights[open_]), said])
