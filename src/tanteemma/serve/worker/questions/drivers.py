"""Which facts of a journey go with an outcome?"""

from typing import Final

import msgspec

from tanteemma.journeys.ask_drivers import DriversWish, ask_drivers
from tanteemma.journeys.drivers.answers import DriversAnswer
from tanteemma.journeys.drivers.outcomes import read_outcome
from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.known_properties import known_properties

_MOST_PROPERTIES: Final = 12


class DriversOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``outcome``: a metric, ``goal:TOUCHPOINT`` or ``value``; the ``drivers`` by name, none for all.

    ``shapes``: how the outcome goes along each; ``adjusted``: also with the others as they are (takes seconds).
    """

    outcome: str
    drivers: tuple[str, ...] = ()
    shapes: bool = True
    adjusted: bool = False


def _drivers(put: Put[DriversOptions]) -> DriversAnswer:
    asked = put.options
    outcome = read_outcome(asked.outcome)
    known = known_properties(put.snapshot, _MOST_PROPERTIES)
    wish = DriversWish(outcome, asked.drivers, known.words, known.days, asked.shapes, asked.adjusted)
    return ask_drivers(put.watched, put.journey, wish, selection=put.filter)


questions.add("drivers")(Question(DriversOptions, _drivers))
