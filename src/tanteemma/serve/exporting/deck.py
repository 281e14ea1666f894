"""Four slides for a board: the situation, three weak spots as ranges, the decisions needed, what worked."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from tanteemma.model.texts import text
from tanteemma.serve.exporting.fitting import height_of, shortened, size_for
from tanteemma.serve.exporting.native import Room, Run, box, colour, slide_with_title, text_box, write
from tanteemma.serve.exporting.native_charts import emotion_chart, range_chart
from tanteemma.workshop.drawing.cards import evidence_words, grouped
from tanteemma.workshop.drawing.curve import has_curve
from tanteemma.workshop.drawing.picture import MapPicture
from tanteemma.workshop.drawing.shapes import Ink
from tanteemma.workshop.evidence import Evidence
from tanteemma.workshop.report import money_range, open_measures

_GAP: Final = 180_000
_PAD: Final = 80_000
#: of tables, in points: the first in which every row has room
_CELLS: Final = (14.0, 13.0, 12.0, 11.0, 10.0)
#: below a paragraph, in EMU for each point of its text
_BELOW: Final = 8_300
_CELL_LINES: Final = 3
_MOST_ROWS: Final = 6
_SPOTS: Final = 3
_ENDLESS: Final = 1_000
#: of paragraphs, in points
_LARGEST: Final = 18.0
_DONE: Final = "done"

Row = tuple[str, ...]


class Rows(msgspec.Struct, frozen=True):
    """A table: heads, rows, and which share of the width each column has."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    shares: tuple[float, ...]


class Deck:
    """The slides while they are made."""

    def __init__(self, file: Any, picture: MapPicture, *, plain: bool) -> None:  # noqa: ANN401 - python-pptx has no types
        self.file = file
        self._plain = plain
        self._picture = picture

    def _say(self, key: str, **params: object) -> str:
        return text(f"map_export.deck.{key}", self._picture.language, **params)

    def _slide(self, title: str) -> tuple[Any, Room]:
        return slide_with_title(self.file, title, plain=self._plain)

    def situation(self) -> None:
        """What was looked at, what is known of it, and how customers feel on the way."""
        picture = self._picture
        slide, room = self._slide(picture.name)
        drawn = has_curve(picture)
        left = Room(room.left, room.top, int(room.width * (0.36 if drawn else 1)), room.height)
        self._paragraphs(slide, left, self._facts())
        if drawn:
            start = left.left + left.width + _GAP
            right = Room(start, room.top, room.left + room.width - start, room.height)
            emotion_chart(slide, right, picture)

    def _facts(self) -> list[str]:
        picture = self._picture
        touchpoints = [card for _, card in picture.cards("touchpoints")]
        measured = sum(bool(card.figures) for card in touchpoints)
        orphans = sum(not card.owner for card in touchpoints)
        said = [*picture.measured.sentences[:2], picture.scope]
        said.append(self._say("size", phases=len(picture.phases), touchpoints=len(touchpoints)))
        said.append(self._say("measured", count=measured, all=len(touchpoints)) if measured else self._say("unmeasured"))
        if orphans:
            said.append(self._say("orphans", count=orphans))
        return [one for one in said if one]

    def weak_spots(self) -> None:
        """What costs most; where nothing is measured, what people said hurts."""
        slide, room = self._slide(self._say("spots"))
        found = self._picture.measured.weak_spots[:_SPOTS]
        if not found:
            self._felt_only(slide, room)
            return
        priced = [one for one in found if one.low is not None and one.high is not None]
        chart = int(room.height * 0.42) if priced else 0
        if priced:
            range_chart(
                slide, Room(room.left, room.top, room.width, chart), priced, self._say("cost", currency=priced[0].currency)
            )
        rows = [
            (
                one.name,
                "–" if one.people is None else grouped(one.people, self._picture.language),
                money_range(one.low, one.high, one.currency, self._picture.language) or self._say("no_cost"),
                one.owner or self._say("nobody"),
                one.next_step or self._say("no_step"),
            )
            for one in found
        ]
        below = Room(
            room.left, room.top + chart + (_GAP if chart else 0), room.width, room.height - chart - (_GAP if chart else 0)
        )
        heads = tuple(self._say(f"head.{head}") for head in ("spot", "people", "cost", "owner", "step"))
        self._table(slide, below, Rows(heads, rows, (0.26, 0.12, 0.24, 0.16, 0.22)))

    def _felt_only(self, slide: Any, room: Room) -> None:  # noqa: ANN401 - as above
        pains = [(phase.name, card.text) for phase, card in self._picture.cards("pains")]
        note = self._note(slide, room, self._say("no_spots"))
        if pains:
            below = Room(room.left, room.top + note + _GAP, room.width, room.height - note - _GAP)
            heads = (self._say("head.phase"), self._say("head.pain"))
            self._table(slide, below, Rows(heads, pains, (0.28, 0.72)))

    def decisions(self) -> None:
        """What somebody must say yes to, take over or date."""
        slide, room = self._slide(self._say("decisions"))
        language = self._picture.language
        rows: list[Row] = [
            (
                self._say("go", name=card.text),
                card.owner or self._say("nobody"),
                _day(card.due, language) or self._say("no_day"),
            )
            for _, card in open_measures(self._picture)
        ]
        done = {phase.id for phase, _ in self._picture.cards("measures")}
        rows += [
            (self._say("use", name=card.text, phase=phase.name), card.owner or self._say("nobody"), self._say("no_day"))
            for phase, card in self._picture.cards("opportunities")
            if phase.id not in done
        ]
        rows += [
            (self._say("own", name=card.text, phase=phase.name), self._say("nobody"), self._say("no_day"))
            for phase, card in self._picture.cards("touchpoints")
            if not card.owner
        ]
        if not rows:
            self._note(slide, room, self._say("no_decisions"))
            return
        heads = tuple(self._say(f"head.{head}") for head in ("decision", "owner", "day"))
        self._table(slide, room, Rows(heads, rows, (0.58, 0.24, 0.18)))

    def worked(self) -> None:
        """What had an effect, and how well that is evidenced."""
        slide, room = self._slide(self._say("worked"))
        language = self._picture.language
        rows: list[Row] = [
            (one.name, one.effect, evidence_words(one.evidence, language)) for one in self._picture.measured.effects
        ]
        rows += [
            (card.text, self._say("no_effect"), evidence_words(Evidence.ASSUMED, language))
            for _, card in self._picture.cards("measures")
            if card.state == _DONE
        ]
        if not rows:
            self._note(slide, room, self._say("nothing_worked"))
            return
        heads = tuple(self._say(f"head.{head}") for head in ("measure", "effect", "evidence"))
        self._table(slide, room, Rows(heads, rows, (0.4, 0.34, 0.26)))

    def _paragraphs(self, slide: Any, room: Room, said: list[str]) -> None:  # noqa: ANN401 - as above
        size = size_for(said, room.width, room.height - int(_LARGEST * _BELOW))
        fits = sum(height_of(one, room.width, size) for one in said) + len(said) * int(size * _BELOW) <= room.height
        lines = _ENDLESS if fits else max(2, int(room.height / (len(said) * size * 1.95 * 12_700)))
        runs = []
        for place, one in enumerate(said):
            if place:
                runs.append(Run(text="", size=size / 2))
            runs.append(Run(text=shortened(one, room.width, size, lines), size=size))
        text_box(slide, room, runs)

    def _note(self, slide: Any, room: Room, said: str) -> int:  # noqa: ANN401 - as above
        """A sentence on a coloured ground. Returns how tall it is."""
        inner = room.width - 4 * _PAD
        tall = height_of(said, inner, 18) + 4 * _PAD
        made = box(slide, Room(room.left, room.top, room.width, tall), fill=Ink.OCHRE_WASH)
        write(made, [Run(text=said, size=18)], pad=2 * _PAD, middle=True)
        return tall

    def _table(self, slide: Any, room: Room, said: Rows) -> None:  # noqa: ANN401 - as above
        heads, rows, shares = said.heads, said.rows, said.shares
        shown = rows[:_MOST_ROWS]
        widths = [int(room.width * share) for share in shares]
        tried = [(size, *_fitting(shown, widths, size, room.height - 2 * _GAP)) for size in _CELLS]
        size, cells, tall = next((one for one in tried if len(one[1]) == len(shown)), tried[-1])
        frame = slide.shapes.add_table(len(cells) + 1, len(heads), room.left, room.top, sum(widths), sum(tall))
        table = frame.table
        for place, width in enumerate(widths):
            table.columns[place].width = width
        for place, high in enumerate(tall):
            table.rows[place].height = high
        for place, row in enumerate([heads, *cells]):
            for column, one in enumerate(row):
                _cell(table.cell(place, column), one, size, head=place == 0)
        more = len(rows) - len(cells)
        if more > 0:
            below = Room(room.left, room.top + sum(tall) + _PAD, room.width, 2 * _GAP - _PAD)
            text_box(slide, below, [Run(text=self._say("more", count=more), size=12, ink=Ink.SOFT)])


