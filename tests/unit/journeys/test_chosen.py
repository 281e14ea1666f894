"""Which journeys are wanted, all of them?"""

from hypothesis import given

from tanteemma.journeys.ask import ask_chosen
from tanteemma.journeys.where.wish import Passing
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, told


def test_each_journey_that_passes_is_marked() -> None:
    log = told("abc", "ac", "b")
    assert (ask_chosen(log, None).journeys, ask_chosen(log, None).events) == (3, 6)
    found = ask_chosen(log, None, selection=Passing(with_=("b",)))
    assert (found.journeys, found.events) == (2, 4)
    assert found.masks[0].tolist() == [True, False, True]


@given(any_buckets())
def test_as_counted_one_by_one(log: Buckets) -> None:
    def counts(raw: RawJourney) -> bool:
        return bool(raw.events) and (raw.counts or not log.masked)

    found = ask_chosen(log, None)
    assert found.journeys == sum(map(counts, log.journeys))
    assert found.events == sum(len(raw.events) for raw in log.journeys if counts(raw))
    if log.count == 1:
        assert found.masks[0].tolist() == list(map(counts, log.journeys))
