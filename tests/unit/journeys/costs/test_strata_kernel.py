"""The exact sums by stratum against the slow version: any log, any buckets, any masks."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanteemma.journeys.costs.bands import bands_of
from tanteemma.journeys.costs.question import VALUE, Confounder, CostQuestion, Outcome, OutcomeKind
from tanteemma.journeys.costs.sums import StrataSums
from tanteemma.journeys.kernels.strata import LARGEST, StrataKernel
from tanteemma.model.arrays import NO_PERSON, Fact, FactColumn, Form, JourneyArrays, Selection, Touchpoints
from tanteemma.model.problems import Problem
from tests.unit.journeys.costs.hit_and_not import Places, ToldEvent, ToldJourney, by_stratum, met

NAMES = ("Anruf", "Bestellung", "Suche")
CHANNELS = ("phone", "web")
WORDS = ("Nord", "Süd")
PLACE = Fact("property.region")
_TABLE = Touchpoints(np.arange(6, dtype=np.uint32) % 3, NAMES, np.array([0, 0, 0, 1, 1, 1], dtype=np.uint32), CHANNELS)
_CONFOUNDERS = (Confounder.MONTH, Confounder.LENGTH, Confounder.ENTRY)


def arrays_of(journeys: Sequence[ToldJourney], part: int = 0) -> tuple[JourneyArrays, Selection]:
    events = [event for journey in journeys for event in journey.events]
    kinds = np.array([NAMES.index(e.name) + 3 * CHANNELS.index(e.channel) for e in events], dtype=np.uint16)
    words = np.array([-1 if e.word is None else WORDS.index(e.word) for e in events], dtype=np.int32)
    values = np.array([np.nan if e.value is None else e.value for e in events], dtype=np.float64)
    arrays = JourneyArrays(
        kinds,
        np.array([e.at for e in events], dtype=np.int64),
        np.cumsum([0, *(len(journey.events) for journey in journeys)], dtype=np.int64),
        np.array([NO_PERSON if j.person is None else j.person for j in journeys], dtype=np.uint32),
        part,
        {VALUE: FactColumn(values), PLACE: FactColumn(words, WORDS)},
    )
    return arrays, Selection(np.array([e.counts for e in events], dtype=np.bool_))


def sums_of(buckets: Sequence[Sequence[ToldJourney]], question: CostQuestion) -> StrataSums:
    kernel = StrataKernel()
    partials = []
    for part, journeys in enumerate(buckets):
        arrays, selection = arrays_of(journeys, part)
        partials.append(kernel.partial(arrays, selection, _TABLE, question))
    return kernel.answer(reduce(kernel.merge, partials), _TABLE, question)


def asked(buckets: Sequence[Sequence[ToldJourney]], *outcomes: Outcome, until_us: int | None = None) -> CostQuestion:
    told = tuple(tuple((j.came, j.hit, j.until) for j in journeys) for journeys in buckets)
    return CostQuestion(Places(told), outcomes, _CONFOUNDERS, (PLACE,), until_us=until_us)


_EVENT = st.builds(
    ToldEvent,
    name=st.sampled_from(NAMES),
    channel=st.sampled_from(CHANNELS),
    at=st.integers(0, 10**14),
    value=st.one_of(st.none(), st.integers(0, 10**6).map(lambda cents: cents / 100)),
    word=st.one_of(st.none(), st.sampled_from(WORDS)),
    counts=st.sampled_from((True, True, True, False)),
)


@st.composite
def _journeys(draw: st.DrawFn) -> list[ToldJourney]:
    made = []
    for _ in range(draw(st.integers(0, 8))):
        events = sorted(draw(st.lists(_EVENT, min_size=1, max_size=6)), key=lambda event: event.at)
        came = draw(st.sampled_from((True, True, False)))
        made.append(
            ToldJourney(
                events=tuple(events),
                came=came,
                hit=came and draw(st.booleans()),
                until=draw(st.integers(0, len(events))),
                person=draw(st.one_of(st.none(), st.integers(0, 3))),
            )
        )
    return made


_OUTCOME = st.builds(
    Outcome,
    kind=st.sampled_from([kind for kind in OutcomeKind if kind is not OutcomeKind.SCORE]),
    touchpoints=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    channel=st.one_of(st.none(), st.sampled_from(CHANNELS)),
    within_s=st.one_of(st.none(), st.integers(0, 10**8).map(float)),
)


@settings(max_examples=150)
@given(st.lists(_journeys(), min_size=1, max_size=3), _OUTCOME, st.one_of(st.none(), st.integers(0, 10**14)))
def test_the_sums_are_those_of_plain_lists(buckets: list[list[ToldJourney]], outcome: Outcome, until_us: int | None) -> None:
    sums = sums_of(buckets, asked(buckets, outcome, until_us=until_us))
    slow: dict[tuple[object, ...], list[list[float]]] = {}
    for journeys in buckets:  # a person's journeys lie in one bucket
        for stratum, sides in by_stratum(journeys, outcome, until_us).items():
            mine = slow.setdefault(stratum, [[], []])
            mine[0] += sides[0]
            mine[1] += sides[1]
    unit = 100 if outcome.kind is OutcomeKind.MONEY else 1
    expected = sorted(
        [[len(side), round(sum(side) * unit), round(sum(value**2 for value in side) * unit**2)] for side in sides]
        for sides in slow.values()
    )
    found = sorted(
        [[int(sums.counts[k, 0, s]), int(sums.sums[k, 0, s]), round(float(sums.squares_float[k, 0, s]))] for s in (0, 1)]
        for k in range(len(sums.codes))
    )
    assert found == expected
    came = [(journeys, one) for journeys in buckets for one in journeys if one.came]
    assert (sums.came, sums.hit) == (len(came), sum(one.hit for _, one in came))
    reach = [met(journeys, one, outcome, None) or 0 for journeys, one in came if one.hit]
    assert sums.counted[0] == round(sum(reach) * unit)


@given(st.lists(_journeys(), min_size=2, max_size=3))
def test_merging_in_any_order_is_the_same(buckets: list[list[ToldJourney]]) -> None:
    kernel = StrataKernel()
    question = asked(buckets, Outcome(kind=OutcomeKind.EVENTS), Outcome(kind=OutcomeKind.MONEY))
    partials = [kernel.partial(*arrays_of(journeys, part), _TABLE, question) for part, journeys in enumerate(buckets)]
    one, other = reduce(kernel.merge, partials), reduce(kernel.merge, partials[::-1])
    assert (one.came, one.hit) == (other.came, other.hit)
    for name in ("codes", "counts", "sums", "squares", "counted"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_squares_of_large_amounts_do_not_overflow() -> None:
    events = (ToldEvent("Anruf", "web", 0), ToldEvent("Bestellung", "web", 1, LARGEST / 100))
    journey = ToldJourney(events, came=True, hit=True, until=1)
    sums = sums_of([[journey] * 5], asked([[journey] * 5], Outcome(kind=OutcomeKind.MONEY)))
    assert float(sums.squares_float[0, 0, 1]) == pytest.approx(5 * LARGEST**2, rel=1e-12)
    more = [[ToldJourney((*events, ToldEvent("Bestellung", "web", 2, 1.0)), came=True, hit=True, until=1)]]
    with pytest.raises(Problem, match="number_out_of_range"):
        sums_of(more, asked(more, Outcome(kind=OutcomeKind.MONEY)))


def test_a_moment_outside_of_its_journey_is_refused() -> None:
    journey = ToldJourney((ToldEvent("Anruf", "web", 0),), came=True, hit=True, until=3)
    with pytest.raises(ValueError, match="outside"):
        sums_of([[journey]], asked([[journey]], Outcome(kind=OutcomeKind.GOAL)))


def test_a_score_counts_as_its_share_of_the_way_to_the_best() -> None:
    names = ("score", "score.low", "score.high", "score.best")
    told = {"score": [np.nan, 2.0, 9.0], "score.low": [np.nan, 1.0, 0.0], "score.high": [np.nan, 6.0, 10.0]}
    told["score.best"] = [np.nan, 1.0, 10.0]  # a school mark 2, and 9 of 10
    arrays, selection = arrays_of([ToldJourney((ToldEvent("Anruf", "web", 0),) * 3, came=True, hit=True, until=1)])
    facts = {Fact(name, Form.NUMBER): FactColumn(np.array(told[name])) for name in names}
    with_scores = JourneyArrays(arrays.kinds, arrays.times, arrays.offsets, arrays.people, 0, facts)
    question = CostQuestion(Places((((True, True, 1),),)), (Outcome(kind=OutcomeKind.SCORE),), ())
    assert {fact.name for fact in StrataKernel().facts(question)} == set(names)
    sums = StrataKernel().partial(with_scores, selection, _TABLE, question)
    assert sums.sums[0, 0].tolist() == [0, 800]


@pytest.mark.parametrize(
    "words",
    [tuple("abc"), tuple(f"{n / 7:.3f}" for n in range(2_000)), tuple(f"K-{n}" for n in range(2_000))],
    ids=["few", "numbers", "names"],
)
def test_who_is_alike_does_not_hang_on_the_order_in_which_words_are_met(words: tuple[str, ...]) -> None:
    other = tuple(np.random.default_rng(3).permutation(words).tolist())
    assert dict(zip(words, bands_of(words).tolist(), strict=True)) == dict(zip(other, bands_of(other).tolist(), strict=True))
    assert 0 <= bands_of(words).min() <= bands_of(words).max() <= 254
