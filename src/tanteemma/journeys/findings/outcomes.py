"""What does a weak spot do that costs something? The outcomes that are compared, by kind, and who is compared with whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tanteemma.journeys.costs.answers import MissingAssumption
from tanteemma.journeys.costs.prices import price_of
from tanteemma.journeys.costs.question import CostQuestion, Exposure, Outcome, OutcomeKind
from tanteemma.journeys.findings.find import Found
from tanteemma.journeys.findings.marking import facts_of_spot, marks_of
from tanteemma.journeys.findings.marking import numbered as numbered_of
from tanteemma.journeys.findings.spot import BreakKind, Segment, Spot
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.findings.touchpoints import channels_of
from tanteemma.journeys.kernels.told import ToldKernel, ToldQuestion
from tanteemma.model.arrays import Fact, Form, JourneyArrays, Selection, Touchpoints
from tanteemma.model.assumptions import Assumptions

#: What is asked about a matter comes soon: contacts later than this are about something else.
CONTACTS_WITHIN_S: Final = 30 * 86_400.0
_MOST_PROPERTIES: Final = 2
_NO_COST: Final = frozenset({BreakKind.DELIGHT})


@dataclass(frozen=True, slots=True)
class SpotFinder:
    """Who was hit, and who came to the same place and was not: under whatever circumstances.

    ``by_segment``: everybody under the circumstances counts as hit, everybody else who came not (for an abandonment, where who
    was hit has lost by definition, and what matters is how many more are lost there).
    """

    spot: Spot
    by_segment: bool = False

    def exposure(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Exposure:
        """Those hit outside of the circumstances are on neither side."""
        seen = numbered_of(arrays, selection, touchpoints)
        inner, whole = marks_of(seen, self.spot), marks_of(seen, Spot(self.spot.place, Segment()))
        if self.by_segment:
            return Exposure(whole.came, inner.came, whole.at)
        return Exposure((whole.came & ~whole.hit) | inner.hit, inner.hit, whole.at)

    def facts(self) -> tuple[Fact, ...]:
        """What the spot needs."""
        return facts_of_spot(self.spot)


def cost_question(
    survey: Survey, found: Found, assumptions: Assumptions
) -> tuple[CostQuestion | None, tuple[MissingAssumption, ...]]:
    """What to compare, as far as there is a price; and the assumptions that are missing for the rest.

    None if nothing can be priced (or, for a delight point, need be).
    """
    place = found.chosen.place
    if place.kind in _NO_COST:
        return None, ()
    priced: list[Outcome] = []
    missing: set[MissingAssumption] = set()
    for outcome in dict.fromkeys(_outcomes(survey, found)):
        price = price_of(outcome, assumptions)
        if price is not None and price.is_known:
            priced.append(outcome)
        elif price is not None:
            missing.update(price.missing)
    if not priced:
        return None, tuple(sorted(missing))
    by_segment = place.kind == BreakKind.ABANDONMENT and found.chosen.is_narrowed
    said = {condition.fact for condition in found.chosen.segment.where}
    facts = [Fact(f"property.{name}") for name in survey.scope.properties if f"property.{name}" not in said]
    question = CostQuestion(
        finder=SpotFinder(found.spot, by_segment=by_segment),
        outcomes=tuple(priced),
        properties=tuple(facts[:_MOST_PROPERTIES]) if survey.scope.is_case else (),
        until_us=survey.now_us,
        currency=next((one.currency for one in assumptions if one.currency), None),
    )
    return question, tuple(sorted(missing))


def _outcomes(survey: Survey, found: Found) -> Iterator[Outcome]:
    place, roles = found.chosen.place, survey.roles
    match place.kind:
        case BreakKind.CHANNEL_SWITCH:
            channel = _channel(survey, place.steps[1])
            target = place.steps[1] if place.steps[1] in survey.outline.names else place.steps[1].rpartition(" (")[0]
            yield Outcome(
                kind=OutcomeKind.EVENTS,
                touchpoints=(target,),
                channel=channel,
                within_s=place.limit_us / 1e6,
                counted=True,
            )
        case BreakKind.DETOUR:
            yield Outcome(kind=OutcomeKind.EVENTS, touchpoints=(place.steps[1],), counted=True)
        case BreakKind.LOOP | BreakKind.ABANDONMENT:
            yield Outcome(kind=OutcomeKind.MONEY if _is_money_said(survey) else OutcomeKind.GOAL, touchpoints=roles.goals)
        case _:
            for name in sorted(roles.contacts - set(place.steps[:1])):
                yield Outcome(
                    kind=OutcomeKind.EVENTS, touchpoints=(name,), channel=_channel(survey, name), within_s=CONTACTS_WITHIN_S
                )
    if place.kind in {BreakKind.CHANNEL_SWITCH, BreakKind.CONTRADICTION, BreakKind.TIME_EATER} and roles.goals:
        yield Outcome(kind=OutcomeKind.RETURN, touchpoints=roles.goals)


def _is_money_said(survey: Survey) -> bool:
    """Do events at the goals say what they were worth? If not, reaching the goal is what counts."""
    value = Fact("value", Form.NUMBER)
    return bool(survey.ask(ToldKernel(), ToldQuestion((value,), survey.roles.goals))[value])


def _channel(survey: Survey, name: str) -> str | None:
    """The channel of a touchpoint that has one only."""
    plain, _, within = name.rpartition(" (")
    if name not in survey.outline.names and plain in survey.outline.names:
        return within.removesuffix(")")
    channels = channels_of(survey.touchpoints).get(name, frozenset())
    return next(iter(channels)) if len(channels) == 1 else None
