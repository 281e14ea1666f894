"""Where does each part of a map stand? Rows grow with their words, so nothing overlaps and nothing is cut off."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tanteemma.model.texts import text
from tanteemma.workshop.drawing.cards import GAP, PAD, Placed, edge_of, evidence_words, placed
from tanteemma.workshop.drawing.curve import HEIGHT as CURVE
from tanteemma.workshop.drawing.curve import Room, curve, has_curve, voice_inks
from tanteemma.workshop.drawing.picture import LaneShown, MapPicture, PhaseShown, Tone
from tanteemma.workshop.drawing.shapes import LINE_HEIGHT, Box, Dot, Ink, Line, Shape, Sheet, Words
from tanteemma.workshop.drawing.widths import width_of, wrapped

MARGIN: Final = 28.0
HEAD: Final = 168.0
#: how wide a phase is on the screen
COLUMN: Final = 190.0
#: a sheet of the series A, lying
LANDSCAPE: Final = 2**0.5
_COLUMNS: Final = tuple(float(wide) for wide in range(110, 441, 15))
_TITLE: Final = 26.0
_LEAST_WIDTH: Final = 760.0
#: a lane gets at most so much air, so that the sheet is as tall as its page
_MOST_MORE: Final = 90.0
_EMOTION: Final = "emotion"


def map_sheet(picture: MapPicture, column: float = COLUMN, row: float = 0) -> Sheet:
    """The whole map on one sheet; ``column``: how wide a phase is, ``row``: how tall a lane is at least."""
    return _Drawing(picture, column, row).sheet()


def fitted_sheet(picture: MapPicture, ratio: float = LANDSCAPE, row: float = 0) -> Sheet:
    """The sheet whose width is ``ratio`` times its height, as nearly as this map can be: phases get the width that does it."""
    tried = [(column, map_sheet(picture, column, row)) for column in _COLUMNS]
    column, best = min(tried, key=lambda pair: abs(pair[1].width / pair[1].height / ratio - 1))
    short = best.width / ratio - best.height
    if short <= 0 or not picture.lanes:
        return best
    return _Drawing(picture, column, row, more=min(_MOST_MORE, short / len(picture.lanes))).sheet()


class _Drawing:
    """One sheet while it is drawn from top to bottom."""

    def __init__(self, picture: MapPicture, column: float, row: float, more: float = 0) -> None:
        self._least = row
        self._more = more
        self._picture = picture
        self._language = picture.language
        self._column = column
        self._left = MARGIN + HEAD + PAD
        self._width = max(_LEAST_WIDTH, self._left + column * len(picture.phases) + MARGIN)
        self._column = (self._width - MARGIN - self._left) / max(1, len(picture.phases))
        self._y = MARGIN
        self._shapes: list[Shape] = []

    def sheet(self) -> Sheet:
        """The finished sheet."""
        picture = self._picture
        self._top()
        if picture.phases and picture.lanes:
            self._phases()
            curved = next((lane.id for lane in picture.lanes if lane.kind == _EMOTION), None) if has_curve(picture) else None
            for lane in picture.lanes:  # one picture of all curves, in the first lane of emotions
                self._row(lane.title, lane, drawn=lane.id == curved)
            if has_curve(picture) and not any(lane.kind == _EMOTION for lane in picture.lanes):
                self._row(text("map_export.curve", self._language), None, drawn=True)
            self._legend()
        else:
            self._write(text("map_export.empty", self._language), 14)
        cards = sum(len(cell) for lane in picture.lanes for cell in lane.cells)
        about = text("map_export.about", self._language, phases=len(picture.phases), lanes=len(picture.lanes), cards=cards)
        return Sheet(
            width=self._width,
            height=self._y + MARGIN,
            shapes=tuple(self._shapes),
            title=picture.name,
            about=about,
            language=self._language,
        )

    def _write(self, said: str, size: float, ink: Ink = Ink.INK, *, bold: bool = False) -> None:
        width = self._width - 2 * MARGIN
        lines = wrapped(said, width, size, bold=bold)
        words = Words(x=MARGIN, y=self._y, width=width, lines=lines, said=said, size=size, ink=ink, bold=bold)
        self._shapes.append(words)
        self._y += words.height

    def _top(self) -> None:
        self._write(self._picture.name, _TITLE, Ink.GREEN, bold=True)
        if self._picture.facts:
            self._y += 2
            self._write(" · ".join(self._picture.facts), 12, Ink.SOFT)
        if self._picture.scope:
            self._y += 4
            self._write(self._picture.scope, 12)
        self._y += 14

    def _phases(self) -> None:
        blocks = [self._phase_words(place, phase) for place, phase in enumerate(self._picture.phases)]
        height = max(sum(words.height for words in block) for block in blocks) + 2 * PAD
        for place, block in enumerate(blocks):
            box = Box(
                x=self._at(place), y=self._y, width=self._column - GAP, height=height, fill=Ink.GREEN, round=6, what="phase"
            )
            self._shapes.append(box)
            below = self._y + PAD
            for words in block:
                self._shapes.append(msgspec.structs.replace(words, y=below))
                below += words.height
        self._y += height + PAD

    def _phase_words(self, place: int, phase: PhaseShown) -> list[Words]:
        said = [(phase.name, 14.0, True), (phase.task, 11.0, False)]
        if phase.weight is not None:
            said.append((text("map_export.weight", self._language, share=f"{phase.weight:g}"), 10.0, False))
        if phase.mark is not None:
            said.append((evidence_words(phase.mark.level, self._language), 10.0, False))
        width = self._column - GAP - 2 * PAD
        return [
            Words(
                x=self._at(place) + PAD,
                y=0,
                width=width,
                lines=wrapped(one, width, size, bold=bold),
                said=one,
                size=size,
                ink=Ink.PAPER,
                bold=bold,
            )
            for one, size, bold in said
            if one
        ]

    def _at(self, phase: int) -> float:
        return self._left + phase * self._column + GAP / 2

    def _row(self, title: str, lane: LaneShown | None, *, drawn: bool) -> None:
        cells = [] if lane is None else [self._cell(lane, place) for place in range(len(self._picture.phases))]
        tallest = max((_stacked(cell) for cell in cells), default=0.0)
        lines = wrapped(title, HEAD - 2 * PAD, 12, bold=True)
        curved = CURVE if drawn else 0.0
        height = max(curved + tallest, len(lines) * 12 * LINE_HEIGHT, self._least) + 2 * PAD + self._more
        width = self._width - 2 * MARGIN
        self._shapes += [
            Box(x=MARGIN, y=self._y, width=width, height=height, fill=Ink.SUNK, round=6, what="lane"),
            Words(
                x=MARGIN + PAD,
                y=self._y + PAD,
                width=HEAD - 2 * PAD,
                lines=lines,
                said=title,
                size=12,
                bold=True,
                ink=Ink.GREEN,
            ),
            *self._dividers(height),
        ]
        if drawn:
            self._shapes += curve(self._picture, Room(self._left, self._y + PAD, self._column))
        for place, cell in enumerate(cells):
            below = self._y + PAD + curved
            for card in cell:
                self._shapes += card.at(self._at(place), below)
                below += card.height + GAP
        self._y += height + PAD

    def _dividers(self, height: float) -> Iterable[Shape]:
        for place in range(1, len(self._picture.phases)):
            x = self._left + place * self._column
            yield Line(points=((x, self._y + 4), (x, self._y + height - 4)), ink=Ink.LINE, width=0.6)

    def _cell(self, lane: LaneShown, place: int) -> list[Placed]:
        return [placed(card, self._column - GAP, self._language) for card in lane.cells[place]]

    def _legend(self) -> None:
        """What the signs mean, as many of them as this map has."""
        x, self._y = MARGIN, self._y + 4
        for drawing, said in self._signs():
            wide = 26 + width_of(said, 10) + 18
            if x + wide > self._width - MARGIN:
                x, self._y = MARGIN, self._y + 18
            self._shapes += _sign(drawing, x, self._y)
            self._shapes.append(Words(x=x + 26, y=self._y, width=wide, lines=(said,), size=10, ink=Ink.SOFT))
            x += wide
        self._y += 14

    def _signs(self) -> Iterable[tuple[Tone | tuple[Ink, bool], str]]:
        picture, language = self._picture, self._language
        for voice, ink in voice_inks(picture):
            believed = text("map_export.legend.believed", language)
            yield (ink, True), f"{believed}: {voice}" if voice else believed
        if any(phase.measured is not None for phase in picture.phases):
            yield (Ink.BLUE, False), text("map_export.legend.measured", language)
        if any(phase.target is not None for phase in picture.phases):
            yield (Ink.OCHRE_BRIGHT, False), text("map_export.legend.target", language)
        there = {card.tone for lane in picture.lanes for cell in lane.cells for card in cell}
        for tone in Tone:
            if tone in there and tone is not Tone.PLAIN:
                yield tone, text(f"map_export.legend.{tone.value}", language)


def _sign(drawing: Tone | tuple[Ink, bool], x: float, y: float) -> Iterable[Shape]:
    """A stroke in its colour, believed (dashed, hollow) or not; else the edge of a card."""
    middle = y + 7
    if isinstance(drawing, tuple):
        ink, believed = drawing
        yield Line(points=((x, middle), (x + 20, middle)), ink=ink, width=2.2, dash=believed)
        yield Dot(x=x + 10, y=middle, radius=3.5, ink=ink, hollow=believed)
    else:
        yield Box(x=x, y=y + 1, width=20, height=12, line=Ink.LINE, edge=edge_of(drawing), round=3)


def _stacked(cell: list[Placed]) -> float:
    return sum(card.height for card in cell) + GAP * max(0, len(cell) - 1)
