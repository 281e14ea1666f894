"""The sample company: an invented year of an invented firm, with planted problems, for the demonstration and for tests."""

from tanteemma.ingest.sources.sample.adverts import FILE as COUNTS_FILE
from tanteemma.ingest.sources.sample.adverts import sample_counts
from tanteemma.ingest.sources.sample.company import JOURNEYS, SampleCompany, SuggestedJourney, generate
from tanteemma.ingest.sources.sample.files import as_files
from tanteemma.ingest.sources.sample.rates import sample_assumptions
from tanteemma.ingest.sources.sample.truth import Cost, PlantedProblem, ProblemKind, Truth
from tanteemma.ingest.sources.sample.words import COMPANY, ORIGIN, SOURCE

__all__ = [
    "COMPANY",
    "COUNTS_FILE",
    "JOURNEYS",
    "ORIGIN",
    "SOURCE",
    "Cost",
    "PlantedProblem",
    "ProblemKind",
    "SampleCompany",
    "SuggestedJourney",
    "Truth",
    "as_files",
    "generate",
    "sample_assumptions",
    "sample_counts",
]
