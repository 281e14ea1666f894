"""Loop: journeys come back to a touchpoint they had already passed, by the same way, again and again.

Coming back is no harm by itself: people look at products as often as they like. A return counts if the journey is back at the
touchpoint at most five steps later. It is a loop if there are clearly more returns than the same events in any other order
would give, if they are more than the usual (the median of the journeys that pass the touchpoint), and if they do harm:
journeys with it reach the goal less often (by 3 points and surely) or take at least half as long again, and in that case the
way is one of mending (an error, a question back, a reopening of what was done) or one round makes the next one likelier than
the first was. In whole lives, where people come back for the next thing, only ways of mending count.

Reported are the journeys with more rounds than usual; where a single one does no harm yet (they fare like those without), those
with two or more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings import words
from tanteemma.journeys.findings.harm import CLASSES, Harm
from tanteemma.journeys.findings.measured import Measured
from tanteemma.journeys.findings.outline import N_JOURNEYS
from tanteemma.journeys.findings.shape import Chosen, Marks, Numbered, Verdict
from tanteemma.journeys.findings.spot import BreakKind, Place, Spot
from tanteemma.journeys.findings.statistics import FEWEST, RISK, chance_of_more
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.kernels.harm import HarmKernel, HarmQuestion
from tanteemma.journeys.kernels.places import ChancesKernel, ChancesQuestion, ReturnsKernel, ReturnsQuestion
from tanteemma.journeys.loops import cycles
from tanteemma.journeys.loops import marks as loops
from tanteemma.model.arrays import Fact
from tanteemma.model.hooks import detectors

SHARE_FROM: Final = 0.02
TIMES_CHANCE: Final = 1.5
TIMES_LONGER: Final = 1.5
#: One return makes the next likelier if it is so many times as likely as the first was.
TIMES_AGAIN: Final = 2.0
MOST_WAYS: Final = 32
#: In a whole life a goal that is reached later than this has nothing to do with it.
WITHIN_LIVES_US: Final = 30 * 86_400_000_000


class Loop:
    """The same step again within one journey."""

    kind = BreakKind.LOOP
    is_dated_in_lives = False

    def places(self, survey: Survey) -> list[Place]:
        """Ways on which journeys come back more than chance explains, and to their harm."""
        _, journeys, _ = survey.ask(ReturnsKernel(), ReturnsQuestion(), touchpoints=survey.plain)
        ways = _frequent(survey, journeys)
        if not ways:
            return []
        chances = survey.ask(ChancesKernel(), ChancesQuestion(tuple(ways)), touchpoints=survey.plain)
        places = [self._place(survey, *way) for way in ways]
        within_us = 2**62 if survey.scope.is_case else WITHIN_LIVES_US
        question = HarmQuestion(tuple(map(Spot, places)), survey.roles.goals, by_amount=True, within_us=within_us)
        harms = survey.ask(HarmKernel(), question)
        looked = [_Looked(*one, survey.scope.is_case) for one in zip(places, harms, chances.tolist(), strict=True)]
        found = [(one.rounds(), one) for one in looked]
        kept = [(one.hits(rounds), one.settled(rounds)) for rounds, one in found if rounds]
        return [place for _, place in sorted(kept, key=lambda one: (-one[0], one[1].at))]

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """None."""
        return ()

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Came: passed the touchpoint; hit: came back that often."""
        home, away = (numbered.number(name) for name in place.steps[:2])
        homes = numbered.events_of(place.steps[:1])
        return Marks(*loops.came_back(numbered.bucket, homes, home, away, cycles.LONGEST, place.rounds))

    def is_weak(self, survey: Survey, place: Place, whole: Measured) -> bool:
        """Yes: the harm was shown when the place was found."""
        return whole.all_hits >= FEWEST

    def verdict(self, survey: Survey, chosen: Chosen) -> Verdict | None:
        """A loop that enough journeys take."""
        inner = chosen.inner
        if inner.all_hits < FEWEST or inner.share < SHARE_FROM:
            return None
        evidence: dict[str, object] = {
            "rounds_from": chosen.place.rounds,
            "rounds": round(inner.amount_us(hit_only=True)),
            "came": inner.all_came,
            "usual_rounds": chosen.place.usual,
        }
        return Verdict(share=inner.share, strength=inner.all_hits / max(1, survey.outline.journeys), evidence=evidence)

    def _place(self, survey: Survey, home: int, away: int) -> Place:
        names = survey.outline.names
        steps = (names[home], names[away])
        return Place(
            kind=self.kind,
            steps=steps,
            at=" → ".join(steps if home == away else (*steps, steps[0])),
            skips=tuple(sorted(survey.roles.surveys - set(steps))),
        )


