"""How is a stratum numbered? Each part in its own bits, the first named in the highest."""

from typing import Final

from tanteemma.journeys.costs.question import Confounder, CostQuestion
from tanteemma.model.problems import Problem, ProblemCode

#: Bits of each part; numbers that do not fit share the last one.
BITS: Final = {
    Confounder.MONTH: 11,
    Confounder.LENGTH: 4,
    Confounder.ENTRY: 10,
    Confounder.CHANNEL: 6,
    Confounder.VALUE: 5,
}
PROPERTY_BITS: Final = 8
_ALL_BITS: Final = 63
#: Amounts are counted in hundredths, scores in thousandths of their scale.
MONEY_UNIT: Final = 100
SCORE_UNIT: Final = 1000


def bits_of(question: CostQuestion) -> tuple[int, ...]:
    """How many bits each part of a stratum has, in the order of the question. Raises Problem QUESTION_INVALID if too many."""
    widths = (*(BITS[one] for one in question.confounders), *(PROPERTY_BITS for _ in question.properties))
    if sum(widths) > _ALL_BITS:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="confounders", value=len(widths), limit=_ALL_BITS)
    return widths
