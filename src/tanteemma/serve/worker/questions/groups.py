"""Questions about groups of customers: how recently, how often and for how much they buy; who behaves alike; who signed up."""

from typing import Final

import msgspec
import numpy as np

from tanteemma.identity.profile.roles import Role, role_of
from tanteemma.journeys.answers_groups import Behaviour
from tanteemma.journeys.behaviour import behaviour_of
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.lives import LivesKernel, LivesQuestion, Table
from tanteemma.journeys.rfm import Rfm, rfm_of
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.signed_up import SignedUp, signed_up
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.house import House
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.operational import person_notes
from tanteemma.store.stated_traits import stated_traits

_FEWEST_GROUPS, _MOST_GROUPS = 2, 12
_TOUCHPOINTS: Final = 8
_MINUTE_US: Final = 60_000_000


class RfmOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which touchpoint; empty: the most frequent one that plays the part of a purchase."""

    touchpoint: str = ""


class BehaviourOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many groups, from 2 to 12; None: as many as fit best."""

    groups: int | None = None


class SignedUpOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing can be chosen."""


def _rfm(put: Put[RfmOptions]) -> Rfm:
    touchpoint = put.options.touchpoint or _purchase(put)
    if touchpoint is None:
        return Rfm("", 0, (), (), (), ())
    return rfm_of(_lives(put, (touchpoint,)), touchpoint, put.house.segmented.now_us())


def _behaviour(put: Put[BehaviourOptions]) -> Behaviour:
    wanted = put.options.groups
    if wanted is not None and not _FEWEST_GROUPS <= wanted <= _MOST_GROUPS:
        allowed = f"{_FEWEST_GROUPS}–{_MOST_GROUPS}"
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="groups", value=wanted, allowed=allowed)
    names = tuple(name for name, _ in _frequent(put)[:_TOUCHPOINTS])
    return behaviour_of(_lives(put, (None, *names)), names, put.house.segmented.now_us(), wanted)


def _signed_up(put: Put[SignedUpOptions]) -> SignedUp:
    said = stated_traits(put.snapshot)
    return signed_up(said, put.house.settings.smallest_group, put.house.store.now().date())


def _lives(put: Put[RfmOptions] | Put[BehaviourOptions], touchpoints: tuple[str | None, ...]) -> Table:
    found: Table = put.watched.ask(narrowed(LivesKernel(), put.filter), LivesQuestion(touchpoints), journey=WHOLE_LIFE)
    return found


def _purchase(put: Put[RfmOptions]) -> str | None:
    with put.house.operational.read() as tx:
        decided = {name: Role(role) for name, role in person_notes.roles(tx).items()}
    return next((name for name, _ in _frequent(put) if role_of(name, decided) is Role.PURCHASE), None)


def _frequent(put: Put[RfmOptions] | Put[BehaviourOptions]) -> list[tuple[str, int]]:
    """The touchpoints with how many customers' events they have, the most frequent first."""
    names = put.snapshot.touchpoints()
    counted = np.zeros(len(names.names), np.int64)
    for part in put.snapshot.people():
        kinds = np.bincount(part.arrays.kinds, minlength=len(names.of_kind))
        shown = names.of_kind < len(names.names)
        np.add.at(counted, names.of_kind[shown], kinds[: len(names.of_kind)][shown])
    order = np.argsort(-counted, kind="stable").tolist()
    return [(names.names[place], int(counted[place])) for place in order if counted[place]]


def _now(house: House) -> str:
    """Days go by: an answer holds for a minute, and until somebody decides otherwise about a touchpoint."""
    with house.operational.read() as tx:
        return f"{house.segmented.now_us() // _MINUTE_US} {person_notes.roles(tx)}"


questions.add("rfm")(Question(RfmOptions, _rfm, _now))
questions.add("behaviour")(Question(BehaviourOptions, _behaviour, _now))
questions.add("signed_up")(Question(SignedUpOptions, _signed_up))
