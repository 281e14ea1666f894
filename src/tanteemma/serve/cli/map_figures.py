"""What is measured on a map, asked by the command line: as it is, and for its exports as the server's exports show it."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.output import tell
from tanteemma.serve.cli.speaking import spoken

if TYPE_CHECKING:
    from tanteemma.serve.map_asked import Measurable
    from tanteemma.serve.pages.filters import JourneyFilter
    from tanteemma.store.operational import Transaction
    from tanteemma.workshop.document import Content
    from tanteemma.workshop.drawing.picture import Measured
    from tanteemma.workshop.keeping import Document


@contextlib.contextmanager
def opened_map(data: Path, name: str) -> Iterator[tuple["Transaction", "Document", "Measurable"]]:
    """A map by its name or key, and what it asks. Raises Problem DOCUMENT_UNKNOWN, DOCUMENT_AMBIGUOUS."""
    from tanteemma.serve.exporting.ordering import find_document
    from tanteemma.serve.map_asked import measurable

    with tables_of(data, write=False) as tx:
        document = find_document(tx, name, "map")
        yield tx, document, measurable(tx, document)


def ask_map(data: Path, question: str, options: Mapping[str, Any], wanted: "JourneyFilter") -> bytes:
    """The answer to a question about a map, as JSON. Raises Problem."""
    import msgspec

    from tanteemma.serve.cli.asking import ask_once
    from tanteemma.serve.worker.messages import Analyse

    return ask_once(data, Analyse(question, msgspec.json.encode(options), wanted.journey, wanted))


def names_on(content: "Content") -> dict[str, str]:
    """What the parts of a map are called, by their ids."""
    return {part.id: part.text("text") or part.text("name") or part.id for part in content.parts}


def measured_for(data: Path, document: "Document") -> "Measured":
    """The figures of a map; none where nothing is bound. What cannot be counted is said, and the map goes out without it."""
    import msgspec

    from tanteemma.journeys.answers_cells import CellsAnswer
    from tanteemma.model.problems import Problem
    from tanteemma.serve.exported_figures import as_export
    from tanteemma.serve.map_asked import filter_of, measurable, options_of
    from tanteemma.workshop.drawing.picture import Measured

    with tables_of(data, write=False) as tx:
        asked = measurable(tx, document)
    if not asked.evidenced:
        return Measured()
    try:
        body = ask_map(data, "cells", options_of(asked, {}, spoken()), filter_of(asked))
    except Problem as problem:
        tell(problem.sentence(spoken()))
        return Measured()
    return as_export(msgspec.json.decode(body, type=CellsAnswer), document.content, spoken())
