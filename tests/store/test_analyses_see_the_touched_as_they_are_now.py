"""Each analysis over base and overlay gives the numbers of its slow version over plain lists, while people merge."""

import random
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tanteemma.journeys.ask import ask_cohorts, ask_concurrency, ask_paths, ask_rhythm
from tanteemma.journeys.ask_attribution import ask_attribution
from tanteemma.journeys.ask_effort import ask_effort
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.drivers.outcomes import read_outcome
from tanteemma.journeys.kernels.concurrency import ConcurrencyQuestion
from tanteemma.journeys.kernels.conversion_paths import ConversionsQuestion
from tanteemma.journeys.kernels.driver_rows import NUMBERS, RowsKernel, RowsQuestion
from tanteemma.journeys.kernels.effort import EffortQuestion
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.kernels.rhythm import RhythmQuestion
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.snapshot import Snapshot
from tests.store.made_events import Made, expected_journeys, flush_of
from tests.unit.journeys import oracle, oracle_paths, oracle_times
from tests.unit.journeys.attribution import oracle as attribution_oracle

ORDERS = JourneyDefinition("order", "case", "order")
VISITS = JourneyDefinition("visit", "visit", gap_s=0.000004)


def moments(folder: Path, seed: int) -> Iterator[tuple[Snapshot, JourneyDefinition, list[oracle.Journey]]]:
    """A store that is filled, merged and compacted by chance; after each step every definition with its journeys."""
    dice = random.Random(seed)
    events: list[Made] = []
    same: dict[str, str] = {}
    with Store.open(DataFolder.create(folder), write=True) as store:
        store.ensure_case_definition("order")
        for position in range(8):
            number = len(events) + 1
            new = [
                Made(number + n, f"user:{dice.randrange(12)}", str(dice.randrange(9)), "ABCDE"[n % 5], dice.randrange(60))
                for n in range(dice.randrange(5, 50))
            ]
            events += new
            store.commit(flush_of(position, new))
            if position % 3 == 1:
                one, other = sorted(dice.sample([f"user:{n}" for n in range(12) if f"user:{n}" not in same], 2))
                store.link([(one, other)])
                same |= {subject: one for subject, first in same.items() if first == other} | {other: one}
            if position % 3 == 2:
                store.compact()
            with store.snapshot() as snapshot:
                for definition in (WHOLE_LIFE, ORDERS, VISITS):
                    journeys: list[oracle.Journey] = [
                        list(zip(names, times, strict=True)) for names, times in expected_journeys(events, definition, same)
                    ]
                    yield snapshot, definition, journeys


@pytest.mark.parametrize("seed", range(3))
def test_every_analysis_at_every_moment(tmp_path: Path, seed: int) -> None:
    for snapshot, definition, journeys in moments(tmp_path, seed):
        _paths(snapshot, definition, journeys)
        _times(snapshot, definition, journeys)
        _credit(snapshot, definition, journeys)


def _credit(snapshot: Snapshot, definition: JourneyDefinition, journeys: list[oracle.Journey]) -> None:
    ways: list[attribution_oracle.Way] = []
    before: list[tuple[float, int]] = []
    for journey in journeys:
        names = [name for name, _ in journey]
        *reached, rest = "".join(names).split("A")
        ways += [(list(way), 1, 0) for way in reached if way] + ([(list(rest), 0, 1)] if rest else [])
        first = names.index("A") if "A" in names else len(names)
        before += [(float("A" in names), first)] if first else []
    found = ask_attribution(snapshot, definition, ConversionsQuestion("A"))
    slow = attribution_oracle.by_position(ways, "linear")
    assert {one.name: one.linear for one in found.channels} == pytest.approx(
        {one.name: slow[one.name] for one in found.channels}
    )
    assert (found.conversions, found.ways) == (sum(way[1] for way in ways), len(ways))
    rows = snapshot.ask(RowsKernel(), RowsQuestion(read_outcome("goal:A")), journey=definition)
    contacts = rows.numbers[:, NUMBERS.index("contacts")].tolist()
    assert sorted(zip(rows.outcome.tolist(), contacts, strict=True)) == sorted(before)


def _paths(snapshot: Snapshot, definition: JourneyDefinition, journeys: list[oracle.Journey]) -> None:
    for question in (
        PathsQuestion(touchpoint="A", steps=3, nodes=9),
        PathsQuestion(touchpoint="B", direction="to", occurrence="last", merge=True, nodes=9),
    ):
        answer, expected = ask_paths(snapshot, definition, question), oracle_paths.paths(journeys, question)
        assert (answer.journeys, answer.reached) == (len(journeys), expected.reached)
        assert {
            (abs(column.place), node.name): (node.journeys, node.ended)
            for column in answer.columns
            for node in column.nodes
            if node.name
        } == {
            (place, name): (count, expected.ended[place][name])
            for place, nodes in expected.nodes.items()
            for name, count in nodes.items()
        }


def _times(snapshot: Snapshot, definition: JourneyDefinition, journeys: list[oracle.Journey]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    rhythm = ask_rhythm(snapshot, definition, RhythmQuestion(time_zone=zone.key, of="starts"))
    assert {(cell.weekday, cell.hour): (cell.events, cell.journeys) for cell in rhythm.cells if cell.events} == (
        oracle_times.rhythm(journeys, zone, "starts", None)
    )
    effort = {one.name: one for one in ask_effort(snapshot, definition, EffortQuestion(pause_s=0.0)).whole.components}
    assert effort["repeats"].mean == pytest.approx(
        sum(len(journey) - len({name for name, _ in journey}) for journey in journeys) / len(journeys)
    )
    assert effort["elapsed"].mean == effort["waiting"].mean == pytest.approx(oracle.mean_s(oracle.durations(journeys)))
    curve = ask_concurrency(snapshot, definition, ConcurrencyQuestion(time_zone=zone.key))
    assert curve.most == max(oracle_times.open_at(journeys, journey[0][1]) for journey in journeys)
    cohorts = ask_cohorts(snapshot, definition, zone.key, Grain.DAY)
    assert sum(period.active for cohort in cohorts.cohorts for period in cohort.periods) == (
        sum(oracle_times.cohorts(journeys, zone, "day").values())
    )
