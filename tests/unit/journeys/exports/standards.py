"""What the standards ask of a file, checked slowly and plainly: XES (IEEE 1849-2016) and OCEL 2.0 in JSON."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

SPACE = "{http://www.xes-standard.org/}"
ATTRIBUTES = {"string", "date", "int", "float", "boolean", "id", "list", "container"}
ORDER = ("extension", "global", "classifier", "attribute", "trace")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*\Z")
VALUES = {
    "string": re.compile(r".*\Z", re.DOTALL),
    "int": re.compile(r"[+-]?[0-9]{1,19}\Z"),
    "float": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z"),
    "boolean": re.compile(r"(true|false)\Z"),
    "date": re.compile(r"-?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})\Z"),
}
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "time": (str,),
    "integer": (int,),
    "float": (int, float, str),
    "boolean": (bool,),
}

Told = dict[str, tuple[str, str]]


def read_xes(path: Path) -> list[tuple[Told, list[Told]]]:
    """Attributes of each trace and of its events (key -> type, value). Asserts what the standard asks."""
    log = ET.parse(path).getroot()  # noqa: S314 - a file of ours
    assert log.tag == f"{SPACE}log"
    assert re.fullmatch(r"[0-9.]+", log.attrib["xes.version"])
    assert "xes.features" in log.attrib
    kinds = [_plain(child.tag) for child in log]
    places = [ORDER.index("attribute" if kind in ATTRIBUTES else kind) for kind in kinds]
    assert places == sorted(places), "extensions, globals, classifiers, attributes, traces stand in this order"
    prefixes = set()
    for child in log.findall(f"{SPACE}extension"):
        assert set(child.attrib) == {"name", "prefix", "uri"}
        assert NAME.match(child.attrib["name"])
        assert child.attrib["uri"].startswith("http")
        prefixes.add(child.attrib["prefix"])
    assert {"concept", "time", "lifecycle"} <= prefixes
    demanded = {one.attrib["scope"]: set(_attributes(one)) for one in log.findall(f"{SPACE}global")}
    for child in log.findall(f"{SPACE}classifier"):
        assert NAME.match(child.attrib["name"])
        assert set(child.attrib["keys"].split()) <= demanded["event"]
    found = []
    for trace in log.findall(f"{SPACE}trace"):
        events = [_attributes(event) for event in trace if _plain(event.tag) == "event"]
        own = _attributes(trace)
        assert demanded["trace"] <= set(own)
        assert all(demanded["event"] <= set(event) for event in events)
        assert events
        found.append((own, events))
    return found


def _plain(tag: str) -> str:
    assert tag.startswith(SPACE)
    return tag.removeprefix(SPACE)


def _attributes(element: ET.Element) -> Told:
    found: Told = {}
    for child in element:
        kind = _plain(child.tag)
        if kind == "event":
            continue
        assert kind in VALUES, kind
        assert set(child.attrib) == {"key", "value"}
        assert VALUES[kind].match(child.attrib["value"]), child.attrib
        assert child.attrib["key"] not in found, "a key stands once"
        found[child.attrib["key"]] = (kind, child.attrib["value"])
    return found


def read_ocel(path: Path) -> dict[str, Any]:
    """The log. Asserts what the standard asks."""
    log: dict[str, Any] = json.loads(path.read_bytes())
    assert set(log) == {"eventTypes", "objectTypes", "events", "objects"}
    types = {kind: _types(log[f"{kind}Types"]) for kind in ("event", "object")}
    objects = {one["id"]: one for one in log["objects"]}
    assert len(objects) == len(log["objects"]), "every object has an id of its own"
    assert len({one["id"] for one in log["events"]}) == len(log["events"]), "every event has an id of its own"
    for one in log["objects"]:
        assert set(one) == {"id", "type", "attributes", "relationships"}
        assert one["type"] in types["object"]
    for event in log["events"]:
        assert set(event) == {"id", "type", "time", "attributes", "relationships"}
        assert datetime.fromisoformat(event["time"]).tzinfo is not None
        declared = types["event"][event["type"]]
        said = [attribute["name"] for attribute in event["attributes"]]
        assert len(set(said)) == len(said)
        for attribute in event["attributes"]:
            assert set(attribute) == {"name", "value"}
            value = attribute["value"]
            wanted = declared[attribute["name"]]
            assert isinstance(value, TYPES[wanted])
            assert wanted == "boolean" or not isinstance(value, bool)
        for link in event["relationships"]:
            assert set(link) == {"objectId", "qualifier"}
            assert link["objectId"] in objects
            assert isinstance(link["qualifier"], str)
    return log


def _types(listed: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    found = {}
    for one in listed:
        assert set(one) == {"name", "attributes"}
        attributes = {attribute["name"]: attribute["type"] for attribute in one["attributes"]}
        assert len(attributes) == len(one["attributes"])
        assert set(attributes.values()) <= set(TYPES)
        found[one["name"]] = attributes
    assert len(found) == len(listed)
    return found
