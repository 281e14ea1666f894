"""Which touchpoint is meant by a name? An unknown one is refused with the nearest names there are."""

from collections.abc import Iterable

from tanteemma.model.arrays import Touchpoints
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode


def touchpoint_numbers(names: Iterable[str], touchpoints: Touchpoints) -> tuple[int, ...]:
    """The touchpoint numbers of these names, in their order.

    Raises Problem UNKNOWN_TOUCHPOINT (404) with ``value`` (the name) and ``hint`` (the nearest names, empty if none is near).

    >>> import numpy as np
    >>> touchpoint_numbers(["Kauf"], Touchpoints(np.arange(2, dtype=np.uint32), ("Besuch", "Kauf")))
    (1,)
    """
    number_of = {name: number for number, name in enumerate(touchpoints.names)}
    found = []
    for name in names:
        if name not in number_of:
            hint = ", ".join(nearest(name, touchpoints.names))
            raise Problem(ProblemCode.UNKNOWN_TOUCHPOINT, status=404, value=name, hint=hint)
        found.append(number_of[name])
    return tuple(found)
