"""Any condition there is, and a plain look at one journey after the other."""

import operator
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st

from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.tree import Compare, Expr
from tanteemma.model.arrays import DROPPED
from tests.unit.journeys import oracle_paths
from tests.unit.journeys.buckets import Buckets, RawJourney
from tests.unit.journeys.oracle_times import local
from tests.unit.journeys.test_funnel_detail import arrivals_of

BERLIN = ZoneInfo("Europe/Berlin")
CHANNELS = ("telefon", "web", "filiale")
LANDS = ("DE", "AT", "CH")
NAMES = st.sampled_from(("anruf", "besuch", "kauf", "mahnung", "paket"))
COMPARES = st.sampled_from(list(Compare))
SIGNS: dict[Compare, Callable[[Any, Any], bool]] = {
    Compare.EQUAL: operator.eq,
    Compare.OTHER: operator.ne,
    Compare.LESS: operator.lt,
    Compare.AT_MOST: operator.le,
    Compare.MORE: operator.gt,
    Compare.AT_LEAST: operator.ge,
}
SCORES = st.integers(0, 6).map(lambda number: (float(number),))
SOME_LANDS = st.lists(st.sampled_from((*LANDS, "FR")), max_size=2, min_size=1).map(tuple)
PLACES = st.one_of(st.none(), NAMES)
SAYS = st.one_of(
    st.builds(tree.Says, st.just("score"), COMPARES, SCORES, PLACES),
    st.builds(tree.Says, st.just("property.Land"), st.sampled_from((Compare.EQUAL, Compare.OTHER)), SOME_LANDS, PLACES),
    st.builds(tree.Says, st.just("property.Land"), st.just(Compare.EQUAL), st.just(()), st.none()),
)
DAYS_APART = st.lists(st.dates(), min_size=2, max_size=2)
STEPS = st.builds(
    lambda step, touchpoint, **how: replace_step(tree.Step(touchpoint, step, **how)),
    st.integers(0, 4),
    PLACES,
    sense=st.sampled_from(list(tree.Sense)),
    names=st.lists(NAMES, min_size=1, max_size=2, unique=True).map(tuple),
    ahead=st.booleans(),
    last=st.booleans(),
    merge=st.booleans(),
)
FUNNELS = st.builds(
    lambda steps, level, **how: as_read(tree.Funnel(steps, level, **how)),
    st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(1, 3),
    order=st.sampled_from(("loose", "strict", "any")),
    within_s=st.sampled_from((None, 0.0, 60.0, 86_400.0, 1e9)),
    without=st.lists(NAMES, max_size=1).map(tuple),
    stops=st.booleans(),
    then=st.sampled_from((None, *tree.Sense)),
    names=st.lists(NAMES, min_size=1, max_size=2, unique=True).map(tuple),
)
ONE_OR_TWO = st.lists(NAMES, min_size=1, max_size=2, unique=True).map(tuple)
FIRSTS = st.one_of(
    st.builds(lambda days: parse(f"first (anruf, kauf) from {min(days)} until {max(days)}", BERLIN), DAYS_APART),
    st.builds(tree.FirstSays, ONE_OR_TWO, st.just("channel"), st.just(tree.Sense.IS), st.just(("web",))),
    st.builds(tree.FirstSays, ONE_OR_TWO, st.just("channel"), st.just(tree.Sense.MISSING)),
    st.builds(tree.FirstSays, ONE_OR_TWO, st.just("property.Land"), st.just(tree.Sense.OTHER), SOME_LANDS | st.just(())),
)
AT = st.sampled_from(("", " at 'anruf'"))
WINDOWS = st.one_of(
    st.none(),
    st.sampled_from((1.0, 3_600.0, 86_400.0, 1e9)).map(lambda seconds: tree.Window(last_s=seconds)),
    DAYS_APART.map(lambda days: parse(f"count any = 0 from {min(days)} until {max(days)}", BERLIN).within),  # type: ignore[union-attr]  # it is such a one
)
NUMBERS = st.integers(0, 9).map(float)
COUNTED = st.one_of(
    st.builds(tree.Occurs, COMPARES, st.integers(0, 3), PLACES, st.sampled_from((None, *CHANNELS)), WINDOWS),
    st.builds(tree.Elapsed, COMPARES, st.sampled_from((0.0, 60.0, 86_400.0, 1e9)), PLACES, st.booleans()),
    st.builds(tree.Totals, st.sampled_from(list(tree.Sums)), st.just("score"), COMPARES, NUMBERS, PLACES, WINDOWS),
    st.builds(tree.Belongs, st.sampled_from(("Stammkunden", "Alle 'neuen'"))),
)
ATOMS = st.one_of(
    COUNTED,
    st.builds(tree.Passes, NAMES, st.one_of(st.none(), st.sampled_from(CHANNELS)), st.integers(1, 3)),
    st.builds(tree.Follows, NAMES, NAMES, st.booleans()),
    st.builds(tree.Starts, NAMES),
    st.builds(tree.Ends, NAMES),
    st.builds(tree.Channel, st.sampled_from(CHANNELS)),
    st.builds(tree.Lasts, COMPARES, st.sampled_from((0.0, 60.0, 86_400.0, 1e9))),
    st.builds(tree.Holds, COMPARES, st.integers(1, 5)),
    st.builds(lambda sign, day: parse(f"started {sign} {day}", BERLIN), COMPARES, st.dates()),
    st.builds(tree.Variant, st.lists(NAMES, min_size=1, max_size=3).map(tuple)),
    STEPS,
    st.builds(lambda days, at: parse(f"happens from {min(days)} until {max(days)}{at}", BERLIN), DAYS_APART, AT),
    st.builds(tree.Hour, st.integers(1, 7), st.integers(0, 23), st.just(BERLIN.key), st.sampled_from(list(tree.Which)), PLACES),
    FUNNELS,
    FIRSTS,
    SAYS,
)
TREES: st.SearchStrategy[Expr] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(tree.Not, inner),
        st.builds(tree.Every, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Some, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)


