"""What a format of an export gets and gives: the events of the chosen journeys batch by batch, and a place to write to."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from tanteemma.store.chosen import Batch


class Style(StrEnum):
    """How is a table written? ``plain``: commas, decimal points; ``german``: semicolons, decimal commas, a mark for Excel."""

    PLAIN = "plain"
    GERMAN = "german"


class Source(Protocol):
    """The events of the chosen journeys, as often as a format goes through them."""

    #: what the journeys are called (their definition), and whether each is a case, told by a key of its events
    name: str
    is_case: bool
    #: whether an event can stand in several journeys
    shares: bool

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """Lake columns of all events, journey by journey."""
        ...


class Sink(Protocol):
    """Where the bytes go; only forwards."""

    def write(self, part: bytes, /) -> int:
        """Take the next bytes."""
        ...


class ExportFormat(Protocol):
    """One way journeys are written. Registered with ``hooks.export_formats.add(NAME)``; one module a format.

    ``passes``: how often it goes through the events, for the progress.
    """

    name: str
    suffix: str
    media_type: str
    passes: int

    def write(self, source: Source, sink: Sink, style: Style) -> None:
        """Everything, in memory that does not grow with the number of events."""
        ...
