"""Who writes the diary: customers, calendar, paper and dice in one hand."""

from dataclasses import dataclass

import numpy as np

from tanteemma.ingest.sources.sample.calendar import Year
from tanteemma.ingest.sources.sample.diary import Diary
from tanteemma.ingest.sources.sample.people import People


@dataclass(frozen=True, slots=True)
class Scribe:
    """What every chapter of the diary needs to be written."""

    people: People
    year: Year
    diary: Diary
    rng: np.random.Generator
