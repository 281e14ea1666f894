"""Questions that somebody wrote in SQL: asked of the views for reports, answered as a document or as a file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa

from tanteemma.journeys.ask_scores import ask_every_metric, ask_metric
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.dimensions import read_dimension
from tanteemma.metrics.measure import Wanted
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked, Watched
from tanteemma.serve.worker.growing_output import GrowingOutput
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.journey_export import style_named
from tanteemma.serve.worker.messages import Answered, AskSql, ExportSql
from tanteemma.serve.worker.sql_formats import WRITERS, Out
from tanteemma.store.asked_in_sql import SCORES_OF_DAYS, Answer, Limits, Made, Written, asked
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.operational.people import changed_since

#: Rows of one document at most; whoever wants all takes a file.
MOST_ROWS: Final = 10_000


class WrittenRows(msgspec.Struct, frozen=True):
    """How much was written."""

    rows: int


@contextmanager
def answering(house: House, message: AskSql | ExportSql, most: int | None, watch: Asked) -> Iterator[Answer]:
    """The answer as a stream. Raises Problem, Unwanted."""
    settings = house.settings
    with house.readers.pinned() as snapshot:
        with house.operational.read() as tx:
            joined = changed_since(tx, -1)
        written = Written(message.question, message.values, settings.time_zone)
        limits = Limits(settings.question_timeout_s, settings.sql_memory_bytes, most)
        made = Made(joined, lambda: _scores(Watched(snapshot, watch), settings.time_zone))
        with asked(snapshot, written, limits, made, watch.check) as answer:
            yield answer


def write_answer(house: House, message: ExportSql, out: Out, watch: Asked) -> WrittenRows:
    """Write all rows to a place. Raises Problem, or Unwanted when nobody waits any more."""
    if message.format not in WRITERS:
        allowed = ", ".join(WRITERS)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="format", value=message.format[:80], allowed=allowed)
    style = style_named(message.style)
    with answering(house, message, None, watch) as answer:
        WRITERS[message.format](answer, out, style)
        return WrittenRows(answer.done.rows)


def ask_sql(house: House, message: AskSql, watch: Asked) -> Answered:
    """The first rows as a document."""
    out = io.BytesIO()
    with answering(house, message, min(message.most, MOST_ROWS), watch) as answer:
        WRITERS["json"](answer, out, style_named("plain"))
    return Answered(body=out.getvalue())


def export_sql(house: House, message: ExportSql, watch: Asked) -> Answered:
    """Write all rows to a file."""
    with GrowingOutput(Path(message.path), house.settings.disk_floor_bytes) as file:
        return Answered(body=msgspec.json.encode(write_answer(house, message, file, watch)))


def _scores(watched: Watched, zone: str) -> pa.Table:
    """Every metric for every day on which somebody answered."""
    rows = []
    for metric in ask_every_metric(watched, WHOLE_LIFE, "en").metrics:
        wanted = Wanted(metric.name, Grain.DAY, periods=True)
        found = ask_metric(watched, WHOLE_LIFE, wanted, read_dimension(Grain.DAY, zone))
        rows += [
            (date.fromisoformat(part.name), found.name, part.value, part.n, part.low, part.high, str(found.unit))
            for part in found.by
            if not part.hidden
        ]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in SCORES_OF_DAYS]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, SCORES_OF_DAYS, strict=True)], schema=SCORES_OF_DAYS
    )
