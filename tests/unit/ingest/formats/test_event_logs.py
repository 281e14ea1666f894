"""XES and object-centric logs: complete traces before a cut, one event for several objects, nothing from outside."""

import gzip
import json
from pathlib import Path

import pytest

from tanteemma.ingest.formats.choose import choose
from tanteemma.ingest.formats.find import count_rows, preview_file
from tanteemma.ingest.formats.shape import Mapping, Preview, Role
from tanteemma.ingest.formats.xes import XesFormat
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

EVENT = '<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2026-01-01T10:00:00Z"/></event>'
TRACE = f'<trace><string key="concept:name" value="1"/>{EVENT}{EVENT}</trace>'


def look(tmp_path: Path, text: str | bytes, name: str = "a.xes") -> tuple[Path, Preview]:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path, preview_file(path, name)


def counted(tmp_path: Path, text: str | bytes, name: str = "a.xes") -> tuple[int, int]:
    return count_rows(*look(tmp_path, text, name))


def cells(path: Path, found: Preview) -> list[dict[str, object]]:
    chunks = file_formats.named(found.format).chunks(path, found.mapping)
    return [row for chunk in chunks for row in chunk.table.to_pylist()]


def test_traces_before_a_cut_are_kept_and_the_cut_is_one_bad_row(tmp_path: Path) -> None:
    log = f"<log>{TRACE}{TRACE}<trace>{EVENT}"
    for end in range(len(log) - len(EVENT) - 7, len(log)):
        assert counted(tmp_path, log[:end]) == (4, 1)
    assert counted(tmp_path, gzip.compress(f"<log>{TRACE}</log>".encode())[:-12]) == (2, 1)


def test_broken_xml_keeps_what_stood_before(tmp_path: Path) -> None:
    assert counted(tmp_path, f"<log>{TRACE}<trace>&nbsp;</trace>{TRACE}</log>") == (2, 1)


def test_events_without_time_name_or_case_are_bad(tmp_path: Path) -> None:
    named = '<string key="concept:name" value="A"/>'
    timed = '<date key="time:timestamp" value="2026-01-01T10:00:00Z"/>'
    traces = f"<trace>{named}<event>{named}</event><event>{timed}</event></trace>"
    log = f"<log>{traces}<event>{named}{timed}</event></log>"
    path, found = look(tmp_path, log)
    bad = [item for chunk in XesFormat().chunks(path, found.mapping) for item in chunk.bad]
    assert [(item.index, item.field) for item in bad] == [(1, "time:timestamp"), (2, "concept:name"), (3, "case:concept:name")]


def test_traces_without_a_name_are_named_after_the_file_and_their_place(tmp_path: Path) -> None:
    unnamed = f'<trace><string key="concept:name" value=""/>{EVENT}</trace><trace>{EVENT}{EVENT}</trace>'
    path, found = look(tmp_path, f'<log>{unnamed}<trace><id key="identity:id" value="u-7"/>{EVENT}</trace>{TRACE}</log>')
    names = [str(row["case:concept:name"]) for row in cells(path, found)]
    mark = names[0].removesuffix("-1")
    assert names == [f"{mark}-1", f"{mark}-2", f"{mark}-2", "u-7", "1", "1"]
    assert [warn.code for warn in found.warnings] == ["unnamed_traces"]
    other, again = look(tmp_path, f"<log><trace>{EVENT}</trace></log>", "b.xes")
    assert not set(names) & {row["case:concept:name"] for row in cells(other, again)}


def test_events_without_a_name_are_called_as_a_classifier_says(tmp_path: Path) -> None:
    event = EVENT.replace("concept:name", "Task name").replace("</event>", '<string key="Activity" value="no"/></event>')
    heads = (
        """<classifier name="A" scope="trace" keys="Activity"/><classifier name="B" keys="'Task name' lifecycle:transition"/>"""
    )
    log = f'<log>{heads}<trace><string key="concept:name" value="1"/>{event}</trace></log>'
    _, found = look(tmp_path, log)
    assert found.mapping.columns[Role.TOUCHPOINT] == "Task name"
    assert counted(tmp_path, log) == (1, 0)
    _, unclassified = look(tmp_path, log.replace(heads, ""))
    assert unclassified.mapping.columns[Role.TOUCHPOINT] == "Activity"


