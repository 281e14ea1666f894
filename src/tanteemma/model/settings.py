"""How is this installation set up? ``emma.toml``, over it ``EMMA_…`` variables, over them the command line; read once."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, get_args
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from msgspec import Meta

from tanteemma.model.problems import Problem, ProblemCode, Problems

_PREFIX: Final = "EMMA_"
#: variables with the same prefix that set up something else: which data folder, and the tests
_NOT_SETTINGS: Final = ("EMMA_DATA", "EMMA_TEST_", "EMMA_FAULT_")

_Positive = Annotated[int, Meta(gt=0)]
_Seconds = Annotated[float, Meta(gt=0, le=3600)]
_OneOf = dict[str, tuple[str, ...]]
_CHOICES: Final[_OneOf] = {
    "language": ("de", "en"),
    "log_format": ("json", "text"),
    "log_level": ("debug", "info", "warning", "error"),
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default; an installation without a file works. The docs table is made from this class.

    ``host``, ``port``: where the server listens (loopback unless said otherwise).
    ``public_url``: address under which people reach it behind a proxy, e.g. ``https://emma.example.de``; https makes cookies
    secure. ``trusted_proxies``: addresses whose ``X-Forwarded-*`` headers count.
    ``allowed_origins``: web sites whose pages may send events from the browser, e.g. ``https://www.example.de``.
    ``language``: language of answers to clients that name none. ``time_zone``: for times without zone.
    ``database_url``: PostgreSQL for operational tables and journal, e.g. ``postgresql://…``; empty = files in the folder.
    ``log_format``: json or text. ``log_level``: debug, info, warning or error.
    ``body_timeout_s``, ``header_timeout_s``: how long a request may take to arrive. ``largest_body_bytes``: largest live
    request. ``body_memory_bytes``: bodies being received at once; beyond it senders are asked to wait. ``journal_queue``:
    requests that may wait for the disk. ``largest_upload_bytes``: largest imported file. ``disk_floor_bytes``: free space
    below which nothing is taken. ``question_timeout_s``: longest time an analysis may take. ``question_threads``: analyses at
    once. ``answer_cache``: answers kept. ``bucket_rows``: events a bucket of the event table holds before their number doubles.
    ``worker_nice``: how much the worker yields to the doors. ``import_answer_s``: how long an upload waits for its result.
    ``stop_timeout_s``: how long running requests may take to finish at a stop.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8642
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    language: str = "de"
    time_zone: str = "Europe/Berlin"
    database_url: str = ""
    log_format: str = "text"
    log_level: str = "info"
    body_timeout_s: _Seconds = 30.0
    header_timeout_s: _Seconds = 30.0
    largest_body_bytes: _Positive = 16 * 1024 * 1024
    body_memory_bytes: _Positive = 64 * 1024 * 1024
    journal_queue: _Positive = 4096
    largest_upload_bytes: _Positive = 20 * 1024 * 1024 * 1024
    disk_floor_bytes: Annotated[int, Meta(ge=0)] = 256 * 1024 * 1024
    question_timeout_s: _Seconds = 60.0
    question_threads: Annotated[int, Meta(ge=1, le=64)] = 2
    answer_cache: _Positive = 256
    bucket_rows: Annotated[int, Meta(ge=1_000)] = 500_000
    worker_nice: Annotated[int, Meta(ge=0, le=19)] = 5
    import_answer_s: _Seconds = 3.0
    stop_timeout_s: _Seconds = 30.0

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the company."""
        return ZoneInfo(self.time_zone)


_FIELDS: Final = {field.name: field for field in msgspec.structs.fields(Settings)}
_NAMES: Final = tuple(_FIELDS)


class _Said(msgspec.Struct, frozen=True):
    """One setting as somebody said it, and where: ``place`` names it as they wrote it."""

    name: str
    value: object
    place: dict[str, object]


def load_settings(file: Path | None, environment: Mapping[str, str], **said: object) -> Settings:
    """Settings from a file (may be missing), the environment and what was said on the command line (None = not said).

    Everything that is wrong is named at once: an unknown name with the nearest one (SETTING_UNKNOWN), a value with what is
    allowed (SETTING_INVALID). Raises that Problem, or Problems if there are several.

    >>> load_settings(None, {"EMMA_PORT": "9000"}).port
    9000
    """
    found = [*_in_file(file), *_in_environment(environment)]
    found += [_Said(name, value, {"field": name}) for name, value in said.items() if value is not None]
    wrong = [problem for one in found if (problem := _wrong(one)) is not None]
    if wrong:
        raise wrong[0] if len(wrong) == 1 else Problems(wrong)
    return msgspec.convert({one.name: _value(one) for one in found}, Settings)


def _in_file(file: Path | None) -> Iterator[_Said]:
    if file is None or not file.exists():
        return
    try:
        # Windows' editors begin a file with a byte order mark
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as wrong:
        raise Problem(ProblemCode.SETTING_INVALID, status=500, file=str(file), value=str(wrong)) from wrong
    for name, value in told.items():
        yield _Said(name, value, {"file": str(file), "field": name})


def _in_environment(environment: Mapping[str, str]) -> Iterator[_Said]:
    for variable, text in sorted(environment.items()):
        if not variable.startswith(_PREFIX) or variable.startswith(_NOT_SETTINGS):
            continue
        name = variable.removeprefix(_PREFIX).lower()
        several = name in _FIELDS and _FIELDS[name].type == tuple[str, ...]
        value: object = [part for word in text.split(",") if (part := word.strip())] if several else text.strip()
        yield _Said(name, value, {"field": variable})


def _value(one: _Said) -> object:
    """The value in its setting's type: text from the environment reads as a number where one is wanted."""
    return msgspec.convert(one.value, _FIELDS[one.name].type, strict=not isinstance(one.value, str))


def _wrong(one: _Said) -> Problem | None:
    if one.name not in _FIELDS:
        nearest = difflib.get_close_matches(one.name, _NAMES, n=1)
        allowed = {"hint": nearest[0]} if nearest else {"allowed": ", ".join(_NAMES)}
        return Problem(ProblemCode.SETTING_UNKNOWN, status=500, **one.place, **allowed)
    try:
        value = _value(one)
    except msgspec.ValidationError:
        return _not_allowed(one, _range(_FIELDS[one.name].type))
    if one.name in _CHOICES and value not in _CHOICES[one.name]:
        return _not_allowed(one, ", ".join(_CHOICES[one.name]))
    if one.name == "time_zone" and value not in available_timezones():
        nearest = difflib.get_close_matches(str(value), available_timezones(), n=1)
        return _not_allowed(one, nearest[0] if nearest else "Europe/Berlin, UTC, …")
    return None


def _not_allowed(one: _Said, allowed: str) -> Problem:
    return Problem(ProblemCode.SETTING_INVALID, status=500, **one.place, value=one.value, allowed=allowed)


def _range(wanted: object) -> str:
    """What a type allows, as signs that read the same in every language.

    >>> _range(Annotated[int, Meta(ge=0, le=65535)])
    '≥ 0, ≤ 65535'
    """
    limits = [limit for limit in get_args(wanted) if isinstance(limit, Meta)]
    signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
    said = [
        f"{sign} {getattr(limit, name)}" for limit in limits for name, sign in signs.items() if getattr(limit, name) is not None
    ]
    return ", ".join(said) or ('["…", "…"]' if wanted == tuple[str, ...] else '"…"')
