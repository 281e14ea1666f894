"""What is measured at the touchpoints of a map? Rules in, cells out; see ``journeys.answers_cells`` for both."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from tanteemma.journeys.answers_cells import Cell, CellsAnswer, Emotion
from tanteemma.journeys.ask_cells import ask_measured, cells_of, every_name
from tanteemma.journeys.calendars import moment_of
from tanteemma.journeys.cells import emotion
from tanteemma.journeys.cells.evidence import with_research
from tanteemma.journeys.cells.figures import edges_of
from tanteemma.journeys.cells.question import Wanted
from tanteemma.journeys.cells.reading import read_beliefs, read_moment, read_phases, read_spans, read_touchpoints
from tanteemma.journeys.loops import cells as loop
from tanteemma.model.hooks import questions
from tanteemma.model.texts import LANGUAGES, text
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.cells_counted import counted_of, stated_and_counted, with_counts
from tanteemma.serve.worker.cells_told import comments_of, findings_of
from tanteemma.serve.worker.remembering import keeping

#: The texts ``cells.definition.<name>``.
FIGURES: Final = (
    "volume", "journeys", "persons", "share", "drop_off", "open", "repeats", "waiting", "trend", "scores", "comments",
    "findings", "emotion", "evidence", "counted",
)  # fmt: skip


class CellsOptions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint", "phases": "phase"}
):
    """See ``journeys.answers_cells``."""

    touchpoints: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    again: str = ""
    apart: str = ""
    quiet: str = ""
    follow: str = ""
    believed: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    researched: tuple[str, ...] = ()
    breaks: bool = False
    soon: bool = False
    comments: bool = True
    language: str = ""


def wanted_of(put: Put[CellsOptions]) -> Wanted:
    """The question as it is meant. Raises Problem QUESTION_INVALID, BINDING_INVALID, WHERE_INVALID."""
    asked, zone = put.options, put.house.settings.time_zone
    rules = read_touchpoints([one for one in asked.touchpoints if one.strip()]) or every_name(put.watched.touchpoints())
    spans = {name: getattr(asked, name) for name in ("again", "apart", "quiet", "follow")}
    return Wanted(
        rules=rules,
        phases=read_phases([one for one in asked.phases if one.strip()]),
        since=read_moment("since", asked.since, zone),
        until=read_moment("until", asked.until, zone),
        spans=read_spans(spans),
        zone=zone,
        lives=put.journey.by != "case",
    )


def language_of(put: Put[CellsOptions]) -> str:
    """The language asked for, else that of the installation."""
    return put.options.language if put.options.language in LANGUAGES else put.house.settings.language


def _cells(put: Put[CellsOptions]) -> CellsAnswer:
    asked, language = put.options, language_of(put)
    weights = emotion.read_weights(asked.weights)
    believed = read_beliefs(asked.believed)
    found = ask_measured(put.watched, put.journey, wanted_of(put), selection=put.filter, keeping=keeping(put))
    touchpoints, phases = cells_of(found, language)
    every = (*touchpoints, *phases)
    findings = findings_of(put, found, language, soon=asked.soon) if asked.breaks else {}
    said = comments_of(put, found) if asked.comments else {}
    counts = counted_of(put.house, found.question)
    told = [
        felt(replace(with_counts(cell, counts.get(row)), comments=said.get(row, ()), findings=findings.get(row, ())), weights)
        for row, cell in enumerate(every)
    ]
    told = [with_research(cell) if cell.id in asked.researched else cell for cell in told]
    since, until = edges_of(found.counts, len(found.counts.counts) - 1)
    whole, free = found.counts.counts[-1].tolist(), found.counts.counts[-2].tolist()
    return CellsAnswer(
        journey=put.journey.name,
        events=whole[loop.EVENTS],
        journeys=whole[loop.JOURNEYS],
        persons=whole[loop.PERSONS],
        since=since,
        until=until,
        as_of=moment_of(found.question.as_of_us),
        weeks=tuple(map(moment_of, found.question.weeks[:-1])),
        touchpoints=tuple(told[: len(touchpoints)]),
        phases=tuple(told[len(touchpoints) :]),
        unbound_events=free[loop.EVENTS],
        disagreements=emotion.disagreements(believed, {cell.id: cell.emotion for cell in told}),
        weights=weights,
        definitions={name: text(f"cells.definition.{name}", language) for name in FIGURES},
    )


def felt(cell: Cell, weights: Mapping[str, float]) -> Cell:
    """The cell with its emotion."""
    parts = (
        emotion.score_part(cell.scores, weights["score"]),
        emotion.breaks_part(cell.findings, weights["breaks"]),
        emotion.sentiment_part(cell.sentiment, weights["sentiment"]),
        emotion.waiting_part(cell.waiting, weights["waiting"]),
    )
    value: Emotion | None = emotion.emotion_of(part for part in parts if part is not None)
    return replace(cell, emotion=value)


questions.add("cells")(Question(CellsOptions, _cells, also=stated_and_counted))