def test_another_column_that_is_said_counts_in_place_of_the_formats_own(tmp_path: Path) -> None:
    event = '<event><string key="task" value="A"/><date key="zeit" value="2026-01-01T10:00:00Z"/></event>'
    path, found = look(tmp_path, f'<log><trace><string key="concept:name" value="1"/>{event}</trace></log>')
    assert count_rows(path, found) == (0, 1)
    said = choose(found, {"touchpoint": "task", "time": "zeit", "journey": "case:concept:name"})
    assert count_rows(path, preview_file(path, path.name, known=said)) == (1, 0)


def test_a_log_in_utf_16_is_one(tmp_path: Path) -> None:
    path, found = look(tmp_path, f"<log>{TRACE}</log>".encode("utf-16"))
    assert (found.format, count_rows(path, found)) == ("xes", (2, 0))


def test_all_members_of_a_list_are_kept(tmp_path: Path) -> None:
    listed = '<list key="l"><values><string key="a" value="1"/><string key="a" value="2"/></values></list></event>'
    path, found = look(tmp_path, f"<log>{TRACE.replace('</event>', listed)}</log>")
    row = cells(path, found)[0]
    assert (row["l.a"], row["l.a.2"]) == ("1", "2")
    assert not found.warnings


def test_attributes_of_the_trace_and_within_attributes_are_kept(tmp_path: Path) -> None:
    log = (
        '<log xmlns="http://www.xes-standard.org/"><global scope="event"><string key="x" value="GLOBAL"/></global>'
        '<trace><string key="concept:name" value="7"/>'
        '<int key="AMOUNT" value="5"/>'
        '<event><string key="concept:name" value="A"><string key="inner" value="i"/></string>'
        '<date key="time:timestamp" value="2026-01-01T10:00:00Z"/>'
        '<list key="l"><values><int key="e" value="1"/></values></list>'
        "</event></trace></log>"
    )
    path, found = look(tmp_path, log)
    assert cells(path, found) == [
        {
            "case:concept:name": "7",
            "case:AMOUNT": "5",
            "concept:name": "A",
            "concept:name.inner": "i",
            "time:timestamp": "2026-01-01T10:00:00Z",
            "l.e": "1",
        }
    ]


def test_an_attribute_that_stands_twice_keeps_the_first_and_is_said(tmp_path: Path) -> None:
    log = TRACE.replace('value="A"/>', 'value="A"/><string key="concept:name" value="B"/>', 1)
    path, found = look(tmp_path, f"<log>{log}</log>")
    assert [row["concept:name"] for row in cells(path, found)] == ["A", "A"]
    assert [warn.code for warn in found.warnings] == ["duplicate_attribute"]


@pytest.mark.parametrize(
    "head", ["<!DOCTYPE log>", '<!DOCTYPE log SYSTEM "http://example.com/x.dtd">', '<!DOCTYPE log [<!ENTITY a "b">]>']
)
@pytest.mark.parametrize("name", ["a.xes", "a.xmlocel"])
def test_any_document_type_is_refused(tmp_path: Path, head: str, name: str) -> None:
    with pytest.raises(Problem) as caught:
        counted(tmp_path, f'<?xml version="1.0"?>{head}<log>{TRACE}</log>', name)
    assert (caught.value.code, caught.value.status) == (ProblemCode.DTD_FORBIDDEN, 400)


@pytest.mark.parametrize("text", ["<html><body/></html>", "<log", "<a/>"])
def test_other_xml_is_unreadable(tmp_path: Path, text: str) -> None:
    with pytest.raises(Problem) as caught:
        counted(tmp_path, text)
    assert caught.value.code is ProblemCode.UNREADABLE_FILE


def test_depth_without_end_is_refused(tmp_path: Path) -> None:
    deep = '<string key="a" value="b">' * 200
    with pytest.raises(Problem) as caught:
        counted(tmp_path, f"<log><trace>{deep}")
    assert caught.value.code is ProblemCode.TOO_DEEP


