"""The emotion curve: what is believed, what was computed with its band, and what is aimed at."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

import msgspec

from tanteemma.workshop.drawing.picture import MapPicture
from tanteemma.workshop.drawing.shapes import Dot, Ink, Line, Shape, Words

HEIGHT: Final = 150.0
_EDGE: Final = 18.0
_HIGHEST: Final = 2
_RADIUS: Final = 4.5
#: one colour for each persona; the legend names them
_VOICES: Final = (Ink.INK, Ink.BRICK, Ink.GREEN, Ink.OCHRE, Ink.STRONG)

Point = tuple[float, float]
Run = list[Point]
V = TypeVar("V")
R = TypeVar("R")


class Room(msgspec.Struct, frozen=True):
    """Where the curve is drawn: upper left, and how wide each phase is."""

    x: float
    y: float
    column: float

    def middle(self, phase: int) -> float:
        """The middle of a phase."""
        return self.x + (phase + 0.5) * self.column

    def level(self, value: float) -> float:
        """Where an emotion from -2 to 2 stands."""
        return self.y + _EDGE + (_HIGHEST - value) / (2 * _HIGHEST) * (HEIGHT - 2 * _EDGE)


def has_curve(picture: MapPicture) -> bool:
    """Is there any emotion to draw?"""
    return any(one is not None for phase in picture.phases for one in (phase.believed, phase.target, phase.measured))


def curve(picture: MapPicture, room: Room) -> Iterable[Shape]:
    """The axes, then target, measured and believed; where nothing is known, the line is interrupted."""
    yield from _axes(len(picture.phases), room)
    measured = [None if phase.measured is None else phase.measured for phase in picture.phases]
    for run in _runs(measured, lambda place, felt: (room.middle(place), felt.low, felt.high)):
        upper = [(x, room.level(high)) for x, _, high in run]
        lower = [(x, room.level(low)) for x, low, _ in reversed(run)]
        yield Line(points=tuple(_broad(upper, lower)), fill=Ink.BLUE_WASH)
    yield from _line([phase.target for phase in picture.phases], room, Ink.OCHRE_BRIGHT)
    yield from _line([None if felt is None else felt.value for felt in measured], room, Ink.BLUE)
    yield from _believed(picture, room)


def _axes(phases: int, room: Room) -> Iterable[Shape]:
    right = room.x + phases * room.column
    for value in range(-_HIGHEST, _HIGHEST + 1):
        at = room.level(value)
        ink = Ink.STRONG if value == 0 else Ink.LINE
        yield Line(points=((room.x, at), (right, at)), ink=ink, width=1 if value == 0 else 0.6)
        said = f"+{value}" if value > 0 else f"{value}".replace("-", "−")
        yield Words(x=room.x + 4, y=at - 12, width=24, lines=(said,), size=9, ink=Ink.SOFT)


def _broad(upper: Run, lower: Run) -> Run:
    """A band of one phase alone is as wide as a mark."""
    if len(upper) > 1:
        return [*upper, *lower]
    (x, top), (_, bottom) = upper[0], lower[0]
    return [(x - 8, top), (x + 8, top), (x + 8, bottom), (x - 8, bottom)]


def _line(values: Sequence[float | None], room: Room, ink: Ink) -> Iterable[Shape]:
    for run in _runs(values, lambda place, value: (room.middle(place), room.level(value))):
        if len(run) > 1:
            yield Line(points=tuple(run), ink=ink, width=2.5)
        for x, y in run:
            yield Dot(x=x, y=y, radius=_RADIUS, ink=ink)


def voice_inks(picture: MapPicture) -> list[tuple[str, Ink]]:
    """In which colour the curve of each persona is drawn (empty: of everybody), in the order of the lanes."""
    return [(voice, _VOICES[place % len(_VOICES)]) for place, voice in enumerate(picture.voices)]


def _believed(picture: MapPicture, room: Room) -> Iterable[Shape]:
    """Each card that has a feeling is a mark of its own inside its phase; each persona has a line of her own."""
    for voice, ink in voice_inks(picture):
        lanes = [lane for lane in picture.lanes if lane.persona == voice]
        run: Run = []
        for place in range(len(picture.phases)):
            felt = [card.feeling for lane in lanes for card in lane.cells[place] if card.feeling is not None]
            if not felt:
                yield from _dashed(run, ink)
                run = []
            left = room.x + place * room.column
            run += [(left + (at + 1) / (len(felt) + 1) * room.column, room.level(value)) for at, value in enumerate(felt)]
        yield from _dashed(run, ink)


def _dashed(run: Run, ink: Ink) -> Iterable[Shape]:
    if len(run) > 1:
        yield Line(points=tuple(run), ink=ink, width=1.8, dash=True)
    for x, y in run:
        yield Dot(x=x, y=y, radius=_RADIUS, ink=ink, hollow=True)


def _runs(values: Sequence[V | None], place: Callable[[int, V], R]) -> Iterable[list[R]]:
    """Stretches of neighbours that have a value."""
    run: list[R] = []
    for at, value in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append(place(at, value))
    if run:
        yield run
