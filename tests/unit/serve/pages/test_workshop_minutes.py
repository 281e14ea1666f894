"""The minutes of a workshop: what was guessed, measured, voted and promised; nothing that is still covered."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views_workshop import PersonRow, PromiseRow, SpotRow, WorkshopView
from tanteemma.serve.pages.workshop_minutes import minutes_of
from tanteemma.workshop.agenda import HALF_DAY, timed
from tanteemma.workshop.guessing import Gap, MeasuredPart, tally
from tanteemma.workshop.minutes import CellMinutes, MeasureMinutes, VoteMinutes

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
STOPS = timed(HALF_DAY, 2, NOW)
CALL = SpotRow(
    id="call",
    kind="touchpoint",
    phase="Bekommen",
    name="Anruf",
    guessed=tally([2, 2, -1]),
    measured=MeasuredPart(emotion=-1.66, low=-1.8, high=-1.4, journeys=60),
)
VIEW = WorkshopView(
    key="k",
    document="Vom Klick zum Paket",
    number=1,
    version=1,
    title="Werkstatt",
    started=NOW,
    stops=STOPS,
    now=STOPS[2],
    at=NOW,
    closed=True,
    dots=3,
    people=(PersonRow(number=1, name="Anna"),),
    spots=(CALL,),
    pains=(
        SpotRow(id="wait", kind="card", phase="Bekommen", name="Warten", dots=2),
        SpotRow(id="form", kind="card", phase="Kaufen", name="Formular"),
    ),
    gap=Gap("call", 1.0, -1.66, -1.8, -1.4, 3, clear=True),
    gap_name="Anruf",
    divided="Anruf",
    promises=(
        PromiseRow(text="Wir melden uns", phase="Bekommen", about="Anruf", owner="Anna", due=date(2027, 3, 31), by="Ben"),
    ),
)


def test_everything_that_was_said_is_written_down() -> None:
    found = minutes_of(VIEW, renderer("de"))
    cell = CellMinutes(
        phase="Bekommen",
        about="Anruf",
        guesses=("1 × −1", "2 × +2"),
        measured="−1,7 (−1,8 bis −1,4)",
        evidence="n = 60 Journeys",
    )
    assert found.cells == (cell,)
    assert found.votes == (VoteMinutes(about="Warten (Bekommen)", dots=2),)
    assert found.measures == (MeasureMinutes(text="Bekommen: Anruf: Wir melden uns", owner="Anna", due=date(2027, 3, 31)),)
    assert found.notes[0].startswith("Am weitesten daneben liegen Sie bei Anruf: geschätzt +1,0, gemessen −1,7.")
    assert (found.day, found.people) == (date(2026, 11, 27), ("Anna",))


def test_guesses_that_are_covered_are_not_in_the_minutes() -> None:
    found = minutes_of(msgspec.structs.replace(VIEW, closed=False), renderer("de"))
    assert (found.cells, found.notes) == ((), ())


@pytest.mark.parametrize(
    ("measured", "said"),
    [(MeasuredPart(), ""), (MeasuredPart(journeys=12), "Counted, but nothing speaks of the emotion")],
)
def test_what_is_not_measured_gets_no_number(measured: MeasuredPart, said: str) -> None:
    view = msgspec.structs.replace(VIEW, spots=(msgspec.structs.replace(CALL, measured=measured),))
    assert minutes_of(view, renderer("en")).cells[0].measured == said
