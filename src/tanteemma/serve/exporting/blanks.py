"""An empty template to fill in: the phases and lanes of a map without its cards."""

import msgspec

from tanteemma.model.texts import text
from tanteemma.serve.exporting.order import Order
from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.drawing.picture import Measured

_FRAME = frozenset({"phase", "lane"})


def blanked(order: Order) -> Order:
    """The same map without what somebody wrote on it; tasks of the company stay, they belong to the phases."""
    tasks = {part.id for part in order.content.of_kind("lane") if part.text("kind") == "task"}
    kept = tuple(_bare(part) for part in order.content.parts if part.kind in _FRAME or part.place.get("lane") in tasks)
    return msgspec.structs.replace(
        order,
        name=text("map_export.blank_map", order.language),
        content=Content(parts=kept),
        version=0,
        measured=Measured(),
    )


def _bare(part: Part) -> Part:
    """A phase without the weight that somebody believed it has."""
    fields = {name: said for name, said in part.fields.items() if name != "weight"}
    return msgspec.structs.replace(part, fields=fields)