def replace_step(step: tree.Step) -> tree.Step:
    """As it would be read: nothing is said that has no meaning."""
    if step.sense is tree.Sense.MISSING:
        step = msgspec.structs.replace(step, names=())
    return step if step.touchpoint is not None else msgspec.structs.replace(step, last=False)


def as_read(funnel: tree.Funnel) -> tree.Funnel:
    """As it would be read: nothing is said that has no meaning."""
    without = tuple(name for name in funnel.without if name not in funnel.steps)
    level = min(funnel.level, len(funnel.steps)) if funnel.order == "any" or funnel.stops else len(funnel.steps)
    then = funnel.then if funnel.stops else None
    names = funnel.names if then not in {None, tree.Sense.MISSING} else ()
    return msgspec.structs.replace(funnel, without=without, level=level, then=then, names=names)


def score_of(kind: int, time: int) -> float | None:
    return None if (kind + time) % 3 == 0 else float((kind + time) % 7)


def land_of(kind: int, time: int) -> str | None:
    return None if (kind + time) % 4 == 0 else LANDS[(kind + time // 7) % 3]


#: A present among the times that buckets have.
NOW_US = 10**15


def member_of(segment: str, person: int | None) -> bool:
    return person is not None and person % 3 == len(segment) % 3


class Slow:
    """The conditions, read one after the other over the events of one journey."""

    def __init__(self, log: Buckets, raw: RawJourney) -> None:
        table = log.table
        self.person = raw.person
        counted = [(kind, time) for kind, time, counts in raw.events if counts or not log.masked]
        self.events = [(kind, time) for kind, time in counted if table.of_kind[kind] != DROPPED]
        self.names = [table.names[table.of_kind[kind]] for kind, _ in self.events]
        numbers = [int(table.channel_of_kind[kind]) for kind, _ in self.events]
        self.channels = [None if number == DROPPED else table.channels[number] for number in numbers]
        self.times = [time for _, time in self.events]

    def fulfils(self, where: Expr) -> bool:
        if isinstance(where, tree.Not):
            return not self.fulfils(where.part)
        if isinstance(where, tree.Every):
            return all(map(self.fulfils, where.parts))
        if isinstance(where, tree.Some):
            return any(map(self.fulfils, where.parts))
        if isinstance(where, tree.Says):
            return any(self.says(where, place) for place in range(len(self.events)))
        placed: dict[type, Callable[[Any], bool]] = {
            tree.Step: self.steps,
            tree.Happens: self.moments,
            tree.Hour: self.moments,
            tree.Funnel: self.reaches,
            tree.FirstWhen: self.begins,
            tree.FirstSays: self.begins,
            tree.Occurs: self.counts,
            tree.Elapsed: self.counts,
            tree.Totals: self.totals,
            tree.Belongs: lambda atom: member_of(atom.segment, self.person),
        }
        return placed.get(type(where), self.passes)(where)

    def steps(self, where: tree.Step) -> bool:
        journey = list(zip(self.names, self.times, strict=True))
        question = PathsQuestion(
            touchpoint=where.touchpoint,
            direction="from" if where.ahead else "to",
            steps=where.step,
            occurrence="last" if where.last else "first",
            merge=where.merge,
        )
        way = oracle_paths.way_of(journey, question)
        if not way or where.sense is tree.Sense.MISSING:
            return bool(way) and len(way) <= where.step
        return len(way) > where.step and (way[where.step][0] in where.names) is (where.sense is tree.Sense.IS)

    def reaches(self, where: tree.Funnel) -> bool:
        journey = list(zip(self.names, self.times, strict=True))
        question = FunnelQuestion(where.steps, where.within_s, where.order, where.without)  # type: ignore[arg-type]  # one of its words
        arrivals = arrivals_of(journey, question)
        if (len(arrivals) != where.level) if where.stops else (len(arrivals) < where.level):
            return False
        if where.then is None:
            return True
        after = self.names[arrivals[-1][0] + 1 :][:1] if arrivals else []
        if where.then is tree.Sense.MISSING:
            return not after
        return bool(after) and (after[0] in where.names) is (where.then is tree.Sense.IS)

    def begins(self, where: tree.FirstWhen | tree.FirstSays) -> bool:
        first = next((place for place, name in enumerate(self.names) if name in where.touchpoints), None)
        if first is None:
            return False
        if isinstance(where, tree.FirstWhen):
            return where.from_us <= self.times[first] < where.until_us
        said = self.channels[first] if where.fact == "channel" else land_of(*self.events[first])
        if said is None or where.sense is tree.Sense.MISSING:
            return said is None and where.sense is tree.Sense.MISSING
        return (said in where.words) is (where.sense is tree.Sense.IS)

    def among(self, at: str | None, via: str | None, within: tree.Window | None) -> list[int]:
        places = [place for place, name in enumerate(self.names) if at in {None, name} and via in {None, self.channels[place]}]
        if within is None:
            return places
        if within.last_s is not None:
            return [place for place in places if NOW_US - round(within.last_s * 1e6) <= self.times[place] <= NOW_US]
        return [place for place in places if within.from_us <= self.times[place] < within.until_us]

    def counts(self, where: tree.Occurs | tree.Elapsed) -> bool:
        if isinstance(where, tree.Occurs):
            return SIGNS[where.compare](len(self.among(where.touchpoint, where.channel, where.within)), where.times)
        past = [self.times[place] for place in self.among(where.touchpoint, None, None) if self.times[place] <= NOW_US]
        return bool(past) and SIGNS[where.compare](NOW_US - past[0 if where.first else -1], round(where.seconds * 1e6))

    def totals(self, where: tree.Totals) -> bool:
        said = [score_of(*self.events[place]) for place in self.among(where.at, None, where.within)]
        numbers = [one for one in said if one is not None]
        if where.how is tree.Sums.SUM:
            return SIGNS[where.compare](sum(numbers), where.value)
        together: dict[tree.Sums, Callable[[list[float]], float]] = {
            tree.Sums.MEAN: lambda many: sum(many) / len(many),
            tree.Sums.FIRST: lambda many: many[0],
            tree.Sums.LAST: lambda many: many[-1],
            tree.Sums.LEAST: min,
            tree.Sums.MOST: max,
        }
        return bool(numbers) and SIGNS[where.compare](together[where.how](numbers), where.value)

    def moments(self, where: tree.Happens | tree.Hour) -> bool:
        places = [place for place, name in enumerate(self.names) if where.at in {None, name}]
        if isinstance(where, tree.Happens):
            return any(where.from_us <= self.times[place] < where.until_us for place in places)
        last = len(self.names) - 1
        meant = {tree.Which.ANY: places, tree.Which.START: [0], tree.Which.END: [last]}[where.which]
        hours = [local(self.times[place], ZoneInfo(where.zone)) for place in meant if place in places]
        return any((at.isoweekday(), at.hour) == (where.weekday, where.hour) for at in hours)

    def passes(self, where: Expr) -> bool:
        if isinstance(where, tree.Passes):
            both = zip(self.names, self.channels, strict=True)
            times: int = sum(one == where.touchpoint and where.channel in {None, via} for one, via in both)
            return times >= where.times
        if isinstance(where, tree.Follows):
            return any(
                self.names[a] == where.first and self.names[b] == where.then and (b == a + 1 or not where.directly)
                for b in range(len(self.names))
                for a in range(b)
            )
        if isinstance(where, tree.Starts):
            return self.names[:1] == [where.touchpoint]
        if isinstance(where, tree.Ends):
            return self.names[-1:] == [where.touchpoint]
        if isinstance(where, tree.Channel):
            return where.channel in self.channels
        same: bool = isinstance(where, tree.Variant) and tuple(self.names) == where.steps
        return same if isinstance(where, tree.Variant) else self.measured(where)

    def measured(self, where: Expr) -> bool:
        if isinstance(where, tree.Holds):
            return SIGNS[where.compare](len(self.times), where.events)
        if isinstance(where, tree.Lasts):
            return bool(self.times) and SIGNS[where.compare](self.times[-1] - self.times[0], round(where.seconds * 1e6))
        assert isinstance(where, tree.Started)
        return bool(self.times) and SIGNS[where.compare](self.times[0], where.at_us)

    def says(self, where: tree.Says, place: int) -> bool:
        if where.at is not None and self.names[place] != where.at:
            return False
        said: str | float | None = (score_of if where.fact == "score" else land_of)(*self.events[place])
        if said is None or not where.values:
            return said is not None
        if where.compare is Compare.EQUAL:
            return said in where.values
        return said not in where.values if where.compare is Compare.OTHER else SIGNS[where.compare](said, where.values[0])
