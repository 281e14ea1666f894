"""What do the scores say, which facts of a journey go with them, and who gets the credit for a goal?"""

import msgspec

from tanteemma.journeys.ask_scores import AgainstAnswer, MetricsAnswer, ask_against, ask_every_metric, ask_metric
from tanteemma.journeys.dimensions import read_dimension
from tanteemma.journeys.where.wish import Passing
from tanteemma.metrics.measure import MetricAnswer, Wanted
from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition


class MetricOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The metric ``name``, broken down ``by`` a dimension, of so many ``invited`` people; ``against`` other conditions.

    ``every``: every answer counts; else only those within the journeys of the definition (a case without its key has none).
    """

    name: str
    by: str | None = None
    invited: int | None = None
    against: tuple[str, ...] = ()
    every: bool = False
    language: str = "en"


class MetricsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every metric that has answers."""

    every: bool = False
    language: str = "en"


def _journey(put: Put[MetricOptions] | Put[MetricsOptions]) -> JourneyDefinition:
    """Every answer stands in exactly one life, with a person or alone."""
    return WHOLE_LIFE if put.options.every and not put.filter.narrows else put.journey


def _metric(put: Put[MetricOptions]) -> MetricAnswer | AgainstAnswer:
    asked = put.options
    dimension = read_dimension(asked.by, put.house.settings.time_zone)
    wanted = Wanted(asked.name, asked.by or None, dimension.periods, asked.invited, asked.language)
    against = tuple(one for one in asked.against if one.strip())
    if against:
        other = Passing(where=against, zone=put.filter.zone)
        return ask_against(put.watched, put.journey, wanted, put.filter, other)
    return ask_metric(put.watched, _journey(put), wanted, dimension, selection=put.filter)


def _metrics(put: Put[MetricsOptions]) -> MetricsAnswer:
    return ask_every_metric(put.watched, _journey(put), put.options.language, selection=put.filter)


questions.add("metric")(Question(MetricOptions, _metric))
questions.add("metrics")(Question(MetricsOptions, _metrics))