@dataclass(frozen=True, slots=True)
class _Looked:
    """One way: how those fared who came back so often (classes of ``harm``), and their returns by chance."""

    place: Place
    harm: Harm
    chances: int
    is_case: bool

    def hits(self, rounds: int) -> int:
        return int(self.harm.journeys[rounds:].sum())

    def settled(self, rounds: int) -> Place:
        home, away = self.place.steps
        usual = float(self.harm.usual())
        at = " → ".join((home, away) if home == away else (home, away, home))
        return Place(kind=self.place.kind, steps=self.place.steps, at=at, skips=self.place.skips, rounds=rounds, usual=usual)

    def rounds(self) -> int:
        """From how many returns on it is a loop; 0 if it is none."""
        usual, came = self.harm.usual(), int(self.harm.journeys.sum())
        first = usual + 1
        if first >= CLASSES or self.hits(first) < max(FEWEST, SHARE_FROM * came) or not self._beyond_chance():
            return 0
        if not (self.is_case or self._mends()):
            return 0
        others, mends = self.harm.group(0, first), self._mends() or self._draws_in()
        for rounds in (first, first + 1):
            hit = self.harm.group(rounds, CLASSES)
            if hit.misses_more_than(others):
                once = self.harm.group(first, first + 1)
                return rounds if rounds > first or once.misses_more_than(others) or once.journeys < FEWEST else first + 1
            longer = hit.times_longer_than(others)
            if rounds == first and self.is_case and longer >= TIMES_LONGER and mends:
                return first
        return 0

    def _beyond_chance(self) -> bool:
        returns = float((self.harm.journeys * np.arange(CLASSES)).sum())
        chance = self.chances / cycles.CHANCE_UNIT
        return returns >= TIMES_CHANCE * chance and chance_of_more(returns, chance) < RISK / MOST_WAYS

    def _mends(self) -> bool:
        reopened = words.says(self.place.steps[0], words.REACHED)
        return reopened or any(words.says(name, words.REWORK) for name in self.place.steps)

    def _draws_in(self) -> bool:
        came, once, twice = (float(self.harm.journeys[first:].sum()) for first in (0, 1, 2))
        return once > 0 and twice * came >= TIMES_AGAIN * once * once


def _frequent(survey: Survey, journeys: Values) -> list[tuple[int, int]]:
    """Ways (touchpoint, the one after it) on which enough come back; of a ring the one of its most passed touchpoint."""
    outline, wide = survey.outline, survey.outline.width
    decisions = survey.roles.refused | survey.roles.withdrawn | frozenset(survey.roles.goals)
    passing = outline.nodes[:, N_JOURNEYS]
    found: list[tuple[int, int, int]] = []
    for way in np.flatnonzero(journeys >= FEWEST).tolist():
        home, away = divmod(way, wide)
        is_mirror = home != away and (passing[away], -away) > (passing[home], -home) and journeys[away * wide + home] >= FEWEST
        decided = outline.names[away] in decisions and not words.says(outline.names[away], words.REWORK)
        if journeys[way] < SHARE_FROM / 2 * passing[home] or is_mirror or decided:
            continue
        if outline.names[home] not in decisions:
            found.append((int(journeys[way]), home, away))
    return [(home, away) for _, home, away in sorted(found, reverse=True)[:MOST_WAYS]]


detectors.add(Loop.kind)(Loop())