def _fitting(rows: Sequence[Row], widths: Sequence[int], size: float, room: int) -> tuple[list[Row], list[int]]:
    """The rows that have room when written in this size, and how tall each is; the head first."""
    cells: list[Row] = []
    tall = [height_of(" ", widths[0], size, bold=True) + 2 * _PAD]
    for row in rows:
        cell = tuple(shortened(one, width - 2 * _PAD, size, _CELL_LINES) for one, width in zip(row, widths, strict=True))
        high = max(height_of(one, width - 2 * _PAD, size) for one, width in zip(cell, widths, strict=True)) + 2 * _PAD
        if sum(tall) + high > room:
            break
        cells.append(cell)
        tall.append(high)
    return cells, tall


def _cell(cell: Any, said: str, size: float, *, head: bool) -> None:  # noqa: ANN401 - python-pptx has no types
    cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = _PAD
    cell.fill.solid()
    cell.fill.fore_color.rgb = colour(Ink.GREEN if head else Ink.CARD)
    write_cell(cell, Run(text=said, size=size, bold=head, ink=Ink.PAPER if head else Ink.INK))


def write_cell(cell: Any, said: Run) -> None:  # noqa: ANN401 - as above
    """Text in a cell of a table."""
    run = cell.text_frame.paragraphs[0].add_run()
    run.text = said.text
    run.font.size, run.font.bold, run.font.name = int(said.size * 12_700), said.bold, "Arial"
    run.font.color.rgb = colour(said.ink)


def _day(due: date | None, language: str) -> str:
    if due is None:
        return ""
    return f"{due.day}.{due.month}.{due.year}" if language == "de" else f"{due.day} {due:%b} {due.year}"
