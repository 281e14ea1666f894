"""How tall is a card, and which words stand where in it?"""

from collections.abc import Iterable
from typing import Final

import msgspec

from tanteemma.model.texts import text
from tanteemma.workshop.drawing.picture import CardShown, Figure, Mark, Photo, Tone
from tanteemma.workshop.drawing.shapes import LINE_HEIGHT, Box, Image, Ink, Shape, Words
from tanteemma.workshop.drawing.widths import wrapped
from tanteemma.workshop.evidence import Evidence

PAD: Final = 8.0
GAP: Final = 6.0
_TEXT: Final = 12.0
_SMALL: Final = 10.0
#: no picture on a card is taller
_TALLEST: Final = 130.0
_LEVELS: Final = tuple(Evidence)
_EDGES: Final = {
    Tone.OWN: Ink.GREEN,
    Tone.PARTNER: Ink.BLUE,
    Tone.PUBLIC: Ink.OCHRE_BRIGHT,
    Tone.GOOD: Ink.GREEN,
    Tone.BAD: Ink.BRICK,
    Tone.IDEA: Ink.OCHRE_BRIGHT,
    Tone.MEASURE: Ink.BLUE,
    Tone.PROOF: Ink.STRONG,
}
_FILLS: Final = {Tone.GOOD: Ink.GREEN_WASH, Tone.BAD: Ink.BRICK_WASH, Tone.IDEA: Ink.OCHRE_WASH, Tone.MEASURE: Ink.BLUE_WASH}


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A card with its words, at home at (0, 0)."""

    box: Box
    words: tuple[Words, ...]
    image: Image | None = None

    @property
    def height(self) -> float:
        """How tall it is."""
        return self.box.height

    def at(self, x: float, y: float) -> Iterable[Shape]:
        """The same at a place."""
        yield msgspec.structs.replace(self.box, x=x, y=y)
        for words in self.words:
            yield msgspec.structs.replace(words, x=words.x + x, y=words.y + y)
        if self.image is not None:
            yield msgspec.structs.replace(self.image, x=self.image.x + x, y=self.image.y + y)


def edge_of(tone: Tone) -> Ink | None:
    """The colour of the edge of cards of this tone."""
    return _EDGES.get(tone)


def evidence_words(level: Evidence, language: str) -> str:
    """How well it is evidenced, as dots and in words: nobody has to tell colours apart.

    >>> evidence_words(Evidence.MEASURED, "de")
    '●●●●○ gemessen'
    """
    count = _LEVELS.index(level) + 1
    return f"{'●' * count}{'○' * (len(_LEVELS) - count)} {text(f'cells.evidence.{level.value}', language)}"


def mark_words(mark: Mark, language: str) -> str:
    """How well a card is evidenced and what that rests on, in a line.

    >>> mark_words(Mark(level=Evidence.QUALITATIVE, rests_on=("aus eigener Erhebung",)), "de")
    '●●○○○ qualitativ belegt, aus eigener Erhebung'
    """
    return ", ".join((evidence_words(mark.level, language), *mark.rests_on))


def figure_lines(figure: Figure, language: str) -> tuple[str, str]:
    """A measured value in two lines: what and how much; then n, range, source and date."""
    said = (
        "" if figure.n is None else text("map_export.n", language, n=grouped(figure.n, language)),
        figure.range,
        figure.source,
        figure.as_of,
    )
    return f"{figure.label}: {figure.shown}", " · ".join(filter(None, said))


def grouped(count: int, language: str) -> str:
    """A count with its thousands apart."""
    said = f"{count:,}"
    return said.replace(",", ".") if language == "de" else said


def placed(card: CardShown, width: float, language: str) -> Placed:
    """The card as wide as its column."""
    words: list[Words] = []
    image = None if card.photo is None else _image(card.photo, width, card.text)
    below = PAD if image is None else 2 * PAD + image.height

    def write(said: str, size: float, ink: Ink = Ink.INK, *, bold: bool = False) -> None:
        nonlocal below
        lines = wrapped(said, width - 2 * PAD - 2, size, bold=bold)
        room = width - 2 * PAD - 2
        words.append(Words(x=PAD + 2, y=below, width=room, lines=lines, said=said, size=size, ink=ink, bold=bold))
        below += len(lines) * size * LINE_HEIGHT

    write(f"{card.sign} {card.text}" if card.sign else card.text, _TEXT)
    for said in card.small:
        write(said, _SMALL, Ink.SOFT)
    for figure in card.figures:
        below += 2
        first, second = figure_lines(figure, language)
        write(first, _SMALL, Ink.BLUE, bold=True)
        if second:
            write(second, _SMALL, Ink.SOFT)
    if card.mark is not None:
        below += 2
        write(mark_words(card.mark, language), _SMALL, Ink.SOFT)
    fill = _FILLS.get(card.tone, Ink.CARD)
    box = Box(
        x=0, y=0, width=width, height=below + PAD - 2, fill=fill, line=Ink.LINE, edge=edge_of(card.tone), round=5, what="card"
    )
    return Placed(box=box, words=tuple(words), image=image)


def _image(photo: Photo, width: float, about: str) -> Image:
    """The picture as wide as the card, or as tall as may be; never cut, never stretched."""
    room = width - 2 * PAD - 2
    scale = min(room / photo.width, _TALLEST / photo.height)
    wide, high = photo.width * scale, photo.height * scale
    x = PAD + 2 + (room - wide) / 2
    return Image(x=x, y=PAD, width=wide, height=high, media_type=photo.media_type, bytes=photo.bytes, about=about)
