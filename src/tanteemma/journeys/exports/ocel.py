"""OCEL 2.0 as JSON, the format of object-centric event logs: each event once, with everything it belongs to.

Objects are those the events came with, and their journey keys; the person stands as an object of type ``customer``, a life, a
visit or a stretch as one of type ``journey``. Of an id that two types share the second is written with its type in front: the
standard knows objects by their id alone.
"""

import tempfile
from collections.abc import Mapping
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.journeys.exports.csv import LAKE_COLUMNS
from tanteemma.journeys.exports.members import WHOLE, Survey, columns_of, whole
from tanteemma.journeys.exports.objects import Objects, links_of
from tanteemma.journeys.exports.shape import Sink, Source, Style
from tanteemma.journeys.exports.texts import amounts, by_word, iso, joined, plain, unique_names, where, written
from tanteemma.model.hooks import export_formats
from tanteemma.store.chosen import Batch
from tanteemma.store.engines.properties import NUMBERS, Member, Said

_COLUMNS: Final = (*LAKE_COLUMNS, "event_id", "keys", "objects")
_OWN: Final = {"channel": "string", "value": "float", "currency": "string"}
_WHOLE_NUMBERS: Final = frozenset(("UBIGINT", "BIGINT"))
_BLOCK: Final = 1 << 20
_IN_MEMORY: Final = 16 << 20
#: A number that a reader would find infinite is a text.
_HUGE: Final = r"[eE]\+?[0-9]{3,}"


class OcelExport:
    """An event for each event, an object for everything they belong to."""

    name = "ocel"
    suffix = ".ocel.json"
    media_type = "application/json"
    passes = 2

    def write(self, source: Source, sink: Sink, style: Style) -> None:
        """Types, then events; objects are put aside while events are written."""
        types = _Types(source)
        sink.write(b'{"objectTypes":' + types.objects() + b',\n"eventTypes":' + types.events() + b',\n"events":[\n')
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as aside:
            objects, between = Objects(), ""
            for batch in source.batches(_COLUMNS):
                links = links_of(batch, source)
                aside.write(written(objects.take(links)))
                events = joined(
                    [_between(len(batch), between), _events(batch, source, types, objects.links(links, len(batch)))]
                )
                sink.write(written(events))
                between = ",\n"
            sink.write(b'],\n"objects":[\n')
            aside.seek(len(b",\n") if objects.count else 0)
            while block := aside.read(_BLOCK):
                sink.write(block)
        sink.write(b"]}\n")


export_formats.add(OcelExport.name)(OcelExport())


def _between(rows: int, first: str) -> pa.Array:
    return pa.array([first, *[",\n"] * (rows - 1)])


def quoted(column: pa.Array) -> pa.Array:
    """Texts as JSON; null stays null."""
    return by_word(column, lambda word: msgspec.json.encode(word).decode())


class _Types:
    """The types of events and objects, with the attributes of each."""

    def __init__(self, source: Source) -> None:
        self._survey = Survey(inside=True)
        self._said: dict[str, set[str]] = {}
        self._kinds: dict[str, None] = {}
        for batch in source.batches(_COLUMNS):
            table = batch.table
            self._survey.look(table["properties"], table["name"])
            self._look(table)
            self._kinds |= dict.fromkeys(links_of(batch, source).types)
        self.members: list[Member] = self._survey.members
        self.more = self._survey.more
        names = unique_names([member.name for member in self.members], (*_OWN, WHOLE), lambda name: name)
        self.names: Mapping[str, str] = dict(zip([member.name for member in self.members], names, strict=True))

    def _look(self, table: pa.Table) -> None:
        grouped = table.select(["name", *_OWN]).group_by("name").aggregate([(column, "count") for column in _OWN])
        for row in grouped.to_pylist():
            said = self._said.setdefault(row["name"], set())
            said |= {column for column in _OWN if row[f"{column}_count"]}

    def objects(self) -> bytes:
        """The types of objects as JSON."""
        return msgspec.json.encode([{"name": kind, "attributes": []} for kind in self._kinds])

    def events(self) -> bytes:
        """The types of events as JSON."""
        found = []
        for name, said in self._said.items():
            attributes = [{"name": own, "type": kind} for own, kind in _OWN.items() if own in said]
            held = self._survey.by_name.get(name, {})
            attributes += [
                {"name": self.names[member.name], "type": type_of(member)} for member in self.members if member.name in held
            ]
            if self.more and held:
                attributes.append({"name": WHOLE, "type": "string"})
            found.append({"name": name, "attributes": attributes})
        return msgspec.json.encode(found)


def type_of(member: Member) -> str:
    """The type of a member's values in the words of the standard; the same for all types of events."""
    if member.kinds <= _WHOLE_NUMBERS:
        return "integer"
    if member.kinds <= NUMBERS:
        return "float"
    return "boolean" if member.kinds == {"BOOLEAN"} else "string"


def _events(batch: Batch, source: Source, types: _Types, links: pa.Array) -> pa.Array:
    table = batch.table
    attributes = [
        _attribute("channel", quoted(plain(table["channel"]))),
        _attribute("value", amounts(plain(table["value"]))),
        _attribute("currency", quoted(plain(table["currency"]))),
    ]
    raw = columns_of(table["properties"], types.members, Said.JSON)
    attributes += [
        _attribute(types.names[member.name], _value(member, column)) for member, column in zip(types.members, raw, strict=True)
    ]
    if types.more:
        attributes.append(_attribute(WHOLE, quoted(whole(table["properties"]))))
    said = pc.utf8_slice_codeunits(joined(attributes), 1)  # without the comma in front of the first
    return joined(
        [
            '{"id":"',
            _ids(batch, source),
            '","type":',
            quoted(plain(table["name"])),
            ',"time":"',
            iso(plain(table["occurred_at"])),
            '","attributes":[',
            said,
            '],"relationships":[',
            links,
            "]}",
        ]
    )


def _ids(batch: Batch, source: Source) -> pa.Array:
    """The id of each event; of one that two stretches share, its journey's as well."""
    ids = pa.array([one.hex() for one in plain(batch.table["event_id"]).to_pylist()], pa.string())
    return joined([ids, ".", batch.journey]) if source.shares else ids


def _attribute(name: str, values: pa.Array) -> pa.Array:
    start = f',{{"name":{msgspec.json.encode(name).decode()},"value":'
    return where(values.is_valid(), joined([start, values, "}"]), None)


def _value(member: Member, column: pa.Array) -> pa.Array:
    """The JSON of each value, in the type that the member is declared to have."""
    kind = type_of(member)
    if kind in {"integer", "boolean"}:
        return column
    is_text = pc.starts_with(column, '"').fill_null(fill_value=False)
    if kind == "float":
        huge = pc.match_substring_regex(column, _HUGE).fill_null(fill_value=False)
        return where(huge, quoted(column), column)
    return where(is_text, column, quoted(column))
