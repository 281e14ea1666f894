"""What is measured on a map, asked for an export: the newest version, as far as it can be counted now."""

from tanteemma.serve.edge.measured_map import measured
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.exported_figures import as_export
from tanteemma.serve.map_asked import measurable
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content
from tanteemma.workshop.drawing.picture import Measured


async def measured_export(request: AnyRequest, key: str, *, patient: bool = True) -> Measured:
    """The figures of the newest version of a map; none where nothing is bound or nothing can be counted now."""

    def look(tx: Transaction) -> Content:
        return keeping.open_document(tx, key).content

    content = await edge_of(request).access.read(look)
    asked = await edge_of(request).access.read(lambda tx: measurable(tx, content))
    found = await measured(request, asked, patient=patient)
    return Measured() if found.answer is None else as_export(found.answer, content, language_for(request))
