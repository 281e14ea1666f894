"""What was measured beside what is believed: which places the sentence names."""

from datetime import UTC, datetime

import msgspec

from tanteemma.journeys.answers_cells import Cell, CellsAnswer, Change, Disagreement, Rate, Waiting
from tanteemma.model.hooks import document_kinds
from tanteemma.serve.pages.map_measured import with_figures
from tanteemma.serve.pages.map_page import curve_of, lanes_of, phases_of
from tanteemma.serve.pages.views_map import MapView
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.evidence import Evidence

NONE = Rate(0, 0, None, None, None)
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def cell(name: str, evidence: Evidence = Evidence.MEASURED) -> Cell:
    return Cell(
        id=name,
        binding="",
        volume=0,
        journeys=0,
        persons=0,
        share=NONE,
        drop_off=NONE,
        open=0,
        repeats=None,
        again=None,
        waiting=Waiting(0, None, None, None, None),
        trend=Change(0, 0, None, None, None, clear=False),
        weeks=(),
        sources=(),
        first_at=None,
        last_at=None,
        evidence=evidence,
        rests_on=() if evidence is Evidence.ASSUMED else ("tracking",),
    )


def view() -> MapView:
    edits: list[Edit] = [Add(kind="phase", id=name, fields={"name": name}) for name in ("retention", "advocacy")]
    edits.append(Add(kind="lane", id="touch", fields={"kind": "touchpoints"}))
    edits += [
        Add(kind="touchpoint", id=name, place={"phase": phase, "lane": "touch"}, fields={"text": name})
        for name, phase in (("tracking", "retention"), ("review", "advocacy"))
    ]
    drawn = apply_edits(document_kinds.named("map"), Content(), edits, 1).content
    phases, empty = (
        phases_of(drawn),
        MapView(key="m", name="m", version=1, newest=1, state="", scope="", owner="", template=False),
    )
    return msgspec.structs.replace(empty, phases=phases, lanes=lanes_of(drawn, {}, {}, {}), curve=curve_of(phases))


def answer(*apart: tuple[str, bool]) -> CellsAnswer:
    found = [Disagreement(name, 2.0, 0.0, -0.1, 0.1, -2.0, clear=clear) for name, clear in apart]
    touchpoints = (cell("tracking"), cell("review", Evidence.ASSUMED))
    return CellsAnswer(
        journey="all",
        events=1,
        journeys=1,
        persons=1,
        since=None,
        until=None,
        as_of=NOW,
        weeks=(),
        touchpoints=touchpoints,
        phases=(cell("retention"), cell("advocacy")),
        unbound_events=0,
        disagreements=tuple(found),
        weights={},
        definitions={},
    )


def test_a_phase_is_not_named_beside_its_own_touchpoint() -> None:
    told = with_figures(view(), answer(("tracking", True), ("retention", True), ("advocacy", True), ("review", False)))
    assert [one.id for one in told.apart] == ["tracking", "retention", "advocacy"]
    assert [one.id for one in told.told] == ["tracking", "advocacy"]
