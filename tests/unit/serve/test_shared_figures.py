"""What a link shows of the measured cells: values of many, nothing of few, no words, no weak spots, no money."""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from tanteemma.journeys.answers_cells import (
    Cell,
    CellCounted,
    CellFinding,
    CellsAnswer,
    Change,
    Comment,
    Emotion,
    Rate,
    SeriesCounted,
    SourceCount,
    Waiting,
)
from tanteemma.serve.shared_figures import FEWEST, as_shared
from tanteemma.workshop.document import Content
from tanteemma.workshop.evidence import Evidence

NOW = datetime(2026, 11, 27, tzinfo=UTC)
NO_CHANGE = Change(0, 0, None, None, None, clear=False)


def cell(name: str, persons: int) -> Cell:
    finding = CellFinding(
        id="f", spot="s", kind="loop", at="Anruf", journeys=9, came=9, share=1.0, low=0.9, high=1.0, since=None, reason="Oft"
    )
    return Cell(
        id=name,
        binding="",
        volume=10 * persons,
        journeys=persons,
        persons=persons,
        share=Rate(persons, 100, persons / 100, 0.0, 1.0),
        drop_off=Rate(1, persons, 1 / persons, 0.0, 1.0),
        open=0,
        repeats=None,
        again=None,
        waiting=Waiting(0, None, None, None, None),
        trend=NO_CHANGE,
        weeks=(),
        sources=(SourceCount("shop", 10 * persons),),
        first_at=NOW,
        last_at=NOW,
        comments=(Comment("Herr Meier ruft nie zurück", NOW, "Anruf", None, "shop", 1.0, after=False),),
        findings=(finding,),
        emotion=Emotion(-1.0, -1.2, -0.8, ()),
        evidence=Evidence.FEW,
        rests_on=("tracking",),
    )


def answer(*cells: Cell) -> CellsAnswer:
    return CellsAnswer(
        journey="all",
        events=1,
        journeys=1,
        persons=1,
        since=None,
        until=None,
        as_of=NOW,
        weeks=(),
        touchpoints=cells,
        phases=(replace(cell("phase", 3), repeats=None),),
        unbound_events=0,
    )


def test_values_of_many_are_shown_with_their_n_freshness_and_source() -> None:
    shown = as_shared(answer(cell("many", FEWEST)), Content(), "de")
    volume, drop_off, felt = shown.figures["many"]
    assert (volume.shown, volume.source, volume.as_of) == ("100", "shop", "27.11.2026")
    assert (drop_off.n, felt.n) == (FEWEST, FEWEST)
    assert shown.marks["many"].level is Evidence.FEW


def test_of_few_people_nothing_is_told_but_that_they_are_few() -> None:
    shown = as_shared(answer(cell("few", FEWEST - 1)), Content(), "de")
    assert [(one.label, one.shown, one.n, one.source) for one in shown.figures["few"]] == [("Personen", "unter 10", None, "")]
    assert shown.felt == {}
    stricter = as_shared(answer(cell("many", FEWEST)), Content(), "en", fewest=50)
    assert [one.shown for one in stricter.figures["many"]] == ["fewer than 50"]


def test_no_words_no_weak_spots_no_money() -> None:
    counted = CellCounted(
        contacts=7,
        days=2,
        first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 2),
        spend={"EUR": 360.0},
        currency="EUR",
        per_contact=51.4,
        trend=NO_CHANGE,
        weeks=(),
        series=(SeriesCounted("Banner", 7, date(2026, 3, 1), date(2026, 3, 2), NOW, "zahlen-von-herrn-meier.csv"),),
    )
    shown = as_shared(answer(replace(cell("ad", 500), counted=counted)), Content(), "de")
    assert shown.weak_spots == ()
    assert "360" not in str(shown)
    assert "meier" not in str(shown).lower()
    assert any(one.shown == "7" for one in shown.figures["ad"])
