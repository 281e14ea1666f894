"""When do things happen, how many journeys are open at a time, and who comes back, on the clocks of the company?"""

import msgspec

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.answers_times import CohortsAnswer, ConcurrencyAnswer, RhythmAnswer
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.kernels.concurrency import ConcurrencyQuestion
from tanteemma.journeys.kernels.rhythm import Of, RhythmQuestion
from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question


class RhythmOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``of``: events, starts or ends; ``touchpoint`` None: all; ``time_zone`` None: that of the installation."""

    of: Of = "events"
    touchpoint: str | None = None
    time_zone: str | None = None


class PeriodOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``grain``: hour, day, week, month or year, None: what fits; ``time_zone`` None: that of the installation."""

    grain: Grain | None = None
    time_zone: str | None = None


def _rhythm(put: Put[RhythmOptions]) -> RhythmAnswer:
    asked = put.options
    question = RhythmQuestion(time_zone=_zone(put, asked.time_zone), of=asked.of, touchpoint=asked.touchpoint or None)
    return journeys.ask_rhythm(put.watched, put.journey, question, selection=put.filter)


def _concurrency(put: Put[PeriodOptions]) -> ConcurrencyAnswer:
    question = ConcurrencyQuestion(time_zone=_zone(put, put.options.time_zone), grain=put.options.grain)
    return journeys.ask_concurrency(put.watched, put.journey, question, selection=put.filter)


def _cohorts(put: Put[PeriodOptions]) -> CohortsAnswer:
    zone = _zone(put, put.options.time_zone)
    return journeys.ask_cohorts(put.watched, put.journey, zone, put.options.grain, selection=put.filter)


def _zone(put: Put[PeriodOptions] | Put[RhythmOptions], said: str | None) -> str:
    return said or put.house.settings.time_zone


questions.add("rhythm")(Question(RhythmOptions, _rhythm))
questions.add("concurrency")(Question(PeriodOptions, _concurrency))
questions.add("cohorts")(Question(PeriodOptions, _cohorts))
