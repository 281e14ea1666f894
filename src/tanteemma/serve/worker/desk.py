"""Which part of the worker answers which message?"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

from tanteemma.serve.worker import (
    asking,
    bad_rows,
    defining,
    exporting,
    import_states,
    imports,
    journey_export,
    journey_questions,
    overview,
    people_desk,
    pulls,
    replaying,
    sample,
    segments,
    sql_answers,
    upkeep,
)
from tanteemma.serve.worker import messages as said
from tanteemma.serve.worker import messages_segments as about
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages_people import AskPeople
from tanteemma.serve.worker.pull_messages import RunPull, TryPull

_JOURNEYS: Final = (said.AskGraph, said.AskVariants, said.AskDurations, said.AskBands, said.AskReach)
_LONG: Final = (
    said.DefineJourney,  # a case key that is new is indexed first
    said.StartImport,
    said.UndoImport,
    said.Rebuild,
    said.Verify,
    said.Compact,
    said.EraseSubjects,
    said.LoadSample,
    said.RemoveSample,
    said.ReplayQuarantine,
    said.ExportQuarantine,
    said.ExportEvents,
    said.ExportJourneys,
    about.ExportMembers,
    about.DefineSegment,  # whoever is in it is counted first
    said.AskSql,
    said.ExportSql,
    said.DropQuarantine,
    said.CountRows,
    TryPull,
    RunPull,
)
_ANSWERS: Final[dict[type, Callable[[House, Any, Asked], said.Answered]]] = {
    **dict.fromkeys(_JOURNEYS, journey_questions.answer_question),
    said.Analyse: asking.analyse,
    AskPeople: people_desk.ask_people,
    said.DefineJourney: defining.define_journey,
    said.ListJourneys: defining.list_journeys,
    said.RemoveJourney: defining.remove_journey,
    said.DefaultJourney: defining.default_journey,
    about.DefineSegment: segments.define_segment,
    about.ListSegments: segments.list_segments,
    about.ShowSegment: segments.show_segment,
    about.RemoveSegment: segments.remove_segment,
    about.ExportMembers: segments.export_members,
    said.Overview: overview.overview,
    said.AskFreshness: overview.freshness,
    said.Status: upkeep.status,
    said.Verify: upkeep.verify,
    said.Rebuild: upkeep.rebuild,
    said.Compact: upkeep.compact,
    said.EraseSubjects: upkeep.erase_subjects,
    said.ListQuarantine: bad_rows.list_quarantine,
    said.ExportQuarantine: bad_rows.export_quarantine,
    said.ExportEvents: exporting.export_events,
    said.ExportJourneys: journey_export.export_journeys,
    said.AskSql: sql_answers.ask_sql,
    said.ExportSql: sql_answers.export_sql,
    said.DropQuarantine: bad_rows.drop_quarantine,
    said.ReplayQuarantine: replaying.replay_quarantine,
    said.PreviewFile: imports.preview_file,
    said.CountRows: imports.count_rows,
    said.KeepFile: imports.keep_file,
    said.PreviewImport: imports.preview_import,
    said.BeginImport: imports.begin_import,
    said.StartImport: imports.start_import,
    said.ListImports: import_states.list_imports,
    said.UndoImport: import_states.undo_import,
    said.LoadSample: sample.load_sample,
    said.RemoveSample: sample.remove_sample,
    TryPull: pulls.try_pull,
    RunPull: pulls.run_pull,
}


@dataclass(frozen=True, slots=True)
class Threads:
    """Three lines: analyses, short looks, and what may take long; none waits behind another."""

    analyses: Executor
    looks: Executor
    long: Executor


class Desk:
    """Answers every message of the socket."""

    def __init__(self, house: House, threads: Threads) -> None:
        self._house = house
        self._threads = threads

    def answer(self, message: said.Message, asked: Asked) -> said.Answered:
        """The answer, on the thread of whoever calls. Raises Problem, Unwanted."""
        asked.check()
        return _ANSWERS[type(message)](self._house, message, asked)

    def line_of(self, message: said.Message) -> Executor:
        """On which threads a message is answered."""
        if isinstance(message, (*_JOURNEYS, said.Analyse, said.Overview, about.ListSegments, about.ShowSegment)):
            return self._threads.analyses
        return self._threads.long if isinstance(message, _LONG) else self._threads.looks
