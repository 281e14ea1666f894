"""A map in words, for those who read instead of looking."""

from base64 import b64encode

from tanteemma.serve.pages.views_export import CellTold, EntryTold, PhaseTold
from tanteemma.workshop.drawing.cards import figure_lines, mark_words
from tanteemma.workshop.drawing.picture import CardShown, MapPicture


def phases_told(picture: MapPicture) -> tuple[PhaseTold, ...]:
    """Every phase with what stands in its lanes."""
    return tuple(
        PhaseTold(
            name=phase.name,
            task=phase.task,
            believed=phase.believed,
            target=phase.target,
            cells=tuple(
                CellTold(title=lane.title, entries=tuple(_entry(card, picture.language) for card in lane.cells[place]))
                for lane in picture.lanes
                if lane.cells[place]
            ),
        )
        for place, phase in enumerate(picture.phases)
    )


def _entry(card: CardShown, language: str) -> EntryTold:
    held = "" if card.photo is None else f"data:{card.photo.media_type};base64,{b64encode(card.photo.bytes).decode()}"
    figures = tuple(figure_lines(figure, language) for figure in card.figures)
    mark = "" if card.mark is None else mark_words(card.mark, language)
    return EntryTold(
        said=f"{card.sign} {card.text}" if card.sign else card.text,
        small=" · ".join(card.small),
        figures=figures,
        mark=mark,
        photo=held,
    )
