"""What is measured on a map as JSON, by the rules that stand on it: the documents of ``emma map measured`` and ``compare``."""

from typing import Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.answering import answer_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.map_asked import filter_of, map_and_asked, options_of
from tanteemma.serve.map_sides import SAID, Sides, segment_said, sides_of
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import Transaction

_READ: Final = {"permission": Permission.DATA_READ}
_ONE: Final = "/api/maps/{key:str}"
_LONGEST: Final = 300


def said_of(request: AnyRequest, names: tuple[str, ...] = SAID) -> dict[str, str]:
    """What an address says under these names."""
    return {name: request.query_params.get(name, "")[:_LONGEST] for name in names}


@get(f"{_ONE}/measured", opt=_READ)
async def measured_cells(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Every cell as it is measured; in the address ``since``, ``until``, ``segment`` or ``persona``, ``weight.score`` ….

    The answer is that of the question ``cells``.
    """
    said, language = request.query_params, language_for(request)

    def look(tx: Transaction) -> Analyse:
        _, asked = map_and_asked(tx, key)
        wanted = filter_of(asked, segment_said(tx, said_of(request)))
        return Analyse("cells", msgspec.json.encode(options_of(asked, said, language)), wanted.journey, wanted)

    return await answer_of(request, await edge_of(request).access.read(look))


@get(f"{_ONE}/compare", opt=_READ)
async def compared_cells(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Two times, personas or segments, cell by cell: ``since``, ``until``, ``segment``, ``persona``, with ``other_`` too."""

    def look(tx: Transaction) -> Sides:
        return sides_of(tx, map_and_asked(tx, key)[1], said_of(request), language_for(request))

    sides = await edge_of(request).access.read(look)
    message = Analyse("cells_compare", msgspec.json.encode(sides.options), sides.filter.journey, sides.filter)
    return await answer_of(request, message)


ROUTES = (measured_cells, compared_cells)
