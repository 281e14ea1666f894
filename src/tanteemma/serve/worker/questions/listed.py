"""Which journeys, and whose, are behind a number? And one journey as it happened."""

from typing import Final

import msgspec

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.kernels.listed import MOST, ListedQuestion, Order
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.store.listing import FoundJourney, ToldJourney, describe, tell

_MOST_EVENTS: Final = 1_000


class ListedOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``top`` journeys after the first ``skip``, in an ``order``: newest, oldest, longest, most_events."""

    top: int = 50
    skip: int = 0
    order: Order = Order.NEWEST


class ListedDocument(msgspec.Struct, frozen=True):
    """All journeys that pass the filter are ``total``; ``journeys`` are those asked for."""

    total: int
    journeys: list[FoundJourney]


def _listed(put: Put[ListedOptions]) -> ListedDocument:
    asked = put.options
    if not (0 < asked.top <= MOST and 0 <= asked.skip <= MOST):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="top", value=asked.top, allowed=f"1–{MOST}")
    question = ListedQuestion(asked.top, asked.skip, asked.order)
    found = journeys.ask_listed(put.watched, put.journey, question, selection=put.filter)
    picks = [(pick.part, pick.journey) for pick in found.picks]
    return ListedDocument(found.journeys, describe(put.snapshot, put.journey, picks))


class OneOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The journey's ``id`` as a list gives it; at most ``most`` of its events."""

    id: str
    most: int = _MOST_EVENTS


def _one(put: Put[OneOptions]) -> ToldJourney:
    if not 0 < put.options.most <= MOST:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="most", value=put.options.most, allowed=f"1–{MOST}")
    return tell(put.snapshot, put.journey, put.options.id, put.options.most)


questions.add("listed")(Question(ListedOptions, _listed))
questions.add("one")(Question(OneOptions, _one))
