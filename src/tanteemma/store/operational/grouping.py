"""Which subjects are one person, given who they are now and new pairs (union of groups, smallest id wins)."""

from collections.abc import Callable, Iterable, Mapping


class Groups:
    """Groups of subjects by person, joined pair by pair.

    ``now``: the person each subject with a row belongs to; every other subject is its ``own`` person. The id of a joined group
    is the smaller id of the two, which is the smallest own id of all its subjects.
    """

    def __init__(self, now: Mapping[str, bytes], own: Callable[[str], bytes]) -> None:
        self._now = dict(now)
        self._own = own
        self._parent: dict[bytes, bytes] = {}
        self._size: dict[bytes, int] = {}
        self._newcomers: set[str] = set()

    def people(self) -> set[bytes]:
        """Everybody who has rows already."""
        return set(self._now.values())

    def weigh(self, sizes: Mapping[bytes, int]) -> None:
        """How many subjects each person with rows has."""
        self._size.update(sizes)

    def join(self, one: str, other: str, *, most: int | None) -> bool:
        """Put two subjects' groups together. False if the group would have more than ``most`` subjects."""
        first, second = self._root(self._start(one)), self._root(self._start(other))
        if first != second:
            size = self._size.get(first, 1) + self._size.get(second, 1)
            if most is not None and size > most:
                return False
            small, large = min(first, second), max(first, second)
            self._parent[large] = small
            self._size[small] = size
        self._newcomers.update(subject for subject in (one, other) if subject not in self._now)
        return True

    def person(self, subject: str) -> bytes:
        """The person of a subject after all joins."""
        return self._root(self._start(subject))

    def became(self) -> dict[bytes, bytes]:
        """People with rows who are somebody else now: old id -> new id."""
        return {person: self._root(person) for person in self.people() if person in self._parent}

    def newcomers(self) -> dict[str, bytes]:
        """Subjects without a row that are linked now, with their person."""
        return {subject: self.person(subject) for subject in self._newcomers}

    def _start(self, subject: str) -> bytes:
        return self._now[subject] if subject in self._now else self._own(subject)

    def _root(self, person: bytes) -> bytes:
        path = []
        while (above := self._parent.get(person)) is not None:
            path.append(person)
            person = above
        self._shorten(path, person)
        return person

    def _shorten(self, path: Iterable[bytes], root: bytes) -> None:
        for person in path:
            self._parent[person] = root
