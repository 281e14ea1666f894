"""Pairs of records between the places they have in one set and the keys they have for ever."""

from collections.abc import Sequence

from tanteemma.identity.matching.deciding import Decided, Doubt, record_key
from tanteemma.identity.matching.matching import Numbers, Weighed
from tanteemma.identity.matching.reading import Cleaned
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.matching.tables import People
from tanteemma.serve.matching.task import Explained


def decided_places(people: People, records: Cleaned, decided: Sequence[Decided]) -> dict[tuple[int, int], bool]:
    """What people decided about records of this set. A key that several records share stands for the first of them."""
    wanted = {key for one in decided for key in (one.one, one.other)}
    if not wanted:
        return {}
    place_of: dict[str, int] = {}
    for place in range(records.rows):
        key = record_key(people.subject(place), records.row(place))
        if key in wanted:
            place_of.setdefault(key, place)
    found = {}
    for one in decided:
        if one.one in place_of and one.other in place_of:
            left, right = sorted((place_of[one.one], place_of[one.other]))
            if left != right:
                found[left, right] = one.same
    return found


def doubt_of(people: People, records: Cleaned, pair: Weighed) -> Doubt:
    """A pair as it is kept for people to decide."""
    left, right = people.subject(pair.left), people.subject(pair.right)
    return Doubt(
        left=people.said(pair.left),
        right=people.said(pair.right),
        left_key=record_key(left, records.row(pair.left)),
        right_key=record_key(right, records.row(pair.right)),
        weight=round(pair.weight, 2),
        told=pair.told,
        left_subject=left,
        right_subject=right,
        held_back=pair.held_back,
    )


def explained_places(numbers: tuple[int, int] | None, count: int) -> tuple[int, int] | None:
    """Places of two record numbers (1 = the first).

    Raises Problem QUESTION_INVALID for one that does not exist or the same twice.
    """
    if numbers is None:
        return None
    for number in numbers:
        if not 1 <= number <= count or numbers[0] == numbers[1]:
            allowed = f"1 … {count}"
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--explain", value=number, allowed=allowed)
    return numbers[0] - 1, numbers[1] - 1


def explained_of(people: People, pair: Weighed, person: Numbers) -> Explained:
    """One pair with what speaks for and against it, and what became of it."""
    return Explained(
        people.said(pair.left),
        people.said(pair.right),
        round(pair.weight, 2),
        bool(person[pair.left] == person[pair.right]),
        pair.told,
    )
