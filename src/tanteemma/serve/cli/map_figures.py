"""What is measured on a map, asked by the command line: for its exports as the server's exports show it."""

from pathlib import Path
from typing import TYPE_CHECKING

from tanteemma.serve.cli.output import tell
from tanteemma.serve.cli.speaking import spoken

if TYPE_CHECKING:
    from tanteemma.workshop.drawing.picture import Measured
    from tanteemma.workshop.keeping import Document


def measured_for(data: Path, document: "Document") -> "Measured":
    """The figures of a map; none where nothing is bound. What cannot be counted is said, and the map goes out without it."""
    import msgspec

    from tanteemma.journeys.answers_cells import CellsAnswer
    from tanteemma.model.problems import Problem
    from tanteemma.serve.cli.asking import ask_once
    from tanteemma.serve.cli.operational_tables import tables_of
    from tanteemma.serve.exported_figures import as_export
    from tanteemma.serve.map_asked import filter_of, measurable, options_of
    from tanteemma.serve.worker.messages import Analyse
    from tanteemma.workshop.drawing.picture import Measured

    with tables_of(data, write=False) as tx:
        asked = measurable(tx, document)
    if not asked.evidenced:
        return Measured()
    wanted, options = filter_of(asked), msgspec.json.encode(options_of(asked, {}, spoken()))
    try:
        body = ask_once(data, Analyse("cells", options, wanted.journey, wanted))
    except Problem as problem:
        tell(problem.sentence(spoken()))
        return Measured()
    return as_export(msgspec.json.decode(body, type=CellsAnswer), document.content, spoken())
