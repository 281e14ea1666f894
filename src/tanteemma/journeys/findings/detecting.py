"""Which detectors are there?"""

from functools import cache

from tanteemma.journeys.findings.shape import Detector
from tanteemma.model.hooks import detectors


@cache
def all_detectors() -> dict[str, Detector]:
    """Every detector by its kind."""
    return detectors.all()
