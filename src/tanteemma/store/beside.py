"""What questions may ask for that stands in no event: what is known of a person today, and what time it is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import NO_PERSON, OF_NO_EVENT, Fact, FactColumn, Form, Kernel
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.hashing import Words
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.parts import Part

Known = dict[Fact, AnyArray]


class Looked(Protocol):
    """A moment of the data that can be asked."""

    @property
    def version(self) -> str:
        """Changes with every visible change."""
        ...

    def ask(self, kernel: Kernel[Any, Any, Any], question: Any, *, journey: JourneyDefinition) -> Any:  # noqa: ANN401 - any question
        """A kernel's answer."""
        ...

    def people(self) -> Sequence[Part]:
        """Everybody's whole life."""
        ...

    def person_keys(self, high: Words, low: Words) -> tuple[Words, Words]:
        """Which person each subject is today."""
        ...


class Beside(Protocol):
    """Who knows it."""

    def known(self, looked: Looked, fact: Fact) -> AnyArray:
        """As PERSON: for each number of a person whether it is true. As MOMENT: one value, microseconds since 1970 UTC."""
        ...


class _Nothing:
    def known(self, looked: Looked, fact: Fact) -> AnyArray:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="fact", value=fact.name, allowed=looked.version)


NOTHING_BESIDE: Final[Beside] = _Nothing()


def beside_of(beside: Beside, looked: Looked, facts: Sequence[Fact]) -> tuple[tuple[Fact, ...], Known]:
    """The facts of events, and what is known of the others."""
    known = {fact: beside.known(looked, fact) for fact in facts if fact.form in OF_NO_EVENT}
    return tuple(fact for fact in facts if fact not in known), known


def columns_beside(known: Mapping[Fact, AnyArray], people: npt.NDArray[np.uint32]) -> dict[Fact, FactColumn]:
    """The same, aligned with the journeys of one bucket."""
    return {fact: FactColumn(by_journey(one, people) if fact.form is Form.PERSON else one) for fact, one in known.items()}


def by_journey(known: AnyArray, people: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """What is known of persons by their numbers, for the journey of each; false for a journey of nobody."""
    somebody: npt.NDArray[np.bool_] = np.logical_and(people != NO_PERSON, people < len(known))
    if not len(known):
        return somebody
    found: npt.NDArray[np.bool_] = np.logical_and(known[np.where(somebody, people, 0)], somebody)
    return found
