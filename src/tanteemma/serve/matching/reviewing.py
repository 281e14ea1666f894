"""Between the pairs that matching leaves to people and the table that keeps what they decided."""

from collections.abc import Sequence

import msgspec

from tanteemma.identity.matching.deciding import Decided, Doubt
from tanteemma.store.operational import Transaction, reviews
from tanteemma.store.operational.records import StoredPair
from tanteemma.store.operational.reviews import NewPair


def decisions(tx: Transaction) -> tuple[Decided, ...]:
    """Everything that people decided, as matching takes it."""
    return tuple(Decided(one.low, one.high, one.weight, same=bool(one.same)) for one in reviews.decided(tx))


def enter_doubts(tx: Transaction, doubts: Sequence[Doubt], came_from: str) -> int:
    """Keep pairs for people. Returns how many are new: a pair that was decided, or waits already, is not asked again."""
    return reviews.enter(
        tx, [NewPair(one.left_key, one.right_key, one.weight, msgspec.json.encode(one).decode(), came_from) for one in doubts]
    )


def doubt_in(stored: StoredPair) -> Doubt:
    """What the two records of a stored pair say."""
    return msgspec.json.decode(stored.pair, type=Doubt)


def subjects_in(doubt: Doubt) -> tuple[str, ...]:
    """The subjects that a pair is tied to: two where both records name one, else none."""
    found = tuple(subject for subject in (doubt.left_subject, doubt.right_subject) if subject is not None)
    return found if len(found) == 2 else ()  # noqa: PLR2004 - a merge takes two
