"""Contradiction: a customer is told one thing and then, on another channel and about the same matter, something that denies it.

Two forms. **What is said differs**: a property that says where a thing stands, what it costs or when it comes has another
word on another channel within 72 hours. A state that moves on does not contradict: only a step *back* does, against the
direction that the journeys themselves mostly take (twice as often forward as back; a fifth more where the words themselves
have an order: ordered, in transit, delivered). A price or date contradicts if it differs at all from one that mostly stays
the same (in seven of ten cases); that is only looked at where a journey is about one thing. **What was confirmed is taken
back**: a touchpoint whose name confirms is followed within 72 hours by one that denies it (confirmed, cancelled; approved,
declined), by at least 3 % of those to whom it was confirmed: some always think better of it.
"""

from typing import Final

import numpy as np

from tanteemma.journeys.findings import words
from tanteemma.journeys.findings.measured import Measured, MeasureQuestion, Periods
from tanteemma.journeys.findings.outline import N_JOURNEYS
from tanteemma.journeys.findings.shape import Chosen, Marks, Numbered, Verdict, no_marks
from tanteemma.journeys.findings.spot import BreakKind, Place, Spot
from tanteemma.journeys.findings.statistics import FEWEST
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.kernels.measure import MeasureKernel
from tanteemma.journeys.kernels.places import Clashes, ClashesKernel, ClashesQuestion
from tanteemma.journeys.loops import marks as loops
from tanteemma.model.arrays import Fact
from tanteemma.model.hooks import detectors

WITHIN_US: Final = 72 * 3_600_000_000
FORWARD_FROM: Final = 2.0
FORWARD_IF_KNOWN: Final = 1.2
#: Or the second word comes only after the first, of at most half of those who were told it: else it is how things go here.
NEVER_FORWARD: Final = 0.2
USUAL_FROM: Final = 0.5
#: A figure that differs more often than this from channel to channel is no promise.
LOOSE_FROM: Final = 0.3
#: What is taken back comes so many times more often after than before what confirmed it.
ORDERED_FROM: Final = 3.0
SHARE_FROM: Final = 0.03
MOST_PLACES: Final = 16


