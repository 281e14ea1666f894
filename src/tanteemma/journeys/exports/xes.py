"""XES, the event log format of process mining (IEEE 1849-2016): a trace for each journey, an event for each event.

A property that was an attribute of a case (``case:…``, as our reader and other tools name it) and is the same in all events of
the journey stands with the trace again.
"""

import gzip
import io
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.journeys.exports.csv import LAKE_COLUMNS
from tanteemma.journeys.exports.members import WHOLE, Survey, columns_of, whole
from tanteemma.journeys.exports.shape import Sink, Source, Style
from tanteemma.journeys.exports.texts import amounts, by_word, iso, joined, persons, plain, unique_names, where, written
from tanteemma.model.hooks import export_formats
from tanteemma.store.chosen import Batch
from tanteemma.store.engines.properties import Said, told

NAME: Final = "concept:name"
TIME: Final = "time:timestamp"
_OWN: Final = (NAME, TIME, "channel", "person", "value", "currency", WHOLE)
_CASE: Final = "case:"
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event">
<string key="concept:name" value=""/><date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
</global>
<classifier name="Activity" keys="concept:name"/>
"""
#: What XML cannot hold becomes U+FFFD; what a reader would make a blank of is written as a number.
_ESCAPES: Final = str.maketrans(
    {**dict.fromkeys((*range(32), 127, 65534, 65535), "�"), 9: "&#9;", 10: "&#10;", 13: "&#13;"}
    | {ord(sign): f"&{word};" for sign, word in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"))}
)
_TYPES: Final = {"UBIGINT": "int", "BIGINT": "int", "DOUBLE": "float", "BOOLEAN": "boolean"}
#: Whole numbers of more digits are no ``xs:long``.
_MOST_DIGITS: Final = 18
_COMPRESSION: Final = 4

Flags = npt.NDArray[np.bool_]


class XesExport:
    """A trace for each journey."""

    name = "xes"
    suffix = ".xes"
    media_type = "application/xml"
    passes = 1

    def write(self, source: Source, sink: Sink, style: Style) -> None:
        """Trace by trace."""
        name = f'<string key="concept:name" value="{escaped(source.name)}"/>\n'
        sink.write((_HEAD + name).encode())
        for batch in source.batches(LAKE_COLUMNS):
            sink.write(_traces(batch))
        sink.write(b"</log>\n")


class PackedXesExport(XesExport):
    """The same, packed with gzip."""

    name = "xes.gz"
    suffix = ".xes.gz"
    media_type = "application/gzip"

    def write(self, source: Source, sink: Sink, style: Style) -> None:
        """Trace by trace, packed on the way."""
        with gzip.GzipFile("", "wb", _COMPRESSION, _Forward(sink), mtime=0) as packed:
            super().write(source, packed, style)


export_formats.add(XesExport.name)(XesExport())
export_formats.add(PackedXesExport.name)(PackedXesExport())


class _Forward(io.RawIOBase):
    """A sink as the packer wants it."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, part: bytes, /) -> int:  # type: ignore[override]  # the packer writes bytes
        """Hand on."""
        self._sink.write(bytes(part))
        return len(part)


def escaped(text: str) -> str:
    r"""A text as the value of an XML attribute.

    >>> escaped('a<b> "c"\x01') == "a&lt;b&gt; &quot;c&quot;\ufffd"
    True
    """
    return text.translate(_ESCAPES)


def _attribute(kind: str, key: str, values: pa.Array) -> pa.Array:
    """Attributes with these values; null where there is none."""
    found = joined([f'<{kind} key="{escaped(key)}" value="', by_word(values, escaped), '"/>'])
    return where(values.is_valid(), found, None)


def _traces(batch: Batch) -> bytes:
    table = batch.table
    survey = Survey(inside=True)
    survey.look(table["properties"], table["name"])
    wanted = survey.members
    names = unique_names([member.name for member in wanted], _OWN, lambda name: name)
    events = [
        _attribute("string", NAME, plain(table["name"])),
        _attribute("date", TIME, iso(plain(table["occurred_at"]), "+00:00")),
        _attribute("string", "channel", plain(table["channel"])),
        _attribute("string", "person", persons(plain(table["subject"]))),
        _attribute("float", "value", amounts(plain(table["value"]))),
        _attribute("string", "currency", plain(table["currency"])),
    ]
    traces = [_attribute("string", NAME, batch.journey)]
    for name, member, column in zip(names, wanted, columns_of(table["properties"], wanted), strict=True):
        kinds = told(table["properties"], [member], Said.KIND)[0] if len(member.kinds) > 1 else next(iter(member.kinds))
        if name.startswith(_CASE) and name.removeprefix(_CASE) not in {"", NAME}:
            same = _same_throughout(batch, column)
            traces += _typed(name.removeprefix(_CASE), where(same, column, None), kinds)
            column = where(~same, column, None)  # noqa: PLW2901 - what does not stand with the trace stands with the event
        events += _typed(name, column, kinds)
    if survey.more:
        events.append(_attribute("string", WHOLE, whole(table["properties"])))
    begin = where(batch.begins, joined(["<trace>", *traces, "\n"]), "")
    end = where(batch.ends, "</trace>\n", "")
    return written(joined([begin, "<event>", *events, "</event>\n", end]))


def _typed(key: str, column: pa.Array, kinds: pa.Array | str) -> Iterator[pa.Array]:
    """The attribute of each row under the type of its value."""
    if isinstance(kinds, str):
        kind = _TYPES.get(kinds, "string")
        if kind == "int" and (pc.max(pc.utf8_length(column)).as_py() or 0) > _MOST_DIGITS:
            kind = "string"
        yield _attribute(kind, key, column)
        return
    said = np.asarray(kinds.fill_null(""))
    types = np.array([_TYPES.get(one, "string") for one in said.tolist()])
    types[(types == "int") & (np.asarray(pc.utf8_length(column).fill_null(0)) > _MOST_DIGITS)] = "string"
    for kind in np.unique(types).tolist():
        yield _attribute(kind, key, where(types == kind, column, None))


def _same_throughout(batch: Batch, column: pa.Array) -> Flags:
    """Which rows belong to a journey that lies whole in the batch and says the same in all its events?"""
    starts = np.flatnonzero(batch.begins)
    same = np.zeros(len(batch), np.bool_)
    if not len(starts):
        return same
    codes = column.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    stops = np.append(starts[1:], len(batch))
    low, high = np.minimum.reduceat(codes, starts), np.maximum.reduceat(codes, starts)
    constant = (low == high) & (low >= 0) & batch.ends[stops - 1]
    same[starts[0] :] = np.repeat(constant, stops - starts)
    return same