def test_chunks_end_behind_whole_traces_and_are_the_same_rows(tmp_path: Path) -> None:
    path, found = look(tmp_path, "<log>" + TRACE * 10 + "</log>")
    small = list(XesFormat().chunks(path, Mapping(format="xes"), rows=3))
    assert [chunk.table.num_rows for chunk in small] == [4, 4, 4, 4, 4]
    assert [row for chunk in small for row in chunk.row_numbers.to_pylist()] == list(range(1, 21))
    assert [chunk.number for chunk in XesFormat().chunks(path, found.mapping, rows=3, start=2)] == [2, 3, 4]


JSON_LOG = {
    "objectTypes": [],
    "eventTypes": [],
    "objects": [{"id": "o1", "type": "order"}, {"id": "i1", "type": "item"}, {"id": "i2", "type": "item"}],
    "events": [
        {
            "id": "e1",
            "type": "place",
            "time": "2026-01-01T10:00:00Z",
            "attributes": [{"name": "price", "value": 12.5}],
            "relationships": [{"objectId": key, "qualifier": "q"} for key in ("o1", "i1", "i2")],
        },
        {"id": "e2", "type": "pay", "time": ""},
    ],
}
XML_LOG = (
    '<log><object-types/><events><event id="e1" type="place" time="2026-01-01T10:00:00Z"><attributes>'
    '<attribute name="price">12.5</attribute></attributes><objects>'
    '<relationship object-id="o1" qualifier="q"/><relationship object-id="i1" qualifier="q"/>'
    '<relationship object-id="i2" qualifier="q"/></objects></event><event id="e2" type="pay" time=""/></events>'
    '<objects><object id="o1" type="order"/><object id="i1" type="item"/><object id="i2" type="item"/></objects></log>'
)


def test_object_centric_json_and_xml_say_the_same(tmp_path: Path) -> None:
    json_path, json_found = look(tmp_path, json.dumps(JSON_LOG), "a.jsonocel")
    xml_path, xml_found = look(tmp_path, XML_LOG, "b.xmlocel")
    assert (json_found.format, xml_found.format) == ("ocel", "ocel")
    assert cells(json_path, json_found) == cells(xml_path, xml_found)
    assert count_rows(json_path, json_found) == count_rows(xml_path, xml_found) == (1, 1)
    objects = cells(json_path, json_found)[0]["ocel:objects"]
    assert objects == [
        {"type": kind, "id": key, "qualifier": "q"} for kind, key in (("order", "o1"), ("item", "i1"), ("item", "i2"))
    ]


def test_an_object_centric_log_that_is_cut_keeps_the_events_before(tmp_path: Path) -> None:
    assert counted(tmp_path, XML_LOG[: XML_LOG.index('<event id="e2"')], "a.xmlocel") == (1, 1)


def test_one_broken_event_of_an_object_centric_log_costs_only_itself(tmp_path: Path) -> None:
    before = counted(tmp_path, json.dumps(JSON_LOG), "a.jsonocel")
    log = json.loads(json.dumps(JSON_LOG))
    log["events"][:0] = [7, {"id": "e9", "type": "A", "time": "2026-01-01T00:00:00Z", "relationships": "none"}]
    path, found = look(tmp_path, json.dumps(log), "b.jsonocel")
    assert count_rows(path, found) == (before[0], before[1] + 2)
    bad = [item for chunk in file_formats.named(found.format).chunks(path, found.mapping) for item in chunk.bad]
    assert [(item.index, item.code) for item in bad[:2]] == [(1, ProblemCode.NOT_AN_OBJECT), (2, ProblemCode.FIELD_TYPE)]
    assert bad[0].raw == b"7"


def test_real_logs_have_the_events_they_are_known_for(real_logs: Path) -> None:
    for name, events in [("running-example.xes", 42), ("bpic2013_closed.xes.gz", 6_660), ("teleclaims.xes.gz", 46_138)]:
        path = real_logs / "eventlogs" / name
        assert count_rows(path, preview_file(path, name)) == (events, 0)
