"""Answers of a running server reach programs as one document and people as words; refusals reach both."""

import json
from typing import Any

import msgspec
import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker import messages as said
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.messages import Answered, Message
from tanteemma.store.folder import DataFolder
from tests.unit.serve.cli.conftest import Run, server_that_says

pytestmark = pytest.mark.unix_socket

GRAPH = {
    "events": 262_200,
    "journeys": 13_087,
    "nodes": [{"name": "Anruf", "events": 4, "journeys": 3, "starts": 2, "ends": 1}],
    "edges": [{"from": "Anruf", "to": "Kauf", "count": 2, "journeys": 2, "mean_s": 60.0, "median_s": 60.0, "p90_s": 7200.0}],
}
_CUT = {"gap_s": None, "starts_at": None, "ends_at": None}
_DEFINED = {"name": "order", "by": "case", "key": "order", "version": 2, "default": True, **_CUT}
_STAGE: dict[str, Any] = {
    "journeys": 3,
    "rated": 3,
    "mean": 20.25,
    "median": 10.0,
    "p90": None,
    "bands": [{"from": 0, "to": 20, "journeys": 3, "share": 1.0}],
    "components": [
        {"name": name, "weight": 1.0, "half": 2.0, "journeys": 3, "mean": 7200.0, "median": 7200.0, "p90": None, "points": 9.5}
        for name in ("contacts", "waiting")
    ],
}
ANSWERS: dict[type | str, dict[str, Any]] = {
    said.AskGraph: GRAPH,
    said.AskVariants: {
        "variants_total": 2,
        "variants": [{"steps": ["Anruf", "Kauf"], "count": 2, "share": 0.5, "median_s": 61.0}],
    },
    "funnel": {"steps": [{"name": "Anruf", "journeys": 3, "share_of_start": 1.0, "share_of_previous": 1.0, "median_s": None}]},
    said.AskDurations: {"journeys": 3, "mean_s": 1.0, "median_s": None, "p90_s": None, "max_s": None},
    "paths": {
        "direction": "from",
        "touchpoint": "Anruf",
        "journeys": 4,
        "reached": 3,
        "columns": [
            {
                "place": 0,
                "journeys": 3,
                "ended": 1,
                "nodes": [{"name": None, "touchpoints": 2, "journeys": 3, "share": 1.0, "ended": 1}],
            }
        ],
        "flows": [{"place": 0, "from": "Anruf", "to": None, "journeys": 2, "mean_s": 60.0}],
    },
    "rhythm": {
        "time_zone": "Europe/Berlin",
        "of": "starts",
        "touchpoint": None,
        "events": 7,
        "cells": [
            {"weekday": place // 24 + 1, "hour": place % 24, "events": 7 * (place == 30), "journeys": 0} for place in range(168)
        ],
    },
    "effort": {
        "by": [],
        "goal": "Kauf",
        "pause_s": 86_400.0,
        "has_channels": False,
        "weights": dict.fromkeys(("contacts", "switches", "waiting", "repeats", "steps", "elapsed"), 1.0),
        "halves": dict.fromkeys(("contacts", "switches", "waiting", "repeats", "steps", "elapsed"), 2.0),
        "whole": _STAGE | {"from": None, "to": None, "reached": 2},
        "stages": [_STAGE | {"from": None, "to": "Kauf", "reached": 2}],
        "most": [
            {
                "id": "1",
                "case": None,
                "subject": "user:1",
                "started_at": "2026-03-01T10:00:00Z",
                "index": 41.5,
                "contacts": 4,
                "switches": 2,
                "waiting_s": 7200.0,
                "repeats": 1,
                "steps": None,
                "elapsed_s": 7260.0,
            }
        ],
    },
    "concurrency": {
        "journeys": 3,
        "time_zone": "Europe/Berlin",
        "most": 2,
        "at": "2026-03-29T01:00:00Z",
        "until": "2026-03-29T02:00:00Z",
        "grain": "day",
        "periods": [
            {
                "from": "2026-03-28T23:00:00Z",
                "until": "2026-03-29T22:00:00Z",
                "label": "2026-03-29",
                "open": 0,
                "most": 2,
                "began": 3,
                "ended": 3,
            }
        ],
    },
    "cohorts": {
        "grain": "week",
        "time_zone": "Europe/Berlin",
        "journeys": 4,
        "incomplete_since": "2026-03-22T23:00:00Z",
        "cohorts": [
            {
                "from": "2026-03-15T23:00:00Z",
                "until": "2026-03-22T23:00:00Z",
                "label": "2026-W12",
                "journeys": 4,
                "periods": [
                    {"k": 0, "active": 4, "share": 1.0, "low": 0.5, "high": 1.0, "incomplete": False},
                    {"k": 1, "active": 1, "share": 0.25, "low": 0.1, "high": 0.7, "incomplete": True},
                ],
            }
        ],
        "together": [{"k": 0, "cohorts": 1, "journeys": 4, "active": 4, "share": 1.0, "low": 0.51, "high": 1.0}],
    },
    "comparison": {
        "one": 40,
        "other": 60,
        "overlap": 0,
        "durations": {
            "one": {"journeys": 40, "mean_s": 60.0, "median_s": 60.0, "p90_s": 60.0, "low_s": 60.0, "high_s": 60.0},
            "other": {"journeys": 60, "mean_s": 180.0, "median_s": 180.0, "p90_s": 180.0, "low_s": 180.0, "high_s": 180.0},
            "difference_s": -120.0,
            "low_s": -120.0,
            "high_s": -120.0,
            "differs": True,
            "given": False,
        },
        "touchpoints": [
            {
                "name": "Kauf",
                "one": {"journeys": 30, "share": 0.75},
                "other": {"journeys": 15, "share": 0.25},
                "difference": {"value": 0.5, "low": 0.304, "high": 0.646, "p": 0.0001, "differs": True, "given": False},
            }
        ],
        "edges": [],
        "funnel": [],
    },
    said.ListJourneys: {"journeys": [_DEFINED], "history": [_DEFINED | {"removed": False, "changed": "2026-03-01T10:00:00Z"}]},
    said.DefineJourney: {"journeys": [_DEFINED | {"name": "visit", "by": "visit", "key": None, "gap_s": 2700.0}]},
    said.RemoveJourney: {"journeys": [_DEFINED]},
    said.DefaultJourney: {"journeys": [_DEFINED]},
    said.ListImports: {
        "imports": [{"number": 1, "name": "a.csv", "state": "done", "received": 5, "accepted": 4, "rejected": 1}]
    },
    said.ListQuarantine: {
        "total": 1,
        "reasons": [{"source": "a", "origin": "file:1", "code": "number_invalid", "field": "Betrag", "count": 1}],
        "rows": [{"number": 1, "origin": "file:1", "row": 7, "code": "number_invalid", "raw": "x\x1b[31m;y"}],
    },
    said.ReplayQuarantine: {"tried": 3, "accepted": 1, "duplicate": 1, "quarantined": 1},
    said.DropQuarantine: {"dropped": 2},
    said.ExportQuarantine: {"rows": 2},
    said.UndoImport: {"removed": 12_345},
    said.Verify: {"lake_files": 3, "damaged_lake": [], "damaged_index": [], "sound": True},
    said.Rebuild: {"events": 5, "buckets": 1, "ids": 5, "equal": True, "differences": [], "seconds": 0.1},
    said.Compact: {},
    said.EraseSubjects: {"subjects": ["user:1"], "events": 2, "files_removed": [], "rows_in_tables": 1, "complete": True},
    said.RemoveSample: {"removed": 5},
    said.LoadSample: {"events": 5},
}
CALLS = [
    (["journeys", "graph", "--exact"], said.AskGraph, "262,200 events in 13,087 journeys"),
    (["journeys", "variants", "--top", "2"], said.AskVariants, "Anruf → Kauf"),
    (["journeys", "funnel", "--steps", "Anruf,Kauf", "--within", "7d", "--order", "strict"], "funnel", "100%"),
    (["journeys", "durations"], said.AskDurations, "1 sec"),
    (["journeys", "paths", "--from", "Anruf"], "paths", "everyone else (2 touchpoints)"),
    (["journeys", "paths", "--to", "Anruf", "--steps-count", "2", "--merge"], "paths", "3 of 4 journeys"),
    (["journeys", "rhythm", "--of", "starts"], "rhythm", "7 starts of journeys, time zone Europe/Berlin"),
    (["journeys", "concurrency", "--grain", "day"], "concurrency", "At most 2 open at once, from 29 Mar 2026, 03:00"),
    (["journeys", "cohorts", "--grain", "week"], "cohorts", "100% · 25.0%*"),
    (["journeys", "effort", "--goal", "Kauf"], "effort", "Whole journey: 3 journeys, mean effort 20.2 of 100"),
    (["journeys", "effort", "--stages", "Kauf", "--weights", "repeats=50"], "effort", "Stage Start → Kauf: 3 journeys"),
    (["journeys", "compare", "--where", "passes 'A'"], "comparison", "+50.0"),
    (["journeys", "compare", "--where", "passes 'A'", "--against", "ends 'B'"], "comparison", "−2 mins"),
    (["journeys", "list"], said.ListJourneys, "order"),
    (["journeys", "default", "order"], said.DefaultJourney, "order"),
    (["journeys", "remove", "visit"], said.RemoveJourney, "order"),
    (["journeys", "define", "visit", "--by", "visit", "--gap", "45m"], said.DefineJourney, "45 mins"),
    (["files", "list"], said.ListImports, "a.csv"),
    (["files", "undo", "1", "--yes"], said.UndoImport, "12,345"),
    (["quarantine", "list"], said.ListQuarantine, "This is not a number"),
    (["quarantine", "replay"], said.ReplayQuarantine, "Read again: 3"),
    (["quarantine", "discard", "--yes"], said.DropQuarantine, "2 rows"),
    (["quarantine", "export", "--output", "bad.csv"], said.ExportQuarantine, "bad.csv"),
    (["verify"], said.Verify, "Sound: 3 files"),
    (["rebuild"], said.Rebuild, "equals"),
    (["compact"], said.Compact, "in their place"),
    (["erase", "1", "--yes"], said.EraseSubjects, "2 events"),
    (["sample", "load"], said.LoadSample, "5 events"),
    (["sample", "remove", "--yes"], said.RemoveSample, "5 events"),
]


def prepared(message: Message, _asked: Asked) -> Answered:
    kind = message.name if isinstance(message, said.Analyse) else type(message)
    return Answered(body=msgspec.json.encode(ANSWERS[kind]))


@pytest.mark.parametrize(("words", "kind", "_words"), CALLS)
def test_a_program_gets_exactly_the_servers_document(
    words: list[str], kind: type | str, _words: str, emma: Run, folder: DataFolder
) -> None:
    with server_that_says(folder, prepared):
        ran = emma(*words, "--data", folder.path, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.document == ANSWERS[kind]
    assert ran.out.count("\n") == 1


@pytest.mark.parametrize(("words", "_kind", "says"), CALLS)
def test_a_person_gets_words(words: list[str], _kind: type | str, says: str, emma: Run, folder: DataFolder) -> None:
    with server_that_says(folder, prepared):
        ran = emma(*words, "--data", folder.path)
    assert ran.code == 0
    assert says in ran.out
    assert "\x1b" not in ran.out
    with pytest.raises(json.JSONDecodeError):
        json.loads(ran.out)


def test_numbers_read_german_in_german(emma: Run, folder: DataFolder) -> None:
    with server_that_says(folder, prepared):
        ran = emma("journeys", "graph", "--data", folder.path, "--language", "de")
    assert "262.200 Ereignisse in 13.087 Journeys." in ran.out
    assert "Touchpoint" in ran.out
    assert "2 Std." in ran.out


def test_the_question_carries_what_was_said(emma: Run, folder: DataFolder) -> None:
    heard: list[Message] = []

    def listen(message: Message, asked: Asked) -> Answered:
        heard.append(message)
        return prepared(message, asked)

    with server_that_says(folder, listen):
        emma("journeys", "funnel", "--steps", 'A,"B, C"', "--within", "2h", "--order", "strict", "--data", folder.path)
        emma("journeys", "define", "Auftrag", "--by", "case", "--data", folder.path)
        emma("journeys", "define", "Besuch", "--by", "visit", "--from", "Start", "--to", "Kauf", "--data", folder.path)
        emma("journeys", "graph", "--where", "passes A", "--where", "events > 2", "--data", folder.path)
        emma("erase", "Anna@Example.org", "--yes", "--data", folder.path)
    assert heard == [
        said.Analyse(name="funnel", options=b'{"step":["A","B, C"],"within_s":7200.0,"order":"strict"}'),
        said.DefineJourney(name="Auftrag", by="case", key="Auftrag"),
        said.DefineJourney(name="Besuch", by="visit", gap_s=1800.0, starts_at="Start", ends_at="Kauf"),
        said.AskGraph(filter=JourneyFilter(where=("passes A", "events > 2"))),
        said.EraseSubjects(subjects=("mail:anna@example.org",)),
    ]


def test_a_refusal_is_said_to_both_and_ends_with_one(emma: Run, folder: DataFolder) -> None:
    def refuse(_message: Message, _asked: Asked) -> Answered:
        raise Problem(ProblemCode.UNKNOWN_JOURNEY, status=404, value="nix", allowed="order")

    with server_that_says(folder, refuse):
        ran = emma("journeys", "graph", "--journey", "nix", "--data", folder.path, "--json")
    assert ran.code == 1
    assert ran.document["error"]["code"] == "unknown_journey"
    assert "nix" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "kind", "document"),
    [
        (["verify"], said.Verify, {"lake_files": 1, "damaged_lake": ["a.parquet"], "damaged_index": [], "sound": False}),
        (
            ["rebuild"],
            said.Rebuild,
            {"events": 1, "buckets": 1, "ids": 1, "equal": False, "differences": ["kinds"], "seconds": 1.0},
        ),
        (
            ["erase", "1", "--yes"],
            said.EraseSubjects,
            {"subjects": [], "events": 0, "files_removed": [], "rows_in_tables": 0, "complete": False},
        ),
    ],
)
def test_bad_news_ends_with_one_and_still_gives_the_document(
    words: list[str], kind: type, document: dict[str, Any], emma: Run, folder: DataFolder
) -> None:
    def tell(message: Message, _asked: Asked) -> Answered:
        assert isinstance(message, kind)
        return Answered(body=msgspec.json.encode(document))

    with server_that_says(folder, tell):
        ran = emma(*words, "--data", folder.path, "--json")
        assert (ran.code, ran.document) == (1, document)
        assert emma(*words, "--data", folder.path).code == 1


@pytest.mark.parametrize("words", [["erase", "1"], ["files", "undo", "1"], ["quarantine", "discard"], ["sample", "remove"]])
def test_what_cannot_be_undone_needs_a_yes_where_nobody_can_be_asked(words: list[str], emma: Run, folder: DataFolder) -> None:
    ran = emma(*words, "--data", folder.path)
    assert (ran.code, ran.out) == (2, "")
    assert "--yes" in ran.err


def test_a_way_from_one_touchpoint_to_another_is_wrong_use(emma: Run, folder: DataFolder) -> None:
    ran = emma("journeys", "paths", "--from", "A", "--to", "B", "--data", folder.path)
    assert ran.code == 2
    assert "--from T | --to T" in ran.err


def test_a_span_that_cannot_be_read_is_wrong_use(emma: Run, folder: DataFolder) -> None:
    ran = emma("journeys", "funnel", "--steps", "A,B", "--within", "7q", "--data", folder.path, "--json")
    assert ran.code == 2
    assert "7q" in ran.err
