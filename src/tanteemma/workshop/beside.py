"""As it is beside as it shall be: which phases, lanes and cards of two maps belong together, and what is new, gone, different?

A map that was copied from another one keeps the ids of its parts; then those say what belongs together. Else the names do.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.voices import believed

_FRAME: Final = frozenset({"phase", "lane"})
#: what makes a card another one to whoever looks at it
_SEEN: Final = ("text", "feeling", "target", "owner", "state", "moment_of_truth", "shared")


class Fate(StrEnum):
    """What becomes of a card."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


class Pair(msgspec.Struct, frozen=True):
    """A card as it is (``now``) and as it shall be (``then``); one of them may be missing."""

    fate: Fate
    now: Part | None
    then: Part | None


class PhasePair(msgspec.Struct, frozen=True):
    """A phase of one map, or of both; how it is believed to feel on each."""

    name: str
    now: Part | None
    then: Part | None
    felt_now: float | None
    felt_then: float | None


class LanePair(msgspec.Struct, frozen=True):
    """A lane of one map, or of both, with its cells in the order of the phases."""

    now: Part | None
    then: Part | None
    cells: tuple[tuple[Pair, ...], ...]

    @property
    def lane(self) -> Part:
        """The lane as it shall be, else as it is."""
        return self.then or self.now or Part(id="", kind="lane")

    @property
    def quiet(self) -> bool:
        """Does nothing change in it?"""
        return all(pair.fate is Fate.SAME for cell in self.cells for pair in cell)


class Beside(msgspec.Struct, frozen=True):
    """Two maps in one picture."""

    phases: tuple[PhasePair, ...]
    lanes: tuple[LanePair, ...]

    def count(self, fate: Fate) -> int:
        """How many cards have this fate?"""
        return sum(pair.fate is fate for lane in self.lanes for cell in lane.cells for pair in cell)


def side_by_side(now: Content, then: Content) -> Beside:
    """The map as it is (``now``) beside the one as it shall be (``then``)."""
    phases = _matched(now.of_kind("phase"), then.of_kind("phase"), lambda part: part.text("name"))
    lanes = _matched(now.of_kind("lane"), then.of_kind("lane"), _lane_name)
    return Beside(
        tuple(
            PhasePair(
                (two or one or Part(id="", kind="")).text("name"),
                one,
                two,
                None if one is None else believed(now, one.id),
                None if two is None else believed(then, two.id),
            )
            for one, two in phases
        ),
        tuple(
            LanePair(
                *pair,
                tuple(_cell(_lying(now, phase[0], pair[0]), _lying(then, phase[1], pair[1])) for phase in phases),
            )
            for pair in lanes
        ),
    )


def _lane_name(lane: Part) -> str:
    return " ".join((lane.text("kind"), lane.text("name"), lane.text("persona")))


def _matched(now: Sequence[Part], then: Sequence[Part], name: Callable[[Part], str]) -> list[tuple[Part | None, Part | None]]:
    """What belongs together, in the order of the second map; what only the first has stands behind what it followed there."""
    free = list(now)
    pairs: list[tuple[Part | None, Part | None]] = []
    for two in then:
        alike = [part for part in free if _plain(name(part)) == _plain(name(two))]
        same = [part for part in free if part.id == two.id]
        one = next((part for part in (*(part for part in alike if part in same), *alike, *same)), None)
        if one is not None:
            free.remove(one)
        pairs.append((one, two))
    for one in free:
        before = now[now.index(one) - 1] if now.index(one) else None
        place = next((at + 1 for at, pair in enumerate(pairs) if before is not None and pair[0] is before), 0)
        pairs.insert(place, (one, None))
    return pairs


def _lying(content: Content, phase: Part | None, lane: Part | None) -> list[Part]:
    return [] if phase is None or lane is None else content.at({"phase": phase.id, "lane": lane.id})


def _cell(now: Sequence[Part], then: Sequence[Part]) -> tuple[Pair, ...]:
    """What is, in its order, with what becomes of each; then what is new."""
    free = list(then)
    pairs = []
    for one in now:
        kin = [part for part in free if part.kind == one.kind]
        same_id = [part for part in kin if part.id == one.id]
        two = next((part for part in (*same_id, *(part for part in kin if _plain(_said(part)) == _plain(_said(one))))), None)
        if two is None:
            pairs.append(Pair(Fate.GONE, one, None))
            continue
        free.remove(two)
        same = all(one.said(field) == two.said(field) for field in _SEEN)
        pairs.append(Pair(Fate.SAME if same else Fate.CHANGED, one, two))
    return (*pairs, *(Pair(Fate.NEW, None, part) for part in free))


def _said(part: Part) -> str:
    return part.text("text") or part.text("feeling")


def _plain(said: str) -> str:
    return " ".join(said.split()).casefold()
