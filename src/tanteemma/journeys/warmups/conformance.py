"""Journeys beside a drawn one."""

from tanteemma.journeys.ask_conformance import ask_conformance
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.journeys.warm import Sample
from tanteemma.model.hooks import warmups


@warmups.add("conformance")
def exercise(sample: Sample) -> None:
    """A drawing that nothing follows, so that an example is laid too."""
    steps = (
        DrawnStep(touchpoints=("b",), within_s=1),
        DrawnStep(touchpoints=("a",)),
        DrawnStep(touchpoints=("b",), repeats=True),
    )
    ask_conformance(sample, None, (*steps, *steps))
    ask_conformance(sample, None, steps[:2])
