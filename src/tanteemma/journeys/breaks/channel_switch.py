"""Media break: a customer who was on one channel takes another one soon after, for the same matter.

Looked at are touchpoints at which customers serve themselves or ask (by their channel: web, app, telephone, branch …),
followed within 24 hours by a contact on another channel (assisted by a person, or written to one), with nothing in between
that would have moved the matter on. What the company sends or does is neither. It is a media break if a contact follows at
least twice as often as after the other touchpoints that customers begin, and no more than three in five go on that way (else
it is the usual way). In cases, what more than three in five journeys pass anyway is a step of the way (the offer that answers
a request) and no repeat contact. Where channels have names that say nothing, asides take the place of contacts.
"""

from typing import Final

import numpy as np

from tanteemma.journeys.findings import words
from tanteemma.journeys.findings.measured import Measured
from tanteemma.journeys.findings.outline import N_JOURNEYS
from tanteemma.journeys.findings.shape import Chosen, Marks, Numbered, Verdict
from tanteemma.journeys.findings.spot import BreakKind, Place
from tanteemma.journeys.findings.statistics import FEWEST, RISK, chance_of_more
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.findings.touchpoints import by_channel, channels_of
from tanteemma.journeys.kernels.outline import OutlineKernel, OutlineQuestion
from tanteemma.journeys.kernels.places import FollowsKernel, FollowsQuestion
from tanteemma.journeys.loops import marks as loops
from tanteemma.model.arrays import Fact, Touchpoints
from tanteemma.model.hooks import detectors

WITHIN_US: Final = 24 * 3_600_000_000
TIMES_USUAL: Final = 2.0
SHARE_FROM: Final = 0.03
SHARE_UP_TO: Final = 0.6


class ChannelSwitch:
    """A change of channel soon followed by a repeat contact."""

    kind = BreakKind.CHANNEL_SWITCH
    is_dated_in_lives = True

    def places(self, survey: Survey) -> list[Place]:
        """Pairs that come far more often than by chance, the most frequent first."""
        split = by_channel(survey.touchpoints)
        asks, contacts = _sides(survey, split)
        contacts = _without_usual(contacts, survey, split)
        if not asks or not contacts:
            return []
        settles = [name for name in split.names if _plain(name, survey) not in survey.roles.asides | survey.roles.surveys]
        settles = [name for name in settles if name not in contacts]
        question = FollowsQuestion(tuple(asks), tuple(contacts), tuple(settles), WITHIN_US)
        events, pairs, journeys = survey.ask(FollowsKernel(), question, touchpoints=split)
        wide = len(split.names)
        found: list[tuple[int, Place]] = []
        for pair in np.flatnonzero(journeys >= FEWEST).tolist():
            source, target = divmod(pair, wide)
            follows, others = int(pairs[pair]), int(pairs[target::wide].sum() - pairs[pair])
            usual = others / max(1, int(events.sum() - events[source]))
            expected = usual * int(events[source])
            if follows < TIMES_USUAL * expected or chance_of_more(follows, expected) > RISK / max(1, wide):
                continue
            steps = (split.names[source], split.names[target])
            skips = (set(split.names) - set(settles)) - set(steps)
            place = Place(
                kind=self.kind,
                steps=steps,
                at=" → ".join(steps),
                skips=tuple(sorted(skips)),
                limit_us=WITHIN_US,
                usual=usual,
            )
            found.append((int(journeys[pair]), place))
        return [place for _, place in sorted(found, key=lambda one: (-one[0], one[1].at))]

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """None."""
        return ()

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Came: was at the first touchpoint; hit: the contact followed in time."""
        split = numbered.recast(by_channel(numbered.touchpoints)).without(place.skips)
        roles = split.roles(place.steps[:1], place.steps[1:])
        return Marks(*loops.followed(split.bucket, roles, place.limit_us))

    def is_weak(self, survey: Survey, place: Place, whole: Measured) -> bool:
        """Do enough, and not nearly all, go on that way?"""
        return whole.all_hits >= FEWEST and SHARE_FROM <= whole.share <= SHARE_UP_TO

    def verdict(self, survey: Survey, chosen: Chosen) -> Verdict | None:
        """A media break that enough journeys take."""
        inner, whole = chosen.inner, chosen.whole
        if not (chosen.is_weak or chosen.is_narrowed) or inner.all_hits < FEWEST or inner.share < SHARE_FROM:
            return None
        if whole.share > SHARE_UP_TO:
            return None
        evidence: dict[str, object] = {
            "within_s": chosen.place.limit_us / 1e6,
            "median_s": inner.waits.quantile(0.5) / 1e6,
            "usual_share": chosen.place.usual,
            "came": inner.all_came,
        }
        return Verdict(share=inner.share, strength=inner.all_hits / max(1, survey.outline.journeys), evidence=evidence)


def _without_usual(contacts: list[str], survey: Survey, split: Touchpoints) -> list[str]:
    """The contacts that are no step which most journeys take; in a life or a visit all of them."""
    most, passed = SHARE_UP_TO * survey.outline.journeys, dict(zip(survey.outline.names, survey.outline.nodes, strict=True))
    if not survey.scope.is_case or all(passed[_plain(name, survey)][N_JOURNEYS] <= most for name in contacts):
        return contacts
    nodes = survey.ask(OutlineKernel(), OutlineQuestion(), touchpoints=split).nodes
    usual = {name for name, node in zip(split.names, nodes.tolist(), strict=True) if node[N_JOURNEYS] > most}
    return [name for name in contacts if name not in usual]


def _plain(name: str, survey: Survey) -> str:
    """The touchpoint that a touchpoint by channel was split from."""
    return name if name in survey.touchpoints.names else name.rpartition(" (")[0]


def _sides(survey: Survey, split: Touchpoints) -> tuple[list[str], list[str]]:
    """Touchpoints at which customers serve themselves or ask, and contacts, each by channel."""
    asks, contacts, named = [], [], False
    for name, channels in channels_of(split).items():
        plain = _plain(name, survey)
        if not channels or words.says(plain, words.COMPANY) or plain in survey.roles.surveys | survey.roles.withdrawn:
            continue
        is_contact = all(words.says(one, words.ASSISTED) for one in channels) or words.says(plain, words.CONTACTS)
        is_served = all(words.says(one, words.SELF_SERVED) for one in channels)
        named = named or is_contact or is_served
        if is_contact:
            contacts.append(name)
        if is_contact or is_served:
            asks.append(name)
    if not named:
        asks = contacts = [name for name in split.names if _plain(name, survey) in survey.roles.asides]
    return asks, contacts


detectors.add(ChannelSwitch.kind)(ChannelSwitch())
