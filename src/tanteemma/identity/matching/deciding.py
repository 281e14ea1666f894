"""From which weight on are two records taken for one person, and which pairs do people decide?

Learned from what they decided.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

#: four to one
SAME: Final = 2.0
#: below one to sixteen nobody is asked
UNSURE: Final = -4.0
#: so many decisions, of both kinds, before the threshold moves
LEAST_DECISIONS: Final = 20
_LOWEST, _HIGHEST = -1.0, 8.0
#: what moving the threshold by one costs, in wrong decisions: without good reason it stays
_STIFFNESS: Final = 0.5


class Told(msgspec.Struct, frozen=True):
    """One respect of a pair: how alike the two are in it, and what that weighs (log2; above 0 speaks for one person)."""

    respect: str
    likeness: str
    weight: float


class Doubt(msgspec.Struct, frozen=True):
    """A pair for people to decide. ``left`` and ``right``: what the records say, field -> text as it was written.

    ``left_key`` and ``right_key`` name the records for ever; ``left_subject`` … whom a record is tied to, if to anybody.
    """

    left: dict[str, str]
    right: dict[str, str]
    left_key: str
    right_key: str
    weight: float
    told: tuple[Told, ...]
    left_subject: str | None = None
    right_subject: str | None = None
    held_back: bool = False


class Decided(msgspec.Struct, frozen=True):
    """What people said of a pair: its records by key, the weight it had, and whether they are the same person."""

    one: str
    other: str
    weight: float
    same: bool


def record_key(subject: str | None, said: Mapping[str, str]) -> str:
    """A name of a record that is the same whenever it comes again, and gives nothing away.

    >>> record_key("user:1", {}) == record_key("user:1", {"given": "hans"}), len(record_key(None, {"given": "hans"}))
    (True, 32)
    """
    text = f"subject\x1f{subject}" if subject is not None else "\x1f".join(f"{name}\x1e{said[name]}" for name in sorted(said))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def learned_threshold(decisions: Sequence[Decided], start: float = SAME) -> float:
    """The weight that parts what people called the same from what they called different with the fewest mistakes.

    Stays at ``start`` until there are 20 decisions of which at least three are of each kind; moves only for a reason (half a
    mistake for each step of one), never below -1 or above 8.

    >>> learned_threshold([Decided("a", "b", 1.0, same=True)])
    2.0
    >>> kind = [Decided("a", "b", weight, same=weight > 3.4) for weight in (0.5, 1.5, 2.5, 3.0, 3.5, 4.5) * 5]
    >>> learned_threshold(kind)
    3.25
    """
    same = [one.weight for one in decisions if one.same]
    different = [one.weight for one in decisions if not one.same]
    if len(decisions) < LEAST_DECISIONS or min(len(same), len(different)) < 3:  # noqa: PLR2004 - one slip is no kind
        return start
    known = sorted({*same, *different})
    cuts = [start, *((low + high) / 2 for low, high in pairwise(known))]

    def cost(cut: float) -> tuple[float, float]:
        wrong = sum(weight < cut for weight in same) + sum(weight >= cut for weight in different)
        return wrong + _STIFFNESS * abs(cut - start), abs(cut - start)

    return min((cut for cut in cuts if _LOWEST <= cut <= _HIGHEST), key=cost, default=start)
