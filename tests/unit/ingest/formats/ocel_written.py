"""An object-centric log, as OCEL 2.0 in JSON says it, written in the other forms."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

Log = dict[str, Any]


def map_name(name: str) -> str:
    """How a type is called as a table: without what is no letter or digit."""
    return re.sub(r"[^A-Za-z0-9]", "", name)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write_json(path: Path, log: Log) -> Path:
    path.write_text(json.dumps(log), "utf-8")
    return path


def write_sqlite(path: Path, log: Log) -> Path:
    """The relational form: one table for each type of event and object, and maps from types to tables."""
    with closing(sqlite3.connect(path)) as db:
        for kind in ("event", "object"):
            db.execute(f"CREATE TABLE {kind} (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
            db.execute(f"CREATE TABLE {kind}_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT)")
        db.execute("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT)")
        db.execute("CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT)")
        for kind, items, changed in (("event", log["events"], ""), ("object", log["objects"], ", ocel_changed_field TEXT")):
            for name in dict.fromkeys(one["type"] for one in items):
                mine = [one for one in items if one["type"] == name]
                columns = list(dict.fromkeys(part["name"] for one in mine for part in one.get("attributes", ())))
                table = quoted(f"{kind}_{map_name(name)}")
                more = "".join(f", {quoted(column)}" for column in columns)
                db.execute(f"CREATE TABLE {table} (ocel_id TEXT, ocel_time TIMESTAMP{changed}{more})")
                db.execute(f"INSERT INTO {kind}_map_type VALUES (?, ?)", (name, map_name(name)))  # noqa: S608 - event or object
                for one in mine:
                    values = {part["name"]: part["value"] for part in one.get("attributes", ())}
                    time = one.get("time", "1970-01-01T00:00:00Z").removesuffix("Z").replace("T", " ")
                    row = [one["id"], time, *([None] if changed else []), *(values.get(column) for column in columns)]
                    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - a quoted name
        for one in log["events"]:
            db.execute("INSERT INTO event VALUES (?, ?)", (one["id"], one["type"]))
            links = [(one["id"], link["objectId"], link.get("qualifier")) for link in one.get("relationships", ())]
            db.executemany("INSERT INTO event_object VALUES (?, ?, ?)", links)
        for one in log["objects"]:
            db.execute("INSERT INTO object VALUES (?, ?)", (one["id"], one["type"]))
        db.commit()
    return path


def write_xml(path: Path, log: Log) -> Path:
    events = []
    for one in log["events"]:
        attributes = "".join(
            f"<attribute name={quoteattr(part['name'])}>{part['value']}</attribute>" for part in one.get("attributes", ())
        )
        links = "".join(
            f"<relationship object-id={quoteattr(link['objectId'])} qualifier={quoteattr(link.get('qualifier') or '')}/>"
            for link in one.get("relationships", ())
        )
        head = f"id={quoteattr(one['id'])} type={quoteattr(one['type'])} time={quoteattr(one['time'])}"
        events.append(f"<event {head}><attributes>{attributes}</attributes><objects>{links}</objects></event>")
    objects = "".join(f"<object id={quoteattr(one['id'])} type={quoteattr(one['type'])}/>" for one in log["objects"])
    path.write_text(f"<log><object-types/><events>{''.join(events)}</events><objects>{objects}</objects></log>", "utf-8")
    return path


def write_old_json(path: Path, log: Log) -> Path:
    """OCEL 1.0: everything by its id, no qualifiers."""
    events = {
        one["id"]: {
            "ocel:activity": one["type"],
            "ocel:timestamp": one["time"],
            "ocel:omap": [link["objectId"] for link in one.get("relationships", ())],
            "ocel:vmap": {part["name"]: part["value"] for part in one.get("attributes", ())},
        }
        for one in log["events"]
    }
    objects = {one["id"]: {"ocel:type": one["type"], "ocel:ovmap": {}} for one in log["objects"]}
    path.write_text(json.dumps({"ocel:global-log": {}, "ocel:events": events, "ocel:objects": objects}), "utf-8")
    return path


def write_old_xml(path: Path, log: Log) -> Path:
    """OCEL 1.0: lists of values under keys."""

    def keyed(kind: str, key: str, value: object) -> str:
        return f"<{kind} key={quoteattr(key)} value={quoteattr(str(value))}/>"

    events = []
    for one in log["events"]:
        omap = "".join(keyed("string", "object-id", link["objectId"]) for link in one.get("relationships", ()))
        vmap = "".join(keyed("string", part["name"], part["value"]) for part in one.get("attributes", ()))
        head = (
            keyed("string", "id", one["id"])
            + keyed("string", "activity", one["type"])
            + keyed("date", "timestamp", one["time"])
        )
        events.append(f'<event>{head}<list key="omap">{omap}</list><list key="vmap">{vmap}</list></event>')
    objects = "".join(
        f"<object>{keyed('string', 'id', one['id'])}{keyed('string', 'type', one['type'])}"
        f'<list key="ovmap">{keyed("string", "type", "wrong")}</list></object>'
        for one in log["objects"]
    )
    heads = '<global scope="log"><list key="object-types"><string key="object-type" value="order"/></list></global>'
    path.write_text(f"<log>{heads}<events>{''.join(events)}</events><objects>{objects}</objects></log>", "utf-8")
    return path


def sample() -> Log:
    """Orders with items and a customer; ids in no order, types with blanks and signs, equal times."""
    names = ["Bestellung auf­gegeben".replace("\u00ad", ""), "Paket (Teil) verschickt", "Zahlung", 'Rück"gabe']
    objects = [{"id": f"o{number}", "type": "Bestellung"} for number in range(4)]
    objects += [{"id": f"i{number}", "type": "Artikel"} for number in range(9)] + [{"id": "k1", "type": "customer"}]
    events = []
    for number in range(40):
        order = number * 7 % 4
        linked = [f"o{order}", *(f"i{(number + more) % 9}" for more in range(number % 3)), "k1"]
        events.append(
            {
                "id": f"e{number * 13 % 40:02d}",
                "type": names[number * 3 % len(names)],
                "time": f"2026-03-{1 + number // 4:02d}T10:{number % 4 * 15:02d}:00Z",
                "attributes": [{"name": "Betrag €", "value": f"{number}.50"}, {"name": "Filiale", "value": "Köln"}][
                    : number % 3
                ],
                "relationships": [{"objectId": one, "qualifier": "für"} for one in linked],
            }
        )
    return {"objectTypes": [], "eventTypes": [], "objects": objects, "events": events}