class Contradiction:
    """Two statements that deny each other."""

    kind = BreakKind.CONTRADICTION
    is_dated_in_lives = True

    def places(self, survey: Survey) -> list[Place]:
        """Pairs of statements that deny each other often enough, the most frequent first."""
        found = _reversals(survey) if survey.scope.is_case else []
        for name in survey.scope.properties:
            is_state = words.says(name, words.STATUSES)
            is_figure = words.says(name, words.AMOUNTS) or words.says(name, words.DATES)
            if words.says(name, words.TECHNICAL) or not (is_state or (is_figure and survey.scope.is_case)):
                continue
            question = ClashesQuestion(f"property.{name}", WITHIN_US, by_word=is_state)
            clashes = survey.ask(ClashesKernel(), question)
            found += _said(survey, question.fact, clashes)
        return [place for _, place in sorted(found, key=lambda one: (-one[0], one[1].at, one[1].said))[:MOST_PLACES]]

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """The property that is compared."""
        return (Fact(place.fact),) if place.fact else ()

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Came: was told the first; hit: was told the other in time."""
        first, second = place.steps
        if not place.fact:
            others = [name for name in numbered.touchpoints.names if name not in place.steps]
            return Marks(*loops.followed(numbered.bucket, numbered.roles((first,), (second,), others), place.limit_us))
        column = numbered.arrays.facts.get(Fact(place.fact))
        if column is None:  # a bucket without events has none
            return no_marks(numbered.arrays.journeys)
        said = np.ascontiguousarray(column.values, np.int32)
        if place.said:
            said = np.append(np.array([_meaning(word, place.said) for word in column.words], np.int32), np.int32(-1))[said]
        roles, differ = numbered.roles((first,), (second,)), not place.said
        return Marks(*loops.contradicted(numbered.bucket, numbered.channel_of, roles, said, differ, place.limit_us))

    def is_weak(self, survey: Survey, place: Place, whole: Measured) -> bool:
        """Two differing statements always are, from 30 journeys on; what is taken back from 3 % of what was confirmed."""
        return whole.all_hits >= FEWEST and (bool(place.fact) or whole.share >= SHARE_FROM)

    def verdict(self, survey: Survey, chosen: Chosen) -> Verdict | None:
        """A contradiction that enough journeys meet."""
        inner, place = chosen.inner, chosen.place
        if not (chosen.is_weak or chosen.is_narrowed) or inner.all_hits < FEWEST:
            return None
        evidence: dict[str, object] = {
            "property": place.fact.removeprefix("property."),
            "first": place.said[0] if place.said else "",
            "then": place.said[1] if place.said else "",
            "within_s": place.limit_us / 1e6,
            "median_s": inner.waits.quantile(0.5) / 1e6,
            "came": inner.all_came,
        }
        return Verdict(share=inner.share, strength=inner.all_hits / max(1, survey.outline.journeys), evidence=evidence)


def _meaning(word: str, said: tuple[str, ...]) -> int:
    return 1 if word == said[0] else 2 if word == said[1] else 0


def _reversals(survey: Survey) -> list[tuple[int, Place]]:
    """Touchpoints whose names confirm and deny, met in that order far more often than in the other."""
    journeys = dict(zip(survey.outline.names, survey.outline.nodes[:, N_JOURNEYS].tolist(), strict=True))
    names = [name for name, count in journeys.items() if count >= FEWEST and name not in survey.roles.surveys]
    pairs = [(first, second) for first in names for second in names if first != second and words.takes_back(first, second)]
    if not pairs:
        return []
    places = [
        Place(kind=BreakKind.CONTRADICTION, steps=steps, at=" → ".join(steps), limit_us=WITHIN_US)
        for pair in pairs
        for steps in (pair, pair[::-1])
    ]
    question = MeasureQuestion(tuple(map(Spot, places)), (), Periods(survey.outline.first_us, survey.now_us, 1))
    hits = [measured.all_hits for measured in survey.ask(MeasureKernel(), question).spots]
    return [
        (there, place)
        for place, there, back in zip(places[::2], hits[::2], hits[1::2], strict=True)
        if there >= FEWEST and there >= ORDERED_FROM * back
    ]


def _said(survey: Survey, fact: str, clashes: Clashes) -> list[tuple[int, Place]]:
    """Pairs of statements, of a property compared by word or at all, that deny each other often enough."""
    names, wide = survey.outline.names, survey.outline.width
    by_word, same = bool(clashes.words), {}
    found = []
    for pair, first, second, count in clashes.rows.tolist():
        if first == second:
            same[pair] = count
            continue
        is_usual = by_word and not _steps_back(clashes, first, second, is_case=survey.scope.is_case)
        is_loose = not by_word and count > LOOSE_FROM * (count + same.get(pair, 0))
        steps = (names[pair // wide], names[pair % wide])
        goes_on = count > USUAL_FROM * int(survey.outline.nodes[pair // wide, N_JOURNEYS])
        if count < FEWEST or is_usual or is_loose or goes_on:
            continue
        said = (clashes.words[first], clashes.words[second]) if by_word else ()
        place = Place(kind=BreakKind.CONTRADICTION, steps=steps, at=" → ".join(steps), limit_us=WITHIN_US, fact=fact, said=said)
        found.append((count, place))
    return found


def _steps_back(clashes: Clashes, first: int, second: int, *, is_case: bool) -> bool:
    """Is the second word a step back from the first, as the words say and as the journeys mostly go?

    In a whole life the first of all states only says that something new began.
    """
    ranks = [words.rank_of_state(clashes.words[place]) for place in (first, second)]
    back, forward = int(clashes.turns[first, second]), int(clashes.turns[second, first])
    if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
        is_told_apart = forward >= FORWARD_IF_KNOWN * back or forward <= NEVER_FORWARD * back
        return ranks[1] < ranks[0] and (is_case or ranks[1] > 0) and is_told_apart
    return is_case and forward >= FORWARD_FROM * back


detectors.add(Contradiction.kind)(Contradiction())
