"""The chosen journeys with all their events, written in the format of another program."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tanteemma.journeys.ask import ask_chosen
from tanteemma.journeys.exports.shape import ExportFormat, Sink, Style
from tanteemma.journeys.kernels.chosen import Chosen
from tanteemma.model.hooks import export_formats
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked, Watched
from tanteemma.serve.worker.conditions import ready
from tanteemma.serve.worker.growing_output import GrowingOutput
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, ExportJourneys, Progress
from tanteemma.store.chosen import Batch, chosen_events
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.snapshot import Snapshot


class Exported(msgspec.Struct, frozen=True):
    """How much was written."""

    journeys: int
    events: int
    bytes: int


class _Source:
    """What a format reads, watched: it stops when nobody waits any more, and says how far it is."""

    def __init__(self, snapshot: Snapshot, journey: JourneyDefinition, chosen: Chosen, asked: Asked) -> None:
        self.name = journey.name
        self.is_case = journey.by == "case" and not any(journey.cut)
        self.shares = bool(journey.starts_at or journey.ends_at)
        self.passes = 1
        self._snapshot = snapshot
        self._journey = journey
        self._chosen = chosen
        self._asked = asked
        self._done = 0

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """All events of the chosen journeys."""
        for batch in chosen_events(self._snapshot, self._journey, self._chosen.masks, columns):
            self._asked.check()
            yield batch
            self._done += len(batch)
            done = self._done // self.passes
            self._asked.say(Progress(done_bytes=done, total_bytes=self._chosen.events, rows=done, stage="export"))


class _Counted:
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.bytes = 0

    def write(self, part: bytes, /) -> int:
        """Hand on and count."""
        self._sink.write(part)
        self.bytes += len(part)
        return len(part)


def format_named(name: str) -> ExportFormat:
    """The format of this name. Raises Problem QUESTION_INVALID naming those there are."""
    known = export_formats.all()
    if name not in known:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="format", value=name[:80], allowed=", ".join(known))
    found: ExportFormat = known[name]
    return found


def style_named(name: str) -> Style:
    """The style of this name. Raises Problem QUESTION_INVALID naming those there are."""
    try:
        return Style(name)
    except ValueError as error:
        allowed = ", ".join(Style)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="style", value=name[:80], allowed=allowed) from error


def write_journeys(house: House, message: ExportJourneys, sink: Sink, asked: Asked) -> Exported:
    """Write the journeys to a place. Raises Problem, or Unwanted when nobody waits any more."""
    form, style = format_named(message.format), style_named(message.style)
    with house.readers.pinned() as snapshot:
        asked.check()
        journey = snapshot.definition(message.journey or message.filter.journey)
        chosen = ask_chosen(Watched(snapshot, asked), journey, selection=ready(house, snapshot, journey, message.filter))
        source, counted = _Source(snapshot, journey, chosen, asked), _Counted(sink)
        source.passes = form.passes
        asked.say(Progress(total_bytes=chosen.events, stage="export"))
        form.write(source, counted, style)
    return Exported(chosen.journeys, chosen.events, counted.bytes)


def export_journeys(house: House, message: ExportJourneys, asked: Asked) -> Answered:
    """Write the journeys to a file. Raises Problem, or Unwanted when nobody waits any more."""
    with GrowingOutput(Path(message.path), house.settings.disk_floor_bytes) as file:
        written = write_journeys(house, message, file, asked)
    return Answered(body=msgspec.json.encode(written))
