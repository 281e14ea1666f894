"""What is known now of weak spots somebody named: their last week, what people hit said, and did a change about one work?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import numpy as np

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.answers_times import Extent
from tanteemma.journeys.findings.before_after import (
    Stretch,
    around,
    at_any_time,
    compared,
    last_weeks,
    settle_us,
    within,
)
from tanteemma.journeys.findings.growth import Counted
from tanteemma.journeys.findings.measured import Measured, MeasureQuestion, Periods
from tanteemma.journeys.findings.spot import Spot
from tanteemma.journeys.findings.tokens import read_spot
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.kernels.listed import ListedQuestion
from tanteemma.journeys.kernels.measure import MeasureKernel
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.conditions import ready

_MOST_SPOTS: Final = 40
#: the newest journeys hit, whose events are looked through for words
_LOOKED_THROUGH: Final = 150
_SHORTEST: Final = 12
_LONGEST: Final = 400
#: no change lies farther from 1970
_FARTHEST_US: Final = 1 << 52
_ALL: Final = Periods(-(1 << 61), 1 << 62, 1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS: Final = ("name", "occurred_at", "properties")


class SpotsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``spot``: as findings name them; ``quotes``: so many of what people hit said."""

    spot: tuple[str, ...] = ()
    quotes: int = 2


class Quote(msgspec.Struct, frozen=True):
    """What somebody who was hit said: where, when, with which score."""

    touchpoint: str
    at: datetime
    text: str
    score: float | None = None


class Lately(msgspec.Struct, frozen=True):
    """A spot in the last seven days that can be judged and in the seven before.

    ``until``: the end of these days; ``comments``: of the newest journeys hit, ``quotes``: those with the worst scores first.
    """

    spot: str
    until: datetime | None
    week: Counted
    before: Counted
    verdict: str = "few"
    comments: int = 0
    quotes: tuple[Quote, ...] = ()


class LatelyAnswer(msgspec.Struct, frozen=True):
    """Every spot in the order asked for."""

    spots: tuple[Lately, ...]


class ChangedOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``spot`` and ``since`` (microseconds since 1970) belong together, one by one."""

    spot: tuple[str, ...] = ()
    since: tuple[int, ...] = ()


class Worked(msgspec.Struct, frozen=True):
    """Who came before and after a change. Stretches of time are as they were compared; ``difference`` is after less before."""

    spot: str
    before: Counted
    after: Counted
    before_from: datetime
    since: datetime
    after_until: datetime
    verdict: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None


class WorkedAnswer(msgspec.Struct, frozen=True):
    """Every change in the order asked for."""

    changes: tuple[Worked, ...]


def lately(put: Put[SpotsOptions]) -> LatelyAnswer:
    """How was the last week at these spots, and what do people hit say?"""
    spots = [_read(said) for said in put.options.spot[:_MOST_SPOTS]]
    span = put.watched.ask(ExtentKernel(), ExtentQuestion(), journey=put.journey)
    newest = span.last_us
    if newest is None or not spots:
        nobody = Counted(0, 0)
        return LatelyAnswer(tuple(Lately(said, None, nobody, nobody) for said in put.options.spot))
    now = [_as_of(spot, newest) for spot in spots]
    settles = [settle_us(spot, whole) for spot, whole in zip(now, _measured(put, now), strict=True)]
    weeks = [last_weeks(newest, settle) for settle in settles]
    before = _counts(put, now, [earlier for earlier, _ in weeks])
    week = _counts(put, now, [last for _, last in weeks])
    found = []
    for place, said in enumerate(put.options.spot[:_MOST_SPOTS]):
        comments, quotes = _quotes(put, said)
        verdict = compared(before[place], week[place]).verdict
        until = _moment(weeks[place][1].end_us)
        found.append(Lately(said, until, week[place], before[place], verdict, comments, quotes))
    return LatelyAnswer(tuple(found))


def worked(put: Put[ChangedOptions]) -> WorkedAnswer:
    """Did the changes about these spots work?"""
    asked = put.options
    if len(asked.spot) != len(asked.since):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="since", value=len(asked.since), allowed=len(asked.spot))
    wrong = next((since for since in asked.since if abs(since) > _FARTHEST_US), None)
    if wrong is not None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="since", value=wrong, allowed=f"±{_FARTHEST_US}")
    pairs = list(zip(asked.spot, asked.since, strict=True))[:_MOST_SPOTS]
    span = put.watched.ask(ExtentKernel(), ExtentQuestion(), journey=put.journey)
    spots = [_as_of(_read(said), span.last_us or 0) for said, _ in pairs]
    wholes = _measured(put, spots)
    stretches = [_stretches(spot, whole, pair[1], span) for spot, whole, pair in zip(spots, wholes, pairs, strict=True)]
    before = _counts(put, spots, [one for one, _ in stretches])
    after = _counts(put, spots, [other for _, other in stretches])
    return WorkedAnswer(
        tuple(
            _worked(said, (early, late), (one, other))
            for (said, _), (early, late), one, other in zip(pairs, stretches, before, after, strict=True)
        )
    )


def _stretches(spot: Spot, whole: Measured, since_us: int, span: Extent) -> tuple[Stretch, Stretch]:
    newest, oldest = span.last_us or since_us, span.first_us or since_us
    return around(since_us, newest, settle_us(spot, whole), oldest)


def _worked(said: str, stretches: tuple[Stretch, Stretch], counts: tuple[Counted, Counted]) -> Worked:
    found = compared(*counts)
    early, late = stretches
    return Worked(
        spot=said,
        before=found.before,
        after=found.after,
        before_from=_moment(early.start_us),
        since=_moment(late.start_us),
        after_until=_moment(late.end_us),
        verdict=found.verdict,
        difference=found.difference,
        low=found.low,
        high=found.high,
    )


def _read(said: str) -> Spot:
    try:
        return read_spot(said)
    except ValueError as wrong:
        allowed = "emma journeys breaks --json"
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="spot", value=said[:80], allowed=allowed) from wrong


def _as_of(spot: Spot, newest_us: int) -> Spot:
    return msgspec.structs.replace(at_any_time(spot), place=msgspec.structs.replace(spot.place, now_us=newest_us))


def _measured(put: Put[Any], spots: Sequence[Spot]) -> tuple[Measured, ...]:
    return put.watched.ask(MeasureKernel(), MeasureQuestion(tuple(spots), (), _ALL), journey=put.journey).spots


def _counts(put: Put[Any], spots: Sequence[Spot], stretches: Sequence[Stretch]) -> list[Counted]:
    """Who came and was hit, each spot in its own stretch of time."""
    dated = [within(spot, stretch) for spot, stretch in zip(spots, stretches, strict=True)]
    found = _measured(put, dated)
    nobody = Counted(0, 0)
    return [
        nobody if stretch.is_empty else Counted(one.all_came, one.all_hits)
        for one, stretch in zip(found, stretches, strict=True)
    ]


def _quotes(put: Put[SpotsOptions], said: str) -> tuple[int, tuple[Quote, ...]]:
    """Comments in the newest journeys that were hit: how many, and those with the worst scores."""
    if put.options.quotes < 1:
        return 0, ()
    wanted = ready(put.house, put.snapshot, put.journey, JourneyFilter(where=(f"weak_spot '{said}'",)))
    listed = journeys.ask_listed(put.watched, put.journey, ListedQuestion(_LOOKED_THROUGH), selection=wanted)
    parts, found = put.snapshot.parts(put.journey), []
    for number in sorted({pick.part for pick in listed.picks}):
        put.watched.check()
        offsets = parts[number].arrays.offsets
        own = [pick.journey for pick in listed.picks if pick.part == number]
        events = np.concatenate([np.arange(offsets[one], offsets[one + 1], dtype=np.int64) for one in own])
        for row in put.snapshot.read_events(put.journey, number, events, _COLUMNS).to_pylist():
            found += _comment(row)
    found.sort(key=lambda pair: (pair[0], -pair[1].at.timestamp()))
    return len(found), tuple(quote for _, quote in found[: put.options.quotes])


class _Score(msgspec.Struct):
    value: float | None = None
    low: float | None = None
    high: float | None = None
    best: float | None = None

    @property
    def goodness(self) -> float:
        """From 0 (worst) to 1; in the middle where nothing is said."""
        if self.value is None or self.low is None or self.high is None or self.high <= self.low:
            return 0.5
        place = (self.value - self.low) / (self.high - self.low)
        return 1 - place if self.best == self.low else place


class _Said(msgspec.Struct):
    comment: str | None = msgspec.field(default=None, name="$comment")
    score: _Score = msgspec.field(default_factory=_Score, name="$score")


def _comment(row: dict[str, Any]) -> list[tuple[float, Quote]]:
    properties = row["properties"]
    if not properties or '"$comment"' not in properties:
        return []
    try:
        said = msgspec.json.decode(properties, type=_Said)
    except msgspec.MsgspecError:
        return []
    words = (said.comment or "").strip()
    if len(words) < _SHORTEST:
        return []
    return [(said.score.goodness, Quote(row["name"], row["occurred_at"], words[:_LONGEST], said.score.value))]


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


questions.add("spots")(Question(SpotsOptions, lately))
questions.add("worked")(Question(ChangedOptions, worked))
