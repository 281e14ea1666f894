"""The minutes of a workshop as the paper takes them: each cell with guesses and measured value, dots, promised measures."""

from tanteemma.serve.pages import numbers
from tanteemma.serve.pages.render import Renderer
from tanteemma.serve.pages.views_workshop import SpotRow, WorkshopView
from tanteemma.workshop.guessing import FEELINGS
from tanteemma.workshop.minutes import CellMinutes, MeasureMinutes, Minutes, VoteMinutes


def minutes_of(view: WorkshopView, renderer: Renderer) -> Minutes:
    """What is written down; guesses only once they are uncovered."""
    spots = view.spots if view.revealed else ()
    return Minutes(
        title=view.title,
        day=view.started.date(),
        map=view.document,
        people=tuple(one.name for one in view.people),
        cells=tuple(_cell(row, renderer) for row in spots),
        votes=tuple(VoteMinutes(about=f"{row.name} ({row.phase})", dots=row.dots) for row in view.pains if row.dots),
        measures=tuple(
            MeasureMinutes(text=": ".join(filter(None, (one.phase, one.about, one.text))), owner=one.owner, due=one.due)
            for one in view.promises
        ),
        notes=_notes(view, renderer),
    )


def _cell(row: SpotRow, renderer: Renderer) -> CellMinutes:
    say, locale = renderer.say, renderer.locale
    counts = zip(FEELINGS, row.guessed.counts, strict=True)
    measured, evidence = row.measured, []
    value = ""
    if measured.emotion is not None:
        value = _signed(measured.emotion, locale)
        if measured.low is not None and measured.high is not None:
            low, high = _signed(measured.low, locale), _signed(measured.high, locale)
            value = f"{value} {say('workshop.interval', low=low, high=high)}"
    elif measured.journeys:
        value = say("workshop.measured.no_feeling")
    if measured.journeys:
        evidence.append(say("workshop.journeys", count=measured.journeys))
    return CellMinutes(
        phase=row.phase,
        about=row.name,
        guesses=tuple(f"{count} × {_whole(feeling)}" for feeling, count in counts if count),
        measured=value,
        evidence=", ".join(evidence),
    )


def _notes(view: WorkshopView, renderer: Renderer) -> tuple[str, ...]:
    notes = []
    if view.gap is not None and view.revealed:
        worse = view.gap.measured < view.gap.guessed
        guessed, measured = _signed(view.gap.guessed, renderer.locale), _signed(view.gap.measured, renderer.locale)
        key = "workshop.gap.worse" if worse else "workshop.gap.better"
        notes.append(renderer.say(key, name=view.gap_name, guessed=guessed, measured=measured))
    if view.divided and view.revealed:
        notes.append(renderer.say("workshop.divided", name=view.divided))
    return tuple(notes)


def _signed(value: float, locale: str) -> str:
    """A feeling with its sign, to one decimal.

    >>> _signed(-1.66, "de_DE"), _signed(0.5, "de_DE")
    ('−1,7', '+0,5')
    """
    text = numbers.rounded(abs(value), locale, 1)
    return f"−{text}" if value < 0 else f"+{text}" if value > 0 else text


def _whole(feeling: int) -> str:
    return f"−{-feeling}" if feeling < 0 else f"+{feeling}" if feeling else "0"
