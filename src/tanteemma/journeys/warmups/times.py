"""Paths, rhythm, open journeys and cohorts."""

from tanteemma.journeys import ask
from tanteemma.journeys.kernels.concurrency import ConcurrencyQuestion
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.kernels.rhythm import RhythmQuestion
from tanteemma.journeys.warm import Sample
from tanteemma.model.hooks import warmups


@warmups.add("times")
def exercise(sample: Sample) -> None:
    """Each of them once."""
    ask.ask_paths(sample, None, PathsQuestion(touchpoint="a"))
    ask.ask_rhythm(sample, None, RhythmQuestion(time_zone="UTC"))
    ask.ask_concurrency(sample, None, ConcurrencyQuestion(time_zone="UTC"))
    ask.ask_cohorts(sample, None, "UTC")
