"""What is fuzzed: every parser of our own that reads what strangers send. Each takes bytes and ends, or raises Problem.

The first byte chooses a variant (a dialect's path, a kind of file), the rest is the input.
"""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tanteemma.ingest.doors.foreign import Dialect, Foreign, decoded
from tanteemma.ingest.doors.lz64 import unpacked_lz64
from tanteemma.ingest.doors.native import NativeDoor
from tanteemma.ingest.doors.shape import Decoded, DoorRequest, Limits, settle
from tanteemma.ingest.doors.unpack import unpacked
from tanteemma.ingest.formats.find import count_rows, preview_file
from tanteemma.ingest.steps.columns_number import read_number
from tanteemma.ingest.steps.times import parse_time
from tanteemma.ingest.webhooks.door import Hook, decode_hook
from tanteemma.ingest.webhooks.form_bodies import fields_of
from tanteemma.ingest.webhooks.mapping import mapping_in, read_mapping
from tanteemma.ingest.webhooks.ready import every_ready, ready_mapping
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.written import written
from tanteemma.model.hooks import dialects
from tanteemma.model.problems import Problem, Problems
from tanteemma.serve.edge.secrets import key_in
from tanteemma.store.seen import Seen

Target = Callable[[bytes], None]
_BERLIN: Final = ZoneInfo("Europe/Berlin")
_SETTING: Final = DoorRequest(
    source="shop", received_us=1_795_348_800_000_000, day_salt=b"salt of today", limits=Limits(events=50)
)
_KINDS: Final[tuple[str | None, ...]] = ("application/json", "application/x-ndjson", "text/plain; charset=latin-1", None)
_FILES: Final = ("a.csv", "a.xes", "a.jsonl", "a.jsonocel", "a.xmlocel", "a.csv.gz", "a.zip", "a.xlsx")
_SPEAKERS: Final[tuple[Dialect, ...]] = tuple(kind() for _, kind in sorted(dialects.all().items()))
_PATHS: Final = tuple((one, path.replace("*", "x")) for one in _SPEAKERS for path in one.paths)
_READY: Final = tuple(read_mapping(one) for name in every_ready() if (one := ready_mapping(name, "de")) is not None)
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "")
_PLACE: Final = Path(tempfile.mkdtemp(prefix="emma-fuzz-"))


def _of(options: tuple[object, ...], first: bytes) -> int:
    return first[0] % len(options) if first else 0


def _counted(found: Decoded) -> None:
    """Whatever came: everything that was received is accounted for."""
    answer = settle(found, [Seen.NEW] * len(found.events))
    if found.received != answer.accepted + answer.duplicates + answer.quarantined + answer.rejected:
        raise AssertionError("the equation does not hold")


def native(said: bytes) -> None:
    """The JSON door, as different types of content."""
    kind = _KINDS[_of(_KINDS, said[:1])]
    _counted(NativeDoor().decode(said[1:], replace(_SETTING, content_type=kind)))


def dialect(said: bytes) -> None:
    """Every dialect at every path: whose it is, its key, its events, its answer."""
    speaker, path = _PATHS[_of(_PATHS, said[:1])]
    query, _, body = said[1:].rpartition(b"\0")
    pairs = tuple((name, value) for name, _, value in (pair.partition("=") for pair in query.decode("latin-1").split("&")))
    request = Foreign(method="POST", path=path, query=pairs, body=body)
    for one in _SPEAKERS:
        one.recognises(request)
    speaker.greeting(request)
    speaker.key(request)
    found = decoded(speaker, request, _SETTING)
    _counted(found)
    speaker.answer(request, settle(found, [Seen.NEW] * len(found.events)))


def hook(said: bytes) -> None:
    """A webhook, by the ready mappings."""
    _counted(decode_hook(Hook("shop", said[1:]), _READY[_of(_READY, said[:1])], _SETTING))


def mapping(said: bytes) -> None:
    """The language of mappings."""
    read_mapping(mapping_in(said))


def form(said: bytes) -> None:
    """What a form of a web site sends."""
    fields_of(said[1:], _FORMS[_of(_FORMS, said[:1])])


def packed(said: bytes) -> None:
    """What is packed, and under which label."""
    labels = (None, "gzip", "deflate", "identity")
    unpacked(said[1:], replace(_SETTING, content_encoding=labels[_of(labels, said[:1])]))


def lz64(said: bytes) -> None:
    """What lz-string packed."""
    unpacked_lz64(said.decode("latin-1"))


def key(said: bytes) -> None:
    """The header that says who somebody is."""
    key_in(said.decode("latin-1"))


def times(said: bytes) -> None:
    """A time as text."""
    parse_time(said.decode("utf-8", "replace"), "Europe/Berlin")


def numbers(said: bytes) -> None:
    """A number as people write it."""
    for decimal in (",", ".", None):
        read_number(said.decode("utf-8", "replace"), decimal)


def where(said: bytes) -> None:
    """A condition on journeys; what is written down again says the same."""
    tree = parse(said.decode("utf-8", "replace"), _BERLIN)
    if parse(written(tree), _BERLIN) != tree:
        raise AssertionError("written down it says something else")


def files(said: bytes) -> None:
    """An imported file of any kind: looked at and counted."""
    path = _PLACE / _FILES[_of(_FILES, said[:1])]
    path.write_bytes(said[1:])
    count_rows(path, preview_file(path, path.name))


TARGETS: Final[Mapping[str, Target]] = {
    target.__name__: target
    for target in (native, dialect, hook, mapping, form, packed, lz64, key, times, numbers, where, files)
}


def survives(target: Target, said: bytes) -> None:
    """Run it; a problem is an answer, anything else is a fault."""
    with contextlib.suppress(Problem, Problems):
        target(said)
