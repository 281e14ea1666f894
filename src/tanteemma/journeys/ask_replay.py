"""The question how a map looked week by week."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from tanteemma.journeys.answers_cells import CellScore, CellSentiment, Emotion, Waiting
from tanteemma.journeys.answers_replay import ReplayAnswer, ReplayRow, WeeklyScore
from tanteemma.journeys.ask import Snapshot
from tanteemma.journeys.ask_cells import Keeping, forgetting, map_question, scores_by_target
from tanteemma.journeys.calendars import moment_of
from tanteemma.journeys.cells import emotion
from tanteemma.journeys.cells.question import Cells, Wanted
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.cell_scores import CellScores, CellScoresKernel
from tanteemma.journeys.kernels.cell_weeks import CellWeeksKernel
from tanteemma.journeys.kernels.cells import CellsKernel
from tanteemma.journeys.where.wish import Wish

Journey = TypeVar("Journey")
Weekly = Sequence[Sequence[CellScore]]


def ask_replay(
    snapshot: Snapshot[Journey],
    journey: Journey,
    wanted: tuple[Wanted, int, Mapping[str, float], str],
    *,
    selection: Wish | None = None,
    keeping: Keeping = forgetting,
) -> ReplayAnswer:
    """The map over so many weeks, with weights of the emotion, in a language. Raises Problem QUESTION_INVALID."""
    asked, count, weights, language = wanted
    whole = map_question(snapshot, journey, asked, keeping)
    first = moment_of(whole.weeks[max(0, len(whole.weeks) - 1 - count)])
    since = first if asked.since is None else max(first, asked.since)
    question = map_question(snapshot, journey, replace(asked, since=since), keeping)
    volumes = snapshot.ask(narrowed(keeping(CellsKernel()), selection), question, journey=journey).weeks
    waits = snapshot.ask(narrowed(keeping(CellWeeksKernel()), selection), question, journey=journey)
    scored = CellScores(question, weekly=True, comments=False)
    found = snapshot.ask(narrowed(keeping(CellScoresKernel()), selection), scored, journey=journey)
    scores = scores_by_target(found.counted, language)
    rows = []
    for place, bound in enumerate(question.bound):
        weekly = [scores.get(f"{place}|{week}", ()) for week in range(len(question.weeks) - 1)]
        toned = [found.sentiments.get(f"{place}|{week}") for week in range(len(question.weeks) - 1)]
        spoken = zip(weekly, toned, strict=True)
        felt = [_felt(told, waited, weights) for told, waited in zip(spoken, waits[place], strict=True)]
        rows.append(
            ReplayRow(
                bound.id,
                tuple(volumes[place].tolist()),
                tuple(median for _, median in waits[place]),
                _score(weekly),
                tuple(None if one is None else one.value for one in felt),
                tuple(None if one is None else one.low for one in felt),
                tuple(None if one is None else one.high for one in felt),
            )
        )
    return _answer(question, rows, weights)


def _answer(question: Cells, rows: Sequence[ReplayRow], weights: Mapping[str, float]) -> ReplayAnswer:
    count = len(question.rules)
    begins = tuple(moment_of(week) for week in question.weeks[:-1])
    return ReplayAnswer(begins, tuple(rows[:count]), tuple(rows[count:]), dict(weights))


def _felt(
    told: tuple[Sequence[CellScore], CellSentiment | None], waited: tuple[int, float | None], weights: Mapping[str, float]
) -> Emotion | None:
    (scores, toned), (waits, median) = told, waited
    parts = (
        emotion.score_part(scores, weights["score"]),
        emotion.sentiment_part(toned, weights["sentiment"]),
        emotion.waiting_part(Waiting(waits, median, None, None, None), weights["waiting"]),
    )
    return emotion.emotion_of(part for part in parts if part is not None)


def _score(weekly: Weekly) -> WeeklyScore | None:
    """The metric of the emotion with the most answers over all weeks."""
    answers: dict[str, int] = {}
    for one in (one for week in weekly for one in week if one.metric in emotion.METRICS):
        answers[one.metric] = answers.get(one.metric, 0) + one.n
    if not answers:
        return None
    metric = max(answers, key=lambda name: (answers[name], name))
    by_week = [next((one for one in week if one.metric == metric), None) for week in weekly]
    known = next(one for one in by_week if one is not None)
    return WeeklyScore(
        metric,
        known.title,
        known.unit,
        known.scale,
        tuple(None if one is None else one.value for one in by_week),
        tuple(None if one is None else one.low for one in by_week),
        tuple(None if one is None else one.high for one in by_week),
        tuple(0 if one is None else one.n for one in by_week),
    )
