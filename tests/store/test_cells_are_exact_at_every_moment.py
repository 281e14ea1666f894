"""Cells of a map over base and overlay, remembered or counted anew, are those of the slow version while people merge."""

from pathlib import Path

import pytest

from tanteemma.journeys.ask_cells import ask_measured, cells_of
from tanteemma.journeys.cells.question import Phase, Spans, Wanted
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.loops import cells as loop
from tanteemma.journeys.remembering import Memory
from tanteemma.serve.worker.remembering import remembering
from tanteemma.workshop.binding import parse_binding
from tests.store.test_analyses_see_the_touched_as_they_are_now import moments
from tests.unit.journeys import oracle_cells
from tests.unit.journeys.told import Event

RULES = (
    Bound("a", parse_binding("event = A")),
    Bound("bc", parse_binding("event in (B, C)")),
    Bound("web", parse_binding("not event in (A, E)")),
    Bound("none"),
)
PHASES = (Phase("first", ("a", "bc")), Phase("second", ("web", "none")))


@pytest.mark.parametrize("seed", range(3))
def test_cells_at_every_moment(tmp_path: Path, seed: int) -> None:
    memory = Memory()
    for snapshot, definition, journeys in moments(tmp_path, seed):
        spans = Spans(again=0.000030, apart=0.000002, quiet=0.0)
        wanted = Wanted(RULES, PHASES, spans=spans, lives=definition.by != "case")
        found = ask_measured(snapshot, definition, wanted, keeping=remembering(memory, snapshot, definition))
        anew = ask_measured(snapshot, definition, wanted)
        assert cells_of(found, "en") == cells_of(anew, "en")
        assert found.counts.counts.tolist() == anew.counts.counts.tolist()
        plain = [(None, [Event(name, at) for name, at in journey]) for journey in journeys]
        expected = oracle_cells.rows(plain, found.question)
        columns = (loop.EVENTS, loop.JOURNEYS, loop.ENDS, loop.WAITS)
        for row, numbers in zip(expected[:-2], found.counts.counts.tolist(), strict=False):
            assert [numbers[column] for column in columns] == [row.events, row.journeys, row.ends, len(row.waits)]
        assert found.counts.counts[-1, loop.EVENTS] == expected[-1].events
        again = [(row.again, row.came_again) for row in expected[: len(RULES)]]
        assert found.counts.counts[: len(RULES), [loop.AGAIN, loop.CAME_AGAIN]].tolist() == [list(pair) for pair in again]
