"""When is the first question as fast as the second? After every loop was compiled, or fetched from the last time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys import ask
from tanteemma.model.arrays import Fact, FactColumn, Form, JourneyArrays, Kernel, Kinds, Selection, Touchpoints, facts_of
from tanteemma.model.hooks import warmups

_NAMES: Final = ("a", "b")
#: Journeys of these steps exercise every loop: repeated ways, ties, single events, more values than are sorted.
_STEPS: Final = (*((0, 1) * 40), *((0,) * 30), 1)
_ENDS: Final = (2, 4, 80, 110, 111)


@dataclass(frozen=True, slots=True)
class Sample:
    """A snapshot of one small bucket, with whatever facts a kernel asks for."""

    kinds: Kinds
    names: tuple[str, ...] = _NAMES

    def touchpoints(self) -> Touchpoints:
        """Two touchpoints, a and b, each through a channel of its own."""
        numbers = np.arange(len(self.names), dtype=np.uint32)
        return Touchpoints(numbers, self.names, numbers, self.names)

    def ask(
        self,
        kernel: Kernel[ask.Question, ask.Partial, ask.Answer],
        question: ask.Question,
        *,
        journey: None,
    ) -> ask.Answer:
        """The answer over the bucket twice."""
        offsets = np.array([0, *_ENDS], dtype=np.int64)
        people = np.arange(len(_ENDS), dtype=np.uint32)
        told = {fact: FactColumn(_said(fact, len(self.kinds)), ("a",)) for fact in facts_of(kernel, question)}
        arrays = JourneyArrays(self.kinds, np.arange(len(self.kinds)), offsets, people, facts=told)
        one = kernel.partial(arrays, Selection(), self.touchpoints(), question)
        other = kernel.partial(arrays, Selection(), self.touchpoints(), question)
        return kernel.answer(kernel.merge(one, other), self.touchpoints(), question)


def _said(fact: Fact, events: int) -> npt.NDArray[np.float64] | npt.NDArray[np.int32]:
    return np.ones(events, np.float64) if fact.form is Form.NUMBER else np.zeros(events, np.int32)


def warm() -> None:
    """Compile every loop for both widths of kinds, or load what an earlier start compiled.

    The first time takes more than a minute on one core, later ones less than one second. The machine code is kept in the
    package's ``__pycache__`` folders, or in the user's cache folder, or where ``NUMBA_CACHE_DIR`` says (set it where neither
    can be written).
    """
    for wide in (False, True):
        for family in warmups.all():
            warm_family(family, wide=wide)


def warm_family(name: str, *, wide: bool) -> None:
    """Compile the loops of one family of analyses, for up to 65,536 kinds of event or (wide) for more."""
    kinds: Kinds = np.array(_STEPS, dtype=np.uint32) if wide else np.array(_STEPS, dtype=np.uint16)
    warmups.named(name)(Sample(kinds))
