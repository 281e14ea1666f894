"""Customer effort."""

from tanteemma.journeys.ask_effort import ask_effort
from tanteemma.journeys.kernels.effort import EffortQuestion
from tanteemma.journeys.warm import Sample
from tanteemma.model.hooks import warmups


@warmups.add("effort")
def exercise(sample: Sample) -> None:
    """Once with a stage."""
    ask_effort(sample, None, EffortQuestion(stages=("a",)))
