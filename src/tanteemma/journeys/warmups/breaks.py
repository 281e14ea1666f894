"""Weak spots: the loops that look for places and those that recognise who was hit."""

from typing import Final

from tanteemma.journeys.findings.marking import facts_of_spot
from tanteemma.journeys.findings.measured import MeasureQuestion, Periods
from tanteemma.journeys.findings.spot import BreakKind, Condition, Place, Segment, Spot
from tanteemma.journeys.findings.survey import Scope, survey
from tanteemma.journeys.kernels import places as looking
from tanteemma.journeys.kernels.afterglow import AfterglowKernel, AfterglowQuestion
from tanteemma.journeys.kernels.harm import HarmKernel, HarmQuestion
from tanteemma.journeys.kernels.measure import MeasureKernel
from tanteemma.journeys.kernels.overlaps import OverlapsKernel, OverlapsQuestion
from tanteemma.journeys.warm import Sample
from tanteemma.model.arrays import Fact
from tanteemma.model.hooks import warmups

_SAID: Final = Fact("property.a")


def _spots() -> tuple[Spot, ...]:
    """A spot of each kind, one under circumstances."""
    steps = {BreakKind.ABANDONMENT: ("a",), BreakKind.DETOUR: ("a", "b", "a")}
    places = [Place(kind=kind, steps=steps.get(kind, ("a", "b")), at="") for kind in BreakKind]
    said = Place(kind=BreakKind.CONTRADICTION, steps=("a", "b"), at="", fact=_SAID.name, said=("a", "b"))
    life = Place(kind=BreakKind.ABANDONMENT, steps=("a",), at="", by_attempt=True)
    inside = Spot(places[0], Segment((Condition(_SAID.name, "a"),)))
    return (*map(Spot, (*places, said, life)), inside)


@warmups.add("breaks")
def exercise(sample: Sample) -> None:
    """Every loop once."""
    spots, both = _spots(), ("a", "b")
    needed = tuple(sorted({fact for spot in spots for fact in facts_of_spot(spot)}))
    survey(sample, None, Scope(is_case=True))
    sample.ask(looking.FollowsKernel(), looking.FollowsQuestion(both, both, both, 10), journey=None)
    sample.ask(looking.ReturnsKernel(), looking.ReturnsQuestion(), journey=None)
    sample.ask(looking.ChancesKernel(), looking.ChancesQuestion(((0, 1), (0, 0))), journey=None)
    sample.ask(looking.RoundsKernel(), looking.RoundsQuestion((1, -1)), journey=None)
    sample.ask(looking.RoundTimesKernel(), looking.RoundTimesQuestion(((0, 1, 1),)), journey=None)
    sample.ask(looking.LastStepsKernel(), looking.LastStepsQuestion(("b",), (), (), (5, 5), 500), journey=None)
    for by_word in (True, False):
        sample.ask(looking.ClashesKernel(), looking.ClashesQuestion(_SAID.name, 10, by_word=by_word), journey=None)
    sample.ask(AfterglowKernel(), AfterglowQuestion((1, 2), (), ("b",), (5, 50)), journey=None)
    sample.ask(HarmKernel(), HarmQuestion(spots, ("b",), by_amount=True), journey=None)
    sample.ask(MeasureKernel(), MeasureQuestion(spots, needed, Periods(0, 10, 20)), journey=None)
    sample.ask(OverlapsKernel(), OverlapsQuestion(spots), journey=None)
